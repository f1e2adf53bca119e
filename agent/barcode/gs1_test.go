package barcode_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent/barcode"
)

// five is a string of five elements, as on a carton.
const five = "01" + gtin + "17251231" + "10LOT-4711" + gs + "21SERIAL-0000000000001" + gs + "30000012"

// spelled writes elements as "(01)... (10)...".
func spelled(all barcode.Elements) string {
	var words []string
	for _, e := range all {
		words = append(words, "("+e.AI+")"+e.Value)
	}
	return strings.Join(words, " ")
}

func TestElementStrings(t *testing.T) {
	for name, tt := range map[string]struct {
		raw, elements string
		want          code
	}{
		"GS1-128": {
			"]C1" + five, "(01)" + gtin + " (17)251231 (10)LOT-4711 (21)SERIAL-0000000000001 (30)000012",
			code{Key: gtin, Amount: barcode.Amount{Of: barcode.Pieces, Value: 12}},
		},
		"Data Matrix": {
			"]d2" + five, "(01)" + gtin + " (17)251231 (10)LOT-4711 (21)SERIAL-0000000000001 (30)000012",
			code{Key: gtin, Amount: barcode.Amount{Of: barcode.Pieces, Value: 12}},
		},
		"QR":                               {"]Q301" + gtin + "10A", "(01)" + gtin + " (10)A", code{Key: gtin}},
		"DotCode":                          {"]J101" + gtin, "(01)" + gtin, code{Key: gtin}},
		"DataBar":                          {"]e001" + gtin, "(01)" + gtin, code{Key: gtin}},
		"FNC1 in front":                    {"]C1" + gs + "01" + gtin + "10A", "(01)" + gtin + " (10)A", code{Key: gtin}},
		"a separator behind all":           {"]C101" + gtin + "10A" + gs, "(01)" + gtin + " (10)A", code{Key: gtin}},
		"a separator after a fixed length": {"]C101" + gtin + gs + "17251231" + gs + gs + "10A", "(01)" + gtin + " (17)251231 (10)A", code{Key: gtin}},
		"the separator's picture":          {"]C101" + gtin + "10A␝21B", "(01)" + gtin + " (10)A (21)B", code{Key: gtin}},
		"the separator in words":           {"]C101" + gtin + "10A<GS>21B{GS}240C[GS]241D^]20" + "07", "(01)" + gtin + " (10)A (21)B (240)C (241)D (20)07", code{Key: gtin}},
		"a smaller-than sign that separates nothing": {"]C101" + gtin + "10A<B>" + gs + "21C", "(01)" + gtin + " (10)A<B> (21)C", code{Key: gtin}},
		"lot before item": {"]C110A" + gs + "01" + gtin, "(10)A (01)" + gtin, code{Key: gtin}},
		"the pallet's content": {
			"]C100123456789012345675" + "02" + gtin + "3748", "(00)123456789012345675 (02)" + gtin + " (37)48",
			code{Key: gtin, Amount: barcode.Amount{Of: barcode.Pieces, Value: 48}},
		},
		"the content without its number": {"]C102" + gtin, "(02)" + gtin, code{Key: gtin, Amount: barcode.Amount{Of: barcode.Pieces}}},
		"a pallet":                       {"]C100123456789012345675", "(00)123456789012345675", code{Key: "00123456789012345675"}},
		"one part of three": {
			"]C18006" + gtin + "0203", "(8006)" + gtin + "0203", code{Key: gtin, Amount: barcode.Amount{Of: barcode.Part, Value: 3}},
		},
		"one part of one": {"]C18006" + gtin + "0101", "(8006)" + gtin + "0101", code{Key: gtin}},
		"weight":          {"]C10198765432109213" + "3103001250", "(01)98765432109213 (3103)001250", code{Key: "98765432109213", Amount: barcode.Amount{Of: barcode.Kilogram, Value: 1250, Decimals: 3}}},
		"price":           {"]C101" + gtin + "3922" + "1999", "(01)" + gtin + " (3922)1999", code{Key: gtin, Amount: barcode.Amount{Of: barcode.Price, Value: 1999, Decimals: 2}}},
		"price in euros":  {"]C101" + gtin + "3932" + "9781999", "(01)" + gtin + " (3932)9781999", code{Key: gtin, Amount: barcode.Amount{Of: barcode.Price, Value: 1999, Decimals: 2, Currency: "978"}}},
		"a document":      {"]C12534006381333931ABC", "(253)4006381333931ABC", code{Key: "2534006381333931ABC"}},
		"returnable":      {"]C1800304006381333931", "(8003)04006381333931", code{Key: "800304006381333931"}},
	} {
		t.Run(name, func(t *testing.T) {
			tt.want.Text, tt.want.Symbology, tt.want.Kind = tt.raw[3:], tt.raw[1:3], barcode.ElementString
			parses(t, tt.raw, tt.want)
			if got := spelled(barcode.Parse([]byte(tt.raw)).Elements()); got != tt.elements {
				t.Errorf("%s, want %s", got, tt.elements)
			}
		})
	}
}

