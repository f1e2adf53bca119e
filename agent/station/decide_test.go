package station_test

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// clashed is a count in which somebody typed 8 over the 3 of soap while it waited
// to be corrected to 1.
func (s *testShop) clashed() (agent.CountID, agent.AdjustmentID) {
	s.t.Helper()
	count := s.counted()
	id := s.approveOne(count, soap)
	s.clock.pass(time.Minute)
	s.typeOver(soap, 8)
	s.clock.pass(time.Minute)
	s.clash(id)
	return count, id
}

func (s *testShop) decide(id agent.AdjustmentID, d station.Decision) {
	s.t.Helper()
	ended := ask[agent.Delivery](s, boss, "delivery.decide", station.Decide{Adjustment: id, Decision: d})
	if ended.State != agent.Superseded || s.delivery(id).State != agent.Superseded {
		s.t.Errorf("the old delivery is %s", s.delivery(id).State)
	}
}

func TestDecideRecount(t *testing.T) {
	s := openShop(t)
	count, id := s.clashed()
	s.judged(count, soap, agent.Settled, -2, -2) // the card asks, the list does not
	if !s.choices(id).Recount {
		t.Error("the card offers no recount")
	}
	s.decide(id, station.DecideRecount)
	s.judged(count, soap, agent.Waiting, -7, -2)
	pass := s.walk(count, binA, 1)
	s.count(pass, soap, binA, 1)
	s.settle()
	s.judged(count, soap, agent.Ready, -7, -7)
	s.send(s.approve(count, soap, "recounted"), agent.Delivered)
	if s.onHand[soap] != 1 {
		t.Errorf("%d on the books, 1 on the shelf", s.onHand[soap])
	}
}

func (s *testShop) approve(count agent.CountID, item agent.ItemID, reason string) agent.AdjustmentID {
	s.t.Helper()
	made := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: item, Reason: reason}}}).Adjustments
	return made[0].ID
}

func TestDecideUseMine(t *testing.T) {
	s := openShop(t)
	count, id := s.clashed()
	s.decide(id, station.DecideUseMine)
	all := s.deliveries(count)
	mine := all[len(all)-1]
	if a := mine.Adjustment; mine.State != agent.Pending || a.Variance != -7 || !a.Decided || a.Book.OnHand != 8 || a.By != boss.Actor {
		t.Fatalf("the new delivery is %+v", mine)
	}
	s.judged(count, soap, agent.Settled, -7, -7)
	s.send(mine.Adjustment.ID, agent.Delivered)
	s.judged(count, soap, agent.Settled, -7, -7)
	if s.onHand[soap] != 1 {
		t.Errorf("%d on the books, 1 counted", s.onHand[soap])
	}
}

// Sales between the count and the other's change are taken into account.
func TestDecideUseMineWithSales(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	id := s.approveOne(count, soap)
	s.clock.pass(time.Hour)
	s.sell(soap, binA, 1, s.clock.Now())
	s.clock.pass(time.Minute)
	s.typeOver(soap, 20)
	s.clock.pass(time.Minute)
	s.clash(id)
	s.decide(id, station.DecideUseMine)
	all := s.deliveries(count)
	if v := all[len(all)-1].Adjustment.Variance; v != -20 {
		t.Errorf("variance %d: nothing is on the shelf any more", v)
	}
}

func TestDecideKeepTheirs(t *testing.T) {
	s := openShop(t)
	count, id := s.clashed()
	s.decide(id, station.DecideKeepTheirs)
	all := s.deliveries(count)
	if last := all[len(all)-1]; last.Adjustment.Variance != 0 || !last.Adjustment.Decided {
		t.Fatalf("the new delivery is %+v", last)
	}
	s.judged(count, soap, agent.Settled, 0, 0)
}

func TestDecideAboutAnUnknown(t *testing.T) {
	for _, arrived := range []bool{true, false} {
		s := openShop(t)
		count := s.counted()
		id := s.approveOne(count, soap)
		s.send(id, agent.InDoubt)
		if arrived {
			s.typeOver(soap, 1)
		}
		s.refused("deliveries_open", boss, "count.finish", station.OneCount{Count: count})
		s.decide(id, station.DecideRecount)
		s.settle()
		pass := s.walk(count, binA, 1)
		s.count(pass, soap, binA, 1)
		s.settle()
		if arrived {
			s.judged(count, soap, agent.Matches, 0, 0)
		} else {
			s.judged(count, soap, agent.Ready, -2, -2)
		}
	}
}

func TestDecideRefuses(t *testing.T) {
	s := openShop(t)
	count, id := s.clashed()
	pending := s.approveOne(count, cola)
	s.refused("no_delivery", boss, "delivery.decide", station.Decide{Adjustment: "adjustment-99", Decision: station.DecideRecount})
	s.refused("nothing_to_decide", boss, "delivery.decide", station.Decide{Adjustment: pending, Decision: station.DecideRecount})
	s.refused("bad_decision", boss, "delivery.decide", station.Decide{Adjustment: id, Decision: "shrug"})
	s.decide(id, station.DecideKeepTheirs)
	s.refused("nothing_to_decide", boss, "delivery.decide", station.Decide{Adjustment: id, Decision: station.DecideRecount})
}

// A sale in the counting minute leaves the number open even if the other's change
// is set aside.
func TestUseMineNeedsACertainNumber(t *testing.T) {
	s := openShop(t)
	_, id := s.clashed()
	s.sell(soap, binA, 1, morning.Add(150*time.Second))
	s.settle()
	s.refused("not_certain", boss, "delivery.decide", station.Decide{Adjustment: id, Decision: station.DecideUseMine})
}

// A finished count takes no entries: what was found out too late is decided without
// a recount.
func TestAFinishedCountTakesNoRecount(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	s.send(s.approveOne(count, soap), agent.Delivered)
	ask[agent.Count](s, boss, "count.finish", station.FinishCount{Count: count, LeaveUndecided: true})
	s.sell(soap, binA, 1, morning.Add(-time.Hour))
	late := s.approveOne(count, soap)
	s.clash(late)
	if s.choices(late).Recount {
		t.Error("the card offers a recount in a count that takes none")
	}
	s.refused("count_state", boss, "delivery.decide", station.Decide{Adjustment: late, Decision: station.DecideRecount})
	if d := s.delivery(late); d.State != agent.Conflict {
		t.Errorf("the delivery is %s", d.State)
	}
	s.decide(late, station.DecideKeepTheirs)
}
