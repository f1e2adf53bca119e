package upload

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// keysAndFeed is the upstream that can tell most.
var keysAndFeed = connectortest.Traits{KeyLife: 24 * time.Hour, Feed: true, Compare: true, Find: true}

// A sale between approval and sending is no conflict: the variance is added to
// what is there now.
func TestSalesAreExplained(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		r.approveABC()
		elapse(5 * time.Second)
		r.sim.Sell(connectortest.IDOf("A"), 4)
		r.sim.Sell(connectortest.IDOf("D"), 1)
		r.upload(time.Minute)
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
		if got := r.sim.OnHand(connectortest.IDOf("A")); got != 10-4-1 {
			t.Errorf("on hand %d", got)
		}
	})
}

// A sale between reading and sending makes the compare fail; it is planned again.
func TestASaleAtTheLastMomentIsPlannedAgain(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		id := r.approve("A", -1)
		sold := false
		r.connector = withFeed{around{r.connector, func(_ context.Context, _ agent.Request, pass func() agent.Outcome) agent.Outcome {
			if !sold {
				sold = true
				r.sim.Sell(connectortest.IDOf("A"), 2)
			}
			return pass()
		}}, r.connector.(agent.Feeder)}
		r.upload(time.Minute)
		r.want(agent.Delivered)
		if d := r.delivery(id); d.Tries != 1 || d.Observed != 8 || d.Target != 7 || r.sim.OnHand(connectortest.IDOf("A")) != 7 {
			t.Errorf("%+v", d)
		}
	})
}

// A change by somebody else is never overwritten; the other lines go on.
func TestAChangeBySomebodyElseIsShown(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		r.approveABC()
		elapse(5 * time.Second)
		r.sim.Edit(connectortest.IDOf("B"), 50)
		r.sim.Sell(connectortest.IDOf("B"), 3)
		r.upload(time.Minute)
		r.want(agent.Delivered, agent.Conflict, agent.Delivered)
		d := r.delivery("adjustment-2")
		want := "The quantity went from 10 to 47 since the book was read. Sales, other movements and our own adjustments explain -3 of it; somebody else changed it by +40."
		if !isCode(d.Problem, "conflict.changed") || d.Problem.What != want || r.sim.OnHand(connectortest.IDOf("B")) != 47 {
			t.Errorf("problem %v", d.Problem)
		}
		// What was meant takes the sale into account, and nothing else.
		if before := d.Adjustment.Book.OnHand; d.Observed != 47 || d.Target != before-3+d.Adjustment.Variance {
			t.Errorf("shown are %d in the shop and %d wanted", d.Observed, d.Target)
		}
	})
}

// Our own earlier adjustment of the same item is no surprise.
func TestTwoAdjustmentsOfOneItem(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		r.approve("A", -1)
		later := r.book(connectortest.IDOf("A"))
		r.upload(time.Minute)
		r.want(agent.Delivered)
		// Judged by a statement from before the first one was delivered.
		r.ids = append(r.ids, "adjustment-2")
		r.put(agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: []agent.Adjustment{{
			ID: "adjustment-2", Count: "count-1", Item: later.Item, Location: later.Location, Counted: 12, Expected: 9, Variance: 3,
			Book: later, CutOff: agent.Stamp{At: time.Now()}, By: anna,
		}}}))
		elapse(5 * time.Second)
		r.upload(time.Minute)
		r.want(agent.Delivered, agent.Delivered)
		if got := r.sim.OnHand(later.Item); got != 12 {
			t.Errorf("on hand %d", got)
		}
	})
}

