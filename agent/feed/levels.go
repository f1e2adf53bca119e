package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// levelsAtOnce is how many levels one call asks for, and how many one write keeps:
	// scans wait for that.
	levelsAtOnce = 250
	// fileAtOnce is how many are taken from a file that was read anyway.
	fileAtOnce = 25_000
	// levelsEvery is how old a level becomes that nobody asked for.
	levelsEvery = 24 * time.Hour
	// newEvery is how often it is looked whether an item came whose level is not known.
	newEvery = 5 * time.Minute
	// levelsPause is between two calls that nobody waits for.
	levelsPause = time.Second
	// moment is the longest pause that is made within a reading.
	moment = 3 * time.Second
)

// levelReading is one reading of levels.
type levelReading struct {
	*Feed
	since    time.Time
	pause    time.Duration
	progress func(agent.Progress)
}

// ReadLevels reads the levels of items and the open transfers, and remembers them as they
// come: see agent.LevelReader. Those that were never asked for come first. Where the
// upstream is known not to answer it fails at once. progress may be nil.
func (f *Feed) ReadLevels(ctx context.Context, items []agent.ItemID, since time.Time, progress func(agent.Progress)) error {
	if progress == nil {
		progress = func(agent.Progress) {}
	}
	return levelReading{f, since, 0, progress}.read(ctx, items)
}

// KeepLevels keeps the levels of the whole catalogue until ctx ends, each at most a day
// old, so that a plan knows them. Nobody waits for it, and it takes its time.
func (f *Feed) KeepLevels(ctx context.Context) error {
	failures := 0
	for {
		r := levelReading{f, f.clock.Now().Add(-levelsEvery), max(levelsPause, f.connector.Info().Spacing), func(agent.Progress) {}}
		asked, err := r.asked(ctx)
		if err == nil && len(asked) > 0 {
			err = r.read(ctx, keys(asked))
		}
		pause := newEvery
		switch {
		case err == nil:
			failures = 0
		default:
			if failures++; failures == 1 && ctx.Err() == nil {
				f.options.Log.Info("not all levels could be read", "code", agent.AsError(err).Code, "error", err)
			}
			pause = max(min(lookEvery<<min(failures, 10), againMost), agent.AsError(err).After)
		}
		if !sleep(ctx, pause) {
			return nil
		}
	}
}

func keys(asked map[agent.ItemID]time.Time) []agent.ItemID {
	ids := make([]agent.ItemID, 0, len(asked))
	for id := range asked {
		ids = append(ids, id)
	}
	return ids
}

// asked returns when each tracked item was asked for.
func (r levelReading) asked(ctx context.Context) (asked map[agent.ItemID]time.Time, err error) {
	err = r.store.Read(ctx, func(v agent.View) error {
		asked, err = v.LevelsAsked(r.options.Location)
		return err
	})
	return asked, err
}

func (r levelReading) read(ctx context.Context, items []agent.ItemID) error {
	if err := r.transfers(ctx); err != nil {
		return err
	}
	asked, err := r.asked(ctx)
	if err != nil {
		return err
	}
	now := r.clock.Now()
	want := slices.DeleteFunc(slices.Clone(items), func(id agent.ItemID) bool {
		at, tracked := asked[id]
		return !tracked || !at.Before(r.since) && !at.After(now.Add(time.Minute)) // the clock was set back then
	})
	slices.SortFunc(want, func(a, b agent.ItemID) int {
		return cmp.Or(asked[a].Compare(asked[b]), cmp.Compare(a, b))
	})
	size, done := levelsAtOnce, int64(0)
	if r.connector.Info().Files {
		size = fileAtOnce
	}
	for batch := range slices.Chunk(want, size) {
		if done > 0 && r.pause > 0 && !sleep(ctx, r.pause) {
			return ctx.Err()
		}
		r.progress(agent.Progress{Stage: agent.Leveling, Done: done, Of: int64(len(want))})
		err := r.batch(ctx, batch)
		for tries := 0; soonAgain(err) && tries < 3 && sleep(ctx, agent.AsError(err).After); tries++ {
			err = r.batch(ctx, batch)
		}
		if err != nil {
			return err
		}
		done += int64(len(batch))
	}
	r.progress(agent.Progress{Stage: agent.Leveling, Done: done, Of: done})
	return nil
}