// Without an identifier a string of digits can also be a number of the house, so
// that its text is kept as the other key.
func TestElementStringsThatNothingAnnounces(t *testing.T) {
	for _, raw := range []string{five, "01" + gtin, "01" + gtin + "10A", "(01)" + gtin + "(17)251231(10)LOT(4)(21)7"} {
		c := barcode.Parse([]byte(raw))
		if c.Kind != barcode.ElementString || c.Key != gtin || c.OtherKey != raw {
			t.Errorf("%+v", c)
		}
	}
	if got := spelled(barcode.Parse([]byte("(01)" + gtin + "(10)LOT(4)(21)7")).Elements()); got != "(01)"+gtin+" (10)LOT(4) (21)7" {
		t.Errorf("in brackets: %s", got)
	}
	if c := barcode.Parse([]byte(gs + "01" + gtin + "10A")); c.Key != gtin || c.OtherKey != "" || c.Kind != barcode.ElementString {
		t.Errorf("FNC1 announces it: %+v", c)
	}
	for _, raw := range []string{
		"0104006381333932", "01" + gtin + "9", "01" + gtin + "14251231", "01" + gtin + "17251331", "10LOT" + gs + "21S", "(x)" + gtin + "1234",
		"]C001" + gtin, "]A001" + gtin,
	} {
		if c := barcode.Parse([]byte(raw)); c.Key != c.Text || c.Kind == barcode.ElementString {
			t.Errorf("%+v", c)
		}
	}
}

// A scanner that loses separators still says which item it was, if the shop knows
// it: the text comes first.
func TestAnElementStringThatLostItsSeparators(t *testing.T) {
	raw := "01" + gtin + "10LOT-4711" + "21SERIAL-0000000000001"
	parses(t, raw, code{Text: raw, Key: raw, OtherKey: gtin, Kind: barcode.ElementString, Malformed: true})
	raw = "(01)" + gtin + "(77)1"
	parses(t, raw, code{Text: raw, Key: raw, OtherKey: gtin, Kind: barcode.ElementString, Malformed: true})
	raw = "0104006381333932" + "10LOT-4711"
	parses(t, raw, code{Text: raw, Key: raw})
}

