package upload

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// A statement that was made in the tick of a sale may contain it or not. Neither is
// taken for a change by somebody else; a change by somebody else still is.
func TestAStatementOfTheTickOfASale(t *testing.T) {
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	sale := func(quantity int64, posted time.Time) agent.Movement {
		return agent.Movement{Quantity: -quantity, Posted: posted}
	}
	from := agent.Book{OnHand: 10, Changed: at, Stated: at, Tick: time.Second, Seq: 1}
	movements := []agent.Movement{sale(2, at), sale(3, at), sale(1, at.Add(time.Minute))}
	for onHand, want := range map[int64]int64{
		9: 0, 7: 0, 6: 0, 4: 0, // both in the tick are contained, or one, or none
		8: 4, 5: 1, 3: -1, 10: 6,
	} {
		to := agent.Book{OnHand: onHand, Changed: at.Add(time.Minute), Stated: at.Add(time.Hour), Tick: time.Second, Seq: 9}
		if got := unexplained(from, to, movements, nil); got != want {
			t.Errorf("from 10 to %d: %+d is unexplained, want %+d", onHand, got, want)
		}
	}
}

// What was approved by such a statement, as the snapshot policy does, is delivered.
func TestAnApprovalByAnUnsettledStatement(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		elapse(5 * time.Second)
		r.sim.Sell(connectortest.IDOf("A"), 2)
		r.approve("A", -1)
		r.sim.Sell(connectortest.IDOf("A"), 1) // in the same second
		r.upload(time.Minute)
		r.want(agent.Delivered)
	})
}

// A number that somebody typed is told by the shop's history, and still asks a person:
// told by name it is no more a reason to overwrite it than not told at all.
func TestWhatSomebodyTypedOverExplainsNothing(t *testing.T) {
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	from := agent.Book{OnHand: 12, Changed: at, Stated: at.Add(time.Minute), Tick: time.Second, Seq: 1}
	to := agent.Book{OnHand: 17, Changed: at.Add(time.Hour), Stated: at.Add(2 * time.Hour), Tick: time.Second, Seq: 9}
	movements := []agent.Movement{
		{Kind: agent.Sale, Quantity: -3, Posted: at.Add(10 * time.Minute)},
		{Kind: agent.Edited, Quantity: 8, Posted: at.Add(time.Hour)},
	}
	if got := unexplained(from, to, movements, nil); got != 8 {
		t.Errorf("%+d is unexplained, want +8", got)
	}
}
