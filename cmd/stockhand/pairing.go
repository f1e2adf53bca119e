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
	room    *pairing.Room // nil: none is under way
	until   time.Time
	close   context.CancelFunc
	running sync.WaitGroup
}

// begin starts to listen, or gives the pairing under way its full time again.
func (p *pairings) begin() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.room != nil {
		p.until = p.clock.Now().Add(pairTime)
		return nil
	}
	word, err := newWord()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	room := pairing.NewRoom(word, p.finds, p.taken, p.changed)
	p.room, p.close, p.until = room, cancel, p.clock.Now().Add(pairTime)
	p.running.Go(func() { room.Run(ctx) })
	p.running.Go(func() { p.watch(ctx) })
	return nil
}

// watch ends the pairing when its time is up.
func (p *pairings) watch(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		p.mu.Lock()
		over := !p.clock.Now().Before(p.until)
		if over && ctx.Err() == nil {
			p.end()
		}
		p.mu.Unlock()
		if over {
			p.changed()
			return
		}
	}
}

// end lets go of everything; p.mu is held. What was listened to is released a
// moment later.
func (p *pairings) end() {
	if p.room != nil {
		p.close()
		p.room, p.close = nil, nil
	}
}

// stop ends the pairing and waits until everything that was listened to is
// released, so that it can be opened.
func (p *pairings) stop() {
	p.mu.Lock()
	p.end()
	p.mu.Unlock()
	p.running.Wait()
	p.changed()
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
	room, until := p.room, p.until
	p.mu.Unlock()
	if room == nil {
		return s, until, false
	}
	return room.State(), until, true
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
