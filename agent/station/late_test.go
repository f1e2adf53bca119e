package station_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

const day = 24 * time.Hour

// old makes the shop one whose numbers have stood for long.
func (s *testShop) old() {
	s.clock.pass(400 * day)
	for item := range s.onHand {
		s.changed[item] = morning
	}
}

// postedBy is what the shop tells of a sale.
func postedBy(id, receipt string, item agent.ItemID, occurred, posted time.Time) agent.Facts {
	return event(agent.MovementsReceived, agent.MovementsFact{Movements: []agent.Movement{{
		Source: "shop", SourceID: id, Receipt: receipt, Kind: agent.Sale, Item: item, Location: here,
		Quantity: -1, Occurred: agent.Stamp{At: occurred}, Posted: posted,
	}}})
}

// However long a till was offline: of what it tells afterwards nobody knows whether the
// shop's number holds it, unless the shop told of the same receipt.
func TestASaleThatATillTellsLateIsNotForgotten(t *testing.T) {
	for _, days := range []time.Duration{1, 6, 8, 30, 300} {
		for _, posted := range []bool{false, true} {
			s := openShop(t)
			s.old()
			sold := s.clock.Now().Add(-days * day)
			if posted {
				s.put(postedBy("1", "R-1", soap, sold.Add(time.Minute), sold.Add(time.Hour)))
				s.changed[soap] = sold.Add(time.Hour)
			}
			count, pass := s.begin(binA)
			s.state()
			s.take(told(row("1", -1, sold, `"sku":"S"`, `"receipt":"R-1"`)))
			s.count(pass, soap, binA, 2) // of 3 on the books
			ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
			s.settle()
			if posted {
				s.judged(count.ID, soap, agent.Ready, -1, -1)
			} else {
				s.judged(count.ID, soap, agent.NeedsRecount, -1, 0)
			}
		}
	}
}

// However long ago a sale was that the shop posts after the adjustment: it makes the
// number wrong, and is asked about.
func TestASaleThatTheShopPostsLateIsCorrected(t *testing.T) {
	for _, days := range []time.Duration{1, 9, 300} {
		s := openShop(t)
		s.old()
		count, pass := s.begin(binA)
		s.state()
		s.count(pass, soap, binA, 2)
		ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
		s.settle()
		s.send(s.approveOne(count.ID, soap), agent.Delivered)
		s.clock.pass(time.Hour)
		s.state()
		s.sell(soap, binA, 1, s.clock.Now().Add(-days*day))
		s.settle()
		if v := s.judged(count.ID, soap, agent.Ready, 1, 1); !v.Late {
			t.Errorf("%d days ago: it does not say that it came late: %s", days, v.Sentence)
		}
	}
}

// What a person chose where it could not be known settles that alone: a sale that comes
// to be known afterwards is asked about, also after a choice over somebody's change, and
// the correction ends it.
func TestALateSaleIsCorrectedAfterAChoice(t *testing.T) {
	choices := map[string]func(s *testShop) agent.CountID{
		"between two numbers": func(s *testShop) agent.CountID {
			count, pass := s.begin(binA)
			s.state()
			s.clock.pass(30 * time.Minute)
			s.sell(soap, binA, 1, s.clock.Now())
			s.count(pass, soap, binA, 2)
			ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
			s.settle()
			use := s.judged(count.ID, soap, agent.NeedsRecount, -1, 0).Variance.Lo
			ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count.ID, Items: []station.ApprovedItem{{Item: soap, Use: &use}}})
			return count.ID
		},
		"use mine": func(s *testShop) agent.CountID {
			id := s.counted()
			s.decideOver(id, station.DecideUseMine)
			return id
		},
		"keep theirs": func(s *testShop) agent.CountID {
			id := s.counted()
			s.decideOver(id, station.DecideKeepTheirs)
			return id
		},
	}
	for name, choose := range choices {
		t.Run(name, func(t *testing.T) {
			s := openShop(t)
			id := choose(s)
			list := s.deliveries(id)
			s.send(list[len(list)-1].Adjustment.ID, agent.Delivered)
			s.clock.pass(time.Hour)
			s.settle()
			if v := s.review(id)[soap]; v.Status != agent.Settled {
				t.Fatalf("nothing came since, and it is %s: %s", v.Status, v.Sentence)
			}
			s.sell(soap, binA, 1, morning.Add(-2*time.Hour))
			s.settle()
			if v := s.judged(id, soap, agent.Ready, 1, 1); !v.Late {
				t.Errorf("it does not say that it came late: %s", v.Sentence)
			}
			s.send(s.approveOne(id, soap), agent.Delivered)
			s.settle()
			if v := s.review(id)[soap]; v.Status != agent.Settled {
				t.Errorf("corrected, and it is %s %+v: %s", v.Status, v.Variance, v.Sentence)
			}
		})
	}
}

// decideOver lets somebody type over an approved number before it is sent, and a person
// decide about that.
func (s *testShop) decideOver(count agent.CountID, d station.Decision) {
	s.t.Helper()
	id := s.approveOne(count, soap)
	s.typeOver(soap, 9)
	s.clash(id)
	s.decide(id, d)
}

