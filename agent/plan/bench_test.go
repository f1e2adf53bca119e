package plan_test

import (
	"fmt"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
)

// BenchmarkPlan makes the plan of a shop with 100,000 items, half of which are due.
func BenchmarkPlan(b *testing.B) {
	items := make([]plan.Item, 100_000)
	for i := range items {
		items[i] = sold(fmt.Sprintf("gid://shop/InventoryItem/%08d", i), euro(int64(100+i%977)), int64(1_000_000/(i+1)), int64(250_000/(i+1)))
		items[i].Bins = []agent.Bin{agent.Bin(fmt.Sprintf("A-%03d", i/100))}
		items[i].Counted = []agent.Counted{{Bin: items[i].Bins[0], Count: "count-1", At: daysAgo(i % 182)}}
		items[i].Book = agent.Book{At: agent.Stamp{At: now}}
		items[i].OnHand, items[i].Changed = int64(i%40), daysAgo(200)
	}
	b.ReportAllocs()
	for b.Loop() {
		plan.Make(plan.Facts{Now: now, Items: items, Moving: daysAgo(400), Seed: "seed"})
	}
}
