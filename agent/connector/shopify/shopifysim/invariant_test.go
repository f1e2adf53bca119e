package shopifysim_test

import (
	"testing"

	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
	"pgregory.net/rapid"
)

// Whatever happens in the shop, on hand is what its history adds up to, and what
// is available and committed together.
func TestOnHandIsTheSumOfItsHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shop := shopifysim.New(shopifysim.Options{})
		mug := shop.AddItem(shopifysim.Item{Tracked: true, Stocked: true, OnHand: 10}).Item
		var orders, parcels []string
		units := rapid.Int64Range(1, 4)
		one := func() shopifysim.Line { return shopifysim.Line{Item: mug, Quantity: units.Draw(t, "units")} }
		some := func() string { return rapid.SampledFrom(append(orders, "none")).Draw(t, "order") }
		placed := func(id string, err error) {
			if err != nil {
				t.Fatal(err)
			}
			orders = append(orders, id)
		}
		t.Repeat(map[string]func(*rapid.T){
			"sell":  func(*rapid.T) { placed(shop.SellPOS(shopifysim.Sale{Lines: []shopifysim.Line{one()}})) },
			"order": func(*rapid.T) { placed(shop.PlaceOrder("", one(), one())) },
			"fulfil": func(*rapid.T) {
				if id, err := shop.Fulfil(some(), one()); err == nil {
					parcels = append(parcels, id)
				}
			},
			"refund":       func(t *rapid.T) { _, _ = shop.Refund(some(), rapid.Bool().Draw(t, "restock"), one()) },
			"cancel order": func(*rapid.T) { _ = shop.CancelOrder(some()) },
			"cancel parcel": func(*rapid.T) {
				if len(parcels) > 0 {
					_ = shop.CancelFulfilment(rapid.SampledFrom(parcels).Draw(t, "parcel"))
				}
			},
			"by hand": func(t *rapid.T) { _ = shop.SetByHand(mug, units.Draw(t, "to"), "Anna") },
			"unstock": func(*rapid.T) { _ = shop.Unstock(mug, "") },
			"stock":   func(*rapid.T) { _ = shop.Stock(mug, "", 1) },
			"": func(t *rapid.T) {
				level, err := shop.LevelOf(mug, "")
				if err != nil || level.OnHand != level.Available+level.Committed || level.Committed < 0 {
					t.Fatalf("the level is %+v (%v)", level, err)
				}
				var sum int64
				for _, change := range shop.History(mug) {
					if sum += change.Delta; sum != change.After {
						t.Fatalf("after %+v the sum is %d", change, sum)
					}
				}
				if sum != level.OnHand {
					t.Fatalf("on hand is %d and the history adds up to %d", level.OnHand, sum)
				}
			},
		})
	})
}
