package station_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/queue"
)

// BenchmarkBigCount shows how the end of a count grows with its scans, ten of each
// item: how long each step takes, how much of the heap was in use at most, and how long
// a scan of another count waited meanwhile to be stored. A bin holds 110 items, of which
// nobody counted ten, and every tenth of the others differs from the books.
func BenchmarkBigCount(b *testing.B) {
	for _, scans := range []int{10_000, 100_000, 1_000_000} {
		for _, uncounted := range []string{"keep", "zero"} {
			b.Run(fmt.Sprintf("scans-%d/%s", scans, uncounted), func(b *testing.B) {
				if scans > 100_000 && testing.Short() {
					b.Skip("too long for -short")
				}
				for b.Loop() {
					b.StopTimer()
					big := openBig(b, scans)
					b.StartTimer()
					big.step("close-pass", "pass.close", `{"pass":"pass-1","uncounted":"`+uncounted+`"}`)
					big.step("close", "count.close", `{"count":"count-1","uncounted":"`+uncounted+`"}`)
					big.settle()
					big.step("review", "count.review", `{"count":"count-1"}`)
					big.step("advice", "count.recount-advice", `{"count":"count-1"}`)
					big.step("approve", "count.approve", `{"count":"count-1","all_ready":true,"reason":"Miscounted"}`)
					big.deliver()
					big.step("finish", "count.finish", `{"count":"count-1","leave_undecided":`+fmt.Sprint(uncounted == "keep")+`}`)
				}
			})
		}
	}
}

// big is an open count of many scans in one pass through many bins, and beside it a
// small one.
type big struct {
	*testing.B
	station *station.Station
	queue   *queue.Queue
	clock   *handClock
}

// bigItems is how many items of a bin are counted. A tenth more lies there.
const bigItems = 100

// step carries out an operation while others scan, and reports what it took.
func (s *big) step(name, op, args string) {
	s.Helper()
	runtime.GC()
	peak, waited := watchHeap(), s.scanOn()
	start := time.Now()
	if _, err := s.station.Dispatch(s.Context(), boss, name, op, json.RawMessage(args)); err != nil {
		s.Fatal(op, err)
	}
	took := time.Since(start)
	waits := waited()
	slices.Sort(waits)
	s.ReportMetric(float64(took.Microseconds())/1e3, name+"-ms")
	s.ReportMetric(float64(peak())/1e6, name+"-MB")
	if len(waits) > 0 {
		s.ReportMetric(float64(waits[len(waits)-1-len(waits)/100].Microseconds())/1e3, name+"-wait-p99-ms")
		s.ReportMetric(float64(waits[len(waits)-1].Microseconds())/1e3, name+"-wait-max-ms")
	}
}

