package station_test

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// walkedFront is an open count in which anna's walk through the zone "shop", bin A,
// found crisps and nothing else, and is over.
func (s *testShop) walkedFront() agent.CountID {
	s.t.Helper()
	count, pass := s.begin(binA)
	s.count(pass, crisps, binA, 5)
	ask[station.ClosedPass](s, clerk, "pass.close", station.ClosePass{Pass: pass.ID})
	return count.ID
}

func (s *testShop) uncounted(who agent.Caller, count agent.CountID, zone agent.Zone) station.UncountedIn {
	s.t.Helper()
	return ask[station.UncountedIn](s, who, "zone.uncounted", station.UncountedOf{Count: count, Zone: zone})
}

func settle(count agent.CountID, zone agent.Zone, decisions ...agent.DecidedUncounted) station.SettleZone {
	return station.SettleZone{UncountedOf: station.UncountedOf{Count: count, Zone: zone}, Decisions: decisions}
}

func decided(item agent.ItemID, bin agent.Bin, as agent.Uncounted) agent.DecidedUncounted {
	return agent.DecidedUncounted{Item: item, Bin: bin, As: as}
}

// The list holds what is known in the zone and was not counted there, also in a count
// that asks for nothing by name, and no quantity.
func TestWhatNobodyCountedInAZoneIsListed(t *testing.T) {
	s := openShop(t)
	count := s.walkedFront()
	front := s.uncounted(clerk, count, "shop")
	if front.Total != 2 || len(front.Lines) != 2 || front.Lines[0].Item != cola || front.Lines[1].Item != soap || !front.Lines[0].Walked {
		t.Errorf("left in the shop: %+v", front)
	}
	if back := s.uncounted(clerk, count, "store"); back.Total != 1 || back.Lines[0].Item != cola || back.Lines[0].Walked {
		t.Errorf("left in the store: %+v", back)
	}
	s.refused("no_zone", clerk, "zone.uncounted", station.UncountedOf{Count: count, Zone: "attic"})
	s.refused("no_count", clerk, "zone.uncounted", station.UncountedOf{Count: "count-9", Zone: "shop"})
	s.refused("no_recount", clerk, "zone.uncounted", station.UncountedOf{Count: count, Zone: "shop", Round: 3})
}

// Each item has its own decision: what is kept stays incomplete and says who decided
// so, and what is gone is counted 0.
func TestEachUncountedItemIsDecidedByItself(t *testing.T) {
	s := openShop(t)
	count := s.walkedFront()
	s.clock.pass(time.Minute)
	done := ask[station.SettledZone](s, boss, "zone.settle", settle(count, "shop", decided(soap, binA, agent.ZeroUncounted), decided(cola, binA, agent.KeepUncounted)))
	if done.Zeroed != 1 || done.Kept != 1 || len(done.LeftOpen) != 0 {
		t.Errorf("settled as %+v", done)
	}
	if rest := s.uncounted(clerk, count, "shop"); rest.Total != 1 || rest.Lines[0].Item != cola || rest.Lines[0].Kept != "boss" || rest.Lines[0].KeptAt.IsZero() {
		t.Errorf("still open: %+v", rest)
	}
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count})
	s.settle()
	s.judged(count, soap, agent.Ready, -3, -3)
	if v := s.review(count)[cola]; v.Status != agent.NotComplete {
		t.Errorf("cola is %s: %s", v.Status, v.Sentence)
	}
}

// Goods may have gone at any time since somebody began to walk there: a sale in that
// time may lie on either side, and no difference is made up.
func TestAZeroOfAZoneReachesBackToTheWalk(t *testing.T) {
	s := openShop(t)
	count := s.walkedFront()
	walked := s.clock.Now().Add(-30 * time.Second)
	s.clock.pass(time.Hour)
	s.sell(soap, binA, 3, walked)
	ask[station.SettledZone](s, boss, "zone.settle", settle(count, "shop", decided(soap, binA, agent.ZeroUncounted)))
	s.read(func(v agent.View) error {
		lines, err := v.LinesOf(count, soap)
		if len(lines) != 1 || !lines[0].Window.From.At.Equal(morning) || !lines[0].Window.To.At.Equal(s.clock.Now()) {
			t.Errorf("the zero's window is %+v", lines)
		}
		return err
	})
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count})
	s.settle()
	if v := s.review(count)[soap]; v.Variance.Lo > 0 || v.Variance.Hi < 0 {
		t.Errorf("soap is %+v: %s", v.Variance, v.Sentence)
	}
}

