package plan

import (
	"cmp"
	"math"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// Item is an item of the catalogue with what is known about its counting and its
// movements.
type Item struct {
	agent.Item
	agent.Activity
}

// lines is how many lines a counting of the item has: one for each of its bins.
func (i *Item) lines() int64 { return int64(max(1, len(i.Bins))) }

// Class says how often an item is counted.
type Class string

// The classes. NoClass is an item of which neither value nor velocity is known.
const (
	A       Class = "A"
	B       Class = "B"
	C       Class = "C"
	NoClass Class = "none"
)

// Classes are all classes, the most important one first.
var Classes = [...]Class{A, B, C, NoClass}

// better returns the more important of two classes.
func better(a, b Class) Class {
	if slices.Index(Classes[:], a) < slices.Index(Classes[:], b) {
		return a
	}
	return b
}

// Standing is where an item stands among the others.
type Standing struct {
	Class      Class `json:"class"`
	ByValue    Class `json:"by_value"`
	ByVelocity Class `json:"by_velocity"`
	// Rank is the better of its two ranks; 1 is the first, 0 none.
	Rank int64 `json:"rank,omitempty"`
	// Value is a year's usage times the cost.
	Value agent.Money `json:"value,omitzero"`
	// Lacks says what is missing to know both classes.
	Lacks string `json:"lacks,omitempty"`
}

// Classify ranks items by value and by velocity and returns their standings, in the
// order of the items. Value is reckoned in one currency, that of most items.
//
// Source: value is annual usage times unit cost (supplychainmetric.com); velocity is
// how often an item is picked and put away (stevebragg.com). The better of both ranks
// counts, so that neither the dear nor the fast are forgotten.
func Classify(items []Item, r Rules) []Standing {
	r = r.WithDefaults()
	currency := commonCurrency(items)
	standings := make([]Standing, len(items))
	value, velocity := make([]float64, len(items)), make([]float64, len(items))
	for i := range items {
		item := &items[i]
		standings[i] = Standing{ByValue: NoClass, ByVelocity: NoClass, Lacks: lacks(item, currency)}
		velocity[i] = float64(item.Quarter.Handled)
		if cost := item.Cost; cost.Currency == currency && cost.Minor > 0 && item.Year.Used > 0 {
			value[i] = float64(cost.Minor) * float64(item.Year.Used)
			standings[i].Value = agent.Money{Minor: whole(value[i]), Currency: currency}
		}
	}
	ranking(items, value, r, func(i int, c Class, rank int64) { standings[i].ByValue, standings[i].Rank = c, rank })
	ranking(items, velocity, r, func(i int, c Class, rank int64) {
		s := &standings[i]
		if s.ByVelocity = c; s.Rank == 0 || rank < s.Rank {
			s.Rank = rank
		}
	})
	for i := range standings {
		standings[i].Class = better(standings[i].ByValue, standings[i].ByVelocity)
	}
	return standings
}

// ranking classes the items that have any weight by their share of the sum of all
// weights. The item that crosses a limit belongs to the better class, and items of
// the same weight have the same rank and class.
func ranking(items []Item, weight []float64, r Rules, tell func(i int, c Class, rank int64)) {
	order := make([]int, 0, len(items))
	total := 0.0
	for i, w := range weight {
		if w > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(weight[b], weight[a]), cmp.Compare(items[a].Item.ID, items[b].Item.ID))
	})
	for _, i := range order { // in this order the sum does not depend on that of the items
		total += weight[i]
	}
	before, class, rank := 0.0, A, int64(1)
	for n, i := range order {
		if n > 0 && weight[i] != weight[order[n-1]] {
			class, rank = r.classAt(before/total), int64(n)+1
		}
		before += weight[i]
		tell(i, class, rank)
	}
}

// classAt returns the class of an item before which a share of the whole lies.
func (r Rules) classAt(share float64) Class {
	switch {
	case share < float64(r.ShareA)/10_000:
		return A
	case share < float64(r.ShareB)/10_000:
		return B
	}
	return C
}

// commonCurrency returns the currency in which most items have their cost.
func commonCurrency(items []Item) string {
	uses := map[string]int{}
	for i := range items {
		if c := items[i].Cost.Currency; c != "" {
			uses[c]++
		}
	}
	most := ""
	for c, n := range uses {
		if n > uses[most] || n == uses[most] && c < most {
			most = c
		}
	}
	return most
}

// lacks says why value or velocity of an item are not known.
func lacks(item *Item, currency string) string {
	cost := ""
	switch {
	case item.Cost.Currency == "":
		cost = "Its cost is not known"
	case item.Cost.Currency != currency:
		cost = "Its cost is in " + item.Cost.Currency + ", not in " + currency
	case item.Cost.Minor < 0:
		cost = "Its cost is below zero"
	case item.Cost.Minor == 0:
		cost = "It costs nothing"
	}
	moved := ""
	switch {
	case item.Year.Handled == 0:
		moved = "no movement of it is known for a year"
	case item.Quarter.Handled == 0:
		moved = "no movement of it is known for a quarter"
	case item.Year.Used <= 0:
		moved = "nothing of it was sold in a year"
	}
	switch {
	case cost == "" && moved == "":
		return ""
	case cost == "":
		return "N" + moved[1:] + "."
	case moved == "":
		return cost + "."
	}
	return cost + ", and " + moved + "."
}

// whole turns an amount into whole minor units, as large as can be.
func whole(amount float64) int64 {
	if amount >= math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(amount)
}
