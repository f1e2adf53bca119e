package shopifysim_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

func every(o *shopifysim.Options) { o.Scopes = shopifysim.EveryScope }

// ask puts a question in ShopifyQL; wrong is what the shop does not understand.
func (r *rig) ask(question string) (rows []map[string]any, wrong []string, err error) {
	r.Helper()
	answer, _, err := admin.AdjustmentHistory(context.Background(), r.client, question)
	if err != nil {
		return nil, nil, err
	}
	if answer.ShopifyqlQuery.TableData == nil {
		return nil, answer.ShopifyqlQuery.ParseErrors, nil
	}
	if err := json.Unmarshal(answer.ShopifyqlQuery.TableData.Rows, &rows); err != nil {
		r.Fatal(err)
	}
	return rows, answer.ShopifyqlQuery.ParseErrors, nil
}

func (r *rig) question() string {
	main := r.shop.Main()
	return "FROM inventory_adjustment_history SHOW inventory_adjustment_change WHERE inventory_location_id = " + main[strings.LastIndex(main, "/")+1:] +
		" SINCE 2026-11-24T00:00:00 UNTIL 2026-11-25T00:00:00" +
		" GROUP BY second, inventory_adjustment_group_id, inventory_item_id, inventory_location_id, inventory_state, staff_member_name, reference_document_uri" +
		" ORDER BY second ASC LIMIT 1000 WITH TIMEZONE 'UTC'"
}

func TestTheHistoryAnswersTheOneShapeAndRefusesTheRest(t *testing.T) {
	r := open(t, every)
	mug := r.mug(10)
	if err := r.shop.SetByHand(mug, 7, "Anna"); err != nil {
		t.Fatal(err)
	}
	rows, wrong, err := r.ask(r.question())
	if err != nil || len(wrong) > 0 || len(rows) != 2 {
		t.Fatalf("answered with %v, %v, %v", rows, wrong, err)
	}
	for _, row := range rows {
		if row["inventory_adjustment_change"] != "-3" || row["staff_member_name"] != "Anna" || row["second"] != "2026-11-24T09:00:00" || row["inventory_adjustment_id"] != nil {
			t.Errorf("a row is %v", row)
		}
	}
	for _, change := range [][2]string{
		{"inventory_adjustment_history", "inventory_history"},
		{"SHOW inventory_adjustment_change", "SHOW inventory_adjustment_sum"},
		{"inventory_state,", "inventory_states,"},
		{"LIMIT 1000", "LIMIT 5000"},
		{"ORDER BY second", "ORDER BY hour"},
		{"WHERE", "WHEN"},
		{"inventory_location_id = ", "inventory_location_id > "},
		{"2026-11-25T00:00:00", "2026-11-23T00:00:00"},
		{"'UTC'", "'Europe/Berlin'"},
		{"GROUP BY", "SINCE -1d GROUP BY"},
	} {
		r.clock.pass(time.Minute)
		rows, wrong, err := r.ask(strings.Replace(r.question(), change[0], change[1], 1))
		if err != nil || len(wrong) == 0 || rows != nil {
			t.Errorf("with %q in the place of %q it answers %v, %v, %v", change[1], change[0], rows, wrong, err)
		}
	}
}

func TestTheHistoryHasABucketOfItsOwn(t *testing.T) {
	r := open(t, every)
	r.mug(10)
	for i := range 4 {
		if _, _, err := r.ask(r.question()); err != nil {
			t.Fatalf("question %d: %v", i+1, err)
		}
	}
	if _, _, err := r.ask(r.question()); err == nil || !strings.Contains(err.Error(), "Throttled") {
		t.Errorf("the fifth question of a minute is answered with %v", err)
	}
	r.clock.pass(time.Minute)
	if _, _, err := r.ask(r.question()); err != nil {
		t.Errorf("a minute later it is answered with %v", err)
	}
}

