package queue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
	"github.com/oklog/ulid/v2"

	"github.com/stockhand/stockhand/agent"
)

// Options are what Open needs besides the path. Every field may be left out.
type Options struct {
	// Clock tells the time of rows that come without one. Default: the system's.
	Clock agent.Clock
	// Publisher is told of new rows; see SetPublisher.
	Publisher agent.Publisher
	// Version is the program's, kept with every change of the schema.
	Version string
	// AllowFUSE permits a data folder on a FUSE file system, of which many are
	// networks in disguise.
	AllowFUSE bool
	// Log gets warnings of Run. Default: none.
	Log *slog.Logger
}

// Queue is an open database. It implements agent.Store and agent.Catalog.
type Queue struct {
	pools
	path      string
	clock     agent.Clock
	log       *slog.Logger
	lock      *flock.Flock
	publisher atomic.Pointer[agent.Publisher]
	ledger    *ledger // used by the leader of a commit only

	commits atomic.Int64 // transactions that reached the disk
	writes  atomic.Int64 // writes in them
	head    atomic.Int64 // newest row on disk
	backlog atomic.Int64 // pages of the WAL that the last checkpoint left
	dirty   chan struct{}
	replace chan struct{} // holds a token while no catalogue is being replaced

	damage *agent.Error // why this is not the file that was asked for
	beside string       // the damaged file whose note led here
	seen   atomic.Bool  // somebody acknowledged that note
	spoilt sync.Once
	ruin   chan error // holds what showed that the file is damaged

	mu      sync.Mutex
	waiting []*write
	leading bool // a commit is running or was handed over
	closing bool
	idle    sync.Cond
	readers sync.WaitGroup
}

var (
	_ agent.Store   = (*Queue)(nil)
	_ agent.Catalog = (*Queue)(nil)
)

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// Open opens the database at path for this process alone, making or migrating it
// as needed. It checks the settings, the schema and the newest stretch of the
// log; Verify checks everything. If the file is damaged a fresh one beside it is
// opened, and Damage says so. Errors are *agent.Error.
func Open(ctx context.Context, path string, opts Options) (*Queue, error) {
	q, steps, err := prepare(path, opts)
	if err != nil {
		return nil, err
	}
	ours := exists(lockPath(q.path))
	if q.lock, err = lock(q.path); err != nil {
		return nil, err
	}
	if err := q.openSound(ctx, steps, opts.Version, ours); err != nil {
		err = errors.Join(explain("be opened", err), q.abandon())
		if !ours && errors.Is(err, &agent.Error{Code: codeForeign}) {
			_ = os.Remove(q.lock.Path()) // leave no trace beside a file that is not ours
		}
		return nil, err
	}
	return q, nil
}

// OpenReadOnly opens an existing database beside an agent that may be running.
// Write, Replace and Run refuse to work on it.
func OpenReadOnly(ctx context.Context, path string, opts Options) (*Queue, error) {
	q, steps, err := prepare(path, opts)
	if err != nil {
		return nil, err
	}
	seen, err := look(ctx, q.path)
	if err != nil {
		return nil, err
	}
	switch err := seen.check(q.path, int64(len(steps))); {
	case err != nil:
		return nil, err
	case seen.empty:
		return nil, &agent.Error{
			Code: "database-missing", Class: agent.Missing,
			What:  "There is no database at " + q.path + ".",
			Means: "There is nothing to read yet.",
			Do:    "Correct the path, or start the agent once.",
		}
	case seen.version < int64(len(steps)):
		return nil, &agent.Error{
			Code: "database-older", Class: agent.Refuse,
			What:  fmt.Sprintf("The database has schema %d; this version reads schema %d.", seen.version, len(steps)),
			Means: "It must be brought up to date first, which reading must not do.",
			Do:    "Start the agent of this version once. It makes a backup before it changes anything.",
		}
	}
	if err := q.openReaders(ctx); err != nil {
		return nil, errors.Join(explain("be opened", err), q.abandon())
	}
	return q, nil
}

func prepare(path string, opts Options) (*Queue, []migration, error) {
	if err := checkSQLite(); err != nil {
		return nil, nil, err
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, nil, explain("be found", err)
	}
	if err := checkFolder(full, opts.AllowFUSE); err != nil {
		return nil, nil, err
	}
	steps, err := ownMigrations()
	if err != nil {
		return nil, nil, explain("read its own schema", err)
	}
	q := &Queue{
		path: full, clock: opts.Clock, log: opts.Log,
		dirty: make(chan struct{}, 1), replace: make(chan struct{}, 1), ruin: make(chan error, 1),
	}
	q.idle.L = &q.mu
	q.replace <- struct{}{}
	if q.clock == nil {
		q.clock = systemClock{}
	}
	if q.log == nil {
		q.log = slog.New(slog.DiscardHandler)
	}
	if opts.Publisher != nil {
		q.SetPublisher(opts.Publisher)
	}
	return q, steps, nil
}

