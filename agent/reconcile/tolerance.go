package reconcile

import "github.com/stockhand/stockhand/agent"

// within reports whether a variance is within tolerance: not more units than the
// limit or, where that is more, than its share of the expected quantity, and not
// more money. A limit without any bound tolerates nothing.
func (r *reckoning) within(variance int64) bool {
	limit := r.policy.Tolerance
	if limit == (agent.Limit{}) {
		return variance == 0
	}
	bounded := limit.Units != 0 || limit.BasisPoints != 0
	enough := abs(variance) <= limit.Units || r.withinShare(variance, limit.BasisPoints)
	return (!bounded || enough) && !r.overMoney(variance, limit.Money)
}

// withinShare compares with a share of the expected quantity. Of nothing, or of
// less than nothing, there is no share.
func (r *reckoning) withinShare(variance, basisPoints int64) bool {
	return abs(variance)*10_000 <= basisPoints*(r.units-variance)
}

func (r *reckoning) overMoney(variance int64, limit agent.Money) bool {
	cost := r.Item.Item.Cost
	return limit.Minor != 0 && limit.Currency == cost.Currency && abs(cost.Times(variance).Minor) > limit.Minor
}

// overLimit reports whether the further end of a variance is to be investigated:
// above the share of the expected quantity, and above one of the floors.
func (r *reckoning) overLimit(v agent.Interval) bool {
	limit := r.policy.Investigate
	far := farEnd(v)
	if far == 0 || limit.BasisPoints != 0 && r.withinShare(far, limit.BasisPoints) {
		return false
	}
	floors := limit.Units != 0 || limit.Money.Minor != 0
	return !floors || limit.Units != 0 && abs(far) > limit.Units || r.overMoney(far, limit.Money)
}

// needsReason reports whether a variance is beyond the tolerance. Where nobody set one,
// only the limit of investigation asks for reasons: otherwise every piece would.
func (r *reckoning) needsReason(v agent.Interval) bool {
	return r.policy.Tolerance != (agent.Limit{}) && !r.within(farEnd(v))
}
