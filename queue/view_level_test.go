package queue

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// leveled is a level that was asked for after a row of the log.
func leveled(item agent.ItemID, onHand int64, second int, head agent.Seq) agent.Facts {
	return agent.Facts{Levels: []agent.Level{{Asked: sec(second).At, Book: agent.Book{
		Item: item, Location: shop, OnHand: onHand, Tracked: true, Stocked: true, At: sec(second), Seq: head,
	}}}}
}

// corrected is a change of our own that arrived.
func corrected(id agent.AdjustmentID, item agent.ItemID, delta int64, at int) agent.Facts {
	request := agent.RequestID("request-of-" + id)
	facts := events(
		agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: []agent.Adjustment{{ID: id, Count: "count-1", Item: item, Location: shop, Variance: delta, By: anna}}}),
		agent.NewEvent(agent.RequestPlanned, agent.Request{ID: request, Location: shop, State: agent.RequestStored, Lines: []agent.Planned{{Adjustment: id, Item: item}}}),
		agent.NewEvent(agent.RequestOutcome, agent.AnswerFact{
			Request: request, State: agent.RequestAnswered, Changes: []agent.DeliveryFact{{Adjustment: id, State: agent.Delivered}},
			Applied: []agent.Applied{{Adjustment: id, Item: item, Location: shop, Delta: delta}},
		}))
	facts.At = sec(at).At
	return facts
}

func headNow(t *testing.T, q *Queue) agent.Seq {
	t.Helper()
	_, head, err := headOf(q)
	if err != nil {
		t.Fatal(err)
	}
	return head
}

// A level is remembered without a row in the log, carried on by what was told since and by
// our own changes, and gives way to a newer statement.
func TestLevelsAreRememberedAndCarriedOn(t *testing.T) {
	q := openTemp(t)
	replace(t, q, listed(agent.Item{ID: cola, SKU: "C", Tracked: true}, agent.Item{ID: crisps, SKU: "K", Tracked: true}))
	head := headNow(t, q)
	put(t, q, leveled(cola, 7, 10, head))
	put(t, q, agent.Facts{Levels: []agent.Level{{Book: agent.Book{Item: crisps, Location: shop}, Asked: sec(10).At, Unknown: true}}})
	if rows := headNow(t, q) - head; rows != 0 {
		t.Errorf("levels made %d rows of the log", rows)
	}
	put(t, q, moved(movement("shop", 1, agent.Sale, cola, -2, 5), movement("shop", 2, agent.Sale, cola, -3, 30)))
	if got := activityOf(t, q, cola); got.OnHand != 4 || !got.Book.Stocked || got.Book.At.At != sec(10).At || !got.Changed.Equal(sec(30).At) {
		t.Errorf("7 less the 3 that were sold since: %+v", got)
	}
	put(t, q, corrected("adjustment-1", cola, 10, 40))
	if got := activityOf(t, q, cola); got.OnHand != 14 {
		t.Errorf("and the 10 of ours: %+v", got)
	}
	if got := activityOf(t, q, crisps); !got.Unknown || !got.Book.At.At.IsZero() {
		t.Errorf("the shop said nothing of it: %+v", got)
	}
	put(t, q, events(agent.NewEvent(agent.BookStated, agent.BookFact{Books: []agent.Book{{Item: cola, Location: shop, OnHand: 5, Tracked: true, Stocked: true, At: sec(50)}}})))
	if got := activityOf(t, q, cola); got.OnHand != 5 {
		t.Errorf("a newer statement says 5: %+v", got)
	}
	asked := lookUp(t, q, func(v agent.View) (map[agent.ItemID]time.Time, error) { return v.LevelsAsked(shop) })
	if len(asked) != 2 || !asked[cola].Equal(sec(10).At) {
		t.Errorf("asked %v", asked)
	}
	checkSound(t, q)
}

// Whether a level that was asked for before a change of our own holds that change nobody
// can say, so it is not kept. What a file said before the change does not hold it, however
// late it was read.
func TestALevelAndOurOwnChange(t *testing.T) {
	q := openTemp(t)
	replace(t, q, listed(agent.Item{ID: cola, SKU: "C", Tracked: true}))
	before := headNow(t, q)
	put(t, q, corrected("adjustment-1", cola, 2, 20))
	put(t, q, leveled(cola, 9, 30, before))
	if got := activityOf(t, q, cola); !got.Book.At.At.IsZero() {
		t.Errorf("it was kept: %+v", got)
	}
	after := headNow(t, q)
	put(t, q, leveled(cola, 9, 30, after))
	if got := activityOf(t, q, cola); got.OnHand != 9 {
		t.Errorf("asked for after the change, which it holds: %+v", got)
	}
	put(t, q, leveled(cola, 9, 10, after))
	if got := activityOf(t, q, cola); got.OnHand != 11 {
		t.Errorf("a file from before the change, read after it: %+v", got)
	}
}

// The open transfers are those that were told last.
func TestOpenTransfersAreThoseThatWereToldLast(t *testing.T) {
	q := openTemp(t)
	for n, name := range []string{"T-1", "T-2"} {
		put(t, q, agent.Facts{UnderWay: &agent.UnderWay{Location: shop, At: sec(n).At, Open: []agent.OpenTransfer{{Name: name, Lines: []agent.TransferLine{{Item: cola, Shipped: 2}}}}}})
	}
	under := lookUp(t, q, func(v agent.View) (agent.UnderWay, error) { u, _, err := v.UnderWay(shop); return u, err })
	if len(under.Open) != 1 || under.Open[0].Name != "T-2" || under.Open[0].Lines[0].UnderWay() != 2 {
		t.Errorf("%+v", under)
	}
}
