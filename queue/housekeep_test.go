package queue

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// keeping runs the housekeeping of a queue until the test ends.
func keeping(t *testing.T, q *Queue) {
	t.Helper()
	ctx, end := context.WithCancel(context.Background())
	var keeper sync.WaitGroup
	keeper.Go(func() {
		if err := q.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { end(); keeper.Wait() })
}

// until looks again and again whether something has become true.
func until(t *testing.T, what string, true func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !true(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("never: " + what)
		}
	}
}

func TestAPauseMovesWhatWasStoredToItsPlace(t *testing.T) {
	q := openTemp(t)
	keeping(t, q)
	openCount(t, q, 1)
	put(t, q, scans(aisle(0, 3000)...))
	before := fileSize(q.path)
	until(t, "the file has grown", func() bool { return fileSize(q.path) > before })
	stats, err := q.Stats(t.Context())
	steps, _ := ownMigrations()
	if err != nil || stats.Backlog != 0 || stats.Head != 3002 || stats.Epoch == "" || stats.Schema != int64(len(steps)) || stats.Bytes == 0 ||
		stats.WALBytes == 0 || stats.Commits != 3 || stats.Writes != 3 || stats.Path != q.path || stats.Damage != nil {
		t.Errorf("%+v %v", stats, err)
	}
	wal := stats.WALBytes
	for n := range 50 { // the WAL is used again and does not grow
		put(t, q, scans(read(n)))
	}
	if grown := fileSize(q.path + "-wal"); grown != wal {
		t.Errorf("the WAL went from %d to %d bytes", wal, grown)
	}
	checkSound(t, q)
}

// A reader that stays keeps the WAL from being folded in: that is said, nothing is
// lost, and it ends with the reader.
func TestAReaderThatStaysIsNoticed(t *testing.T) {
	path := tempPath(t)
	var mu sync.Mutex
	var log bytes.Buffer
	q, err := Open(t.Context(), path, Options{AllowFUSE: true, Log: slog.New(slog.NewTextHandler(lockedWriter{&mu, &log}, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	openCount(t, q, 1)
	reading, enough := make(chan struct{}), make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		_ = q.Read(context.Background(), func(v agent.View) error {
			_, _, err := v.Head()
			close(reading)
			<-enough
			return err
		})
	})
	<-reading
	for from := 0; fileSize(path+"-wal") < (backlogLimit+500)*4096; from += 250 {
		long := aisle(from, 250)
		for i := range long {
			long[i].Raw = make([]byte, 4000)
		}
		put(t, q, scans(long...))
	}
	keeping(t, q)
	put(t, q, scans(read(1)))
	until(t, "it is said that the WAL is large", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return bytes.Contains(log.Bytes(), []byte("wal-large"))
	})
	close(enough)
	reader.Wait()
	until(t, "the WAL is folded in", func() bool { return q.backlog.Load() == 0 })
	checkSound(t, q)
}

type lockedWriter struct {
	mu *sync.Mutex
	to *bytes.Buffer
}

func (w lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(p)
}
