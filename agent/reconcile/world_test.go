package reconcile_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// world is a true shop with one item: goods on shelves, in baskets and behind the
// till, an upstream with a clock of its own, and somebody who counts. What the
// agent gets to see of it is made by facts.
type world struct {
	basket, tick, doubt time.Duration
	ahead               time.Duration // of the upstream's clock
	start               time.Time     // by the agent's clock
	wrong               int64         // stock - book, before anything happens
	lines               []agent.Line
	moves               []move
	changes             []numberChange
	opening             int64       // book at the start
	stated              []time.Time // when the upstream is asked
	complete            time.Time   // the feed holds what was posted before that
}

// move is a true movement: when it was paid for, when each unit left or reached
// its shelf, when the upstream posted it, and who tells of it.
type move struct {
	agent.Movement
	paid, posted time.Time
	units        []unit
	till         bool // a till tells of it too
	offline      bool // and does so only after the feed's end
	silent       bool // no feed will ever tell of it
}

type unit struct {
	at   time.Time
	bin  agent.Bin
	seen bool // whoever counted saw it gone, or there
}

// numberChange is somebody typing over the book.
type numberChange struct {
	at time.Time
	by int64
}

// kinds and how their goods move relative to the till.
var kinds = []agent.MovementKind{agent.Sale, agent.Sale, agent.Return, agent.Shipment, agent.Receipt, agent.Transfer}

func drawWorld(t *rapid.T) *world {
	seconds := func(name string, from, to int) time.Duration {
		return time.Duration(rapid.IntRange(from*10, to*10).Draw(t, name)) * 100 * time.Millisecond
	}
	w := &world{
		basket: seconds("basket", 1, 900), tick: time.Second, doubt: seconds("doubt", 0, 5), ahead: seconds("ahead", -30, 30),
		start: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), wrong: rapid.Int64Range(-5, 5).Draw(t, "wrong"),
	}
	bins := []agent.Bin{"A", "B", "C"}[:rapid.IntRange(1, 3).Draw(t, "bins")]
	stock := map[agent.Bin]int64{}
	for _, bin := range bins {
		stock[bin] = rapid.Int64Range(20, 30).Draw(t, "stock")
		w.opening += stock[bin]
	}
	w.opening -= w.wrong
	for range rapid.IntRange(0, 8).Draw(t, "moves") {
		w.moves = append(w.moves, w.drawMove(t, seconds, bins))
	}
	// One thing at most changes the book without a word: two could hide each other.
	hidden := rapid.SampledFrom([]string{"nothing", "silent", "typed over"}).Draw(t, "hidden")
	if hidden == "silent" && len(w.moves) > 0 {
		w.moves[0].hush()
	}
	if hidden == "typed over" {
		w.changes = append(w.changes, numberChange{w.start.Add(seconds("typed over at", 60, 6000)), rapid.SampledFrom([]int64{-4, -1, 2}).Draw(t, "by")})
	}
	for _, bin := range bins {
		w.lines = append(w.lines, w.drawLine(t, seconds, bin, stock[bin]))
	}
	w.stated = []time.Time{w.start}
	for range rapid.IntRange(0, 3).Draw(t, "statements") {
		at := w.start.Add(seconds("stated", 1, 9000))
		if len(w.moves) > 0 && rapid.Bool().Draw(t, "just after a posting") {
			at = rapid.SampledFrom(w.moves).Draw(t, "posting").posted.Add(seconds("after", 0, 2))
		}
		w.stated = append(w.stated, at)
	}
	slices.SortFunc(w.stated, time.Time.Compare)
	w.complete = w.start.Add(seconds("complete", 4000, 9000))
	return w
}

