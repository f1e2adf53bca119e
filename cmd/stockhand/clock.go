package main

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	clockEvery = 5 * time.Second
	// stepped is from how much on the wall clock did not only drift.
	stepped = time.Second
)

// watchClock records when the wall clock moves against the monotonic one: it was
// set, or the machine slept. After that scanners are looked for at once.
func (w *works) watchClock(ctx context.Context) error {
	tick := time.NewTicker(clockEvery)
	defer tick.Stop()
	last := w.clock.Now()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		now := w.clock.Now()
		by := now.Round(0).Sub(last.Round(0)) - now.Sub(last)
		last = now
		if by.Abs() < stepped {
			continue
		}
		w.log.Warn("the clock was set, or the machine slept", "code", "clock-stepped", "by", by)
		w.scanners.Look()
		_, err := w.queue.Write(ctx, agent.Command{}, func(agent.View) (agent.Facts, error) {
			return agent.Facts{
				Actor: agent.System("clock"), At: now,
				Events: []agent.Event{agent.NewEvent(agent.ClockStepped, agent.ClockFact{By: by})},
			}, nil
		})
		if err != nil && ctx.Err() == nil {
			w.log.Error("the step of the clock was not recorded", "code", agent.AsError(err).Code, "error", err)
		}
	}
}

// checkAfter is when the whole database is checked after a start. The start itself
// looks at the newest part only, to be quick.
const checkAfter = time.Minute

// checkDatabase checks every row once, beside the work, and says what it finds.
func (w *works) checkDatabase(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(checkAfter):
	}
	w.checkNow(ctx)
	<-ctx.Done()
	return ctx.Err()
}

// checkNow checks every row. What it finds is shown until somebody knows of it.
func (w *works) checkNow(ctx context.Context) {
	report, err := w.queue.Verify(ctx)
	if err != nil && ctx.Err() == nil {
		w.log.Error("the database could not be checked", "code", agent.AsError(err).Code, "error", err)
	}
	for _, f := range report.Findings {
		w.log.Error(f.What, "code", "database-"+f.Code, "means", f.Means, "do", f.Do)
	}
	if len(report.Findings) > 0 {
		f := report.Findings[0]
		w.unsound.Store(&agent.Error{Code: "database-" + f.Code, Class: agent.Fault, What: f.What, Means: f.Means, Do: f.Do})
		w.changed()
	}
}
