package upload

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Catcher brings in movements until all that the upstream posted before an
// instant of its own clock are stored. The feed is one.
type Catcher interface {
	CatchUp(ctx context.Context, location agent.LocationID, until time.Time) error
}

// Options say how to upload. Zero fields get the defaults named with them.
type Options struct {
	// Catcher may be nil where the upstream has no movement feed.
	Catcher Catcher
	// Back is called when the upstream answers again after it did not. It must not
	// block. May be nil.
	Back func()
	// Random is where keys come from; the operating system's generator.
	Random io.Reader
	// Jitter returns a number from 0 up to 1 by which pauses are spread; random.
	Jitter func() float64
	// Timeout ends one call of the connector; 60 s.
	Timeout time.Duration
	// Batch is the number of items in one reading of levels; 50.
	Batch int
	// MaxLines limits a request; the connector's own limit.
	MaxLines int
	// Withheld says why nothing is ever sent: another system owns the stock. Nil where
	// approved adjustments are to be delivered.
	Withheld *agent.Error
	Log      *slog.Logger
}

// Uploader delivers what is pending to one upstream.
type Uploader struct {
	store     agent.Store
	connector agent.Connector
	clock     agent.Clock
	options   Options
	info      agent.ConnectorInfo

	nudged chan struct{}
	asked  chan struct{}
	heard  chan struct{}

	// Used by Run alone.
	failures int                         // tries in a row that got nowhere
	failed   time.Time                   // when the last of them ended
	hold     time.Time                   // nothing is done before
	hurry    bool                        // a person asked: the next request does not wait
	waits    map[agent.AdjustmentID]wait // lines that are held back
	size     int                         // how many lines the next request may have

	mu     sync.Mutex
	status Status
}

// State says how the upstream is doing.
type State string

// The states.
const (
	Idle      State = "idle"      // nothing waits
	OK        State = "ok"        // the upstream answers
	Offline   State = "offline"   // it does not; it is tried again
	Throttled State = "throttled" // it asked us to come later
	Paused    State = "paused"    // nothing is sent before a person acts
)

// Status is how the upload goes now. It is not stored.
type Status struct {
	State       State
	Since       time.Time
	Problem     *agent.Error
	NextAt      time.Time // when it goes on by itself; zero if it waits for something
	LastSuccess time.Time // the newest answer to a reading or a request
	Trying      bool      // the upstream is asked at this moment
}

// New makes an uploader. The connector's calls must be safe from several
// goroutines, as connector.OneAtATime makes them.
func New(store agent.Store, connector agent.Connector, clock agent.Clock, options Options) *Uploader {
	options.Timeout = cmp.Or(options.Timeout, time.Minute)
	options.Batch = cmp.Or(options.Batch, 50)
	if options.Random == nil {
		options.Random = rand.Reader
	}
	if options.Jitter == nil {
		options.Jitter = mathrand.Float64
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	info := connector.Info()
	info.MaxLines = cmp.Or(info.MaxLines, 50)
	if options.MaxLines > 0 {
		info.MaxLines = min(info.MaxLines, options.MaxLines)
	}
	return &Uploader{
		store: store, connector: connector, clock: clock, options: options, info: info,
		nudged: make(chan struct{}, 1), asked: make(chan struct{}, 1), heard: make(chan struct{}, 1),
		waits: make(map[agent.AdjustmentID]wait), size: max(info.MaxLines, 1),
		status: Status{State: Idle, Since: clock.Now()},
	}
}

// Nudge tells that something was stored. It neither ends a pause nor shortens the
// wait after a failure.
func (u *Uploader) Nudge() { wake(u.nudged) }

// Now is a person's wish to go on at once: it ends a pause and any waiting.
func (u *Uploader) Now() { wake(u.asked) }

// Reached tells that somebody else has had an answer from the upstream. It ends the
// wait after failures, but neither a pause nor one that the upstream asked for.
func (u *Uploader) Reached() { wake(u.heard) }

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Status returns how the upload goes.
func (u *Uploader) Status() Status {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.status
}

// Run uploads until ctx ends. It returns nil then; every other trouble is shown
// in Status and tried again. A connector that finds the end of ctx while it sends
// is given the time that its call may take, and its answer is stored.
func (u *Uploader) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-u.asked:
			u.resume()
		case <-u.heard:
			u.reached()
		case <-u.nudged:
		case <-timer.C:
		}
		next := u.work(ctx)
		u.mu.Lock()
		u.status.NextAt = next
		u.mu.Unlock()
		timer.Stop()
		if !next.IsZero() {
			timer.Reset(next.Sub(u.clock.Now()))
		}
	}
}