// openWriter opens the file that the lock was taken for.
func (q *Queue) openWriter(ctx context.Context, steps []migration, version string) error {
	seen, err := look(ctx, q.path)
	if err != nil {
		return err
	}
	if err := seen.check(q.path, int64(len(steps))); err != nil {
		return err
	}
	q.writing = open(q.path, writing, 1)
	if q.writer, err = q.writing.Conn(ctx); err != nil {
		return err
	}
	s := session{q.writer}
	if err := migrate(s, q.path, seen.version, steps, q.clock.Now(), version); err != nil {
		return err
	}
	q.ledger = newLedger(s)
	if err := q.ledger.begin(q.clock.Now()); err != nil {
		return err
	}
	q.head.Store(int64(q.ledger.seq))
	if err := checkTail(s); err != nil {
		return err
	}
	if err := q.openReaders(ctx); err != nil {
		return err
	}
	if err := q.sweep(ctx); err != nil { // what a broken-off Replace left
		return err
	}
	growWAL(s)
	q.commits.Store(0)
	q.writes.Store(0)
	return syncFolder(filepath.Dir(q.path))
}

// openReaders opens the pool for views and one connection of it, so that a wrong
// setting shows now.
func (q *Queue) openReaders(ctx context.Context) error {
	q.reading = open(q.path, reading, 4)
	return q.reading.PingContext(ctx)
}

// begin loads the end of the log, founding it in a new file.
func (l *ledger) begin(now time.Time) error {
	empty, _, err := first(l.session, value[bool], `SELECT NOT EXISTS (SELECT 1 FROM head)
		AND NOT EXISTS (SELECT 1 FROM scan) AND NOT EXISTS (SELECT 1 FROM event)`)
	if err == nil && empty {
		epoch, failed := ulid.New(ulid.Timestamp(now), rand.Reader)
		if failed != nil {
			return failed
		}
		err = l.found(epoch.String())
	}
	if err != nil {
		return err
	}
	return l.load()
}

// growWAL lets the WAL reach its usual size at once: a sync of blocks that the
// file has already takes half the time of one that makes it longer. The pages of
// a large change spill into the WAL and the change is taken back, so that nothing
// of it counts. Where there is no room for it, what it took is given back.
func growWAL(s session) {
	const empty = "PRAGMA wal_checkpoint(TRUNCATE)"
	_ = s.exec(empty) // later there may be no room for what it holds
	_ = s.exec("PRAGMA cache_size = 10")
	if s.exec("BEGIN IMMEDIATE") == nil {
		err := s.exec("CREATE TABLE growth (filling BLOB); INSERT INTO growth VALUES (zeroblob(4000000))")
		if !s.autocommit() {
			_ = s.exec("ROLLBACK")
		}
		if err != nil {
			_ = s.exec(empty)
		}
	}
	_ = s.exec("PRAGMA cache_size = -2000")
}

// SetPublisher names who is told of new rows, after they are on disk and in
// order. Committed runs on the goroutine of a Write: it must not block and must
// not write itself.
func (q *Queue) SetPublisher(p agent.Publisher) { q.publisher.Store(&p) }

// Read implements agent.Store.
func (q *Queue) Read(ctx context.Context, look func(agent.View) error) error {
	return q.read(ctx, func(v *view) error { return look(v) })
}

func (q *Queue) read(ctx context.Context, look func(*view) error) error {
	q.mu.Lock()
	if q.closing {
		q.mu.Unlock()
		return errClosed
	}
	q.readers.Add(1)
	q.mu.Unlock()
	defer q.readers.Done()
	conn, err := q.reading.Conn(ctx)
	if err != nil {
		return explain("be read", err)
	}
	defer conn.Close()
	v := &view{session: session{conn}}
	if err := v.exec("BEGIN"); err != nil {
		return explain("be read", err)
	}
	defer func() {
		v.over = true
		_ = v.exec("ROLLBACK") // nothing was written
	}()
	return look(v)
}

// Close ends what runs, refuses what comes, and closes the file.
func (q *Queue) Close() error {
	q.mu.Lock()
	if q.closing {
		q.mu.Unlock()
		return nil
	}
	q.closing = true
	for q.leading {
		q.idle.Wait()
	}
	q.mu.Unlock()
	q.readers.Wait()
	return explain("be closed", q.abandon())
}

// abandon closes what is open.
func (q *Queue) abandon() error {
	err := q.pools.close()
	if q.lock != nil {
		err = errors.Join(err, q.lock.Unlock())
	}
	return err
}

// Stats says how large the database is and how it was used since it was opened.
type Stats struct {
	Path     string    `json:"path"`
	Epoch    string    `json:"epoch"`
	Head     agent.Seq `json:"head"`
	Schema   int64     `json:"schema"`
	Bytes    int64     `json:"bytes"`     // of the database, without its WAL
	WALBytes int64     `json:"wal_bytes"` // of the WAL file
	Backlog  int64     `json:"backlog"`   // WAL pages that the last checkpoint could not move
	Commits  int64     `json:"commits"`   // transactions stored since Open
	Writes   int64     `json:"writes"`    // writes stored by them
	// Damage says why a fresh file is in use instead of the one configured.
	Damage *agent.Error `json:"damage,omitempty"`
}

// Stats returns the figures of now.
func (q *Queue) Stats(ctx context.Context) (Stats, error) {
	st := Stats{Path: q.path, Commits: q.commits.Load(), Writes: q.writes.Load(), Backlog: q.backlog.Load(), Damage: q.damage}
	err := q.read(ctx, func(v *view) (err error) {
		if st.Epoch, st.Head, err = v.Head(); err != nil {
			return err
		}
		if st.Schema, _, err = get(v, value[int64], "PRAGMA user_version"); err != nil {
			return err
		}
		st.Bytes, _, err = get(v, value[int64], "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
		return err
	})
	if info, failed := os.Stat(q.path + "-wal"); failed == nil {
		st.WALBytes = info.Size()
	}
	return st, err
}
