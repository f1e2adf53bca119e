package upload

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// watched notes which items each request has, and answers some of them itself.
func (r *rig) watched(answer func(items []string) (agent.Outcome, bool)) *[]string {
	var sent []string
	r.feed = false
	r.connector = around{r.connector, func(_ context.Context, q agent.Request, pass func() agent.Outcome) agent.Outcome {
		var items []string
		for _, l := range q.Lines {
			items = append(items, string(l.Item)[len("sim/"):])
		}
		sent = append(sent, fmt.Sprint(items))
		if o, ours := answer(items); ours {
			return o
		}
		return pass()
	}}
	return &sent
}

// A stale line that the answer names stands back for a moment: the others go out
// in the next requests, without it.
func TestAStaleLineDoesNotKeepTheOthers(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour}, func(r *rig) {
		r.approveABC()
		r.approve("D", 1)
		first := true
		sent := r.watched(func([]string) (agent.Outcome, bool) {
			defer func() { first = false }()
			return agent.Outcome{Class: agent.OutcomeConflict, Lines: []agent.LineOutcome{{Index: 1}}}, first
		})
		r.upload(time.Minute)
		r.want(agent.Delivered, agent.Delivered, agent.Delivered, agent.Delivered)
		if want := []string{"[A B C D]", "[A C]", "[D]", "[B]"}; !slices.Equal(*sent, want) {
			t.Errorf("sent %v, want %v", *sent, want)
		}
	})
}

// An upstream that does not say which line was stale is asked with smaller and
// smaller requests. Nobody is asked about lines that may be innocent.
func TestAStaleLineThatNobodyNamesIsFound(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour}, func(r *rig) {
		r.approveABC()
		r.approve("D", 1)
		sent := r.watched(func(items []string) (agent.Outcome, bool) {
			return agent.Outcome{Class: agent.OutcomeConflict}, slices.Contains(items, "A")
		})
		r.upload(time.Hour)
		r.want(agent.Conflict, agent.Delivered, agent.Delivered, agent.Delivered)
		for i, tries := range []int64{rounds, 0, 0, 0} {
			if d := r.delivery(r.ids[i]); d.Tries != tries {
				t.Errorf("%s was tried in vain %d times, want %d: %v", d.Adjustment.ID, d.Tries, tries, *sent)
			}
		}
		r.ids = r.ids[1:]
	})
}

// Requests grow back once they succeed.
func TestRequestsGrowBack(t *testing.T) {
	u := &Uploader{info: agent.ConnectorInfo{MaxLines: 100}, size: 100, clock: wall{}, waits: map[agent.AdjustmentID]wait{}}
	request := func() agent.Request { return agent.Request{Lines: make([]agent.Planned, u.size)} }
	var sizes []int
	for _, class := range []agent.OutcomeClass{
		agent.OutcomeConflict, agent.OutcomeConflict, agent.OutcomeLater, agent.OutcomeUnknown, agent.OutcomeApplied, agent.OutcomeRepeated, agent.OutcomeApplied,
	} {
		u.resize(request(), agent.Outcome{Class: class})
		sizes = append(sizes, u.size)
	}
	for range 9 {
		u.resize(request(), agent.Outcome{Class: agent.OutcomeConflict})
	}
	if sizes = append(sizes, u.size); !slices.Equal(sizes, []int{50, 25, 25, 25, 50, 100, 100, 1}) {
		t.Errorf("sizes %v", sizes)
	}
}

// A line whose newest sale the feed has not told yet does not keep the others; it
// goes out as soon as the feed has.
func TestALineThatTheFeedDoesNotCoverYetWaitsAlone(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		r.approveABC()
		elapse(5 * time.Second)
		r.sim.Sell(connectortest.IDOf("B"), 1)
		elapse(1500 * time.Millisecond) // its statement is settled, and the feed is asked for the first time later
		var order []string
		inner := r.connector
		r.connector = withFeed{around{inner, func(_ context.Context, q agent.Request, pass func() agent.Outcome) agent.Outcome {
			for _, l := range q.Lines {
				order = append(order, string(l.Item))
			}
			return pass()
		}}, inner.(agent.Feeder)}
		r.upload(time.Minute)
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
		if len(order) != 3 || r.sim.OnHand(connectortest.IDOf("B")) != 10-1+2 {
			t.Errorf("sent %v, on hand %d", order, r.sim.OnHand(connectortest.IDOf("B")))
		}
	})
}
