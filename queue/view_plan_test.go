package queue

import (
	"fmt"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// opened is an event that opens a count or a pass of it.
func opened(n int, at int, state agent.CountState) []agent.Event {
	count := agent.Count{
		ID: agent.CountID(fmt.Sprintf("count-%d", n)), Name: "Monday", Type: agent.Cycle, Location: shop,
		Policy: agent.Policy{}.WithDefaults(), State: state, Opened: sec(at), OpenedBy: anna,
	}
	pass := agent.Pass{ID: agent.PassID(fmt.Sprintf("pass-%d", n)), Count: count.ID, Zone: "A", Person: anna, Started: sec(at)}
	return []agent.Event{agent.NewEvent(agent.CountOpened, count), agent.NewEvent(agent.PassOpened, pass)}
}

func became(n, at int, state agent.CountState) agent.Event {
	return agent.NewEvent(agent.CountChanged, agent.CountFact{Count: agent.CountID(fmt.Sprintf("count-%d", n)), State: state, At: sec(at)})
}

// entry is a typed quantity.
func entered(n, at int, item agent.ItemID, bin agent.Bin, quantity, round int64) agent.Scan {
	s := read(at)
	s.Actor, s.Device, s.Raw, s.Op, s.Quantity, s.Round = anna, "", nil, agent.Set, quantity, round
	s.Count, s.Pass, s.Item, s.Bin = agent.CountID(fmt.Sprintf("count-%d", n)), agent.PassID(fmt.Sprintf("pass-%d", n)), item, bin
	return s
}

func movement(source string, id int, kind agent.MovementKind, item agent.ItemID, quantity int64, at int) agent.Movement {
	return agent.Movement{Source: source, SourceID: fmt.Sprint(id), Kind: kind, Item: item, Location: shop, Quantity: quantity, Occurred: sec(at), Posted: sec(at).At}
}

func moved(list ...agent.Movement) agent.Facts {
	return events(agent.NewEvent(agent.MovementsReceived, agent.MovementsFact{Movements: list}))
}

// activity is what is known of an item, with the year from second 0 and the quarter
// from second 1,000 on.
func activityOf(t *testing.T, q *Queue, item agent.ItemID) agent.Activity {
	t.Helper()
	all := lookUp(t, q, func(v agent.View) (agent.Activities, error) { return v.Activities(shop, sec(0).At, sec(1000).At) })
	for _, a := range all.Items {
		if a.Item == item {
			return a
		}
	}
	return agent.Activity{}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		t.Errorf("got  %s\nwant %s", g, w)
	}
}

// The newest counting of each bin counts, also by a recount; a count that was
// cancelled does not, and one that is open is told apart.
func TestTheNewestCountingOfEachBin(t *testing.T) {
	q := openTemp(t)
	put(t, q, events(opened(1, 0, agent.CountOpen)...))
	put(t, q, scans(entered(1, 10, cola, "A", 4, 0), entered(1, 20, cola, "B", 9, 0), entered(1, 30, crisps, "A", 1, 0)))
	same(t, activityOf(t, q, cola), agent.Activity{Item: cola, Counting: "count-1"})
	put(t, q, events(became(1, 40, agent.CountClosed)))
	put(t, q, events(agent.NewEvent(agent.RecountAsked, agent.Recount{Count: "count-1", Round: 1, Items: []agent.ItemID{cola, crisps}, By: anna})))
	put(t, q, scans(entered(1, 50, cola, "A", 5, 1)))
	put(t, q, events(became(1, 60, agent.CountDone)))
	put(t, q, events(opened(2, 100, agent.CountOpen)...))
	put(t, q, scans(entered(2, 110, cola, "B", 8, 0)))
	put(t, q, events(became(2, 120, agent.CountCancelled)))
	put(t, q, events(opened(3, 200, agent.CountOpen)...))
	undone := entered(3, 210, crisps, "A", 2, 0)
	put(t, q, scans(undone))
	newest := lookUp(t, q, func(v agent.View) ([]agent.Scan, error) { return v.Scans(agent.ScanQuery{Count: "count-3"}) })
	undo := entered(3, 211, "", "A", 0, 0)
	undo.Op, undo.Voids, undo.Cond = agent.Void, newest[0].Seq, ""
	put(t, q, scans(undo))
	put(t, q, events(became(3, 220, agent.CountClosed)))

	same(t, activityOf(t, q, cola), agent.Activity{Item: cola, Counted: []agent.Counted{
		{Bin: "A", Count: "count-1", At: sec(50).At, Units: 5}, {Bin: "B", Count: "count-1", At: sec(20).At, Units: 9},
	}})
	same(t, activityOf(t, q, crisps), agent.Activity{Item: crisps, Asked: true, Counted: []agent.Counted{
		{Bin: "A", Count: "count-1", At: sec(30).At, Units: 1},
	}})
}

