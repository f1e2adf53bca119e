package feed

import (
	"context"
	"errors"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// wholeEvery is how old a catalogue becomes before it is read whole again, and so
	// how long an item stays that was deleted in the shop.
	wholeEvery = 24 * time.Hour
	// changesEvery is how often changes are asked for.
	changesEvery = 5 * time.Minute
	// lookEvery is how often it is looked whether there is a catalogue to keep.
	lookEvery = time.Minute
	// againMost is the longest pause after a failure.
	againMost = time.Hour
)

// CatalogStatus is how the reading of the catalogue goes. It is not stored.
type CatalogStatus struct {
	Running  bool           `json:"running"`
	Progress agent.Progress `json:"progress,omitzero"`
	// Problem is why the last reading failed.
	Problem *agent.Error `json:"problem,omitempty"`
	NextAt  time.Time    `json:"next_at,omitzero"` // of the next reading that nobody asks for
	// Skipped are the rows that the last whole catalogue since the start had and that
	// could not be used.
	Skipped []agent.Finding `json:"skipped,omitempty"`
}

// CatalogStatus returns how the reading of the catalogue goes.
func (f *Feed) CatalogStatus() CatalogStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.catalog
	s.Skipped = append([]agent.Finding(nil), s.Skipped...)
	return s
}

// Keep keeps the catalogue like the upstream's until ctx ends: its changes every few
// minutes, and whole once a day, by the function whole. It begins when somebody has
// had the catalogue read for the first time, and does nothing where the upstream
// cannot tell changes.
func (f *Feed) Keep(ctx context.Context, catalog agent.Catalog, whole func(context.Context) error) error {
	if _, ok := f.connector.(agent.Refresher); !ok || !f.connector.Info().Refresh {
		<-ctx.Done()
		return nil
	}
	k := &keeper{feed: f, catalog: catalog, whole: whole}
	for {
		pause := k.round(ctx)
		f.mu.Lock()
		f.catalog.NextAt = f.clock.Now().Add(pause)
		f.mu.Unlock()
		if !sleep(ctx, pause) {
			return nil
		}
	}
}

type keeper struct {
	feed     *Feed
	catalog  agent.Catalog
	whole    func(context.Context) error
	failures int
}

// round reads what is due and returns how long to wait.
func (k *keeper) round(ctx context.Context) time.Duration {
	mark, found, err := k.feed.mark(ctx)
	if err != nil || !found || mark.Cursor == "" {
		return lookEvery
	}
	now := k.feed.clock.Now()
	switch {
	case over(now, mark.Full, wholeEvery):
		err = k.whole(ctx)
	case over(now, mark.Fresh, changesEvery):
		_, _, err = k.feed.Refresh(ctx, k.catalog, agent.System("feed"))
		if e, ok := errors.AsType[*agent.Error](err); ok && e.Class == agent.Missing {
			err = k.whole(ctx)
		}
	default:
		return min(mark.Fresh.Add(changesEvery).Sub(now), mark.Full.Add(wholeEvery).Sub(now))
	}
	if err == nil {
		k.failures = 0
		return changesEvery
	}
	if ctx.Err() == nil {
		k.feed.options.Log.Warn("the catalogue could not be brought up to date", "code", agent.AsError(err).Code, "error", err)
	}
	k.failures++
	pause := changesEvery
	for range min(k.failures-1, 10) {
		pause = min(2*pause, againMost)
	}
	return max(pause, agent.AsError(err).After)
}

// over reports whether a time is so long ago, or in the future: the clock was set
// back then.
func over(now, since time.Time, after time.Duration) bool {
	age := now.Sub(since)
	return age >= after || age < -time.Minute
}
