package metrics

import "github.com/stockhand/stockhand/agent"

// Rules are the limits that metrics are measured by.
type Rules struct {
	// BasisPoints and Units are the ranges of the two error ranges.
	BasisPoints int64 `json:"basis_points"`
	Units       int64 `json:"units"`
	// Tolerance is that of the count's policy, for the hit rate.
	Tolerance agent.Limit `json:"tolerance"`
	// Investigate is from where an item or a zone is investigated: over its share of
	// the expected quantity, and over one of the floors.
	Investigate agent.Limit `json:"investigate"`
	// Shrinkage is the limit of both shrinkage rates.
	Shrinkage int64 `json:"shrinkage_basis_points"`
}

// RulesOf returns the rules that go with a count's policy.
func RulesOf(p agent.Policy) Rules {
	p = p.WithDefaults()
	return Rules{BasisPoints: 500, Units: 1, Tolerance: p.Tolerance, Investigate: p.Investigate, Shrinkage: 200}
}

// Tolerated reports whether the variance of an item is within tolerance for certain,
// and whether it may be.
func (r Rules) Tolerated(i Item) (sure, maybe bool) {
	return i.both(func(c, b int64) bool { return r.within(&i, c, b) })
}

// within reports whether a variance is within tolerance, as the count judges it. A
// limit without any bound tolerates nothing.
func (r Rules) within(i *Item, counted, expected int64) bool {
	limit, e := or(i.Tolerance, r.Tolerance), distance(counted, expected)
	if limit == (agent.Limit{}) {
		return e == 0
	}
	bounded := limit.Units != 0 || limit.BasisPoints != 0
	enough := e <= limit.Units || inShare(counted, expected, limit.BasisPoints)
	return (!bounded || enough) && !overMoney(i.Cost, e, limit.Money)
}

// investigated reports whether a variance is over the limit and one of its floors.
func (r Rules) investigated(i *Item, counted, expected int64) bool {
	limit, e := or(i.Investigate, r.Investigate), distance(counted, expected)
	if e == 0 || limit.BasisPoints != 0 && inShare(counted, expected, limit.BasisPoints) {
		return false
	}
	floors := limit.Units != 0 || limit.Money.Minor != 0
	return !floors || limit.Units != 0 && e > limit.Units || overMoney(i.Cost, e, limit.Money)
}

// or returns a limit of a class, or that of the count where there is none.
func or(own *agent.Limit, other agent.Limit) agent.Limit {
	if own != nil {
		return *own
	}
	return other
}

func overMoney(cost agent.Money, units int64, limit agent.Money) bool {
	return limit.Minor != 0 && limit.Currency == cost.Currency && abs(cost.Minor)*units > limit.Minor
}