// A newer approval waits for the older one that is on its way, and supersedes the
// one that is not.
func TestANewerApprovalOfTheSameItem(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		r.approve("A", -1)
		r.approve("A", -2)
		r.want(agent.Superseded, agent.Pending)
		r.sim.Fault(connectortest.ReplyLost)
		u := r.uploader(r.q)
		stop := r.running(u)
		elapse(500 * time.Millisecond)
		r.want(agent.Superseded, agent.Sending)
		r.approve("A", 5) // judged by a statement that holds the one whose answer is lost
		r.want(agent.Superseded, agent.Sending, agent.Pending)
		elapse(time.Minute)
		stop()
		r.want(agent.Superseded, agent.Delivered, agent.Delivered)
		if got := r.sim.OnHand(connectortest.IDOf("A")); got != 10-2+5 {
			t.Errorf("on hand %d", got)
		}
	})
}

func TestWhatCanNeverBeWrittenIsRejected(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		r.approve("untracked", 1)
		r.approve("unstocked", 1)
		r.approve("A", -1)
		r.approve("B", -20) // a quantity below zero: this upstream's documents cannot say it
		r.approve("C", 1)
		r.sim.Delist(connectortest.IDOf("C"))
		r.upload(time.Minute)
		r.want(agent.Rejected, agent.Rejected, agent.Delivered, agent.Rejected, agent.Rejected)
		for i, code := range []string{"item.untracked", "item.unstocked", "", "simulation.unwritable", "item.unknown"} {
			if d := r.delivery(r.ids[i]); code != "" && !isCode(d.Problem, code) {
				t.Errorf("%s: %v", d.Adjustment.ID, d.Problem)
			}
		}
	})
}

func TestNothingToAdjustIsDeliveredWithoutARequest(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		r.approve("A", 0)
		r.sim.Cut(true) // not even a reading is needed
		r.upload(time.Minute)
		r.want(agent.Delivered)
		if r.sim.Attempts() != 0 {
			t.Errorf("%d attempts", r.sim.Attempts())
		}
	})
}

// A quantity that changed in this very second could contain a sale or not: it is
// read again a moment later, and the others do not wait for it.
func TestAnUnsettledStatementIsReadAgain(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		r.approveABC()
		began := time.Now()
		r.sim.Sell(connectortest.IDOf("A"), 1)
		u := r.uploader(r.q)
		stop := r.running(u)
		defer stop()
		elapse(100 * time.Millisecond)
		r.want(agent.Pending, agent.Delivered, agent.Delivered)
		elapse(3 * time.Second)
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
		if d := r.delivery("adjustment-1"); d.Changed.Sub(began) < time.Second || d.Target != 8 {
			t.Errorf("delivered after %v with target %d", d.Changed.Sub(began), d.Target)
		}
	})
}

// An item that is sold all the time is settled between two sales at last, and
// until then it is asked for less and less often.
func TestAnItemThatIsSoldAllTheTime(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		r.approve("A", 1)
		calls := new(atomic.Int64)
		feeder := r.connector.(agent.Feeder)
		r.connector = withFeed{readings{r.connector, calls}, feeder}
		r.sim.Sell(connectortest.IDOf("A"), 1)
		elapse(250 * time.Millisecond)
		u := r.uploader(r.q)
		stop := r.running(u)
		defer stop()
		for n := range int64(1200) { // ten minutes; a sale, a return, a sale ... each half second
			elapse(250 * time.Millisecond)
			r.sim.Sell(connectortest.IDOf("A"), n%2*2-1)
			elapse(250 * time.Millisecond)
		}
		r.want(agent.Pending)
		if n := calls.Load(); n > 60 {
			t.Errorf("%d readings in ten minutes", n)
		}
		elapse(time.Minute)
		r.want(agent.Delivered)
	})
}

// withFeed keeps the feed of a connector that is wrapped.
type withFeed struct {
	agent.Connector
	agent.Feeder
}

