package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/pairing"
)

// pairTime is how long a pairing listens before it ends by itself.
const pairTime = 5 * time.Minute

// pairings holds the one pairing that can be under way.
type pairings struct {
	finds   []scanner.Find
	clock   agent.Clock
	taken   func(id string) bool // devices that are in use and left alone
	changed func()               // what State returns is another one; does not block

	mu      sync.Mutex
	current *underWay // nil: none is
}

// underWay is one pairing, from its begin to its end.
type underWay struct {
	room  *pairing.Room
	until time.Time // guarded by pairings.mu
	end   context.CancelFunc
	ended chan struct{} // closed when everything that was listened to is released
}

// begin starts to listen, or gives the pairing under way its full time again.
func (p *pairings) begin() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current != nil {
		p.current.until = p.clock.Now().Add(pairTime)
		return nil
	}
	word, err := newWord()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	u := &underWay{
		room:  pairing.NewRoom(word, p.finds, p.taken, p.changed),
		until: p.clock.Now().Add(pairTime), end: cancel, ended: make(chan struct{}),
	}
	p.current = u
	go func() {
		defer close(u.ended)
		u.room.Run(ctx)
	}()
	go p.watch(u)
	return nil
}

// watch ends a pairing when its time is up, and is over when it has ended.
func (p *pairings) watch(u *underWay) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-u.ended:
			return
		case <-tick.C:
		}
		p.mu.Lock()
		if over := !p.clock.Now().Before(u.until); over && p.current == u {
			p.current = nil
			u.end()
		}
		p.mu.Unlock()
		p.changed()
	}
}

// stop ends the pairing under way and waits until everything that was listened to
// is released, so that it can be opened.
func (p *pairings) stop() {
	p.mu.Lock()
	u := p.current
	p.current = nil
	p.mu.Unlock()
	if u != nil {
		u.end()
		<-u.ended
		p.changed()
	}
}

// Run waits for the end of the agent and ends the pairing then.
func (p *pairings) Run(ctx context.Context) error {
	<-ctx.Done()
	p.stop()
	return ctx.Err()
}

// state returns the pairing under way.
func (p *pairings) state() (s pairing.State, until time.Time, active bool) {
	p.mu.Lock()
	u := p.current
	if u != nil {
		until = u.until
	}
	p.mu.Unlock()
	if u == nil {
		return s, until, false
	}
	return u.room.State(), until, true
}

// found returns what the pairing under way knows of a candidate.
func (p *pairings) found(candidate string) (pairing.Finding, error) {
	s, _, active := p.state()
	if !active {
		return pairing.Finding{}, &agent.Error{
			Code: "no_pairing", Class: agent.Clash, What: "No scanner is being paired.", Means: "Nothing was changed.", Do: "Begin again, and scan the code that is shown.",
		}
	}
	for _, f := range s.Findings {
		if f.Candidate.ID == candidate {
			return f, nil
		}
	}
	return pairing.Finding{}, &agent.Error{
		Code: "not_heard", Class: agent.Missing, What: fmt.Sprintf("The device %s has not sent the code.", candidate), Means: "Nothing was changed.", Do: "Scan the first code with it.",
	}
}

// newWord returns a word that nobody can have printed before.
func newWord() (string, error) {
	chance := make([]byte, pairing.WordLength)
	if _, err := rand.Read(chance); err != nil {
		return "", fmt.Errorf("make a word for the pairing: %w", err)
	}
	word := make([]byte, len(chance))
	for i, b := range chance {
		word[i] = pairing.Letters[int(b)%len(pairing.Letters)]
	}
	return string(word), nil
}

// roster is what the scanners are called, and which of them were paired at work.
type roster struct {
	mu      sync.Mutex
	entries map[string]rosterEntry
}

type rosterEntry struct {
	title  string
	paired bool
}

func (r *roster) put(id string, e rosterEntry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.entries == nil {
		r.entries = map[string]rosterEntry{}
	}
	r.entries[id] = e
}

func (r *roster) of(id string) rosterEntry {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.entries[id]
}
