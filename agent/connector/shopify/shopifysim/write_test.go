package shopifysim_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Khan/genqlient/graphql"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

func TestASetMovesOnHandAndLeavesAReceipt(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	group := r.mustSet("k1", r.line(mug, 12, 9)).InventoryAdjustmentGroup
	r.onHand(mug, 9)
	if len(group.Changes) != 2 || group.Changes[0].Name != "available" || group.Changes[1].Name != "on_hand" || group.Changes[1].Delta != -3 {
		t.Errorf("the receipt says %+v, want -3 available and -3 on hand", group.Changes)
	}
	read, _, err := admin.AdjustmentGroup(context.Background(), r.client, group.Id)
	if err != nil {
		t.Fatal(err)
	}
	again, ok := (*read.Node).(*admin.GroupNodeInventoryAdjustmentGroup)
	if !ok || again.Id != group.Id || *again.ReferenceDocumentUri != document {
		t.Errorf("the receipt cannot be read again: %+v", read.Node)
	}
	history := r.shop.History(mug)
	last := history[len(history)-1]
	if last.Who != "app" || last.Delta != -3 || last.After != 9 || last.Reference != document {
		t.Errorf("the history says %+v", last)
	}
}

func TestARepeatedKeyReturnsTheFirstResult(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	first := r.mustSet("k1", r.line(mug, 12, 9))
	if _, err := r.shop.SellPOS(shopifysim.Sale{Lines: []shopifysim.Line{{Item: mug, Quantity: 1}}}); err != nil {
		t.Fatal(err)
	}
	again := r.mustSet("k1", r.line(mug, 12, 9))
	if first.InventoryAdjustmentGroup.Id != again.InventoryAdjustmentGroup.Id {
		t.Errorf("the repeat made another group")
	}
	r.onHand(mug, 8)
	if c := r.shop.Counters(); c.Applied != 1 || c.Replayed != 1 || c.Requests["SetQuantities"] != 2 {
		t.Errorf("counted %+v", c)
	}
}

func TestAKeyWithOtherParametersIsRefused(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	r.mustSet("k1", r.line(mug, 12, 9))
	if code, _ := r.refused("k1", r.line(mug, 12, 8)); code != "IDEMPOTENCY_KEY_PARAMETER_MISMATCH" {
		t.Errorf("got %s", code)
	}
	r.onHand(mug, 9)
}

// A key is forgotten after 24 hours. A delta is then applied a second time; only
// the compare of a set still stops it. That is why nothing may be repeated blindly
// when a key is nearly a day old.
func TestAKeyIsForgottenAfterADay(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	r.adjust("delta", mug, -2)
	r.mustSet("set", r.line(mug, 10, 7))

	r.clock.pass(24*time.Hour - time.Second)
	r.adjust("delta", mug, -2)
	r.mustSet("set", r.line(mug, 10, 7))
	r.onHand(mug, 7)

	r.clock.pass(time.Second)
	r.adjust("delta", mug, -2)
	r.onHand(mug, 5)
	if code, _ := r.refused("set", r.line(mug, 10, 7)); code != "CHANGE_FROM_QUANTITY_STALE" {
		t.Errorf("got %s", code)
	}
}

func TestAStaleCompareFailsTheWholeCall(t *testing.T) {
	r := open(t)
	mug, plate := r.mug(12), r.mug(5)
	if err := r.shop.SetByHand(plate, 20, "Anna"); err != nil {
		t.Fatal(err)
	}
	code, field := r.refused("k1", r.line(mug, 12, 9), r.line(plate, 5, 4))
	if code != "CHANGE_FROM_QUANTITY_STALE" || !slices.Equal(field, []string{"input", "quantities", "1", "changeFromQuantity"}) {
		t.Errorf("got %s at %v", code, field)
	}
	r.onHand(mug, 12)
	r.onHand(plate, 20)
	if code, _ := r.refused("k1", r.line(mug, 12, 9), r.line(plate, 5, 4)); code != "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED" {
		t.Errorf("the repeat of a failed attempt got %s", code)
	}
}

func TestFailuresCanBeReplayed(t *testing.T) {
	r := open(t, func(o *shopifysim.Options) { o.ReplayFailures = true })
	mug := r.mug(12)
	r.refused("k1", r.line(mug, 11, 9))
	if code, _ := r.refused("k1", r.line(mug, 11, 9)); code != "CHANGE_FROM_QUANTITY_STALE" {
		t.Errorf("got %s", code)
	}
}

func TestAnExplicitNullMeansNoCompare(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	r.mustSet("k1", r.line(mug, -1, 3))
	r.onHand(mug, 3)
}

func TestASetThatChangesNothingHasNoReceipt(t *testing.T) {
	r := open(t)
	if group := r.mustSet("k1", r.line(r.mug(12), 12, 12)).InventoryAdjustmentGroup; group != nil {
		t.Errorf("got %+v", group)
	}
}

