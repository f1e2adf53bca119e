package ui

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
	"golang.org/x/time/rate"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/ui/live"
)

const (
	linkLife = 10 * time.Minute
	maxLinks = 20 // that are open at a time
)

// accesses lets browsers in: first by a one-time link, then by the token that the
// link was exchanged for. Of secrets and tokens only hashes are kept, of links in
// memory only: a restart forgets them.
type accesses struct {
	store agent.Store
	clock agent.Clock

	mu    sync.Mutex
	links map[string]link // by the hash of the secret
	wrong *rate.Limiter   // wrong secrets
}

type link struct {
	role    agent.Role
	name    string
	expires time.Time
}

func newAccesses(store agent.Store, clock agent.Clock) *accesses {
	return &accesses{
		store: store, clock: clock, links: map[string]link{},
		wrong: rate.NewLimiter(rate.Every(2*time.Second), 10),
	}
}

// secret returns 256 random bits as text for an address.
func secret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// hash returns what is kept of a secret. It holds 256 random bits, so that a slow
// hash would add nothing.
func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// newLink makes a link's secret.
func (a *accesses) newLink(role agent.Role, name string) (string, time.Time, error) {
	switch role {
	case agent.Counter, agent.Manager, agent.Admin:
	default:
		return "", time.Time{}, &agent.Error{
			Code: "bad_role", Class: agent.Refuse, What: fmt.Sprintf("There is no link for the role %q.", role),
			Means: "No link was made.", Do: "The roles are counter, manager and admin.",
		}
	}
	err := a.store.Read(context.Background(), func(v agent.View) error { return agent.NameForBrowser(v, name) })
	if err != nil {
		return "", time.Time{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.clock.Now()
	for key, l := range a.links {
		if !now.Before(l.expires) {
			delete(a.links, key)
		}
	}
	if len(a.links) >= maxLinks {
		return "", time.Time{}, &agent.Error{
			Code: "too_many_links", Class: agent.Retry, What: "Too many links are open already.",
			Means: "No link was made.", Do: "Use one of them, or wait ten minutes until they have expired.",
		}
	}
	s, expires := secret(), now.Add(linkLife)
	a.links[hash(s)] = link{role, name, expires}
	return s, expires.UTC(), nil
}

// admit implements live.Options.Admit. Both ways find a hash among hashes, so
// that how long the search takes says nothing about a secret.
func (a *accesses) admit(ctx context.Context, secret, token string) (live.Admitted, error) {
	if secret != "" {
		return a.byLink(ctx, secret)
	}
	return a.byToken(ctx, token)
}

func (a *accesses) byToken(ctx context.Context, token string) (live.Admitted, error) {
	var who live.Admitted
	var found bool
	err := a.store.Read(ctx, func(v agent.View) (err error) {
		if who.Access, found, err = v.AccessByHash(hash(token)); err == nil {
			who.Who, err = agent.WorkingAt(v, who.Access.ID)
		}
		return err
	})
	if err == nil && !found {
		// Not counted: nobody guesses 256 bits, and a stranger who tries must not be
		// able to keep those out who have the right one.
		err = live.ErrNotAdmitted
	}
	return who, err
}

// byLink uses a link up and gives the browser an access of its own. After many
// wrong secrets none is looked at for a while.
func (a *accesses) byLink(ctx context.Context, text string) (live.Admitted, error) {
	l, err := a.take(text)
	if err != nil {
		return live.Admitted{}, err
	}
	who := live.Admitted{Token: secret()}
	_, err = a.store.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
		name, err := freeName(v, l)
		if err != nil {
			return agent.Facts{}, err
		}
		now := a.clock.Now()
		who.Access = agent.Access{ID: ulid.MustNew(ulid.Timestamp(now), rand.Reader).String(), Name: name, Role: l.role, Hash: hash(who.Token), Given: now.UTC()}
		return agent.Facts{Actor: agent.System("page"), At: now, Events: []agent.Event{agent.NewEvent(agent.AccessGranted, who.Access)}}, nil
	})
	return who, err
}

func (a *accesses) take(text string) (link, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.wrong.Tokens() < 1 {
		return link{}, live.ErrTooMany
	}
	key := hash(text)
	l, found := a.links[key]
	delete(a.links, key)
	if !found || !a.clock.Now().Before(l.expires) {
		_ = a.wrong.Allow()
		return link{}, live.ErrNotAdmitted
	}
	return l, nil
}

// freeName returns a name that nobody has yet: it is by their names that people
// see who did what.
func freeName(v agent.View, l link) (string, error) {
	given, err := v.Accesses()
	if err != nil {
		return "", err
	}
	taken := map[string]bool{}
	for _, g := range given {
		taken[g.Name] = true
	}
	base := strings.TrimSpace(l.name)
	if base == "" {
		base = string(l.role)
	}
	name := base
	for n := 2; ; n++ {
		// Somebody of that name may have been added since the link was made.
		_, _, person, err := v.PersonEver(agent.PersonID(name))
		if err != nil || !person && !taken[name] {
			return name, err
		}
		name = fmt.Sprintf("%s %d", base, n)
	}
}