// Where nobody has been nobody knows that something is gone; whoever looked does.
func TestWhereNobodyWalkedSomebodyHasToLook(t *testing.T) {
	s := openShop(t)
	count := s.walkedFront()
	done := ask[station.SettledZone](s, clerk, "zone.settle", settle(count, "store", decided(cola, binB, agent.ZeroUncounted)))
	if done.Zeroed != 0 || len(done.LeftOpen) != 1 || done.LeftOpen[0].Why == "" || done.Pass != "" {
		t.Errorf("a zero of a bin where nobody has been: %+v", done)
	}
	done = ask[station.SettledZone](s, clerk, "zone.settle", settle(count, "store", decided(cola, binB, agent.EmptyUncounted)))
	if done.Zeroed != 1 || len(done.LeftOpen) != 0 {
		t.Errorf("it was looked for: %+v", done)
	}
	if rest := s.uncounted(clerk, count, "store"); rest.Total != 0 || len(rest.Walking) != 0 {
		t.Errorf("still open: %+v", rest)
	}
}

// What was scanned and may be the item is never made 0, whoever says what.
func TestWhatWasSeenIsNotMadeZeroByItsZone(t *testing.T) {
	s := openShop(t)
	s.labelled()
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{}).ID
	pass := ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count, Device: "gun", Bin: binB})
	s.scan("X") // tea or tea bags
	s.clock.pass(time.Minute)
	ask[station.ClosedPass](s, clerk, "pass.close", station.ClosePass{Pass: pass.ID})
	for _, l := range s.uncounted(clerk, count, "store").Lines {
		if seen := l.Item != cola; seen != (l.Seen != "") {
			t.Errorf("%+v", l)
		}
	}
	done := ask[station.SettledZone](s, boss, "zone.settle", settle(count, "store", decided("tea", binB, agent.EmptyUncounted)))
	if done.Zeroed != 0 || len(done.LeftOpen) != 1 || done.LeftOpen[0].Scan == 0 {
		t.Errorf("%+v", done)
	}
}

// While somebody else walks there nothing is decided to be gone, unless that is known.
func TestAZoneThatIsStillWalkedWarnsFirst(t *testing.T) {
	s := openShop(t)
	count, pass := s.begin(binA)
	s.count(pass, crisps, binA, 5)
	if front := s.uncounted(boss, count.ID, "shop"); len(front.Walking) != 1 || front.Walking[0].ID != pass.ID {
		t.Errorf("walking there: %+v", front.Walking)
	}
	gone := settle(count.ID, "shop", decided(soap, binA, agent.ZeroUncounted))
	s.refused("zone_walked", boss, "zone.settle", gone)
	if kept := ask[station.SettledZone](s, boss, "zone.settle", settle(count.ID, "shop", decided(cola, binA, agent.KeepUncounted))); kept.Kept != 1 {
		t.Errorf("keeping needs no warning: %+v", kept)
	}
	gone.Anyway = true
	if done := ask[station.SettledZone](s, boss, "zone.settle", gone); done.Zeroed != 1 {
		t.Errorf("decided all the same: %+v", done)
	}
	s.count(pass, soap, binA, 2) // and what is counted after all counts
	if got := s.lineOf(count.ID, soap); got != 2 {
		t.Errorf("soap is %d", got)
	}
}

// A decision that comes twice is stored once, and each stands in the log with who made it.
func TestADecisionAboutAZoneIsEvidence(t *testing.T) {
	s := openShop(t)
	count := s.walkedFront()
	gone := settle(count, "shop", decided(soap, binA, agent.ZeroUncounted), decided(cola, binA, agent.KeepUncounted))
	for range 2 {
		if _, err := s.tryAs(boss, "the same", "zone.settle", gone); err != nil {
			t.Fatal(err)
		}
	}
	var told, passes int
	s.read(func(v agent.View) error {
		events, err := v.EventsOf(count)
		for _, e := range events {
			if e.Kind == agent.UncountedDecided && e.Actor == boss.Actor {
				told++
			}
		}
		all, failed := v.Passes(count)
		for _, p := range all {
			if passes++; p.Open() {
				t.Errorf("%s is open", p.ID)
			}
		}
		if err == nil {
			err = failed
		}
		return err
	})
	if told != 1 || passes != 2 {
		t.Errorf("%d decisions are told, %d passes", told, passes)
	}
	history := ask[station.History](s, boss, "item.history", station.HistoryOf{Item: "S"})
	if !hasTold(history, "Nobody counted it here; it was decided that it is gone.") {
		t.Errorf("the history of soap: %+v", history.Entries)
	}
	s.refused("bad_decision", boss, "zone.settle", settle(count, "shop", decided(cola, binA, "burn")))
	s.refused("nothing_decided", boss, "zone.settle", settle(count, "shop"))
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count})
	s.refused("count_state", boss, "zone.settle", gone)
}

func hasTold(h station.History, does string) bool {
	for _, e := range h.Entries {
		if e.Does == does {
			return true
		}
	}
	return false
}
