package shopify

import (
	"fmt"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// catalogue reads all pages.
func (r *rig) catalogue() (items []agent.Item, skipped []agent.Finding) {
	r.Helper()
	cursor := ""
	for range 1000 {
		page, err := r.Catalog(r.Context(), r.at(), cursor)
		if err != nil {
			r.Fatal(err)
		}
		items, skipped = append(items, page.Rows...), append(skipped, page.Skipped...)
		if cursor = page.Next; cursor == "" {
			return items, skipped
		}
	}
	r.Fatal("the catalogue does not end")
	return nil, nil
}

func TestTheCatalogueSaysWhatAnItemIs(t *testing.T) {
	r := newRig(t, wish{shop: func(o *shopifysim.Options) { o.Currency = "JPY" }})
	many := shopifysim.Item{SKU: "MANY", Title: "Many codes", Barcode: "0", Tracked: true}
	for i := range 19 {
		many.Barcodes = append(many.Barcodes, fmt.Sprint("code-", i))
	}
	r.shop.AddItem(shopifysim.Item{SKU: " TEA ", Title: "Green tea - Default Title", Barcode: " 4006381333931 ", Barcodes: []string{"4006381333931", "TEA-OLD"}, Price: "890", Cost: "420.4", Tracked: true, Stocked: true})
	r.shop.AddItem(many)
	r.shop.AddItem(shopifysim.Item{Title: "Gift box", Bundle: true, Stocked: true})
	r.shop.AddItem(shopifysim.Item{Title: "Wrapping"})
	items, skipped := r.catalogue()
	if len(items) != 3 || len(skipped) != 1 || skipped[0].Code != "shopify.bundle" {
		t.Fatalf("%d items, skipped %v", len(items), skipped)
	}
	tea := items[0]
	if tea.Name != "Green tea" || tea.SKU != "TEA" || !tea.Tracked || len(tea.Codes) != 2 || tea.Codes[0].Text != "4006381333931" || tea.Codes[1].Text != "TEA-OLD" ||
		tea.Price != (agent.Money{Minor: 890, Currency: "JPY"}) || tea.Cost != (agent.Money{Minor: 420, Currency: "JPY"}) {
		t.Errorf("the tea is %+v", tea)
	}
	if len(items[1].Codes) != 20 || items[1].Codes[19].Text != "code-18" {
		t.Errorf("of 20 barcodes %d came", len(items[1].Codes))
	}
	if plain := items[2]; plain.Tracked || plain.SKU != "" || len(plain.Codes) != 0 || plain.Cost != (agent.Money{}) {
		t.Errorf("the wrapping is %+v", plain)
	}
}

// A shop that knows one barcode a variant only has a catalogue all the same, and
// is asked for others once.
func TestAShopWithOneBarcodeAVariant(t *testing.T) {
	r := newRig(t, wish{})
	for i := range 120 {
		r.shop.AddItem(shopifysim.Item{SKU: fmt.Sprint("S", i), Title: "Thing", Barcode: fmt.Sprint("B", i)})
	}
	r.shop.Fail(shopifysim.Fault{Operation: "BarcodesByVariants", Times: shopifysim.Always, Effect: shopifysim.TopLevel("undefinedField")})
	items, _ := r.catalogue()
	if len(items) != 120 || items[119].Codes[0].Text != "B119" {
		t.Errorf("%d items", len(items))
	}
	if n := r.shop.Counters().Requests["BarcodesByVariants"]; n != 1 {
		t.Errorf("it was asked %d times", n)
	}
}

func TestMoneyIsReadInTheUnitsOfItsCurrency(t *testing.T) {
	for _, tt := range []struct {
		amount, currency string
		minor            int64
		known            bool
	}{
		{"12.5", "EUR", 1250, true},
		{"12", "EUR", 1200, true},
		{"0.005", "EUR", 1, true},
		{"0.0049", "EUR", 0, true},
		{"-1.999", "USD", -200, true},
		{"120", "JPY", 120, true},
		{"120.5", "JPY", 121, true},
		{"1.2345", "KWD", 1235, true},
		{"0.00", "CHF", 0, true},
		{" 3.10 ", "EUR", 310, true},
		{"", "EUR", 0, false},
		{".5", "EUR", 0, false},
		{"1e3", "EUR", 0, false},
		{"1,5", "EUR", 0, false},
		{"--1", "EUR", 0, false},
		{"12", "", 0, false},
		{"12", "XXX", 0, false},
		{"99999999999999999999", "EUR", 0, false},
		{"92233720368547758.07", "EUR", 0, false},
	} {
		want := agent.Money{}
		if tt.known {
			want = agent.Money{Minor: tt.minor, Currency: tt.currency}
		}
		if got := money(tt.amount, tt.currency); got != want {
			t.Errorf("%q %s is read as %+v", tt.amount, tt.currency, got)
		}
	}
}
