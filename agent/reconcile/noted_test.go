package reconcile_test

import (
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// Where something was scanned that may be the item nobody says that nothing was, and
// nobody is told that the item is gone.
func TestAnItemThatMayHaveBeenScannedIsSaidToBe(t *testing.T) {
	const why = "a barcode was scanned that several items have"
	in := reconcile.Item{
		Item:   agent.Item{ID: "cola", Tracked: true, Bins: []agent.Bin{"A", "B"}},
		Count:  agent.Count{ID: "count-1", State: agent.CountOpen},
		Opened: []agent.Bin{"A", "B"},
		Noted:  []reconcile.Noted{{Bin: "A", Why: why}},
	}
	v := reconcile.Reconcile(in)
	want := "Nobody counted this yet. It is kept in A: count it there, or confirm that there is none." +
		" It is kept in B, where somebody was and nothing was scanned: count the bin, or confirm that it is empty." +
		" In A " + why + ": type its quantity there, 0 if there is none."
	if v.Status != agent.NotComplete || v.Sentence != want {
		t.Errorf("%s: %q, want %q", v.Status, v.Sentence, want)
	}
	in.Lines = []agent.Line{{Item: "cola", Bin: "A", Good: 2, Entries: 1}, {Item: "cola", Bin: "B", Entries: 1}}
	if said := reconcile.Reconcile(in).Sentence; strings.Contains(said, why) {
		t.Errorf("it was counted, and %q is said", said)
	}
}