// What was approved counts in the newest count only, and not if it was given up.
func TestWhatTheNewestCountFound(t *testing.T) {
	q := openTemp(t)
	approve := func(count agent.CountID, id agent.AdjustmentID, variance int64, decided bool) agent.Event {
		return agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: []agent.Adjustment{{
			ID: id, Count: count, Item: cola, Location: shop, Variance: variance, Decided: decided, By: anna,
		}}})
	}
	put(t, q, events(opened(1, 0, agent.CountOpen)...))
	put(t, q, scans(entered(1, 10, cola, "A", 4, 0)))
	put(t, q, events(became(1, 20, agent.CountClosed), approve("count-1", "adjustment-1", -2, true),
		agent.NewEvent(agent.DeliveryChanged, agent.DeliveryFact{Adjustment: "adjustment-1", State: agent.Delivered})))
	if got := activityOf(t, q, cola); got.Variance != -2 || !got.Decided {
		t.Errorf("%+v", got)
	}
	put(t, q, events(approve("count-1", "adjustment-2", -1, false),
		agent.NewEvent(agent.DeliveryChanged, agent.DeliveryFact{Adjustment: "adjustment-2", State: agent.Delivered})))
	if got := activityOf(t, q, cola); got.Variance != -3 || !got.Decided {
		t.Errorf("%+v", got)
	}
	put(t, q, events(opened(2, 100, agent.CountOpen)...))
	put(t, q, scans(entered(2, 110, cola, "A", 4, 0)))
	put(t, q, events(became(2, 120, agent.CountClosed)))
	if got := activityOf(t, q, cola); got.Variance != 0 || got.Decided {
		t.Errorf("%+v", got)
	}
	put(t, q, events(approve("count-2", "adjustment-3", 5, false),
		agent.NewEvent(agent.DeliveryChanged, agent.DeliveryFact{Adjustment: "adjustment-3", State: agent.Superseded})))
	if got := activityOf(t, q, cola); got.Variance != 0 {
		t.Errorf("%+v", got)
	}
}

// Sales and what came back are usage, everything that goods went through hands for is
// handled, and what only corrects the books is neither.
func TestWhatMoved(t *testing.T) {
	q := openTemp(t)
	put(t, q, events(opened(1, 1100, agent.CountOpen)...))
	put(t, q, scans(entered(1, 1200, cola, "A", 4, 0)))
	put(t, q, events(became(1, 1250, agent.CountClosed)))
	elsewhere := movement("shop", 9, agent.Sale, cola, -100, 1300)
	elsewhere.Location = "elsewhere"
	put(t, q, moved(
		movement("shop", 1, agent.Sale, cola, -10, -5), // before the year
		movement("shop", 2, agent.Sale, cola, -4, 10),
		movement("shop", 3, agent.Return, cola, 1, 20),
		movement("shop", 4, agent.Shipment, cola, -2, 1100),
		movement("shop", 5, agent.Receipt, cola, 12, 1210),
		movement("shop", 6, agent.Transfer, cola, -3, 1220),
		movement("shop", 7, agent.Adjusted, cola, -50, 1230),
		movement("shop", 8, agent.Unexplained, cola, 60, 1240),
		movement("shop", 10, agent.Sale, crisps, -1, 1300),
		elsewhere,
	))
	got := activityOf(t, q, cola)
	same(t, got.Year, agent.Moved{Used: 5, Handled: 22})
	same(t, got.Quarter, agent.Moved{Used: 2, Handled: 17})
	same(t, got.Since, agent.Moved{Used: 0, Handled: 15})
	same(t, got.Transferred, sec(1220).At)
	got = activityOf(t, q, crisps)
	same(t, got, agent.Activity{Item: crisps, Year: agent.Moved{Used: 1, Handled: 1}, Quarter: agent.Moved{Used: 1, Handled: 1}})
	all := lookUp(t, q, func(v agent.View) (agent.Activities, error) { return v.Activities(shop, sec(0).At, sec(1000).At) })
	same(t, all.Moving, sec(-5).At)
}

// A sale that the till and the shop's system both tell is one sale.
func TestASaleThatIsToldTwiceMovedOnce(t *testing.T) {
	q := openTemp(t)
	sale := func(source string, id int, receipt string, posted bool, at int) agent.Movement {
		m := movement(source, id, agent.Sale, cola, -2, at)
		if m.Receipt = receipt; !posted {
			m.Posted = time.Time{}
		}
		return m
	}
	put(t, q, moved(
		sale("till", 1, "R-1", false, 1100), sale("shop", 1, "R-1", true, 1160),
		sale("till", 2, "R-2", false, 1200),                                       // not posted yet
		sale("till", 3, "", false, 1300),                                          // no receipt to know it by
		sale("till", 4, "R-4", false, 1400), sale("shop", 4, "R-4", true, 100000), // the number began anew
	))
	if got := activityOf(t, q, cola); got.Year.Used != 10 || got.Quarter.Used != 10 {
		t.Errorf("%+v", got)
	}
}

