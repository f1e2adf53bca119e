package station_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

var chief = agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: "local:chief"}, Role: agent.Admin, Origin: "local"}

const annasPIN, evasPIN = "271828", "314159"

// staff adds Anna, who counts, and Eva, who manages, and lets a tablet and the office in.
func (s *testShop) staff() (badge string) {
	s.t.Helper()
	s.put(agent.Facts{Events: []agent.Event{
		agent.NewEvent(agent.AccessGranted, agent.Access{ID: "tablet", Name: "Tablet 1", Role: agent.Counter, Hash: "00"}),
		agent.NewEvent(agent.AccessGranted, agent.Access{ID: "office", Name: "Office", Role: agent.Manager, Hash: "11"}),
	}})
	anna := ask[station.WithBadge](s, chief, "people.add", station.AddPerson{Name: " Anna ", PIN: annasPIN, Badge: true})
	eva := ask[station.WithBadge](s, chief, "people.add", station.AddPerson{Name: "Eva", Role: agent.Manager, PIN: evasPIN})
	if anna.ID != "Anna" || !anna.PIN || !anna.Badge || eva.Badge || eva.Code != "" || !strings.HasPrefix(anna.Code, "SH.P.") {
		s.t.Fatalf("added %+v and %+v", anna, eva)
	}
	return anna.Code
}

// as is who a browser's next command comes from.
func (s *testShop) as(access string) (c agent.Caller) {
	s.t.Helper()
	s.read(func(v agent.View) error {
		p, by, found, err := v.SignedIn(access)
		accesses, failed := v.Accesses()
		for _, a := range accesses {
			if a.ID == access {
				c = agent.CallerOf(a, nil)
				if found {
					c = agent.CallerOf(a, &agent.Working{Person: p, By: by})
				}
			}
		}
		if err == nil {
			err = failed
		}
		return err
	})
	return c
}

func TestAPersonSignsInByPINOrBadge(t *testing.T) {
	s := openShop(t)
	badge := s.staff()
	office := s.as("office")
	in := ask[station.SignedIn](s, office, "person.sign-in", station.SignIn{Person: "Eva", PIN: evasPIN})
	if in.Role != agent.Manager || s.as("office").Actor.ID != "Eva" {
		t.Errorf("Eva is %+v, the office %+v", in, s.as("office"))
	}
	in = ask[station.SignedIn](s, s.as("office"), "person.sign-in", station.SignIn{Badge: badge})
	if in.Role != agent.Counter || s.as("office").May(agent.MayManage) {
		t.Error("a counter signed in, and the browser still manages")
	}
	ask[struct{}](s, s.as("office"), "person.sign-out", struct{}{})
	if s.as("office") != office {
		t.Errorf("after signing out the office is %+v", s.as("office"))
	}
	in = ask[station.SignedIn](s, s.as("tablet"), "person.sign-in", station.SignIn{Person: "Eva", PIN: evasPIN})
	if in.Role != agent.Counter || s.as("tablet").May(agent.MayApprove) {
		t.Error("a manager's PIN made a counter's tablet more than that")
	}
	pass := ask[agent.Pass](s, s.as("tablet"), "pass.open", station.OpenPass{Count: ask[agent.Count](s, boss, "count.open", station.OpenCount{}).ID, Bin: binA})
	if pass.Person.ID != "Eva" {
		t.Errorf("the pass is of %+v", pass.Person)
	}
}

func TestABadgeLetsNobodyManage(t *testing.T) {
	s := openShop(t)
	s.staff()
	yes := true
	badge := ask[station.WithBadge](s, chief, "people.change", station.ChangePerson{Person: "Eva", Badge: &yes}).Code
	ask[station.SignedIn](s, s.as("office"), "person.sign-in", station.SignIn{Badge: badge})
	if c := s.as("office"); c.Actor.ID != "Eva" || c.May(agent.MayApprove) || c.May(agent.MayManage) || !c.May(agent.MayCount) {
		t.Errorf("with Eva's badge the office is %+v", c)
	}
}

func TestSigningInIsRefused(t *testing.T) {
	s := openShop(t)
	s.staff()
	ask[station.WithBadge](s, chief, "people.add", station.AddPerson{Name: "Max"})
	tablet := s.as("tablet")
	for _, c := range []struct {
		code string
		who  agent.Caller
		args station.SignIn
	}{
		{"no_person", tablet, station.SignIn{Person: "Nobody", PIN: annasPIN}},
		{"no_person", tablet, station.SignIn{}},
		{"wrong_pin", tablet, station.SignIn{Person: "Anna", PIN: evasPIN}},
		{"wrong_pin", tablet, station.SignIn{Person: "Anna"}},
		{"no_pin", tablet, station.SignIn{Person: "Max"}},
		{"no_badge", tablet, station.SignIn{Badge: "SH.P.0000000000000000"}},
		{"no_badge", tablet, station.SignIn{Badge: "4006381333931"}},
		{"no_page", chief, station.SignIn{Person: "Eva", PIN: evasPIN}},
	} {
		s.refused(c.code, c.who, "person.sign-in", c.args)
	}
	if s.as("tablet") != tablet {
		t.Error("somebody is signed in")
	}
}

