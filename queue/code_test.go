package queue

import (
	"bytes"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// A barcode that can be read in two ways is found by both, and counts as one.
func TestABarcodeIsFoundByBothOfItsReadings(t *testing.T) {
	q := openTemp(t)
	fact := replace(t, q, listed(agent.Item{ID: "i1", Codes: []agent.Barcode{{Text: "01234558", Pack: 1}, {Text: "04252614", Pack: 12}}}))
	if fact.Barcodes != 2 {
		t.Errorf("%+v", fact)
	}
	for key, pack := range map[string]int64{"00012345000058": 1, "00000001234558": 1, "00042100005264": 12} {
		if found := lookItUp(t, q, key); len(found) != 1 || found[0].Item != "i1" || found[0].Pack != pack {
			t.Errorf("%s leads to %+v", key, found)
		}
	}
}

// Whatever a code tells is covered by the chain, and rows that tell nothing more
// than text and key spell what they always did.
func TestTheChainCoversAllThatACodeTells(t *testing.T) {
	spell := func(c barcode.Code) string { return string(encodeScan(nil, &agent.Scan{Code: c})) }
	plain := barcode.Code{Text: "T", Key: "K", Symbology: "E0", BadCheckDigit: true}
	seen := map[string]bool{spell(plain): true, spell(barcode.Code{}): true}
	changes := []func(*barcode.Code){
		func(c *barcode.Code) { c.Kind = barcode.ElementString },
		func(c *barcode.Code) { c.OtherKey = "x" },
		func(c *barcode.Code) { c.Value = "x" },
		func(c *barcode.Code) { c.AddOn = "x" },
		func(c *barcode.Code) { c.Amount.Of = barcode.Price },
		func(c *barcode.Code) { c.Amount.Value = 1 },
		func(c *barcode.Code) { c.Amount.Decimals = 1 },
		func(c *barcode.Code) { c.Amount.Currency = "978" },
		func(c *barcode.Code) { c.Malformed = true },
	}
	for i, change := range changes {
		c := plain
		change(&c)
		if spelt := spell(c); seen[spelt] || !bytes.HasPrefix([]byte(spelt), []byte(spell(plain))) {
			t.Errorf("change %d is not covered", i)
		} else {
			seen[spelt] = true
		}
	}
}

// What a read means is kept, whichever kind of code it is.
func TestEveryKindOfCodeIsKept(t *testing.T) {
	german, err := barcode.WeighedIn("de")
	if err != nil {
		t.Fatal(err)
	}
	q := openTemp(t)
	openCount(t, q, 1)
	rules := barcode.Rules{Weighed: german}
	for _, raw := range []string{
		"]C1010400638133393110LOT\x1d21S", "01234558", "2812347012503", "https://example.com/01/04006381333931", "SH.B.A-01", "]E3400638133393112",
		"40063813339314006381333931", "A\x00B", "STOCKHAND-7F3Q", "]C1020400638133393137480", "]C10104006381333931" + "99",
	} {
		s := read(0)
		s.Raw, s.Code, s.Op, s.Item, s.Quantity = []byte(raw), rules.Parse([]byte(raw)), agent.Note, "", 0
		ack := put(t, q, scans(s))
		kept := lookUp(t, q, func(v agent.View) (agent.Scan, error) {
			kept, _, err := v.Scan(ack.First)
			return kept, err
		})
		if kept.Code != s.Code || string(kept.Raw) != raw {
			t.Errorf("%q was kept as %+v, not %+v", raw, kept.Code, s.Code)
		}
	}
	checkSound(t, q)
}
