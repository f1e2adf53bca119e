package station_test

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// Soap is dear and sells, crisps sell a little: each is judged by the limits of the
// class that it had when the count was opened.
func TestEachClassHasItsLimits(t *testing.T) {
	s := openShop(t)
	items := stocked()
	items[1].Cost, items[2].Cost = agent.Money{Minor: 10, Currency: "EUR"}, agent.Money{Minor: 90_000, Currency: "EUR"}
	s.stock(items...)
	s.onHand[soap], s.onHand[crisps] = 200, 105
	s.sell(soap, binA, 100, s.clock.Now())
	s.sell(crisps, binA, 1, s.clock.Now())
	policy := agent.Policy{BasketTime: basket, Tolerance: agent.Limit{Units: 1}, Classes: map[string]agent.Limits{
		"A": {Tolerance: &agent.Limit{Money: agent.Money{Minor: 1_000, Currency: "EUR"}}},
	}}
	count := ask[agent.Count](s, chief, "count.open", station.OpenCount{Policy: &policy})
	s.clock.pass(basket * 2)
	s.state()
	pass := s.walk(count.ID, binA, 0)
	s.count(pass, soap, binA, 99)
	s.count(pass, crisps, binA, 103)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	items[1].Cost.Minor = 900_000_000 // crisps are the dearest of all now
	s.stock(items...)
	if v := s.judged(count.ID, crisps, agent.Ready, -1, -1); v.ReasonNeeded {
		t.Errorf("one of what was cheap when the count was opened needs a reason: %s", v.Sentence)
	}
	if v := s.judged(count.ID, soap, agent.Ready, -1, -1); !v.ReasonNeeded || v.Investigate {
		t.Errorf("one of the dear ones needs no reason: %s", v.Sentence)
	}
	s.refused("reason_needed", boss, "count.approve", station.Approve{Count: count.ID, Items: []station.ApprovedItem{{Item: soap}}})
	ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count.ID, Items: []station.ApprovedItem{{Item: crisps}}})
	ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count.ID, Items: []station.ApprovedItem{{Item: soap, Reason: "Theft or loss"}}})
	bad := agent.Policy{Classes: map[string]agent.Limits{"D": {}}}
	s.refused("bad_class", chief, "count.open", station.OpenCount{Policy: &bad})
}
