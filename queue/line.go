package queue

import "github.com/stockhand/stockhand/agent"

// part is what one pass entered for one line in one round and condition. pass is
// the pass's symbol, cond a code of condCodes.
type part struct {
	round, pass, cond int64
	quantity, entries int64
	first, last       agent.Seq // its oldest row and its newest
	window            agent.Window
}

// entry is what an add or a set does to its part.
type entry struct {
	seq               agent.Seq
	seen              agent.Seq // the row that stored what was seen: seq, or the note that is counted
	step              agent.Seq // the newest step of the clock before it
	op                agent.Op
	round, pass, cond int64
	quantity          int64
	read              agent.Stamp
	// from is when the window begins should the entry begin a part: when whoever
	// enters it ended what they counted before, or the start of the pass for a zero
	// confirmed for all of it.
	from agent.Stamp
	// whole is true for such a zero: the window is the whole pass even if the part
	// is not new.
	whole bool
}

// find returns the part that an entry belongs to, or a new one.
func find(parts []part, round, pass, cond int64) (found part, index int) {
	for i, p := range parts {
		if p.round == round && p.pass == pass && p.cond == cond {
			return p, i
		}
	}
	return part{round: round, pass: pass, cond: cond}, -1
}

// after returns the part as it stands after an entry.
func (p part) after(e entry) part {
	switch {
	case p.entries == 0:
		p.window.From, p.first = e.from, e.seen
	case e.whole, p.window.From.At.After(e.read.At):
		p.window.From = earlier(p.window.From, e.from)
	}
	p.quantity, p.entries = p.plus(e.op, e.quantity)
	p.window.To = p.until(e.seen, e.step, e.read)
	p.first, p.last = min(p.first, e.seen), e.seq
	return p
}

// until returns the window's end after an entry: the later of two times, but that
// of the entry where the clock was set since the one before. What is stored after
// a step then has the time of the clock as it was set.
func (p part) until(seq, step agent.Seq, read agent.Stamp) agent.Stamp {
	if p.last < step && step < seq {
		return read
	}
	return later(p.window.To, read)
}

// plus returns quantity and entries after one more add or set. A set replaces
// what the pass entered before, so that it is the only entry left that counts.
func (p part) plus(op agent.Op, quantity int64) (sum, entries int64) {
	if op == agent.Set {
		return quantity, 1
	}
	return p.quantity + quantity, p.entries + 1
}

// remaining is an entry of a part that was not undone.
type remaining struct {
	op       agent.Op
	quantity int64
}

// without returns the part made anew from the entries that remain after an undo
// at the time of read. The quantity was confirmed anew then, so the window moves.
func (p part) without(left []remaining, seq, step agent.Seq, read agent.Stamp) part {
	p.quantity, p.entries = 0, 0
	for _, e := range left {
		p.quantity, p.entries = p.plus(e.op, e.quantity)
	}
	p.window.To = p.until(seq, step, read)
	p.last = seq
	return p
}

// lineOf adds up the parts of the highest round. ok is false where no entry is
// left: then there is no line, which is not the same as a line of zero units.
func lineOf(parts []part) (line agent.Line, ok bool) {
	for _, p := range parts {
		switch {
		case p.entries == 0 || (ok && p.round < line.Round):
			continue
		case !ok || p.round > line.Round:
			line, ok = agent.Line{Round: p.round}, true
		}
		if p.cond == condDamaged {
			line.Damaged += p.quantity
		} else {
			line.Good += p.quantity
		}
		line.Entries += p.entries
		if line.First == 0 || p.first < line.First {
			line.First = p.first
		}
		line.Last = max(line.Last, p.last)
		line.Window.From = earlier(line.Window.From, p.window.From)
		line.Window.To = later(line.Window.To, p.window.To)
	}
	return line, ok
}
