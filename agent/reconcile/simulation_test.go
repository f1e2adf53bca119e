package reconcile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// verdict is what a policy makes of an item: what it would post without asking
// anybody, or that it asks.
type verdict struct {
	post int64
	asks bool
}

// policies are the ways to treat sales during a count that are in use, and ours.
var policies = []struct {
	name  string
	ours  bool
	exact bool // asks rather than be wrong
	judge func(*shopItem) verdict
}{
	{name: "overwrite at posting", judge: overwrite},
	{name: "snapshot at opening", judge: snapshot},
	{name: "half of the sales", judge: halfSales},
	{name: "cut-off per item", judge: cutOffPerItem},
	{name: "cut-off per bin, by payment", judge: cutOffByPayment},
	{name: "recount whatever moved", judge: whateverMoved, exact: true},
	{name: "cut-off per bin, intervals", judge: intervals, exact: true, ours: true},
	{name: "the same, one recount", judge: recounted, exact: true, ours: true},
}

// overwrite makes the counted quantity the book when the count is posted.
func overwrite(item *shopItem) verdict {
	sum, _ := item.counted()
	return verdict{post: sum - item.bookAt(posting)}
}

// snapshot compares with the book at the opening of the count.
func snapshot(item *shopItem) verdict {
	sum, _ := item.counted()
	return verdict{post: sum - item.bookAt(0)}
}

// halfSales adds half of what was sold while the count was open.
func halfSales(item *shopItem) verdict {
	sum, _ := item.counted()
	return verdict{post: sum - item.bookAt(0) + (item.paid(0, openFor)+1)/2}
}

// cutOffPerItem takes one time for all places of an item: its last entry.
func cutOffPerItem(item *shopItem) verdict {
	sum, last := item.counted()
	return verdict{post: sum - item.bookAt(posting) - item.paid(last, posting)}
}

// cutOffByPayment takes each place's own time, but believes that goods leave the
// shelf when they are paid for, and asks nobody.
func cutOffByPayment(item *shopItem) verdict {
	sum, _ := item.counted()
	after := int64(0)
	for _, s := range item.sales {
		for _, l := range item.lines {
			if l.Bin == s.bin && l.Round == 0 && s.paid > l.Window.To.At.Sub(opened) && s.posted <= posting {
				after++
			}
		}
	}
	return verdict{post: sum - item.bookAt(posting) - after}
}

// whateverMoved asks about every item that was sold around the time of the count.
func whateverMoved(item *shopItem) verdict {
	sum, _ := item.counted()
	return verdict{post: sum - item.bookAt(0), asks: item.paid(-time.Hour, posting) > 0}
}

// intervals is this package, at the time of posting.
func intervals(item *shopItem) verdict {
	v := reconcile.Reconcile(item.facts(posting))
	return verdict{post: v.Variance.Lo, asks: v.Status != agent.Ready && v.Status != agent.Matches}
}

// recounted is this package after the items that it asked about were counted once
// more, while the shop was still selling.
func recounted(item *shopItem) verdict {
	v := reconcile.Reconcile(item.facts(closing + time.Hour))
	return verdict{post: v.Variance.Lo, asks: v.Status != agent.Ready && v.Status != agent.Matches}
}

// score adds up what a policy did.
type score struct{ items, wrong, units, asked int }

func (s *score) add(item *shopItem, v verdict) {
	s.items++
	switch off := v.post - item.wrong; {
	case v.asks:
		s.asked++
	case off != 0:
		s.wrong++
		s.units += int(max(off, -off))
	}
}

const (
	days  = 20
	items = 1000
)

// simulate runs days of a shop under every policy. Those after the first recount
// judge the same items once more.
func simulate(sales int) []score {
	scores := make([]score, len(policies))
	for seed := range uint64(days) {
		day := newShopDay(seed, items, sales)
		last := len(policies) - 1
		asked := map[*shopItem]bool{}
		for _, item := range day.items {
			for i, p := range policies[:last] {
				v := p.judge(item)
				scores[i].add(item, v)
				if p.ours {
					asked[item] = v.asks
				}
			}
		}
		again := func(item *shopItem) int64 {
			if asked[item] {
				return 1
			}
			return -1
		}
		day.count(front, openFor+10*time.Minute, again)
		day.count(back, openFor+15*time.Minute, again)
		for _, item := range day.items {
			scores[last].add(item, policies[last].judge(item))
		}
	}
	return scores
}

// Of all policies only the one that is used here posts no wrong quantity unasked
// and still asks about few items. The table is that of README.md.
func TestCutOffAgainstNaivePolicies(t *testing.T) {
	var table strings.Builder
	for _, sales := range []int{300, 1000} {
		fmt.Fprintf(&table, "\n| %d sales in 4 h | wrong items | wrong units a day | asked about |\n| --- | --- | --- | --- |\n", sales)
		for i, s := range simulate(sales) {
			p := policies[i]
			fmt.Fprintf(&table, "| %s | %.2f %% | %.1f | %.2f %% |\n", p.name,
				percent(s.wrong, s.items), float64(s.units)/days, percent(s.asked, s.items))
			if p.exact && s.wrong > 0 {
				t.Errorf("%s posts %d wrong quantities unasked with %d sales", p.name, s.wrong, sales)
			}
			if !p.exact && s.wrong == 0 {
				t.Errorf("%s posts nothing wrong with %d sales: the simulated shop is too tame to prove anything", p.name, sales)
			}
		}
	}
	t.Log(table.String())
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(of) }
