package upload

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// Three days without an upstream cost no more tries than the longest pause allows,
// are shown with their beginning, and end by themselves.
func TestThreeDaysOffline(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour, Feed: true}, func(r *rig) {
		calls := new(atomic.Int64)
		r.connector = readings{r.connector, calls}
		r.feed = false
		r.approveABC()
		calls.Store(0)
		r.sim.Cut(true)
		u := r.uploader(r.q)
		stop := r.running(u)
		began := time.Now()
		elapse(72 * time.Hour)
		s := u.Status()
		if s.State != Offline || s.Since.Sub(began) > time.Second || !isCode(s.Problem, "simulation.down") || s.NextAt.IsZero() {
			t.Errorf("status %+v", s)
		}
		if n := calls.Load(); n > 1800 || n < 800 {
			t.Errorf("%d tries in three days", n)
		}
		t.Logf("%d tries in 72 hours", calls.Load())
		for range 100 {
			u.Nudge() // scans go on; they shorten nothing
		}
		elapse(time.Millisecond)
		if before := calls.Load(); before > 1801 {
			t.Errorf("nudges made %d tries", before)
		}
		r.sim.Cut(false)
		elapse(longestPause + time.Second)
		stop()
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
		if s := u.Status(); s.State != Idle || s.Problem != nil {
			t.Errorf("afterwards %+v", s)
		}
	})
}

// readings counts the readings of levels.
type readings struct {
	agent.Connector
	calls *atomic.Int64
}

func (r readings) Levels(ctx context.Context, l agent.LocationID, items []agent.ItemID) ([]agent.Book, error) {
	r.calls.Add(1)
	return r.Connector.Levels(ctx, l, items)
}

func TestBackOffIsSpreadAndBounded(t *testing.T) {
	for failures := range 100 {
		shortest, longest := backOff(failures, 0), backOff(failures, 0.999999)
		if shortest != shortestPause || longest > longestPause || longest < shortest {
			t.Errorf("after %d failures from %v to %v", failures, shortest, longest)
		}
		if failures > 10 && longest < longestPause-time.Second {
			t.Errorf("after %d failures at most %v", failures, longest)
		}
	}
}

func TestAnUpstreamThatSaysWhenIsTakenAtItsWord(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour}, func(r *rig) {
		r.approveABC()
		var sent []time.Time
		r.connector = around{r.connector, func(_ context.Context, _ agent.Request, pass func() agent.Outcome) agent.Outcome {
			sent = append(sent, time.Now())
			if len(sent) == 1 {
				return agent.Outcome{Class: agent.OutcomeLater, After: 40 * time.Second, Problem: &agent.Error{Code: "busy", Class: agent.Retry, What: "Busy."}}
			}
			return pass()
		}}
		u := r.uploader(r.q)
		stop := r.running(u)
		elapse(20 * time.Second)
		if s := u.Status(); s.State != Throttled || !isCode(s.Problem, "busy") {
			t.Errorf("status %+v", s)
		}
		elapse(time.Minute)
		stop()
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
		if wait := sent[1].Sub(sent[0]); len(sent) != 2 || wait < 40*time.Second || wait > 41*time.Second {
			t.Errorf("%d attempts, waited %v", len(sent), wait)
		}
	})
}

func TestAThrottledReadingComesLater(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour}, func(r *rig) {
		r.approveABC()
		r.sim.ThrottleRead()
		u := r.uploader(r.q)
		stop := r.running(u)
		defer stop()
		elapse(time.Second)
		if s := u.Status(); s.State == OK || r.sim.Attempts() != 0 {
			t.Errorf("status %+v", s)
		}
		elapse(10 * time.Second)
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
	})
}

// Without access nothing is tried until a person says so.
func TestAPauseLastsUntilAPersonActs(t *testing.T) {
	for name, read := range map[string]bool{"found when reading": true, "found when sending": false} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour}, func(r *rig) {
				r.approveABC()
				if read {
					r.sim.Dismiss(true)
				} else {
					r.sim.Fault(connectortest.AccessGone)
				}
				u := r.uploader(r.q)
				stop := r.running(u)
				defer stop()
				elapse(12 * time.Hour)
				u.Nudge()
				elapse(time.Hour)
				before := r.sim.Attempts()
				if s := u.Status(); s.State != Paused || !isCode(s.Problem, "simulation.dismissed") || !s.NextAt.IsZero() || before > 1 {
					t.Errorf("status %+v after %d attempts", s, before)
				}
				r.sim.Dismiss(false)
				u.Now()
				elapse(time.Minute)
				r.want(agent.Delivered, agent.Delivered, agent.Delivered)
				if s := u.Status(); s.State != Idle || s.Problem != nil {
					t.Errorf("afterwards %+v", s)
				}
			})
		})
	}
}