// scanOn scans in the small count until its result is called, which returns how long
// each scan waited.
func (s *big) scanOn() (waits func() []time.Duration) {
	done, gone := make(chan struct{}), make(chan []time.Duration)
	go func() {
		var list []time.Duration
		for n := int64(1); ; n++ {
			start := time.Now()
			read := agent.Read{Device: "scanner-2", Sequence: n, Raw: []byte("A-7"), At: s.clock.Now()}
			if _, err := s.station.Ingest(context.WithoutCancel(s.Context()), read); err != nil {
				s.Error(err)
			}
			list = append(list, time.Since(start))
			select {
			case <-done:
				gone <- list
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return func() []time.Duration {
		close(done)
		return <-gone
	}
}

// deliver tells that everything that was approved has arrived.
func (s *big) deliver() {
	var all []agent.Delivery
	err := s.queue.Read(s.Context(), func(v agent.View) (err error) {
		all, err = v.Deliveries(agent.Pending)
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	for some := range slices.Chunk(all, 1_000) {
		var facts agent.Facts
		for _, d := range some {
			facts.Events = append(facts.Events, agent.NewEvent(agent.DeliveryChanged, agent.DeliveryFact{Adjustment: d.Adjustment.ID, State: agent.Delivered}))
		}
		s.put(facts)
	}
}

func (s *big) put(facts agent.Facts) {
	s.Helper()
	facts.Actor, facts.At = boss.Actor, s.clock.Now()
	if _, err := s.queue.Write(s.Context(), agent.Command{}, func(agent.View) (agent.Facts, error) { return facts, nil }); err != nil {
		s.Fatal(err)
	}
}

func askBig[R any](s *big, op, args string) R {
	s.Helper()
	result, err := s.station.Dispatch(s.Context(), boss, "", op, json.RawMessage(args))
	if err != nil {
		s.Fatal(op, err)
	}
	return result.(R)
}

// openBig opens a count of so many scans, of which every tenth is of another item.
func openBig(b *testing.B, scans int) *big {
	b.Helper()
	q, err := queue.Open(b.Context(), filepath.Join(b.TempDir(), "stockhand.db"), queue.Options{Version: "test", AllowFUSE: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = q.Close() })
	s := &big{B: b, queue: q, clock: &handClock{now: morning}}
	if s.station, err = station.Start(b.Context(), q, s.clock, agent.RunFact{Version: "test"}, station.Options{Location: here, Feed: true}); err != nil {
		b.Fatal(err)
	}
	bins := scans / 10 / bigItems
	s.stock(bins)
	at := agent.Stamp{At: morning}
	for _, id := range []string{"1", "2"} {
		count := agent.Count{ID: agent.CountID("count-" + id), Name: "Count " + id, Type: agent.Cycle, Location: here, State: agent.CountOpen, Opened: at}
		pass := agent.Pass{ID: agent.PassID("pass-" + id), Count: count.ID, Zone: "shop", Bin: bigBin(0), Person: clerk.Actor, Device: agent.DeviceID("scanner-" + id), Started: at}
		s.put(agent.Facts{Events: []agent.Event{agent.NewEvent(agent.CountOpened, count), agent.NewEvent(agent.PassOpened, pass)}})
	}
	for bin := range bins {
		s.fill(bin)
	}
	s.clock.now = morning.Add(99 * time.Hour)
	return s
}

// settle lets the shop tell all that it has to tell.
func (s *big) settle() {
	s.Helper()
	s.clock.mu.Lock()
	s.clock.now = morning.Add(101 * time.Hour)
	s.clock.mu.Unlock()
	s.put(agent.Facts{Watermarks: []agent.Watermark{{Source: "shop", Location: here, Upstream: s.clock.Now(), Local: s.clock.Now()}}})
}

func bigBin(n int) agent.Bin { return agent.Bin(fmt.Sprintf("bin-%04d", n)) }

// bigItem is an item of a bin; those after the first bigItems nobody counts.
func bigItem(bin, n int) agent.ItemID { return agent.ItemID(fmt.Sprintf("item-%04d-%03d", bin, n)) }

// stock makes the catalogue: so many bins, and what lies in them.
func (s *big) stock(bins int) {
	s.Helper()
	var places []agent.Place
	for n := range bins {
		places = append(places, agent.Place{Bin: bigBin(n), Zone: "shop"})
	}
	n, each := 0, bigItems+bigItems/10
	next := func() (agent.Item, bool, error) {
		bin := n / each
		item := agent.Item{
			ID: bigItem(bin, n%each), SKU: fmt.Sprint(n), Name: fmt.Sprint("Article ", n), Tracked: true, Bins: []agent.Bin{bigBin(bin)},
			Codes: []agent.Barcode{{Text: fmt.Sprint("A-", n), Pack: 1}}, Cost: agent.Money{Minor: 100, Currency: "EUR"},
		}
		n++
		return item, bin < bins, nil
	}
	if _, err := s.queue.Replace(s.Context(), boss.Actor, s.clock.Now(), "test", next, places, nil); err != nil {
		s.Fatal(err)
	}
}

// fill scans what lies in a bin, and tells what the books have of it.
func (s *big) fill(bin int) {
	s.Helper()
	var facts agent.Facts
	var books agent.BookFact
	far := agent.Stamp{At: morning.Add(100 * time.Hour)}
	for n := range bigItems + bigItems/10 {
		books.Books = append(books.Books, agent.Book{
			Item: bigItem(bin, n), Location: here, OnHand: 10 + int64(n%10/9), Tracked: true, Stocked: true,
			Changed: morning.Add(-time.Hour), Stated: far.At, Tick: time.Second, At: far,
		})
	}
	for k := range 10 * bigItems {
		facts.Scans = append(facts.Scans, agent.Scan{
			Actor: clerk.Actor, Device: "scanner-1", Sequence: int64(k), Raw: []byte("4006381333931"), Op: agent.Add, Count: "count-1", Pass: "pass-1",
			Item: bigItem(bin, k/10), Bin: bigBin(bin), Quantity: 1, Cond: agent.Good,
			Read: agent.Stamp{At: morning.Add(time.Duration(10*bigItems*bin+k) * 100 * time.Millisecond)},
		})
	}
	facts.Events = []agent.Event{agent.NewEvent(agent.BookStated, books)}
	s.put(facts)
}

// watchHeap measures the heap until its result is called, which returns by how much
// it grew at most.
func watchHeap() (peak func() uint64) {
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