func TestTheHistoryComesLateWhereItIsToldTo(t *testing.T) {
	r := open(t, every, func(o *shopifysim.Options) { o.History.Lag = time.Hour })
	mug := r.mug(10)
	if err := r.shop.SetByHand(mug, 7, "Anna"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{0, 2} {
		if rows, _, err := r.ask(r.question()); err != nil || len(rows) != want {
			t.Errorf("%d rows are told (%v), want %d", len(rows), err, want)
		}
		r.clock.pass(time.Hour)
	}
}

func TestATransferTakesFromOneLocationAndIsIncomingAtTheOther(t *testing.T) {
	r := open(t, every)
	mug := r.mug(10)
	second := r.shop.AddLocation("Harbour")
	line := shopifysim.Line{Item: mug, Quantity: 4}
	id, err := r.shop.NewTransfer(r.shop.Main(), second, line)
	if err != nil {
		t.Fatal(err)
	}
	r.onHand(mug, 10)
	sent, err := r.shop.ShipTransfer(id)
	if err != nil {
		t.Fatal(err)
	}
	r.onHand(mug, 6)
	there := func() shopifysim.Level {
		l, err := r.shop.LevelOf(mug, second)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	if l := there(); l.OnHand != 0 || !l.Stocked {
		t.Errorf("before it is received the destination has %+v", l)
	}
	if err := r.shop.ReceiveShipment(sent, shopifysim.Line{Item: mug, Quantity: 3}); err != nil {
		t.Fatal(err)
	}
	if err := r.shop.RejectShipment(sent, line); err != nil {
		t.Fatal(err)
	}
	if l := there(); l.OnHand != 3 {
		t.Errorf("after it is received the destination has %+v", l)
	}
	if r.shop.ReceiveShipment(sent) == nil || r.shop.CancelTransfer(id) == nil {
		t.Error("a transfer that is over goes on")
	}
	page, _, err := admin.TransfersPage(context.Background(), r.client, 10, nil, "status:transferred", 5, 5)
	if err != nil || len(page.InventoryTransfers.Nodes) != 1 || page.InventoryTransfers.Nodes[0].Shipments.Nodes[0].Status != "RECEIVED" {
		t.Errorf("it is told as %+v, %v", page, err)
	}
}

func TestWhatTheAppMayNotReadIsDeniedByItsName(t *testing.T) {
	r := open(t)
	if _, _, err := r.ask(r.question()); err == nil || !strings.Contains(err.Error(), "read_reports") {
		t.Errorf("the history is denied with %v", err)
	}
	if _, _, err := admin.TransfersPage(context.Background(), r.client, 10, nil, "status:in_progress", 5, 5); err == nil || !strings.Contains(err.Error(), "read_inventory_transfers") {
		t.Errorf("transfers are denied with %v", err)
	}
}

// The ledger and the levels are two records of the same: for every item, state and
// location the rows add up to the level.
func TestTheHistoryAddsUpToTheLevels(t *testing.T) {
	r := open(t, every)
	second := r.shop.AddLocation("Harbour")
	mug := r.shop.AddItem(shopifysim.Item{SKU: "MUG", Tracked: true, Stocked: true}).Item
	must := func(id string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	none := func(err error) { must("", err) }
	none(r.shop.SetByHand(mug, 50, "Anna"))
	order := must(r.shop.PlaceOrder("", shopifysim.Line{Item: mug, Quantity: 5}))
	must(r.shop.Fulfil(order, shopifysim.Line{Item: mug, Quantity: 2}))
	must(r.shop.Refund(order, true))
	must(r.shop.SellPOS(shopifysim.Sale{Receipt: "R1", Lines: []shopifysim.Line{{Item: mug, Quantity: 3}}}))
	sent := must(r.shop.ShipTransfer(must(r.shop.NewTransfer("", second, shopifysim.Line{Item: mug, Quantity: 7}))))
	none(r.shop.ReceiveShipment(sent, shopifysim.Line{Item: mug, Quantity: 6}))
	none(r.shop.SetByApp(mug, "", 44, "Bundler", "gid://bundler/Run/1"))
	r.mustSet("key", r.line(mug, 44, 40))
	rows, wrong, err := r.ask(r.question())
	if err != nil || len(wrong) > 0 {
		t.Fatal(err, wrong)
	}
	sums := map[any]int{}
	var references []string
	for _, row := range rows {
		n := 0
		if _, err := fmt.Sscan(row["inventory_adjustment_change"].(string), &n); err != nil {
			t.Fatal(err)
		}
		sums[row["inventory_state"]] += n
		if uri, told := row["reference_document_uri"].(string); told && !slices.Contains(references, uri) {
			references = append(references, uri)
		}
	}
	level, err := r.shop.LevelOf(mug, "")
	if err != nil || sums["on_hand"] != int(level.OnHand) || sums["available"] != int(level.Available) || sums["committed"] != int(level.Committed) {
		t.Errorf("the rows add up to %v, the level is %+v", sums, level)
	}
	if len(references) != 5 { // two orders, the transfer, the app's document, ours
		t.Errorf("the documents are %v", references)
	}
}
