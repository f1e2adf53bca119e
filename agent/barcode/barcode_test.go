package barcode_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent/barcode"
)

func TestParse(t *testing.T) {
	for name, tt := range map[string]struct {
		raw  string
		want barcode.Code
	}{
		"EAN-13":                           {"4006381333931", barcode.Code{Text: "4006381333931", Key: "04006381333931"}},
		"UPC-A":                            {"036000291452", barcode.Code{Text: "036000291452", Key: "00036000291452"}},
		"UPC-A as 13 digits":               {"0036000291452", barcode.Code{Text: "0036000291452", Key: "00036000291452"}},
		"EAN-8":                            {"96385074", barcode.Code{Text: "96385074", Key: "00000096385074"}},
		"GTIN-14":                          {"98765432109213", barcode.Code{Text: "98765432109213", Key: "98765432109213"}},
		"with an AIM identifier":           {"]E04006381333931", barcode.Code{Text: "4006381333931", Key: "04006381333931", Symbology: "E0"}},
		"EAN-8 with an AIM identifier":     {"]E496385074", barcode.Code{Text: "96385074", Key: "00000096385074", Symbology: "E4"}},
		"ITF-14 with an AIM identifier":    {"]I198765432109213", barcode.Code{Text: "98765432109213", Key: "98765432109213", Symbology: "I1"}},
		"Code 128":                         {"]C0SHELF-A01", barcode.Code{Text: "SHELF-A01", Key: "SHELF-A01", Symbology: "C0"}},
		"an Aztec code":                    {"]zABADGE", barcode.Code{Text: "BADGE", Key: "BADGE", Symbology: "zA"}},
		"nothing but an AIM identifier":    {"]E0", barcode.Code{Symbology: "E0"}},
		"a bracket that is none":           {"]", barcode.Code{Text: "]", Key: "]"}},
		"brackets that are none":           {"]]]]", barcode.Code{Text: "]]]]", Key: "]]]]"}},
		"no letter after the bracket":      {"]10ABC", barcode.Code{Text: "]10ABC", Key: "]10ABC"}},
		"no digit after the letter":        {"]Axyz", barcode.Code{Text: "]Axyz", Key: "]Axyz"}},
		"a wrong check digit":              {"4006381333932", barcode.Code{Text: "4006381333932", Key: "4006381333932", BadCheckDigit: true}},
		"a wrong check digit, 8 digits":    {"96385075", barcode.Code{Text: "96385075", Key: "96385075", BadCheckDigit: true}},
		"a digit too few":                  {"40063813339", barcode.Code{Text: "40063813339", Key: "40063813339"}},
		"too many digits":                  {"40063813339314006381333931", barcode.Code{Text: "40063813339314006381333931", Key: "40063813339314006381333931"}},
		"letters of a GTIN's length":       {"40063813339AB", barcode.Code{Text: "40063813339AB", Key: "40063813339AB"}},
		"full-width digits are no digits":  {"９６３８５０７４", barcode.Code{Text: "９６３８５０７４", Key: "９６３８５０７４"}},
		"zeros":                            {"00000000", barcode.Code{Text: "00000000", Key: "00000000000000"}},
		"a SKU with blanks around it":      {" \tTEA 100 \r\n", barcode.Code{Text: "TEA 100", Key: "TEA 100"}},
		"blanks after the AIM identifier":  {"]C0  TEA ", barcode.Code{Text: "TEA", Key: "TEA", Symbology: "C0"}},
		"lower case is another text":       {"tea", barcode.Code{Text: "tea", Key: "tea"}},
		"nothing":                          {"", barcode.Code{}},
		"blanks":                           {" \r\n", barcode.Code{}},
		"NUL inside":                       {"A\x00B", barcode.Code{Text: "A\x00B", Key: "A\x00B"}},
		"bytes that are not UTF-8":         {"M\xfcsli\xff\xfe", barcode.Code{Text: "M\ufffdsli\ufffd", Key: "M\ufffdsli\ufffd"}},
		"a GS1 string stays a text":        {"]C10104006381333931\x1d10LOT", barcode.Code{Text: "0104006381333931\x1d10LOT", Key: "0104006381333931\x1d10LOT", Symbology: "C1"}},
		"what looks like a command":        {"'; DROP TABLE scan;--", barcode.Code{Text: "'; DROP TABLE scan;--", Key: "'; DROP TABLE scan;--"}},
		"an address stays a text":          {"HTTPS://example.com/01/04006381333931", barcode.Code{Text: "HTTPS://example.com/01/04006381333931", Key: "HTTPS://example.com/01/04006381333931"}},
		"a GTIN with a letter after it":    {"4006381333931x", barcode.Code{Text: "4006381333931x", Key: "4006381333931x"}},
		"a sign is no digit":               {"-400638133393", barcode.Code{Text: "-400638133393", Key: "-400638133393"}},
		"GTIN-13 inside a GTIN-14 of zero": {"04006381333931", barcode.Code{Text: "04006381333931", Key: "04006381333931"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := barcode.Parse([]byte(tt.raw)); got != tt.want {
				t.Errorf("Parse(%q) = %+v, want %+v", tt.raw, got, tt.want)
			}
		})
	}
}

