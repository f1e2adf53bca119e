package station_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// What nobody decided is not left behind unasked: finishing says how many lines
// that are, and what becomes of them.
func TestACountIsNotFinishedUnaskedWhileSomethingIsUndecided(t *testing.T) {
	s := openShop(t)
	count := s.counted() // cola -1, soap -2
	s.sell(cola, binA, 1, morning.Add(30*time.Second))
	s.settle()
	s.judged(count, cola, agent.NeedsRecount, -1, 0)
	s.refused("undecided", boss, "count.finish", station.FinishCount{Count: count})
	_, err := s.try(boss, "count.finish", station.FinishCount{Count: count})
	e := agent.AsError(err)
	if want := `Not everything of "Count 1" is decided: 1 difference is not approved, 1 difference is not certain.`; e.What != want {
		t.Errorf("refused with %q, want %q", e.What, want)
	}
	if !strings.Contains(e.Means, "the shop's numbers of them stay as they are") {
		t.Errorf("it does not say what becomes of them: %q", e.Means)
	}
	if c := ask[agent.Count](s, boss, "count.finish", station.FinishCount{Count: count, LeaveUndecided: true}); c.State != agent.CountDone {
		t.Errorf("the count is %s", c.State)
	}
	for item, v := range s.review(count) {
		for _, word := range []string{"approve to", "again", "count it"} {
			if strings.Contains(v.Sentence, word) {
				t.Errorf("%s: a finished count says %q", item, v.Sentence)
			}
		}
	}
}

func TestLinesThatAreNotCompleteOrNotJudgedAreUndecided(t *testing.T) {
	s := openShop(t)
	count, pass := s.begin(binA)
	s.state()
	s.count(pass, soap, binA, 3)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	_, err := s.try(boss, "count.finish", station.FinishCount{Count: count.ID})
	if want := "1 line still waits to be judged, 2 lines are not complete."; !strings.HasSuffix(agent.AsError(err).What, want) {
		t.Errorf("refused with %q, want %q", agent.AsError(err).What, want)
	}
}

func TestACountInWhichEverythingIsDecidedIsFinished(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	for _, item := range []agent.ItemID{cola, soap} {
		s.send(s.approveOne(count, item), agent.Delivered)
	}
	s.sell(soap, binA, 1, morning.Add(-time.Hour)) // came too late: it can be approved afterwards
	if c := ask[agent.Count](s, boss, "count.finish", station.FinishCount{Count: count}); c.State != agent.CountDone {
		t.Errorf("the count is %s", c.State)
	}
	s.approveOne(count, soap)
}

// Cancelling is meant to leave everything undecided.
func TestACountIsCancelledWithWhatIsUndecided(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	if c := ask[agent.Count](s, boss, "count.cancel", station.OneCount{Count: count}); c.State != agent.CountCancelled {
		t.Errorf("the count is %s", c.State)
	}
}
