package reconcile

import (
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// late reports whether what is open came to be known too late: it corrects an
// approval that was sent or, where the count is finished, a line of which there was
// nothing to approve.
func (r *reckoning) late(v agent.Variance) bool {
	open := v.Status != agent.Settled && v.Variance != agent.Exactly(0)
	return open && !slices.ContainsFunc(r.Deliveries, r.ofLater) && (r.approved.sent || r.Count.State == agent.CountDone && r.wasDecided())
}

// wasDecided reports whether nothing was open about the item before one of the
// movements came that were posted when the item had been final already. What was
// open without them was left undecided when the count was finished, and so was what
// nobody counted. Of what went on after the count, which may be years of sales, nothing
// is late.
func (r *reckoning) wasDecided() bool {
	if len(r.lines) == 0 {
		return false
	}
	belated := r.belated()
	for i, m := range belated {
		if r.verdict(m) == agent.After {
			continue
		}
		before := reckon(r.without(belated[i:]))
		status, _, _ := before.status(before.total(), before.problem() != nil)
		switch status {
		case agent.Matches, agent.Tolerated, agent.Settled:
			return true
		}
	}
	return false
}

// belated returns the movements that were posted later than the item had to wait for
// them, in the order in which they were.
func (r *reckoning) belated() []agent.Movement {
	book := r.basis.book
	final := r.final().Add(book.Stated.Sub(r.statedAt(book).At)) // by the upstream's clock
	list := slices.DeleteFunc(slices.Clone(r.movements), func(m agent.Movement) bool {
		return m.Posted.IsZero() || !m.Posted.After(final)
	})
	slices.SortStableFunc(list, func(a, b agent.Movement) int { return a.Posted.Compare(b.Posted) })
	return list
}

// without returns the facts as they were before some movements were posted, of which
// the first is the oldest.
func (r *reckoning) without(belated []agent.Movement) Item {
	in := r.Item
	out := make(map[record]bool, len(belated))
	for _, m := range belated {
		out[recordOf(m)] = true
	}
	in.Movements = slices.DeleteFunc(slices.Clone(in.Movements), func(m agent.Movement) bool { return out[recordOf(m)] })
	in.Books = slices.DeleteFunc(slices.Clone(in.Books), func(b agent.Book) bool {
		return !b.Stated.Before(belated[0].Posted)
	})
	return in
}
