package shopifysim_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

func TestASaleAtTheTillLeavesOnHandAtOnceAndIsInTheFeed(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	r.clock.pass(time.Hour)
	paid := r.clock.Now().Add(-20 * time.Minute) // the till was offline
	if _, err := r.shop.SellPOS(shopifysim.Sale{Receipt: "4711", Lines: []shopifysim.Line{{Item: mug, Quantity: 2}}, Occurred: paid}); err != nil {
		t.Fatal(err)
	}
	r.onHand(mug, 10)
	orders := r.feed(opening.Add(time.Minute))
	if len(orders) != 1 {
		t.Fatalf("the feed has %d orders, want 1", len(orders))
	}
	order := orders[0]
	if *order.SourceName != "pos" || *order.SourceIdentifier != "4711" || order.RetailLocation.Id != r.shop.Main() ||
		!order.ProcessedAt.Equal(paid) || !order.UpdatedAt.Equal(r.clock.Now()) {
		t.Errorf("the order is %+v", order)
	}
	sent := order.Fulfillments[0]
	line := sent.FulfillmentLineItems.Nodes[0]
	if sent.Location.Id != r.shop.Main() || *line.Quantity != 2 || line.LineItem.Variant.InventoryItem.Id != mug {
		t.Errorf("the fulfilment is %+v", sent)
	}
	if changed := quantity(r.level(mug), "on_hand").UpdatedAt; !changed.Equal(sent.CreatedAt) {
		t.Errorf("on hand changed at %v, the fulfilment is of %v", changed, sent.CreatedAt)
	}
}

func TestAWebOrderOnlyCommitsUntilItIsFulfilled(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	r.clock.pass(time.Minute)
	placed := r.clock.Now()
	order, err := r.shop.PlaceOrder("", shopifysim.Line{Item: mug, Quantity: 3})
	if err != nil {
		t.Fatal(err)
	}
	level := r.level(mug)
	if quantity(level, "on_hand").Quantity != 12 || quantity(level, "available").Quantity != 9 || quantity(level, "committed").Quantity != 3 {
		t.Errorf("after the order the level is %+v", level.Quantities)
	}
	if !quantity(level, "on_hand").UpdatedAt.Equal(opening) || !quantity(level, "committed").UpdatedAt.Equal(placed) {
		t.Errorf("the order stamped the wrong states: %+v", level.Quantities)
	}
	if orders := r.feed(placed); len(orders) != 1 || len(orders[0].Fulfillments) != 0 || orders[0].RetailLocation != nil {
		t.Errorf("the feed has %+v, want one web order without a fulfilment", orders)
	}

	r.clock.pass(time.Minute)
	if _, err := r.shop.Fulfil(order, shopifysim.Line{Item: mug, Quantity: 2}); err != nil {
		t.Fatal(err)
	}
	r.onHand(mug, 10)
	if _, err := r.shop.Fulfil(order, shopifysim.Line{Item: mug, Quantity: 2}); err == nil {
		t.Error("more was fulfilled than was ordered")
	}
	if _, err := r.shop.Fulfil(order); err != nil {
		t.Fatal(err)
	}
	level = r.level(mug)
	if quantity(level, "on_hand").Quantity != 9 || quantity(level, "available").Quantity != 9 || quantity(level, "committed").Quantity != 0 {
		t.Errorf("after the fulfilment the level is %+v", level.Quantities)
	}
	if orders := r.feed(placed.Add(time.Second)); len(orders) != 1 || len(orders[0].Fulfillments) != 2 {
		t.Errorf("the feed has %+v, want the order with two fulfilments", orders)
	}
}

