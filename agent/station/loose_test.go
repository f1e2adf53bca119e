package station_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// Before a count is closed it says what that would end and leave.
func TestWhatClosingWouldLeaveIsSaidBefore(t *testing.T) {
	s := openShop(t)
	count := s.aimed().ID
	loose := func() []string {
		return ask[station.Loose](s, boss, "count.loose", station.OneCount{Count: count}).Said
	}
	s.reads(sharedEAN, 0, station.Several)
	s.reads("96385074", 0, station.NotKnown)
	s.reads("96385074", 0, station.NotKnown)
	s.reads(soapEAN, agent.Repeated, station.Twice)
	want := []string{
		"pass-1 of clerk in A is open and ends: last heard of at 09:01:06.",
		"2 items are not counted in every bin where they are kept.",
		"1 scan asks which item it is: 5901234123457 in A (Crisps or Soap).",
		"The barcode 96385074 is unknown: 2 scans in A.",
		"1 scan is kept and counts for nothing: perhaps one scan that came twice.",
	}
	if got := loose(); !slices.Equal(got, want) {
		t.Errorf("said is\n%q, want\n%q", got, want)
	}
	closed := ask[station.ClosedCount](s, boss, "count.close", station.CloseCount{Count: count})
	if len(closed.Ended) != 1 || closed.Ended[0].By != clerk.Actor || closed.Ended[0].Heard.IsZero() {
		t.Errorf("the close ended %+v", closed.Ended)
	}
	s.reads(soapEAN, 0, station.NotOwned)
	want = append(want[1:], "After the close 1 scan came from scanners of its passes, for nothing: reopen the count, or ask for a recount.")
	if got := loose(); !slices.Equal(got, want) {
		t.Errorf("after the close\n%q, want\n%q", got, want)
	}
}

func TestAClosedCountIsReopened(t *testing.T) {
	s := openShop(t)
	count := s.aimed().ID
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count})
	s.refused("forbidden", clerk, "count.reopen", station.OneCount{Count: count})
	open := ask[agent.Count](s, boss, "count.reopen", station.OneCount{Count: count})
	if open.State != agent.CountOpen || !open.Closed.IsZero() {
		t.Errorf("%+v", open)
	}
	s.read(func(v agent.View) error {
		stored, _, err := v.Count(count)
		if stored.State != agent.CountOpen || !stored.Closed.IsZero() {
			t.Errorf("it is stored as %s, closed at %v", stored.State, stored.Closed)
		}
		return err
	})
	s.refused("count_state", boss, "count.reopen", station.OneCount{Count: count})
	ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count, Bin: binA, Device: "gun"})
	s.reads(soapEAN, 0, station.Counted)
	s.clock.pass(time.Minute)
	s.closed(count)
	s.judged(count, soap, agent.Matches, 0, 0)
}

// What was decided by a count that was closed is not opened to question by reopening it.
func TestACountOfWhichSomethingWasDecidedStaysClosed(t *testing.T) {
	s := openShop(t)
	approved := s.counted()
	s.approveOne(approved, soap)
	s.refused("approved", boss, "count.reopen", station.OneCount{Count: approved})
	counted := s.counted()
	r := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: counted, Items: []agent.ItemID{soap}})
	s.walk(counted, binA, r.Round)
	s.refused("recount_begun", boss, "count.reopen", station.OneCount{Count: counted})
}
