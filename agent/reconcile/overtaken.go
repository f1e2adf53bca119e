package reconcile

import (
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// ofLater reports whether a delivery is of a count that counted the item later than
// this one and has corrected the books since. What it found holds everything that this
// count could say, and what was lost in between: taking that into account here would
// offer to take it back.
func (r *reckoning) ofLater(d agent.Delivery) bool {
	return len(r.lines) > 0 && d.State == agent.Delivered && d.Adjustment.Count != r.Count.ID &&
		d.Adjustment.CutOff.Earliest().After(r.cutOff.Latest())
}

// overtaken reports whether a later count leaves this one nothing to say. What was
// left undecided when this one was finished is shown as it was.
func (r *reckoning) overtaken() bool {
	return (r.approved.any || !r.over()) && slices.ContainsFunc(r.Deliveries, r.ofLater)
}

// setAside reports whether a change of the book by one of our deliveries is no part of
// what is compared: it was approved in this count, or in a later one.
func (r *reckoning) setAside(id agent.AdjustmentID) bool {
	return r.approved.sentBy[id] || slices.ContainsFunc(r.Deliveries, func(d agent.Delivery) bool {
		return d.Adjustment.ID == id && r.ofLater(d)
	})
}
