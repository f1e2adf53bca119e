package barcode_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent/barcode"
)

// The reading of a number and of a string of five elements, beside what the same
// work takes a regular expression and a plain strings.Split, neither of which
// checks a digit:
//
//	go test ./agent/barcode -run '^$' -bench . -benchmem

var (
	sink     any
	keep     code
	aNumber  = regexp.MustCompile(`^(?:\](..))?(\d{8}|\d{12,14})$`)
	elements = regexp.MustCompile(`^01(\d{14})17(\d{6})10([^\x1d]{1,20})\x1d21([^\x1d]{1,20})\x1d30(\d{1,8})$`)
)

func BenchmarkNumber(b *testing.B) {
	raw := []byte("]E0" + ean)
	b.Run("Parse", func(b *testing.B) {
		for b.Loop() {
			keep = barcode.Parse(raw)
		}
	})
	b.Run("regexp", func(b *testing.B) {
		for b.Loop() {
			found := aNumber.FindSubmatch(raw)
			keep = code{Text: string(found[2]), Symbology: string(found[1])}
		}
	})
}

func BenchmarkElementString(b *testing.B) {
	raw := []byte("]C1" + five)
	b.Run("Parse", func(b *testing.B) {
		for b.Loop() {
			keep = barcode.Parse(raw)
		}
	})
	b.Run("Parse and Elements", func(b *testing.B) {
		for b.Loop() {
			keep = barcode.Parse(raw)
			sink = keep.Elements()
		}
	})
	b.Run("regexp", func(b *testing.B) {
		for b.Loop() {
			sink = elements.FindSubmatch(raw[3:])
		}
	})
	b.Run("Split", func(b *testing.B) {
		for b.Loop() {
			sink = strings.Split(string(raw), gs)
		}
	})
}

func BenchmarkDigitalLink(b *testing.B) {
	raw := []byte("https://example.com/01/" + gtin + "/10/LOT-4711?17=251231")
	for b.Loop() {
		keep = barcode.Parse(raw)
	}
}

func BenchmarkText(b *testing.B) {
	raw := []byte("]C0SHELF-A01")
	for b.Loop() {
		keep = barcode.Parse(raw)
	}
}
