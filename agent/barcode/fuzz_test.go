package barcode_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stockhand/stockhand/agent/barcode"
)

var seeds = []string{
	ean, "]E0" + ean, "]C1" + five, "\x00\xff\xfe", "]", strings.Repeat("9", 5000), "01234558", "]E3" + ean + "12", "(01)" + gtin + "(10)A",
	"https://example.com/01/" + gtin + "/10/A%2FB?17=251231&x=y", "SH.B.A-01", "STOCKHAND-7F3Q", ean + ean, "2812347012503", "]Z6A\x06.",
	"]C1" + gs + "01" + gtin + "10A␝21<GS>22{GS}", "977147396801203", "]C18006" + gtin + "0203",
}

// sound checks what holds for every code, whatever was read.
func sound(t *testing.T, raw []byte, c code) {
	t.Helper()
	if !utf8.ValidString(c.Text) || !utf8.ValidString(c.Key) || strings.TrimSpace(c.Text) != c.Text {
		t.Fatalf("%q: %+v", raw, c)
	}
	if n := len(c.Symbology); n != 0 && n != 2 {
		t.Fatalf("%q: the symbology is %q", raw, c.Symbology)
	}
	if c.Key != c.Text && !isGTIN(c.Key) || c.OtherKey != "" && c.OtherKey != c.Text && !isGTIN(c.OtherKey) || c.OtherKey == c.Key && c.Key != "" {
		t.Fatalf("%q: %+v is keyed by neither its text nor a GTIN", raw, c)
	}
	if c.BadCheckDigit && (c.Key != c.Text || c.OtherKey != "") {
		t.Fatalf("%q: %+v", raw, c)
	}
	if !strings.HasSuffix(c.Text, c.Value) || !strings.HasSuffix(c.Text, c.AddOn) {
		t.Fatalf("%q: %+v", raw, c)
	}
	if !c.Kind.IsArticle() && c.Key != c.Text {
		t.Fatalf("%q: %+v is no article and has one's key", raw, c)
	}
	if c.Amount.Of == "" && c.Amount != (barcode.Amount{}) || c.Amount.Value < 0 {
		t.Fatalf("%q: %+v", raw, c)
	}
	for _, e := range c.Elements() {
		if e.Name() == "" || e.Value == "" {
			t.Fatalf("%q: %+v", raw, c.Elements())
		}
	}
	_ = c.Describe(2026)
}

func isGTIN(key string) bool { return len(key) == 14 && barcode.CheckDigitFits(key) && digitsOnly(key) }

func digitsOnly(s string) bool { return strings.Trim(s, "0123456789") == "" }

var shopRules = func() barcode.Rules {
	patterns, _ := barcode.WeighedIn("de")
	return barcode.Rules{Weighed: patterns}
}()

// Whatever comes, a code can be shown, stored and looked up.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		c := barcode.Parse(raw)
		sound(t, raw, c)
		sound(t, raw, shopRules.Parse(raw))
		if !bytes.Equal(raw, before) {
			t.Fatal("the raw bytes were changed")
		}
		if barcode.Parse(raw) != c || barcode.Key(string(raw)) != c.Key {
			t.Fatal("the same bytes are read in two ways")
		}
		again := c.Text
		if c.Symbology != "" {
			again = "]" + c.Symbology + c.Text
		}
		if got := barcode.Parse([]byte(again)); c.Text != "" && got != c && !strings.HasPrefix(c.Text, "]") {
			t.Fatalf("%q is read as %+v, and that as %+v", raw, c, got)
		}
	})
}

// FuzzAIM: an identifier is taken off or it is none, and nothing gets lost.
func FuzzAIM(f *testing.F) {
	f.Add("E0", ean)
	f.Add("C1", five)
	f.Add("zC", "]zC]zC")
	f.Add("\xff\x00", "")
	f.Fuzz(func(t *testing.T, id, rest string) {
		raw := "]" + id + rest
		c := barcode.Parse([]byte(raw))
		sound(t, []byte(raw), c)
		if s, known := barcode.SymbologyOf(id); known && s.Name == "" {
			t.Fatalf("%q has no name", id)
		}
		clean := utf8.ValidString(raw) && strings.TrimSpace(rest) == rest && !strings.HasPrefix(rest, "]")
		if c.Symbology == id && id != "" && clean && c.Text != rest {
			t.Fatalf("%q became %+v", raw, c)
		}
		if c.Symbology == "" && clean && c.Text != strings.TrimSpace(raw) {
			t.Fatalf("%q became %+v", raw, c)
		}
	})
}

// FuzzGS1: the elements of a string are its own bytes, in order.
func FuzzGS1(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		raw := "]C1" + text
		c := barcode.Parse([]byte(raw))
		sound(t, []byte(raw), c)
		if c.Kind != barcode.ElementString {
			return
		}
		rest := c.Text
		for _, e := range c.Elements() {
			at := strings.Index(rest, e.AI)
			if at < 0 || !strings.Contains(rest[at:], e.Value) {
				t.Fatalf("%q holds no %v", text, e)
			}
			rest = rest[at+len(e.AI):]
		}
		if item := c.Elements().Get("01"); item != "" && c.Key != item {
			t.Fatalf("%q is about %s, not %s", text, item, c.Key)
		}
	})
}

// FuzzLink: an address is read without harm, and what is read of it is whole.
func FuzzLink(f *testing.F) {
	f.Add("example.com/01/" + gtin + "/10/A%2FB?17=251231&x=y")
	f.Add("example.com/8006/" + gtin + "0203/21/%00")
	f.Add(strings.Repeat("/01", 200) + "?" + strings.Repeat("&17=251231", 200))
	f.Fuzz(func(t *testing.T, rest string) {
		raw := "https://" + rest
		c := barcode.Parse([]byte(raw))
		sound(t, []byte(raw), c)
		all := c.Elements()
		if (c.Kind == barcode.DigitalLink) != (len(all) > 0) {
			t.Fatalf("%q: %+v %v", raw, c, all)
		}
		if i := slices.IndexFunc(all, func(e barcode.Element) bool { return e.AI == "01" }); i > 0 || i == 0 && c.Key != all[0].Value {
			t.Fatalf("%q: %+v %v", raw, c, all)
		}
	})
}
