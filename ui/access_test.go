package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

func TestALinkWorksOnceAndLeavesATokenThatLasts(t *testing.T) { // S-33
	s := open(t)
	secret := s.secret(agent.Manager, "Front desk")
	c := s.dial()
	c.send(fields{"t": "hello", "v": 1, "secret": secret})
	first := c.next()
	if first.T != "welcome" || first.Token == "" {
		t.Fatalf("the link does not let in: %+v", first)
	}
	again := s.dial()
	again.send(fields{"t": "hello", "v": 1, "secret": secret})
	again.closes(4501, "a link that was used up")

	s.stop()
	s.begin()
	back := s.dial()
	back.send(fields{"t": "hello", "v": 1, "token": first.Token})
	if w := back.next(); w.T != "welcome" || w.Token != "" || w.Role != "manager" {
		t.Errorf("after a restart the token gives %+v", w)
	}
}

func TestALinkEndsAfterTenMinutes(t *testing.T) {
	s := open(t)
	secret := s.secret(agent.Manager, "")
	s.clock.ahead.Store(int64(10 * time.Minute))
	c := s.dial()
	c.send(fields{"t": "hello", "v": 1, "secret": secret})
	c.closes(4501, "a link that has expired")
}

func TestALinkIsForTheRolesThatHaveAPage(t *testing.T) {
	s := open(t)
	for _, role := range []agent.Role{agent.POS, "", "root"} {
		if url, _, err := s.server.Link(role, ""); agent.AsError(err).Code != "bad_role" {
			t.Errorf("a link for the role %q: %q, %v", role, url, err)
		}
	}
	for range maxLinks {
		s.secret(agent.Counter, "")
	}
	if _, _, err := s.server.Link(agent.Counter, ""); agent.AsError(err).Class != agent.Retry {
		t.Errorf("links without end: %v", err)
	}
	s.clock.ahead.Store(int64(11 * time.Minute))
	s.secret(agent.Counter, "") // the old ones have made room
}

func TestTheSecretStandsWhereBrowsersTellNobody(t *testing.T) {
	s := open(t)
	url, expires, err := s.server.Link(agent.Admin, "")
	if err != nil {
		t.Fatal(err)
	}
	before, secret, _ := strings.Cut(url, "#sign-in=")
	if before != s.server.URL() || len(secret) != 43 {
		t.Errorf("the link is %s", url)
	}
	if left := expires.Sub(s.clock.Now()); left > 10*time.Minute || left < 9*time.Minute {
		t.Errorf("the link ends in %v", left)
	}
}

func TestGuessingIsHopeless(t *testing.T) { // S-34, S-35
	s := open(t)
	secret := s.secret(agent.Manager, "")
	answers := map[int]int{}
	for i := range 60 {
		c := s.dial()
		c.send(fields{"t": "hello", "v": 1, "secret": fmt.Sprintf("%043d", i)})
		answers[c.closed()]++
	}
	if answers[4501] > 15 || answers[4003] < 40 || answers[4501]+answers[4003] != 60 {
		t.Errorf("60 wrong secrets were answered with %v", answers)
	}
	right := s.dial()
	right.send(fields{"t": "hello", "v": 1, "secret": secret})
	right.closes(4003, "the right secret among too many wrong ones")
	if w := s.welcomed(t, s.grant(agent.Manager)); w.Role != "manager" {
		t.Errorf("whoever guesses keeps those out who were let in: %+v", w)
	}
}

