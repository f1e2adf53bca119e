package station_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// clockShop is a shop of which each item lies in one bin, and of which the clock is
// right while the agent's is ahead by some time. The agent tells the shop's times by
// its own clock, as connectors do that compare the two.
type clockShop struct {
	*testShop
	ahead time.Duration
}

func openClockShop(t *testing.T) *clockShop {
	s := &clockShop{testShop: openShop(t)}
	s.stock(
		agent.Item{ID: cola, SKU: "C", Name: "Cola", Tracked: true, Bins: []agent.Bin{binA}},
		agent.Item{ID: crisps, SKU: "K", Name: "Crisps", Tracked: true, Bins: []agent.Bin{binA}},
		agent.Item{ID: soap, SKU: "S", Name: "Soap", Tracked: true, Bins: []agent.Bin{binA}})
	s.onHand = map[agent.ItemID]int64{cola: 1, crisps: 5, soap: 3}
	return s
}

// set sets the agent's clock, and the agent notices it.
func (s *clockShop) set(by time.Duration) {
	s.t.Helper()
	s.clock.pass(by)
	s.ahead += by
	s.put(event(agent.ClockStepped, agent.ClockFact{By: by}))
}

// right is the time by the shop's clock.
func (s *clockShop) right() time.Time { return s.clock.Now().Add(-s.ahead) }

func (s *clockShop) state() {
	s.t.Helper()
	now := s.clock.Now()
	var list []agent.Book
	for item, onHand := range s.onHand {
		changed, moved := s.changed[item]
		if !moved {
			changed = morning.Add(-time.Hour)
		}
		list = append(list, agent.Book{
			Item: item, Location: here, OnHand: onHand, Tracked: true, Stocked: true,
			Changed: changed, Stated: s.right(), Tick: time.Second, At: agent.Stamp{At: now},
		})
	}
	facts := event(agent.BookStated, agent.BookFact{Books: list})
	facts.Watermarks = []agent.Watermark{{Source: "shop", Location: here, Upstream: s.right().Add(time.Second), Local: now}}
	s.put(facts)
}

// sold is one unit paid for and posted now.
func (s *clockShop) sold(item agent.ItemID) {
	s.t.Helper()
	s.sales++
	s.put(event(agent.MovementsReceived, agent.MovementsFact{Movements: []agent.Movement{{
		Source: "shop", SourceID: fmt.Sprint(s.sales), Kind: agent.Sale, Item: item, Location: here,
		Quantity: -1, Occurred: agent.Stamp{At: s.clock.Now()}, Posted: s.right(),
	}}}))
	s.onHand[item]--
	s.changed[item] = s.right()
}

func (s *clockShop) settle() {
	s.t.Helper()
	s.clock.pass(basket + time.Minute)
	s.state()
}

func (s *clockShop) close(count agent.CountID) {
	s.t.Helper()
	ask[agent.Count](s.testShop, boss, "count.close", station.CloseCount{Count: count})
	s.settle()
}

func (s *clockShop) recount(count agent.CountID, item agent.ItemID, quantity int64) {
	s.t.Helper()
	ask[agent.Recount](s.testShop, boss, "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{item}})
	s.testShop.count(s.walk(count, binA, 1), item, binA, quantity)
	s.settle()
}

// The computer's clock is two hours ahead until the time server is reached, in the
// middle of a count.
func TestAClockThatIsSetBackInACount(t *testing.T) {
	s := openClockShop(t)
	s.clock.pass(2 * time.Hour)
	s.ahead = 2 * time.Hour
	count, pass := s.begin(binA)
	s.state()
	s.count(pass, cola, binA, 1)
	s.count(pass, soap, binA, 3)
	s.set(-2 * time.Hour) // right
	s.clock.pass(time.Minute)
	s.count(pass, crisps, binA, 5)
	s.clock.pass(30 * time.Minute)
	s.sold(cola) // after both were counted
	s.sold(crisps)
	s.clock.pass(30 * time.Minute)
	s.close(count.ID)

	v := s.judged(count.ID, cola, agent.NeedsRecount, 0, 1)
	if !strings.Contains(v.Sentence, "the clock of this computer was set back by 2 hours:") {
		t.Error(v.Sentence)
	}
	s.judged(count.ID, soap, agent.Matches, 0, 0)   // nothing moved: nothing is in doubt
	s.judged(count.ID, crisps, agent.Matches, 0, 0) // counted by the clock as it is

	// The recount is certain, although the clock shows less than at the first counting.
	s.recount(count.ID, cola, 0)
	if v := s.judged(count.ID, cola, agent.Matches, 0, 0); strings.Contains(v.Sentence, "clock") {
		t.Error(v.Sentence)
	}
}

// Somebody sets the clock an hour forward and, some time later, right again.
func TestAClockThatIsSetForwardAndBackInACount(t *testing.T) {
	s := openClockShop(t)
	count, pass := s.begin(binA)
	s.state()
	s.count(pass, cola, binA, 1)
	s.clock.pass(20 * time.Minute)
	s.set(time.Hour)
	s.count(pass, crisps, binA, 5)
	s.clock.pass(20 * time.Minute)
	s.set(-time.Hour)
	s.count(pass, soap, binA, 3)
	s.clock.pass(15 * time.Minute)
	for _, item := range []agent.ItemID{cola, crisps, soap} {
		s.sold(item)
	}
	s.clock.pass(2 * time.Hour)
	s.close(count.ID)

	v := s.judged(count.ID, cola, agent.NeedsRecount, 0, 1)
	if !strings.Contains(v.Sentence, "was set forward by 1 hour, then back by 1 hour:") {
		t.Error(v.Sentence)
	}
	v = s.judged(count.ID, crisps, agent.NeedsRecount, 0, 1)
	if !strings.Contains(v.Sentence, "was set back by 1 hour:") {
		t.Error(v.Sentence)
	}
	s.judged(count.ID, soap, agent.Matches, 0, 0)
}

// An approval is not taken for one from before a recount because the clock went back.
func TestAnApprovalHoldsWhereTheClockWentBack(t *testing.T) {
	s := openClockShop(t)
	s.onHand[cola] = 3
	count, pass := s.begin(binA)
	s.state()
	s.count(pass, cola, binA, 1)
	s.close(count.ID)
	s.judged(count.ID, cola, agent.Ready, -2, -2)
	s.approveOne(count.ID, cola)
	s.set(-3 * time.Hour)
	s.clock.pass(time.Minute)
	s.judged(count.ID, cola, agent.Settled, -2, -2)
	s.recount(count.ID, cola, 3)
	if v := s.review(count.ID)[cola]; v.Status == agent.Settled {
		t.Errorf("counted again, and it is %s: %s", v.Status, v.Sentence)
	}
}
