package shopify

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// everyScope lets the app read transfers and the history, too.
func everyScope(o *shopifysim.Options) { o.Scopes = shopifysim.EveryScope }

func (r *rig) survey(items ...agent.ItemID) []agent.Situation {
	r.Helper()
	told, err := r.Survey(r.Context(), r.at(), items)
	if err != nil {
		r.Fatal(err)
	}
	if len(told) != len(items) {
		r.Fatalf("%d items were asked for, %d told", len(items), len(told))
	}
	return told
}

func (r *rig) add(item shopifysim.Item) agent.ItemID { return agent.ItemID(r.shop.AddItem(item).Item) }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestASurveyTellsWhatCanMakeACountGoWrong(t *testing.T) {
	r := newRig(t, wish{})
	plainly := r.item("PLAIN", 12)
	locked := r.add(shopifysim.Item{SKU: "APP", Stocked: true, Locked: "Its quantity is kept by an app."})
	unlocked := r.add(shopifysim.Item{SKU: "OFF", Stocked: true})
	oversold := r.add(shopifysim.Item{SKU: "MORE", Tracked: true, Stocked: true, Oversell: true})
	bundle := r.add(shopifysim.Item{SKU: "SET", Tracked: true, Bundle: true})
	gone := r.item("GONE", 1)
	check(t, r.shop.Remove(string(gone)))
	inactive := r.item("AWAY", 3)
	check(t, r.shop.Unstock(string(inactive), ""))

	told := r.survey(bundle, plainly, locked, gone, "sku-of-another-system", oversold, inactive, unlocked, plainly)
	for i, want := range []agent.ItemID{bundle, plainly, locked, gone, "sku-of-another-system", oversold, inactive, unlocked, plainly} {
		if told[i].Item != want {
			t.Errorf("place %d tells of %s, not of %s", i, told[i].Item, want)
		}
	}
	if s := told[0]; !s.Bundle || s.Book.Stocked || s.Oversell {
		t.Errorf("the bundle is told as %+v", s)
	}
	if s := told[1]; s.Book.OnHand != 12 || !s.Book.Tracked || !s.Book.Stocked || s.Book.Changed.IsZero() || s.Book.Stated.IsZero() ||
		s.TrackingLocked != "" || s.Bundle || s.Oversell || s.Gone || s.Link == "" {
		t.Errorf("a plain item is told as %+v", s)
	}
	if told[2].TrackingLocked != "Its quantity is kept by an app." || told[7].TrackingLocked != "" {
		t.Errorf("tracking is locked by %q and %q", told[2].TrackingLocked, told[7].TrackingLocked)
	}
	for _, i := range []int{3, 4} {
		if !told[i].Gone || told[i].Book.Tracked {
			t.Errorf("%s is told as %+v", told[i].Item, told[i])
		}
	}
	if !told[5].Oversell {
		t.Error("nothing is said of an item that is sold below zero")
	}
	if s := told[6]; s.Book.Stocked || s.Book.OnHand != 3 || s.Gone {
		t.Errorf("an item that is not stocked here any more is told as %+v", s)
	}
}

func TestASurveyTellsEveryStateAndTheOtherLocations(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	second := r.shop.AddLocation("Harbour")
	check(t, r.shop.Stock(string(tea), second, 7))
	transfer := must(t)(r.shop.NewTransfer(second, r.shop.Main(), shopifysim.Line{Item: string(tea), Quantity: 5}))
	must(t)(r.shop.ShipTransfer(transfer))
	must(t)(r.shop.PlaceOrder("", shopifysim.Line{Item: string(tea), Quantity: 3}))
	s := r.survey(tea)[0]
	for state, want := range map[string]int64{"on_hand": 40, "available": 37, "committed": 3, "incoming": 5, "damaged": 0} {
		if s.States[state] != want {
			t.Errorf("%s is told as %d, want %d", state, s.States[state], want)
		}
	}
	if want := []agent.Elsewhere{{Location: agent.LocationID(second), Name: "Harbour", OnHand: 2}}; !slices.Equal(s.Elsewhere, want) {
		t.Errorf("elsewhere is told as %+v", s.Elsewhere)
	}
	if book := r.level(tea); book.OnHand != s.Book.OnHand || book.Available != s.Book.Available || !book.Changed.Equal(s.Book.Changed) {
		t.Errorf("the survey's book is %+v, the level is %+v", s.Book, book)
	}
}

