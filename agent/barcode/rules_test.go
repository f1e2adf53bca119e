package barcode_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent/barcode"
)

// withCheck adds the check digit to twelve digits.
func withCheck(payload string) string { return payload + string(barcode.CheckDigit(payload)) }

func key13(payload string) string { return "0" + withCheck(payload) }

func TestLabelsOfWeighedGoods(t *testing.T) {
	for _, tt := range []struct {
		countries []string
		payload   string
		item      string // the payload without what varies
		want      string
	}{
		{[]string{"se", "no"}, "201234560125", "201234560000", "price 1.25"},
		{[]string{"se", "no"}, "211234560125", "211234560000", "price 12.5"},
		{[]string{"se", "no"}, "221234560125", "221234560000", "price 125"},
		{[]string{"se", "no", "fi", "ee", "lv", "lt"}, "231234561250", "231234560000", "1.250 kg"},
		{[]string{"se", "no", "fi", "ee", "lv", "lt"}, "241234561250", "241234560000", "12.50 kg"},
		{[]string{"se", "no", "fi", "ee", "lv", "lt"}, "251234561250", "251234560000", "125.0 kg"},
		{[]string{"de"}, "221234701999", "221234000000", "price 19.99"},
		{[]string{"de"}, "231234701999", "231234000000", "price 19.99"},
		{[]string{"de"}, "251234700012", "251234000000", "12 pieces"},
		{[]string{"de"}, "261234700012", "261234000000", "12 pieces"},
		{[]string{"de"}, "281234701250", "281234000000", "1.250 kg"},
		{[]string{"de"}, "291234701250", "291234000000", "1.250 kg"},
		{[]string{"gb"}, "201234571999", "201234500000", "price 19.99"},
		{[]string{"dk"}, "211234001999", "211234000000", "price 19.99"},
		{[]string{"dk"}, "241234001999", "241234000000", "price 19.99"},
		{[]string{"dk"}, "261234001250", "261234000000", "1.250 kg"},
		{[]string{"dk"}, "271234501250", "271234500000", "1.250 kg"},
		{[]string{"dk"}, "281234001250", "281234000000", "1.250 kg"},
		{[]string{"de", "fi", "gb"}, "211234561250", "", ""}, // no meaning there
		{[]string{"fi", "dk"}, "201234560125", "", ""},
		{[]string{"se", "de", "gb", "dk"}, "400638133393", "", ""}, // an article
	} {
		for _, country := range tt.countries {
			patterns, err := barcode.WeighedIn(country)
			if err != nil {
				t.Fatal(err)
			}
			number := withCheck(tt.payload)
			want := code{Text: number, Key: "0" + number}
			if tt.item != "" {
				want.Key, want.OtherKey = key13(tt.item), "0"+number
			}
			rules := barcode.Rules{Weighed: patterns}
			got := rules.Parse([]byte(number))
			if words := got.Amount.String(); words != tt.want {
				t.Errorf("%s in %s says %q, want %q", number, country, words, tt.want)
			}
			got.Amount = barcode.Amount{}
			if got != want {
				t.Errorf("%s in %s\n got %+v\nwant %+v", number, country, got, want)
			}
			if got := rules.Parse([]byte("]E0" + number)); got.Key != want.Key {
				t.Errorf("with its identifier: %+v", got)
			}
			if off := barcode.Parse([]byte(number)); off.Key != "0"+number || off.Amount != (barcode.Amount{}) {
				t.Errorf("not asked for, and still %+v", off)
			}
		}
	}
}

