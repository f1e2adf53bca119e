package pairing

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

// lookEvery is how often a room looks for what was plugged in meanwhile.
const lookEvery = time.Second

// Room listens to everything that could be a scanner, and lets a Session learn
// from what it hears.
type Room struct {
	word    string
	finds   []scanner.Find
	taken   func(id string) bool
	changed func()

	mu         sync.Mutex
	session    *Session
	candidates map[string]*listening // by Candidate.ID
	order      []string
	problem    error // of the last look

	listeners sync.WaitGroup
}

// listening is a candidate that is or was listened to.
type listening struct {
	scanner.Candidate
	fault *scanner.Fault
	busy  bool // its Listen runs
	there bool // the last look found it
}

// NewRoom returns a room for a session's word. taken says which devices are in use
// already, so that they are left alone; changed is told that State is another one,
// and must not block.
func NewRoom(word string, finds []scanner.Find, taken func(id string) bool, changed func()) *Room {
	return &Room{word: word, finds: finds, taken: taken, changed: changed, session: New(word), candidates: map[string]*listening{}}
}

// Run listens until ctx ends. It returns after everything was let go.
func (r *Room) Run(ctx context.Context) {
	defer r.listeners.Wait()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		r.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// look finds candidates and listens to those nobody listens to yet.
func (r *Room) look(ctx context.Context) {
	var found []scanner.Candidate
	var problems []error
	for _, find := range r.finds {
		some, err := find(ctx)
		found, problems = append(found, some...), append(problems, err)
	}
	if ctx.Err() != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.problem = errors.Join(problems...)
	for _, l := range r.candidates {
		l.there = false
	}
	for _, c := range found {
		if !r.taken(c.ID) {
			r.meet(ctx, c)
		}
	}
	r.changed()
}

func (r *Room) meet(ctx context.Context, c scanner.Candidate) {
	l := r.candidates[c.ID]
	if l == nil {
		l = &listening{}
		r.candidates[c.ID] = l
		r.order = append(r.order, c.ID)
	}
	l.there = true
	if l.busy {
		return
	}
	l.Candidate, l.fault = c, c.Fault
	if c.Fault != nil || c.Listen == nil {
		return
	}
	l.busy = true
	r.listeners.Go(func() { r.listen(ctx, l, c) })
}

func (r *Room) listen(ctx context.Context, l *listening, c scanner.Candidate) {
	err := c.Listen(ctx, func(h scanner.Hearing) {
		r.mu.Lock()
		r.session.Hear(c, h)
		r.mu.Unlock()
		r.changed()
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	l.busy = false
	var fault *scanner.Fault
	if ctx.Err() == nil && err != nil {
		if !errors.As(err, &fault) {
			fault = scanner.Gone(err)
		}
		l.fault = fault
	}
	r.changed()
}

// State is what a room knows at one moment.
type State struct {
	Word       string
	Candidates []Listening
	Heard      []Heard // oldest first
	Findings   []Finding
	Problem    error // what could not be looked at
}

// Listening is one candidate and why it cannot be heard, if so.
type Listening struct {
	scanner.Candidate
	Fault *scanner.Fault // nil while it is listened to
}

// State returns what is known now. Candidates that were unplugged again and never
// recognised are left out.
func (r *Room) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := State{Word: r.word, Heard: r.session.Heard(), Findings: r.session.Findings(), Problem: r.problem}
	for _, id := range r.order {
		if l := r.candidates[id]; l.there {
			s.Candidates = append(s.Candidates, Listening{l.Candidate, l.fault})
		}
	}
	return s
}
