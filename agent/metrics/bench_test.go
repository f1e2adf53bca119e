package metrics_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/metrics"
)

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// BenchmarkMeasure shows how all figures of a count grow with its items, of which
// every tenth has a range, in ten zones.
func BenchmarkMeasure(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		items := make([]metrics.Item, n)
		for i := range items {
			items[i] = between(fmt.Sprint(i), int64(i%20), int64(i%19), int64(i%19+i%10/9))
			items[i].Zones, items[i].Class = []string{fmt.Sprint(i % 10)}, string(rune('A'+i%3))
		}
		b.Run(fmt.Sprintf("items-%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				measure(items...)
			}
		})
	}
}

// BenchmarkPace shows what an entry costs, and that the memory does not grow with
// their number.
func BenchmarkPace(b *testing.B) {
	b.ReportAllocs()
	p := metrics.NewPace()
	at := noon
	for b.Loop() {
		at = at.Add(time.Second)
		p.Add(metrics.Worked{Pass: agent.PassID("pass-1"), Counter: "Ann", At: at, Units: 1})
	}
}
