package queue

import (
	"time"

	"github.com/stockhand/stockhand/agent"
)

// belatedAfter is from how long after a movement occurred on it counts as one that came
// late: those are few, and are found without reading what is older than a count.
const belatedAfter = 24 * time.Hour

func (l *ledger) stateBooks(e agent.Event, f agent.BookFact) error {
	for _, b := range f.Books {
		n, err := l.symbolsOf(string(b.Location), string(b.Item))
		if err != nil {
			return err
		}
		err = l.exec(`INSERT INTO book (location, item, seq, on_hand, available, committed, tracked, stocked, changed, stated, tick, at, at_uncertainty)
			VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)
			ON CONFLICT DO UPDATE SET on_hand = excluded.on_hand, available = excluded.available, committed = excluded.committed,
			tracked = excluded.tracked, stocked = excluded.stocked, changed = excluded.changed, stated = excluded.stated,
			tick = excluded.tick, at = excluded.at, at_uncertainty = excluded.at_uncertainty`,
			n[0], n[1], int64(e.Seq), b.OnHand, b.Available, b.Committed, b.Tracked, b.Stocked,
			at(b.Changed), at(b.Stated), micros(b.Tick), at(b.At.At), micros(b.At.Uncertainty))
		if err != nil {
			return err
		}
	}
	return nil
}

// receiveMovements keeps movements. The first record of a movement counts: what a
// source tells twice is the same movement.
func (l *ledger) receiveMovements(e agent.Event, f agent.MovementsFact) error {
	for _, m := range f.Movements {
		n, err := l.symbolsOf(m.Source, string(m.Item), string(m.Location), string(m.Bin))
		if err != nil {
			return err
		}
		err = l.exec(`INSERT INTO movement (source, source_id, seq, receipt, kind, item, location, bin, quantity, occurred, occurred_uncertainty, posted)
			VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING`,
			n[0], m.SourceID, int64(e.Seq), m.Receipt, string(m.Kind), n[1], n[2], n[3], m.Quantity,
			at(m.Occurred.At), micros(m.Occurred.Uncertainty), at(m.Posted))
		if err != nil {
			return err
		}
		since := m.Posted
		if since.IsZero() {
			since = e.At
		}
		if m.Occurred.At.IsZero() || since.Sub(m.Occurred.At) <= belatedAfter {
			continue
		}
		err = l.exec("INSERT INTO belated (location, item, since, source, source_id) SELECT location, item, ?, source, source_id FROM movement WHERE source = ? AND source_id = ? AND seq = ? ON CONFLICT DO NOTHING",
			at(since), n[0], m.SourceID, int64(e.Seq))
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *ledger) addApplied(e agent.Event, changes []agent.Applied) error {
	for _, a := range changes {
		n, err := l.symbolsOf(string(a.Location), string(a.Item))
		if err != nil {
			return err
		}
		err = l.exec("INSERT INTO applied (location, item, seq, adjustment, delta, after) VALUES (?,?,?,?,?,?)",
			n[0], n[1], int64(e.Seq), string(a.Adjustment), a.Delta, int64(a.After))
		if err != nil {
			return err
		}
	}
	return nil
}
