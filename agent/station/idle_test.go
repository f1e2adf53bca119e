package station_test

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

func (s *testShop) look() (next time.Duration) {
	s.t.Helper()
	next, err := s.SignOutIdle(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return next
}

func idleShop(t *testing.T, out station.SignOut) (s *testShop, badge string) {
	t.Helper()
	s = openShopWith(t, station.Options{Location: here, Feed: true, SignOut: out})
	return s, s.staff()
}

// Whoever manages and does nothing for a quarter of an hour is signed out; what the
// browser itself may do stays.
func TestWhoDoesNothingIsSignedOut(t *testing.T) {
	s, _ := idleShop(t, station.SignOut{})
	office := s.as("office")
	ask[station.SignedIn](s, office, "person.sign-in", station.SignIn{Person: "Eva", PIN: evasPIN})
	s.clock.pass(14 * time.Minute)
	if next := s.look(); next <= 0 || s.as("office").Actor.ID != "Eva" {
		t.Errorf("after 14 minutes the office is %+v, next look in %v", s.as("office"), next)
	}
	left := ask[station.Here](s, s.as("office"), "person.here", struct{}{})
	if left.After != 15*time.Minute {
		t.Errorf("who is here is signed out after %v", left.After)
	}
	s.clock.pass(14 * time.Minute)
	s.look()
	if s.as("office").Actor.ID != "Eva" {
		t.Error("signed out a minute before the time")
	}
	s.clock.pass(time.Minute)
	s.look()
	if s.as("office") != office {
		t.Errorf("after 15 minutes without activity the office is %+v", s.as("office"))
	}
}

// Who counts is signed out after a shift. Scans of a scanner are activity, and are kept
// whoever has signed in.
func TestWhoScansIsNotIdleAndNoScanIsRefused(t *testing.T) {
	s, _ := idleShop(t, station.SignOut{Counter: time.Hour})
	s.labelled()
	ask[station.SignedIn](s, s.as("tablet"), "person.sign-in", station.SignIn{Person: "Anna", PIN: annasPIN})
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{}).ID
	ask[agent.Pass](s, s.as("tablet"), "pass.open", station.OpenPass{Count: count, Device: "gun", Bin: binA})
	for range 3 {
		s.clock.pass(50 * time.Minute)
		s.scan("S")
		if s.look(); s.as("tablet").Actor.ID != "Anna" {
			t.Fatal("Anna scans and is signed out")
		}
	}
	s.clock.pass(2 * time.Hour)
	if s.look(); s.as("tablet").Actor.ID != "Tablet 1" {
		t.Errorf("the tablet is %+v", s.as("tablet"))
	}
	if in := s.scan("S"); in.Heard != station.Counted || s.lineOf(count, soap) != 4 {
		t.Errorf("after that a scan was %s, soap is %d", in.Heard, s.lineOf(count, soap))
	}
	typed := ask[agent.Scan](s, s.as("tablet"), "entry.set", station.SetEntry{Pass: "pass-1", Item: crisps, Quantity: 5})
	if typed.Actor.ID != "Tablet 1" {
		t.Errorf("what the tablet types is of %+v", typed.Actor)
	}
}

// At the end of a shift everybody is signed out, and who signs in after it is not.
func TestTheEndOfAShiftSignsOut(t *testing.T) {
	s, _ := idleShop(t, station.SignOut{Manager: 10 * time.Hour, ShiftEnds: []time.Duration{9*time.Hour + 30*time.Minute, 14 * time.Hour}})
	ask[station.SignedIn](s, s.as("tablet"), "person.sign-in", station.SignIn{Person: "Anna", PIN: annasPIN})
	if left := ask[station.Here](s, s.as("tablet"), "person.here", struct{}{}); left.After != 30*time.Minute {
		t.Errorf("the shift ends in %v", left.After)
	}
	s.clock.pass(30 * time.Minute) // it is 9:30
	s.look()
	if s.as("tablet").Actor.ID == "Anna" {
		t.Error("Anna is signed in after the shift")
	}
	ask[station.SignedIn](s, s.as("office"), "person.sign-in", station.SignIn{Person: "Eva", PIN: evasPIN})
	s.clock.pass(time.Minute)
	if s.look(); s.as("office").Actor.ID != "Eva" {
		t.Error("Eva signed in after the shift's end and is signed out")
	}
}

// A restart forgets nothing: who was active just before stays, who was not goes.
func TestARestartKnowsWhoWasActive(t *testing.T) {
	for _, c := range []struct {
		down time.Duration
		stay bool
	}{{10 * time.Minute, true}, {16 * time.Minute, false}} {
		s, _ := idleShop(t, station.SignOut{})
		ask[station.SignedIn](s, s.as("office"), "person.sign-in", station.SignIn{Person: "Eva", PIN: evasPIN})
		s.clock.pass(10 * time.Minute)
		ask[agent.Count](s, s.as("office"), "count.open", station.OpenCount{})
		s.clock.pass(c.down)
		var err error
		if s.Station, err = station.Start(t.Context(), s.queue, s.clock, agent.RunFact{Version: "test"}, station.Options{Location: here}); err != nil {
			t.Fatal(err)
		}
		if s.look(); (s.as("office").Actor.ID == "Eva") != c.stay {
			t.Errorf("after %v the office is %+v", c.down, s.as("office"))
		}
	}
}