func TestRequestsKeepTheirDistance(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour, MaxLines: 1, Spacing: 7 * time.Second}, func(r *rig) {
		r.approveABC()
		var sent []time.Time
		r.connector = around{r.connector, func(_ context.Context, _ agent.Request, pass func() agent.Outcome) agent.Outcome {
			sent = append(sent, time.Now())
			return pass()
		}}
		r.upload(time.Minute)
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
		for i := 1; i < len(sent); i++ {
			if gap := sent[i].Sub(sent[i-1]); gap < 7*time.Second {
				t.Errorf("request %d came after %v", i+1, gap)
			}
		}
	})
}

// What a person asked for does not wait for the end of a pause.
func TestNowDoesNotWait(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour}, func(r *rig) {
		r.approveABC()
		r.sim.Cut(true)
		u := r.uploader(r.q)
		stop := r.running(u)
		defer stop()
		elapse(time.Hour)
		r.sim.Cut(false)
		u.Now()
		elapse(time.Second)
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
	})
}

// A clock that was set back must not make an answer wait for years.
func TestATimeFromBeforeTheClockWasSet(t *testing.T) {
	u := &Uploader{}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if due := u.due(agent.Request{NextAt: now.AddDate(3, 0, 0)}, now); !due.Equal(now) {
		t.Errorf("due %v", due)
	}
	if due := u.due(agent.Request{NextAt: now.Add(time.Minute)}, now); !due.Equal(now.Add(time.Minute)) {
		t.Errorf("due %v", due)
	}
}

func TestARandomSourceThatFailsSendsNothing(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour}, func(r *rig) {
		r.approveABC()
		r.opt.Random = broken{}
		u := r.upload(time.Minute)
		if s := u.Status(); s.State != Offline || s.Problem == nil || r.sim.Attempts() != 0 {
			t.Errorf("status %+v", s)
		}
		r.opt.Random = nil
		r.upload(time.Minute)
	})
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("no entropy") }

// Whoever has reached the upstream again spares the upload its wait, and it says that
// it has reached it.
func TestComingBackEndsTheWait(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour}, func(r *rig) {
		r.approveABC()
		r.sim.Cut(true)
		back := new(atomic.Int64)
		r.opt.Back = func() { back.Add(1) }
		u := r.uploader(r.q)
		stop := r.running(u)
		defer stop()
		elapse(time.Hour)
		u.Reached() // it was not true
		elapse(shortestPause)
		if s := u.Status(); s.State != Offline || back.Load() != 0 {
			t.Errorf("status %+v, back %d times", s, back.Load())
		}
		elapse(time.Hour)
		r.sim.Cut(false)
		u.Reached()
		elapse(time.Second)
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
		if back.Load() != 1 {
			t.Errorf("said %d times that it is back", back.Load())
		}
	})
}

// An answer that somebody else had ends neither a pause nor what the upstream asked
// for.
func TestComingBackEndsNothingElse(t *testing.T) {
	for name, outcome := range map[string]agent.Outcome{
		"paused":    {Class: agent.OutcomeLater, Pause: true, Problem: &agent.Error{Code: "away", Class: agent.Refuse, What: "Away."}},
		"throttled": {Class: agent.OutcomeLater, After: 40 * time.Second, Problem: &agent.Error{Code: "busy", Class: agent.Retry, What: "Busy."}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour}, func(r *rig) {
				r.approveABC()
				tries := new(atomic.Int64)
				r.connector = around{r.connector, func(_ context.Context, _ agent.Request, pass func() agent.Outcome) agent.Outcome {
					if tries.Add(1) > 1 {
						return pass()
					}
					return outcome
				}}
				u := r.uploader(r.q)
				stop := r.running(u)
				defer stop()
				elapse(time.Second)
				u.Reached()
				elapse(20 * time.Second)
				if tries.Load() != 1 || string(u.Status().State) != name {
					t.Errorf("%d tries, %+v", tries.Load(), u.Status())
				}
				u.Now() // which ends everything
				elapse(time.Second)
				r.want(agent.Delivered, agent.Delivered, agent.Delivered)
			})
		})
	}
}

// While the upstream is asked, it is said so.
func TestATryIsShown(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour}, func(r *rig) {
		r.approveABC()
		answer := make(chan struct{})
		r.connector = around{r.connector, func(_ context.Context, _ agent.Request, pass func() agent.Outcome) agent.Outcome {
			<-answer
			return pass()
		}}
		u := r.uploader(r.q)
		stop := r.running(u)
		defer stop()
		elapse(time.Second)
		if !u.Status().Trying {
			t.Error("it is not said that the shop is asked")
		}
		close(answer)
		elapse(time.Second)
		if u.Status().Trying {
			t.Error("it is said that the shop is asked, and it is not")
		}
	})
}
