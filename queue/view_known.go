package queue

import (
	"time"

	"github.com/stockhand/stockhand/agent"
)

// wantedItems are the items of a JSON list that the log knows, as i. CROSS keeps SQLite
// to that order: from the list to the rows of each item.
const wantedItems = " FROM json_each(?1) j CROSS JOIN symbol i ON i.text = j.value"

// statedFor are the columns of a book whose item is i, and whose location is asked for.
const statedFor = `SELECT i.text, ?2, b.on_hand, b.available, b.committed, b.tracked, b.stocked,
	b.changed, b.stated, b.tick, b.at, b.at_uncertainty, b.seq` + wantedItems + `
	CROSS JOIN book b ON b.location = (SELECT no FROM symbol WHERE text = ?2) AND b.item = i.no`

// movedOf are the columns of a movement m whose item is i, and whose location is asked for.
const movedOf = "s.text, m.source_id, m.receipt, m.kind, i.text, ?2, b.text, m.quantity, m.occurred, m.occurred_uncertainty, m.posted, m.seq"

// KnownOf goes through each table by its key, item after item, in one query for the
// table: a query for each item costs three times as much.
func (v *view) KnownOf(location agent.LocationID, since, after time.Time, items ...agent.ItemID) (map[agent.ItemID]agent.Known, error) {
	known := make(map[agent.ItemID]agent.Known, len(items))
	wanted, err := body(items)
	if err != nil || len(items) == 0 {
		return known, err
	}
	books, err := list(v, readBook, statedFor+` AND b.seq = (SELECT o.seq FROM book o WHERE o.location = b.location AND o.item = i.no AND ifnull(o.at, 0) < ?3
			ORDER BY ifnull(o.at, 0) DESC, o.seq DESC LIMIT 1)
		UNION ALL `+statedFor+` AND ifnull(b.at, 0) >= ?3 ORDER BY 11, 13`, wanted, string(location), from(since))
	if err != nil {
		return nil, err
	}
	for _, b := range books {
		k := known[b.Item]
		k.Books = append(k.Books, b)
		known[b.Item] = k
	}
	late, err := v.belated(location, after, items...)
	if err != nil {
		return nil, err
	}
	moved, err := list(v, readMovement, "SELECT "+movedOf+wantedItems+`
		CROSS JOIN movement m ON m.location = (SELECT no FROM symbol WHERE text = ?2) AND m.item = i.no AND m.occurred > ?3
		CROSS JOIN symbol s ON s.no = m.source CROSS JOIN symbol b ON b.no = m.bin
		ORDER BY m.occurred, m.seq, s.text, m.source_id`, wanted, string(location), from(after))
	if err != nil {
		return nil, err
	}
	for _, m := range append(late, moved...) {
		k := known[m.Item]
		k.Movements = append(k.Movements, m)
		known[m.Item] = k
	}
	applied, err := list(v, readApplied, `SELECT a.adjustment, i.text, ?2, a.delta, a.after`+wantedItems+`
		CROSS JOIN applied a ON a.location = (SELECT no FROM symbol WHERE text = ?2) AND a.item = i.no
		ORDER BY a.seq, a.adjustment`, wanted, string(location))
	if err != nil {
		return nil, err
	}
	for _, a := range applied {
		k := known[a.Item]
		k.Applied = append(k.Applied, a)
		known[a.Item] = k
	}
	return known, nil
}

// from spells the beginning of a period for a column; the zero time is before all.
func from(t time.Time) int64 {
	if t.IsZero() {
		return -1 << 63
	}
	return t.UnixMicro()
}
