package barcode_test

import (
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent/barcode"
)

const (
	ean  = "4006381333931"
	gtin = "04006381333931"
	gs   = "\x1d"
)

type code = barcode.Code

// text is a code that is nothing but text.
func text(s string) code { return code{Text: s, Key: s} }

func TestParse(t *testing.T) {
	for name, tt := range map[string]struct {
		raw  string
		want code
	}{
		"EAN-13":             {ean, code{Text: ean, Key: gtin}},
		"UPC-A":              {"036000291452", code{Text: "036000291452", Key: "00036000291452"}},
		"UPC-A as 13 digits": {"0036000291452", code{Text: "0036000291452", Key: "00036000291452"}},
		"EAN-8":              {"96385074", code{Text: "96385074", Key: "00000096385074"}},
		"GTIN-14":            {"98765432109213", code{Text: "98765432109213", Key: "98765432109213"}},
		"UPC-E":              {"04252614", code{Text: "04252614", Key: "00042100005264"}},

		"with an AIM identifier":           {"]E04006381333931\r", code{Text: ean, Key: gtin, Symbology: "E0"}},
		"with it twice":                    {"]E0]E04006381333931\r", code{Text: ean, Key: gtin, Symbology: "E0"}},
		"EAN-8 with an AIM identifier":     {"]E496385074", code{Text: "96385074", Key: "00000096385074", Symbology: "E4"}},
		"ITF-14 with an AIM identifier":    {"]I198765432109213", code{Text: "98765432109213", Key: "98765432109213", Symbology: "I1"}},
		"ITF that is no GTIN":              {"]I0123456", code{Text: "123456", Key: "123456", Symbology: "I0"}},
		"an ITF-14 misread":                {"]I198765432109214", code{Text: "98765432109214", Key: "98765432109214", Symbology: "I1", BadCheckDigit: true}},
		"Code 128":                         {"]C0SHELF-A01", code{Text: "SHELF-A01", Key: "SHELF-A01", Symbology: "C0"}},
		"Code 128 with a GTIN":             {"]C0" + ean, code{Text: ean, Key: gtin, Symbology: "C0"}},
		"Code 128 with just digits":        {"]C04006381333932", code{Text: "4006381333932", Key: "4006381333932", Symbology: "C0"}},
		"Code 39":                          {"]A0PALLET 7", code{Text: "PALLET 7", Key: "PALLET 7", Symbology: "A0"}},
		"an Aztec code":                    {"]zABADGE", code{Text: "BADGE", Key: "BADGE", Symbology: "zA"}},
		"nothing but an AIM identifier":    {"]E0", code{Symbology: "E0"}},
		"a bracket that is none":           {"]", text("]")},
		"brackets that are none":           {"]]]]", text("]]]]")},
		"no letter after the bracket":      {"]10ABC", text("]10ABC")},
		"no digit after the letter":        {"]Axyz", text("]Axyz")},
		"a wrong check digit":              {"4006381333932", code{Text: "4006381333932", Key: "4006381333932", BadCheckDigit: true}},
		"a wrong check digit, 8 digits":    {"96385075", code{Text: "96385075", Key: "96385075", BadCheckDigit: true}},
		"a digit too few":                  {"40063813339", text("40063813339")},
		"letters of a GTIN's length":       {"40063813339AB", text("40063813339AB")},
		"full-width digits are no digits":  {"９６３８５０７４", text("９６３８５０７４")},
		"zeros":                            {"00000000", code{Text: "00000000", Key: "00000000000000"}},
		"a SKU with blanks around it":      {" \tTEA 100 \r\n", text("TEA 100")},
		"blanks after the AIM identifier":  {"]C0  TEA ", code{Text: "TEA", Key: "TEA", Symbology: "C0"}},
		"lower case is another text":       {"tea", text("tea")},
		"nothing":                          {"", code{}},
		"blanks":                           {" \r\n", code{}},
		"bytes that are not UTF-8":         {"M\xfcsli\xff\xfe", text("M\ufffdsli\ufffd")},
		"what looks like a command":        {"'; DROP TABLE scan;--", text("'; DROP TABLE scan;--")},
		"an address of anything":           {"https://example.com/approve?all=1", text("https://example.com/approve?all=1")},
		"a GTIN with a letter after it":    {"4006381333931x", text("4006381333931x")},
		"a sign is no digit":               {"-400638133393", text("-400638133393")},
		"GTIN-13 inside a GTIN-14 of zero": {gtin, code{Text: gtin, Key: gtin}},
	} {
		t.Run(name, func(t *testing.T) { parses(t, tt.raw, tt.want) })
	}
}

