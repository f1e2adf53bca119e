package queue

import (
	"context"
	"os"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// quiet is how long nothing must have been stored before the WAL is folded in.
	quiet = time.Second
	// walLimit is from when it is folded in without waiting for quiet.
	walLimit = 16 << 20
	// backlogLimit is from how many pages that could not be moved it is said:
	// 32 MB.
	backlogLimit = 8192
)

// touch tells Run that something was stored.
func (q *Queue) touch() {
	select {
	case q.dirty <- struct{}{}:
	default:
	}
}

// Run folds the WAL into the database whenever scanning pauses, on a connection
// of its own so that scans do not wait. SQLite would do it in the middle of a
// commit, and would drop the errors. While nothing is stored Run does nothing at
// all. It returns nil when ctx ends, and an error if the file proves damaged: then
// everything that writes fails until the next Open, which takes a fresh file.
func (q *Queue) Run(ctx context.Context) error {
	if q.writer == nil {
		return errReadOnly
	}
	err := use(ctx, q.path, writing, func(s session) error {
		for {
			switch again, err := q.untilQuiet(ctx); {
			case err != nil:
				return err
			case !again:
				return nil
			}
			q.checkpoint(s)
		}
	})
	if ctx.Err() != nil {
		return nil
	}
	return explain("be kept in order", err)
}

// untilQuiet waits for something to be stored and then for a pause, or for a WAL
// that has become large. It returns false when ctx ends.
func (q *Queue) untilQuiet(ctx context.Context) (again bool, err error) {
	select {
	case <-ctx.Done():
		return false, nil
	case err := <-q.ruin:
		return false, err
	case <-q.dirty:
	}
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	for {
		seen := q.commits.Load()
		select {
		case <-ctx.Done():
			return false, nil
		case err := <-q.ruin:
			return false, err
		case <-timer.C:
		}
		if q.commits.Load() == seen || fileSize(q.path+"-wal") > walLimit {
			return true, nil
		}
		timer.Reset(quiet)
	}
}

func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// checkpoint moves what it can from the WAL into the database without making
// anybody wait, and says when that fails or stays behind.
func (q *Queue) checkpoint(s session) {
	left, _, err := first(s, func(r row) (left int64, err error) {
		var busy, pages, moved int64
		err = r.Scan(&busy, &pages, &moved)
		return pages - moved, err
	}, "PRAGMA wal_checkpoint(PASSIVE)")
	if err != nil {
		problem := agent.AsError(explain("move stored rows to their place", err))
		q.log.Warn("checkpoint failed", "code", problem.Code, "error", problem)
		q.touch() // try again later
		return
	}
	q.backlog.Store(left)
	if left > backlogLimit {
		q.log.Warn("checkpoint stays behind", "code", "wal-large", "pages", left)
		q.touch()
	}
}