func TestPeopleAreRefused(t *testing.T) {
	s := openShop(t)
	s.staff()
	ask[station.Someone](s, chief, "people.remove", station.OnePerson{Person: "Anna"})
	for _, c := range []struct {
		code string
		args station.AddPerson
	}{
		{"bad_name", station.AddPerson{Name: "  "}},
		{"bad_name", station.AddPerson{Name: "A\x1bnna"}},
		{"bad_name", station.AddPerson{Name: "local:chief"}},
		{"bad_name", station.AddPerson{Name: strings.Repeat("ä", 41)}},
		{"bad_role", station.AddPerson{Name: "Max", Role: agent.Admin}},
		{"name_taken", station.AddPerson{Name: "Eva"}},
		{"name_taken", station.AddPerson{Name: "Anna"}}, // what Anna did is in the log
		{"name_taken", station.AddPerson{Name: "Tablet 1"}},
		{"bad_pin", station.AddPerson{Name: "Max", PIN: "12345"}},
		{"bad_pin", station.AddPerson{Name: "Max", PIN: "123456"}},
		{"bad_pin", station.AddPerson{Name: "Max", PIN: "777777"}},
		{"bad_pin", station.AddPerson{Name: "Max", PIN: "98765432"}},
		{"bad_pin", station.AddPerson{Name: "Max", PIN: "27182x"}},
		{"bad_pin", station.AddPerson{Name: "Max", PIN: "2718281828459"}},
	} {
		s.refused(c.code, chief, "people.add", c.args)
	}
	s.refused("no_person", chief, "people.remove", station.OnePerson{Person: "Anna"})
	s.refused("forbidden", boss, "people.add", station.AddPerson{Name: "Max"})
}

func TestWrongPINsHaveToWait(t *testing.T) {
	s := openShop(t)
	s.staff()
	tablet, office := s.as("tablet"), s.as("office")
	wrong, right := station.SignIn{Person: "Anna", PIN: "000001"}, station.SignIn{Person: "Anna", PIN: annasPIN}
	var all sync.WaitGroup
	for range 8 { // many at once are no more than one after the other
		all.Go(func() { _, _ = s.tryAs(tablet, "", "person.sign-in", wrong) })
	}
	all.Wait()
	s.refused("pin_locked", tablet, "person.sign-in", right)
	s.clock.pass(61 * time.Second)
	s.refused("wrong_pin", tablet, "person.sign-in", wrong)
	s.clock.pass(61 * time.Second)
	s.refused("pin_locked", tablet, "person.sign-in", right) // the second wait is longer
	ask[station.SignedIn](s, office, "person.sign-in", right)
	ask[station.SignedIn](s, tablet, "person.sign-in", station.SignIn{Person: "Eva", PIN: evasPIN})
	s.clock.pass(time.Minute)
	s.refused("replaced", tablet, "person.sign-in", right) // from a page of before Eva signed in
	ask[station.SignedIn](s, s.as("tablet"), "person.sign-in", right)
	tablet = s.as("tablet")
	for range 4 { // all is forgotten once it was right
		s.refused("wrong_pin", tablet, "person.sign-in", wrong)
	}
	ask[station.SignedIn](s, tablet, "person.sign-in", right)
}

// Whoever gets hold of the database does not get hold of a PIN or a badge.
func TestSecretsAreNowhereInTheDatabase(t *testing.T) {
	s := openShop(t)
	badge := s.staff()
	ask[station.SignedIn](s, s.as("tablet"), "person.sign-in", station.SignIn{Person: "Anna", PIN: annasPIN})
	ask[station.SignedIn](s, s.as("tablet"), "person.sign-in", station.SignIn{Badge: badge})
	stats, err := s.queue.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{stats.Path, stats.Path + "-wal"} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(content, []byte("person.signed-in")) && name != stats.Path {
			t.Errorf("%s holds no sign-in: the test looks in the wrong place", name)
		}
		for _, secret := range []string{annasPIN, evasPIN, strings.TrimPrefix(badge, "SH.P.")} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s holds the secret %s", name, secret)
			}
		}
	}
	for _, p := range ask[[]station.Someone](s, chief, "people.list", struct{}{}) {
		if text := fmt.Sprintf("%+v", p); strings.Contains(text, "pbkdf2") {
			t.Errorf("the list shows %s", text)
		}
	}
}
