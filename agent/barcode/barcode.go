package barcode

import (
	"strings"
	"unicode/utf8"
)

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
}

// Parse reads one frame. It never fails: what is not understood is literal text.
func Parse(raw []byte) Code {
	text := strings.TrimSpace(strings.ToValidUTF8(string(raw), string(utf8.RuneError)))
	symbology, text := splitSymbology(text)
	text = strings.TrimSpace(text)
	code := Code{Text: text, Key: text, Symbology: symbology}
	switch {
	case !isGTINLength(text) || !allDigits(text):
	case CheckDigitFits(text):
		code.Key = strings.Repeat("0", 14-len(text)) + text
	default:
		code.BadCheckDigit = true
	}
	return code
}

// Key returns the catalogue key of a barcode's text as the catalogue holds it.
func Key(text string) string { return Parse([]byte(text)).Key }

// splitSymbology takes off an AIM symbology identifier: "]", a letter, and a
// hexadecimal digit (Aztec codes go up to "]zC").
func splitSymbology(text string) (symbology, rest string) {
	if len(text) < 3 || text[0] != ']' {
		return "", text
	}
	letter, modifier := text[1]|0x20, text[2]
	if letter < 'a' || letter > 'z' || !strings.ContainsRune("0123456789ABCDEF", rune(modifier)) {
		return "", text
	}
	return text[1:3], text[3:]
}

func isGTINLength(text string) bool {
	switch len(text) {
	case 8, 12, 13, 14:
		return true
	}
	return false
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// CheckDigitFits reports whether the last digit of a string of digits is the GS1
// check digit of the ones before it (GS1 General Specifications, section 7.9.1).
func CheckDigitFits(digits string) bool {
	n := len(digits) - 1
	return n >= 1 && digits[n] == CheckDigit(digits[:n])
}

// CheckDigit returns the GS1 check digit for a payload of digits: weights 3 and 1
// in turn, from the right.
func CheckDigit(payload string) byte {
	sum, weight := 0, 3
	for i := len(payload) - 1; i >= 0; i-- {
		sum += int(payload[i]-'0') * weight
		weight = 4 - weight
	}
	return byte('0' + (10-sum%10)%10)
}
