package reconcile_test

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// A shop's system that speaks by files says nothing more before somebody lets it: that
// is said, and never that it goes on by itself.
func TestAShopThatSpeaksByFilesIsWaitedForWithAnExport(t *testing.T) {
	files := func(in *reconcile.Item) { in.Files = true }
	silent := func(in *reconcile.Item) { in.Feed = false }
	adjusted := func(in *reconcile.Item) { in.Applied = []agent.Applied{{Adjustment: "adjustment-7", Delta: -1}} }
	checkRows(t, []row{
		{
			"it told nothing yet", facts(books(), files, silent), agent.Waiting, 0, 0,
			[]string{"Export levels.csv again from the shop's system"},
		},
		{
			"it has not told what was sold", facts(func(in *reconcile.Item) { in.Watermarks = nil }, files), agent.Waiting, -1, -1,
			[]string{"Export the movements and then levels.csv again"},
		},
		{
			"it has a file of ours", facts(books(), files, silent, adjusted), agent.Waiting, 0, 0,
			[]string{"Import what still lies in out into the shop's system, then export levels.csv again"},
		},
	})
}

// imported is a shop of files without movements: 3 on hand at 13:10, 5 counted, +2 of
// this count handed over at 14:00, then 2 counted.
func imported(more ...agent.Book) reconcile.Item {
	first := book(10, 3, "13:10", "13:10")
	first.Changed = time.Time{}
	delivered := approved(2, agent.Delivered)
	delivered.Adjustment.Book = first
	in := facts(books(append([]agent.Book{first}, more...)...), deliveries(delivered), applied("adjustment-1", 2, 10), recountedLater(2))
	in.Feed, in.Files, in.Watermarks = false, true, nil
	return in
}

// An adjustment is on the books when the shop's system has imported it, not when its
// file was written; and then it is nobody else's change.
func TestAnAdjustmentThatWasNotImportedIsNotOnTheBooks(t *testing.T) {
	again := book(20, 3, "13:10", "13:10") // read once more while the file lies in out
	after := book(30, 5, "15:20", "15:20")
	after.Changed = time.Time{}
	waiting := imported(again)
	second := approved(-3, agent.Pending)
	second.Adjustment.ID, second.Adjustment.Book, second.Seq = "adjustment-2", waiting.Books[0], 15
	waiting.Deliveries = append(waiting.Deliveries, second)
	alone := imported(again)
	alone.Books = alone.Books[1:]
	checkRows(t, []row{
		{"the next approval waits for it", waiting, agent.Settled, -1, -1, []string{"-3 was approved and is not sent yet.", "import what still lies in out"}},
		{"the file lies in out", imported(again), agent.Ready, -3, -3, []string{"expected 3: 3 on the books at 13:10.", "approve -3"}},
		{"the file was imported", imported(again, after), agent.Ready, -3, -3, []string{"5 on the books at 15:20, +2 by an adjustment is on the books already."}},
		{
			"only statements in doubt are known", alone, agent.Waiting, -3, -1,
			[]string{"it is not known whether the books have the adjustment of +2", "Import what still lies in out"},
		},
	})
	for _, in := range []reconcile.Item{imported(again), imported(again, after)} {
		if v := reconcile.Reconcile(in); v.Book.Seq == again.Seq {
			t.Error("a statement in doubt is what an approval would be compared with")
		}
	}
}
