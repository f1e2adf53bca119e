package ui

import (
	"slices"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// BenchmarkScanToPage measures how long after the return of the write that stored
// it a scan is on a page; ns/op holds the write too.
func BenchmarkScanToPage(b *testing.B) {
	for _, pages := range []int{1, 20} {
		b.Run(map[int]string{1: "1-page", 20: "20-pages"}[pages], func(b *testing.B) {
			s := open(b)
			count := s.openCount()
			s.scan("gun", "BIN-A1")
			topic := "count/" + string(count.ID)
			c, _ := s.page(agent.Manager, topic)
			for range pages - 1 {
				other, _ := s.page(agent.Manager, topic, "counts")
				go func() {
					for {
						if _, _, err := other.socket.ReadMessage(); err != nil {
							return
						}
					}
				}()
			}
			var took []time.Duration
			b.ResetTimer()
			for range b.N {
				// As people scan: the page is not in the middle of a burst.
				b.StopTimer()
				time.Sleep(30 * time.Millisecond)
				b.StartTimer()
				seq := s.scan("gun", code(1)).Seq
				stored := time.Now()
				c.until("the scan", func(f frame) bool { return f.K == "scan" && f.Seq == seq })
				took = append(took, time.Since(stored))
				c.seen = c.seen[:0]
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
		})
	}
}

// BenchmarkBurstToPage measures how many scans a second reach a page when they
// are stored as fast as the disk takes them.
func BenchmarkBurstToPage(b *testing.B) {
	s := open(b)
	count := s.openCount()
	s.scan("gun", "BIN-A1")
	c, _ := s.page(agent.Manager, "count/"+string(count.ID))
	b.ResetTimer()
	go func() {
		for i := range b.N {
			s.scan("gun", code(1+i%20))
		}
	}()
	frames := 0
	c.until("the last scan", func(f frame) bool {
		frames++
		if frames%100 == 0 {
			c.seen = c.seen[:0]
		}
		return f.K == "count" && decode[countRow](b, f.D).Tally.Units == int64(b.N)
	})
	b.ReportMetric(float64(frames)/float64(b.N), "frames/scan")
}
