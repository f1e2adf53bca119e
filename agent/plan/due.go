package plan

import (
	"cmp"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Reason is why an item is to be counted sooner than its interval asks for.
type Reason string

// The reasons.
//
// Source: zero confirmation, accuracy and turnover are rules of OCA
// stock_cycle_count, zero confirmation and problem lines also of SAP and Oracle
// SIOCS; the others follow from what makes a book wrong without anybody noticing.
const (
	Negative    Reason = "negative"    // the book is below zero
	Uncertain   Reason = "uncertain"   // the last count could not tell
	Wrong       Reason = "wrong"       // the last count found another number
	Emptied     Reason = "zero"        // the book is zero, and nobody confirmed it
	New         Reason = "new"         // never counted, or not in all of its bins
	Turnover    Reason = "turnover"    // much went through hands since the last count
	Transferred Reason = "transferred" // a transfer moved it since the last count
)

// Because is one reason with its sentence.
type Because struct {
	Reason   Reason `json:"reason"`
	Sentence string `json:"sentence"`
	// From is when it makes the item due.
	From time.Time `json:"from"`
}

// Due is when an item is to be counted and why.
type Due struct {
	Item     agent.ItemID `json:"item"`
	Standing Standing     `json:"standing"`
	// Counted is when the last of its known bins was counted; zero if one never was.
	Counted time.Time `json:"counted,omitzero"`
	At      time.Time `json:"at"`
	// Ratio is by how many of its intervals the item is late; below zero if it is not
	// due yet.
	Ratio float64 `json:"ratio"`
	// Overdue is true where the grace is over, too.
	Overdue bool `json:"overdue,omitempty"`
	// Because holds the reasons that bring it forward; without any it is its interval.
	Because  []Because `json:"because,omitempty"`
	Sentence string    `json:"sentence"`
}

// When says when an item of a standing is due, seen from now. zone is for the
// sentence; nil is UTC.
//
// Source: due is the last count plus the interval of the class, and the overdue
// ratio is (now - due) / interval, so that a day late weighs more for what is
// counted often.
func When(item *Item, s Standing, now time.Time, r Rules, zone *time.Location) Due {
	r = r.WithDefaults()
	every := r.every(s.Class)
	d := Due{Item: item.Item.ID, Standing: s, Counted: item.counted(), At: now}
	w := words{zone}
	if !d.Counted.IsZero() {
		d.At = d.Counted.Add(every)
	}
	d.Because = item.reasons(now, r, w)
	for _, b := range d.Because {
		if b.From.Before(d.At) {
			d.At = b.From
		}
	}
	d.Ratio = float64(now.Sub(d.At)) / float64(every)
	d.Overdue = now.Sub(d.At) > r.Grace
	d.Sentence = w.why(d, every)
	return d
}

// counted returns when the whole item was counted: when the last of its known bins
// was, or zero if one of them never was. An item of which no bin is known was
// counted wherever it was.
func (i *Item) counted() time.Time {
	if len(i.Bins) == 0 {
		return i.newest().At
	}
	var oldest time.Time
	for _, bin := range i.Bins {
		at, known := i.countedIn(bin)
		if !known {
			return time.Time{}
		}
		if oldest.IsZero() || at.Before(oldest) {
			oldest = at
		}
	}
	return oldest
}

// countedIn returns when the item was counted in a bin.
func (i *Item) countedIn(bin agent.Bin) (at time.Time, known bool) {
	for _, c := range i.Counted {
		if c.Bin == bin {
			return c.At, true
		}
	}
	return time.Time{}, false
}

// newest returns the newest counting of any bin.
func (i *Item) newest() agent.Counted {
	var newest agent.Counted
	for _, c := range i.Counted {
		if c.At.After(newest.At) {
			newest = c
		}
	}
	return newest
}

// reasons returns why the item is to be counted before its interval is over, the
// most pressing first.
func (i *Item) reasons(now time.Time, r Rules, w words) []Because {
	var list []Because
	add := func(reason Reason, from time.Time, sentence string) {
		list = append(list, Because{Reason: reason, From: from, Sentence: sentence})
	}
	last := i.newest()
	known := !i.Book.At.At.IsZero()
	if known && i.OnHand < 0 {
		add(Negative, now, w.negative(i.OnHand))
	}
	if i.counted().IsZero() {
		add(New, now, w.never(i))
	}
	if last.At.IsZero() {
		return list // everything else is about what came after a count
	}
	if i.Asked || i.Decided {
		add(Uncertain, now, w.uncertain(i.Asked, last.At))
	}
	if i.Variance != 0 && !i.Decided {
		add(Wrong, last.At.Add(r.RecountAfter), w.wrong(i.Variance, last.At))
	}
	if known && i.OnHand == 0 && i.unconfirmed() {
		add(Emptied, now, w.emptied(i.Changed, last.At))
	}
	if i.turnedOver(r) {
		add(Turnover, last.At.Add(r.TurnoverAfter), w.turnover(i.Since.Handled, i.OnHand, last.At))
	}
	if i.Transferred.After(last.At) {
		add(Transferred, now, w.transferred(i.Transferred))
	}
	return list
}

// unconfirmed reports whether nobody has looked since the book became zero. A last
// count of zero after which nothing moved confirms it, whenever that reached the book.
func (i *Item) unconfirmed() bool {
	counted := i.counted()
	if counted.IsZero() {
		return false // it is new already
	}
	some := slices.ContainsFunc(i.Counted, func(c agent.Counted) bool { return c.Units != 0 })
	if !some && i.Since.Handled == 0 {
		return false
	}
	if !i.Changed.IsZero() {
		return counted.Before(i.Changed)
	}
	return some
}

func (i *Item) turnedOver(r Rules) bool {
	handled := i.Since.Handled
	return !i.Book.At.At.IsZero() && handled >= r.TurnoverUnits && handled >= r.Turnovers*max(0, i.OnHand)
}

// urgency orders the reasons, the most pressing first.
var urgency = []Reason{Negative, Uncertain, Wrong, Emptied, New, Turnover, Transferred}

// urgent returns the place of the most pressing reason that holds by a time; it is
// behind all of them where it is only the interval.
func (d Due) urgent(by time.Time) int {
	first := len(urgency)
	for _, b := range d.Because {
		if !b.From.After(by) {
			first = min(first, slices.Index(urgency, b.Reason))
		}
	}
	return first
}

// Forced reports whether a reason makes the item due by a time.
func (d Due) Forced(by time.Time) bool { return d.urgent(by) < len(urgency) }

// pressing orders what is due: by reason, then by what is latest for its interval,
// then by what ranks best.
func pressing(now time.Time) func(a, b Due) int {
	rank := func(d Due) int64 {
		if d.Standing.Rank == 0 {
			return 1 << 62
		}
		return d.Standing.Rank
	}
	return func(a, b Due) int {
		return cmp.Or(
			cmp.Compare(a.urgent(now), b.urgent(now)), cmp.Compare(b.Ratio, a.Ratio),
			cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Item, b.Item),
		)
	}
}
