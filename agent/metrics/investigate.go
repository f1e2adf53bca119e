package metrics

import (
	"cmp"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// The verdicts on a limit.
const (
	Within  = "within"
	Over    = "over"
	Unclear = "unclear" // the range holds the limit
	Unknown = "unknown" // there is nothing to divide by
)

// Investigation is an item that is over the limit of investigation.
type Investigation struct {
	Item     agent.ItemID   `json:"item"`
	Zones    []string       `json:"zones,omitempty"`
	Counted  int64          `json:"counted"`
	Expected agent.Interval `json:"expected"`
	Variance agent.Interval `json:"variance"`
	// Certain is false where only a part of the range is over the limit.
	Certain bool `json:"certain"`
}

// investigations returns the items that are, or may be, over the limit: the greatest
// variance first.
func investigations(all []*Item, by Rules) []Investigation {
	items, _ := judged(all)
	list := []Investigation{}
	for _, i := range items {
		if sure, maybe := by.over(i); maybe {
			list = append(list, Investigation{
				Item: i.ID, Zones: i.Zones, Counted: i.Counted, Expected: i.Expected, Variance: i.variance(), Certain: sure,
			})
		}
	}
	far := func(n Investigation) int64 { return max(abs(n.Variance.Lo), abs(n.Variance.Hi)) }
	slices.SortFunc(list, func(a, b Investigation) int {
		return cmp.Or(cmp.Compare(far(b), far(a)), cmp.Compare(a.Item, b.Item))
	})
	return list
}

// over reports whether an item is over the limit for certain and whether it may be.
func (r Rules) over(i *Item) (sure, maybe bool) {
	over := func(b int64) bool { return r.investigated(i, i.Counted, b) }
	return over(i.best()), over(i.Expected.Lo) || over(i.Expected.Hi)
}

// together judges the deviation of items as a whole by the limit of investigation:
// over its share, and over one of its floors.
func (r Rules) together(items []*Item, a Accuracy) string {
	limit := float64(r.Investigate.BasisPoints) / 10_000
	floor := r.Investigate
	money := func(lo bool) bool {
		if floor.Money.Minor == 0 {
			return false
		}
		var sum int64
		for _, i := range items {
			if near, far := span(i, distance); i.Cost.Currency == floor.Money.Currency {
				sum += pick(lo, near, far) * i.Cost.Minor
			}
		}
		return sum > floor.Money.Minor
	}
	floors := func(lo bool) bool {
		units := floor.Units != 0 && pick(lo, a.Absolute.Lo, a.Absolute.Hi) > floor.Units
		return floor.Units == 0 && floor.Money.Minor == 0 || units || money(lo)
	}
	switch {
	case a.Absolute.Hi == 0:
		return Within
	case !a.Deviation.Known:
		return Unknown
	case a.Deviation.Lo > limit && floors(true):
		return Over
	case a.Deviation.Hi > limit && floors(false):
		return Unclear
	}
	return Within
}

func pick(lo bool, least, greatest int64) int64 {
	if lo {
		return least
	}
	return greatest
}