// A string that is broken behind its item still says which item it is. One that is
// broken before it says nothing.
func TestBrokenElementStrings(t *testing.T) {
	for rest, elements := range map[string]string{
		"14251231":                              "",            // no such identifier
		"17251331":                              "",            // a month 13
		"17251232":                              "",            // a day 32
		"1725123":                               "",            // too short
		"10":                                    "",            // empty
		"10" + gs + "21A":                       "",            // empty before a separator
		"10LOT-471121SERIAL-0000000000001":      "",            // a separator lost
		"10Lüt":                                 "",            // a character that there is not
		"17251231" + "3103" + "12" + gs + "10A": " (17)251231", // a value cut short
		"10A" + gs + "15260229":                 " (10)A",      // no leap year
		"7041XYZ0X":                             "",
	} {
		c := barcode.Parse([]byte("]C101" + gtin + rest))
		if c.Key != gtin || !c.Malformed || c.BadCheckDigit || c.Kind != barcode.ElementString {
			t.Errorf("%q: %+v", rest, c)
		}
		if got := spelled(c.Elements()); got != "(01)"+gtin+elements {
			t.Errorf("%q: %s", rest, got)
		}
	}
	for raw, want := range map[string]code{
		"]C10104006381333932":         {BadCheckDigit: true},
		"]C10104006381333932" + "10A": {BadCheckDigit: true},
		"]C1SHELF":                    {},
		"]C1":                         {},
		"]C117251231" + "14":          {Malformed: true},
		"]C110A" + gs + "0104":        {Malformed: true},
	} {
		want.Text, want.Key, want.Symbology = raw[3:], raw[3:], "C1"
		parses(t, raw, want)
	}
	// Some printers mark a plain number as GS1-128.
	parses(t, "]C114006381333938", code{Text: "14006381333938", Key: "14006381333938", Symbology: "C1"})
	// The second part of a composite code belongs to the read before it.
	parses(t, "]e017251231"+"10A", code{Text: "17251231" + "10A", Key: "17251231" + "10A", Symbology: "e0", Kind: barcode.Details})
}

func TestEveryFormatAndRule(t *testing.T) {
	for ai, values := range map[string]struct{ good, bad []string }{
		"00":   {[]string{"123456789012345675"}, []string{"123456789012345676", "12345678901234567"}},
		"17":   {[]string{"251231", "240229", "000229", "250200"}, []string{"251301", "250230", "230229", "250001", "25123A"}},
		"7006": {[]string{"250228"}, []string{"250200", "250229"}},
		"7007": {[]string{"250101", "250101251231"}, []string{"2501012512", "250101250001"}},
		"7003": {[]string{"2512312359"}, []string{"2512312400", "2512312360", "251231"}},
		"8008": {[]string{"25123123", "2512312359", "251231235959"}, []string{"25123124", "2512312360", "251231235960", "251231235"}},
		"7011": {[]string{"251231", "2512310000"}, []string{"2512312400"}},
		"7250": {[]string{"19700101"}, []string{"19701301", "19700100"}},
		"7251": {[]string{"197001012359"}, []string{"197001012459"}},
		"7252": {[]string{"0", "1", "2", "9"}, []string{"3"}},
		"7258": {[]string{"1/2", "3/3"}, []string{"0/2", "3/2", "1-2", "1/:"}},
		"7241": {[]string{"01", "10", "80", "99"}, []string{"00", "11", "79"}},
		"10":   {[]string{"A", `!"%&'()*+,-./:;`, "<=>?_z9", strings.Repeat("x", 20)}, []string{"", "A B", "A#B", "ä", strings.Repeat("x", 21)}},
		"30":   {[]string{"1", "12345678"}, []string{"A", "123456789"}},
		"253":  {[]string{ean, ean + "X", ean + strings.Repeat("9", 17)}, []string{"4006381333932", ean + strings.Repeat("9", 18)}},
		"255":  {[]string{ean, ean + "123456789012"}, []string{ean + "A"}},
		"3910": {[]string{"9781", "978123456789012345"}, []string{"978", "0001", "9781234567890123456"}},
		"3943": {[]string{"0100"}, []string{"010"}},
		"402":  {[]string{"12345678901234560"}, []string{"12345678901234568"}},
		"414":  {[]string{ean}, []string{"4006381333932"}},
		"421":  {[]string{"27612345"}, []string{"00012345", "276"}},
		"423":  {[]string{"276", "276250", "276250826528056"}, []string{"000", "27625", "276250826528056040"}},
		"4300": {[]string{"A%20B", "100%25"}, []string{"100%", "%2", "%GG"}},
		"4307": {[]string{"DE"}, []string{"de", "D", "D1"}},
		"4309": {[]string{"18000000003600000000"}, []string{"18000000010000000000", "00000000003600000001"}},
		"4321": {[]string{"0", "1"}, []string{"2"}},
		"4324": {[]string{"2512310000", "2512002359"}, []string{"2512312460"}},
		"4330": {[]string{"001234", "001234-"}, []string{"00123", "001234+"}},
		"7030": {[]string{"276X", "999X"}, []string{"000X", "276"}},
		"7040": {[]string{"1ABC", "1AB-", "1AB_"}, []string{"1AB!", "AABC", "1AB"}},
		"8001": {[]string{"12341234512391", "00010000100101"}, []string{"00001234512391", "12341234512321"}},
		"8003": {[]string{"0" + ean, "0" + ean + "S"}, []string{"1" + ean, "04006381333932"}},
		"8006": {[]string{gtin + "0102", gtin + "0202"}, []string{gtin + "0302", gtin + "0002", gtin + "01"}},
		"8007": {[]string{"GB82WEST12345698765432", "DE89370400440532013000"}, []string{"GB82WEST12345698765431", "gb82WEST12345698765432", "GB", "1234567"}},
		"8010": {[]string{"ABC-12#/3"}, []string{"abc", "A.B"}},
		"8011": {[]string{"0", "10"}, []string{"01", ""}},
		"8013": {[]string{"1987654Ad4X4bL5ttr2310c2K"}, []string{"1987654Ad4X4bL5ttr2310c2L", "1987654Ad4X4bL5ttr2310cK2", "2K"}},
		"8014": {[]string{"1987654Ad4X4bL5ttr2310c2K"}, []string{"1234567890123456789012345"}},
		"8030": {[]string{"abc-_="}, []string{"ab+c"}},
		"8043": {[]string{"123456789012345678", "12345678901234567812"}, []string{"1234567890123456781234"}},
		"8200": {[]string{"https://example.com"}, []string{"https://example.com/~x"}},
		"90":   {[]string{strings.Repeat("x", 30)}, []string{strings.Repeat("x", 31)}},
		"99":   {[]string{strings.Repeat("x", 90)}, []string{strings.Repeat("x", 91)}},
	} {
		read := func(value string) bool {
			c := barcode.Parse([]byte("]C101" + gtin + ai + value))
			return !c.Malformed && c.Elements().Get(ai) == value
		}
		for _, value := range values.good {
			if !read(value) {
				t.Errorf("(%s)%s is refused", ai, value)
			}
		}
		for _, value := range values.bad {
			if read(value) {
				t.Errorf("(%s)%s is accepted", ai, value)
			}
		}
	}
}