func parses(t *testing.T, raw string, want code) {
	t.Helper()
	if got := barcode.Parse([]byte(raw)); got != want {
		t.Errorf("Parse(%q)\n got %+v\nwant %+v", raw, got, want)
	}
}

// Eight digits are an EAN-8 or a UPC-E. The identifier decides; without one both
// readings are kept, the standard's first.
func TestEightDigitsCanMeanTwoThings(t *testing.T) {
	for raw, want := range map[string]code{
		"01234558":    {Text: "01234558", Key: "00012345000058", OtherKey: "00000001234558"},
		"]E001234558": {Text: "01234558", Key: "00012345000058", Symbology: "E0"},
		"]E401234558": {Text: "01234558", Key: "00000001234558", Symbology: "E4"},
		"]C001234558": {Text: "01234558", Key: "00000001234558", Symbology: "C0"},
		"04252614":    {Text: "04252614", Key: "00042100005264"}, // no EAN-8
		"]E404252614": {Text: "04252614", Key: "04252614", Symbology: "E4", BadCheckDigit: true},
		"10000052":    {Text: "10000052", Key: "00000010000052", OtherKey: "00100000000052"}, // few UPC-Es begin with 1
		"]E010000052": {Text: "10000052", Key: "00100000000052", Symbology: "E0"},
		"11111117":    {Text: "11111117", Key: "11111117", BadCheckDigit: true},   // a UPC-E, but an EAN-8 misread is likelier
		"]E096385074": {Text: "96385074", Key: "00000096385074", Symbology: "E0"}, // a scanner that says less than the standard asks
	} {
		parses(t, raw, want)
	}
}

func TestMeaningTakesTheOtherReading(t *testing.T) {
	c := barcode.Parse([]byte("01234558"))
	if got := c.Meaning("00000001234558"); got.Key != "00000001234558" || got.OtherKey != "00012345000058" || got.Text != c.Text {
		t.Errorf("%+v", got)
	}
	if c.Meaning(c.Key) != c || c.Meaning("") != c || c.Meaning("something else") != c {
		t.Error("the reading was changed")
	}
	if key, other := barcode.Keys("01234558"); key != c.Key || other != c.OtherKey {
		t.Errorf("the catalogue has %s and %s", key, other)
	}
	if key, other := barcode.Keys(ean); key != gtin || other != "" {
		t.Errorf("the catalogue has %s and %q", key, other)
	}
}

// People write numbers with blanks and hyphens. Scanners don't.
func TestTheCatalogueWritesNumbersAsPeopleDo(t *testing.T) {
	for written, want := range map[string][2]string{
		"4 006381 333931":   {"4 006381 333931", gtin},
		"978-0-14-300723-4": {"978-0-14-300723-4", "09780143007234"},
		" 4006381333931 ":   {gtin, ""},
		"978-0-14-300723-5": {"978-0-14-300723-5", ""},
		"TEA-100":           {"TEA-100", ""},
		"- -":               {"- -", ""},
		"":                  {"", ""},
	} {
		if key, other := barcode.Keys(written); key != want[0] || other != want[1] {
			t.Errorf("%q is found by %q and %q", written, key, other)
		}
	}
	parses(t, "978-0-14-300723-4", text("978-0-14-300723-4"))
}

