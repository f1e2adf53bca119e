package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/stockhand/stockhand/agent"
)

// humanPause is the time between two scans of a simulated person where a real one
// looks on.
const humanPause = 150 * time.Millisecond

// Interactive shows the simulated shop to a person until ctx ends. opened is
// called once with a link that signs the person's browser in.
func Interactive(ctx context.Context, o Options, opened func(link, dir string)) (err error) {
	w, err := build(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.remove()) }()
	speed := func(d time.Duration) time.Duration { return time.Duration(float64(d) / w.options.Speed) }
	staff := w.hire(speed(humanPause))
	w.customers = w.expect(0, 0)
	w.customers.calm = speed(w.customers.calm)
	w.customers.away = func() bool { return w.trouble.is(closed) }
	s := &show{world: w, staff: staff, lead: w.pageFor(agent.Manager, "The demo"), opened: opened}
	return w.live(ctx, s.run)
}

// show is the demo for a person, who is the manager.
type show struct {
	world  *world
	staff  *staff
	lead   *page
	opened func(link, dir string)
}

// run opens a count and has the staff do whatever the person asks for.
func (s *show) run(ctx context.Context) error {
	return s.staff.with(ctx, s.lead, func(ctx context.Context) error {
		if _, err := newManager(s.lead, s.staff).openCount(ctx); err != nil {
			return err
		}
		link, err := s.world.link(ctx, agent.Manager, "Demo browser")
		if err != nil {
			return fmt.Errorf("make a sign-in link: %w", err)
		}
		s.opened(link, s.world.dir)
		all, ctx := errgroup.WithContext(ctx)
		all.Go(func() error { s.world.customers.Run(ctx); return nil })
		all.Go(func() error { return s.staff.serve(ctx, s.lead) })
		all.Go(func() error { return s.annoy(ctx) })
		all.Go(func() error { return spare{s.world.spare, s.lead}.serve(ctx) })
		return all.Wait()
	})
}
