package station

import (
	"context"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// SignOut says when somebody who signed in at a browser is signed out again: whoever
// comes next must not be taken for that person. Zero fields are the defaults.
//
// Source of the defaults: 15 minutes for who manages, a shift for who counts.
type SignOut struct {
	Manager time.Duration // without activity, where somebody may manage
	Counter time.Duration // without activity, for everybody else
	// ShiftEnds are times of a day, after midnight in Options.Zone.
	ShiftEnds []time.Duration
}

const (
	idleManager = 15 * time.Minute
	idleCounter = longestShift
	longestLook = 15 * time.Second // between two looks at who is idle
	walkedRows  = 20_000           // of the log, for what was done before this run
)

func (o SignOut) after(role agent.Role) time.Duration {
	limit, usual := o.Counter, idleCounter
	if (agent.Caller{Role: role}).May(agent.MayManage) {
		limit, usual = o.Manager, idleManager
	}
	if limit <= 0 {
		return usual
	}
	return limit
}

// ended returns the last end of a shift up to a moment, and the first one after it.
func (o SignOut) ended(now time.Time, zone *time.Location) (last, next time.Time) {
	if zone == nil {
		zone = time.UTC
	}
	year, month, day := now.In(zone).Date()
	for _, end := range o.ShiftEnds {
		for d := -1; d <= 1; d++ {
			at := time.Date(year, month, day+d, 0, int(end/time.Minute), 0, 0, zone)
			switch {
			case !at.After(now) && at.After(last):
				last = at
			case at.After(now) && (next.IsZero() || at.Before(next)):
				next = at
			}
		}
	}
	return last, next
}

// presence is what was last done at each browser, and when somebody signed in there.
type presence struct {
	mu   sync.Mutex
	of   map[string]seen
	read bool // what was done before this run is known
}

type seen struct{ last, since time.Time }

func (p *presence) touch(access string, now time.Time, signedIn bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.of[access]
	at.last = now
	if signedIn {
		at.since = now
	}
	if p.of == nil {
		p.of = map[string]seen{}
	}
	p.of[access] = at
}

func (p *presence) at(access string) seen {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.of[access]
}

// Here is the answer to person.here: how long it takes until whoever has signed in is
// signed out, if nothing more is done. It is 0 where nobody has.
type Here struct {
	After time.Duration `json:"after"`
}

// here says that somebody is at a browser and does something that stores nothing.
func (s *Station) here(ctx context.Context, c command, _ struct{}) (h Here, err error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return h, err
	}
	now := s.clock.Now()
	s.presence.touch(c.caller.Origin, now, false)
	err = s.store.Read(ctx, func(v agent.View) error {
		who, err := agent.WorkingAt(v, c.caller.Origin)
		if who != nil {
			h.After = s.opts.SignOut.after(c.caller.Role)
			if _, end := s.opts.SignOut.ended(now, s.opts.Zone); !end.IsZero() {
				h.After = min(h.After, end.Sub(now))
			}
		}
		return err
	})
	return h, err
}

// SignOutIdle signs out who did nothing for too long, and everybody at the end of a
// shift. Scans go on: they are whoever's walks with the scanner, and those of a page
// are its browser's. It returns how long it takes at the most until it has to be
// looked at again.
func (s *Station) SignOutIdle(ctx context.Context) (next time.Duration, err error) {
	var gone []agent.Access
	next = longestLook
	if err := s.readPresence(ctx); err != nil {
		return next, err
	}
	err = s.store.Read(ctx, func(v agent.View) error {
		accesses, err := v.Accesses()
		for _, a := range accesses {
			left, signedIn, failed := s.idleLeft(v, a)
			switch {
			case failed != nil:
				return failed
			case !signedIn:
			case left <= 0:
				gone = append(gone, a)
			default:
				next = min(next, left)
			}
		}
		return err
	})
	for _, access := range gone {
		if failed := s.signOutAt(ctx, access); err == nil {
			err = failed
		}
	}
	return next, err
}

// idleLeft returns how long somebody may still be idle at a browser.
func (s *Station) idleLeft(v agent.View, a agent.Access) (left time.Duration, signedIn bool, err error) {
	who, err := agent.WorkingAt(v, a.ID)
	if err != nil || who == nil {
		return 0, false, err
	}
	now, at := s.clock.Now(), s.presence.at(a.ID)
	if last, _ := s.opts.SignOut.ended(now, s.opts.Zone); !last.IsZero() && at.since.Before(last) {
		return 0, true, nil
	}
	limit := s.opts.SignOut.after(agent.CallerOf(a, who).Role)
	if left = limit - idle(at.last, now); left > 0 {
		return left, true, nil
	}
	walked, err := lastWalked(v, who.Person.Actor())
	return limit - min(idle(at.last, now), idle(walked, now)), true, err
}