func TestAddOns(t *testing.T) {
	for raw, want := range map[string]code{
		"]E3" + ean + "12":       {Text: ean + "12", Key: gtin, Symbology: "E3", AddOn: "12"},
		"]E3977147396801203":     {Text: "977147396801203", Key: "09771473968012", Symbology: "E3", AddOn: "03"},
		"]E3978014300723452495":  {Text: "978014300723452495", Key: "09780143007234", Symbology: "E3", AddOn: "52495"},
		"]E303600029145212":      {Text: "03600029145212", Key: "00036000291452", Symbology: "E3", AddOn: "12"},
		"]E303600029145251299":   {Text: "03600029145251299", Key: "00036000291452", Symbology: "E3", AddOn: "51299"},
		"]E3" + ean:              {Text: ean, Key: gtin, Symbology: "E3"}, // without one after all
		"]E3400638133393212":     {Text: "400638133393212", Key: "400638133393212", Symbology: "E3"},
		"]E112":                  {Text: "12", Key: "12", Symbology: "E1", AddOn: "12", Kind: barcode.Details},
		"]E251299":               {Text: "51299", Key: "51299", Symbology: "E2", AddOn: "51299", Kind: barcode.Details},
		"977147396801203":        {Text: "977147396801203", Key: "09771473968012", OtherKey: "977147396801203", AddOn: "03"},
		"978014300723452495":     {Text: "978014300723452495", Key: "09780143007234", OtherKey: "978014300723452495", AddOn: "52495"},
		ean + "12":               text(ean + "12"), // a newspaper has another number
		"]C0977147396801203":     {Text: "977147396801203", Key: "977147396801203", Symbology: "C0"},
		"977147396801303":        text("977147396801303"),
		"]E304252614" + "12":     {Text: "0425261412", Key: "00042100005264", Symbology: "E3", AddOn: "12"},
		"]E3not digits" + "1234": {Text: "not digits1234", Key: "not digits1234", Symbology: "E3"},
	} {
		parses(t, raw, want)
	}
}

// Our own codes are told apart from articles. That is all: no text has any power.
func TestOurOwnCodes(t *testing.T) {
	for raw, want := range map[string]code{
		"SH.B.A-01":                         {Kind: barcode.Bin, Value: "A-01"},
		"]C0SH.B.A-01":                      {Kind: barcode.Bin, Value: "A-01", Symbology: "C0"},
		"SH.Z.Back room":                    {Kind: barcode.Zone, Value: "Back room"},
		"SH.P.anna":                         {Kind: barcode.Badge, Value: "anna"},
		"SH.C.undo":                         {Kind: barcode.Command, Value: "undo"},
		"SH.B.SH.B.x":                       {Kind: barcode.Bin, Value: "SH.B.x"},
		"STOCKHAND-7F3Q-aZyY:/_=?#":         {Kind: barcode.Pairing},
		"]Q1STOCKHAND-7F3Q-aZyY:/_=?#":      {Kind: barcode.Pairing, Symbology: "Q1"},
		"stockhand-7f3q-AzYy:/_=?#":         {Kind: barcode.Pairing}, // Caps Lock
		"STOCKHANDß7F3Qßa":                  {Kind: barcode.Pairing}, // a German layout
		"STOCKHQND)è":                       {Kind: barcode.Pairing}, // a French one
		"#@12345#":                          {Kind: barcode.Setup},
		"SH.B.":                             {},
		"SH.B":                              {},
		"SH.X.y":                            {},
		"SH":                                {},
		"sh.b.a-01":                         {},
		"STOCKHAND":                         {},
		"#@#":                               {},
		"#@no end":                          {},
		"https://example.com/?go=SH.C.undo": {},
	} {
		_, rest, found := strings.Cut(raw, "]")
		if want.Text = raw; found {
			want.Text = rest[2:]
		}
		want.Key = want.Text
		parses(t, raw, want)
	}
}

func TestAPrefixOfTheShopsOwn(t *testing.T) {
	r := barcode.Rules{Prefix: "LAGER/"}
	if got := r.Parse([]byte("LAGER/B.A-01")); got.Kind != barcode.Bin || got.Value != "A-01" {
		t.Errorf("%+v", got)
	}
	if got := r.Parse([]byte("SH.B.A-01")); got != text("SH.B.A-01") {
		t.Errorf("%+v", got)
	}
	for kind, want := range map[barcode.Kind]string{
		barcode.Bin: "LAGER/B.x", barcode.Zone: "LAGER/Z.x", barcode.Badge: "LAGER/P.x", barcode.Command: "LAGER/C.x", barcode.Article: "",
	} {
		label := r.Label(kind, "x")
		if label != want {
			t.Errorf("the label of a %q is %q", kind, label)
		}
		if got := r.Parse([]byte(label)); label != "" && (got.Kind != kind || got.Value != "x") {
			t.Errorf("%q is read as %+v", label, got)
		}
	}
	for prefix, ok := range map[string]bool{"": true, "SH.": true, "%S": true, "x": false, "much too long": false, "A B": false, "Ü.": false, "12": false} {
		if err := (barcode.Rules{Prefix: prefix}).Check(); (err == nil) != ok {
			t.Errorf("the prefix %q: %v", prefix, err)
		}
	}
}

