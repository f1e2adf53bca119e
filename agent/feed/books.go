package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// counted names an item of a count.
type counted struct {
	count agent.CountID
	item  agent.ItemID
}

// reading is what is known about the statements of an item of a count.
type reading struct {
	lines   agent.Seq // the item's newest entry when it was looked at
	opening bool      // there is a statement since the count was opened
	closing bool      // there is a settled statement after the cut-off
	unknown bool      // the upstream does not know the item
	retry   time.Time // not asked for again before
}

// wanted is an item to be read, and what is stored about it when it is asked for.
type wanted struct {
	counted
	applied int // changes of our own that are known
}

// books reads the statements that counts need. counting reports whether a count
// is open or undecided.
func (f *Feed) books(ctx context.Context) (counting bool, err error) {
	var want []wanted
	err = f.store.Read(ctx, func(v agent.View) error {
		counting, want, err = f.needed(v)
		return err
	})
	if err != nil {
		return counting, fmt.Errorf("find out what to read: %w", err)
	}
	for batch := range slices.Chunk(want, f.options.Batch) {
		if err := f.readBatch(ctx, batch); err != nil {
			return counting, err
		}
	}
	f.tellUnknown()
	return counting, nil
}

// tellUnknown notes which counted items the upstream does not know.
func (f *Feed) tellUnknown() {
	var unknown []agent.ItemID
	for k, r := range f.read {
		if r.unknown && !slices.Contains(unknown, k.item) {
			unknown = append(unknown, k.item)
		}
	}
	slices.Sort(unknown)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status.Unknown = unknown
}

// needed lists the items to be read for the counts at the location. It forgets
// what it knew about counts that are over.
func (f *Feed) needed(v agent.View) (counting bool, want []wanted, err error) {
	counts, err := v.Counts()
	if err != nil {
		return false, nil, err
	}
	busy, doubtful, err := unresolved(v, f.options.Location)
	if err != nil {
		return false, nil, err
	}
	steps, err := v.ClockSteps()
	if err != nil {
		return false, nil, fmt.Errorf("look at what was done to the clock: %w", err)
	}
	listed := make(map[agent.ItemID]bool)
	remember := make(map[counted]reading)
	for _, c := range counts {
		if c.Location != f.options.Location || c.State != agent.CountOpen && c.State != agent.CountClosed {
			continue
		}
		counting = true
		lines, err := v.Lines(c.ID)
		if err != nil {
			return false, nil, err
		}
		for item, own := range byItem(lines) {
			k := counted{c.ID, item}
			r, err := f.look(v, c, k, own, steps)
			if err != nil {
				return false, nil, err
			}
			remember[k] = r
			closing := c.State == agent.CountClosed
			done := r.opening && (!closing || r.closing)
			if done || listed[item] || busy[item] || closing && doubtful[item] || f.clock.Now().Before(r.retry) {
				continue
			}
			listed[item] = true
			applied, err := v.AppliedTo(f.options.Location, item)
			if err != nil {
				return false, nil, err
			}
			want = append(want, wanted{k, len(applied)})
		}
	}
	f.read = remember
	slices.SortFunc(want, func(a, b wanted) int { return strings.Compare(string(a.item), string(b.item)) })
	return counting, want, nil
}

func byItem(lines []agent.Line) map[agent.ItemID][]agent.Line {
	items := make(map[agent.ItemID][]agent.Line)
	for _, l := range lines {
		items[l.Item] = append(items[l.Item], l)
	}
	return items
}

// look finds out which statements of an item there are. What was found stays true
// until the item is counted again.
func (f *Feed) look(v agent.View, c agent.Count, k counted, lines []agent.Line, steps []agent.ClockStep) (reading, error) {
	var newest agent.Seq
	for _, l := range lines {
		newest = max(newest, l.Last)
	}
	r := f.read[k]
	if r.lines != newest {
		r = reading{lines: newest, opening: r.opening}
	}
	if r.opening && (r.closing || c.State == agent.CountOpen) {
		return r, nil
	}
	opened := agent.SetBack(c.Opened.At, steps)
	books, err := v.Books(f.options.Location, k.item, opened)
	if err != nil {
		return r, fmt.Errorf("look at the statements of %s: %w", k.item, err)
	}
	cutOff := lastCutOff(lines, steps)
	if f.connector.Info().Files {
		steps = nil // its statements are dated by its own clock
	}
	for _, b := range books {
		r.opening = r.opening || !b.At.At.Before(opened)
		r.closing = r.closing || reconcile.StatedAt(b, steps).Earliest().After(cutOff) && f.settled(b)
	}
	return r, nil
}

