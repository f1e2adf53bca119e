package reconcile

import (
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Item is everything that is known about one item of a count.
type Item struct {
	Item     agent.Item
	Location agent.LocationID
	Count    agent.Count
	Lines    []agent.Line
	// Class is that of the item when the count was opened, where it has limits of its
	// own; empty otherwise.
	Class string
	// Gone is true where the catalogue does not hold the item any more.
	Gone bool
	// Opened are bins that somebody has been to in this count and of which nothing
	// at all was counted.
	Opened []agent.Bin
	// Noted are bins in which something was scanned that may be the item and was not
	// counted. Of them nobody can say that nothing was scanned there.
	Noted []Noted
	// Recount is the newest recount that asks for the item and has not ended.
	Recount Recounting
	// Shared are bins in which several passes of one round counted the item.
	Shared []Shared
	// Books are what the upstream stated, as agent.View.Books returns it.
	Books     []agent.Book
	Movements []agent.Movement
	// Since is from when on Movements are complete. An older statement can't be
	// compared with them. Zero means that they are complete from the beginning.
	Since      time.Time
	Applied    []agent.Applied
	Watermarks []agent.Watermark
	// Deliveries are the item's deliveries of this count, oldest first, those of other
	// counts that are on their way, and those that made the changes in Applied.
	Deliveries []agent.Delivery
	// Later are lines of other counts whose counting is over.
	Later []agent.Line
	// Feed is true where the upstream tells what moved. Source is its name among the
	// watermarks; the others are tills and programs, which are waited for as well.
	Feed   bool
	Source string
	// Files is true where the upstream tells more only by its next export.
	Files bool
	// Alone is true where no upstream is connected: nothing more will be told.
	Alone bool
	// NumberOnly is true where a person says that changes of the book which no
	// movement explains moved no goods.
	NumberOnly bool
	// Steps are those of the agent's clock. OwnClock is true where the upstream dates
	// what it tells by its own clock, so that they concern what was counted alone.
	Steps    []agent.ClockStep
	OwnClock bool
	// Zone is the time zone of sentences; nil is UTC.
	Zone *time.Location
}

// Reconcile judges one item by what is known now.
func Reconcile(in Item) agent.Variance {
	r := reckon(in)
	v := agent.Variance{
		Count: r.Count.ID, Item: r.Item.Item.ID, Location: r.Location,
		Counted: r.units, Damaged: r.damaged, CutOff: r.cutOff, Lines: r.lines, Missing: r.missing,
		Book: r.basis.book, Effects: r.basis.effects,
	}
	total := r.total()
	if r.basis.found {
		v.Expected = r.basis.expected
	}
	v.Problem = r.problem()
	v.Status, v.Waits, v.Until = r.status(total, v.Problem != nil)
	if v.Status == agent.Waiting && r.Alone && !r.approved.doubt {
		v.Status, v.Waits, v.Until, v.Problem = agent.NotAdjustable, "", time.Time{}, nobodyToTell()
	}
	if r.Gone && v.Status == agent.Waiting && !r.over() && !r.approved.doubt { // nobody will tell anything of it
		v.Status, v.Waits, v.Until, v.Problem = agent.NotAdjustable, "", time.Time{}, leftCatalogue()
	}
	r.hold(&v, total)
	v.Variance = r.remaining(total, v.Status)
	v.Late, v.Decided = r.late(v), r.chosen()
	v.Value = r.Item.Item.Cost.Times(farEnd(v.Variance))
	v.Investigate = v.Status != agent.Settled && r.overLimit(v.Variance)
	v.ReasonNeeded = v.Investigate || v.Status != agent.Settled && r.needsReason(v.Variance)
	v.Left = r.leftOpen(v)
	v.Sentence = r.sentence(v) + r.seen(v.Status)
	return v
}

// reckoning is an item with what follows from its facts. All steps share it.
type reckoning struct {
	Item
	policy agent.Policy
	counted
	approved  approvals
	movements []agent.Movement // each once, whatever its sources
	basis     basis
	// anew is true where the item is judged as if none of it had been approved.
	anew bool
}

func reckon(in Item) *reckoning { return reckonAs(in, false) }

func reckonAs(in Item, anew bool) *reckoning {
	in.Steps = seen(in)
	in.Opened = unnoted(in.Opened, in.Noted)
	r := &reckoning{
		Item: in, policy: in.Count.Policy.WithDefaults().For(in.Class),
		counted:  add(in.Lines, in.Item.Bins, in.Steps),
		approved: approvalsOf(in),
		anew:     anew,
	}
	r.movements = merge(r.occurred(), in.Source)
	r.basis = r.choose()
	return r
}

// total is what was counted beyond what was expected, approvals left aside; where a
// person chose, what that leads to.
func (r *reckoning) total() agent.Interval {
	switch {
	case !r.basis.found:
		return agent.Interval{}
	case r.chosen():
		return r.due()
	}
	return agent.Exactly(r.units).Minus(r.basis.expected)
}

// remaining is what an approval would be about now: what is not on its way yet.
// What was settled keeps showing what was approved.
func (r *reckoning) remaining(total agent.Interval, status agent.Status) agent.Interval {
	switch {
	case status == agent.Settled:
		return agent.Exactly(r.approved.all())
	case !r.basis.found || status == agent.NotComplete:
		return agent.Interval{} // there is nothing to compare
	}
	return total.Minus(agent.Exactly(r.approved.onWay))
}

// farEnd returns the end of an interval that is further from zero.
func farEnd(i agent.Interval) int64 {
	if abs(i.Lo) > abs(i.Hi) {
		return i.Lo
	}
	return i.Hi
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
