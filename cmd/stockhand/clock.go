package main

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

const (
	clockEvery = 5 * time.Second
	// stepped is from how much on the wall clock was set. Less is left alone: the
	// times of shops are no finer than a second, and a clock that is only kept right
	// is turned by less. What adds up to it is a step as well.
	stepped = time.Second
	// slept is how much later than it should a look comes after a sleep.
	slept = 3 * clockEvery
)

// clockTurns compares the wall clock with one that nobody can set. The other goes on
// while the machine sleeps, so that a sleep is no step.
type clockTurns struct {
	wall time.Time     // what the wall clock showed
	run  time.Duration // when the other one showed this
	last time.Duration // the other one at the last look
}

// look returns by how much the wall clock was set since it was set last, 0 if that is
// not enough to be a step, and whether the machine slept since the last look.
func (c *clockTurns) look(wall time.Time, run time.Duration) (by time.Duration, woke bool) {
	wall = wall.Round(0)
	if !c.wall.IsZero() {
		by = wall.Sub(c.wall) - (run - c.run)
		woke = run-c.last > slept
	}
	c.last = run
	if c.wall.IsZero() || by.Abs() >= stepped {
		c.wall, c.run = wall, run
		return by, woke
	}
	return 0, woke
}

// bothClocks reads the wall clock and the other one at the same moment: again if the
// machine was busy, or asleep, in between.
func bothClocks(wall func() time.Time, run func() time.Duration) (time.Time, time.Duration) {
	const together = stepped / 10
	for {
		before := run()
		now := wall()
		after := run()
		if after-before < together {
			return now, before + (after-before)/2
		}
	}
}

// watchClock records when the wall clock is set. After that, and after a sleep,
// scanners are looked for at once.
func (w *works) watchClock(ctx context.Context) error {
	tick := time.NewTicker(clockEvery)
	defer tick.Stop()
	var turns clockTurns
	turns.look(bothClocks(w.clock.Now, sinceBoot))
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		now, run := bothClocks(w.clock.Now, sinceBoot)
		by, woke := turns.look(now, run)
		if woke || by != 0 {
			w.scanners.Look()
		}
		if by != 0 {
			w.tellStep(ctx, now, by)
		}
	}
}

// tellStep records a step.
func (w *works) tellStep(ctx context.Context, now time.Time, by time.Duration) {
	w.log.Warn("the clock was set", "code", "clock-stepped", "by", by)
	_, err := w.queue.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
		facts, err := station.Stepped(v, w.config.location(), by)
		facts.Actor, facts.At = agent.System("clock"), now
		return facts, err
	})
	if err != nil && ctx.Err() == nil {
		w.log.Error("the step of the clock was not recorded", "code", agent.AsError(err).Code, "error", err)
	}
}

// aRun is what a run begins with: both clocks at one moment. Where the other clock is
// not the machine's own, nothing is said of it, since the next run could not compare.
func (w *works) aRun() agent.RunFact {
	run := agent.RunFact{Version: version, Boot: bootID()}
	if ofMachine {
		run.Wall, run.SinceBoot = bothClocks(w.clock.Now, sinceBoot)
	}
	return run
}

// started is for clocks that have no beginning of their own.
var started = time.Now()

// sinceStart is Go's monotonic clock.
func sinceStart() time.Duration { return time.Since(started) }