// lastCutOff is the latest cut-off of some lines, by the clock as it is now: the same
// that their judgement waits for.
func lastCutOff(lines []agent.Line, steps []agent.ClockStep) (latest time.Time) {
	for _, l := range lines {
		if to := reconcile.CutOff(l, steps).Latest(); to.After(latest) {
			latest = to
		}
	}
	return latest
}

// settled reports whether a statement will not become clearer. One that does not
// say when it changed can't, where there is no feed to compare it with.
func (f *Feed) settled(b agent.Book) bool {
	return b.Settled() || b.Changed.IsZero() && f.feeder == nil
}

// unresolved returns the items of requests that may be under way, and of those of
// which nobody knows whether they arrived.
func unresolved(v agent.View, location agent.LocationID) (busy, doubtful map[agent.ItemID]bool, err error) {
	busy, doubtful = make(map[agent.ItemID]bool), make(map[agent.ItemID]bool)
	deliveries, err := v.Deliveries(agent.Sending, agent.Staged, agent.InDoubt)
	for _, d := range deliveries {
		if d.Adjustment.Location != location {
			continue
		}
		if d.State == agent.InDoubt {
			doubtful[d.Adjustment.Item] = true
		} else {
			busy[d.Adjustment.Item] = true
		}
	}
	return busy, doubtful, err
}

// readBatch asks for some levels and stores what is new about them.
func (f *Feed) readBatch(ctx context.Context, batch []wanted) error {
	items := make([]agent.ItemID, len(batch))
	for i, w := range batch {
		items[i] = w.item
	}
	call, cancel := context.WithTimeout(ctx, f.options.Timeout)
	defer cancel()
	books, err := f.connector.Levels(call, f.options.Location, items)
	if err != nil {
		return fmt.Errorf("read levels: %w", err)
	}
	stated := make(map[agent.ItemID]agent.Book, len(books))
	for _, b := range books {
		stated[b.Item] = b
	}
	for _, w := range batch {
		b, known := stated[w.item]
		f.pace(w.counted, b, known)
	}
	return f.keepBooks(ctx, batch, stated)
}

// pace says when an item is asked for again: one tick later if its statement was
// too fresh to be sure of, slowly if the upstream has nothing to say about it.
func (f *Feed) pace(k counted, b agent.Book, known bool) {
	r := f.read[k]
	r.unknown = !known
	switch {
	case !known:
		r.retry = f.clock.Now().Add(f.options.Every)
	case !f.settled(b):
		r.retry = f.clock.Now().Add(max(b.Tick, f.options.Busy/2))
	}
	f.read[k] = r
}

// errNothingNew ends a write that has nothing to add.
var errNothingNew = errors.New("nothing new")

// keepBooks keeps the statements of a batch, except of items that a request of ours
// touched since they were asked for, and except those that say nothing new.
func (f *Feed) keepBooks(ctx context.Context, batch []wanted, stated map[agent.ItemID]agent.Book) error {
	_, err := f.store.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
		busy, _, err := unresolved(v, f.options.Location)
		if err != nil {
			return agent.Facts{}, err
		}
		var books []agent.Book
		for _, w := range batch {
			b, known := stated[w.item]
			if !known || busy[w.item] {
				continue
			}
			keep, err := f.isNews(v, w, b)
			if err != nil {
				return agent.Facts{}, err
			}
			if keep {
				books = append(books, b)
			}
		}
		if len(books) == 0 {
			return agent.Facts{}, errNothingNew
		}
		return agent.Facts{
			Actor: agent.System("feed"), At: f.clock.Now(),
			Events: []agent.Event{agent.NewEvent(agent.BookStated, agent.BookFact{Books: books})},
		}, nil
	})
	if err != nil && !errors.Is(err, errNothingNew) {
		return fmt.Errorf("store statements: %w", err)
	}
	return nil
}

func (f *Feed) isNews(v agent.View, w wanted, b agent.Book) (bool, error) {
	applied, err := v.AppliedTo(f.options.Location, w.item)
	if err != nil || len(applied) != w.applied {
		return false, err
	}
	before, err := v.Books(f.options.Location, w.item, b.At.At)
	if err != nil || len(before) == 0 {
		return true, err
	}
	last := before[len(before)-1]
	return last.OnHand != b.OnHand || last.Available != b.Available || last.Committed != b.Committed ||
		last.Tracked != b.Tracked || last.Stocked != b.Stocked ||
		!sameTime(last.Stated, b.Stated) || !sameTime(last.Changed, b.Changed), nil
}

// sameTime compares times as the store keeps them, to the microsecond.
func sameTime(a, b time.Time) bool {
	return a.Truncate(time.Microsecond).Equal(b.Truncate(time.Microsecond))
}