// reached forgets the wait after failures, all but its shortest: a request whose answer
// was lost a moment ago may still be under way.
func (u *Uploader) reached() {
	if u.Status().State != Offline {
		return
	}
	u.failures, u.hold, u.hurry = 0, u.failed.Add(shortestPause), true
}

// calling notes that the upstream is asked until the function that it returns is
// called.
func (u *Uploader) calling() (done func()) {
	set := func(trying bool) {
		u.mu.Lock()
		u.status.Trying = trying
		u.mu.Unlock()
	}
	set(true)
	return func() { set(false) }
}

// resume forgets every reason to wait.
func (u *Uploader) resume() {
	u.failures, u.hold, u.hurry = 0, time.Time{}, true
	clear(u.waits)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.status.State == Paused && u.options.Withheld == nil && !isHeld(u.status.Problem) {
		u.status.State, u.status.Since, u.status.Problem = Idle, u.clock.Now(), nil
	}
}

// work does what can be done now and returns when there is more; zero if only an
// event can bring more.
func (u *Uploader) work(ctx context.Context) time.Time {
	for ctx.Err() == nil {
		more, next := u.step(ctx)
		if !more {
			return next
		}
	}
	return time.Time{}
}

// step does one thing: it brings the open request further, or plans a new one.
func (u *Uploader) step(ctx context.Context) (more bool, next time.Time) {
	now := u.clock.Now()
	if u.options.Withheld != nil {
		u.enter(Paused, u.options.Withheld)
		return false, time.Time{}
	}
	held, err := u.obey(ctx)
	switch {
	case err != nil:
		return u.trouble(ctx, err)
	case held || u.Status().State == Paused:
		return false, time.Time{}
	case now.Before(u.hold):
		return false, u.hold
	}
	request, open, err := u.openRequest(ctx)
	switch {
	case err != nil:
		return u.trouble(ctx, err)
	case !open:
		planned, next, err := u.plan(ctx)
		if err != nil {
			return u.trouble(ctx, err)
		}
		u.hurry = u.hurry && planned
		return planned, next
	}
	if due := u.due(request, now); now.Before(due) && !u.hurry {
		return false, due
	}
	u.hurry = false
	if err := u.advance(ctx, request); err != nil {
		return u.trouble(ctx, err)
	}
	return true, time.Time{}
}

// openRequest returns the oldest request that has not ended.
func (u *Uploader) openRequest(ctx context.Context) (r agent.Request, open bool, err error) {
	err = u.store.Read(ctx, func(v agent.View) error {
		all, err := v.Requests(agent.RequestStored, agent.RequestSent)
		if len(all) > 0 {
			r, open = all[0], true
		}
		return err
	})
	if err != nil {
		err = fmt.Errorf("look for open requests: %w", err)
	}
	return r, open, err
}

// due returns when a request may be tried again. A time that lies further ahead
// than any pause is one from before the clock was set.
func (u *Uploader) due(r agent.Request, now time.Time) time.Time {
	if r.NextAt.After(now.Add(maxAfter + longestPause)) {
		return now
	}
	return r.NextAt
}

// trouble notes an error of the store or of a reading, and says when to go on.
func (u *Uploader) trouble(ctx context.Context, err error) (more bool, next time.Time) {
	if ctx.Err() != nil {
		return false, time.Time{}
	}
	e := agent.AsError(err)
	u.options.Log.Warn("uploading does not get on", "code", e.Code, "error", err)
	if e.Class != agent.Retry && e.Class != agent.Fault {
		u.enter(Paused, e)
		return false, time.Time{}
	}
	u.hold = u.unanswered(e, e.After)
	return false, u.hold
}

// unanswered notes that the upstream did not do what it was asked, and returns when to
// ask again. after is how long it asked us to wait; 0 where it did not answer.
func (u *Uploader) unanswered(problem *agent.Error, after time.Duration) time.Time {
	state := Offline
	if after > 0 {
		state = Throttled
	}
	u.enter(state, problem)
	return u.clock.Now().Add(u.pause(after))
}

// pause counts a failure and returns how long to wait after it.
func (u *Uploader) pause(after time.Duration) time.Duration {
	u.failures++
	u.failed = u.clock.Now()
	return max(min(after, maxAfter), backOff(u.failures, u.options.Jitter()))
}

// enter changes the state; Since stays where the state stays.
func (u *Uploader) enter(state State, problem *agent.Error) {
	if was := u.Status().State; state == OK && was != Idle && was != OK && u.options.Back != nil {
		u.options.Back()
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	now := u.clock.Now()
	if u.status.State != state {
		u.status.State, u.status.Since = state, now
	}
	u.status.Problem = problem
	if state == OK || state == Idle {
		u.failures = 0
	}
	if state == OK {
		u.status.LastSuccess = now
	}
}
