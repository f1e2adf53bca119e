package station_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/queue"
)

// BenchmarkAListOf100000Items shows what a very long list costs: to open a count of it
// by SKUs, to tell what is left, and to scan one of its items.
//
//	go test ./agent/station -run='^$' -bench=AListOf100000Items -benchtime=3x
func BenchmarkAListOf100000Items(b *testing.B) {
	const items = 100_000
	q, err := queue.Open(b.Context(), filepath.Join(b.TempDir(), "stockhand.db"), queue.Options{Version: "test", AllowFUSE: true})
	if err != nil {
		b.Fatal(err)
	}
	defer q.Close()
	clock, n := &handClock{now: morning}, 0
	next := func() (agent.Item, bool, error) {
		n++
		sku := fmt.Sprintf("SKU-%06d", n)
		return agent.Item{
			ID: agent.ItemID("gid://shop/InventoryItem/" + sku), SKU: sku, Name: "Item " + sku, Tracked: true,
			Codes: []agent.Barcode{{Text: sku, Pack: 1}}, Bins: []agent.Bin{agent.Bin(fmt.Sprintf("B-%03d", n%500))},
		}, n <= items, nil
	}
	if _, err := q.Replace(b.Context(), boss.Actor, clock.Now(), "test", next, nil, nil); err != nil {
		b.Fatal(err)
	}
	s, err := station.Start(b.Context(), q, clock, agent.RunFact{Version: "test"}, station.Options{Location: here})
	if err != nil {
		b.Fatal(err)
	}
	scope := station.OpenScope{}
	for i := 1; i <= items; i++ {
		scope.Names = append(scope.Names, fmt.Sprintf("SKU-%06d", i))
	}
	do := func(b *testing.B, who agent.Caller, op string, args any) any {
		text, err := json.Marshal(args)
		if err != nil {
			b.Fatal(err)
		}
		result, err := s.Dispatch(b.Context(), who, "", op, text)
		if err != nil {
			b.Fatal(err)
		}
		return result
	}
	var count agent.Count
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			count = do(b, boss, "count.open", station.OpenCount{Scope: scope}).(agent.Count)
		}
	})
	b.Run("left", func(b *testing.B) {
		for b.Loop() {
			if left := do(b, clerk, "count.left", station.LeftOf{Count: count.ID}).(station.LeftToCount); left.Total != items {
				b.Fatalf("%d are left", left.Left)
			}
		}
	})
	b.Run("scan", func(b *testing.B) {
		do(b, clerk, "pass.open", station.OpenPass{Count: count.ID, Bin: "B-001", Device: "gun"})
		for b.Loop() {
			in, err := s.Ingest(b.Context(), agent.Read{Device: "gun", Raw: []byte("SKU-000001"), At: clock.Now()})
			if err != nil || in.Heard != station.Counted {
				b.Fatalf("%s %v", in.Heard, err)
			}
		}
	})
	b.Run("review", func(b *testing.B) {
		for b.Loop() {
			if all := do(b, boss, "count.review", station.OneCount{Count: count.ID}).([]agent.Variance); len(all) != items {
				b.Fatalf("%d items", len(all))
			}
		}
	})
}