func TestWhatElementsSay(t *testing.T) {
	all := barcode.Parse([]byte("]C1" + five)).Elements()
	if all.GTIN() != gtin || all.Lot() != "LOT-4711" || all.Serial() != "SERIAL-0000000000001" {
		t.Errorf("%+v", all)
	}
	if n, ok := all.Count(); !ok || n != 12 {
		t.Errorf("%d pieces, %t", n, ok)
	}
	if d, ok := all.Expiry(2025); !ok || d.String() != "2025-12-31" {
		t.Errorf("expires %s, %t", d, ok)
	}
	pallet := barcode.Parse([]byte("]C102" + gtin + "15240200" + "3748" + gs + "3100000012" + "3921" + "5")).Elements()
	if n, ok := pallet.Count(); !ok || n != 48 || pallet.GTIN() != gtin {
		t.Errorf("%+v", pallet)
	}
	if d, ok := pallet.Expiry(2025); !ok || d.String() != "2024-02-29" {
		t.Errorf("best before %s", d)
	}
	if w, ok := pallet.Weight(); !ok || w.String() != "12 kg" {
		t.Errorf("weighs %s", w)
	}
	if p, ok := pallet.Price(); !ok || p.String() != "price 0.5" {
		t.Errorf("costs %s", p)
	}
	none := barcode.Elements{}
	_, count := none.Count()
	_, weight := none.Weight()
	_, price := none.Price()
	_, expiry := none.Expiry(2025)
	if none.GTIN() != "" || none.Lot() != "" || none.Serial() != "" || count || weight || price || expiry {
		t.Error("nothing says something")
	}
	if got := barcode.Parse([]byte(ean)).Elements(); got != nil {
		t.Errorf("a number has elements: %v", got)
	}
}