// Whether an item is counted among those that share its SKU is not documented, so the
// number is passed on; two items with one SKU stand out under both settings.
func TestASurveyTellsASharedSKU(t *testing.T) {
	for _, itself := range []bool{false, true} {
		r := newRig(t, wish{shop: func(o *shopifysim.Options) { o.SKUCountsItself = itself }})
		alone, one, two := r.item("ALONE", 1), r.item("TWIN", 1), r.item("TWIN", 1)
		bare, bald := r.item("", 1), r.item("", 1)
		told := r.survey(alone, one, two, bare, bald)
		if told[1].SharedSKU <= told[0].SharedSKU || told[1].SharedSKU != told[2].SharedSKU {
			t.Errorf("itself %v: shared by %d, %d, %d", itself, told[0].SharedSKU, told[1].SharedSKU, told[2].SharedSKU)
		}
		if told[3].SharedSKU != 0 || told[4].SharedSKU != 0 {
			t.Errorf("items without a SKU share it: %d, %d", told[3].SharedSKU, told[4].SharedSKU)
		}
	}
}

// A survey is asked in pieces that the shop can be asked for, and waits for points.
func TestASurveyOfManyItemsKeepsToWhatItMayCost(t *testing.T) {
	r := newRig(t, wish{shop: func(o *shopifysim.Options) { o.BucketSize = 1000 }})
	for i := range 12 {
		r.shop.AddLocation(fmt.Sprint("Shop ", i))
	}
	var items []agent.ItemID
	for i := range 60 {
		items = append(items, r.item(fmt.Sprint("S", i), int64(i)))
	}
	begin := r.clock.Now()
	for i, s := range r.survey(items...) {
		if s.Book.OnHand != int64(i) {
			t.Errorf("%s has %d on hand, told as %d", s.Item, i, s.Book.OnHand)
		}
	}
	if throttled := r.shop.Counters().Throttled; throttled > 2 {
		t.Errorf("%d questions were refused for want of points", throttled)
	}
	if took := r.clock.Now().Sub(begin); took > 5*time.Minute {
		t.Errorf("60 items took %v", took)
	}
}

func TestASurveyThatIsNotUnderstoodIsNotBelieved(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	for _, answer := range []string{
		`{"data":{"nodes":[]}}`,
		`{"data":{"nodes":[{"__typename":"Refund"}]}}`,
		`{"data":{"nodes":[{"__typename":"InventoryItem","id":"gid://shopify/InventoryItem/1"}]}}`,
		`{"data":{"nodes":[{"__typename":"InventoryItem","id":"` + string(tea) + `","inventoryLevel":{"quantities":[]}}]}}`,
	} {
		r.garble([]byte(answer))
		told, err := r.Survey(r.Context(), r.at(), []agent.ItemID{tea})
		var problem *agent.Error
		if !errors.As(err, &problem) || problem.Class != agent.Retry {
			t.Errorf("%s is taken for %+v, %v", answer, told, err)
		}
	}
}

// What a page shows as a link leads to a web page and nowhere else.
func TestALinkIsAWebAddress(t *testing.T) {
	for given, want := range map[string]string{
		"https://name.myshopify.com/admin/products/1": "https://name.myshopify.com/admin/products/1",
		"javascript:alert(1)":                         "",
		"http://name.myshopify.com/":                  "",
		"https://user:pass@name.myshopify.com/":       "",
		"":                                            "",
	} {
		if got := link(&given); got != want {
			t.Errorf("%q becomes %q", given, got)
		}
	}
	if link(nil) != "" {
		t.Error("no link became one")
	}
}
