package feed

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
	"github.com/stockhand/stockhand/queue"
)

// busyDay is an upstream that sold one article so many times today.
type busyDay struct {
	agent.Connector
	sales int
	began time.Time
}

func (d busyDay) Movements(_ context.Context, l agent.LocationID, cursor string) (agent.Page[agent.Movement], error) {
	from, _ := strconv.Atoi(cursor)
	to := min(from+500, d.sales)
	page := agent.Page[agent.Movement]{Next: strconv.Itoa(to), More: to < d.sales}
	for n := from; n < to; n++ {
		at := d.began.Add(time.Duration(n) * 2 * time.Second)
		page.Rows = append(page.Rows, agent.Movement{
			Source: d.Info().Name, SourceID: fmt.Sprint("sale-", n), Receipt: fmt.Sprint("receipt-", n), Kind: agent.Sale,
			Item: "COLA", Location: l, Quantity: -1, Occurred: agent.Stamp{At: at, Uncertainty: 5 * time.Second}, Posted: at,
		})
	}
	if !page.More {
		page.Complete, page.CompleteLocal = time.Now(), time.Now()
	}
	return page, nil
}

// BenchmarkScanDuringImport tells how long a scan takes until it is on the disk,
// fifty scans a second, alone and while 40,000 sales of one article come in. One op
// is one import, or as many scans as there are in ten seconds.
func BenchmarkScanDuringImport(b *testing.B) {
	for _, sales := range []int{0, 40_000} {
		b.Run(fmt.Sprintf("sales-%d", sales), func(b *testing.B) {
			for b.Loop() {
				scanDuringImport(b, sales)
			}
		})
	}
}

func scanDuringImport(b *testing.B, sales int) {
	q, err := queue.Open(context.Background(), filepath.Join(b.TempDir(), "stockhand.db"), queue.Options{Clock: wall{}, AllowFUSE: true})
	if err != nil {
		b.Fatal(err)
	}
	defer q.Close()
	sim := connectortest.NewSimulation(connectortest.Traits{Feed: true, Clock: wall{}})
	f := New(q, busyDay{sim.Connector(), sales, time.Now().Add(-24 * time.Hour)}, wall{}, Options{Location: here})
	var over atomic.Bool
	imported := make(chan time.Duration, 1)
	go func() {
		began := time.Now()
		if sales == 0 {
			time.Sleep(10 * time.Second)
		} else if err := f.pull(context.Background()); err != nil {
			b.Error(err)
		}
		over.Store(true)
		imported <- time.Since(began)
	}()
	var took []time.Duration
	for !over.Load() {
		time.Sleep(20 * time.Millisecond)
		took = append(took, storeScan(b, q))
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric((<-imported).Seconds(), "s/import")
	b.ReportMetric(ms(took[len(took)/2]), "ms-median")
	b.ReportMetric(ms(took[len(took)*99/100]), "ms-p99")
	b.ReportMetric(ms(took[len(took)-1]), "ms-max")
}

// storeScan stores a scan and tells how long that took.
func storeScan(b *testing.B, q *queue.Queue) time.Duration {
	began := time.Now()
	scan := agent.Scan{
		Actor: anna, Device: "gun", Raw: []byte("4006381333931"), Op: agent.Note,
		Item: "COLA", Flags: agent.Unowned, Read: agent.Stamp{At: began},
	}
	_, err := q.Write(context.Background(), agent.Command{}, func(v agent.View) (agent.Facts, error) {
		_, _, err := v.PassOf("gun")
		return agent.Facts{Actor: anna, At: began, Scans: []agent.Scan{scan}}, err
	})
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}