func TestOrdersDoNotMakeACompareOfOnHandStale(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	if _, err := r.shop.PlaceOrder("", shopifysim.Line{Item: mug, Quantity: 2}); err != nil {
		t.Fatal(err)
	}
	r.mustSet("k1", r.line(mug, 12, 9))
	level, err := r.shop.LevelOf(mug, "")
	if err != nil || level.OnHand != 9 || level.Available != 7 || level.Committed != 2 {
		t.Errorf("the level is %+v (%v), want 9 on hand, 7 available, 2 committed", level, err)
	}
}

// Since 2026-10 such a write succeeds, changes nothing that is sold, and adds up.
func TestAWriteToAnItemThatIsNotStockedSucceedsSilently(t *testing.T) {
	r := open(t)
	item := r.shop.AddItem(shopifysim.Item{SKU: "NEW", Tracked: true}).Item
	if level := r.level(item); level != nil {
		t.Fatalf("an item that was never stocked has the level %+v", level)
	}
	r.mustSet("k1", r.line(item, 0, 5))
	r.mustSet("k2", r.line(item, 5, 5))
	level := r.level(item)
	if level.IsActive || quantity(level, "on_hand").Quantity != 10 {
		t.Errorf("the level is %+v, want an inactive one that holds 10", level)
	}
}

func TestEachBadLineHasItsCode(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	bundle := r.shop.AddItem(shopifysim.Item{SKU: "SET", Tracked: true, Stocked: true, Bundle: true}).Item
	gone := r.mug(1)
	if err := r.shop.Remove(gone); err != nil {
		t.Fatal(err)
	}
	closed := r.shop.AddLocation("Attic")
	if err := r.shop.CloseLocation(closed); err != nil {
		t.Fatal(err)
	}
	elsewhere := r.line(mug, 12, 9)
	elsewhere.LocationId = closed
	tests := []struct {
		code  string
		lines []admin.InventoryQuantityInput
	}{
		{"INVALID_INVENTORY_ITEM", []admin.InventoryQuantityInput{r.line(gone, 1, 2)}},
		{"INVALID_LOCATION", []admin.InventoryQuantityInput{elsewhere}},
		{"NON_MUTABLE_INVENTORY_ITEM", []admin.InventoryQuantityInput{r.line(bundle, 0, 2)}},
		{"INVALID_QUANTITY_NEGATIVE", []admin.InventoryQuantityInput{r.line(mug, 12, -1)}},
		{"INVALID_QUANTITY_TOO_LOW", []admin.InventoryQuantityInput{r.line(mug, 12, -1_000_000_001)}},
		{"INVALID_QUANTITY_TOO_HIGH", []admin.InventoryQuantityInput{r.line(mug, 12, 1_000_000_001)}},
		{"NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", []admin.InventoryQuantityInput{r.line(mug, 12, 9), r.line(mug, 12, 9)}},
	}
	for _, test := range tests {
		if code, _ := r.refused("key of "+test.code, test.lines...); code != test.code {
			t.Errorf("got %s, want %s", code, test.code)
		}
	}
	r.onHand(mug, 12)
}

func TestEachBadAdjustmentHasItsCode(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	tests := []struct{ name, reason, reference, ledger, code string }{
		{"on_hand", "correction", "", "", "INVALID_QUANTITY_NAME"},
		{"available", "no reason", "", "", "INVALID_REASON"},
		{"available", "correction", "count 7", "", "INVALID_REFERENCE_DOCUMENT"},
		{"available", "correction", "", document, "INVALID_AVAILABLE_DOCUMENT"},
		{"damaged", "damaged", "", "", "INVALID_QUANTITY_DOCUMENT"},
		{"damaged", "damaged", "", "a note", "INVALID_LEDGER_DOCUMENT"},
		{"damaged", "damaged", "", "gid://shopify/Order/1", "INTERNAL_LEDGER_DOCUMENT"},
		{"damaged", "damaged", "", document, ""},
	}
	for _, test := range tests {
		input := admin.InventoryAdjustQuantitiesInput{Name: test.name, Reason: test.reason, Changes: []admin.InventoryChangeInput{
			{InventoryItemId: mug, LocationId: r.shop.Main(), Delta: 1},
		}}
		if test.reference != "" {
			input.ReferenceDocumentUri = &test.reference
		}
		if test.ledger != "" {
			input.Changes[0].LedgerDocumentUri = &test.ledger
		}
		answer, _, err := admin.AdjustQuantities(context.Background(), r.client, input, "key "+test.code)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if errs := answer.InventoryAdjustQuantities.UserErrors; len(errs) > 0 {
			got = string(*errs[0].Code)
		}
		if got != test.code {
			t.Errorf("%+v got %q", test, got)
		}
	}
	r.onHand(mug, 13)
}

