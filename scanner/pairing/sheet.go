package pairing

import "strings"

// Step is one code of the sheet.
type Step string

// The steps, in the order in which they are scanned. Only the first is needed.
const (
	Identify  Step = "identify"  // which device it is; layout, prefix, suffix, AIM identifier
	Separator Step = "separator" // whether the group separator of GS1 codes arrives
	UPCE      Step = "upc-e"     // whether UPC-E arrives as printed, expanded or shortened
	UPCA      Step = "upc-a"     // the same for UPC-A
	EAN8      Step = "ean-8"     // the same for EAN-8
)

// Steps lists them in order.
var Steps = []Step{Identify, Separator, UPCE, UPCA, EAN8}

// Symbology is how a code of the sheet is drawn.
type Symbology string

// The symbologies of the sheet.
const (
	Code128       Symbology = "code-128"
	QR            Symbology = "qr"
	GS1128        Symbology = "gs1-128"
	GS1DataMatrix Symbology = "gs1-datamatrix"
	UPCESymbol    Symbology = "upc-e"
	UPCASymbol    Symbology = "upc-a"
	EAN8Symbol    Symbology = "ean-8"
)

// Code is a code to be shown or printed. A step has more than one where not every
// scanner reads the first: any of them will do.
type Code struct {
	Step      Step      `json:"step"`
	Symbology Symbology `json:"symbology"`
	// Text is what a scanner that changes nothing sends, without identifier and
	// terminator. In GS1 symbologies 0x1D stands for FNC1 between the elements;
	// the leading FNC1 is part of the symbology.
	Text string `json:"text"`
}

const (
	// Letters are what the word of a session is made of: capitals that lie on
	// the same keys of the US, UK, German, French, Spanish, Italian and Nordic
	// keyboards.
	Letters = "BCDEFGHJKLNPRSTUVX"
	// WordLength is the number of letters of that word.
	WordLength = 8

	gs = "\x1d"
	// probe holds what differs between keyboards, and lower and upper case.
	probe = "-aZyY:/_=?#"

	upcE, upcA, ean8 = "04252614", "036000291452", "96385074"
	upcEExpanded     = "042100005264"
)

// Sheet returns the codes for a session's word, in the order of the steps.
func Sheet(word string) []Code {
	return []Code{
		{Identify, Code128, identifying(word)},
		{Identify, QR, identifying(word)},
		{Separator, GS1DataMatrix, separated(word, gs)},
		{Separator, GS1128, separated(word, gs)},
		{UPCE, UPCESymbol, upcE},
		{UPCA, UPCASymbol, upcA},
		{EAN8, EAN8Symbol, ean8},
	}
}

// identifying is the text of the first code.
func identifying(word string) string { return "STOCKHAND-" + word + probe }

// before and after are what stands around the separator: a GTIN that GS1 keeps
// for examples with a lot, and a serial number.
const before = "0109506000134352" + "10STOCK"

func after(word string) string { return "21" + word }

func separated(word, separator string) string { return before + separator + after(word) }

// holds reports whether a text contains the session's word, whatever Caps Lock
// did to it.
func holds(text, word string) bool { return strings.Contains(strings.ToUpper(text), word) }
