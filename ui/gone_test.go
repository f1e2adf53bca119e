package ui

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// counts returns how many counts there are.
func (s *shop) counts() int {
	s.t.Helper()
	var all []agent.Count
	err := s.queue.Read(context.Background(), func(v agent.View) (err error) {
		all, err = v.Counts()
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return len(all)
}

// insists sends commands until the connection is gone, and reads nothing of what comes.
func (c *client) insists() (sent int) {
	for ended := time.Now().Add(20 * time.Second); time.Now().Before(ended); sent++ {
		if c.socket.WriteJSON(fields{"t": "cmd", "id": c.id(), "op": "count.open", "a": fields{"name": "after all"}}) != nil {
			break
		}
		if sent > 30 {
			if f, err := c.read(); err != nil || f.T == "ack" && f.OK {
				break
			}
		}
	}
	return sent
}

// Once it was answered that an access is taken away, its page does nothing more, not
// even what it had asked for before, and whether or not it answers the end.
func TestAPageThatWasTakenAwayDoesNothingMore(t *testing.T) {
	s := open(t)
	c, _ := s.signIn(agent.Manager)
	list := do[[]station.Given](s, "access.list", fields{})
	do[station.Given](s, "access.revoke", fields{"access": list[len(list)-1].ID})
	sent := c.insists()
	if n := s.counts(); n > 0 || sent == 0 {
		t.Errorf("%d of %d counts were opened after the access had been taken away", n, sent)
	}
}

// The same after somebody else signed in at the browser in another window.
func TestAPageOfWhoWasThereBeforeDoesNothingMore(t *testing.T) {
	s := open(t)
	s.staff()
	c, w := s.signIn(agent.Manager)
	c, _ = s.signs(c, w.Token, "Eva", pinOfEva)
	second, _ := s.back(w.Token)
	c.send(fields{"t": "cmd", "id": c.id(), "op": "person.sign-in", "a": fields{"person": "Anna", "pin": pinOfAnna}})
	if a := c.until("the answer to a sign-in", func(f frame) bool { return f.T == "ack" }); !a.OK {
		t.Fatal(a.E)
	}
	second.insists()
	if n := s.counts(); n > 0 {
		t.Errorf("%d counts were opened as Eva after Anna had signed in", n)
	}
	// It was told to say hello again, and nothing was answered that was not done.
	for _, f := range second.seen {
		if strings.Contains(f, `"t":"ack"`) {
			t.Errorf("it was answered %s", f)
		}
	}
}

// A browser is nobody, whatever it is called.
func TestABrowserIsNotTakenForAPerson(t *testing.T) {
	s := open(t)
	s.staff()
	do[station.Someone](s, "people.remove", fields{"person": "Anna"})
	for _, name := range []string{"Eva", " Eva ", "Anna", "local:shop"} {
		if _, _, err := s.server.Link(agent.Manager, name); agent.AsError(err).Code != "bad_name" {
			t.Errorf("a link for %q: %v", name, err)
		}
	}
	secret := s.secret(agent.Manager, "Max")
	do[station.WithBadge](s, "people.add", fields{"name": "Max", "role": "manager"})
	c := s.dial()
	c.send(fields{"t": "hello", "v": 1, "secret": secret})
	if w := c.next(); w.T != "welcome" {
		t.Fatal(w)
	}
	policy := agent.Policy{VerifyByOther: true, ApproveByOther: true, BasketTime: time.Second}
	count := do[agent.Count](s, "count.open", fields{"policy": policy})
	pass := decode[agent.Pass](t, c.command(c.id(), "pass.open", fields{"count": count.ID}).R)
	if want := (agent.Actor{Kind: agent.BrowserActor, ID: "Max 2"}); pass.Person != want {
		t.Errorf("the pass was opened by %v, want %v", pass.Person, want)
	}
	do[agent.Count](s, "count.close", fields{"count": count.ID})
	if got := c.command(c.id(), "count.approve", fields{"count": count.ID, "all_ready": true}); got.OK || got.E.Code != "sign_in_first" {
		t.Errorf("it approves: %v %+v", got.OK, got.E)
	}
}

// Programs that use a browser's token may do no more than who has signed in there.
func TestATokenTellsAsWhoSignedIn(t *testing.T) {
	s := open(t)
	s.staff()
	c, w := s.signIn(agent.Admin)
	row := fmt.Sprintf(`{"source":"x","movements":[{"id":"1","occurred":%q,"item":"item-1","quantity":-1}]}`, time.Now().Add(-time.Minute).UTC().Format(time.RFC3339))
	tell := func() int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.server.URL()+"api/v1/movements", strings.NewReader(row))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+w.Token)
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		return answer.StatusCode
	}
	if got := tell(); got != http.StatusOK {
		t.Errorf("an admin's token: %d", got)
	}
	s.signs(c, w.Token, "Anna", pinOfAnna)
	if got := tell(); got != http.StatusForbidden {
		t.Errorf("Anna's token: %d", got)
	}
}
