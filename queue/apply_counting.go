package queue

import "github.com/stockhand/stockhand/agent"

// counting is when somebody ended what they last counted in a pass. Only what ends a
// counting moves it on: an entry, or the way to another bin. A command, a badge, noise
// or an undo says nothing of when the goods were counted that are entered next, and
// neither does what somebody else enters into the same pass.
type counting struct {
	seq           agent.Seq // the entry that ended it; 0 after an undo
	bin           agent.Bin // where they are: of that entry, or to which they went
	ended, before agent.Stamp
}

// old reports whether the row that is applied is from before there was a table of
// countings. Then windows began at the newest row of their pass.
func (l *ledger) old() bool { return l.seq <= l.older }

// countingOf returns when somebody ended what they last counted in a pass: at its
// start where they counted nothing in it yet.
func (l *ledger) countingOf(pass agent.Pass, actor agent.Actor) (counting, error) {
	if l.old() {
		return counting{ended: later(pass.Started, pass.Last)}, nil
	}
	c, found, err := first(l.session, func(r row) (c counting, err error) {
		err = r.Scan(&c.seq, &c.bin, instant{&c.ended.At}, span{&c.ended.Uncertainty}, instant{&c.before.At}, span{&c.before.Uncertainty})
		return c, err
	}, `SELECT seq, bin, ended, ended_uncertainty, before, before_uncertainty FROM counting WHERE pass = ? AND actor = ?`,
		string(pass.ID), joinActor(actor))
	if err == nil && !found {
		c = counting{ended: pass.Started, before: pass.Started}
	}
	return c, err
}

func (l *ledger) storeCounting(pass agent.Pass, actor agent.Actor, c counting) error {
	return l.exec(`INSERT INTO counting (pass, actor, seq, ended, ended_uncertainty, before, before_uncertainty, bin) VALUES (?1,?2,?3,?4,?5,?6,?7,?8)
		ON CONFLICT DO UPDATE SET seq = ?3, ended = ?4, ended_uncertainty = ?5, before = ?6, before_uncertainty = ?7, bin = ?8`,
		string(pass.ID), joinActor(actor), int64(c.seq),
		at(c.ended.At), micros(c.ended.Uncertainty), at(c.before.At), micros(c.before.Uncertainty), string(c.bin))
}

// endCounting moves on when the scan ends what was counted. What is counted of a note
// was seen long before, and a zero for a whole pass was not counted at one place.
func (l *ledger) endCounting(s *agent.Scan, w walker) error {
	switch {
	case l.old(), s.Pass == "", s.Op != agent.Add && s.Op != agent.Set && s.Op != agent.Move, s.Voids != 0, s.Flags&agent.Confirmed != 0:
		return nil
	}
	return l.storeCounting(w.pass, s.Counter(w.pass), counting{seq: s.Seq, bin: s.Bin, ended: later(w.counting.ended, s.Read), before: w.counting.ended})
}

// backIn reports whether something is entered for a bin that whoever enters it has
// left: when it was counted there is not known, only that the pass had begun.
func (l *ledger) backIn(s *agent.Scan, w walker, k lineKey) (bool, error) {
	if l.old() || s.Op != agent.Set || s.Bin == w.counting.bin || w.counting.seq == 0 {
		return false, nil
	}
	before, _, err := first(l.session, value[int64], "SELECT count(*) FROM context WHERE pass = ? AND bin = ?", k.pass, k.bin)
	if l.fresh {
		before-- // that of this row
	}
	if err != nil || before > 0 {
		return before > 0, err
	}
	_, begun, err := first(l.session, value[int64], `SELECT 1 FROM event WHERE seq = (SELECT seq FROM pass WHERE id = ?)
		AND json_extract(data, '$.bin') = ?`, string(s.Pass), string(s.Bin))
	return begun, err
}

// reopenCounting goes back to before an entry that is undone, if it is the newest one
// or all newer ones are undone too. from is when the counting of its part began.
func (l *ledger) reopenCounting(target *agent.Scan, from agent.Stamp) error {
	w, err := l.walker(target)
	if err != nil || l.old() {
		return err
	}
	c := w.counting
	switch c.seq {
	case target.Seq:
		c = counting{bin: c.bin, ended: c.before, before: c.before}
	case 0:
		c.ended = earlier(c.ended, from)
		c.before = c.ended
	default:
		return nil
	}
	return l.storeCounting(w.pass, target.Counter(w.pass), c)
}

// empty remembers from when on a part was counted whose last entry is undone.
func (l *ledger) empty(k lineKey, round int64, from agent.Stamp) error {
	if l.old() {
		return nil
	}
	return l.exec(`INSERT INTO emptied (count, item, bin, round, pass, "from", from_uncertainty) VALUES (?1,?2,?3,?4,?5,?6,?7)
		ON CONFLICT DO UPDATE SET "from" = min("from", ?6), from_uncertainty = max(from_uncertainty, ?7)`,
		k.count, k.item, k.bin, round, k.pass, at(from.At), micros(from.Uncertainty))
}

// refill returns when the counting of a new part began, if it was entered and undone
// before.
func (l *ledger) refill(k lineKey, round int64, from agent.Stamp) (agent.Stamp, error) {
	undone, found, err := first(l.session, func(r row) (t agent.Stamp, err error) {
		err = r.Scan(instant{&t.At}, span{&t.Uncertainty})
		return t, err
	}, `SELECT "from", from_uncertainty FROM emptied WHERE count = ? AND item = ? AND bin = ? AND round = ? AND pass = ?`,
		k.count, k.item, k.bin, round, k.pass)
	if err != nil || !found {
		return from, err
	}
	return earlier(from, undone), nil
}