// Two scans that ran together are told, and only if both are certainly numbers.
func TestScansThatRanTogether(t *testing.T) {
	for raw, halves := range map[string][2]string{
		"40063813339314006381333931": {ean, ean},
		"40063813339315901234123457": {ean, "5901234123457"},
		"036000291452042100005264":   {"036000291452", "042100005264"},
		"9638507496385074":           {"96385074", "96385074"},
		"0425261496385074":           {"04252614", "96385074"},
		"40063813339324006381333931": {},
		"40063813339314006381333932": {},
		"036000291452042100005265":   {},
		"9638507496385075":           {},
		"963850749638507":            {},
		"96385074963850749638507":    {},
		"4006381333931400638133393x": {},
	} {
		c := barcode.Parse([]byte(raw))
		first, second, ok := barcode.Halves(raw)
		if ok != (halves != [2]string{}) || ok && (first != halves[0] || second != halves[1]) {
			t.Errorf("%s: %s and %s, %t", raw, first, second, ok)
		}
		if want := (code{Text: raw, Key: raw}); ok {
			want.Kind = barcode.Joined
			parses(t, raw, want)
		} else if c != want {
			t.Errorf("%s: %+v", raw, c)
		}
		if got := barcode.Parse([]byte("]C0" + raw)); got.Kind != barcode.Article {
			t.Errorf("a Code 128 is one code: %+v", got)
		}
	}
}

// Answers of a scanner and broken bytes are no articles, whatever they look like.
func TestNoise(t *testing.T) {
	for raw, noise := range map[string]bool{
		"]Z6TERMID131\x06.":               true,
		"]Z6" + ean:                       true,
		"]X0TERMID131\x06.":               true,
		"]X0TEA":                          false,
		"A\x00B":                          true,
		"\x00\x00\x00":                    true,
		"40063\x0081333931":               true,
		"\xff\xfe\x80":                    true,
		"\xff\xfe\x80garbage" + gs:        false,
		"M\xfcsli":                        false,
		"[)>\x1e06\x1dP123\x1d\x1e\x04":   false, // ISO/IEC 15434
		"line\nline":                      false,
		"\x7f\x7f":                        true,
		strings.Repeat("\U0001F600", 200): false,
	} {
		if c := barcode.Parse([]byte(raw)); (c.Kind == barcode.Noise) != noise || c.Kind.IsArticle() == noise {
			t.Errorf("%q: %+v", raw, c)
		}
	}
}

func TestSymbologies(t *testing.T) {
	for id, want := range map[string]barcode.Symbology{
		"E0": {Name: "EAN-13"},
		"E4": {Name: "EAN-8"},
		"E3": {Name: "EAN-13", Modifier: "with its add-on"},
		"C0": {Name: "Code 128"},
		"C1": {Name: "GS1-128", Modifier: "GS1 element string"},
		"d2": {Name: "GS1 Data Matrix", Modifier: "GS1 element string"},
		"Q3": {Name: "GS1 QR Code", Modifier: "GS1 element string"},
		"Q1": {Name: "QR Code"},
		"I1": {Name: "Interleaved 2 of 5", Modifier: "check digit verified and sent"},
		"e0": {Name: "GS1 DataBar", Modifier: "GS1 element string"},
		"A0": {Name: "Code 39"},
		"zC": {Name: "Aztec", Modifier: "Aztec rune"},
		"X0": {Name: "another barcode"},
		"Z6": {Name: "no barcode", Modifier: "the scanner's answer"},
		"CF": {Name: "Code 128"},
	} {
		if got, ok := barcode.SymbologyOf(id); !ok || got != want {
			t.Errorf("%s is %+v, %t", id, got, ok)
		}
	}
	for _, id := range []string{"", "E", "E00", "W0", "]E", "00"} {
		if got, ok := barcode.SymbologyOf(id); ok {
			t.Errorf("%q is %+v", id, got)
		}
	}
}
