package shopify

import (
	"fmt"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// The whole way over loopback HTTP, the simulated shop's checks included: what the
// connector itself needs is the smaller part.

func open250(b *testing.B) (*rig, []agent.ItemID) {
	r := newRig(b, wish{shop: func(o *shopifysim.Options) { o.BucketSize, o.RestoreRate = 1e9, 1e9 }})
	items := make([]agent.ItemID, 250)
	for i := range items {
		items[i] = r.item(fmt.Sprint("S", i), 1000)
	}
	r.clock.pass(2 * time.Second)
	return r, items
}

func BenchmarkLevels250(b *testing.B) {
	r, items := open250(b)
	for b.Loop() {
		if books, err := r.Levels(b.Context(), r.at(), items); err != nil || len(books) != len(items) {
			b.Fatal(len(books), err)
		}
	}
	b.ReportMetric(float64(b.N*len(items))/b.Elapsed().Seconds(), "items/s")
}

func BenchmarkSend100(b *testing.B) {
	r, items := open250(b)
	n := 0
	for b.Loop() {
		n++
		op := agent.Operation{Request: "request-1", Key: fmt.Sprint("key-", n), Location: r.at(), Count: "count-1"}
		for _, item := range items[:maxLines] {
			op.Lines = append(op.Lines, agent.Planned{Item: item, Observed: agent.Book{OnHand: int64(999 + n)}, Delta: 1, Target: int64(1000 + n)})
		}
		doc, err := r.Plan(op)
		if err != nil {
			b.Fatal(err)
		}
		if o := r.Send(b.Context(), agent.Request{Document: doc, Lines: op.Lines, Location: op.Location, FirstSent: r.clock.Now(), Attempts: 1}); o.Class != agent.OutcomeApplied {
			b.Fatal(o.Class, o.Problem)
		}
	}
	b.ReportMetric(float64(b.N*maxLines)/b.Elapsed().Seconds(), "lines/s")
}

func BenchmarkMovements100(b *testing.B) {
	r, items := open250(b)
	for i := range 100 {
		r.sell(items[i], 1, fmt.Sprint("R", i))
	}
	r.clock.pass(10 * time.Second)
	told := 0
	for b.Loop() {
		var all book
		all.sweep(r)
		told += len(all.order)
	}
	if told != b.N*100 {
		b.Fatalf("told %d of %d", told, b.N*100)
	}
	b.ReportMetric(float64(told)/b.Elapsed().Seconds(), "movements/s")
}
