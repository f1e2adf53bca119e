package reconcile

import (
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// effect returns what a movement adds to a statement to get the expected quantity.
//
// With q units, a = 1 if it lies after the cut-off and c = 1 if the statement
// contains it, that is (1 - c - a) x q: what is contained and came later is taken
// out, what came earlier and is not contained is put in. Where a or c is not known
// both are possible, and since a movement of several units may lie across a
// cut-off, so is everything between.
func (r *reckoning) effect(book agent.Book, m agent.Movement, verdict agent.Verdict) agent.Effect {
	contains, known := r.contains(book, m)
	if !known && verdict == agent.After && r.after(book, m) {
		known = true // nor does it contain another record of it
	}
	lo, hi := int64(1), int64(1)
	said := "unknown"
	switch {
	case !known:
		lo--
	case contains:
		lo, hi, said = lo-1, hi-1, "yes"
	default:
		said = "no"
	}
	switch verdict {
	case agent.After:
		lo, hi = lo-1, hi-1
	case agent.Unclear:
		lo--
	}
	return agent.Effect{Movement: m, Verdict: verdict, Contained: said, Expected: hull(lo*m.Quantity, hi*m.Quantity)}
}

// contains reports whether a statement contains a movement. Beyond what the times
// of the upstream tell, nothing was posted before it happened; a movement without
// a receipt is left out of that, because it may be another record of one that is
// known to be contained.
func (r *reckoning) contains(book agent.Book, m agent.Movement) (contains, known bool) {
	if m.Source == fromBooks {
		return true, true
	}
	if contains, known = book.Contains(m); r.toldAsPosted(m) {
		contains, known = r.holds(book, m)
	}
	if !known && m.Receipt != "" && r.after(book, m) {
		return false, true
	}
	return contains, known
}

// toldAsPosted reports whether a till says when the shop's number changed by a movement.
func (r *reckoning) toldAsPosted(m agent.Movement) bool {
	return !m.Posted.IsZero() && r.Source != "" && m.Source != r.Source
}

// holds reports whether a statement contains a movement of which a till says when it was
// posted, as exactly as the till's clock tells that.
func (r *reckoning) holds(book agent.Book, m agent.Movement) (contains, known bool) {
	doubt, last := m.Occurred.Uncertainty, book.Changed
	if last.IsZero() {
		last = book.Stated
	}
	switch {
	case m.Posted.Add(doubt).Before(last):
		return true, true
	case m.Posted.Add(-doubt).After(book.Stated.Add(book.Tick)):
		return false, true
	}
	return false, false
}

// after reports whether a movement happened after a statement was made.
func (r *reckoning) after(book agent.Book, m agent.Movement) bool {
	return m.Occurred.Earliest().After(r.at(book).Latest())
}

// adjusted returns what a change by one of our own deliveries adds to a statement.
// What was approved in this count is no part of what is compared, nor what a later
// one corrected. What an earlier count corrected changed the number that this one is
// compared with.
func (r *reckoning) adjusted(book agent.Book, a agent.Applied) agent.Effect {
	aside := r.setAside(a.Adjustment)
	is := a.After < book.Seq
	e := agent.Effect{
		Movement: agent.Movement{
			Source: "stockhand", SourceID: string(a.Adjustment), Kind: agent.Adjusted,
			Item: a.Item, Location: a.Location, Quantity: a.Delta, Occurred: agent.Stamp{At: r.deliveredAt(a.Adjustment)},
		},
		Verdict: agent.Before, Contained: "no",
	}
	if is {
		e.Contained = "yes"
	}
	switch {
	case is && unsure(book) && r.newestApplied(a):
		e.Contained, e.Expected = "unknown", hull(0, a.Delta)
		if aside {
			e.Expected = hull(-a.Delta, 0)
		}
	case aside && is:
		e.Expected = agent.Exactly(-a.Delta)
	case !aside && !is:
		e.Expected = agent.Exactly(a.Delta)
	}
	return e
}

// deliveredAt is when an adjustment of ours reached the shop; zero if that is not told.
func (r *reckoning) deliveredAt(id agent.AdjustmentID) (at time.Time) {
	for _, d := range r.Deliveries {
		if d.Adjustment.ID == id {
			at = d.Changed
		}
	}
	return at
}

// newestApplied reports whether no change of ours was made after one. Only of such a
// one it can be open whether the shop's system has imported it: until it has, no other
// of the item is handed over.
func (r *reckoning) newestApplied(a agent.Applied) bool {
	return !slices.ContainsFunc(r.Applied, func(o agent.Applied) bool { return o.After > a.After })
}

func hull(a, b int64) agent.Interval { return agent.Interval{Lo: min(a, b), Hi: max(a, b)} }
