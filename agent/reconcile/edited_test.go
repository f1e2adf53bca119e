package reconcile_test

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// What somebody typed in the shop is told by its history, perhaps long after the books
// showed it. It is the same change then, now with a time and a name: goods may have
// moved with it or not.
func TestAChangeThatSomebodyMadeIsTheOneThatTheBooksShowed(t *testing.T) {
	both := books(book(10, 42, "12:00", "13:30"), book(11, 50, "15:00", "15:20"))
	typed := moved(agent.Edited, 8, "15:00")
	early := moved(agent.Edited, 8, "13:45")
	checkRows(t, []row{
		{"before the history tells it", facts(both), agent.NeedsRecount, -9, -1, []string{"changed by +8 and no movement says why"}},
		{"once the history tells it", facts(both, moves(typed)), agent.NeedsRecount, -9, -1, []string{"somebody changed the books by +8"}},
		{"before the cut-off", facts(books(book(10, 42, "12:00", "13:30"), book(11, 50, "13:45", "15:20")), moves(early)), agent.Ready, -9, -9, nil},
		{"where a person says that no goods moved", facts(both, moves(typed), func(in *reconcile.Item) { in.NumberOnly = true }), agent.Ready, -9, -9, nil},
	})
}

// A till that records a transfer and the shop that tells of it mean one transfer.
func TestATransferThatTheTillToldOfTooIsOne(t *testing.T) {
	shipped := moved(agent.Transfer, -5, "15:00")
	shipped.Receipt = "#T104"
	scanned := told("#T104", 5, "15:01")
	scanned.Kind = agent.Transfer
	checkRows(t, []row{
		{"told once", facts(books(book(11, 36, "15:00", "15:20")), moves(shipped)), agent.Matches, 0, 0, nil},
		{"told twice", facts(books(book(11, 36, "15:00", "15:20")), moves(shipped, scanned)), agent.Matches, 0, 0, nil},
	})
}
