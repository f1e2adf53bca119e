package station

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// Choice is a person who can be chosen to sign in with a PIN.
type Choice struct {
	ID   agent.PersonID `json:"id"`
	Name string         `json:"name"`
}

// signInChoices returns who can sign in with a PIN.
func (s *Station) signInChoices(ctx context.Context, c command, _ struct{}) ([]Choice, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return nil, err
	}
	list := []Choice{}
	err := s.store.Read(ctx, func(v agent.View) error {
		people, err := v.People()
		for _, p := range people {
			if p.PIN != "" {
				list = append(list, Choice{p.ID, p.Name})
			}
		}
		return err
	})
	return list, err
}

// SignIn says who uses a browser: a person with its PIN, or the text of a badge.
type SignIn struct {
	Person agent.PersonID `json:"person,omitempty"`
	PIN    string         `json:"pin,omitempty"`
	Badge  string         `json:"badge,omitempty"`
}

// SignedIn is the answer to SignIn.
type SignedIn struct {
	Person Choice `json:"person"`
	// Role is what the browser may do now: never more than before anybody signed in.
	Role agent.Role `json:"role"`
}

func (s *Station) signIn(ctx context.Context, c command, a SignIn) (SignedIn, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return SignedIn{}, err
	}
	who, err := s.proven(ctx, c, a)
	if err != nil {
		return SignedIn{}, err
	}
	s.presence.touch(c.caller.Origin, s.clock.Now(), true)
	return write(ctx, s, c, func(v agent.View) (SignedIn, []agent.Event, error) {
		access, err := accessOf(v, c)
		if err != nil {
			return SignedIn{}, nil, err
		}
		now, err := findPerson(v, who.Person.ID)
		if err == nil && (now.PIN != who.Person.PIN || now.Badge != who.Person.Badge) {
			err = clash("changed", "The PIN or the badge was changed just now.", "Sign in again.")
		}
		in := SignedIn{Choice{now.ID, now.Name}, agent.CallerOf(access, &agent.Working{Person: now, By: who.By}).Role}
		return in, []agent.Event{agent.NewEvent(agent.PersonSignedIn, agent.SignIn{Access: access.ID, Person: now.ID, By: who.By})}, err
	})
}

// accessOf returns the access of the browser that asks.
func accessOf(v agent.View, c command) (agent.Access, error) {
	accesses, err := v.Accesses()
	if err != nil {
		return agent.Access{}, err
	}
	i := slices.IndexFunc(accesses, func(a agent.Access) bool { return a.ID == c.caller.Origin })
	if i < 0 {
		return agent.Access{}, refuse("no_page", "People sign in on a page, and this is none.", "Open the page and sign in there.")
	}
	return accesses[i], nil
}

// proven returns who a person has proven to be.
func (s *Station) proven(ctx context.Context, c command, a SignIn) (agent.Working, error) {
	var p agent.Person
	err := s.store.Read(ctx, func(v agent.View) (err error) {
		if a.Badge == "" {
			p, err = findPerson(v, a.Person)
			return err
		}
		var known bool
		code := s.opts.Barcodes.Parse([]byte(a.Badge))
		if code.Kind == barcode.Badge {
			p, known, err = v.PersonByBadge(code.Value)
		}
		if err == nil && !known {
			err = refuse("no_badge", "This is no badge of anybody who works here.", "Scan a badge, or sign in with a PIN.")
		}
		return err
	})
	if err != nil || a.Badge != "" {
		return agent.Working{Person: p, By: agent.ByBadge}, err
	}
	return agent.Working{Person: p, By: agent.ByPIN}, s.pins.check(c.caller.Origin, p, a.PIN, s.clock.Now)
}

// signOut makes a browser nobody's again.
func (s *Station) signOut(ctx context.Context, c command, _ struct{}) (struct{}, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return struct{}{}, err
	}
	return write(ctx, s, c, func(v agent.View) (none struct{}, events []agent.Event, err error) {
		_, _, found, err := v.SignedIn(c.caller.Origin)
		if found {
			events = []agent.Event{agent.NewEvent(agent.PersonSignedOut, agent.AccessFact{ID: c.caller.Origin})}
		}
		return none, events, err
	})
}

// freeTries is how many wrong PINs of one person may be typed into one browser before
// the next has to wait: a minute, then twice as long each time, up to longestLock.
const (
	freeTries   = 5
	longestLock = 15 * time.Minute
)

// pins checks PINs, each person's in each browser so many times, and two at a time:
// hashing them is made to take long.
type pins struct {
	room chan struct{}
	mu   sync.Mutex
	of   map[tried]*tries
}

type tried struct {
	origin string
	person agent.PersonID
}

type tries struct {
	wrong int
	until time.Time // nothing is tried before
}

func newPins() *pins { return &pins{room: make(chan struct{}, 2), of: map[tried]*tries{}} }

func (p *pins) hash(pin string) string {
	p.room <- struct{}{}
	defer func() { <-p.room }()
	return agent.PINProof(pin, salt())
}

func (p *pins) check(origin string, person agent.Person, pin string, now func() time.Time) error {
	if person.PIN == "" {
		return refuse("no_pin", quote(person.Name)+" has no PIN.", "Scan the badge, or have a PIN given.")
	}
	key := tried{origin, person.ID}
	left, err := p.begin(key, now())
	if err != nil {
		return err
	}
	p.room <- struct{}{}
	right := agent.Proves(pin, person.PIN)
	<-p.room
	if right {
		p.mu.Lock()
		delete(p.of, key)
		p.mu.Unlock()
		return nil
	}
	what := "The PIN is not the one of " + quote(person.Name) + "."
	if left > 0 {
		return refuse("wrong_pin", what, fmt.Sprintf("Type it again. After %s it has to wait.", many(int64(left), "more wrong one", "more wrong ones")))
	}
	return refuse("wrong_pin", what, "Wait before the next try, or ask somebody to give a new PIN.")
}

// begin counts a try as wrong before it is looked at, so that many at once are many.
func (p *pins) begin(key tried, now time.Time) (left int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.of[key]
	if t == nil {
		t = &tries{}
		p.of[key] = t
	}
	if now.Before(t.until) {
		wait := t.until.Sub(now).Round(time.Second)
		return 0, &agent.Error{
			Code: "pin_locked", Class: agent.Retry, What: "Too many wrong PINs were typed.", Means: "Nobody was signed in.",
			Do: fmt.Sprintf("Wait %s, or scan the badge.", wait), After: wait,
		}
	}
	if t.wrong++; t.wrong >= freeTries {
		t.until = now.Add(min(longestLock, time.Minute<<min(t.wrong-freeTries, 8)))
	}
	return max(0, freeTries-t.wrong), nil
}