// soonAgain reports whether an error is over in a moment: a file is just being written, or
// the upstream wants a pause.
func soonAgain(err error) bool {
	e, ok := errors.AsType[*agent.Error](err)
	return ok && e.Class == agent.Retry && e.After > 0 && e.After <= moment
}

// silent returns why the upstream does not answer at present, nil where it does.
func (f *Feed) silent() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failures > 0 && f.status.Problem != nil {
		return f.status.Problem
	}
	return nil
}

// batch reads some levels and keeps them, except of items of which a request of ours is
// under way or in doubt: whether a level holds its change nobody could say.
func (r levelReading) batch(ctx context.Context, batch []agent.ItemID) error {
	if err := r.silent(); err != nil {
		return err
	}
	var head agent.Seq
	unsure := map[agent.ItemID]bool{}
	look := func(v agent.View) error {
		busy, doubtful, err := unresolved(v, r.options.Location)
		for _, ids := range []map[agent.ItemID]bool{busy, doubtful} {
			for id := range ids {
				unsure[id] = true
			}
		}
		return err
	}
	asked := r.clock.Now().UTC()
	err := r.store.Read(ctx, func(v agent.View) (err error) {
		if _, head, err = v.Head(); err != nil {
			return err
		}
		return look(v)
	})
	if err != nil {
		return fmt.Errorf("look at what is under way: %w", err)
	}
	call, cancel := context.WithTimeout(ctx, r.options.Timeout)
	defer cancel()
	books, err := r.connector.Levels(call, r.options.Location, batch)
	if err != nil {
		return fmt.Errorf("read levels: %w", err)
	}
	if err := r.store.Read(ctx, look); err != nil {
		return fmt.Errorf("look at what is under way: %w", err)
	}
	return r.keepLevels(ctx, r.levelsOf(batch, books, unsure, head, asked))
}

// levelsOf makes levels of what was asked for and what was said.
func (f *Feed) levelsOf(batch []agent.ItemID, books []agent.Book, unsure map[agent.ItemID]bool, head agent.Seq, asked time.Time) []agent.Level {
	stated := make(map[agent.ItemID]agent.Book, len(books))
	for _, b := range books {
		stated[b.Item] = b
	}
	levels := make([]agent.Level, 0, len(batch))
	for _, id := range batch {
		book, known := stated[id]
		if unsure[id] {
			continue
		}
		l := agent.Level{Book: book, Asked: asked, Unknown: !known}
		l.Item, l.Location, l.Seq = id, f.options.Location, head
		levels = append(levels, l)
	}
	return levels
}

func (f *Feed) keepLevels(ctx context.Context, levels []agent.Level) error {
	for some := range slices.Chunk(levels, levelsAtOnce) {
		_, err := f.store.Write(ctx, agent.Command{}, func(agent.View) (agent.Facts, error) {
			return agent.Facts{Actor: agent.System("feed"), At: f.clock.Now(), Levels: some}, nil
		})
		if err != nil {
			return fmt.Errorf("keep levels: %w", err)
		}
	}
	return nil
}

// transfers reads the open transfers, where the upstream can tell them. Where it does not
// permit that, it is kept why.
func (r levelReading) transfers(ctx context.Context) error {
	transferrer, ok := r.connector.(agent.Transferrer)
	if !ok || !r.connector.Info().Transfers {
		return nil
	}
	var known agent.UnderWay
	err := r.store.Read(ctx, func(v agent.View) (err error) {
		known, _, err = v.UnderWay(r.options.Location)
		return err
	})
	now := r.clock.Now().UTC()
	if err != nil || !known.At.Before(r.since) && !known.At.After(now.Add(time.Minute)) {
		return err
	}
	if err := r.silent(); err != nil {
		return err
	}
	call, cancel := context.WithTimeout(ctx, r.options.Timeout)
	defer cancel()
	under := agent.UnderWay{Location: r.options.Location, At: now}
	if under.Open, err = transferrer.Transfers(call, r.options.Location); err != nil {
		under.Problem = agent.AsError(err)
		if under.Problem.Class != agent.Refuse {
			return fmt.Errorf("read transfers: %w", err)
		}
		under.Open = nil
	}
	_, err = r.store.Write(ctx, agent.Command{}, func(agent.View) (agent.Facts, error) {
		return agent.Facts{Actor: agent.System("feed"), At: now, UnderWay: &under}, nil
	})
	return err
}