// What the schema shows as optional and the API demands, and what it forbids.
func TestWhatTheAPIDemandsBeyondItsSchema(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	body, err := admin.Body(func(c graphql.Client) error {
		_, _, err := admin.SetQuantities(context.Background(), c, admin.InventorySetQuantitiesInput{
			Name: "on_hand", Reason: "correction", Quantities: []admin.InventoryQuantityInput{r.line(mug, 12, 9)},
		}, "k1")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, old, new, code string }{
		{"without the directive", "@idempotent(key: $key)", "", "variableNotUsed"},
		{"without the directive and its variable", "", "", "BAD_REQUEST"},
		{"with a blank key", `"key":"k1"`, `"key":" "`, "BAD_REQUEST"},
		{"without the compare", `"changeFromQuantity":12,`, "", "INVALID_FIELD_ARGUMENTS"},
		{"with one line for a list and without the compare", `[{"changeFromQuantity":12,"inventoryItemId"`, `[{"inventoryItemId"`, "INVALID_FIELD_ARGUMENTS"},
		{"with a field that is gone", `"changeFromQuantity":12`, `"changeFromQuantity":12,"compareQuantity":12`, "INVALID_VARIABLE"},
		{"with an unknown argument", "inventorySetQuantities(input: $input)", "inventorySetQuantities(input: $input, force: true)", "argumentNotAccepted"},
		{"with an unknown selection", `message`, `message advice`, "undefinedField"},
	}
	for _, test := range tests {
		sent := strings.Replace(string(body), test.old, test.new, 1)
		if strings.HasPrefix(test.old, "[") {
			sent = strings.NewReplacer("[{", "{", "}]", "}").Replace(sent)
		}
		if test.old == "" {
			sent = strings.NewReplacer("@idempotent(key: $key)", "", ", $key: String!", "").Replace(string(body))
		}
		if sent == string(body) {
			t.Fatalf("%s: the test changed nothing in %s", test.name, body)
		}
		if _, answer := r.post(sent); topCode(answer) != test.code {
			t.Errorf("%s: got %v, want %s", test.name, answer, test.code)
		}
	}
	r.onHand(mug, 12)
	if _, answer := r.post(string(body)); topCode(answer) != "" {
		t.Errorf("the proper request is refused: %v", answer)
	}
	r.onHand(mug, 9)
}

func TestTheSameKeyTwiceAtOnce(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Effect: shopifysim.Slow(time.Hour)})
	ctx, cancel := context.WithCancel(context.Background())
	var first sync.WaitGroup
	first.Go(func() {
		_, _, _ = admin.SetQuantities(ctx, r.client, admin.InventorySetQuantitiesInput{
			Name: "on_hand", Reason: "cycle_count_available", ReferenceDocumentUri: new(document),
			Quantities: []admin.InventoryQuantityInput{r.line(mug, 12, 9)},
		}, "k1")
	})
	r.eventually("the first request holds its key", func() bool { return r.shop.Counters().Running == 1 })
	if code, _ := r.refused("k1", r.line(mug, 12, 9)); code != "IDEMPOTENCY_CONCURRENT_REQUEST" {
		t.Errorf("the second got %s", code)
	}
	r.onHand(mug, 12)
	cancel()
	first.Wait()
	r.eventually("the first is carried out although its client has gone", func() bool { return r.shop.OnHand(mug) == 9 })
	r.mustSet("k1", r.line(mug, 12, 9))
}

func (r *rig) eventually(what string, holds func() bool) {
	r.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			r.Fatalf("it never came true that %s", what)
		}
	}
}

func TestManyClientsAtOnce(t *testing.T) {
	r := open(t, func(o *shopifysim.Options) { o.BucketSize = 1e6 })
	mug := r.mug(0)
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for i := range 10 {
				key, _ := json.Marshal(i) // eight clients share ten keys
				_, _, _ = admin.AdjustQuantities(context.Background(), r.client, admin.InventoryAdjustQuantitiesInput{
					Name: "available", Reason: "correction",
					Changes: []admin.InventoryChangeInput{{InventoryItemId: mug, LocationId: r.shop.Main(), Delta: 1}},
				}, string(key))
			}
		})
	}
	clients.Wait()
	r.onHand(mug, 10)
}

func TestAWriteToAnUntrackedItemIsAccepted(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	if err := r.shop.Track(mug, false); err != nil {
		t.Fatal(err)
	}
	r.mustSet("k1", r.line(mug, 12, 9))
	r.onHand(mug, 9)
}

// A level that was made inactive keeps its quantities; a write to it compares
// nothing and adds.
func TestAWriteToAnInactiveLevelAdds(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	if err := r.shop.Unstock(mug, ""); err != nil {
		t.Fatal(err)
	}
	r.mustSet("k1", r.line(mug, 99, 5))
	level := r.level(mug)
	if level.IsActive || quantity(level, "on_hand").Quantity != 17 {
		t.Errorf("the level is %+v, want an inactive one with 17", level)
	}
}
