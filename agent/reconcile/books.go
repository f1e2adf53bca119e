package reconcile

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// fromBooks is the source of movements that were only noticed because two
// statements differ.
const fromBooks = "books"

// inOrder returns statements in the order in which the upstream made them.
func inOrder(books []agent.Book) []agent.Book {
	return slices.SortedFunc(slices.Values(books), func(a, b agent.Book) int {
		return cmp.Or(a.Stated.Compare(b.Stated), cmp.Compare(a.Seq, b.Seq), a.At.At.Compare(b.At.At), cmp.Compare(a.OnHand, b.OnHand))
	})
}

// comparable returns the statements of which it is certain what they contain, in
// order. With a feed that means that they are settled and that the feed reaches
// their last change: then book and feed cover the same instant. Without one a statement
// that may not contain an adjustment of ours is left out.
func (r *reckoning) comparable() []agent.Book {
	if r.judgedBefore() {
		return []agent.Book{r.approved.last.Book}
	}
	books := slices.DeleteFunc(inOrder(r.Books), func(b agent.Book) bool {
		return b.At.At.Before(r.Since) || unsure(b) || r.Feed && !(b.Settled() && r.covers(b))
	})
	if r.over() {
		return r.undisturbed(books)
	}
	return books
}

// undisturbed leaves out the statements from the first change on that came after the
// item could be judged and that no movement explains. Of a count that has ended, what
// somebody does to the books later changes nothing.
func (r *reckoning) undisturbed(books []agent.Book) []agent.Book {
	judged := slices.IndexFunc(books, r.afterCutOff)
	for i := judged + 1; judged >= 0 && i < len(books); i++ {
		if r.rest(books[i-1], books[i]) != 0 {
			return books[:i]
		}
	}
	return books
}

// unsure reports whether a statement may contain its last change or not: the shop's
// files say so while an adjustment of ours waits to be imported. One that tells of no
// change at all contains what was handed over before it.
func unsure(b agent.Book) bool { return !b.Changed.IsZero() && !b.Settled() }

// judgedBefore reports whether an approval holds that nobody counted since. Then
// its statement is kept: what came to the books later is the business of whoever
// changed them, and the upload compares before it writes.
func (r *reckoning) judgedBefore() bool {
	return !r.anew && r.approved.any && !r.recounted() && !r.NumberOnly && !r.approved.last.Book.Stated.IsZero()
}

// covers reports whether the feed is complete up to a statement's last change.
func (r *reckoning) covers(b agent.Book) bool {
	for _, w := range r.live() {
		if !r.ofTill(w) && w.Upstream.Before(b.Changed.Add(b.Tick)) {
			return false
		}
	}
	return true
}

// live returns the sources that tell what moved.
func (r *reckoning) live() []agent.Watermark {
	return slices.DeleteFunc(slices.Clone(r.Watermarks), func(w agent.Watermark) bool { return w.Offline })
}

// ofTill reports whether a watermark is of a till or a program that tells what it sold,
// and not of the shop's own system.
func (r *reckoning) ofTill(w agent.Watermark) bool {
	return r.Source != "" && w.Source != r.Source || !r.Feed
}

// behind returns the till that is furthest behind what is waited for.
func (r *reckoning) behind(until time.Time) (last agent.Watermark, found bool) {
	for _, w := range r.live() {
		if r.ofTill(w) && w.Local.Before(until) && (!found || w.Local.Before(last.Local)) {
			last, found = w, true
		}
	}
	return last, found
}

// unexplained compares each statement with the one before it. It returns what
// changed without a movement or a delivery of ours to say why, and the statements
// from the last such change on: all of them contain all the changes.
func (r *reckoning) unexplained(books []agent.Book) (changes []agent.Movement, explained []agent.Book) {
	from := 0
	for i := 1; i < len(books); i++ {
		if rest := r.rest(books[i-1], books[i]); rest != 0 {
			changes = append(changes, r.change(books[i-1], books[i], rest))
			from = i
		}
	}
	return changes, books[from:]
}

// rest returns what on hand changed by between two statements beyond what is known.
func (r *reckoning) rest(from, to agent.Book) int64 {
	rest := to.OnHand - from.OnHand
	for _, m := range r.movements {
		was, known := r.contains(from, m)
		is, knows := r.contains(to, m)
		if known && knows && is && !was {
			rest -= m.Quantity
		}
	}
	for _, a := range unique(r.Applied) {
		if a.After >= from.Seq && a.After < to.Seq {
			rest -= a.Delta
		}
	}
	return rest
}

// change makes a movement of an unexplained change. It came after the earlier
// statement, and not after the last change that the later one reports.
func (r *reckoning) change(from, to agent.Book, quantity int64) agent.Movement {
	stated := r.at(to).Latest()
	begin := r.at(from).Earliest()
	end := latest(stated, begin)
	if !to.Changed.IsZero() {
		last := stated.Add(to.Changed.Add(to.Tick).Sub(to.Stated))
		end = latest(begin, earliest(end, last))
	}
	return agent.Movement{
		Source: fromBooks, SourceID: fmt.Sprintf("%d-%d", from.Seq, to.Seq), Kind: agent.Unexplained,
		Item: to.Item, Location: to.Location, Quantity: quantity,
		Occurred: between(begin, end), Posted: to.Changed,
	}
}

// unique leaves out repeated records of one change.
func unique(all []agent.Applied) []agent.Applied {
	seen := map[agent.AdjustmentID]bool{}
	var list []agent.Applied
	for _, a := range all {
		if !seen[a.Adjustment] {
			seen[a.Adjustment] = true
			list = append(list, a)
		}
	}
	return list
}
