package queue

import (
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// receipt is what a scan changes in the tally of its count.
type receipt struct{ entries, voided, noted, unknown, lines, units int64 }

// walker is what applying a scan needs to know of its pass.
type walker struct {
	count    agent.CountID
	pass     agent.Pass // ID, Person, Started and Last only
	counting counting   // of whom the scan is by
}

func (l *ledger) applyScan(s *agent.Scan) error {
	if err := l.countDevice(s); err != nil {
		return err
	}
	if err := l.bear(s); err != nil {
		return err
	}
	if s.Count == "" {
		if s.Op != agent.Note {
			return refused("entry", "An entry that belongs to no count cannot change one.")
		}
		return nil
	}
	w, err := l.walker(s)
	if err != nil {
		return err
	}
	change, err := l.carryOut(s, w)
	if err != nil {
		return err
	}
	if err := l.move(s, w); err != nil {
		return err
	}
	if err := l.endCounting(s, w); err != nil {
		return err
	}
	if err := l.await(s); err != nil {
		return err
	}
	return l.tally(s, change)
}

func (l *ledger) carryOut(s *agent.Scan, w walker) (receipt, error) {
	switch s.Op {
	case agent.Add, agent.Set:
		if s.Voids != 0 {
			return l.accept(s, w)
		}
		return l.enter(s, w)
	case agent.Void:
		return l.undo(s)
	case agent.Note:
		return receipt{entries: 1, noted: 1, unknown: unknown(s)}, nil
	}
	return receipt{}, nil // a move is heard, but it is no entry of the tally
}

func unknown(s *agent.Scan) int64 {
	if s.Flags&agent.Unknown != 0 {
		return 1
	}
	return 0
}

func (l *ledger) countDevice(s *agent.Scan) error {
	if s.Device == "" {
		return nil
	}
	unowned := int64(0)
	if s.Flags&agent.Unowned != 0 {
		unowned = 1
	}
	return l.exec(`INSERT INTO device (id, stored, unowned, last, last_uncertainty, last_seq) VALUES (?1, 1, ?2, ?3, ?4, ?5)
		ON CONFLICT DO UPDATE SET stored = stored + 1, unowned = unowned + ?2, last = ?3, last_uncertainty = ?4, last_seq = ?5`,
		string(s.Device), unowned, at(s.Read.At), micros(s.Read.Uncertainty), int64(s.Seq))
}

// walker finds the pass that a scan belongs to.
func (l *ledger) walker(s *agent.Scan) (walker, error) {
	if s.Pass == "" {
		if s.Op == agent.Add || s.Op == agent.Set || s.Op == agent.Move {
			return walker{}, refused("entry", "An entry that belongs to no pass cannot change a line.")
		}
		return walker{}, nil
	}
	w, found, err := first(l.session, func(r row) (w walker, err error) {
		w.pass.ID = s.Pass
		var person string
		err = r.Scan(&w.count, &person, instant{&w.pass.Started.At}, span{&w.pass.Started.Uncertainty},
			instant{&w.pass.Last.At}, span{&w.pass.Last.Uncertainty})
		w.pass.Person = splitActor(person)
		return w, err
	}, `SELECT count, person, started, started_uncertainty, last, last_uncertainty FROM pass WHERE id = ?`, string(s.Pass))
	switch {
	case err != nil:
		return w, err
	case !found || w.count != s.Count:
		return w, refused("entry", fmt.Sprintf("There is no pass %s in count %s.", s.Pass, s.Count))
	}
	w.counting, err = l.countingOf(w.pass, s.Counter(w.pass))
	return w, err
}

// enter adds to a line or sets it.
func (l *ledger) enter(s *agent.Scan, w walker) (receipt, error) {
	if s.Item == "" {
		return receipt{}, refused("entry", "An entry without an item cannot change a line.")
	}
	k, err := l.lineKey(s)
	if err != nil {
		return receipt{}, err
	}
	cond, err := codeOf(condCodes, s.Cond)
	if err != nil {
		return receipt{}, err
	}
	e := entry{
		seq: s.Seq, seen: s.Seq, step: l.step, op: s.Op, round: s.Round, pass: k.pass, cond: cond, quantity: s.Quantity,
		read: s.Read, from: w.counting.ended,
	}
	if e.from.At.After(s.Read.At) { // it was read before what was entered last
		e.from = earlier(w.pass.Started, s.Read)
	}
	if back, err := l.backIn(s, w, k); err != nil {
		return receipt{}, err
	} else if back {
		e.from = earlier(w.pass.Started, s.Read)
	}
	if s.Flags&agent.Confirmed != 0 {
		e.from, e.whole = w.pass.Started, true
	}
	if s.Voids != 0 { // the pass has gone on since the scan that is counted now
		e.from, e.seen = earlier(w.pass.Started, s.Read), s.Voids
	}
	change, err := l.changePart(k, e.round, e.cond, func(p part) (part, error) {
		var err error
		if p.entries == 0 {
			e.from, err = l.refill(k, e.round, e.from)
		}
		return p.after(e), err
	})
	change.entries = 1
	if err == nil {
		err = l.countSerial(s, k)
	}
	return change, err
}

// accept enters what was only noted before. The note is undone by it, so that
// nothing counts twice. For the receipt it is one scan, heard once: it goes over from
// what is kept to what is counted, and nobody undid anything.
func (l *ledger) accept(s *agent.Scan, w walker) (receipt, error) {
	target, found, err := l.scan(s.Voids)
	if err == nil && (s.Op != agent.Add || !found || target.Op != agent.Note) {
		err = refused("entry", fmt.Sprintf("Row %d is not a note that could be counted.", s.Voids))
	}
	if err != nil {
		return receipt{}, err
	}
	note, err := l.undo(s)
	if err != nil {
		return receipt{}, err
	}
	change, err := l.enter(s, w)
	change.entries, change.noted, change.unknown = 0, note.noted, note.unknown
	return change, err
}

func (l *ledger) scan(seq agent.Seq) (agent.Scan, bool, error) {
	return first(l.session, readScan, "SELECT "+scanColumns+" FROM "+scanTables+" WHERE s.seq = ?", int64(seq))
}

// undo voids an entry of the same count.
func (l *ledger) undo(s *agent.Scan) (receipt, error) {
	target, found, err := l.scan(s.Voids)
	switch {
	case err != nil:
		return receipt{}, err
	case !found || target.Count != s.Count || target.Op == agent.Void || target.Op == agent.Move:
		return receipt{}, refused("void", fmt.Sprintf("Row %d is not an entry of this count that could be undone.", s.Voids))
	}
	fresh, err := l.change("INSERT INTO voided (seq, by) VALUES (?, ?) ON CONFLICT DO NOTHING", int64(s.Voids), int64(s.Seq))
	switch {
	case err != nil:
		return receipt{}, err
	case !fresh:
		return receipt{}, refused("void", fmt.Sprintf("Entry %d was undone before.", s.Voids))
	case target.Op == agent.Note:
		return receipt{voided: 1, noted: -1, unknown: -unknown(&target)}, nil
	}
	change, err := l.recompute(&target, s)
	change.voided = 1
	if err == nil {
		err = l.forgetSerial(&target)
	}
	if err == nil && target.Voids != 0 {
		err = l.giveBack(&target, &change)
	}
	return change, err
}

// giveBack makes a note stand again whose entry was undone: it can be counted anew,
// and is kept in the receipt, not undone.
func (l *ledger) giveBack(entry *agent.Scan, change *receipt) error {
	note, _, err := l.scan(entry.Voids)
	if err != nil {
		return err
	}
	again, err := l.change("DELETE FROM voided WHERE seq = ? AND by = ?", int64(entry.Voids), int64(entry.Seq))
	if again {
		change.voided, change.noted, change.unknown = change.voided-1, change.noted+1, change.unknown+unknown(&note)
	}
	return err
}

// recompute makes the part of an undone entry anew from what remains of it. Its rows
// lie between its oldest and its newest one, so that no index is needed: most things are
// undone soon, and what lies on one shelf is scanned at one time.
func (l *ledger) recompute(target, void *agent.Scan) (receipt, error) {
	k, err := l.lineKey(target)
	if err != nil {
		return receipt{}, err
	}
	cond, err := codeOf(condCodes, target.Cond)
	if err != nil {
		return receipt{}, err
	}
	return l.changePart(k, target.Round, cond, func(p part) (part, error) {
		if err := l.reopenCounting(target, p.window.From); err != nil {
			return p, err
		}
		left, err := all(l.session, func(r row) (e remaining, err error) {
			var op int64
			if err = r.Scan(&op, &e.quantity); err == nil {
				e.op, err = named(opCodes, op)
			}
			return e, err
		}, `SELECT op, quantity FROM scan
			WHERE seq BETWEEN ? AND ? AND item = ? AND cond = ? AND op IN (0, 1)
			AND context IN (SELECT no FROM context WHERE pass = ? AND bin = ? AND round = ?)
			AND seq NOT IN (SELECT seq FROM voided) ORDER BY seq`,
			int64(p.first), int64(p.last), k.item, cond, k.pass, k.bin, target.Round)
		if err == nil && len(left) == 0 {
			err = l.empty(k, target.Round, p.window.From)
		}
		return p.without(left, void.Seq, l.step, void.Read), err
	})
}

// lineKey is a line and the pass that enters for it, in symbols.
type lineKey struct{ count, item, bin, pass int64 }

func (l *ledger) lineKey(s *agent.Scan) (lineKey, error) {
	n, err := l.symbolsOf(string(s.Count), string(s.Item), string(s.Bin), string(s.Pass))
	if err != nil {
		return lineKey{}, err
	}
	return lineKey{count: n[0], item: n[1], bin: n[2], pass: n[3]}, nil
}

// changePart changes one part of a line and returns what that does to the sums
// over all lines.
func (l *ledger) changePart(k lineKey, round, cond int64, change func(part) (part, error)) (receipt, error) {
	parts, err := all(l.session, readPart, "SELECT "+partColumns+" FROM part WHERE count = ? AND item = ? AND bin = ?", k.count, k.item, k.bin)
	if err != nil {
		return receipt{}, err
	}
	before, was := lineOf(parts)
	p, index := find(parts, round, k.pass, cond)
	if p, err = change(p); err != nil {
		return receipt{}, err
	}
	if index < 0 {
		parts = append(parts, p)
	} else {
		parts[index] = p
	}
	after, is := lineOf(parts)
	sums := receipt{units: after.Counted() - before.Counted()}
	switch {
	case is && !was:
		sums.lines = 1
	case was && !is:
		sums.lines = -1
	}
	return sums, l.storePart(k, p)
}

const partColumns = `round, pass, cond, quantity, entries, last, "from", from_uncertainty, "to", to_uncertainty, first`

func readPart(r row) (p part, err error) {
	err = r.Scan(&p.round, &p.pass, &p.cond, &p.quantity, &p.entries, &p.last,
		instant{&p.window.From.At}, span{&p.window.From.Uncertainty},
		instant{&p.window.To.At}, span{&p.window.To.Uncertainty}, &p.first)
	return p, err
}

// storePart writes a part; one without entries is no part any more.
func (l *ledger) storePart(k lineKey, p part) error {
	if p.entries == 0 {
		return l.exec("DELETE FROM part WHERE count=? AND item=? AND bin=? AND round=? AND pass=? AND cond=?",
			k.count, k.item, k.bin, p.round, p.pass, p.cond)
	}
	return l.exec(`INSERT INTO part (count, item, bin, `+partColumns+`) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT DO UPDATE SET quantity = excluded.quantity, entries = excluded.entries, last = excluded.last,
		"from" = excluded."from", from_uncertainty = excluded.from_uncertainty,
		"to" = excluded."to", to_uncertainty = excluded.to_uncertainty, first = excluded.first`,
		k.count, k.item, k.bin, p.round, p.pass, p.cond, p.quantity, p.entries, int64(p.last),
		at(p.window.From.At), micros(p.window.From.Uncertainty), at(p.window.To.At), micros(p.window.To.Uncertainty), int64(p.first))
}

// move brings the pass up to the entry: where it is and when it was last heard of.
func (l *ledger) move(s *agent.Scan, w walker) error {
	if s.Pass == "" {
		return nil
	}
	last := later(w.pass.Last, s.Read)
	if s.Op == agent.Move {
		return l.exec("UPDATE pass SET bin = ?, last = ?, last_uncertainty = ? WHERE id = ?",
			string(s.Bin), at(last.At), micros(last.Uncertainty), string(s.Pass))
	}
	return l.exec("UPDATE pass SET last = ?, last_uncertainty = ? WHERE id = ?",
		at(last.At), micros(last.Uncertainty), string(s.Pass))
}

func (l *ledger) tally(s *agent.Scan, c receipt) error {
	found, err := l.change(`UPDATE tally SET entries = entries + ?, voided = voided + ?, noted = noted + ?,
		unknown = unknown + ?, lines = lines + ?, units = units + ?, head = ? WHERE count = ?`,
		c.entries, c.voided, c.noted, c.unknown, c.lines, c.units, int64(s.Seq), string(s.Count))
	if err == nil && !found {
		err = refused("entry", fmt.Sprintf("There is no count %s.", s.Count))
	}
	return err
}
