package station_test

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// strayed is a closed count in which soap, that is kept in A, was found in B as well,
// and a recount of it that has been to both.
func strayed(t *testing.T, policy agent.Policy) (s *testShop, count agent.CountID, again agent.Pass) {
	t.Helper()
	s = openShop(t)
	s.labelled()
	opened := ask[agent.Count](s, chief, "count.open", station.OpenCount{Policy: &policy})
	pass := s.walk(opened.ID, binB, 0)
	s.count(pass, soap, binB, 2)
	s.count(pass, soap, binA, 3)
	s.count(pass, crisps, binB, 1)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: opened.ID})
	s.settle()
	r := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: opened.ID, Items: []agent.ItemID{soap}})
	again = ask[agent.Pass](s, boss, "pass.open", station.OpenPass{Count: opened.ID, Device: "gun", Round: r.Round})
	for _, code := range []string{"SH.B.B", "SH.B.A"} {
		if in := s.scan(code); in.Heard != station.Moved {
			t.Fatalf("%s was %s", code, in.Heard)
		}
	}
	s.count(again, soap, binA, 3)
	return s, opened.ID, again
}

// A recount that finds nothing in a bin in which the first round found something says
// so, whether the item is kept there or not.
func TestARecountConfirmsThatStrayGoodsAreGone(t *testing.T) {
	s, count, again := strayed(t, agent.Policy{BasketTime: basket})
	done := ask[station.ClosedPass](s, clerk, "pass.close", station.ClosePass{Pass: again.ID, Uncounted: agent.ZeroUncounted})
	if done.Zeroed != 1 || len(done.LeftOpen) != 0 {
		t.Errorf("%+v", done)
	}
	s.settle()
	if v := s.review(count)[soap]; v.Counted != 3 || v.Status != agent.Matches {
		t.Errorf("soap is %d, %s: %s", v.Counted, v.Status, v.Sentence)
	}
	if got := s.lineOf(count, crisps); got != 1 {
		t.Errorf("nobody asked for crisps, and they are %d", got)
	}
}

// The same by "nothing else here", bin by bin, and only once.
func TestNothingElseHereClearsStrayGoods(t *testing.T) {
	s, count, again := strayed(t, agent.Policy{BasketTime: basket})
	b := binB
	for want := int64(1); want >= 0; want-- {
		if done := ask[station.EmptiedBin](s, clerk, "pass.empty", station.EmptyBin{Pass: again.ID, Bin: &b}); done.Zeroed != want {
			t.Errorf("%d confirmed to be gone, want %d", done.Zeroed, want)
		}
	}
	if got := s.lineOf(count, soap); got != 3 {
		t.Errorf("soap is %d", got)
	}
}

// Where somebody else has to look, stray goods are left open and named.
func TestStrayGoodsThatOneCountedOneselfAreLeftOpen(t *testing.T) {
	s := openShop(t)
	count, pass := s.checked()
	s.enter(eva, pass, soap, binB, 2)
	s.enter(anna, pass, crisps, binA, 5)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	r := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count.ID, Items: []agent.ItemID{soap, crisps}})
	again := ask[agent.Pass](s, eva, "pass.open", station.OpenPass{Count: count.ID, Bin: binB, Round: r.Round})
	done := ask[station.ClosedPass](s, eva, "pass.close", station.ClosePass{Pass: again.ID, Uncounted: agent.ZeroUncounted})
	if done.Zeroed != 0 || len(done.LeftOpen) != 1 || done.LeftOpen[0].Item != soap || done.LeftOpen[0].Bin != binB {
		t.Errorf("%+v", done)
	}
}
