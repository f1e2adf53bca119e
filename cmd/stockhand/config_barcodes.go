package main

import (
	"fmt"
	"strings"

	"github.com/stockhand/stockhand/agent/barcode"
)

// barcodesConfig says what is special about the shop's barcodes.
type barcodesConfig struct {
	Prefix    string   `toml:"prefix"`     // begins our own codes; default barcode.DefaultPrefix
	Weighed   string   `toml:"weighed"`    // the country of labels that hold a price, a weight or a count; "off"
	Patterns  []string `toml:"patterns"`   // of the shop's own labels; tried before the country's
	WeighedAs string   `toml:"weighed_as"` // what a label with a weight counts: "pieces", "grams"
}

// rules returns how reads are understood.
func (c *config) rules() (barcode.Rules, error) {
	b := &c.Barcodes
	r := barcode.Rules{Prefix: b.Prefix}
	for _, text := range b.Patterns {
		p, err := barcode.ParsePattern(text)
		if err != nil {
			return r, c.wrongBarcodes(err, "Write twelve characters, what they hold (kg, price or pieces) and the decimals: 28PPPPCVVVVV kg 3. P stands for the item, V for the value, C for the value's own check digit.")
		}
		r.Weighed = append(r.Weighed, p)
	}
	if b.Weighed != "" && b.Weighed != "off" {
		patterns, err := barcode.WeighedIn(b.Weighed)
		if err != nil {
			return r, c.wrongBarcodes(fmt.Errorf("%q stands for no labels that are known", b.Weighed),
				"Set weighed to off or to one of: "+strings.Join(barcode.Countries(), ", ")+". Other labels are described by patterns.")
		}
		r.Weighed = append(r.Weighed, patterns...)
	}
	switch b.WeighedAs {
	case "", "pieces", "grams":
	default:
		return r, c.wrongBarcodes(fmt.Errorf("weight can't be counted as %q", b.WeighedAs), "Set weighed_as to pieces (each label is one) or to grams.")
	}
	if err := r.Check(); err != nil {
		return r, c.wrongBarcodes(err, "Use two to ten letters, digits and signs that no article's code begins with, such as SH.")
	}
	return r, nil
}

// weightInGrams reports whether goods with a weight in their barcode are kept in
// grams.
func (c *config) weightInGrams() bool { return c.Barcodes.WeighedAs == "grams" }

func (c *config) wrongBarcodes(err error, do string) error {
	return configError(c.path, "The section [barcodes] can't be used: "+err.Error()+".", do, nil)
}