func (w *world) drawMove(t *rapid.T, seconds func(string, int, int) time.Duration, bins []agent.Bin) move {
	n := rapid.Int64Range(1, 3).Draw(t, "units")
	m := move{Movement: agent.Movement{Source: "shop", Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Item: "x", Location: "here", Quantity: n}}
	switch m.Kind {
	case agent.Sale, agent.Shipment:
		m.Quantity = -n
	case agent.Transfer:
		m.Quantity *= rapid.SampledFrom([]int64{-1, 1}).Draw(t, "way")
	}
	m.paid = w.start.Add(seconds("paid", 60, 6000))
	m.posted = m.paid.Add(seconds("lag", 0, 120))
	switch rapid.SampledFrom([]string{"in time", "in time", "late", "very late"}).Draw(t, "posted") {
	case "late":
		m.posted = m.paid.Add(seconds("lag", 0, 9000))
	case "very late": // the till was offline for weeks
		m.paid = w.start.Add(-time.Duration(rapid.IntRange(1, 40*24).Draw(t, "hours before")) * time.Hour)
		m.posted = w.start.Add(seconds("posted", 60, 9000))
	}
	m.till = rapid.Bool().Draw(t, "till")
	m.offline = m.till && rapid.Bool().Draw(t, "offline")
	if m.till || rapid.Bool().Draw(t, "has receipt") {
		m.Receipt = fmt.Sprintf("R%d", len(w.moves))
	}
	m.SourceID = fmt.Sprintf("line-%d", len(w.moves))
	known := rapid.Bool().Draw(t, "bin known")
	if known {
		m.Bin = rapid.SampledFrom(bins).Draw(t, "bin")
	}
	back, forth := int(w.basket/time.Second), int(w.basket/time.Second)
	switch {
	case m.Kind == agent.Sale:
		forth = 0
	case m.Kind == agent.Return:
		back = 0
	}
	for range n {
		u := unit{at: m.paid.Add(seconds("shelf", -back, forth)), bin: m.Bin}
		if !known {
			u.bin = rapid.SampledFrom(bins).Draw(t, "unit's bin")
		}
		m.units = append(m.units, u)
	}
	return m
}

// hush makes a movement one that nobody tells of: goods and book change at once.
func (m *move) hush() {
	m.silent, m.till, m.posted = true, false, m.paid
	for i := range m.units {
		m.units[i].at = m.paid
	}
}

// drawLine counts a bin: every unit that moved within the window may have been
// seen or not.
func (w *world) drawLine(t *rapid.T, seconds func(string, int, int) time.Duration, bin agent.Bin, stock int64) agent.Line {
	from := w.start.Add(seconds("from", 600, 4000))
	l := agent.Line{Bin: bin, Good: stock, Window: agent.Window{From: agent.Stamp{At: from}, To: agent.Stamp{At: from.Add(seconds("takes", 0, 300))}}}
	for _, m := range w.moves {
		for i, u := range m.units {
			inside := !u.at.Before(from) && !u.at.After(l.Window.To.At)
			if u.bin == bin && (u.at.Before(from) || inside && rapid.Bool().Draw(t, "seen")) {
				l.Good += sign(m.Quantity)
				m.units[i].seen = true
			}
		}
	}
	return l
}

func sign(n int64) int64 {
	if n < 0 {
		return -1
	}
	return 1
}

// theirs converts a time to the upstream's clock, as finely as it tells it.
func (w *world) theirs(t time.Time) time.Time { return t.Add(w.ahead).Truncate(w.tick) }

// bookAt is the upstream's number at a time.
func (w *world) bookAt(at time.Time) (onHand int64, changed time.Time) {
	onHand, changed = w.opening, w.start.Add(-time.Hour)
	add := func(when time.Time, by int64) {
		if !when.After(at) {
			onHand += by
			if when.After(changed) {
				changed = when
			}
		}
	}
	for _, m := range w.moves {
		add(m.posted, m.Quantity)
	}
	for _, c := range w.changes {
		add(c.at, c.by)
	}
	return onHand, changed
}

// truth is what must be added to the book so that, once everything is posted, it
// equals the goods: what somebody typed over up to a statement is part of it.
func (w *world) truth(upTo time.Time) int64 {
	v := w.wrong
	for _, c := range w.changes {
		if !c.at.After(upTo) {
			v -= c.by
		}
	}
	return v
}

// The rows of what is stored when the feed is complete for the first time, of an approval
// then, and of what is told after it.
const early, approval, belated agent.Seq = 500, 1000, 2000

// unheard reports whether the feed tells of a movement only after its first end.
func (w *world) unheard(m move) bool {
	return !w.theirs(m.posted).Before(w.theirs(w.complete))
}

