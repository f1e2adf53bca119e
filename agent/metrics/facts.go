package metrics

import (
	"cmp"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// Item is what a count found out about one item at its location.
type Item struct {
	ID agent.ItemID
	// Class is the caller's class of the item, such as A, B or C; empty if it has none.
	Class string
	// Zones and Counters are where its lines lie and who counted them, each once. An
	// item of several zones has one variance, of which nobody knows the parts.
	Zones    []string
	Counters []string
	Status   agent.Status
	Counted  int64
	Damaged  int64 // of Counted
	Expected agent.Interval
	Cost     agent.Money // of one unit; without a currency it is not known
	// Tolerance and Investigate are the limits of its class, where that has its own.
	Tolerance, Investigate *agent.Limit
	// WrittenOff is true where a person approved the variance as damage or expiry: what
	// is missing is known then, and no unknown loss.
	WrittenOff bool
	// Sold is the units that were sold in the period of Facts, less those returned.
	Sold int64
}

// variance returns counted - expected.
func (i *Item) variance() agent.Interval { return agent.Exactly(i.Counted).Minus(i.Expected) }

// best returns the expected quantity of the interval that is nearest to the counted
// one. Every error here grows with the distance from it, on either side, so the
// least error is found there and the greatest at one of the ends.
func (i *Item) best() int64 { return min(max(i.Counted, i.Expected.Lo), i.Expected.Hi) }

// span returns the least and the greatest error of an item over all quantities that
// may have been expected.
func span[T cmp.Ordered](i *Item, err func(counted, expected int64) T) (lo, hi T) {
	lo = err(i.Counted, i.best())
	return lo, max(err(i.Counted, i.Expected.Lo), err(i.Counted, i.Expected.Hi))
}

// LeftOut is the number of items that no metric says anything about, by why.
type LeftOut struct {
	Incomplete    int64 `json:"incomplete"`     // a known bin was not counted
	NotAdjustable int64 `json:"not_adjustable"` // the shop keeps no quantity of it here, or no shop is connected
	Waiting       int64 `json:"waiting"`        // what was sold around the counting is not known yet
	Absurd        int64 `json:"absurd"`         // a quantity or a cost that no stock can have
}

// All returns how many items were left out.
func (l LeftOut) All() int64 { return l.Incomplete + l.NotAdjustable + l.Waiting + l.Absurd }

// What lies above is an error of somebody's data, and would spoil every sum.
const (
	maxUnits = int64(1e12)
	maxMinor = int64(1e12) // of one unit, and of all units of one item
)

func (i *Item) absurd() bool {
	far := max(abs(i.Counted), abs(i.Expected.Lo), abs(i.Expected.Hi), abs(i.Sold), abs(i.Damaged))
	cost := i.Cost.Minor
	return far > maxUnits || cost < 0 || cost > maxMinor || cost != 0 && far > maxMinor/cost
}

// abs returns the distance from zero; of the least number, which has none, the
// greatest.
func abs(n int64) int64 {
	if n < 0 {
		n = -n
	}
	if n < 0 {
		n = 1<<63 - 1
	}
	return n
}

// inOrder returns the items by id, so that sums are the same whatever order they
// came in.
func inOrder(items []Item) []*Item {
	list := make([]*Item, len(items))
	for n := range items {
		list[n] = &items[n]
	}
	slices.SortStableFunc(list, func(a, b *Item) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// judged returns the items that something can be said about, and the number of the
// others.
func judged(items []*Item) ([]*Item, LeftOut) {
	var out LeftOut
	list := make([]*Item, 0, len(items))
	for _, i := range items {
		switch {
		case i.Status == agent.NotComplete:
			out.Incomplete++
		case i.Status == agent.NotAdjustable:
			out.NotAdjustable++
		case i.Status == agent.Waiting:
			out.Waiting++
		case i.absurd():
			out.Absurd++
		default:
			list = append(list, i)
		}
	}
	return list, out
}
