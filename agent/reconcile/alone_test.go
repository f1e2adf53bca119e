package reconcile_test

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// Without an upstream nothing goes on by itself: that is said, and what to do.
func TestWithoutAnUpstreamNothingIsWaitedFor(t *testing.T) {
	alone := func(in *reconcile.Item) { in.Alone = true }
	doubt := func(in *reconcile.Item) {
		in.Deliveries = []agent.Delivery{{Adjustment: agent.Adjustment{ID: "adjustment-1", Count: "count-1", Book: book(10, 42, "12:00", "14:20"), CutOff: stamp("14:00")}, State: agent.InDoubt}}
	}
	checkRows(t, []row{
		{
			"no statement will come", facts(books(), alone), agent.NotAdjustable, 0, 0,
			[]string{"Counted 41.", "No shop system is connected", "Export the count", "name a connector as upstream"},
		},
		{
			"nobody will tell what was sold", facts(func(in *reconcile.Item) { in.Watermarks = nil }, alone), agent.NotAdjustable, -1, -1,
			[]string{"Counted 41.", "No shop system is connected"},
		},
		{
			"where it still lies is said first", facts(books(), lines([]agent.Bin{"A", "B"}, line("A", 41, "13:59", "14:00")), alone), agent.NotComplete, 0, 0,
			[]string{"It is also kept in B"},
		},
		{
			"what a person can decide is still waited for", facts(alone, doubt), agent.Waiting, -1, -1,
			[]string{"Decide about it first."},
		},
		{
			"with an upstream it is waited", facts(books()), agent.Waiting, 0, 0,
			[]string{"it goes on by itself"},
		},
	})
}
