package station_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// again counts cola in A only, days after everything was counted.
func (s *testShop) again(age time.Duration) agent.CountID {
	s.t.Helper()
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{MaxAge: age})
	pass := s.walk(count.ID, binA, 0)
	s.state()
	s.count(pass, cola, binA, 5)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	return count.ID
}

// A bin that was not reached is taken from an earlier count, carried on by what moved.
func TestABinIsRolledForward(t *testing.T) {
	s := openShop(t)
	first := s.counted() // cola: 7 in A and 4 in B, of 12 on the books
	s.send(s.approveOne(first, cola), agent.Delivered)
	ask[agent.Count](s, boss, "count.finish", station.FinishCount{Count: first, LeaveUndecided: true})
	s.clock.pass(3 * 24 * time.Hour)
	s.sell(cola, binA, 2, s.clock.Now().Add(-time.Hour))
	s.sell(cola, binB, 1, s.clock.Now().Add(-time.Hour)) // of the 4
	s.state()

	count := s.again(7 * 24 * time.Hour)
	v := s.judged(count, cola, agent.Matches, 0, 0)
	if v.Counted != 9 || len(v.Lines) != 2 || v.Lines[1].Count != first {
		t.Errorf("%+v", v)
	}
	if !strings.Contains(v.Sentence, "Counted 9, 4 of them in B 3 days") || !strings.Contains(v.Sentence, "by count-1") {
		t.Errorf("%q", v.Sentence)
	}
	// Nobody counted crisps in this count: no earlier one makes up for that.
	if v := s.review(count)[crisps]; v.Status != agent.NotComplete {
		t.Errorf("crisps are %s", v.Status)
	}
}

// Of a sale nobody knows from which bin it was: then the number is a range.
func TestARolledBinDoesNotHideADoubt(t *testing.T) {
	s := openShop(t)
	s.counted()
	s.clock.pass(24 * time.Hour)
	s.sell(cola, "", 2, s.clock.Now().Add(-time.Hour))
	s.state()
	v := s.review(s.again(7 * 24 * time.Hour))[cola]
	if v.Status != agent.NeedsRecount || v.Variance.Hi-v.Variance.Lo != 2 {
		t.Errorf("%s %+v: %s", v.Status, v.Variance, v.Sentence)
	}
}

func TestWhatIsTooOldIsNotRolledForward(t *testing.T) {
	s := openShop(t)
	s.counted()
	s.clock.pass(3 * 24 * time.Hour)
	s.state()
	for _, age := range []time.Duration{0, 2 * 24 * time.Hour} {
		if v := s.review(s.again(age))[cola]; v.Status != agent.NotComplete || v.Missing[0] != binB {
			t.Errorf("with an age of %s it is %s", age, v.Status)
		}
	}
}

// Somebody was in the bin and found nothing: an earlier count can't say otherwise.
func TestABinInWhichSomebodyWasIsNotRolledForward(t *testing.T) {
	s := openShop(t)
	s.counted()
	s.clock.pass(24 * time.Hour)
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{MaxAge: 7 * 24 * time.Hour})
	pass := s.walk(count.ID, binA, 0)
	s.state()
	s.count(pass, cola, binA, 5)
	ask[station.MovedPass](s, clerk, "pass.move", station.MovePass{Pass: pass.ID, Bin: binB})
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	s.judged(count.ID, cola, agent.NotComplete, 0, 0)
}
