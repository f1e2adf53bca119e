package queue

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// BenchmarkDurableScan compares, in one run, what a durable scan costs: the bare
// append of 4 KiB with a sync, the commit led by the callers, and the same store
// behind a goroutine that alone writes. Each producer waits for its own
// acknowledgement before it sends the next scan.
func BenchmarkDurableScan(b *testing.B) {
	for _, producers := range []int{1, 4, 16} {
		b.Run(fmt.Sprintf("bare-append/producers-%d", producers), func(b *testing.B) {
			produce(b, producers, bareAppend(b))
		})
		b.Run(fmt.Sprintf("leader/producers-%d", producers), func(b *testing.B) {
			q := benchStore(b)
			produce(b, producers, func(n int64) error { return store1(q.submit, q, n) })
			b.ReportMetric(float64(q.commits.Load())/float64(q.writes.Load()), "syncs/op")
		})
		b.Run(fmt.Sprintf("writer-goroutine/producers-%d", producers), func(b *testing.B) {
			q := benchStore(b)
			w := newWriter(b, q)
			produce(b, producers, func(n int64) error { return store1(w.submit, q, n) })
			b.ReportMetric(float64(q.commits.Load())/float64(q.writes.Load()), "syncs/op")
		})
	}
}

// produce calls one b.N times in all from so many goroutines.
func produce(b *testing.B, producers int, one func(n int64) error) {
	b.Helper()
	var given atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range producers {
		all.Go(func() {
			for n := given.Add(1); n <= int64(b.N); n = given.Add(1) {
				if err := one(n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
}

func benchStore(b *testing.B) *Queue {
	b.Helper()
	q := openTemp(b)
	openCount(b, q, 1)
	q.commits.Store(0)
	q.writes.Store(0)
	return q
}

// store1 stores one scan as the ingest does: it asks whose device this is, and
// appends.
func store1(submit func(context.Context, func() error) error, q *Queue, n int64) error {
	scan := aisle(int(n), 1)[0]
	return submit(context.Background(), func() error {
		_, err := q.record(agent.Command{}, func(v agent.View) (agent.Facts, error) {
			pass, _, err := v.PassOf(gun)
			scan.Pass = pass.ID
			return agent.Facts{Actor: scan.Actor, At: scan.Read.At, Scans: []agent.Scan{scan}}, err
		})
		return err
	})
}

func bareAppend(b *testing.B) func(int64) error {
	f, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	page := make([]byte, 4096)
	var one sync.Mutex
	return func(int64) error {
		one.Lock()
		defer one.Unlock()
		if _, err := f.Write(page); err != nil {
			return err
		}
		return dataSync(f)
	}
}

// writer is the design that was not chosen: a goroutine that alone writes and is
// handed the work.
type writer struct {
	q  *Queue
	in chan *write
}

func newWriter(b *testing.B, q *Queue) *writer {
	w := &writer{q: q, in: make(chan *write, 64)}
	var gone sync.WaitGroup
	gone.Go(w.serve)
	b.Cleanup(func() { close(w.in); gone.Wait() })
	return w
}

func (w *writer) serve() {
	for first := range w.in {
		w.q.mu.Lock()
		w.q.waiting = append(w.q.waiting, first)
		for more := len(w.in); more > 0; more-- {
			w.q.waiting = append(w.q.waiting, <-w.in)
		}
		w.q.mu.Unlock()
		batch := &batch{queue: w.q}
		batch.run()
		for _, done := range batch.writes {
			close(done.done)
		}
	}
}

func (w *writer) submit(ctx context.Context, task func() error) error {
	one := &write{ctx: ctx, task: task, done: make(chan struct{})}
	w.in <- one
	<-one.done
	return one.err
}

// BenchmarkLookup is the look-up of a barcode among 100,000 items.
func BenchmarkLookup(b *testing.B) {
	q := openTemp(b)
	if _, err := q.Replace(context.Background(), anna, start, "bench", catalogue(100_000), nil, nil); err != nil {
		b.Fatal(err)
	}
	err := q.Read(context.Background(), func(v agent.View) error {
		for n := 0; b.Loop(); n++ {
			if found, err := v.Lookup(gtin(n * 7919 % 100_000)); err != nil || len(found) != 1 {
				return fmt.Errorf("found %d: %w", len(found), err)
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkImport is the import of a catalogue of 100,000 items.
func BenchmarkImport(b *testing.B) {
	for b.Loop() {
		q := openTemp(b)
		if _, err := q.Replace(context.Background(), anna, start, "bench", catalogue(100_000), nil, nil); err != nil {
			b.Fatal(err)
		}
	}
}