// The newest statement counts, of what is in the catalogue.
func TestTheNewestBook(t *testing.T) {
	q := openTemp(t)
	state := func(item agent.ItemID, onHand int64, at int) agent.Facts {
		return events(agent.NewEvent(agent.BookStated, agent.BookFact{Books: []agent.Book{{
			Item: item, Location: shop, OnHand: onHand, Tracked: true, Stocked: true, Stated: sec(at).At, At: sec(at),
		}}}))
	}
	replace(t, q, listed(agent.Item{ID: cola, SKU: "C", Tracked: true}))
	put(t, q, state(cola, 5, 10))
	put(t, q, state(cola, 7, 20))
	put(t, q, state(crisps, 9, 20))
	if got := activityOf(t, q, cola); got.Book.OnHand != 7 || got.Book.At != sec(20) || got.OnHand != 7 || !got.Changed.IsZero() {
		t.Errorf("%+v", got)
	}
	put(t, q, moved(movement("shop", 1, agent.Sale, cola, -4, 15), movement("shop", 2, agent.Sale, cola, -3, 30), movement("shop", 3, agent.Return, cola, 1, 25)))
	if got := activityOf(t, q, cola); got.Book.OnHand != 7 || got.OnHand != 5 || !got.Changed.Equal(sec(30).At) {
		t.Errorf("with what was told since: %+v", got)
	}
	newest := activityOf(t, q, cola).Book.Seq
	changed := func(id agent.AdjustmentID, delta int64, after agent.Seq) agent.Facts {
		request := agent.RequestID("request-of-" + id)
		return events(
			agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: []agent.Adjustment{{ID: id, Count: "count-1", Item: cola, Location: shop, Variance: delta, By: anna}}}),
			agent.NewEvent(agent.RequestPlanned, agent.Request{ID: request, Location: shop, State: agent.RequestStored, Lines: []agent.Planned{{Adjustment: id, Item: cola}}}),
			agent.NewEvent(agent.RequestOutcome, agent.AnswerFact{
				Request: request, State: agent.RequestAnswered, Changes: []agent.DeliveryFact{{Adjustment: id, State: agent.Delivered}},
				Applied: []agent.Applied{{Adjustment: id, Item: cola, Location: shop, Delta: delta, After: after}},
			}))
	}
	put(t, q, changed("adjustment-1", 100, newest-1)) // the statement contains it
	put(t, q, changed("adjustment-2", -5, newest))
	if got := activityOf(t, q, cola); got.OnHand != 0 {
		t.Errorf("with what we changed since: %+v", got)
	}
	if got := activityOf(t, q, crisps); got.Item != "" {
		t.Errorf("%+v", got)
	}
}

// BenchmarkActivities looks at a location with 100,000 items that were counted once a
// quarter for a year, with a million movements in that year.
func BenchmarkActivities(b *testing.B) {
	q := openTemp(b)
	replace(b, q, catalogue(100_000))
	for _, statement := range []string{
		"BEGIN", "INSERT INTO symbol (no, text) VALUES (10, 'here'), (20, 'shop'), (30, 'pass-1')",
		"INSERT INTO symbol (no, text) SELECT 1000000 + no, id FROM item",
		"INSERT INTO symbol (no, text) SELECT 2000000 + row_number() OVER (), bin FROM (SELECT DISTINCT bin FROM item_bin)",
		rows(4) + "INSERT INTO symbol (no, text) SELECT 3000000 + i, 'count-' || i FROM n",
		rows(4) + `INSERT INTO count (id, seq, name, type, location, policy, state, opened, opened_uncertainty, closed, closed_uncertainty, opened_by)
			SELECT 'count-' || i, i, '', 'full', 'here', '{}', 'done', i * 7862400000000, 0, i * 7862400000000, 0, '' FROM n`,
		rows(4) + `INSERT INTO part (count, item, bin, round, pass, cond, quantity, entries, last, "from", from_uncertainty, "to", to_uncertainty)
			SELECT 3000000 + n.i, 1000000 + item.no, 2000001 + item.no / 100 % 1000, 0, 30, 0, 5, 1, 1, n.i * 7862400000000, 0, n.i * 7862400000000 + item.no, 0 FROM n, item`,
		rows(4) + `INSERT INTO book (location, item, seq, on_hand, available, committed, tracked, stocked, changed, stated, tick, at, at_uncertainty)
			SELECT 10, 1000000 + item.no, n.i, 5, 5, 0, 1, 1, 0, n.i, 0, n.i, 0 FROM n, item`,
		rows(1_000_000) + `INSERT INTO movement (source, source_id, seq, receipt, kind, item, location, bin, quantity, occurred, occurred_uncertainty, posted)
			SELECT 20, 'gid://shop/' || i, i, 'R-' || i, 'sale', 1000001 + i * 7919 % (1 + i % 100000), 10, 0, -1, i * 31449600, 0, i FROM n`,
		"COMMIT",
	} {
		if err := (session{q.writer}).exec(statement); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		all := lookUp(b, q, func(v agent.View) (agent.Activities, error) {
			return v.Activities("here", time.UnixMicro(0), time.UnixMicro(3*7862400000000))
		})
		if len(all.Items) != 100_000 {
			b.Fatalf("%d items", len(all.Items))
		}
	}
}

// rows begins a statement with a table n of the numbers from 1 on.
func rows(n int) string {
	return fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", n)
}