func TestAPatternOfTheShopsOwn(t *testing.T) {
	r := barcode.Rules{Weighed: []barcode.Pattern{{"02PPPPPCVVVV", barcode.Price, 2}}} // American: a UPC-A that begins with 2
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	payload := "21234571999" // without the zero in front
	upca := payload + string(barcode.CheckDigit(payload))
	if got := r.Parse([]byte(upca)); got.Key != key13("021234500000") || got.OtherKey != "00"+upca || got.Amount.Value != 1999 {
		t.Errorf("%+v", got)
	}
	// A wrong check digit, another length, or anything in a string of elements is not weighed.
	for _, raw := range []string{upca[:11] + string('0'+(upca[11]-'0'+1)%10), "01234558", "]C101" + key13("021234571999")} {
		if got := r.Parse([]byte(raw)); got.Amount.Of == barcode.Price {
			t.Errorf("%+v", got)
		}
	}
	for _, p := range []barcode.Pattern{
		{"02PPPPPCVVV", barcode.Price, 2},
		{"02PPPPPCVVVVV", barcode.Price, 2},
		{"PPPPPPPCVVVV", barcode.Price, 2},
		{"40PPPPPCVVVV", barcode.Price, 2},
		{"20PPPPPPPPPP", barcode.Price, 2},
		{"20VVVVVVVVVV", barcode.Price, 2},
		{"20PPPPXVVVVV", barcode.Price, 2},
		{"20PPPP0VVVVV", barcode.Price, 2},
		{"20PPPPPVVVVV", barcode.Part, 2},
		{"20PPPPPVVVVV", "", 2},
		{"20PPPPPVVVVV", barcode.Price, -1},
		{"20PPPPPVVVVV", barcode.Price, 7},
	} {
		if p.Check() == nil || (barcode.Rules{Weighed: []barcode.Pattern{p}}).Check() == nil {
			t.Errorf("%+v is accepted", p)
		}
	}
}

func TestAPatternIsWrittenInOneLine(t *testing.T) {
	if p, err := barcode.ParsePattern(" 28PPPPCVVVVV  kg 3"); err != nil || p != (barcode.Pattern{Form: "28PPPPCVVVVV", Of: barcode.Kilogram, Decimals: 3}) {
		t.Errorf("%+v, %v", p, err)
	}
	for _, text := range []string{"", "28PPPPCVVVVV", "28PPPPCVVVVV kg", "28PPPPCVVVVV kg x", "28PPPPCVVVVV kg 10", "28PPPPCVVVVV kg 3 more", "28 kg 3", "28PPPPCVVVVV g 3"} {
		if p, err := barcode.ParsePattern(text); err == nil {
			t.Errorf("%q is %+v", text, p)
		}
	}
}

func TestCountries(t *testing.T) {
	if got := barcode.Countries(); !slices.Equal(got, []string{"de", "dk", "ee", "fi", "gb", "lt", "lv", "no", "se"}) {
		t.Errorf("%v", got)
	}
	for _, country := range barcode.Countries() {
		patterns, err := barcode.WeighedIn(country)
		if err == nil {
			err = barcode.Rules{Weighed: patterns}.Check()
		}
		if err != nil {
			t.Errorf("%s: %v", country, err)
		}
	}
	if _, err := barcode.WeighedIn("xx"); !errors.Is(err, barcode.ErrCountry) {
		t.Errorf("%v", err)
	}
}

// Labels of one item have one key, whatever it weighs, and different items have
// different ones.
func TestAWeighedItemHasOneKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		country := rapid.SampledFrom(barcode.Countries()).Draw(t, "country")
		patterns, _ := barcode.WeighedIn(country)
		p := rapid.SampledFrom(patterns).Draw(t, "pattern")
		r := barcode.Rules{Weighed: patterns}
		label := func() (item, number string) {
			b := []byte(p.Form)
			for i := range b {
				if b[i] > '9' {
					b[i] = rapid.ByteRange('0', '9').Draw(t, "digit")
				}
				if p.Form[i] == 'P' {
					item += string(b[i])
				}
			}
			return item, withCheck(string(b))
		}
		one, first := label()
		two, second := label()
		a, b := r.Parse([]byte(first)), r.Parse([]byte(second))
		if (one == two) != (a.Key == b.Key) || !barcode.CheckDigitFits(a.Key) {
			t.Fatalf("%s and %s have the keys %s and %s", first, second, a.Key, b.Key)
		}
		if again := r.Parse([]byte(a.Key[1:])); again.Key != a.Key || again.Amount.Value != 0 {
			t.Fatalf("the item's own number %s is read as %+v", a.Key, again)
		}
	})
}
