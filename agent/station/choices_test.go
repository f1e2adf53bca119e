package station_test

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

func (s *testShop) choices(id agent.AdjustmentID) station.Choices {
	s.t.Helper()
	return ask[station.Choices](s, boss, "delivery.choices", station.OneDelivery{Adjustment: id})
}

func number(n int64) *int64 { return &n }

// What a card shows is what the shop has after the decision, also where goods moved
// between the other's change, the card and the decision.
func TestACardShowsWhatADecisionLeadsTo(t *testing.T) {
	for name, tt := range map[string]struct {
		decision     station.Decision
		sold         int64 // after the other's change, of 8
		theirs, mine int64
	}{
		"use mine":                {station.DecideUseMine, 0, 8, 1},
		"use mine after a sale":   {station.DecideUseMine, 1, 7, 0},
		"keep theirs":             {station.DecideKeepTheirs, 0, 8, 1},
		"keep theirs after sales": {station.DecideKeepTheirs, 1, 7, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t)
			count, id := s.clashed()
			if tt.sold > 0 {
				s.clock.pass(time.Hour)
				s.sell(soap, binA, tt.sold, s.clock.Now())
			}
			shown := s.choices(id)
			if shown.Theirs != tt.theirs || shown.Mine == nil || *shown.Mine != tt.mine || shown.Problem != nil || shown.Stated.IsZero() {
				t.Fatalf("shown are %+v, not %d and %d", shown, tt.theirs, tt.mine)
			}
			leads, becomes := number(shown.Theirs), tt.theirs
			if tt.decision == station.DecideUseMine {
				leads, becomes = shown.Mine, tt.mine
			}
			ask[agent.Delivery](s, boss, "delivery.decide", station.Decide{Adjustment: id, Decision: tt.decision, Leads: leads})
			all := s.deliveries(count)
			s.send(all[len(all)-1].Adjustment.ID, agent.Delivered)
			if s.onHand[soap] != becomes {
				t.Errorf("the shop has %d, not %d", s.onHand[soap], becomes)
			}
		})
	}
}

// Who decides by numbers that are old is shown the new ones first.
func TestADecisionByOldNumbersIsAskedAgain(t *testing.T) {
	s := openShop(t)
	_, id := s.clashed()
	shown := s.choices(id)
	s.clock.pass(time.Hour)
	s.sell(soap, binA, 1, s.clock.Now())
	s.refused("numbers_moved", boss, "delivery.decide", station.Decide{Adjustment: id, Decision: station.DecideUseMine, Leads: shown.Mine})
	s.refused("numbers_moved", boss, "delivery.decide", station.Decide{Adjustment: id, Decision: station.DecideKeepTheirs, Leads: number(shown.Theirs)})
	if d := s.delivery(id); d.State != agent.Conflict {
		t.Errorf("it is %s", d.State)
	}
	ask[agent.Delivery](s, boss, "delivery.decide", station.Decide{Adjustment: id, Decision: station.DecideUseMine, Leads: s.choices(id).Mine})
}

// Where the count does not say one number, none is shown for it.
func TestACardShowsNoNumberThatIsNotCertain(t *testing.T) {
	s := openShop(t)
	_, id := s.clashed()
	s.sell(soap, binA, 1, morning.Add(150*time.Second))
	s.settle()
	if c := s.choices(id); c.Mine != nil || c.Problem == nil || c.Problem.Code != "not_certain" || c.Problem.Do == "" {
		t.Errorf("%+v", c)
	}
	s.refused("no_delivery", boss, "delivery.choices", station.OneDelivery{Adjustment: "adjustment-99"})
	s.decide(id, station.DecideRecount)
	s.refused("nothing_to_decide", boss, "delivery.choices", station.OneDelivery{Adjustment: id})
}

// Of what left the catalogue nothing can be counted or corrected: only what the shop has
// can be left as it is.
func TestChoicesOfAnItemThatLeftTheCatalogue(t *testing.T) {
	s := openShop(t)
	_, id := s.clashed()
	s.stock(stocked()[:2]...)
	if c := s.choices(id); !c.Gone || c.Recount || c.Mine != nil || c.Problem == nil || c.Problem.Code != "left_catalogue" {
		t.Errorf("%+v", c)
	}
	s.refused("left_catalogue", boss, "delivery.decide", station.Decide{Adjustment: id, Decision: station.DecideRecount})
	s.refused("left_catalogue", boss, "delivery.decide", station.Decide{Adjustment: id, Decision: station.DecideUseMine})
	s.decide(id, station.DecideKeepTheirs)
}
