package demo

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/stockhand/stockhand/agent"
)

// How a run without a person is paced: so that what it must hold to prove
// anything happens, and yet most items are not touched while they are judged.
const (
	countingShare = 0.4             // of the time, for the first walk through the shop
	teasedShare   = 0.6             // of the walk, within which customers get in the way
	tease         = 26              // sales inside counting windows
	calm          = 5 * time.Minute // between two sales of one article, once nobody is teased any more
	longestRun    = 3 * time.Minute // that settling may take beyond the time asked for
	killTime      = 5 * time.Second // that a kill may take
)

// Headless counts the simulated shop without a person and tells what that proved.
// The error says why it could not be begun.
func Headless(ctx context.Context, o Options) (report Report, err error) {
	w, err := build(o)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, w.remove()) }()
	o = w.options
	walk := time.Duration(countingShare * float64(o.For))
	p := &play{world: w, staff: w.hire(walk / time.Duration(w.steps()))}
	p.manager = newManager(w.pageFor(agent.Manager, "Manager"), p.staff)
	w.customers = w.expect(tease, time.Duration(teasedShare*float64(walk)/(2*tease)))

	limit := o.For + longestRun + time.Duration(o.Kills)*killTime
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	begun := time.Now()
	lived := w.live(limited, p.run)
	report = p.report(context.WithoutCancel(ctx), time.Since(begun))
	switch {
	case lived != nil:
		report.fail("the run did not come to its end: %v", lived)
	case ctx.Err() != nil:
		report.fail("the run was interrupted")
	case !p.ended:
		report.fail("the run did not come to its end within %s", limit)
	}
	return report, nil
}

// expect returns the customers of a day.
func (w *world) expect(tease int, every time.Duration) *Customers {
	return &Customers{
		shelves: w.shelves, till: w.till, goods: w.goods, rand: w.options.random(3),
		every: every, calm: calm / time.Duration(len(w.goods)), basket: longestBasket, tease: tease, gone: make(chan struct{}),
	}
}

// play is one run without a person.
type play struct {
	world   *world
	staff   *staff
	manager *Manager
	counts  []agent.CountID
	ended   bool
}

// run opens a count, has it counted while the shop sells, closes, approves, and
// returns when everything is delivered.
func (p *play) run(ctx context.Context) error {
	return p.staff.with(ctx, p.manager.page, func(ctx context.Context) error {
		all, ctx := errgroup.WithContext(ctx)
		working, home := context.WithCancel(ctx)
		shopping, closing := context.WithCancel(ctx)
		during := func(do func(context.Context) error) {
			all.Go(func() error {
				if err := do(working); working.Err() == nil {
					return err
				}
				return nil
			})
		}
		during(func(ctx context.Context) error { return p.staff.serve(ctx, p.manager.page) })
		during(p.world.annoy)
		during(func(ctx context.Context) error { return p.world.child.KillEvery(ctx, p.world.options.KillEvery) })
		all.Go(func() error { p.world.customers.Run(shopping); return nil })
		all.Go(func() error {
			defer home()
			defer closing()
			return p.manage(ctx, closing)
		})
		return all.Wait()
	})
}

// manage is the manager's work. closing ends the shop's opening hours.
func (p *play) manage(ctx context.Context, closing func()) error {
	for {
		if err := p.day(ctx); err != nil {
			return err
		}
		if p.world.child.Kills() >= p.world.options.Kills {
			break
		}
		p.world.mislay()
	}
	closing()
	<-p.world.customers.gone
	// What was sold last may have left the shelf before it was counted.
	last := p.counts[len(p.counts)-1]
	if err := p.manager.settle(ctx, last); err != nil {
		return err
	}
	if err := p.manager.finishCount(ctx, last); err != nil {
		return err
	}
	p.ended = true
	return nil
}

// day is one count from its opening until everything is delivered. The count
// before is finished by then.
func (p *play) day(ctx context.Context) error {
	m := p.manager
	if n := len(p.counts); n > 0 {
		if err := m.finishCount(ctx, p.counts[n-1]); err != nil {
			return err
		}
	}
	count, err := m.openCount(ctx)
	if err != nil {
		return err
	}
	p.counts = append(p.counts, count)
	if err := until(ctx, func() bool { return p.staff.hasWalked(count) }); err != nil {
		return err
	}
	if err := m.closeCount(ctx, count); err != nil {
		return err
	}
	return m.settle(ctx, count)
}

// annoy makes the shop lose the reply to every tenth adjustment, the first among
// them, and throttle what comes after it.
func (w *world) annoy(ctx context.Context) error {
	const write = "SetQuantities"
	for next := 0; ; next += 10 {
		w.shop.LoseReplies(write, 1)
		if err := until(ctx, func() bool { return w.shop.Counters().Requests[write] > next }); err != nil {
			return err
		}
		throttled := w.shop.Counters().Throttled
		w.shop.Throttle(true)
		err := until(ctx, func() bool { return w.shop.Counters().Throttled > throttled })
		w.shop.Throttle(false)
		if err != nil {
			return err
		}
		if err := until(ctx, func() bool { return w.shop.Counters().Requests[write] >= next+10 }); err != nil {
			return err
		}
	}
}

// until looks again and again until something is so.
func until(ctx context.Context, is func() bool) error {
	for !is() {
		if err := sleep(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}
