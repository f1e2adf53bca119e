package barcode

import "strings"

// Code is a read after parsing.
type Code struct {
	// Text is the read without its symbology identifier and surrounding blanks;
	// bytes that are not UTF-8 are replaced, the raw bytes stay with the scan.
	Text string `json:"text"`
	// Key is what the catalogue is searched by: 14 digits for a GTIN with a right
	// check digit, otherwise Text.
	Key string `json:"key"`
	// Symbology is the AIM symbology identifier without its bracket ("E0", "C1"),
	// empty where the scanner sent none (ISO/IEC 15424).
	Symbology string `json:"symbology,omitempty"`
	// BadCheckDigit is true where Text has a GTIN's length and only digits, but a
	// check digit that does not fit. The code is then keyed by its text.
	BadCheckDigit bool `json:"bad_check_digit,omitempty"`
	// Kind is what the code is, if not the number or text of an article.
	Kind Kind `json:"kind,omitempty"`
	// OtherKey is what the code means if it is read in the other way: where only
	// this key is known to the catalogue, it is the one that is meant.
	OtherKey string `json:"other_key,omitempty"`
	// Value is what one of our own codes names: a bin, a zone, a badge, a command.
	Value string `json:"value,omitempty"`
	// AddOn is the add-on of two or five digits beside an EAN or UPC.
	AddOn string `json:"add_on,omitempty"`
	// Amount is how much the code says it stands for.
	Amount Amount `json:"amount,omitzero"`
	// Malformed is true for an element string or address of which something could
	// not be read. What stands in Key could.
	Malformed bool `json:"malformed,omitempty"`
}

// Kind is what a code is. Kinds are stored: never rename one.
type Kind string

// The kinds of code.
const (
	Article       Kind = ""        // a number or a text
	ElementString Kind = "gs1"     // GS1 application identifiers and their values
	DigitalLink   Kind = "link"    // the same as a web address
	Details       Kind = "details" // belongs to the code read before it, such as an add-on alone
	Joined        Kind = "joined"  // two numbers that ran together: see Halves
	Bin           Kind = "bin"     // our own: a bin
	Zone          Kind = "zone"    // our own: a zone
	Badge         Kind = "badge"   // our own: a person
	Command       Kind = "command" // our own: something to do, if the station agrees
	Pairing       Kind = "pairing" // our own: the code by which a scanner is recognised
	Setup         Kind = "setup"   // sets up a scanner
	Noise         Kind = "noise"   // no barcode: a scanner's answer, or broken bytes
)

// IsArticle reports whether the code can stand for something to be counted.
func (k Kind) IsArticle() bool {
	return k == Article || k == ElementString || k == DigitalLink || k == Joined
}

// Measure is what an Amount is an amount of. Measures are stored: never rename one.
type Measure string

// The measures.
const (
	Pieces   Measure = "pieces" // single pieces in the unit that was read
	Kilogram Measure = "kg"
	Price    Measure = "price"
	Part     Measure = "part" // the unit is one part of an article: see AI 8006
)

// Amount is a number with decimals: Value 1250 with 3 Decimals of Kilogram is
// 1.25 kg. The zero value means that the code says nothing of it.
type Amount struct {
	Of       Measure `json:"of"`
	Value    int64   `json:"value"`
	Decimals int     `json:"decimals,omitempty"`
	// Currency is the ISO 4217 number of a price, empty where it is the local one.
	Currency string `json:"currency,omitempty"`
}

// Grams returns a weight in whole grams. It is false where the amount is no
// weight, or not one of whole grams.
func (a Amount) Grams() (int64, bool) {
	grams := a.Value
	for range 3 - a.Decimals {
		grams *= 10
	}
	for range a.Decimals - 3 {
		if grams%10 != 0 {
			return 0, false
		}
		grams /= 10
	}
	return grams, a.Of == Kilogram
}

// Meaning returns the code with the given one of its two keys as the one that is
// meant.
func (c Code) Meaning(key string) Code {
	if key == c.OtherKey && key != "" {
		c.Key, c.OtherKey = c.OtherKey, c.Key
	}
	return c
}

// Key returns the catalogue key of a barcode's text as the catalogue holds it.
func Key(text string) string { return Parse([]byte(text)).Key }

// Keys returns the keys under which a barcode of the catalogue is to be found:
// other is empty unless its text can be read in two ways, or is a GTIN written
// with blanks or hyphens, as people do.
func Keys(text string) (key, other string) {
	c := Parse([]byte(text))
	if c.Key == c.Text && c.OtherKey == "" {
		if gtin, ok := GTIN(unspaced.Replace(c.Text)); ok && gtin != c.Key {
			return c.Key, gtin
		}
	}
	return c.Key, c.OtherKey
}

var unspaced = strings.NewReplacer(" ", "", "-", "")
