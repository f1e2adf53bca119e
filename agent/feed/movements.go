package feed

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// pull brings in what moved since the cursor, page by page. It waits for a pull
// that another goroutine is making.
func (f *Feed) pull(ctx context.Context) error {
	select {
	case f.pulling <- struct{}{}:
		defer func() { <-f.pulling }()
	case <-ctx.Done():
		return ctx.Err()
	}
	mark, err := f.watermark(ctx)
	if err != nil {
		return err
	}
	if f.feeder == nil {
		return f.tellOffline(ctx, mark)
	}
	for {
		page, err := f.page(ctx, mark.Cursor)
		if err != nil {
			return fmt.Errorf("read movements: %w", err)
		}
		if page.More && page.Next == mark.Cursor {
			return goesNowhere()
		}
		// While there is more, the feed is as complete as it was before.
		mark.Cursor, mark.Offline = page.Next, false
		if !page.More {
			mark.Upstream, mark.Local = page.Complete, page.CompleteLocal
		}
		if err := f.keep(ctx, page.Rows, mark); err != nil {
			return fmt.Errorf("store movements: %w", err)
		}
		if !page.More {
			f.mu.Lock()
			f.status.Complete = mark.Upstream
			f.mu.Unlock()
			return nil
		}
	}
}

// goesNowhere ends the reading of a feed that would be asked the same for ever.
func goesNowhere() error {
	return &agent.Error{
		Code: "feed.page-repeats", Class: agent.Fault,
		What:  "The upstream's list of movements does not go on: a page names itself as the next one.",
		Means: "What was sold since then is not known. Scans go on being counted.", Do: "It is tried again. If it lasts, report it with the log.",
	}
}

func (f *Feed) page(ctx context.Context, cursor string) (agent.Page[agent.Movement], error) {
	ctx, cancel := context.WithTimeout(ctx, f.options.Timeout)
	defer cancel()
	return f.feeder.Movements(ctx, f.options.Location, cursor)
}

// watermark returns what is stored about the source.
func (f *Feed) watermark(ctx context.Context) (agent.Watermark, error) {
	mark := agent.Watermark{Source: f.source, Location: f.options.Location}
	err := f.store.Read(ctx, func(v agent.View) error {
		all, err := v.Watermarks(f.options.Location)
		for _, m := range all {
			if m.Source == f.source {
				mark = m
			}
		}
		return err
	})
	return mark, err
}

// tellOffline stores, once, that the source will never be complete.
func (f *Feed) tellOffline(ctx context.Context, mark agent.Watermark) error {
	if mark.Offline {
		return nil
	}
	return f.keep(ctx, nil, agent.Watermark{Source: f.source, Location: f.options.Location, Offline: true})
}

// keep stores movements that were not known before, with the watermark that came
// with them.
func (f *Feed) keep(ctx context.Context, rows []agent.Movement, mark agent.Watermark) error {
	_, err := f.store.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
		facts := agent.Facts{Actor: agent.System("feed"), At: f.clock.Now(), Watermarks: []agent.Watermark{mark}}
		fresh, err := unknownOf(v, rows)
		if len(fresh) > 0 {
			facts.Events = []agent.Event{agent.NewEvent(agent.MovementsReceived, agent.MovementsFact{Movements: fresh})}
		}
		return facts, err
	})
	return err
}

// lookBack is how much earlier than it is told now a repeated movement may have
// been told to have occurred: its time is refined as the clocks become known.
const lookBack = 25 * time.Hour

// unknownOf leaves out the movements that the store has, so that a feed whose
// pages overlap does not fill the log.
func unknownOf(v agent.View, rows []agent.Movement) ([]agent.Movement, error) {
	type name struct{ source, id string }
	seen := make(map[name]bool)
	var fresh []agent.Movement
	for _, m := range rows {
		n := name{m.Source, m.SourceID}
		if !seen[n] {
			known, err := v.MovementsOf(m.Location, m.Item, m.Occurred.Earliest().Add(-lookBack))
			if err != nil {
				return nil, fmt.Errorf("look for known movements: %w", err)
			}
			for _, k := range known {
				seen[name{k.Source, k.SourceID}] = true
			}
		}
		if !seen[n] {
			seen[n] = true
			fresh = append(fresh, m)
		}
	}
	return fresh, nil
}

// CatchUp reads until every movement that the upstream posted before until, by
// its own clock, is stored. Without a feed there is nothing to catch up with. If
// the upstream's feed lags longer than Patience the error is of class Retry.
func (f *Feed) CatchUp(ctx context.Context, location agent.LocationID, until time.Time) error {
	if location != f.options.Location {
		return &agent.Error{
			Code: "feed.location", Class: agent.Refuse,
			What:  fmt.Sprintf("Movements are read for %q, not for %q.", f.options.Location, location),
			Means: "What was sold there is not known.",
			Do:    "Send adjustments of that location from the agent that counts it.",
		}
	}
	if f.feeder == nil {
		return nil
	}
	giveUp := f.clock.Now().Add(f.options.Patience)
	for {
		mark, err := f.watermark(ctx)
		if err != nil || !mark.Upstream.Before(until) {
			return err
		}
		if err := f.pull(ctx); err != nil {
			return err
		}
		if mark, err = f.watermark(ctx); err != nil || !mark.Upstream.Before(until) {
			return err
		}
		if f.clock.Now().After(giveUp) {
			return lagging(mark.Upstream, until)
		}
		if !sleep(ctx, f.options.Busy) {
			return ctx.Err()
		}
	}
}

func lagging(complete, until time.Time) error {
	return &agent.Error{
		Code: "feed.lagging", Class: agent.Retry,
		What:  fmt.Sprintf("The upstream tells movements up to %s and its stock up to %s.", complete.UTC().Format(time.TimeOnly), until.UTC().Format(time.TimeOnly)),
		Means: "It cannot be told yet what was sold in between. Nothing is sent before that.",
		Do:    "Nothing: it is tried again.",
	}
}
