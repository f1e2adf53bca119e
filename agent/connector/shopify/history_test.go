package shopify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

func (r *rig) history(since time.Time, items ...agent.ItemID) []agent.BookChange {
	r.Helper()
	told, err := r.History(r.Context(), r.at(), items, since)
	if err != nil {
		r.Fatal(err)
	}
	return told
}

// ways are the settings of what is not documented about the history.
func ways() map[string]shopifysim.HistoryOptions {
	return map[string]shopifysim.HistoryOptions{
		"as others saw it": {},
		"with zones":       {Zoned: true},
		"rows told twice":  {Repeats: true},
		"parts only":       {PartsOnly: true},
		"without orders":   {WithoutOrders: true},
		"bare orders":      {BareOrders: true},
		"late":             {Lag: 3 * time.Minute},
		"all of it":        {Zoned: true, Repeats: true, PartsOnly: true, BareOrders: true, Lag: 90 * time.Second},
	}
}

func TestTheHistorySaysWhoChangedWhatAndWhy(t *testing.T) {
	for name, way := range ways() {
		r := newRig(t, wish{shop: func(o *shopifysim.Options) { everyScope(o); o.History = way }})
		tea, mug := r.item("TEA", 40), r.item("MUG", 5)
		since := r.clock.shop()
		r.clock.pass(time.Minute)
		check(t, r.shop.SetByHand(string(tea), 20, "Anna"))
		r.clock.pass(time.Minute)
		check(t, r.shop.SetByApp(string(tea), "", 22, "Bundler", "gid://bundler/Run/7"))
		check(t, r.shop.SetByHand(string(mug), 6, "Anna"))
		r.sell(tea, 2, "R1")
		r.clock.pass(time.Minute)
		o := r.mustApply(r.request(1, target{tea, 25}))
		r.clock.pass(5 * time.Minute)

		var byAnna, byApp, byUs bool
		last := since.Truncate(time.Second)
		for _, c := range r.history(since, tea) {
			if c.Item != tea || c.Location != r.at() || c.At.Before(last) || c.Group == "" {
				t.Errorf("%s: told %+v", name, c)
			}
			last = c.At
			onHand := c.State == "on_hand" || way.PartsOnly && c.State == "available"
			switch {
			case onHand && c.Staff == "Anna" && c.Delta == -20 && c.Reason == "correction" || onHand && c.Staff == "Anna" && c.Delta == -20:
				byAnna = true
			case onHand && c.App == "Bundler" && c.Delta == 2 && c.Reference == "gid://bundler/Run/7":
				byApp = true
			case onHand && c.Reference == "gid://stockhand/CycleCount/count-1.request-1" && c.Delta == 5 && c.Group == o.Ref:
				byUs = true
			}
		}
		if !byAnna || !byApp || !byUs {
			t.Errorf("%s: a person is told %v, an app %v, we %v", name, byAnna, byApp, byUs)
		}
	}
}

// A window of more than a thousand rows is asked for in parts, one question after
// another and no faster than they can be paid; nothing is lost and nothing told twice.
func TestAFullWindowOfTheHistoryIsSplit(t *testing.T) {
	r := newRig(t, wish{shop: everyScope})
	tea := r.item("TEA", 5_000)
	since := r.clock.shop()
	for i := range 1300 {
		r.clock.pass(time.Second)
		check(t, r.shop.SetByHand(string(tea), int64(4_999-i), "Anna"))
	}
	r.clock.pass(time.Minute)
	sum, n := int64(0), 0
	for _, c := range r.history(since, tea) {
		if c.State == "on_hand" {
			sum += c.Delta
			n++
		}
	}
	if sum != -1300 || n != 1300 {
		t.Errorf("%d changes are told, %+d together", n, sum)
	}
	if c := r.shop.Counters(); c.Throttled > 0 || c.Requests["AdjustmentHistory"] < 3 {
		t.Errorf("asked %d times, refused %d times", c.Requests["AdjustmentHistory"], c.Throttled)
	}
}

// Others wait for the connector meanwhile, so a reading that would take long is given
// up, and says that it is only the pace.
func TestAHistoryThatTakesTooLongIsGivenUp(t *testing.T) {
	r := newRig(t, wish{shop: everyScope})
	tea := r.item("TEA", 9_000)
	since := r.clock.shop()
	for i := range 5_000 {
		r.clock.pass(time.Second)
		check(t, r.shop.SetByHand(string(tea), int64(8_999-i), "Anna"))
	}
	begin := r.clock.Now()
	_, err := r.History(r.Context(), r.at(), nil, since)
	e := agent.AsError(err)
	if e.Code != "shopify.busy" || e.Class != agent.Retry || e.After <= 0 {
		t.Errorf("it ends as %v", err)
	}
	if took := r.clock.Now().Sub(begin); took > 2*time.Minute {
		t.Errorf("it took %v", took)
	}
}

