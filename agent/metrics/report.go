package metrics

import (
	"cmp"
	"maps"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// Facts are what is known about a count.
type Facts struct {
	Items         []Item
	Rules         Rules
	Verifications []Verification
}

// Report is a count in figures.
type Report struct {
	Rules Rules `json:"rules"`
	Result
	// Classes, Zones and Counters have the same figures of their own items, in the
	// order of their names: nobody is ranked.
	Classes   []Group     `json:"classes"`
	Zones     []Group     `json:"zones"`
	Counters  []Group     `json:"counters"`
	Agreement []Agreement `json:"agreement"`
	// Investigations are the items over the limit, the greatest variance first.
	Investigations []Investigation `json:"investigations"`
}

// Result is everything that is measured of some items.
type Result struct {
	Accuracy  Accuracy    `json:"accuracy"`
	LeftOut   LeftOut     `json:"left_out"`
	Shrinkage []Shrinkage `json:"shrinkage"`
	// OverLimit is the share of the items that are to be investigated.
	OverLimit Share `json:"over_limit"`
	// Investigate says whether the items together are over the limit: "within",
	// "over", "unclear" or "unknown".
	Investigate string `json:"investigate"`
}

// Group is the result of the items of one class, zone or counter.
type Group struct {
	Name string `json:"name"` // empty: of none
	// Several is true for the items that belong to more than one: their variance
	// can't be divided.
	Several bool `json:"several,omitempty"`
	Result
}

// Measure works out all figures.
func Measure(f Facts) Report {
	items := inOrder(f.Items)
	return Report{
		Rules: f.Rules, Result: result(items, f.Rules),
		Classes:   groups(items, f.Rules, func(i *Item) []string { return []string{i.Class} }),
		Zones:     groups(items, f.Rules, func(i *Item) []string { return i.Zones }),
		Counters:  groups(items, f.Rules, func(i *Item) []string { return i.Counters }),
		Agreement: agreement(f.Verifications), Investigations: investigations(items, f.Rules),
	}
}

func result(all []*Item, by Rules) Result {
	items, out := judged(all)
	r := Result{Accuracy: measure(items, by), LeftOut: out, Shrinkage: shrinkage(items, by)}
	for _, i := range items {
		r.OverLimit.count(by.over(i))
	}
	r.Investigate = by.together(items, r.Accuracy)
	return r
}

// groups divides items by what a function says of them. Those of several names, and
// those of none, are groups of their own at the end.
func groups(items []*Item, by Rules, of func(*Item) []string) []Group {
	type key struct {
		name    string
		several bool
	}
	byKey := map[key][]*Item{}
	for _, i := range items {
		k := key{}
		switch names := of(i); {
		case len(names) == 1:
			k.name = names[0]
		case len(names) > 1:
			k.several = true
		}
		byKey[k] = append(byKey[k], i)
	}
	list := make([]Group, 0, len(byKey))
	for _, k := range slices.SortedFunc(maps.Keys(byKey), func(a, b key) int {
		return cmp.Or(order(a.name == "", b.name == ""), order(b.several, a.several), cmp.Compare(a.name, b.name))
	}) {
		list = append(list, Group{Name: k.name, Several: k.several, Result: result(byKey[k], by)})
	}
	return list
}

// order puts what is false before what is true.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Of returns the item of a variance. What the caller knows besides is added to it.
func Of(v agent.Variance) Item {
	return Item{ID: v.Item, Status: v.Status, Counted: v.Counted, Damaged: v.Damaged, Expected: v.Expected}
}
