package install

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Limits for calls whose context has no deadline. A start may include a change
// of the database's format; a stop is given the agent's own fifteen seconds
// and what the service manager adds.
const (
	installLimit = 2 * time.Minute
	startLimit   = time.Minute
	stopLimit    = 40 * time.Second
	queryLimit   = 10 * time.Second

	pollEvery = 100 * time.Millisecond
)

// within gives ctx a deadline unless it has one.
func within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, limit)
}

func startAndWait(ctx context.Context, m manager) error {
	ctx, cancel := within(ctx, startLimit)
	defer cancel()
	if err := mustBeInstalled(ctx, m); err != nil {
		return err
	}
	asked := m.start(ctx)
	last, err := poll(ctx, m, func(r Report) bool {
		return r.State == Running || r.State == Failed || r.State == Stopped
	})
	if err != nil {
		return fmt.Errorf("Stockhand is still %s; it goes on by itself, look again with `stockhand service status`: %w", last, err)
	}
	if last.State == Running {
		return nil
	}
	if asked != nil && last.State == Stopped {
		return fmt.Errorf("ask the service manager to start Stockhand: %w", asked)
	}
	return fmt.Errorf("Stockhand did not start: %s%s", last, because(ctx, m))
}

func because(ctx context.Context, m manager) string {
	if why := m.reason(ctx); why != "" {
		return "\n" + why
	}
	return ""
}

func stopAndWait(ctx context.Context, m manager) error {
	ctx, cancel := within(ctx, stopLimit)
	defer cancel()
	if err := mustBeInstalled(ctx, m); err != nil {
		return err
	}
	if err := m.stop(ctx); err != nil {
		return fmt.Errorf("ask the service manager to stop Stockhand: %w", err)
	}
	last, err := poll(ctx, m, down)
	if err != nil {
		return fmt.Errorf("Stockhand has not stopped (%s); nothing it acknowledged is at risk if the process is ended by force: %w", last, err)
	}
	return nil
}

// down is true when no process of ours is left.
func down(r Report) bool {
	return r.State == Stopped || r.State == Failed || r.State == NotInstalled
}

// remove stops first: on Windows a running service that is deleted stays,
// marked, until the next boot, and cannot be installed again before that.
func remove(ctx context.Context, m manager) error {
	ctx, cancel := within(ctx, installLimit)
	defer cancel()
	r, err := m.query(ctx)
	if err != nil {
		return err
	}
	if r.State == NotInstalled {
		return ErrNotInstalled
	}
	if !down(r) {
		if err := stopAndWait(ctx, m); err != nil {
			return err
		}
	}
	return m.uninstall(ctx)
}

func mustBeInstalled(ctx context.Context, m manager) error {
	r, err := m.query(ctx)
	if err == nil && r.State == NotInstalled {
		return ErrNotInstalled
	}
	return err
}

// poll asks until the answer is wanted or the context ends. It returns the
// last answer in both cases.
func poll(ctx context.Context, m manager, wanted func(Report) bool) (Report, error) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	var last Report
	for {
		r, err := m.query(ctx)
		switch {
		case err == nil:
			if last = r; wanted(r) {
				return r, nil
			}
		case ctx.Err() == nil:
			return last, err
		}
		select {
		case <-ctx.Done():
			return last, tooLong(ctx)
		case <-tick.C:
		}
	}
}

func tooLong(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errors.New("the time allowed for it is over")
	}
	return ctx.Err()
}