// A till that says when the shop's number changed by its sale leaves no doubt, also where
// the shop itself tells no sales.
func TestASaleOfWhichTheTillSaysWhenItWasPosted(t *testing.T) {
	s := openShopWith(t, station.Options{Location: here, Source: "shop", Policy: agent.Policy{BasketTime: basket}})
	state := func() {
		now := s.clock.Now()
		s.put(event(agent.BookStated, agent.BookFact{Books: []agent.Book{{
			Item: soap, Location: here, OnHand: 2, Tracked: true, Stocked: true, Stated: now, Tick: time.Second, At: agent.Stamp{At: now},
		}}}))
	}
	sold := s.clock.Now().Add(-time.Hour)
	told := told(row("1", -1, sold, `"sku":"S"`, fmt.Sprintf(`"posted":%q`, sold.Add(time.Minute).Format(time.RFC3339))))
	if taken := s.take(told); taken.New != 1 {
		t.Fatalf("%+v", taken)
	}
	if taken := s.take(told); taken.Known != 1 {
		t.Errorf("told again: %+v", taken)
	}
	count, pass := s.begin(binA)
	state()
	s.count(pass, soap, binA, 2)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.clock.pass(basket + time.Minute)
	state()
	s.judged(count.ID, soap, agent.Matches, 0, 0)
}

// oldSale is a sale of long before a count: when the shop posts it, and when a till tells it.
type oldSale struct {
	days         int    // before the count
	posted, told string // "then", "while it is counted" or "after the approval"; told may be "never"
}

// Whenever sales of long ago become known: what the line says holds the truth, and what is
// approved, or chosen rightly, adds up to it with what is left over in the end.
func TestTheTruthLiesInTheIntervalHoweverLateASaleIsKnown(t *testing.T) {
	corrected := 0
	for seed := range uint64(40) {
		draw := rand.New(rand.NewPCG(seed, 0))
		s := openShop(t)
		var sales []oldSale
		for range draw.IntN(4) {
			o := oldSale{days: 1 + draw.IntN(40), posted: "then", told: "never"}
			switch draw.IntN(4) {
			case 0:
				o.posted = "while it is counted"
			case 1:
				o.posted = "after the approval"
			}
			switch draw.IntN(3) {
			case 0:
				o.told = "while it is counted"
			case 1:
				o.told = "after the approval"
			}
			sales = append(sales, o)
		}
		s.old()
		s.onHand[soap] = 20
		opened := s.clock.Now().Add(41 * day)
		tell := func(when string) {
			for n, o := range sales {
				at, receipt := opened.Add(-time.Duration(o.days)*day), fmt.Sprintf("R-%d", n)
				if o.told == when {
					s.take(told(row(receipt, -1, at, `"sku":"S"`, fmt.Sprintf(`"receipt":%q`, receipt))))
				}
				if o.posted == when {
					s.put(postedBy(receipt, receipt, soap, at, s.clock.Now()))
					s.onHand[soap], s.changed[soap] = s.onHand[soap]-1, s.clock.Now()
				}
			}
		}
		for d := 41; d > 0; d-- {
			for n, o := range sales {
				if o.days == d && o.posted == "then" {
					receipt := fmt.Sprintf("R-%d", n)
					s.put(postedBy(receipt, receipt, soap, s.clock.Now(), s.clock.Now()))
					s.onHand[soap], s.changed[soap] = s.onHand[soap]-1, s.clock.Now()
				}
			}
			s.clock.pass(day)
		}
		count, pass := s.begin(binA)
		s.state()
		tell("while it is counted")
		wrong := int64(draw.IntN(5) - 2)
		s.count(pass, soap, binA, 20-int64(len(sales))+wrong)
		ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
		s.settle()
		v, right := s.review(count.ID)[soap], wrong
		for _, o := range sales {
			if o.posted == "after the approval" && o.told != "while it is counted" {
				right-- // nobody can know of it yet
			}
		}
		if right < v.Variance.Lo || right > v.Variance.Hi {
			t.Fatalf("seed %d, %+v: it is %d, judged %s %+v: %s", seed, sales, right, v.Status, v.Variance, v.Sentence)
		}
		approved := int64(0)
		if v.Status == agent.Ready || v.Status == agent.NeedsRecount {
			made := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count.ID, Reason: "x", Items: []station.ApprovedItem{{Item: soap, Use: &right}}})
			s.send(made.Adjustments[0].ID, agent.Delivered)
			approved = right
		}
		s.clock.pass(time.Hour)
		s.state()
		tell("after the approval")
		s.settle()
		v = s.review(count.ID)[soap]
		lo, hi := approved+v.Variance.Lo, approved+v.Variance.Hi
		if v.Status == agent.Settled {
			lo, hi = approved, approved
		} else if approved != 0 {
			corrected++
		}
		if wrong < lo || wrong > hi {
			t.Fatalf("seed %d, %+v: it is %d, %d was approved, then %s %+v: %s", seed, sales, wrong, approved, v.Status, v.Variance, v.Sentence)
		}
	}
	if corrected == 0 {
		t.Error("nothing was corrected: the shops prove nothing")
	}
}
