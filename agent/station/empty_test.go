package station_test

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// notCounted checks that the items are known to be uncounted, and that the sentence
// says what happened and what to do.
func (f *floor) notCounted(count agent.CountID, says string, items ...agent.ItemID) {
	f.t.Helper()
	all := f.review(count)
	for _, item := range items {
		v, found := all[item]
		if want := "Nobody counted this yet. " + says; !found || v.Status != agent.NotComplete || v.Sentence != want {
			f.t.Errorf("%s is %s: %q, want %q", item, v.Status, v.Sentence, want)
		}
	}
}

const emptyA = "It is kept in A, where somebody was and nothing was scanned: count the bin, or confirm that it is empty."

// A bin in which a pass was begun and nothing was scanned is not empty for that:
// its items are uncounted, even if the count is closed with what is not counted
// being gone.
func TestABinThatWasOnlyOpenedIsNotEmpty(t *testing.T) {
	for name, uncounted := range map[string]agent.Uncounted{"kept": agent.KeepUncounted, "gone": agent.ZeroUncounted} {
		t.Run(name, func(t *testing.T) {
			f, count, pass := begun(t)
			if name == "kept" { // and left for another one
				ask[agent.Scan](f.testShop, clerk, "pass.move", station.MovePass{Pass: pass, Bin: binB})
			}
			ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: count, Uncounted: uncounted})
			f.notCounted(count, emptyA, crisps)
			if got := f.tally(count); got.Lines != 0 {
				t.Errorf("lines were made up: %+v", got)
			}
		})
	}
}

// Whoever was there can say that it is empty: while the pass goes on, elsewhere, and
// when it ends.
func TestABinIsConfirmedToBeEmpty(t *testing.T) {
	f, count, pass := begun(t)
	ask[agent.Scan](f.testShop, clerk, "pass.move", station.MovePass{Pass: pass, Bin: binB})
	f.notCounted(count, emptyA, crisps)
	a := binA
	if done := ask[station.EmptiedBin](f.testShop, clerk, "pass.empty", station.EmptyBin{Pass: pass, Bin: &a}); done.Bin != binA || done.Zeroed != 2 {
		t.Errorf("%+v", done)
	}
	f.holds(count, crisps, binA, 0)
	if done := ask[station.EmptiedBin](f.testShop, clerk, "pass.empty", station.EmptyBin{Pass: pass, Bin: &a}); done.Zeroed != 0 {
		t.Errorf("confirmed twice: %+v", done)
	}
	if done := ask[station.EmptiedBin](f.testShop, clerk, "pass.empty", station.EmptyBin{Pass: pass}); done.Bin != binB || done.Zeroed != 1 {
		t.Errorf("%+v", done)
	}
	f.holds(count, cola, binB, 0)
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: count})
	f.refused("pass_closed", clerk, "pass.empty", station.EmptyBin{Pass: pass})
}

func TestAPassThatFoundNothingSaysSoWhenItEnds(t *testing.T) {
	f, count, pass := begun(t)
	if done := ask[station.ClosedPass](f.testShop, clerk, "pass.close", station.ClosePass{Pass: pass, Uncounted: agent.ZeroUncounted}); done.Zeroed != 2 {
		t.Errorf("%+v", done)
	}
	f.holds(count, crisps, binA, 0)
}

// What was counted stays; only the rest of the bin is confirmed to be gone.
func TestConfirmingABinKeepsWhatWasCounted(t *testing.T) {
	f, count, pass := begun(t)
	f.hear(colaEAN, station.Counted)
	if done := ask[station.EmptiedBin](f.testShop, clerk, "pass.empty", station.EmptyBin{Pass: pass}); done.Zeroed != 1 {
		t.Errorf("%+v", done)
	}
	f.holds(count, cola, binA, 1)
	f.holds(count, crisps, binA, 0)
}

// Two passes in one bin confirm it once.
func TestTwoPassesConfirmABinOnce(t *testing.T) {
	f, count, pass := begun(t)
	other := ask[agent.Pass](f.testShop, clerk, "pass.open", station.OpenPass{Count: count, Bin: binA})
	for _, p := range []agent.PassID{pass, other.ID} {
		ask[agent.Scan](f.testShop, clerk, "entry.set", station.SetEntry{Pass: p, Item: cola, Quantity: 1})
	}
	before := f.tally(count).Entries
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: count, Uncounted: agent.ZeroUncounted})
	if got := f.tally(count).Entries - before; got != 1 {
		t.Errorf("%d zeros were entered, want that of crisps", got)
	}
}
