package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
)

func euro(minor int64) agent.Money { return agent.Money{Minor: minor, Currency: "EUR"} }

// sold is an item of which so many were sold in a year and handled in a quarter.
func sold(id string, cost agent.Money, year, quarter int64) plan.Item {
	return plan.Item{
		Item: agent.Item{ID: agent.ItemID(id), SKU: strings.ToUpper(id), Tracked: true, Cost: cost},
		Activity: agent.Activity{
			Year: agent.Moved{Used: year, Handled: max(year, quarter)}, Quarter: agent.Moved{Used: quarter, Handled: quarter},
		},
	}
}

func TestClassesByValueAndVelocity(t *testing.T) {
	items := []plan.Item{
		sold("watch", euro(50_000), 100, 1),  // 80 % of the value, hardly ever sold
		sold("mug", euro(500), 2_000, 500),   // 16 % of the value, 50 % of the movements
		sold("card", euro(10), 10_000, 400),  // 2 % of the value, 40 % of the movements
		sold("candle", euro(1_200), 100, 90), // 2 % of the value, 9 % of the movements
		sold("bag", agent.Money{}, 50, 9),
		sold("relic", euro(900), 0, 0),
	}
	want := []struct {
		class, value, velocity plan.Class
		rank                   int64
		lacks                  string
	}{
		{plan.A, plan.A, plan.C, 1, ""},
		{plan.A, plan.B, plan.A, 1, ""},
		{plan.A, plan.C, plan.A, 2, ""},
		{plan.B, plan.C, plan.B, 3, ""},
		{plan.C, plan.NoClass, plan.C, 4, "Its cost is not known."},
		{plan.NoClass, plan.NoClass, plan.NoClass, 0, "No movement of it is known for a year."},
	}
	for i, got := range plan.Classify(items, plan.Rules{}) {
		w := want[i]
		if got.Class != w.class || got.ByValue != w.value || got.ByVelocity != w.velocity || got.Rank != w.rank || got.Lacks != w.lacks {
			t.Errorf("%s: got %+v\nwant %+v", items[i].Item.ID, got, w)
		}
	}
}

// What cannot be known is said in a sentence of its own, whatever it is.
func TestWhatIsNotKnownIsSaid(t *testing.T) {
	for _, tt := range []struct {
		item plan.Item
		want string
	}{
		{sold("x", agent.Money{Minor: 5, Currency: "USD"}, 5, 5), "Its cost is in USD, not in EUR."},
		{sold("x", euro(-5), 5, 5), "Its cost is below zero."},
		{sold("x", euro(0), 5, 5), "It costs nothing."},
		{sold("x", euro(5), 5, 0), "No movement of it is known for a quarter."},
		{sold("x", euro(5), -1, 5), "Nothing of it was sold in a year."},
		{sold("x", agent.Money{}, 0, 0), "Its cost is not known, and no movement of it is known for a year."},
	} {
		items := []plan.Item{tt.item, sold("a", euro(1), 1, 1), sold("b", euro(1), 1, 1)}
		if got := plan.Classify(items, plan.Rules{})[0]; got.Lacks != tt.want {
			t.Errorf("%q, want %q", got.Lacks, tt.want)
		}
	}
}

// drawShop draws a shop of up to 60 items.
func drawShop(t *rapid.T) []plan.Item {
	n := rapid.IntRange(0, 60).Draw(t, "items")
	list := make([]plan.Item, n)
	for i := range list {
		cost := agent.Money{}
		if rapid.IntRange(0, 9).Draw(t, "has cost") > 0 {
			cost = euro(rapid.Int64Range(0, 100_000).Draw(t, "cost"))
		}
		list[i] = sold(fmt.Sprintf("item-%03d", i), cost, rapid.Int64Range(-5, 500).Draw(t, "year"), rapid.Int64Range(0, 200).Draw(t, "quarter"))
	}
	return list
}

// The order of the catalogue decides nothing.
func TestClassesDoNotDependOnTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := drawShop(t)
		want := map[agent.ItemID]plan.Standing{}
		for i, s := range plan.Classify(items, plan.Rules{}) {
			want[items[i].Item.ID] = s
		}
		shuffled := rapid.Permutation(items).Draw(t, "order")
		for i, s := range plan.Classify(shuffled, plan.Rules{}) {
			if s != want[shuffled[i].Item.ID] {
				t.Fatalf("%s: %+v and %+v", shuffled[i].Item.ID, s, want[shuffled[i].Item.ID])
			}
		}
	})
}

// Class A is the least set of the dearest items that makes up 80 % of the value, and
// of two items the one that is worth more is never in the worse class.
func TestClassAIsTheFirstEightyPerCent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := drawShop(t)
		standings := plan.Classify(items, plan.Rules{})
		var inA, all, least float64
		for i, s := range standings {
			value := float64(s.Value.Minor)
			all += value
			if s.ByValue != plan.A {
				continue
			}
			if inA += value; least == 0 || value < least {
				least = value
			}
			for j, other := range standings {
				if other.ByValue != plan.A && other.Value.Minor >= s.Value.Minor {
					t.Fatalf("%s is A, %s is worth as much and is not", items[i].Item.ID, items[j].Item.ID)
				}
			}
		}
		if all == 0 {
			return
		}
		if inA < 0.8*all {
			t.Fatalf("class A is %.3f of the value", inA/all)
		}
		equal := 0
		for _, s := range standings {
			if float64(s.Value.Minor) == least {
				equal++
			}
		}
		if before := inA - least*float64(equal); before >= 0.8*all {
			t.Fatalf("class A would be %.3f of the value without its least items", before/all)
		}
	})
}

// The better of both classes counts, and a class is missing only where both are.
func TestTheBetterClassCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := plan.Classes[:]
		for _, s := range plan.Classify(drawShop(t), plan.Rules{}) {
			best := min(slices.Index(order, s.ByValue), slices.Index(order, s.ByVelocity))
			if s.Class != order[best] || (s.Class == plan.NoClass) != (s.Rank == 0) {
				t.Fatalf("%+v", s)
			}
			if (s.ByValue == plan.NoClass || s.ByVelocity == plan.NoClass) != (s.Lacks != "") {
				t.Fatalf("%+v says %q", s, s.Lacks)
			}
		}
	})
}