func TestASecondThatTheHistoryCannotTellIsAPlainError(t *testing.T) {
	r := newRig(t, wish{shop: everyScope})
	var items []agent.ItemID
	for i := range 600 {
		items = append(items, r.item(fmt.Sprint("S", i), 1))
	}
	since := r.clock.shop()
	r.clock.pass(time.Minute)
	for _, item := range items {
		check(t, r.shop.SetByApp(string(item), "", 0, "Importer", ""))
	}
	_, err := r.History(r.Context(), r.at(), nil, since)
	if e := agent.AsError(err); e.Code != "shopify.history-crowded" || e.Do == "" {
		t.Errorf("it ends as %v", err)
	}
}

func TestWithoutThePermissionTheHistoryIsRefusedByItsName(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	_, err := r.History(r.Context(), r.at(), []agent.ItemID{tea}, r.clock.shop())
	e := agent.AsError(err)
	if e.Class != agent.Refuse || e.Code != "shopify.scope" || !strings.Contains(e.What, "read_reports") || !strings.Contains(e.Do, "read_reports") {
		t.Errorf("the refusal is %v", e)
	}
	r.secretKept(e.Error(), e.What, e.Means, e.Do)
}

// The answer's status is 200 and it has no error; what was wrong stands in its body.
func TestWhatTheHistoryDoesNotUnderstandIsNotTakenForNothing(t *testing.T) {
	r := newRig(t, wish{shop: everyScope})
	tea := r.item("TEA", 40)
	for answer, class := range map[string]agent.Class{
		`{"data":{"shopifyqlQuery":{"parseErrors":["Column second not found."],"tableData":null}}}`: agent.Fault,
		`{"data":{"shopifyqlQuery":{"parseErrors":[],"tableData":null}}}`:                           agent.Retry,
		`{"data":{"shopifyqlQuery":null}}`:                                                          agent.Retry,
		`{"data":{"shopifyqlQuery":{"parseErrors":[],"tableData":{"rows":[{"second":"2026-11-24T09:00:01","inventory_adjustment_change":"1"},{"second":"2026-11-24T09:00:00","inventory_adjustment_change":"1"}]}}}}`: agent.Retry,
		`{"data":{"shopifyqlQuery":{"parseErrors":[],"tableData":{"rows":"none"}}}}`:                                         agent.Retry,
		`{"data":{"shopifyqlQuery":{"parseErrors":[],"tableData":{"rows":[{"second":"yesterday"}]}}}}`:                       agent.Retry,
		`{"data":{"shopifyqlQuery":{"parseErrors":[],"tableData":{"rows":[{"second":"2026-11-24T09:00:00","delta":"1"}]}}}}`: agent.Retry,
	} {
		r.garble([]byte(answer))
		told, err := r.History(r.Context(), r.at(), []agent.ItemID{tea}, r.clock.shop().Add(-time.Hour))
		if e := agent.AsError(err); err == nil || e.Class != class {
			t.Errorf("%s is taken for %v, %v", answer, told, err)
		}
	}
}

func TestItemsOfOtherSystemsAreNotAskedFor(t *testing.T) {
	r := newRig(t, wish{shop: everyScope})
	told, err := r.History(r.Context(), r.at(), []agent.ItemID{"12", "x) OR (1"}, r.clock.shop().Add(-time.Hour))
	if err != nil || len(told) > 0 || r.shop.Counters().Requests["AdjustmentHistory"] > 0 {
		t.Errorf("told %v, %v", told, err)
	}
}

// Whatever stands in a row, it is read or refused.
func FuzzHistoryRow(f *testing.F) {
	f.Add(`{"second":"2026-11-24T09:00:00","inventory_adjustment_change":"-3","inventory_item_id":"5","inventory_location_id":7,"inventory_state":"On hand"}`)
	f.Add(`{"second":"2026-11-24T09:00:00Z","inventory_adjustment_change":2.0,"inventory_item_id":"gid://shopify/InventoryItem/5","reference_document_uri":null}`)
	f.Add(`{"second":{},"inventory_adjustment_change":[1]}`)
	f.Fuzz(func(t *testing.T, row string) {
		rows, err := historyTable([]byte("[" + row + "]"))
		if err != nil {
			return
		}
		all := newChanges("gid://shopify/Location/7")
		for _, row := range rows {
			_, _ = all.add(row)
		}
		for _, c := range all.sorted() {
			if c.Item == "" || c.Delta == 0 || c.At.IsZero() || c.Location != all.location {
				t.Errorf("%s is read as %+v", row, c)
			}
		}
		_ = ofOnHand(all.rows)
	})
}
