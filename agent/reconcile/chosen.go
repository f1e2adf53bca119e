package reconcile

import (
	"cmp"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// mostSteps is how many movements that came after a choice are taken one by one.
const mostSteps = 100

// chosen reports whether the last approval rests on what a person chose because it could
// not be known, and nobody counted the item since.
func (r *reckoning) chosen() bool {
	return !r.anew && r.approved.any && r.approved.last.Decided && !r.recounted()
}

// due is what a choice leads to by what is known now. It settles what was in doubt when it
// was made, and nothing that came to be known afterwards: that is added to it, one
// movement after the other.
//
// A movement that adds to what is not known adds as much to the choice. One that says
// more about what was in doubt leaves a choice that is still possible as it is; of one
// that is not, what is possible takes the place.
func (r *reckoning) due() agent.Interval {
	due := agent.Exactly(r.approved.all())
	known, later := r.sinceChoice()
	if len(later) == 0 {
		return due
	}
	was, found := known.judged()
	for len(later) > 0 && found {
		n := 1
		if len(later) > mostSteps {
			n = len(later) - mostSteps
		}
		known.Movements = append(known.Movements, later[:n]...)
		later = later[n:]
		is, _ := known.judged()
		due = learned(due, was, is)
		was = is
	}
	return due
}

// sinceChoice returns the facts as they were when the choice was made, and the movements
// that came later and concern them, in the order in which they did. What was sold after
// the count and is in none of the statements concerns nobody.
func (r *reckoning) sinceChoice() (known Item, later []agent.Movement) {
	known = r.Item
	known.Movements = nil
	row := r.approved.row
	if row == 0 {
		return known, nil
	}
	known.Books = r.booksOfChoice()
	dated := r.occurred()
	for i, m := range r.Movements {
		switch {
		case m.Seq < row:
			known.Movements = append(known.Movements, m)
		case r.verdict(dated[i]) != agent.After || slices.ContainsFunc(known.Books, func(b agent.Book) bool { return r.mayHold(b, dated[i]) }):
			later = append(later, m)
		}
	}
	slices.SortFunc(later, func(a, b agent.Movement) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), order(a, b)) })
	return known, later
}

// booksOfChoice are the statements by which it was known what there was to choose from:
// that which the approval names, and earlier ones. Later ones were not covered by the
// feed, or said nothing more.
func (r *reckoning) booksOfChoice() []agent.Book {
	books := inOrder(r.Books)
	of := func(b agent.Book) bool { return b.Seq == r.approved.last.Book.Seq }
	if i := slices.IndexFunc(books, of); i >= 0 {
		return books[:i+1]
	}
	return []agent.Book{r.approved.last.Book}
}

// mayHold reports whether a statement may contain a movement.
func (r *reckoning) mayHold(b agent.Book, m agent.Movement) bool {
	contains, known := r.contains(b, m)
	return contains || !known
}

// judged is the variance of an item by its facts, as if nothing of it had been approved
// but for what its approvals did to the books.
func (in Item) judged() (total agent.Interval, found bool) {
	r := reckonAs(in, true)
	return r.total(), r.basis.found
}

// learned is what becomes of a choice when what is known changes.
func learned(chosen, was, is agent.Interval) agent.Interval {
	lo, hi := is.Lo-was.Lo, is.Hi-was.Hi
	narrower := lo >= 0 && hi <= 0 && lo != hi
	if !narrower {
		chosen = chosen.Plus(hull(lo, hi))
		if both, some := common(chosen, is); some && lo > hi {
			return both
		}
		return chosen
	}
	if both, some := common(chosen, is); some {
		return both
	}
	if _, possible := common(chosen, was); possible {
		return is
	}
	return chosen // the shop's number was kept, whatever was counted
}

// common is what two intervals have in common.
func common(a, b agent.Interval) (agent.Interval, bool) {
	i := agent.Interval{Lo: max(a.Lo, b.Lo), Hi: min(a.Hi, b.Hi)}
	return i, i.Lo <= i.Hi
}
