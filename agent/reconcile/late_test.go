package reconcile_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// What was right when its count was finished, and for that reason was never approved,
// can become wrong by a till that was offline. Then it must be asked about, too.
func TestWhatNeededNoApprovalCanBecomeWrong(t *testing.T) {
	right := books(book(10, 41, "12:00", "14:20"))
	seconds := lateSale
	seconds.SourceID, seconds.Posted = "late-2", clock("15:40")
	unclear := lateSale
	unclear.Occurred = stamp("13:59:30")
	inTime := sold(1, "13:30")
	inTime.Posted = clock("14:10") // that is when the item may be judged
	for _, r := range []struct {
		name   string
		in     reconcile.Item
		status agent.Status
		lo, hi int64
		late   bool
	}{
		{"one sale", facts(in(agent.CountDone), right, moves(lateSale)), agent.Ready, 1, 1, true},
		{"two, of which the first may have come before the end", facts(in(agent.CountDone), books(book(10, 42, "12:00", "14:20")), moves(lateSale, seconds)), agent.Ready, 1, 1, true},
		{"one that may have been counted", facts(in(agent.CountDone), right, moves(unclear)), agent.NeedsRecount, 0, 1, true},
		{"also when a statement contains it by now", facts(in(agent.CountDone), right, moves(lateSale), func(in *reconcile.Item) {
			in.Books = append(in.Books, book(20, 40, "15:30", "15:45"))
		}), agent.Ready, 1, 1, true},
		{"a count that goes on says it anyway", facts(in(agent.CountClosed), right, moves(lateSale)), agent.Ready, 1, 1, false},
		{"something was left undecided before", facts(in(agent.CountDone), books(book(10, 44, "12:00", "14:20")), moves(lateSale)), agent.Ready, -2, -2, false},
		{"it came in time and was left undecided", facts(in(agent.CountDone), right, moves(inTime)), agent.Ready, 1, 1, false},
		{"sold after the count", facts(in(agent.CountDone), right, moves(sold(1, "15:30"))), agent.Matches, 0, 0, false},
		{"a cancelled count changes nothing", facts(in(agent.CountCancelled), right, moves(lateSale)), agent.Ready, 1, 1, false},
	} {
		v := reconcile.Reconcile(r.in)
		if want := (agent.Interval{Lo: r.lo, Hi: r.hi}); v.Status != r.status || v.Variance != want || v.Late != r.late {
			t.Errorf("%s: %s %+v late %v, want %s %+v late %v\n%s", r.name, v.Status, v.Variance, v.Late, r.status, want, r.late, v.Sentence)
		}
	}
	checkRows(t, []row{{
		"it says what to do", facts(in(agent.CountDone), right, moves(lateSale)), agent.Ready, 1, 1,
		[]string{"This became known after the count was finished: approve +1 to put it right."},
	}})
}

// What was sold since is looked through once, however much it is: a finished count can
// be opened years later.
func TestAFinishedCountIsJudgedAfterThousandsOfSales(t *testing.T) {
	since := make([]agent.Movement, 5_000)
	for n := range since {
		since[n] = sold(1, "15:00")
		since[n].SourceID = fmt.Sprint("later-", n)
		since[n].Occurred.At = since[n].Occurred.At.Add(time.Duration(n) * time.Hour)
		since[n].Posted = since[n].Occurred.At
	}
	two := func(in *reconcile.Item) { in.Item.Bins = []agent.Bin{"A", "B"} }
	nowhere := func(in *reconcile.Item) { in.Lines = nil }
	right := books(book(10, 41, "12:00", "14:20"))
	for _, r := range []struct {
		name   string
		in     reconcile.Item
		status agent.Status
		late   bool
	}{
		{"left undecided", facts(in(agent.CountDone), moves(since...)), agent.Ready, false},
		{"not counted everywhere", facts(in(agent.CountDone), two, moves(since...)), agent.NotComplete, false},
		{"not counted at all", facts(in(agent.CountDone), nowhere, moves(since...)), agent.NotComplete, false},
		{"wrong by a late sale", facts(in(agent.CountDone), right, moves(append(since, lateSale)...)), agent.Ready, true},
	} {
		if v := reconcile.Reconcile(r.in); v.Status != r.status || v.Late != r.late {
			t.Errorf("%s: %s late %v, want %s late %v", r.name, v.Status, v.Late, r.status, r.late)
		}
	}
}
