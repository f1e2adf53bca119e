package reconcile

import (
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// basis is the statement that an item is judged by, and what was added to it.
type basis struct {
	book     agent.Book
	found    bool
	certain  bool // it is known what the statement contains
	final    bool // nothing more is needed from the upstream's books
	effects  []agent.Effect
	expected agent.Interval
}

// choose finds the statement to judge by.
//
// Carried to the cut-off, one from before and one from after it lead to the same
// quantity, because each says by its own times which movements it contains. They
// differ in what is not known: of a sale that only a till has told of, a statement
// from before the sale is known not to contain it. So the narrowest result is
// taken, and of equal ones the newest: it contains every change so far, so that
// nothing is asked twice.
func (r *reckoning) choose() basis {
	if r.policy.Method == agent.Snapshot {
		return r.snapshot()
	}
	books := r.comparable()
	changes, explained := r.unexplained(books)
	var best basis
	for _, book := range explained {
		b := r.expect(book, changes)
		if !best.found || width(b.expected) <= width(best.expected) {
			best = b
		}
	}
	// The newest need not be the one: after a restart less is known of the shop's
	// clock, so that a later statement can be taken for an earlier one.
	best.final = slices.ContainsFunc(explained, r.afterCutOff)
	best.certain = best.found
	if !best.found && len(r.Books) > 0 {
		best = r.expect(inOrder(r.Books)[len(r.Books)-1], changes)
	}
	return best
}

// afterCutOff reports whether a statement ends the waiting for one.
func (r *reckoning) afterCutOff(b agent.Book) bool {
	return r.judgedBefore() || r.statedAt(b).Earliest().After(r.cutOff.Latest())
}

func width(i agent.Interval) int64 { return i.Hi - i.Lo }

// expect carries a statement to the cut-off.
func (r *reckoning) expect(book agent.Book, changes []agent.Movement) basis {
	b := basis{book: book, found: true, expected: agent.Exactly(book.OnHand)}
	add := func(e agent.Effect) {
		b.expected = b.expected.Plus(e.Expected)
		if e.Expected != agent.Exactly(0) {
			b.effects = append(b.effects, e)
		}
	}
	for _, list := range [][]agent.Movement{r.movements, changes} {
		for _, m := range list {
			add(r.effect(book, m, r.verdict(m)))
		}
	}
	for _, a := range unique(r.Applied) {
		add(r.adjusted(book, a))
	}
	return b
}

// snapshot is what many products do: they compare with the book at the opening of
// the count and know nothing of what moved.
func (r *reckoning) snapshot() basis {
	books := inOrder(r.Books)
	for i, book := range books {
		if last := i == len(books)-1; last || !book.At.At.Before(r.Count.Opened.At) {
			return basis{book: book, found: true, certain: true, final: true, expected: agent.Exactly(book.OnHand)}
		}
	}
	return basis{}
}
