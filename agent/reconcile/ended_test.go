package reconcile_test

import (
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

func in(state agent.CountState) func(*reconcile.Item) {
	return func(in *reconcile.Item) { in.Count.State = state }
}

// A count that has ended asks nobody for anything that can't be done any more.
func TestAnEndedCountAsksForNothing(t *testing.T) {
	two := []agent.Bin{"A", "B"}
	unclear := moves(sold(1, "13:59:30"))
	done, cancelled := in(agent.CountDone), in(agent.CountCancelled)
	delivered := []func(*reconcile.Item){deliveries(approved(-1, agent.Delivered)), applied("adjustment-1", -1, 10)}
	rows := []row{
		{"missing", facts(done), agent.Ready, -1, -1, []string{"1 missing, which nobody approved. The count is finished: the shop's number stays as it is."}},
		{"too many", facts(done, books(book(10, 39, "12:00", "14:20"))), agent.Ready, 2, 2, []string{"2 too many, which nobody approved."}},
		{"cancelled", facts(cancelled), agent.Ready, -1, -1, []string{"1 missing, which nobody approved. The count was cancelled: the shop's number stays"}},
		{"not certain", facts(done, unclear), agent.NeedsRecount, -1, 0, []string{"lies between -1 and 0, and nobody decided which it is."}},
		{"waiting", facts(done, books()), agent.Waiting, 0, 0, []string{"It was still waiting for the shop's statement of what is on hand. The count is finished"}},
		{"one bin not counted", facts(done, lines(two, line("A", 41, "13:59", "14:00"))), agent.NotComplete, 0, 0, []string{"It is also kept in B, where nobody counted it. The count is finished"}},
		{"not counted", facts(done, lines([]agent.Bin{"A"})), agent.NotComplete, 0, 0, []string{"Nobody counted this. The count is finished"}},
		{"as expected", facts(done, books(book(10, 41, "12:00", "14:20"))), agent.Matches, 0, 0, []string{"There is nothing to do."}},
		{"approved", facts(append(delivered, done)...), agent.Settled, -1, -1, []string{"-1 was approved"}},
		{"cancelled, then something came too late", facts(append(delivered, cancelled, moves(lateSale))...), agent.Ready, 1, 1, []string{"which nobody approved. The count was cancelled"}},
	}
	checkRows(t, rows)
	for _, r := range rows {
		if v := reconcile.Reconcile(r.in); v.Left != (v.Status != agent.Matches && v.Status != agent.Settled) {
			t.Errorf("%s: left open is %v", r.name, v.Left)
		}
		for _, word := range []string{"approve to", "approve +", "again", "count it", "confirm", "goes on", "Waiting"} {
			if s := reconcile.Reconcile(r.in).Sentence; strings.Contains(s, word) {
				t.Errorf("%s: an ended count says %q: %s", r.name, word, s)
			}
		}
	}
}

// What came to be known too late can be approved of a finished count, and nothing
// can be counted again for it.
func TestAFinishedCountTakesWhatCameTooLate(t *testing.T) {
	unclear := lateSale
	unclear.Occurred = stamp("13:59:30")
	delivered := deliveries(approved(-1, agent.Delivered))
	applied := applied("adjustment-1", -1, 10)
	rows := []row{
		{"certain", facts(in(agent.CountDone), delivered, applied, moves(lateSale)), agent.Ready, 1, 1, []string{"approve +1 to put it right."}},
		{"not certain", facts(in(agent.CountDone), delivered, applied, moves(unclear)), agent.NeedsRecount, 0, 1, []string{"between 0 and +1: choose a number between them."}},
		{"of which nobody knows whether it arrived", facts(in(agent.CountDone), deliveries(approved(-1, agent.InDoubt)), moves(lateSale)), agent.Waiting, 0, 0, []string{"Decide about it first."}},
	}
	checkRows(t, rows)
	for _, r := range rows {
		if reconcile.Reconcile(r.in).Left {
			t.Errorf("%s: it is said to be left open", r.name)
		}
	}
}

// What somebody does to the books after a count has ended changes none of its numbers.
func TestAnEndedCountKeepsWhatItWasJudgedBy(t *testing.T) {
	then := book(10, 42, "12:00", "14:20")
	typedOver, untracked := book(20, 99, "15:30", "15:45"), book(30, 97, "15:50", "15:55")
	untracked.Tracked = false
	before := reconcile.Reconcile(facts(in(agent.CountDone), books(then)))
	for _, state := range []agent.CountState{agent.CountDone, agent.CountCancelled} {
		for name, later := range map[string][]agent.Book{"typed over": {then, typedOver}, "and no more tracked": {then, typedOver, untracked}} {
			v := reconcile.Reconcile(facts(in(state), books(later...), moves(sold(2, "15:50"))))
			if v.Status != before.Status || v.Variance != before.Variance || v.Expected != before.Expected || v.Problem != nil {
				t.Errorf("%s after the count was %s: %s %+v of %+v, it was %s %+v of %+v", name, state, v.Status, v.Variance, v.Expected, before.Status, before.Variance, before.Expected)
			}
		}
	}
	checkRows(t, []row{
		{"while it goes on it is asked about", facts(in(agent.CountClosed), books(then, typedOver)), agent.NeedsRecount, -58, -1, []string{"no movement says why"}},
		{"what changed before it could be judged is not left out", facts(in(agent.CountDone), books(book(5, 50, "12:00", "13:00"), book(10, 42, "13:30", "14:20"), typedOver)), agent.Ready, -1, -1, nil},
		{"sales after it stay explained", facts(in(agent.CountDone), books(then, book(20, 39, "15:30", "15:45")), moves(sold(3, "15:30"))), agent.Ready, -1, -1, []string{"3 sold after you counted"}},
	})
}
