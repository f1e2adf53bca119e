package station_test

import (
	"slices"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// Every scan that a number was made of can be had, however many they are and although
// more come meanwhile.
func TestANumberIsTracedToAllOfItsScans(t *testing.T) {
	f, count, _ := begun(t)
	const many = 2_050 // two whole answers and a bit
	f.hear("96385074", station.Counted)
	first := f.hear(colaEAN, station.Counted)
	for range many - 1 {
		read := f.read(colaEAN, 0)
		if _, err := f.Ingest(t.Context(), read); err != nil {
			t.Fatal(err)
		}
	}
	f.hear("B", station.Moved)
	f.hear(colaEAN, station.Counted)
	bin := binA
	query := station.ScansOf{Count: count, Item: cola, Bin: &bin}
	var all []agent.ShownScan
	for {
		part := ask[station.ItemScans](f.testShop, clerk, "count.scans", query)
		if part.Total < many {
			t.Fatalf("there are %d scans in all, and the answer says %d", many, part.Total)
		}
		if len(part.Scans) == 0 {
			break
		}
		all = slices.Concat(part.Scans, all)
		query.Before = part.Scans[0].Seq
		f.hear("BIN-A", station.Moved)
		f.hear(colaEAN, station.Counted)
	}
	if len(all) != many || all[0].Seq != first.Seq || !slices.IsSortedFunc(all, func(a, b agent.ShownScan) int { return int(a.Seq - b.Seq) }) {
		t.Errorf("%d scans, the first is %d; want %d beginning with %d", len(all), all[0].Seq, many, first.Seq)
	}
	sum := int64(0)
	for _, s := range all {
		sum += s.Quantity
	}
	if sum != many {
		t.Errorf("they add up to %d, want %d", sum, many)
	}
	if none := ask[station.ItemScans](f.testShop, clerk, "count.scans", station.ScansOf{Count: count, Item: soap}); none.Total != 0 || none.Scans == nil || len(none.Scans) != 0 {
		t.Errorf("of what was not scanned: %+v", none)
	}
}
