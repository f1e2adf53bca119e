package barcode

import (
	"slices"
	"strings"
)

// Symbology is what an AIM identifier says about a read (ISO/IEC 15424).
type Symbology struct {
	Name     string // such as "Code 128"
	Modifier string // what the scanner or the symbol says besides, may be empty
}

// SymbologyOf explains an identifier such as "E0". It is false for letters that
// the standard does not give away.
func SymbologyOf(id string) (Symbology, bool) {
	if len(id) != 2 {
		return Symbology{}, false
	}
	i := slices.IndexFunc(symbologies[:], func(s symbology) bool { return s.letter == id[0] })
	if i < 0 {
		return Symbology{}, false
	}
	s := &symbologies[i]
	found := Symbology{Name: s.name}
	if m := strings.IndexByte("0123456789ABCDEF", id[1]); m >= 0 {
		found.Modifier = nth(s.modifiers, m)
		if name := nth(s.names, m); name != "" {
			found.Name = name
		}
	}
	return found, true
}

func nth(texts []string, n int) string {
	if n < len(texts) {
		return texts[n]
	}
	return ""
}

// isRetail reports whether a symbology holds nothing but article numbers.
func isRetail(id string) bool { return id[0] == 'E' || id[0] == 'e' }

// isGS1 reports whether a symbology says that its content is an element string.
func isGS1(id string) bool {
	switch id {
	case "C1", "e0", "e1", "d2", "d5", "Q3", "Q4", "J1", "J4":
		return true
	}
	return false
}

type symbology struct {
	letter    byte
	name      string
	modifiers []string
	names     []string // by modifier, where it names another symbology
}

const (
	plain      = ""
	checked    = "check digit verified and sent"
	stripped   = "check digit verified and left out"
	unverified = "check digit not verified"
	eci        = "with character sets"
)

var symbologies = [...]symbology{
	{letter: 'A', name: "Code 39", modifiers: []string{plain, checked, "", stripped, "full ASCII", "full ASCII, " + checked, "", "full ASCII, " + stripped}},
	{letter: 'B', name: "Telepen", modifiers: []string{"full ASCII", "numeric", "numeric, then ASCII", "", "ASCII, then numeric"}},
	{letter: 'C', name: "Code 128", modifiers: []string{plain, "GS1 element string", "FNC1 after the first character", "", "joined blood labels"}, names: []string{"", "GS1-128", "", "", "ISBT 128"}},
	{letter: 'D', name: "Code One", modifiers: []string{plain, "GS1 element string", "FNC1 after the first character", "pad used", eci}},
	{
		letter: 'E', name: "EAN/UPC", modifiers: []string{plain, "two digits", "five digits", "with its add-on", plain},
		names: []string{"EAN-13", "EAN add-on", "EAN add-on", "EAN-13", "EAN-8"},
	},
	{letter: 'F', name: "Codabar", modifiers: []string{plain, "blood bank", checked, "", stripped}},
	{letter: 'G', name: "Code 93", modifiers: []string{plain}},
	{letter: 'H', name: "Code 11", modifiers: []string{"one check digit verified", "two check digits verified", "check digits left out", unverified}},
	{letter: 'I', name: "Interleaved 2 of 5", modifiers: []string{unverified, checked, "", stripped}},
	{letter: 'J', name: "DotCode", modifiers: []string{plain, "GS1 element string", "FNC1 after the first character", eci, "GS1 element string, " + eci, "FNC1 after the first character, " + eci}},
	{letter: 'K', name: "Code 16K", modifiers: []string{plain, "FNC1 first", "FNC1 after the first character", "pad used"}},
	{letter: 'L', name: "PDF417", modifiers: []string{plain, eci, "no character sets", "Micro PDF417, 128 emulation", "Micro PDF417, 128 emulation", "Micro PDF417, 128 emulation"}},
	{letter: 'M', name: "MSI", modifiers: []string{checked, stripped}},
	{letter: 'N', name: "Anker", modifiers: []string{plain}},
	{letter: 'O', name: "Codablock", modifiers: []string{"full ASCII", "FNC1 first", "", "", "Codablock F", "Codablock F, FNC1 first", "Codablock A"}},
	{letter: 'P', name: "Plessey", modifiers: []string{plain}},
	{
		letter: 'Q', name: "QR Code", modifiers: []string{"model 1", plain, eci, "GS1 element string", "GS1 element string, " + eci, "FNC1 after the first character", "FNC1 after the first character, " + eci},
		names: []string{"", "", "", "GS1 QR Code", "GS1 QR Code"},
	},
	{letter: 'R', name: "Straight 2 of 5", modifiers: []string{unverified, checked, "", stripped}},
	{letter: 'S', name: "Straight 2 of 5", modifiers: []string{plain}},
	{letter: 'T', name: "Code 49", modifiers: []string{plain, "FNC1 first", "FNC1 after the first character", "", "FNC2 used"}},
	{letter: 'U', name: "MaxiCode", modifiers: []string{"mode 4 or 5", "mode 2 or 3", "mode 4 or 5, " + eci, "mode 2 or 3, " + eci}},
	{letter: 'X', name: "another barcode", modifiers: []string{plain}},
	{letter: 'Y', name: "an extension", modifiers: []string{plain}},
	{letter: 'Z', name: "no barcode", modifiers: []string{"typed", "magnetic stripe", "radio tag", "", "", "", "the scanner's answer"}},
	{letter: 'c', name: "Channel Code", modifiers: []string{plain}},
	{
		letter: 'd', name: "Data Matrix", modifiers: []string{"ECC 000 to 140", plain, "GS1 element string", "FNC1 after the first character", eci, "GS1 element string, " + eci, "FNC1 after the first character, " + eci},
		names: []string{"", "", "GS1 Data Matrix", "", "", "GS1 Data Matrix"},
	},
	{letter: 'e', name: "GS1 DataBar", modifiers: []string{"GS1 element string", "composite part, separated", "composite part, other data", "composite part, other data with character sets"}},
	{letter: 'g', name: "Grid Matrix", modifiers: []string{plain}},
	{letter: 'h', name: "Han Xin", modifiers: []string{plain, eci}},
	{letter: 'o', name: "OCR", modifiers: []string{plain, "OCR-A", "OCR-B", "MICR"}},
	{letter: 'p', name: "PosiCode", modifiers: []string{plain}},
	{letter: 's', name: "SuperCode"},
	{letter: 'u', name: "Ultracode", modifiers: []string{plain}},
	{letter: 'v', name: "VeriCode", modifiers: []string{plain}},
	{letter: 'z', name: "Aztec", modifiers: []string{
		plain, "FNC1 first", "FNC1 after the first character", eci, "FNC1 first, " + eci, "FNC1 after the first character, " + eci,
		"part of a series", "part of a series, FNC1 first", "part of a series, FNC1 after the first character", "part of a series, " + eci,
		"part of a series, FNC1 first, " + eci, "part of a series, FNC1 after the first character, " + eci, "Aztec rune",
	}},
}
