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
		What:  "The shop's list of movements does not go on: a page names itself as the next one.",
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

// piece is how many movements one write stores. Scans wait for the write that is
// running, so a page of an upstream that has much to tell is stored in pieces.
const piece = 50

// keep stores movements that were not known before, and after them the watermark
// that came with them: a crash in between repeats the page.
func (f *Feed) keep(ctx context.Context, rows []agent.Movement, mark agent.Watermark) error {
	fresh, err := f.unknownOf(ctx, rows)
	if err != nil {
		return err
	}
	for len(fresh) > piece {
		if err := f.put(ctx, fresh[:piece]); err != nil {
			return err
		}
		fresh = fresh[piece:]
	}
	return f.put(ctx, fresh, mark)
}

func (f *Feed) put(ctx context.Context, fresh []agent.Movement, marks ...agent.Watermark) error {
	facts := agent.Facts{Actor: agent.System("feed"), At: f.clock.Now(), Watermarks: marks}
	if len(fresh) > 0 {
		facts.Events = []agent.Event{agent.NewEvent(agent.MovementsReceived, agent.MovementsFact{Movements: fresh})}
	}
	_, err := f.store.Write(ctx, agent.Command{}, func(agent.View) (agent.Facts, error) { return facts, nil })
	return err
}

// unknownOf leaves out the movements that the store has, so that a feed whose
// pages overlap does not fill the log. It may look before the write, and so keeps
// no scan waiting: whoever reads this feed holds pulling, and nobody else stores
// movements of its source.
func (f *Feed) unknownOf(ctx context.Context, rows []agent.Movement) (fresh []agent.Movement, err error) {
	told := make(map[string][]string) // ids by source
	for _, m := range rows {
		told[m.Source] = append(told[m.Source], m.SourceID)
	}
	seen := make(map[string]map[string]bool)
	err = f.store.Read(ctx, func(v agent.View) (err error) {
		for source, ids := range told {
			if seen[source], err = v.KnownMovements(source, ids...); err != nil {
				return fmt.Errorf("look for known movements: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, m := range rows {
		if !seen[m.Source][m.SourceID] {
			seen[m.Source][m.SourceID] = true
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
		What:  fmt.Sprintf("The shop tells movements up to %s and its stock up to %s.", complete.UTC().Format(time.TimeOnly), until.UTC().Format(time.TimeOnly)),
		Means: "It cannot be told yet what was sold in between. Nothing is sent before that.",
		Do:    "There is nothing to do: it is tried again by itself.",
	}
}
