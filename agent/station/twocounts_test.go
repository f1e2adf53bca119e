package station_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// Two counts find one difference. Whoever approves it first while the shop can't be
// reached has it corrected once, not twice.
func TestOneDifferenceIsNotApprovedInTwoCounts(t *testing.T) {
	s := openShop(t)
	first := s.counted()
	id := s.approveOne(first, soap)
	second := s.counted()
	s.judged(second, soap, agent.Waiting, -2, -2)
	s.refused("not_ready", boss, "count.approve", station.Approve{Count: second, Items: []station.ApprovedItem{{Item: soap}}})
	s.send(id, agent.Delivered)
	s.state()
	s.judged(second, soap, agent.Matches, 0, 0)
}

// countedAgain is a closed count, a day later, of soap that is all gone.
func (s *testShop) countedAgain() agent.CountID {
	s.t.Helper()
	s.clock.pass(24 * time.Hour)
	count, pass := s.begin(binA)
	s.state()
	s.count(pass, soap, binA, 0)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	return count.ID
}

// What is lost between two counts is the later one's business. The earlier one must
// not offer to take its correction back.
func TestALaterCountIsNotTakenBack(t *testing.T) {
	for _, finished := range []bool{false, true} {
		s := openShop(t)
		first := s.counted()
		s.send(s.approveOne(first, soap), agent.Delivered)
		if finished {
			ask[agent.Count](s, boss, "count.finish", station.FinishCount{Count: first, LeaveUndecided: true})
		}
		second := s.countedAgain()
		s.judged(second, soap, agent.Ready, -1, -1)
		s.send(s.approveOne(second, soap), agent.Delivered)
		if v := s.judged(first, soap, agent.Settled, -2, -2); v.Late {
			t.Errorf("it is said to have come too late: %s", v.Sentence)
		}
		s.judged(second, soap, agent.Settled, -1, -1)

		// A till that was offline during both counts is asked about once.
		s.sell(soap, binA, 1, morning.Add(-time.Hour))
		s.settle()
		s.judged(first, soap, agent.Settled, -2, -2)
		if v := s.judged(second, soap, agent.Ready, 1, 1); !v.Late {
			t.Errorf("it is not said to have come too late: %s", v.Sentence)
		}
	}
}

// What nobody approved of an earlier count is settled by a later one.
func TestALaterCountSettlesAnEarlierOne(t *testing.T) {
	s := openShop(t)
	first := s.counted()
	s.judged(first, soap, agent.Ready, -2, -2)
	second := s.countedAgain()
	s.send(s.approveOne(second, soap), agent.Delivered)
	s.judged(first, soap, agent.Settled, 0, 0)
	s.judged(first, crisps, agent.Matches, 0, 0)
}

// Two counts of one item at the same time do not hear each other's scans; the passes
// of one count add up.
func TestCountsAtTheSameTimeKeepTheirOwnScans(t *testing.T) {
	s := openShop(t)
	s.labelled()
	first, _ := s.scoped(station.OpenScope{}, binA)
	second := ask[agent.Count](s, boss, "count.open", station.OpenCount{})
	scan := func(device agent.DeviceID, times int) {
		for range times {
			s.clock.pass(time.Second)
			if in, err := s.Ingest(t.Context(), agent.Read{Device: device, Raw: []byte("C"), At: s.clock.Now()}); err != nil || in.Heard != station.Counted {
				t.Fatalf("%s: %s, %v", device, in.Heard, err)
			}
		}
	}
	for _, p := range []station.OpenPass{{Count: first.ID, Bin: binB, Device: "gun-2"}, {Count: second.ID, Bin: binA, Device: "gun-3"}, {Count: second.ID, Bin: binA, Device: "gun-4"}} {
		ask[agent.Pass](s, clerk, "pass.open", p)
	}
	s.state()
	for range 3 {
		scan("gun", 2)
		scan("gun-3", 1)
		scan("gun-2", 1)
		scan("gun-4", 2)
	}
	if a, b := s.lineOf(first.ID, cola), s.lineOf(second.ID, cola); a != 9 || b != 9 {
		t.Errorf("the counts hold %d and %d, of 6 + 3 and 3 + 6 scans", a, b)
	}
	for _, id := range []agent.CountID{first.ID, second.ID} {
		ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: id})
	}
	s.settle()
	s.judged(first.ID, cola, agent.Ready, -3, -3)
	if v := s.judged(second.ID, cola, agent.NotComplete, 0, 0); len(v.Missing) != 1 || v.Missing[0] != binB {
		t.Errorf("what only the other count reached is missing here: %+v", v.Missing)
	}
}

// A later count that found the books right has nothing to approve; that an older one
// found less must not correct them for that.
func TestALaterCountThatFoundTheBooksRight(t *testing.T) {
	s := openShop(t)
	older, pass := s.begin(binA)
	s.state()
	s.count(pass, soap, binA, 1) // two were overlooked
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: older.ID})
	s.settle()
	s.judged(older.ID, soap, agent.Ready, -2, -2)
	later, pass := s.begin(binA)
	s.clock.pass(time.Hour)
	s.state()
	s.count(pass, soap, binA, 3)
	s.judged(older.ID, soap, agent.Ready, -2, -2) // it is still being counted
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: later.ID})
	s.settle()
	s.judged(later.ID, soap, agent.Matches, 0, 0)
	v := s.judged(older.ID, soap, agent.Settled, 0, 0)
	if !strings.Contains(v.Sentence, "counted again later by "+string(later.ID)) {
		t.Errorf("it does not say why: %s", v.Sentence)
	}
	s.refused("not_ready", boss, "count.approve", station.Approve{Count: older.ID, Items: []station.ApprovedItem{{Item: soap}}})
	if made := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: older.ID, AllReady: true}); len(made.Adjustments) > 0 {
		t.Errorf("it still corrects: %+v", made.Adjustments)
	}
}