// idle is how long something is ago, by the clock that says more: one stands still
// while the machine sleeps, the other can be set.
func idle(last, now time.Time) time.Duration {
	return max(now.Sub(last), now.Round(0).Sub(last.Round(0)))
}

// lastWalked returns when a person's passes that are open heard something last:
// whoever scans does not touch the page.
func lastWalked(v agent.View, who agent.Actor) (last time.Time, err error) {
	counts, err := v.Counts()
	if err != nil {
		return last, err
	}
	for _, c := range counts {
		if c.State != agent.CountOpen && c.State != agent.CountClosed {
			continue
		}
		passes, err := v.Passes(c.ID)
		if err != nil {
			return last, err
		}
		for _, p := range passes {
			if at := p.Heard(); p.Person == who && p.Open() && at.After(last) {
				last = at
			}
		}
	}
	return last, nil
}

// signOutAt signs out whoever is idle at a browser, unless that has changed.
func (s *Station) signOutAt(ctx context.Context, a agent.Access) error {
	_, err := s.store.Write(ctx, agent.Command{}, func(v agent.View) (facts agent.Facts, err error) {
		facts = agent.Facts{Actor: agent.System("people"), At: s.clock.Now()}
		left, signedIn, err := s.idleLeft(v, a)
		if signedIn && left <= 0 {
			facts.Events = []agent.Event{agent.NewEvent(agent.PersonSignedOut, agent.AccessFact{ID: a.ID})}
		}
		return facts, err
	})
	return err
}

// readPresence finds out what was done at each browser before this run: what is in the
// log with the name of who has signed in. Who did nothing that is stored is idle.
func (s *Station) readPresence(ctx context.Context) error {
	s.presence.mu.Lock()
	defer s.presence.mu.Unlock()
	if s.presence.read {
		return nil
	}
	err := s.store.Read(ctx, func(v agent.View) error {
		before, err := s.before(v)
		if s.presence.of == nil {
			s.presence.of = map[string]seen{}
		}
		for access, at := range before {
			now := s.presence.of[access]
			s.presence.of[access] = seen{later(now.last, at.last), later(now.since, at.since)}
		}
		return err
	})
	s.presence.read = err == nil
	return err
}

// before walks back through the log for what was done at each browser at which somebody
// has signed in: as far as it matters, and not for ever.
func (s *Station) before(v agent.View) (map[string]seen, error) {
	of, whose := map[string]seen{}, map[agent.Actor][]string{}
	accesses, err := v.Accesses()
	for _, a := range accesses {
		who, failed := agent.WorkingAt(v, a.ID)
		if failed != nil {
			return nil, failed
		}
		if who != nil {
			whose[who.Person.Actor()] = append(whose[who.Person.Actor()], a.ID)
		}
	}
	if err != nil || len(whose) == 0 {
		return of, err
	}
	_, head, err := v.Head()
	oldest := s.clock.Now().Add(-24 * time.Hour)
	for walked := 0; err == nil && head > 0 && walked < walkedRows; walked += 1_000 {
		var rows []agent.Record
		from := max(0, head-1_000)
		if rows, err = v.Log(from, int(head-from)); err != nil || len(rows) == 0 {
			break
		}
		for _, row := range rows {
			err = tellPresence(of, whose, row)
		}
		if first := rows[0]; first.Event != nil && first.Event.At.Before(oldest) || first.Scan != nil && first.Scan.Read.At.Before(oldest) {
			break
		}
		head = from
	}
	return of, err
}

// tellPresence takes from a row of the log who did something, and where somebody
// signed in. The newest tells.
func tellPresence(of map[string]seen, whose map[agent.Actor][]string, row agent.Record) error {
	if row.Scan != nil {
		for _, access := range whose[row.Scan.Actor] {
			of[access] = seen{later(of[access].last, row.Scan.Read.At), of[access].since}
		}
		return nil
	}
	at := row.Event.At
	for _, access := range whose[row.Event.Actor] {
		of[access] = seen{later(of[access].last, at), of[access].since}
	}
	if row.Event.Kind != agent.PersonSignedIn {
		return nil
	}
	in, err := agent.Decode[agent.SignIn](*row.Event)
	of[in.Access] = seen{later(of[in.Access].last, at), later(of[in.Access].since, at)}
	return err
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
