package queue

import (
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const bookColumns = `i.text, l.text, b.on_hand, b.available, b.committed, b.tracked, b.stocked,
	b.changed, b.stated, b.tick, b.at, b.at_uncertainty, b.seq`

const booksOfItem = ` FROM book b JOIN symbol i ON i.no = b.item JOIN symbol l ON l.no = b.location
	WHERE b.location = ` + symbolIs + ` AND b.item = ` + symbolIs

func readBook(r row) (b agent.Book, err error) {
	err = r.Scan(&b.Item, &b.Location, &b.OnHand, &b.Available, &b.Committed, &b.Tracked, &b.Stocked,
		instant{&b.Changed}, instant{&b.Stated}, span{&b.Tick}, instant{&b.At.At}, span{&b.At.Uncertainty}, &b.Seq)
	return b, err
}

func (v *view) Books(location agent.LocationID, item agent.ItemID, since time.Time) ([]agent.Book, error) {
	books, err := list(v, readBook, "SELECT "+bookColumns+booksOfItem+` AND ifnull(b.at, 0) >= ? ORDER BY ifnull(b.at, 0), b.seq`,
		string(location), string(item), from(since))
	if err != nil {
		return nil, err
	}
	older, found, err := get(v, readBook, "SELECT "+bookColumns+booksOfItem+` AND ifnull(b.at, 0) < ? ORDER BY ifnull(b.at, 0) DESC, b.seq DESC LIMIT 1`,
		string(location), string(item), from(since))
	if found {
		books = slices.Insert(books, 0, older)
	}
	return books, err
}

func (v *view) MovementsOf(location agent.LocationID, item agent.ItemID, after time.Time) ([]agent.Movement, error) {
	late, err := v.belated(location, after, item)
	if err != nil {
		return nil, err
	}
	recent, err := list(v, readMovement, "SELECT "+movementColumns+" WHERE m.location = "+symbolIs+" AND m.item = "+symbolIs+` AND m.occurred > ?
		ORDER BY m.occurred, m.seq, s.text, m.source_id`, string(location), string(item), from(after))
	return append(late, recent...), err
}

// belatedOf are the belated movements of wanted items: those that came to be known after
// a time, ?3, though they occurred before it, and with those that the shop has not posted
// what it posted of their receipts.
const belatedOf = wantedItems + `
	CROSS JOIN belated d ON d.location = (SELECT no FROM symbol WHERE text = ?2) AND d.item = i.no AND d.since > ?3
	CROSS JOIN movement o ON o.source = d.source AND o.source_id = d.source_id AND o.occurred <= ?3
	CROSS JOIN movement m ON m.location = d.location AND m.item = d.item AND m.occurred <= ?3
		AND m.occurred BETWEEN o.occurred - ?4 AND o.occurred + ?4
		AND (m.source = o.source AND m.source_id = o.source_id OR o.posted IS NULL AND m.posted IS NOT NULL AND o.receipt <> '' AND m.receipt = o.receipt)
	CROSS JOIN symbol s ON s.no = m.source CROSS JOIN symbol b ON b.no = m.bin`

// belated returns the belated movements of items, oldest first.
func (v *view) belated(location agent.LocationID, after time.Time, items ...agent.ItemID) ([]agent.Movement, error) {
	wanted, err := body(items)
	if err != nil || after.IsZero() {
		return nil, err
	}
	return list(v, readMovement, "SELECT DISTINCT "+movedOf+belatedOf+" ORDER BY m.occurred, m.seq, s.text, m.source_id",
		wanted, string(location), from(after), micros(belatedAfter))
}

const movementColumns = `s.text, m.source_id, m.receipt, m.kind, i.text, l.text, b.text, m.quantity, m.occurred, m.occurred_uncertainty, m.posted, m.seq
	FROM movement m JOIN symbol s ON s.no = m.source JOIN symbol i ON i.no = m.item
	JOIN symbol l ON l.no = m.location JOIN symbol b ON b.no = m.bin`

func readMovement(r row) (m agent.Movement, err error) {
	err = r.Scan(&m.Source, &m.SourceID, &m.Receipt, &m.Kind, &m.Item, &m.Location, &m.Bin, &m.Quantity,
		instant{&m.Occurred.At}, span{&m.Occurred.Uncertainty}, instant{&m.Posted}, &m.Seq)
	return m, err
}

// knownAtOnce bounds the ids of one query; SQLite takes 32,766 values.
const knownAtOnce = 1_000

func (v *view) KnownMovements(source string, ids ...string) (map[string]bool, error) {
	known := make(map[string]bool)
	for some := range slices.Chunk(ids, knownAtOnce) {
		where, args := in("source_id", some)
		found, err := list(v, value[string], "SELECT source_id FROM movement"+where+" AND source = "+symbolIs, append(args, source)...)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			known[id] = true
		}
	}
	return known, nil
}

func (v *view) AppliedTo(location agent.LocationID, item agent.ItemID) ([]agent.Applied, error) {
	return list(v, readApplied, `SELECT a.adjustment, i.text, l.text, a.delta, a.after
		FROM applied a JOIN symbol i ON i.no = a.item JOIN symbol l ON l.no = a.location
		WHERE a.location = `+symbolIs+` AND a.item = `+symbolIs+` ORDER BY a.seq, a.adjustment`, string(location), string(item))
}

func readApplied(r row) (a agent.Applied, err error) {
	err = r.Scan(&a.Adjustment, &a.Item, &a.Location, &a.Delta, &a.After)
	return a, err
}

func (v *view) Watermarks(location agent.LocationID) ([]agent.Watermark, error) {
	return list(v, func(r row) (w agent.Watermark, err error) {
		err = r.Scan(&w.Source, &w.Location, instant{&w.Upstream}, instant{&w.Local}, &w.Offline, &w.Cursor, span{&w.Clock})
		return w, err
	}, "SELECT source, location, upstream, local, offline, cursor, clock FROM watermark WHERE location = ? ORDER BY source", string(location))
}