func TestCheckDigits(t *testing.T) {
	// From GS1's own examples and from articles on the shelf.
	for payload, want := range map[string]byte{
		"400638133393": '1', "03600029145": '2', "9638507": '4', "9876543210921": '3', "590123412345": '7',
		"0000000": '0', "629104150021": '3', "1": '7', "": '0',
	} {
		if got := barcode.CheckDigit(payload); got != want {
			t.Errorf("CheckDigit(%q) = %c, want %c", payload, got, want)
		}
	}
	for _, digits := range []string{"", "0", "5"} {
		if barcode.CheckDigitFits(digits) {
			t.Errorf("%q has a payload and a check digit", digits)
		}
	}
}

// gtin draws a number with a right check digit.
func gtin(t *rapid.T, length int) string {
	payload := string(rapid.SliceOfN(rapid.ByteRange('0', '9'), length-1, length-1).Draw(t, "payload"))
	return payload + string(barcode.CheckDigit(payload))
}

var lengths = rapid.SampledFrom([]int{8, 12, 13, 14})

// One article number is found in whatever length and with whatever identifier a
// scanner sends it, and so is the catalogue's.
func TestAGTINHasOneKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := gtin(t, lengths.Draw(t, "length"))
		want := strings.Repeat("0", 14-len(number)) + number
		for _, length := range []int{8, 12, 13, 14} {
			if length < len(number) {
				continue
			}
			padded := strings.Repeat("0", length-len(number)) + number
			for _, raw := range []string{padded, "]E0" + padded, " " + padded + "\r\n", "]C0 " + padded} {
				if got := barcode.Parse([]byte(raw)); got.Key != want || got.BadCheckDigit {
					t.Fatalf("Parse(%q) = %+v, want the key %s", raw, got, want)
				}
			}
			if got := barcode.Key(padded); got != want {
				t.Fatalf("Key(%q) = %s, want %s", padded, got, want)
			}
		}
	})
}

// A check digit finds every single wrong digit, and every swap of neighbours that
// do not differ by five.
func TestAWrongDigitIsNoticed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := []byte(gtin(t, lengths.Draw(t, "length")))
		at := rapid.IntRange(0, len(number)-1).Draw(t, "at")
		wrong := bytes.Clone(number)
		wrong[at] = '0' + (wrong[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if c := barcode.Parse(wrong); !c.BadCheckDigit || c.Key != string(wrong) {
			t.Fatalf("%s misread as %s is taken for %+v", number, wrong, c)
		}
		next := (at + 1) % len(number)
		swapped := bytes.Clone(number)
		swapped[at], swapped[next] = swapped[next], swapped[at]
		apart := int(number[at]) - int(number[next])
		if next == at+1 && apart != 0 && apart != 5 && apart != -5 && !barcode.Parse(swapped).BadCheckDigit {
			t.Fatalf("%s swapped to %s is not noticed", number, swapped)
		}
	})
}

// Whatever comes, a code can be shown, stored and looked up.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"4006381333931", "]E04006381333931", "]C1\x1d01", "\x00\xff\xfe", "]", strings.Repeat("9", 5000)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		c := barcode.Parse(raw)
		if !bytes.Equal(raw, before) {
			t.Fatal("the raw bytes were changed")
		}
		if !utf8.ValidString(c.Text) || !utf8.ValidString(c.Key) || strings.TrimSpace(c.Text) != c.Text {
			t.Fatalf("%+v", c)
		}
		if n := len(c.Symbology); n != 0 && n != 2 {
			t.Fatalf("the symbology is %q", c.Symbology)
		}
		isGTIN := len(c.Key) == 14 && strings.Trim(c.Key, "0123456789") == "" && barcode.CheckDigitFits(c.Key)
		if c.Key != c.Text && !isGTIN {
			t.Fatalf("%+v is keyed by neither its text nor a GTIN", c)
		}
		if c.BadCheckDigit && (c.Key != c.Text || isGTIN) {
			t.Fatalf("%+v", c)
		}
		if barcode.Parse(raw) != c || barcode.Key(string(raw)) != c.Key {
			t.Fatal("the same bytes are read in two ways")
		}
	})
}
