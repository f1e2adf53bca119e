package metrics

import (
	"math"

	"github.com/stockhand/stockhand/agent"
)

// Accuracy is how well the books said what was there. Every number that depends on a
// quantity which is not certain is a range.
type Accuracy struct {
	Items       int64          `json:"items"`
	SignedError agent.Interval `json:"signed_error"`
	Shrink      []Amount       `json:"shrink"`
	NoCost      int64          `json:"no_cost,omitempty"` // items that Shrink says nothing about
	Exact       Share          `json:"exact"`             // IRA
	Binary      Share          `json:"binary_error"`
	InPercent   Share          `json:"error_range_percent"`
	InUnits     Share          `json:"error_range_units"`
	Absolute    agent.Interval `json:"absolute_error"`
	MAPE        Mean           `json:"mape"`
	SMAPE       Mean           `json:"smape"`
	HitRate     Share          `json:"hit_rate"`
	// Deviation is the units that were wrong, either way, as a share of the expected
	// ones; Place is the rest of it.
	Deviation Ratio `json:"deviation"`
	Place     Ratio `json:"place_accuracy"`
}

// measure works out the accuracy of items that were judged.
func measure(items []*Item, by Rules) Accuracy {
	a := Accuracy{Items: int64(len(items))}
	var mapeLo, mapeHi, smapeLo, smapeHi float64
	var empty int64
	shrink := amounts{}
	for _, i := range items {
		v := i.variance()
		a.SignedError = a.SignedError.Plus(v)
		lo, hi := span(i, distance)
		a.Absolute = a.Absolute.Plus(agent.Interval{Lo: lo, Hi: hi})
		a.Exact.count(hi == 0, lo == 0)
		a.InUnits.count(hi <= by.Units, lo <= by.Units)
		a.InPercent.count(i.both(func(c, b int64) bool { return inShare(c, b, by.BasisPoints) }))
		a.HitRate.count(i.both(func(c, b int64) bool { return by.within(i, c, b) }))
		symmetric, asymmetric := span(i, ofBoth)
		smapeLo, smapeHi = smapeLo+symmetric, smapeHi+asymmetric
		if i.Counted == 0 {
			empty++
		} else {
			size := math.Abs(float64(i.Counted))
			mapeLo, mapeHi = mapeLo+float64(lo)/size, mapeHi+float64(hi)/size
		}
		if i.Cost.Currency == "" {
			a.NoCost++
		} else {
			shrink.add(i.Cost.Currency, loss(i, v.Hi), loss(i, v.Lo))
		}
	}
	a.Binary, a.Shrink = a.Exact.rest(), shrink.sorted()
	a.MAPE = mean(mapeLo, mapeHi, a.Items-empty, empty)
	a.SMAPE = mean(smapeLo, smapeHi, a.Items, 0)
	a.Deviation = deviation(items)
	a.Place = a.Deviation.place()
	return a
}

func distance(counted, expected int64) int64 { return abs(counted - expected) }

// ofBoth is an item's part of sMAPE: 0 where both are nothing, 2 where one is.
func ofBoth(counted, expected int64) float64 {
	e := distance(counted, expected)
	if e == 0 {
		return 0
	}
	return 2 * float64(e) / (math.Abs(float64(counted)) + math.Abs(float64(expected)))
}

// loss is the money that a variance says is missing.
func loss(i *Item, variance int64) int64 { return max(0, -variance) * i.Cost.Minor }

// both reports whether something that holds near the counted quantity holds for
// certain and whether it may.
func (i *Item) both(holds func(counted, expected int64) bool) (sure, maybe bool) {
	return holds(i.Counted, i.Expected.Lo) && holds(i.Counted, i.Expected.Hi), holds(i.Counted, i.best())
}

// inShare reports whether an error is within a share of the expected quantity. Of
// nothing, or of less than nothing, there is no share.
func inShare(counted, expected, basisPoints int64) bool {
	e := distance(counted, expected)
	return e == 0 || expected > 0 && float64(e)*10_000 <= float64(basisPoints)*float64(expected)
}

// deviation is the units that were wrong, either way, as a share of the expected
// ones. Less than nothing on the books is nothing.
func deviation(items []*Item) Ratio {
	return ratio(items,
		func(i *Item, b int64) int64 { return distance(i.Counted, b) },
		func(_ *Item, b int64) int64 { return max(0, b) })
}

// place is OCA's formula for a location: max(0, 1 - errors / expected).
func (r Ratio) place() Ratio {
	if !r.Known {
		return r
	}
	return Ratio{Lo: max(0, 1-r.Hi), Hi: max(0, 1-r.Lo), Known: true}
}
