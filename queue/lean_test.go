package queue

import (
	"fmt"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// aisle returns scans as a person makes them: 25 in each of 200 bins with five
// items, one every second and a half, EAN-13.
func aisle(from, n int) []agent.Scan {
	made := make([]agent.Scan, n)
	for i := range made {
		k := from + i
		bin := k / 25 % 200
		item := bin*5 + k%5
		digits := fmt.Sprintf("400638%06d", item)
		raw := []byte(digits + string(barcode.CheckDigit(digits)))
		s := read(0)
		s.Raw, s.Code, s.Sequence = raw, barcode.Parse(raw), int64(k)
		s.Item = agent.ItemID(fmt.Sprintf("gid://shopify/InventoryItem/3032%04d", item))
		s.Bin = agent.Bin(fmt.Sprintf("A-%02d-%d", bin/5, bin%5))
		since := time.Duration(k)*1500*time.Millisecond + time.Duration(k%997)*time.Microsecond
		s.Read = agent.Stamp{At: start.Add(since), Uncertainty: time.Millisecond}
		s.Mono = int64(since) + int64(k)*15 + int64(k%1000) // a clock that is slewed by 10 ppm
		made[i] = s
	}
	return made
}

// TestAScanStaysSmall keeps the file, views included, small enough for years of
// scanning. What an empty file takes is left out.
func TestAScanStaysSmall(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	const n = 25_000
	fill := func(from int) int64 {
		for k := from; k < from+n; k += 1000 {
			put(t, q, scans(aisle(k, 1000)...))
		}
		stats, err := q.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return stats.Bytes
	}
	per := float64(-fill(0)+fill(n)) / n
	t.Logf("%.1f bytes of the file for each scan", per)
	if per > 48 {
		t.Errorf("%.1f bytes of the file for each scan, want at most 48", per)
	}
}
