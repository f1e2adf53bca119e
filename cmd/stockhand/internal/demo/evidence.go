package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/queue"
)

// report puts together what a run showed. Nothing of it is asked of the agent: it
// is read from its database, from the shop's history, and from what the simulated
// people remember.
func (p *play) report(ctx context.Context, took time.Duration) Report {
	w := p.world
	r := Report{Simulation: "a simulated shop: nothing here is real", Policy: string(w.options.Policy), Seed: w.options.Seed, Items: len(w.goods)}
	if r.Policy == "" {
		r.Policy = string(agent.CutOff)
	}
	r.took(took)
	r.Differing = w.differing(false)
	p.askPeople(&r)
	p.askShop(&r)
	var read evidence
	if err := p.readLog(ctx, &r, &read); err != nil {
		r.fail("the agent's database could not be examined: %v", err)
	}
	p.compare(&r, read)
	r.judge(w.options.KillEvery > 0)
	return r
}

// askPeople fills in what the simulated people remember.
func (p *play) askPeople(r *Report) {
	for _, c := range p.staff.counters {
		r.ScansSent += c.sent.Load()
		r.Repeated += c.repeated.Load()
		r.ScansPublished += c.published.Load()
		if c.published.Load() > 0 {
			r.Zones++
		}
	}
	for _, g := range p.world.goods {
		if len(g.Spots) > 1 {
			r.TwoBins++
		}
	}
	m := p.manager
	r.Recounted, r.Rounds, r.Conflicts = len(m.recounted), m.rounds, len(m.conflicts)
	for _, v := range m.open {
		r.Waiting = append(r.Waiting, fmt.Sprintf("%s is %s, waiting for %q: %s", v.Item, v.Status, v.Waits, v.Sentence))
	}
	r.ConflictsSaid = m.conflicts
	r.Kills = p.world.child.Kills()
	moved, errs := p.world.customers.Moved()
	r.Movements = moved
	for _, err := range errs {
		r.fail("the simulation itself failed: %v", err)
	}
	r.InsideWindow = p.world.shelves.InsideWindow()
	r.TypedOver = len(p.world.trouble.typedOver())
}

// askShop fills in what the shop was asked.
func (p *play) askShop(r *Report) {
	counters := p.world.shop.Counters()
	r.Requests = counters.Requests
	r.Throttled, r.LostReplies, r.Repeats = counters.Throttled, counters.Faulted, counters.Replayed
}

// evidence is what the agent's database holds.
type evidence struct {
	delivered map[agent.ItemID]int64 // by which each item was adjusted
	scans     map[agent.Seq]agent.Scan
}

// readLog examines the database: that it is sound, that its views follow from its
// log, and what it holds.
func (p *play) readLog(ctx context.Context, r *Report, e *evidence) (err error) {
	q, err := queue.OpenReadOnly(ctx, p.world.database(), queue.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, q.Close()) }()
	verified, err := q.Verify(ctx)
	if err != nil {
		return err
	}
	replayed, err := q.Replay(ctx)
	if err != nil {
		return err
	}
	for _, f := range append(verified.Findings, replayed.Findings...) {
		r.fail("the log is damaged: %s", f.What)
	}
	r.Rows = int64(verified.Head)
	return q.Read(ctx, func(v agent.View) error {
		return errors.Join(e.readScans(v, r), e.readCounts(v, r, p.counts))
	})
}

func (e *evidence) readScans(v agent.View, r *Report) error {
	devices, err := v.Devices()
	if err != nil {
		return err
	}
	for _, d := range devices {
		r.ScansStored += d.Stored
	}
	scans, err := v.Scans(agent.ScanQuery{Limit: 10_000_000})
	e.scans = make(map[agent.Seq]agent.Scan, len(scans))
	for _, s := range scans {
		e.scans[s.Seq] = s
	}
	return err
}

func (e *evidence) readCounts(v agent.View, r *Report, counts []agent.CountID) error {
	e.delivered = map[agent.ItemID]int64{}
	r.Counts = len(counts)
	for _, count := range counts {
		tally, err := v.Tally(count)
		if err != nil {
			return err
		}
		r.Lines += tally.Lines
		deliveries, err := v.DeliveriesOf(count)
		if err != nil {
			return err
		}
		for _, d := range deliveries {
			e.add(r, d)
		}
	}
	return nil
}

func (e *evidence) add(r *Report, d agent.Delivery) {
	if d.State == agent.Superseded || d.Adjustment.Variance == 0 {
		return
	}
	r.Approved++
	r.Variances++
	if d.State == agent.Delivered {
		r.Delivered++
		e.delivered[d.Adjustment.Item] += d.Adjustment.Variance
	}
}

// compare holds what people saw, what the log has and what the shop did against
// each other.
func (p *play) compare(r *Report, e evidence) {
	for _, c := range p.staff.counters {
		for seq, shown := range c.page.scans() {
			stored, there := e.scans[seq]
			if !there || stored.Device != shown.Device || stored.Op != shown.Op {
				r.Lost++
			}
			r.ScansShown++
		}
	}
	for i, id := range p.world.ids {
		var sum int64
		seen := map[string]bool{}
		for _, change := range p.world.shop.History(p.world.till.ids[i]) {
			if change.Who != "app" {
				continue
			}
			sum += change.Delta
			if seen[change.Reference] {
				r.Doubled++
			}
			seen[change.Reference] = true
		}
		if sum != e.delivered[id] {
			r.fail("%s was adjusted by %d in the shop and by %d in the log", p.world.goods[i].SKU, sum, e.delivered[id])
		}
	}
}
