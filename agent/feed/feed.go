package feed

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Options say how to read. Zero fields get the defaults named with them.
type Options struct {
	Location agent.LocationID
	Every    time.Duration // between two readings while nothing is counted; 30 s
	Busy     time.Duration // while a count is open or undecided; 1 s
	Batch    int           // items in one reading of levels; 50
	// Patience is how long CatchUp waits for the upstream's feed; 20 s.
	Patience time.Duration
	// Timeout ends one call of the connector; 60 s.
	Timeout time.Duration
	// Back is called when the upstream answers again after it did not. It must not
	// block. May be nil.
	Back func()
	Log  *slog.Logger
}

// longest is the longest pause between two tries to reach the upstream.
const longest = 5 * time.Minute

// Feed reads one upstream for one location.
type Feed struct {
	store     agent.Store
	connector agent.Connector
	feeder    agent.Feeder // nil where the upstream tells nothing of movements
	clock     agent.Clock
	options   Options
	source    string

	nudged  chan struct{}
	asked   chan struct{}
	heard   chan struct{}
	pulling chan struct{} // held while the cursor moves
	listing chan struct{} // held while the catalogue is read

	mu       sync.Mutex
	status   Status
	failures int
	catalog  CatalogStatus

	// read is what Run remembers of the items it has looked at; used by it alone.
	read map[counted]reading
}

// State says how the reading goes.
type State string

// The states.
const (
	Idle    State = "idle"    // nothing was read yet
	OK      State = "ok"      // the last reading succeeded
	Offline State = "offline" // the upstream does not answer; it is tried again
	// Throttled: the upstream asked us to come later.
	Throttled State = "throttled"
	Paused    State = "paused" // a person must act; it is still tried now and then
)

// Status is how the reading goes now. It is not stored.
type Status struct {
	State       State
	Since       time.Time
	Problem     *agent.Error
	NextAt      time.Time
	LastSuccess time.Time
	Trying      bool // the upstream is asked at this moment
	// Complete is up to when, by the upstream's clock, all movements are known.
	Complete time.Time
	// Unknown are counted items that the upstream does not know.
	Unknown []agent.ItemID
}

// New makes a feed. The connector's calls must be safe from several goroutines,
// as connector.OneAtATime makes them.
func New(store agent.Store, connector agent.Connector, clock agent.Clock, options Options) *Feed {
	options.Every = cmp.Or(options.Every, 30*time.Second)
	options.Busy = cmp.Or(options.Busy, time.Second)
	options.Batch = cmp.Or(options.Batch, 50)
	options.Patience = cmp.Or(options.Patience, 20*time.Second)
	options.Timeout = cmp.Or(options.Timeout, time.Minute)
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	f := &Feed{
		store: store, connector: connector, clock: clock, options: options, source: connector.Info().Name,
		nudged: make(chan struct{}, 1), asked: make(chan struct{}, 1), heard: make(chan struct{}, 1), pulling: make(chan struct{}, 1), listing: make(chan struct{}, 1),
		status: Status{State: Idle, Since: clock.Now()},
		read:   make(map[counted]reading),
	}
	if feeder, ok := connector.(agent.Feeder); ok && connector.Info().Feed {
		f.feeder = feeder
	}
	return f
}

// Nudge makes Run look whether something must be read: something was stored. It
// does not shorten the pause after a failure, nor that between two readings of
// the feed.
func (f *Feed) Nudge() { wake(f.nudged) }

// Now makes Run read at once whatever it was waiting for: a person asks for it.
func (f *Feed) Now() { wake(f.asked) }

// Reached tells that somebody else has had an answer from the upstream. It ends the
// wait after a failure, but not one that the upstream asked for.
func (f *Feed) Reached() { wake(f.heard) }

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Status returns how the reading goes.
func (f *Feed) Status() Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.status
	s.Unknown = append([]agent.ItemID(nil), s.Unknown...)
	return s
}

// Run reads until ctx ends. It returns nil then; every other trouble is shown in
// Status and tried again.
func (f *Feed) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var due time.Time // of the next reading of the feed, or try after a failure
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-f.asked:
			due = f.afresh()
		case <-f.heard:
			if f.failing() && f.Status().State != Throttled {
				due = f.afresh()
			}
		case <-f.nudged:
			// A burst of nudges, as scans bring them, becomes a few looks.
			if !sleep(ctx, f.options.Busy/4) {
				return nil
			}
		}
		due = f.round(ctx, due)
		timer.Reset(due.Sub(f.clock.Now()))
		f.mu.Lock()
		f.status.NextAt = due
		f.mu.Unlock()
	}
}

// round reads what there is to read and returns when to read the feed again.
func (f *Feed) round(ctx context.Context, due time.Time) time.Time {
	now := f.clock.Now()
	pulls := !now.Before(due)
	if !pulls && f.failing() {
		return due
	}
	counting, err := f.attempt(ctx, pulls)
	if ctx.Err() != nil {
		return now
	}
	if err != nil {
		return now.Add(f.failed(err))
	}
	f.succeeded()
	pause := f.options.Every
	if counting {
		pause = f.options.Busy
	}
	if next := now.Add(pause); pulls || next.Before(due) {
		return next
	}
	return due
}

// afresh forgets failures and returns when to read: now.
func (f *Feed) afresh() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failures = 0
	return time.Time{}
}

// attempt asks the upstream for what there is to read.
func (f *Feed) attempt(ctx context.Context, pulls bool) (counting bool, err error) {
	f.trying(true)
	defer f.trying(false)
	if pulls {
		err = f.pull(ctx)
	}
	if err == nil {
		counting, err = f.books(ctx)
	}
	return counting, err
}

func (f *Feed) trying(now bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status.Trying = now
}

func (f *Feed) failing() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failures > 0
}

// failed notes an error and returns how long to wait: twice as long each time.
func (f *Feed) failed(err error) time.Duration {
	e := agent.AsError(err)
	state := Offline
	switch {
	case e.Class != agent.Retry:
		state = Paused
	case e.After > 0:
		state = Throttled
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failures++
	f.enter(state)
	f.status.Problem = e
	if f.failures == 1 {
		f.options.Log.Warn("reading the upstream failed", "code", e.Code, "error", err)
	}
	pause := f.options.Busy << min(f.failures, 16)
	return max(e.After, min(pause, longest))
}

func (f *Feed) succeeded() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if was := f.status.State; was != OK && was != Idle && f.options.Back != nil {
		f.options.Back()
	}
	f.failures = 0
	f.enter(OK)
	f.status.Problem = nil
	f.status.LastSuccess = f.clock.Now()
}

// enter changes the state; Since stays where the state stays.
func (f *Feed) enter(state State) {
	if f.status.State != state {
		f.status.State, f.status.Since = state, f.clock.Now()
	}
}

// sleep waits, and reports false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