func TestARefundBringsGoodsBackOnlyIfRestocked(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	order, err := r.shop.SellPOS(shopifysim.Sale{Receipt: "1", Lines: []shopifysim.Line{{Item: mug, Quantity: 3}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, restock := range []bool{true, false} {
		if _, err := r.shop.Refund(order, restock, shopifysim.Line{Item: mug, Quantity: 1}); err != nil {
			t.Fatal(err)
		}
	}
	r.onHand(mug, 10)
	refunds := r.feed(opening)[0].Refunds
	back, lost := refunds[0].RefundLineItems.Nodes[0], refunds[1].RefundLineItems.Nodes[0]
	if back.RestockType != "RETURN" || back.Location.Id != r.shop.Main() || back.LineItem.Variant.InventoryItem.Id != mug {
		t.Errorf("the restocked line is %+v", back)
	}
	if lost.RestockType != "NO_RESTOCK" || lost.Location != nil {
		t.Errorf("the line that was not restocked is %+v", lost)
	}
	if _, err := r.shop.Refund(order, true, shopifysim.Line{Item: mug, Quantity: 2}); err == nil {
		t.Error("more was refunded than was sold")
	}
}

func TestUntrackedItemsDoNotMove(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	if err := r.shop.Track(mug, false); err != nil {
		t.Fatal(err)
	}
	order, err := r.shop.PlaceOrder("", shopifysim.Line{Item: mug, Quantity: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.shop.Track(mug, true); err != nil { // what was not committed is not taken either
		t.Fatal(err)
	}
	if _, err := r.shop.Fulfil(order); err != nil {
		t.Fatal(err)
	}
	level, _ := r.shop.LevelOf(mug, "")
	if level.OnHand != 12 || level.Committed != 0 {
		t.Errorf("the level is %+v", level)
	}
}

func TestTheFeedPagesByUpdateAndFollowsLaterUpdates(t *testing.T) {
	r := open(t)
	mug := r.mug(100)
	var names []string
	for i := range 5 {
		r.clock.pass(time.Second)
		order, err := r.shop.PlaceOrder("", shopifysim.Line{Item: mug, Quantity: 1})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			defer func(order string) {
				mark := r.clock.Now()
				r.clock.pass(time.Second)
				if _, err := r.shop.Fulfil(order); err != nil {
					t.Fatal(err)
				}
				if again := r.feed(mark); len(again) != 2 || again[1].Id != order {
					t.Errorf("after the fulfilment the feed has %+v, want the last order and the first one again", again)
				}
			}(order)
		}
		names = append(names, order)
	}
	var got []string
	for _, order := range r.feed(opening) {
		got = append(got, order.Id)
	}
	if fmt.Sprint(got) != fmt.Sprint(names) {
		t.Errorf("the feed has %v, want %v", got, names)
	}
}

func TestTheSearchIndexLags(t *testing.T) {
	r := open(t, func(o *shopifysim.Options) { o.SearchLag = 10 * time.Second })
	mug := r.mug(12)
	r.clock.pass(time.Minute)
	if _, err := r.shop.SellPOS(shopifysim.Sale{Lines: []shopifysim.Line{{Item: mug, Quantity: 1}}}); err != nil {
		t.Fatal(err)
	}
	if orders := r.feed(opening); len(orders) != 0 {
		t.Errorf("the index already has %+v", orders)
	}
	r.clock.pass(10 * time.Second)
	if orders := r.feed(opening); len(orders) != 1 {
		t.Errorf("the index has %d orders, want 1", len(orders))
	}
}

func TestLongFulfilmentsAndRefundsArePaged(t *testing.T) {
	r := open(t)
	var lines []shopifysim.Line
	for range 12 {
		lines = append(lines, shopifysim.Line{Item: r.mug(5), Quantity: 1})
	}
	id, err := r.shop.SellPOS(shopifysim.Sale{Receipt: "long", Lines: lines})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.shop.Refund(id, true); err != nil {
		t.Fatal(err)
	}
	order := r.feed(opening)[0]
	sent, back := order.Fulfillments[0], order.Refunds[0]
	ctx := context.Background()
	moreSent, _, err := admin.FulfillmentLines(ctx, r.client, sent.Id, 50, sent.FulfillmentLineItems.PageInfo.EndCursor)
	if err != nil {
		t.Fatal(err)
	}
	moreBack, _, err := admin.RefundLines(ctx, r.client, back.Id, 50, back.RefundLineItems.PageInfo.EndCursor)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, line := range append(sent.FulfillmentLineItems.Nodes, (*moreSent.Node).(*admin.FulfillmentNodeFulfillment).FulfillmentLineItems.Nodes...) {
		seen[line.LineItem.Variant.InventoryItem.Id]++
	}
	for _, line := range append(back.RefundLineItems.Nodes, (*moreBack.Node).(*admin.RefundNodeRefund).RefundLineItems.Nodes...) {
		seen[line.LineItem.Variant.InventoryItem.Id]++
	}
	for _, line := range lines {
		if seen[line.Item] != 2 {
			t.Errorf("%s was seen %d times, want once sent and once back", line.Item, seen[line.Item])
		}
	}
}

func TestTheCatalogueIsPagedAndSearched(t *testing.T) {
	r := open(t)
	for i := range 5 {
		r.shop.AddItem(shopifysim.Item{SKU: fmt.Sprintf("S%d", i), Barcode: "400638133393" + fmt.Sprint(i), Title: "Thing", Tracked: true, Stocked: i != 3, OnHand: int64(i)})
	}
	gone := r.mug(1)
	if err := r.shop.Remove(gone); err != nil {
		t.Fatal(err)
	}
	var skus []string
	var after *string
	for {
		page, _, err := admin.CatalogPage(context.Background(), r.client, 2, after, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range page.ProductVariants.Nodes {
			skus = append(skus, *v.Sku)
		}
		if after = page.ProductVariants.PageInfo.EndCursor; !page.ProductVariants.PageInfo.HasNextPage {
			break
		}
	}
	if strings.Join(skus, " ") != "S0 S1 S2 S3 S4" {
		t.Errorf("the catalogue has %v", skus)
	}
	query := "sku:S1 AND barcode:'4006381333931'"
	found, _, err := admin.CatalogPage(context.Background(), r.client, 10, nil, &query)
	if err != nil || len(found.ProductVariants.Nodes) != 1 {
		t.Errorf("the search found %+v (%v)", found, err)
	}
	typo := "bar_code:1"
	if _, _, err := admin.CatalogPage(context.Background(), r.client, 10, nil, &typo); err == nil {
		t.Error("a search filter that does not exist was accepted")
	}
}

func TestLevelsKeepTheOrderOfTheIdsAndKnowTheUnknown(t *testing.T) {
	r := open(t)
	mug, plate := r.mug(12), r.mug(5)
	if err := r.shop.Unstock(plate, ""); err != nil {
		t.Fatal(err)
	}
	answer, _, err := admin.LevelsByItems(context.Background(), r.client, []string{plate, "gid://shopify/InventoryItem/1", mug}, r.shop.Main())
	if err != nil {
		t.Fatal(err)
	}
	inactive := (*answer.Nodes[0]).(*admin.LevelNodeInventoryItem)
	active := (*answer.Nodes[2]).(*admin.LevelNodeInventoryItem)
	if inactive.Id != plate || inactive.InventoryLevel.IsActive || quantity(inactive.InventoryLevel, "on_hand").Quantity != 5 {
		t.Errorf("the level that was made inactive is %+v", inactive)
	}
	if answer.Nodes[1] != nil {
		t.Errorf("an unknown id is answered with %+v", *answer.Nodes[1])
	}
	if active.Id != mug || !active.Tracked || !active.InventoryLevel.IsActive {
		t.Errorf("the active level is %+v", active)
	}
}

func TestHandshakeAndLocations(t *testing.T) {
	r := open(t, func(o *shopifysim.Options) { o.Plan = "Plus"; o.Location = "Market Street" })
	attic := r.shop.AddLocation("Attic")
	if err := r.shop.CloseLocation(attic); err != nil {
		t.Fatal(err)
	}
	hello, _, err := admin.Handshake(context.Background(), r.client)
	if err != nil || hello.Shop.Plan.PublicDisplayName != "Plus" || len(hello.CurrentAppInstallation.AccessScopes) != len(shopifysim.AllScopes) {
		t.Errorf("the handshake says %+v (%v)", hello, err)
	}
	places, _, err := admin.Locations(context.Background(), r.client, 50, nil)
	if err != nil || len(places.Locations.Nodes) != 2 || places.Locations.Nodes[0].Name != "Market Street" || places.Locations.Nodes[1].IsActive {
		t.Errorf("the locations are %+v (%v)", places, err)
	}
}

func TestTimesHaveWholeSeconds(t *testing.T) {
	r := open(t)
	r.clock.pass(1700 * time.Millisecond)
	mug := r.mug(12)
	if changed := quantity(r.level(mug), "on_hand").UpdatedAt; !changed.Equal(opening.Add(time.Second)) {
		t.Errorf("on hand changed at %v, want the whole second", changed)
	}
	if at := r.shop.History(mug)[0].At; !at.Equal(opening.Add(1700 * time.Millisecond)) {
		t.Errorf("the history says %v, want the exact time", at)
	}
}

func TestACancelledFulfilmentBringsGoodsBackOnHandAndCommitted(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	order, err := r.shop.PlaceOrder("", shopifysim.Line{Item: mug, Quantity: 3})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := r.shop.Fulfil(order)
	if err != nil {
		t.Fatal(err)
	}
	r.onHand(mug, 9)
	r.clock.pass(time.Minute)
	if err := r.shop.CancelFulfilment(sent); err != nil {
		t.Fatal(err)
	}
	if level, _ := r.shop.LevelOf(mug, ""); level.OnHand != 12 || level.Committed != 3 || level.Available != 9 {
		t.Errorf("the level is %+v, want 12 on hand and 3 committed", level)
	}
	told := r.feed(opening)[0].Fulfillments[0]
	if told.Status != "CANCELLED" || !told.UpdatedAt.Equal(r.clock.Now()) || !told.CreatedAt.Equal(opening) {
		t.Errorf("the fulfilment is %+v", told)
	}
	if err := r.shop.CancelFulfilment(sent); err == nil {
		t.Error("it was cancelled twice")
	}
	if _, err := r.shop.Fulfil(order); err != nil {
		t.Errorf("it cannot be fulfilled anew: %v", err)
	}
	r.onHand(mug, 9)
}

func TestACancelledOrderLeavesOnHandAlone(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	order, err := r.shop.PlaceOrder("", shopifysim.Line{Item: mug, Quantity: 3})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.shop.Fulfil(order, shopifysim.Line{Item: mug, Quantity: 1}); err != nil {
		t.Fatal(err)
	}
	if err := r.shop.CancelOrder(order); err != nil {
		t.Fatal(err)
	}
	if level, _ := r.shop.LevelOf(mug, ""); level.OnHand != 11 || level.Committed != 0 || level.Available != 11 {
		t.Errorf("the level is %+v, want 11 on hand, nothing committed", level)
	}
	told := r.feed(opening)[0]
	back := told.Refunds[0].RefundLineItems.Nodes[0]
	if told.CancelledAt == nil || back.RestockType != "CANCEL" || back.Quantity != 2 {
		t.Errorf("the order is %+v", told)
	}
	if err := r.shop.CancelOrder(order); err == nil {
		t.Error("it was cancelled twice")
	}
}

func TestAVariantHasSeveralBarcodesAPriceAndACost(t *testing.T) {
	r := open(t, func(o *shopifysim.Options) { o.Currency = "CHF" })
	ids := r.shop.AddItem(shopifysim.Item{SKU: "TEA", Barcode: "1", Barcodes: []string{"2", "3"}, Price: "8.90", Cost: "4.20"})
	page, _, err := admin.CatalogPage(context.Background(), r.client, 10, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	v := page.ProductVariants.Nodes[0]
	if page.Shop.CurrencyCode != "CHF" || v.Price != "8.90" || *v.Barcode != "1" || v.InventoryItem.UnitCost.CurrencyCode != "CHF" {
		t.Errorf("the variant is %+v", v)
	}
	codes, _, err := admin.BarcodesByVariants(context.Background(), r.client, []string{ids.Variant, "gid://shopify/ProductVariant/1"}, 2)
	if err != nil || codes.Nodes[1] != nil {
		t.Fatalf("%+v, %v", codes, err)
	}
	has := (*codes.Nodes[0]).(*admin.BarcodeNodeProductVariant).Barcodes
	if len(has.Nodes) != 2 || has.Nodes[1].Value != "2" || !has.PageInfo.HasNextPage {
		t.Errorf("the barcodes are %+v", has)
	}
}

// A quantity that never changed has no time of a change; its level has one.
func TestAnEmptyShelfHasNeverChanged(t *testing.T) {
	r := open(t)
	mug := r.mug(0)
	r.clock.pass(time.Minute)
	level := r.level(mug)
	if q := quantity(level, "on_hand"); q.UpdatedAt != nil || !level.CreatedAt.Equal(opening) {
		t.Errorf("on hand changed at %v, the level was made at %v", q.UpdatedAt, level.CreatedAt)
	}
}
