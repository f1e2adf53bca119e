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
	p.manager = &Manager{page: w.pageFor(agent.Manager, "Manager"), staff: p.staff, recounted: map[agent.ItemID]bool{}}
	w.customers = w.expect(tease, time.Duration(teasedShare*float64(walk)/(2*tease)))

	limited, cancel := context.WithTimeout(ctx, o.For+longestRun)
	defer cancel()
	begun := time.Now()
	lived := w.live(limited, p.run)
	report = p.report(ctx, time.Since(begun))
	switch {
	case lived != nil:
		report.fail("the run did not come to its end: %v", lived)
	case !p.ended:
		report.fail("the run did not come to its end within %s", o.For+longestRun)
	}
	return report, ctx.Err()
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
	count   agent.CountID
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

// manage is the manager's day. closing ends the shop's opening hours.
func (p *play) manage(ctx context.Context, closing func()) (err error) {
	m := p.manager
	if p.count, err = m.openCount(ctx); err != nil {
		return err
	}
	for !p.staff.hasWalked(p.count) {
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	if err := m.closeCount(ctx, p.count); err != nil {
		return err
	}
	if err := m.settle(ctx, p.count); err != nil {
		return err
	}
	closing()
	<-p.world.customers.gone
	if err := m.settle(ctx, p.count); err != nil {
		return err
	}
	if err := m.finishCount(ctx, p.count); err != nil {
		return err
	}
	p.ended = true
	return nil
}

// annoy makes the shop lose the reply to the first adjustment and throttle what
// comes after it, once.
func (w *world) annoy(ctx context.Context) error {
	const write = "SetQuantities"
	w.shop.LoseReplies(write, 1)
	for w.shop.Counters().Requests[write] == 0 {
		if err := sleep(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
	w.shop.Throttle(true)
	defer w.shop.Throttle(false)
	for w.shop.Counters().Throttled == 0 {
		if err := sleep(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}