// Two digits of a year mean the nearest one.
func TestTheCenturyOfADate(t *testing.T) {
	for _, tt := range []struct {
		now  int
		yy   string
		want string
	}{
		{2026, "26", "2026"},
		{2026, "76", "2076"},
		{2026, "77", "1977"},
		{2026, "99", "1999"},
		{2026, "00", "2000"},
		{2060, "09", "2109"},
		{2060, "10", "2110"},
		{2060, "11", "2011"},
		{1999, "00", "2000"},
		{2050, "99", "2099"},
	} {
		d, _ := barcode.Parse([]byte("]C101" + gtin + "17" + tt.yy + "0615")).Elements().Expiry(tt.now)
		if d.String() != tt.want+"-06-15" {
			t.Errorf("in %d the year %s is %s, want %s", tt.now, tt.yy, d, tt.want)
		}
	}
}

func TestGrams(t *testing.T) {
	for _, tt := range []struct {
		amount barcode.Amount
		grams  int64
		ok     bool
	}{
		{barcode.Amount{Of: barcode.Kilogram, Value: 1250, Decimals: 3}, 1250, true},
		{barcode.Amount{Of: barcode.Kilogram, Value: 12, Decimals: 0}, 12000, true},
		{barcode.Amount{Of: barcode.Kilogram, Value: 125000, Decimals: 5}, 1250, true},
		{barcode.Amount{Of: barcode.Kilogram, Value: 125001, Decimals: 5}, 0, false},
		{barcode.Amount{Of: barcode.Price, Value: 1250, Decimals: 3}, 0, false},
		{barcode.Amount{}, 0, false},
	} {
		if grams, ok := tt.amount.Grams(); ok != tt.ok || ok && grams != tt.grams {
			t.Errorf("%+v is %d g, %t", tt.amount, grams, ok)
		}
	}
}

var values = map[string]*rapid.Generator[string]{
	"10":   rapid.StringMatching(`[!-"%-/0-9A-Z_a-z]{1,20}`),
	"21":   rapid.StringMatching(`[0-9A-Za-z]{1,20}`),
	"17":   rapid.StringMatching(`[0-9]{2}(0[1-9]|1[0-2])(0[0-9]|1[0-9]|2[0-8])`),
	"240":  rapid.StringMatching(`[0-9A-Z-]{1,30}`),
	"30":   rapid.StringMatching(`[0-9]{1,8}`),
	"3103": rapid.StringMatching(`[0-9]{6}`),
	"20":   rapid.StringMatching(`[0-9]{2}`),
	"99":   rapid.StringMatching(`[0-9A-Z<>]{1,90}`),
}

// What is written as an element string is read as it was meant, with separators
// where they must be or wherever they may be.
func TestElementStringsAreReadAsTheyWereWritten(t *testing.T) {
	fixed := []string{"17", "3103", "20"}
	rapid.Check(t, func(t *rapid.T) {
		number := draw(t, 14)
		want := barcode.Elements{{AI: "01", Value: number}}
		names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"10", "17", "20", "21", "240", "30", "3103", "99"}), 0, 8, rapid.ID[string]).Draw(t, "identifiers")
		text := "01" + number
		for _, ai := range names {
			value := values[ai].Draw(t, ai)
			if strings.Contains(value, "<GS>") {
				value = "X"
			}
			before := want[len(want)-1].AI
			if len(want) > 1 && !slices.Contains(fixed, before) || rapid.Bool().Draw(t, "separator anyway") {
				text += gs
			}
			text += ai + value
			want = append(want, barcode.Element{AI: ai, Value: value})
		}
		c := barcode.Parse([]byte("]C1" + text))
		if c.Key != number || c.Malformed || fmt.Sprint(c.Elements()) != fmt.Sprint(want) {
			t.Fatalf("%q\n got %+v %v\nwant %v", text, c, c.Elements(), want)
		}
	})
}
