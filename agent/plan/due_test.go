package plan_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
)

const day = 24 * time.Hour

var now = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

func daysAgo(n int) time.Time { return now.Add(-time.Duration(n) * day) }

// counted is an item of class A or C that was counted in its bins so many days ago.
func counted(bins map[agent.Bin]int) plan.Item {
	item := sold("mug", euro(500), 10, 5)
	for _, bin := range []agent.Bin{"A", "B"} {
		if days, ok := bins[bin]; ok {
			item.Counted = append(item.Counted, agent.Counted{Bin: bin, Count: "count-1", At: daysAgo(days), Units: 4})
		}
	}
	item.Book = agent.Book{At: agent.Stamp{At: now}}
	item.OnHand, item.Changed = 4, daysAgo(100)
	return item
}

func TestWhatIsDueWhenAndWhy(t *testing.T) {
	in := func(days int) map[agent.Bin]int { return map[agent.Bin]int{"A": days} }
	with := func(item plan.Item, change func(*plan.Item)) plan.Item {
		change(&item)
		return item
	}
	for name, tt := range map[string]struct {
		item    plan.Item
		class   plan.Class
		days    int // until it is due; below zero: so many days ago
		ratio   float64
		overdue bool
		forced  bool
		says    string
	}{
		"class A after four weeks": {
			counted(in(20)), plan.A, 8, -8.0 / 28, false, false,
			"Last counted on 5 November 2026, and class A is counted every 28 days.",
		},
		"class C after a quarter": {
			counted(in(20)), plan.C, 71, -71.0 / 91, false, false,
			"Last counted on 5 November 2026, and class C is counted every 91 days.",
		},
		"late, within the grace": {counted(in(33)), plan.A, -5, 5.0 / 28, false, false, "Last counted on 23 October 2026"},
		"overdue":                {counted(in(56)), plan.A, -28, 1, true, false, "Last counted on 30 September 2026"},
		"without a class": {
			counted(in(92)), plan.NoClass, -1, 1.0 / 91, false, false,
			"Last counted on 25 August 2026, and an item without a class is counted every 91 days.",
		},
		"as old as its oldest bin": {
			with(counted(map[agent.Bin]int{"A": 2, "B": 60}), func(i *plan.Item) { i.Bins = []agent.Bin{"A", "B"} }),
			plan.A, -32, 32.0 / 28, true, false, "Last counted on 26 September 2026",
		},
		"never counted": {counted(nil), plan.C, 0, 0, false, true, "It was never counted."},
		"never counted in one bin": {
			with(counted(in(2)), func(i *plan.Item) { i.Bins = []agent.Bin{"A", "B"} }), plan.A, 0, 0, false, true,
			"It was never counted in B.",
		},
		"counted in a bin that is not its own any more": {
			with(counted(in(2)), func(i *plan.Item) { i.Bins = []agent.Bin{"B"} }), plan.A, 0, 0, false, true, "It was never counted in B.",
		},
		"negative": {
			with(counted(in(1)), func(i *plan.Item) { i.OnHand = -3 }), plan.C, 0, 0, false, true,
			"The books say -3: there can't be less than nothing.",
		},
		"wrong, a week ago": {
			with(counted(in(7)), func(i *plan.Item) { i.Variance = -2 }), plan.C, 7, -7.0 / 91, false, false,
			"The count of 18 November 2026 found 2 fewer than the books had.",
		},
		"wrong, two weeks ago": {
			with(counted(in(14)), func(i *plan.Item) { i.Variance = 1 }), plan.C, 0, 0, false, true,
			"The count of 11 November 2026 found 1 more than the books had.",
		},
		"decided by a person": {
			with(counted(in(1)), func(i *plan.Item) { i.Variance, i.Decided = 1, true }), plan.C, 0, 0, false, true,
			"The count of 24 November 2026 could not tell how many there were, so a person chose.",
		},
		"a recount that nobody made": {
			with(counted(in(1)), func(i *plan.Item) { i.Asked = true }), plan.C, 0, 0, false, true,
			"After the count of 24 November 2026 it was to be counted once more, and nobody did.",
		},
		"sold out since": {
			with(counted(in(9)), func(i *plan.Item) { i.OnHand, i.Changed = 0, daysAgo(4) }), plan.C, 0, 0, false, true,
			"The books say 0 since 21 November 2026, and nobody has looked since.",
		},
		"sold out and confirmed": {
			with(counted(in(3)), func(i *plan.Item) { i.OnHand, i.Changed = 0, daysAgo(4) }), plan.C, 88, -88.0 / 91, false, false,
			"Last counted on",
		},
		"counted as zero, delivered later": {
			with(counted(in(9)), func(i *plan.Item) { i.OnHand, i.Changed, i.Counted[0].Units = 0, daysAgo(8), 0 }),
			plan.C, 82, -82.0 / 91, false, false, "Last counted on",
		},
		"counted as zero, filled and sold out again": {
			with(counted(in(9)), func(i *plan.Item) {
				i.OnHand, i.Changed, i.Counted[0].Units, i.Since.Handled = 0, daysAgo(2), 0, 10
			}),
			plan.C, 0, 0, false, true, "The books say 0 since 23 November 2026, and nobody has looked since.",
		},
		"zero, by a shop that does not say since when": {
			with(counted(in(9)), func(i *plan.Item) { i.OnHand, i.Changed = 0, time.Time{} }), plan.C, 0, 0, false, true,
			"The books say 0, and on 16 November 2026 there were some: nobody has confirmed that they are gone.",
		},
		"zero and counted as zero": {
			with(counted(in(9)), func(i *plan.Item) { i.OnHand, i.Changed, i.Counted[0].Units = 0, time.Time{}, 0 }),
			plan.C, 82, -82.0 / 91, false, false, "Last counted on",
		},
		"turned over": {
			with(counted(in(10)), func(i *plan.Item) { i.Since.Handled, i.OnHand = 60, 20 }), plan.C, -3, 3.0 / 91, false, true,
			"60 units went through hands since the count of 15 November 2026, and 20 are on hand.",
		},
		"turned over within the week": {
			with(counted(in(3)), func(i *plan.Item) { i.Since.Handled, i.OnHand = 60, 20 }), plan.C, 4, -4.0 / 91, false, false,
			"60 units went through hands",
		},
		"sold, but not turned over": {
			with(counted(in(10)), func(i *plan.Item) { i.Since.Handled, i.OnHand = 59, 20 }), plan.C, 81, -81.0 / 91, false, false, "Last counted on",
		},
		"transferred": {
			with(counted(in(10)), func(i *plan.Item) { i.Transferred = daysAgo(2) }), plan.C, 0, 0, false, true,
			"A transfer moved it on 23 November 2026, after the last count.",
		},
		"transferred before": {
			with(counted(in(10)), func(i *plan.Item) { i.Transferred = daysAgo(12) }), plan.C, 81, -81.0 / 91, false, false, "Last counted on",
		},
		"two reasons": {
			with(counted(in(1)), func(i *plan.Item) { i.OnHand, i.Transferred = -1, daysAgo(0) }), plan.C, 0, 0, false, true,
			"The books say -1: there can't be less than nothing. A transfer moved it on 25 November 2026, after the last count.",
		},
		"books that nobody stated": {
			with(counted(in(9)), func(i *plan.Item) { i.Book, i.Since.Handled = agent.Book{}, 1_000 }), plan.C, 82, -82.0 / 91, false, false, "Last counted on",
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := plan.When(&tt.item, plan.Standing{Class: tt.class}, now, plan.Rules{}, nil)
			if got := int(math.Round(float64(d.At.Sub(now)) / float64(day))); got != tt.days {
				t.Errorf("due in %d days, want %d", got, tt.days)
			}
			if math.Abs(d.Ratio-tt.ratio) > 1e-9 || d.Overdue != tt.overdue || d.Forced(now) != tt.forced {
				t.Errorf("ratio %f overdue %v forced %v", d.Ratio, d.Overdue, d.Forced(now))
			}
			if !strings.HasPrefix(d.Sentence, tt.says) {
				t.Errorf("%q does not begin with %q", d.Sentence, tt.says)
			}
		})
	}
}

