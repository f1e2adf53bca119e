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
	if _, found := r.countedLater(); found {
		return true
	}
	return (r.approved.any || !r.over()) && slices.ContainsFunc(r.Deliveries, r.ofLater)
}

// countedLater returns the newest line of a count that counted the item after this one,
// wherever it is kept or was found, though it may have corrected nothing: what it says
// holds. What was approved here is the business of this count.
func (r *reckoning) countedLater() (last agent.Line, found bool) {
	if len(r.lines) == 0 || r.approved.any || r.over() {
		return last, false
	}
	byCount := map[agent.CountID][]agent.Line{}
	for _, l := range r.Later {
		if steps(r.Steps).window(l).From.Earliest().After(r.cutOff.Latest()) {
			byCount[l.Count] = append(byCount[l.Count], l)
		}
	}
	for _, lines := range byCount {
		if !r.everywhere(lines) {
			continue
		}
		for _, l := range lines {
			if l.Window.To.At.After(last.Window.To.At) || l.Window.To.At.Equal(last.Window.To.At) && l.Last > last.Last {
				last, found = l, true
			}
		}
	}
	return last, found
}

// everywhere reports whether lines are of all bins in which the item is kept or was found.
func (r *reckoning) everywhere(lines []agent.Line) bool {
	in := func(bin agent.Bin) bool {
		return slices.ContainsFunc(lines, func(l agent.Line) bool { return l.Bin == bin })
	}
	for _, bin := range r.Item.Item.Bins {
		if !in(bin) {
			return false
		}
	}
	return !slices.ContainsFunc(r.lines, func(l agent.Line) bool { return l.Counted() != 0 && !in(l.Bin) })
}

// setAside reports whether a change of the book by one of our deliveries is no part of
// what is compared: it was approved in this count, or in a later one.
func (r *reckoning) setAside(id agent.AdjustmentID) bool {
	return r.approved.sentBy[id] || slices.ContainsFunc(r.Deliveries, func(d agent.Delivery) bool {
		return d.Adjustment.ID == id && r.ofLater(d)
	})
}