// knowable is what the variance would be if everything about what was told up to the
// feed's first end were known, and nothing of what was told later.
func (w *world) knowable(b agent.Book) int64 {
	v := w.truth(w.asked(b))
	for _, m := range w.moves {
		if m.silent || m.till && !m.offline || !w.unheard(m) {
			continue
		}
		for _, u := range m.units {
			if u.seen {
				v += sign(m.Quantity)
			}
			if !m.posted.After(w.asked(b)) {
				v -= sign(m.Quantity)
			}
		}
	}
	return v
}

// facts is what the agent knows once the feed is complete up to a time.
func (w *world) facts(complete time.Time) reconcile.Item {
	in := reconcile.Item{
		Item:     agent.Item{ID: "x", Tracked: true, Cost: agent.Money{Minor: 250, Currency: "EUR"}},
		Location: "here", Feed: true, Lines: w.lines,
		Count:      agent.Count{ID: "count-1", Opened: agent.Stamp{At: w.start}, Policy: agent.Policy{BasketTime: w.basket}},
		Watermarks: []agent.Watermark{{Source: "shop", Upstream: w.theirs(complete), Local: complete.Add(-w.doubt)}},
	}
	for n, m := range w.moves {
		if theirs := w.theirs(m.posted); !m.silent && theirs.Before(w.theirs(complete)) {
			known := m.Movement
			known.Posted, known.Occurred, known.Seq = theirs, w.about(m), early
			if w.unheard(m) {
				known.Seq = belated + agent.Seq(n)
			}
			in.Movements = append(in.Movements, known)
		}
		if m.till && (!m.offline || complete.After(w.complete)) {
			known := m.Movement
			known.Source, known.Occurred, known.Seq = "till-1", w.about(m), early
			if m.offline {
				known.Seq = belated + agent.Seq(100-n)
			}
			in.Movements = append(in.Movements, known)
		}
	}
	for i, at := range w.stated {
		in.Books = append(in.Books, w.statement(at, agent.Seq(100+10*i)))
	}
	return in
}

// about is when a movement is told to have happened, as wrong as the clocks may be.
func (w *world) about(m move) agent.Stamp {
	off := w.doubt
	if m.Quantity%2 == 0 {
		off = -w.doubt
	}
	return agent.Stamp{At: m.paid.Add(off), Uncertainty: w.doubt}
}

func (w *world) statement(at time.Time, seq agent.Seq) agent.Book {
	onHand, changed := w.bookAt(at)
	return agent.Book{
		Item: "x", Location: "here", OnHand: onHand, Tracked: true, Stocked: true,
		Changed: w.theirs(changed), Stated: w.theirs(at), Tick: w.tick,
		At: agent.Stamp{At: at.Add(w.doubt), Uncertainty: w.doubt}, Seq: seq,
	}
}

// asked finds the true time of a statement.
func (w *world) asked(b agent.Book) time.Time {
	for i, at := range w.stated {
		if agent.Seq(100+10*i) == b.Seq {
			return at
		}
	}
	return w.start
}

// late reports whether something that concerns the lines is posted after the feed's
// end: the agent can't know of it yet.
func (w *world) late(complete time.Time) bool {
	end := w.end().Add(w.basket + w.doubt)
	return slices.ContainsFunc(w.moves, func(m move) bool {
		return !m.silent && !m.paid.After(end) && !w.theirs(m.posted).Before(w.theirs(complete))
	})
}

// end is the latest cut-off.
func (w *world) end() (end time.Time) {
	for _, l := range w.lines {
		if l.Window.To.At.After(end) {
			end = l.Window.To.At
		}
	}
	return end
}

// quiet reports whether nothing happened near the counting, and nothing unexplained
// at all.
func (w *world) quiet() bool {
	margin := w.basket + 2*w.doubt + time.Second
	begin := w.end()
	for _, l := range w.lines {
		if l.Window.From.At.Before(begin) {
			begin = l.Window.From.At
		}
	}
	near := func(m move) bool {
		return m.silent || m.till || m.paid.After(begin.Add(-margin)) && m.paid.Before(w.end().Add(margin))
	}
	return len(w.changes) == 0 && !slices.ContainsFunc(w.moves, near)
}