// grant gives an access without a link.
func (s *shop) grant(role agent.Role) (token string) {
	s.t.Helper()
	token = fmt.Sprintf("token-of-%s-%d", role, s.reads.Add(1))
	_, err := s.queue.Write(s.t.Context(), agent.Command{}, func(agent.View) (agent.Facts, error) {
		access := agent.Access{ID: "id-" + token, Name: "name-" + token, Role: role, Hash: hash(token), Given: s.clock.Now().UTC()}
		return agent.Facts{Actor: agent.System("test"), At: s.clock.Now(), Events: []agent.Event{agent.NewEvent(agent.AccessGranted, access)}}, nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

func (s *shop) welcomed(t *testing.T, token string) frame {
	t.Helper()
	c := s.dial()
	c.send(fields{"t": "hello", "v": 1, "token": token})
	return c.next()
}

func TestNothingTellsWhichPartWasWrong(t *testing.T) { // S-42
	s := open(t)
	reasons := map[string]bool{}
	for _, hello := range []fields{
		{"t": "hello", "v": 1, "token": "unknown"},
		{"t": "hello", "v": 1, "token": ""},
		{"t": "hello", "v": 1},
		{"t": "hello", "v": 1, "secret": "unknown"},
		{"t": "hello", "v": 1, "secret": "unknown", "token": s.grant(agent.Admin)},
	} {
		c := s.dial()
		c.send(hello)
		_, err := c.read()
		reasons[err.Error()] = true
	}
	if len(reasons) != 1 {
		t.Errorf("wrong credentials are told apart: %v", reasons)
	}
}

func TestRevocationIsImmediate(t *testing.T) { // S-40
	s := open(t)
	c, w := s.page(agent.Manager, "counts")
	_ = w
	other, _ := s.page(agent.Manager, "counts")
	list := do[any](s, "access.list", fields{})
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "hash") {
		t.Errorf("the list of accesses tells hashes: %s", text)
	}
	do[any](s, "access.revoke", fields{"access": "manager"}) // the first one's name
	c.closes(4502, "a revocation")

	count := s.openCount()
	event(other, "counts", "count", func(r countRow) bool { return r.ID == string(count.ID) })
}

func TestARevokedTokenOpensNothing(t *testing.T) { // S-40
	s := open(t)
	token := s.grant(agent.Manager)
	s.welcomed(t, token)
	do[any](s, "access.revoke", fields{"access": "id-" + token})
	c := s.dial()
	c.send(fields{"t": "hello", "v": 1, "token": token})
	c.closes(4501, "a hello with a revoked token")
}

func TestTokensAreNowhereButInTheBrowser(t *testing.T) { // S-45
	s := open(t)
	url, _, err := s.server.Link(agent.Manager, "")
	if err != nil {
		t.Fatal(err)
	}
	_, secret, _ := strings.Cut(url, "#sign-in=")
	c := s.dial()
	c.send(fields{"t": "hello", "v": 1, "secret": secret})
	token := c.next().Token
	wrong := s.dial()
	wrong.send(fields{"t": "hello", "v": 1, "token": "wrong-" + token})
	wrong.closes(4501, "a wrong token")
	s.ask("GET", "/?"+token, http.Header{"Host": {"evil"}})
	s.openCount()
	s.stop()

	files, err := filepath.Glob(s.path + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte(token)) || bytes.Contains(content, []byte(secret)) {
			t.Errorf("%s holds a token or a secret", filepath.Base(name))
		}
		if name == s.path && !bytes.Contains(content, []byte(hash(token))) {
			t.Error("the database does not hold the token's hash: this test looks in the wrong place")
		}
	}
	if log := s.log.String(); strings.Contains(log, token) || strings.Contains(log, secret) {
		t.Errorf("the log holds a token or a secret:\n%s", log)
	}
}

func TestBrowsersAreToldApart(t *testing.T) {
	s := open(t)
	count := s.openCount()
	for _, want := range []string{"manager", "manager 2"} {
		c, _ := s.page(agent.Manager, "count/"+string(count.ID))
		answer := c.command(c.id(), "pass.open", fields{"count": count.ID, "bin": "A1"})
		pass := decode[agent.Pass](t, answer.R)
		if pass.Person != (agent.Actor{Kind: agent.BrowserActor, ID: want}) {
			t.Errorf("the pass was opened by %+v, not by %s", pass.Person, want)
		}
	}
}