// A date is that of the shop, not of Greenwich.
func TestDatesAreTheShops(t *testing.T) {
	item := counted(map[agent.Bin]int{"A": 1})
	item.Counted[0].At = time.Date(2026, 11, 24, 23, 30, 0, 0, time.UTC)
	d := plan.When(&item, plan.Standing{Class: plan.A}, now, plan.Rules{}, time.FixedZone("CET", 3600))
	if !strings.HasPrefix(d.Sentence, "Last counted on 25 November 2026") {
		t.Error(d.Sentence)
	}
}

// drawCounted draws an item with any history.
func drawCounted(t *rapid.T, id string) plan.Item {
	item := sold(id, euro(rapid.Int64Range(0, 1_000).Draw(t, "cost")), rapid.Int64Range(0, 300).Draw(t, "year"), rapid.Int64Range(0, 300).Draw(t, "quarter"))
	for _, bin := range []agent.Bin{"A", "B", "C"} {
		if rapid.Bool().Draw(t, "known") {
			item.Bins = append(item.Bins, bin)
		}
		if rapid.Bool().Draw(t, "counted") {
			item.Counted = append(item.Counted, agent.Counted{
				Bin: bin, Count: "count-1", At: daysAgo(rapid.IntRange(0, 200).Draw(t, "days")), Units: rapid.Int64Range(0, 2).Draw(t, "units"),
			})
		}
	}
	item.Variance = rapid.Int64Range(-1, 1).Draw(t, "variance")
	item.Asked = rapid.IntRange(0, 9).Draw(t, "asked") == 0
	item.Since.Handled = rapid.Int64Range(0, 100).Draw(t, "since")
	if rapid.Bool().Draw(t, "book") {
		item.Book, item.OnHand = agent.Book{At: agent.Stamp{At: now}}, rapid.Int64Range(-1, 20).Draw(t, "on hand")
		if rapid.Bool().Draw(t, "changed") {
			item.Changed = daysAgo(rapid.IntRange(0, 100).Draw(t, "changed days"))
		}
	}
	if rapid.IntRange(0, 9).Draw(t, "busy") == 0 {
		item.Counting = "count-9"
	}
	return item
}

