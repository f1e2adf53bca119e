package feed

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// readings counts the calls for levels and movements.
type readings struct {
	agent.Connector
	feeder         agent.Feeder
	levels, feedIn *atomic.Int64
}

func (c readings) Levels(ctx context.Context, l agent.LocationID, items []agent.ItemID) ([]agent.Book, error) {
	c.levels.Add(1)
	return c.Connector.Levels(ctx, l, items)
}

func (c readings) Movements(ctx context.Context, l agent.LocationID, cursor string) (agent.Page[agent.Movement], error) {
	c.feedIn.Add(1)
	return c.feeder.Movements(ctx, l, cursor)
}

func (r *rig) counting() (levels, feedIn *atomic.Int64) {
	levels, feedIn = new(atomic.Int64), new(atomic.Int64)
	r.connector = readings{r.connector, r.connector.(agent.Feeder), levels, feedIn}
	return levels, feedIn
}

func now() agent.Stamp { return agent.Stamp{At: time.Now(), Uncertainty: time.Millisecond} }

func (r *rig) openCount() {
	r.put(agent.Facts{Events: []agent.Event{
		agent.NewEvent(agent.CountOpened, agent.Count{ID: "count-1", Location: here, State: agent.CountOpen, Policy: agent.Policy{}.WithDefaults(), Opened: now(), OpenedBy: anna}),
		agent.NewEvent(agent.PassOpened, agent.Pass{ID: "pass-1", Count: "count-1", Person: anna, Started: now()}),
	}})
}

func (r *rig) count(sku string) {
	raw := []byte(sku)
	r.put(agent.Facts{Scans: []agent.Scan{{
		Raw: raw, Code: barcode.Parse(raw), Op: agent.Add, Count: "count-1", Pass: "pass-1", Item: connectortest.IDOf(sku), Quantity: 1, Read: now(),
	}}})
}

func (r *rig) closeCount() {
	r.put(agent.Facts{Events: []agent.Event{
		agent.NewEvent(agent.PassClosed, agent.PassFact{Pass: "pass-1", At: now()}),
		agent.NewEvent(agent.CountChanged, agent.CountFact{Count: "count-1", State: agent.CountClosed, At: now()}),
	}})
}

// Statements are read when an item is first counted and after its newest cut-off,
// until a settled one is there, and not more often than that.
func TestBooksAreReadWhenACountNeedsThem(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		levels, _ := r.counting()
		f := r.feed(r.q)
		stop := r.running(f)
		defer stop()
		elapse(time.Minute)
		if levels.Load() != 0 {
			t.Errorf("%d readings of levels while nothing is counted", levels.Load())
		}
		r.openCount()
		r.count("A")
		f.Nudge()
		elapse(5 * time.Second)
		if len(r.books("A")) != 1 || len(r.books("B")) != 0 || levels.Load() != 1 {
			t.Errorf("after the first entry: %d statements, %d readings", len(r.books("A")), levels.Load())
		}
		for range 50 { // more of the same item need no more
			r.count("A")
			f.Nudge()
			elapse(time.Second)
		}
		r.count("B")
		f.Nudge()
		elapse(10 * time.Second)
		if levels.Load() != 2 || len(r.books("B")) != 1 {
			t.Errorf("after another item: %d readings", levels.Load())
		}
		r.sim.Sell(connectortest.IDOf("A"), 1) // so that a statement of this second is not settled
		r.closeCount()
		f.Nudge()
		elapse(10 * time.Second)
		var lines []agent.Line
		r.read(func(v agent.View) (err error) {
			lines, err = v.Lines("count-1")
			return err
		})
		for i, sku := range []string{"A", "B"} {
			books := r.books(sku)
			last := books[len(books)-1]
			if !last.Settled() || !last.At.Earliest().After(lines[i].Window.To.Latest()) {
				t.Errorf("%s: the newest statement is %+v", sku, last)
			}
		}
		before := levels.Load()
		elapse(time.Hour)
		if levels.Load() != before {
			t.Errorf("%d readings after everything was known", levels.Load()-before)
		}
	})
}

// An item whose delivery is under way is left alone, and an item that the upstream
// does not know is shown.
func TestBooksThatAreNotRead(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		r.openCount()
		r.count("A")
		r.count("B")
		r.put(agent.Facts{Events: []agent.Event{agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: []agent.Adjustment{{
			ID: "adjustment-1", Count: "count-1", Item: connectortest.IDOf("A"), Location: here, Variance: 1, By: anna,
		}}}), agent.NewEvent(agent.RequestPlanned, agent.Request{
			ID: "request-1", Location: here, State: agent.RequestStored,
			Lines: []agent.Planned{{Adjustment: "adjustment-1", Item: connectortest.IDOf("A")}},
		})}})
		r.sim.Delist(connectortest.IDOf("B"))
		f := r.feed(r.q)
		stop := r.running(f)
		defer stop()
		elapse(time.Minute)
		if len(r.books("A")) != 0 {
			t.Error("a statement was taken while a request was under way")
		}
		if unknown := f.Status().Unknown; fmt.Sprint(unknown) != "[sim/B]" {
			t.Errorf("unknown to the upstream: %v", unknown)
		}
		r.put(agent.Facts{Events: []agent.Event{agent.NewEvent(agent.RequestOutcome, agent.AnswerFact{
			Request: "request-1", State: agent.RequestAnswered, Outcome: agent.Outcome{Class: agent.OutcomeApplied},
			Changes: []agent.DeliveryFact{{Adjustment: "adjustment-1", State: agent.Delivered}},
		})}})
		f.Nudge()
		elapse(time.Minute)
		if len(r.books("A")) == 0 {
			t.Error("no statement after the request had ended")
		}
	})
}
