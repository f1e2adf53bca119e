package station_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/queue"
)

// BenchmarkFigures shows how the figures of a count grow with its scans, ten of each
// item, and how much of the heap was in use at most: that grows with the items. The
// longest one takes minutes to prepare.
func BenchmarkFigures(b *testing.B) {
	for _, scans := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("scans-%d", scans), func(b *testing.B) {
			if scans > 100_000 && testing.Short() {
				b.Skip("too long for -short")
			}
			s, count := bigCount(b, scans)
			peak := watchHeap(b)
			b.ResetTimer()
			for b.Loop() {
				result, err := s.Dispatch(b.Context(), boss, "", "count.metrics", fmt.Appendf(nil, `{"count":%q}`, count))
				if err != nil {
					b.Fatal(err)
				}
				if f := result.(station.Figures); f.Accuracy.Items != int64(scans/10) {
					b.Fatalf("%d items", f.Accuracy.Items)
				}
			}
			b.ReportMetric(float64(peak())/1e6, "peak-MB")
		})
	}
}

// watchHeap measures the heap until its result is called, which returns by how much
// it grew at most.
func watchHeap(b *testing.B) (peak func() uint64) {
	b.Helper()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	runtime.GC()
	before, most := heap(), uint64(0)
	done, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		for {
			most = max(most, heap())
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(done)
		<-gone
		return most - min(most, before)
	}
}

// bigCount is a closed count of so many scans, of which every tenth item differs.
func bigCount(b *testing.B, scans int) (*station.Station, agent.CountID) {
	b.Helper()
	q, err := queue.Open(b.Context(), filepath.Join(b.TempDir(), "stockhand.db"), queue.Options{Version: "test", AllowFUSE: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = q.Close() })
	clock := &handClock{now: morning}
	s, err := station.Start(b.Context(), q, clock, agent.RunFact{Version: "test"}, station.Options{Location: here, Feed: true})
	if err != nil {
		b.Fatal(err)
	}
	put := func(facts agent.Facts) agent.Seq {
		facts.Actor, facts.At = boss.Actor, clock.Now()
		ack, err := q.Write(b.Context(), agent.Command{}, func(agent.View) (agent.Facts, error) { return facts, nil })
		if err != nil {
			b.Fatal(err)
		}
		return ack.First
	}
	item := func(n int) agent.ItemID { return agent.ItemID(fmt.Sprint("item-", n)) }
	n := 0
	next := func() (agent.Item, bool, error) {
		n++
		return agent.Item{ID: item(n - 1), SKU: fmt.Sprint(n), Tracked: true, Bins: []agent.Bin{binA}, Cost: agent.Money{Minor: 100, Currency: "EUR"}}, n <= scans/10, nil
	}
	if _, err := q.Replace(b.Context(), boss.Actor, clock.Now(), "test", next, []agent.Place{{Bin: binA, Zone: "shop"}}, nil); err != nil {
		b.Fatal(err)
	}
	at := agent.Stamp{At: morning}
	count := agent.Count{ID: "count-1", Name: "Big", Type: agent.Cycle, Location: here, State: agent.CountOpen, Opened: at}
	pass := agent.Pass{ID: "pass-1", Count: count.ID, Zone: "shop", Bin: binA, Person: clerk.Actor, Started: at}
	put(agent.Facts{Events: []agent.Event{agent.NewEvent(agent.CountOpened, count), agent.NewEvent(agent.PassOpened, pass)}})
	const page = 1_000
	for from := 0; from < scans; from += page {
		facts := agent.Facts{}
		var books agent.BookFact
		for k := range page {
			at := agent.Stamp{At: morning.Add(time.Duration(from+k) * 100 * time.Millisecond)}
			facts.Scans = append(facts.Scans, agent.Scan{
				Actor: clerk.Actor, Raw: []byte("4006381333931"), Op: agent.Add, Count: count.ID, Pass: pass.ID,
				Item: item((from + k) / 10), Bin: binA, Quantity: 1, Cond: agent.Good, Read: at,
			})
			if k%10 == 0 {
				far := agent.Stamp{At: morning.Add(100 * time.Hour)}
				books.Books = append(books.Books, agent.Book{
					Item: item((from + k) / 10), Location: here, OnHand: 10 + int64(k/10%10/9), Tracked: true, Stocked: true,
					Changed: morning.Add(-time.Hour), Stated: far.At, Tick: time.Second, At: far,
				})
			}
		}
		facts.Events = []agent.Event{agent.NewEvent(agent.BookStated, books)}
		put(facts)
	}
	clock.now = morning.Add(101 * time.Hour)
	put(agent.Facts{Watermarks: []agent.Watermark{{Source: "shop", Location: here, Upstream: clock.now, Local: clock.now}}})
	return s, count.ID
}
