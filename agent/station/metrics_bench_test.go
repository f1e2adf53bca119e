package station_test

import (
	"fmt"
	"testing"

	"github.com/stockhand/stockhand/agent/station"
)

// BenchmarkFigures shows how the figures of a count grow with its scans, ten of each
// item, and how much of the heap was in use at most: that grows with the items. The
// longest one takes half a minute to prepare.
func BenchmarkFigures(b *testing.B) {
	for _, scans := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("scans-%d", scans), func(b *testing.B) {
			if scans > 100_000 && testing.Short() {
				b.Skip("too long for -short")
			}
			big := openBig(b, scans)
			big.settle()
			peak := watchHeap()
			b.ResetTimer()
			for b.Loop() {
				if f := askBig[station.Figures](big, "count.metrics", `{"count":"count-1"}`); f.Accuracy.Items != int64(scans/10) {
					b.Fatalf("%d items", f.Accuracy.Items)
				}
			}
			b.ReportMetric(float64(peak())/1e6, "peak-MB")
		})
	}
}
