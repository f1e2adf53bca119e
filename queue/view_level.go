package queue

import (
	"time"

	"github.com/stockhand/stockhand/agent"
)

// storeLevels remembers levels. One that a change of our own has overtaken since it was
// asked for is left out: whether it holds that change nobody could tell.
func (q *Queue) storeLevels(levels []agent.Level) error {
	for _, l := range levels {
		err := q.ledger.exec(`INSERT INTO level (location, item, head, unknown, on_hand, available, committed, tracked, stocked, changed, stated, at, asked)
			SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13 WHERE NOT EXISTS (SELECT 1 FROM applied
				WHERE location = (SELECT no FROM symbol WHERE text = ?1) AND item = (SELECT no FROM symbol WHERE text = ?2) AND seq > ?3)
			ON CONFLICT DO UPDATE SET head = excluded.head, unknown = excluded.unknown, on_hand = excluded.on_hand,
			available = excluded.available, committed = excluded.committed, tracked = excluded.tracked, stocked = excluded.stocked,
			changed = excluded.changed, stated = excluded.stated, at = excluded.at, asked = excluded.asked`,
			string(l.Location), string(l.Item), int64(l.Seq), l.Unknown, l.OnHand, l.Available, l.Committed, l.Tracked, l.Stocked,
			at(l.Changed), at(l.Stated), at(l.At.At), l.Asked.UnixMicro())
		if err != nil {
			return err
		}
	}
	return nil
}

func (q *Queue) storeUnderWay(u *agent.UnderWay) error {
	if u == nil {
		return nil
	}
	text, err := body(u)
	if err != nil {
		return err
	}
	return q.ledger.exec("INSERT INTO under_way (location, body) VALUES (?,?) ON CONFLICT DO UPDATE SET body = excluded.body",
		string(u.Location), text)
}

func (v *view) UnderWay(location agent.LocationID) (agent.UnderWay, bool, error) {
	return get(v, func(r row) (u agent.UnderWay, err error) { return u, r.Scan(document{&u}) },
		"SELECT body FROM under_way WHERE location = ?", string(location))
}

func (v *view) LevelsAsked(location agent.LocationID) (map[agent.ItemID]time.Time, error) {
	type asked struct {
		item agent.ItemID
		at   time.Time
	}
	rows, err := list(v, func(r row) (a asked, err error) {
		err = r.Scan(&a.item, instant{&a.at})
		return a, err
	}, `SELECT c.id, l.asked FROM item c LEFT JOIN level l ON l.location = ?1 AND l.item = c.id
		WHERE c.generation = `+inForce+` AND c.tracked`, string(location))
	times := make(map[agent.ItemID]time.Time, len(rows))
	for _, a := range rows {
		times[a.item] = a.at
	}
	return times, err
}

// levels puts in place of older statements what was said of items that no count asked
// about, carried on like these.
func (a activities) levels() error {
	once, err := a.once()
	if err != nil {
		return err
	}
	newer := map[agent.ItemID]bool{}
	levels, err := list(a.view, readLevel, `SELECT l.item, l.location, l.head, l.unknown, l.on_hand, l.available, l.committed, l.tracked, l.stocked, l.changed, l.stated, l.at, l.asked
		FROM level l JOIN item c ON c.id = l.item WHERE c.generation = `+inForce+` AND l.location = ?1`, string(a.location))
	for _, l := range levels {
		item := a.item(l.Item)
		item.Unknown = l.Unknown
		if !l.Unknown && l.At.At.After(item.Book.At.At) {
			newer[l.Item] = true
			item.Book, item.OnHand, item.Changed = l.Book, l.OnHand, l.Changed
		}
	}
	if err != nil || len(newer) == 0 {
		return err
	}
	return a.sinceLevels(once, newer)
}

func readLevel(r row) (l agent.Level, err error) {
	err = r.Scan(&l.Item, &l.Location, &l.Seq, &l.Unknown, &l.OnHand, &l.Available, &l.Committed, &l.Tracked, &l.Stocked,
		instant{&l.Changed}, instant{&l.Stated}, instant{&l.At.At}, instant{&l.Asked})
	return l, err
}

// sinceLevels adds what was told since, and what our own deliveries changed since: after
// a level was asked for, or after what a file said then.
func (a activities) sinceLevels(once string, newer map[agent.ItemID]bool) error {
	const since = ` FROM level v JOIN symbol i ON i.text = v.item JOIN symbol l ON l.text = v.location`
	moved, err := list(a.view, func(r row) (c carried, err error) {
		err = r.Scan(&c.item, &c.by, instant{&c.at})
		return c, err
	}, `SELECT v.item, sum(m.quantity), max(m.occurred)`+since+`
		CROSS JOIN movement m ON m.location = l.no AND m.item = i.no AND m.occurred > v.at`+once+`
		WHERE v.location = ?1 GROUP BY v.item`, string(a.location))
	if err != nil {
		return err
	}
	own, err := list(a.view, func(r row) (c carried, err error) {
		err = r.Scan(&c.item, &c.by)
		return c, err
	}, `SELECT v.item, sum(d.delta)`+since+`
		CROSS JOIN applied d ON d.location = l.no AND d.item = i.no
		JOIN event e ON e.seq = d.seq AND (d.seq > v.head OR e.at > v.at)
		WHERE v.location = ?1 GROUP BY v.item`, string(a.location))
	for _, c := range append(moved, own...) {
		if !newer[c.item] {
			continue
		}
		item := a.item(c.item)
		if item.OnHand += c.by; !c.at.IsZero() {
			item.Changed = c.at
		}
	}
	return err
}
