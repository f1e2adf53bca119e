package barcode_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent/barcode"
)

// pieces are what reads are made of, whole and broken.
var pieces = rapid.OneOf(
	rapid.SampledFrom([]string{
		"]E0", "]E3", "]E4", "]C0", "]C1", "]d2", "]e0", "]Z6", "]", ean, gtin, "96385074", "01234558", "036000291452", "14006381333938",
		"01" + gtin, "02" + gtin, "00123456789012345675", "17251231", "10LOT", "21", "37", "3012", "3103001250", "3932978", "8006", "99", "(01)", "(10)", "(", ")",
		gs, "␝", "<GS>", "{GS}", "^]", "https://", "HTTP://", "example.com", "/", "/01/", "/10/", "?", "&", "=", "%2F", "%", "#", ";",
		"SH.", "B.", "STOCKHAND-", "#@", " ", "\r\n", "\x00", "\xff", "é", "2812347012503",
	}),
	rapid.StringMatching(`[0-9]{1,14}`),
	rapid.String(),
)

// Whatever pieces a read is made of, what is said of it holds, and reading its text
// again says the same.
func TestAnyReadIsUnderstoodInOneWay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		raw := strings.Join(rapid.SliceOfN(pieces, 0, 8).Draw(rt, "pieces"), "")
		c := shopRules.Parse([]byte(raw))
		sound(t, []byte(raw), c)
		if again := shopRules.Parse([]byte(raw)); again != c {
			rt.Fatalf("%q is read as %+v and as %+v", raw, c, again)
		}
		text := c.Text
		if c.Symbology != "" {
			text = "]" + c.Symbology + text
		}
		if again := shopRules.Parse([]byte(text)); again != c && !strings.HasPrefix(c.Text, "]") {
			rt.Fatalf("%q is read as %+v, and that as %+v", raw, c, again)
		}
	})
}

// The lot, the serial number and the date of a label are said as they were
// printed, in a string of elements and in an address alike.
func TestALabelSaysTheSameInBothForms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := draw(t, 14)
		lot, serial := values["21"].Draw(t, "lot"), values["21"].Draw(t, "serial")
		expires := values["17"].Draw(t, "expires")
		label := barcode.Parse([]byte("]d201" + number + "17" + expires + "10" + lot + gs + "21" + serial))
		address := barcode.Parse([]byte("https://example.com/01/" + number + "/10/" + lot + "/21/" + serial + "?17=" + expires))
		if label.Key != number || address.Key != number {
			t.Fatalf("%+v and %+v", label, address)
		}
		for _, all := range []barcode.Elements{label.Elements(), address.Elements()} {
			if all.GTIN() != number || all.Lot() != lot || all.Serial() != serial || all.Get("17") != expires {
				t.Fatalf("%v", all)
			}
		}
	})
}