// A dry run shows what would happen and changes nothing: no row, no request.
func TestADryRunStoresAndSendsNothing(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		r.approveABC()
		r.approve("D", 0)
		r.approve("untracked", 1)
		elapse(5 * time.Second)
		r.sim.Edit(connectortest.IDOf("B"), 50)
		r.sim.Sell(connectortest.IDOf("C"), 2)
		elapse(5 * time.Second)
		u := r.uploader(r.q)
		if err := u.options.Catcher.CatchUp(context.Background(), connectortest.Location, time.Now().Add(-time.Second)); err != nil {
			t.Fatal(err)
		}
		_, head := r.head()
		for range 2 {
			p, err := u.DryRun(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Requests) != 1 || p.Requests[0].Stored || len(p.Requests[0].Document.Body) == 0 || len(p.Requests[0].Lines) != 2 {
				t.Fatalf("%+v", p)
			}
			for i, want := range [][2]int64{{10, 9}, {8, 5}} {
				if line := p.Requests[0].Lines[i]; line.Observed.OnHand != want[0] || line.Target != want[1] {
					t.Errorf("line %d goes from %d to %d, want %v", i, line.Observed.OnHand, line.Target, want)
				}
			}
			held := map[agent.AdjustmentID]agent.DeliveryState{}
			for _, h := range p.Held {
				held[h.Adjustment] = h.State
			}
			if len(held) != 3 || held["adjustment-2"] != agent.Conflict || held["adjustment-4"] != agent.Delivered || held["adjustment-5"] != agent.Rejected {
				t.Errorf("held %v", held)
			}
		}
		if _, now := r.head(); now != head || r.sim.Attempts() != 0 {
			t.Errorf("%d rows were added, %d requests sent", now-head, r.sim.Attempts())
		}
		r.want(agent.Pending, agent.Pending, agent.Pending, agent.Pending, agent.Pending)
		// What it promised is what happens.
		r.upload(time.Minute)
		r.want(agent.Delivered, agent.Conflict, agent.Delivered, agent.Delivered, agent.Rejected)
	})
}

func (r *rig) head() (epoch string, head agent.Seq) {
	r.t.Helper()
	r.read(func(v agent.View) (err error) {
		epoch, head, err = v.Head()
		return err
	})
	return epoch, head
}

// A dry run while a request is under way shows the very bytes that lie on disk.
func TestADryRunShowsWhatIsStored(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		r.approveABC()
		r.sim.Fault(connectortest.ReplyLost)
		u := r.uploader(r.q)
		stop := r.running(u)
		defer stop()
		elapse(500 * time.Millisecond)
		p, err := u.DryRun(context.Background())
		if err != nil || len(p.Requests) != 1 || !p.Requests[0].Stored || len(p.Held) != 0 {
			t.Fatalf("%+v %v", p, err)
		}
		elapse(time.Minute)
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
	})
}

// An approval that comes between looking and deciding keeps its place.
func TestNothingToDeliverIsNotMixedUpWithANewerApproval(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		id := r.approve("A", 0)
		old := r.delivery(id)
		r.approve("A", -1)
		if err := r.uploader(r.q).settleZero(t.Context(), old); err != nil {
			t.Fatal(err)
		}
		r.want(agent.Superseded, agent.Pending)
		r.upload(time.Minute)
		r.want(agent.Superseded, agent.Delivered)
	})
}

// After the agent was given another location what is left of the old one goes to a
// person, and does not keep what is approved here.
func TestAnotherLocationDoesNotKeepOurs(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		elapse(5 * time.Second)
		book := r.book(connectortest.IDOf("B"))
		book.Location = "elsewhere"
		r.put(agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: []agent.Adjustment{{
			ID: "adjustment-9", Count: "count-1", Item: book.Item, Location: "elsewhere", Variance: -1, Book: book, CutOff: agent.Stamp{At: time.Now()}, By: anna,
		}}}))
		r.approve("A", -1)
		u := r.upload(time.Minute)
		r.want(agent.Delivered)
		if d := r.delivery("adjustment-9"); d.State != agent.Rejected || !isCode(d.Problem, "feed.location") || u.Status().State == Paused {
			t.Errorf("the other one is %s: %v; the upload is %s", d.State, d.Problem, u.Status().State)
		}
	})
}