// Nothing is ever forgotten: every item is due within its interval of its last count,
// at once without one, and says why.
func TestEverythingIsDueOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item := drawCounted(t, "x")
		s := plan.Classify([]plan.Item{item}, plan.Rules{})[0]
		d := plan.When(&item, s, now, plan.Rules{}, nil)
		every := 91 * day
		if s.Class == plan.A {
			every = 28 * day
		}
		switch {
		case d.Counted.IsZero() && d.At.After(now):
			t.Fatalf("never counted and due only at %s", d.At)
		case !d.Counted.IsZero() && d.At.After(d.Counted.Add(every)):
			t.Fatalf("counted at %s and due only at %s", d.Counted, d.At)
		case d.Sentence == "" || strings.Contains(d.Sentence, "%!"):
			t.Fatalf("%q", d.Sentence)
		case (d.Ratio >= 0) == d.At.After(now):
			t.Fatalf("due at %s with the ratio %f", d.At, d.Ratio)
		}
	})
}

// Counting an item, whatever was wrong with it, makes it due later or leaves it.
func TestCountingPutsItOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item := drawCounted(t, "x")
		s := plan.Standing{Class: rapid.SampledFrom(plan.Classes[:]).Draw(t, "class")}
		before := plan.When(&item, s, now, plan.Rules{}, nil)
		item.Counted, item.Variance, item.Asked, item.Since = nil, 0, false, agent.Moved{}
		for _, bin := range append([]agent.Bin{""}, item.Bins...) {
			item.Counted = append(item.Counted, agent.Counted{Bin: bin, Count: "count-2", At: now})
		}
		item.OnHand = max(0, item.OnHand)
		after := plan.When(&item, s, now, plan.Rules{}, nil)
		if after.At.Before(before.At) || !after.At.After(now) {
			t.Fatalf("due %s before, %s after: %s", before.At, after.At, after.Sentence)
		}
	})
}
