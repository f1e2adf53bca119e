package queue

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// activities collects what is known of each item of a location.
type activities struct {
	*view
	location      agent.LocationID
	year, quarter time.Time
	of            map[agent.ItemID]*activity
}

// activity is an item's activity, with what was found out on the way.
type activity struct {
	agent.Activity
	newest agent.CountID // the count of its newest counting
	at     time.Time
	round  int64
}

// Activities takes one look at each table instead of one for each item: a catalogue
// may have 100,000 of them.
func (v *view) Activities(location agent.LocationID, year, quarter time.Time) (agent.Activities, error) {
	a := activities{v, location, year, quarter, map[agent.ItemID]*activity{}}
	for _, look := range []func() error{a.counted, a.counting, a.approved, a.asked, a.moved, a.since, a.books, a.sinceBooks, a.ownChanges, a.levels} {
		if err := look(); err != nil {
			return agent.Activities{}, err
		}
	}
	all := agent.Activities{Items: make([]agent.Activity, 0, len(a.of))}
	for _, id := range slices.Sorted(maps.Keys(a.of)) {
		item := a.of[id].Activity
		slices.SortFunc(item.Counted, func(x, y agent.Counted) int { return cmp.Compare(x.Bin, y.Bin) })
		all.Items = append(all.Items, item)
	}
	oldest, _, err := get(v, func(r row) (t time.Time, err error) { return t, r.Scan(instant{&t}) },
		"SELECT min(occurred) FROM movement WHERE location = "+symbolIs, string(location))
	all.Moving = oldest
	return all, err
}

// item returns the activity of an item, a new one if nothing was known of it.
func (a activities) item(id agent.ItemID) *activity {
	if a.of[id] == nil {
		a.of[id] = &activity{Activity: agent.Activity{Item: id}}
	}
	return a.of[id]
}

// over are the counts of a location whose counting is over, by number and id.
const over = `over(no, id) AS MATERIALIZED (SELECT s.no, c.id FROM count c JOIN symbol s ON s.text = c.id
	WHERE c.location = ?1 AND c.state IN ('closed', 'done'))`

// newestCounting is a row of counted.
type newestCounting struct {
	item  agent.ItemID
	round int64
	agent.Counted
}

// counted finds the newest counting of each item and bin. What was counted again in
// the same count was so later, so that the newest entry is of the highest round.
func (a activities) counted() error {
	rows, err := list(a.view, func(r row) (n newestCounting, err error) {
		err = r.Scan(&n.item, &n.Bin, &n.Count, &n.round, instant{&n.At}, &n.Units)
		return n, err
	}, `WITH `+over+`,
		newest AS MATERIALIZED (SELECT p.item, p.bin, p.count, p.round, max(p."to") AS at
			FROM over o CROSS JOIN part p ON p.count = o.no WHERE p.entries > 0 GROUP BY p.item, p.bin)
		SELECT i.text, b.text, o.id, n.round, n.at, (SELECT sum(q.quantity) FROM part q
			WHERE q.count = n.count AND q.item = n.item AND q.bin = n.bin AND q.round = n.round AND q.entries > 0)
		FROM newest n JOIN over o ON o.no = n.count JOIN symbol i ON i.no = n.item JOIN symbol b ON b.no = n.bin`,
		string(a.location))
	for _, n := range rows {
		item := a.item(n.item)
		item.Counted = append(item.Counted, n.Counted)
		if n.At.After(item.at) {
			item.newest, item.at, item.round = n.Count, n.At, n.round
		}
	}
	return err
}

// counting finds what is being counted: what an open count has entries of, or asks for
// by its list.
func (a activities) counting() error {
	type entered struct {
		item  agent.ItemID
		count agent.CountID
	}
	rows, err := list(a.view, func(r row) (e entered, err error) {
		err = r.Scan(&e.item, &e.count)
		return e, err
	}, `SELECT l.item, c.id FROM count c JOIN listed l ON l.count = c.id WHERE c.location = ?1 AND c.state = 'open'
		UNION ALL SELECT * FROM (SELECT i.text, c.id FROM count c JOIN symbol s ON s.text = c.id CROSS JOIN part p ON p.count = s.no JOIN symbol i ON i.no = p.item
		WHERE c.location = ?1 AND c.state = 'open' AND p.entries > 0 GROUP BY p.item, c.id ORDER BY c.seq)`, string(a.location))
	for _, e := range rows {
		a.item(e.item).Counting = e.count
	}
	return err
}

// approved adds up what was approved in each item's newest count.
func (a activities) approved() error {
	newest := map[agent.CountID]bool{}
	for _, item := range a.of {
		if item.newest != "" {
			newest[item.newest] = true
		}
	}
	type approval struct {
		item     agent.ItemID
		count    agent.CountID
		variance int64
		decided  bool
	}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(newest)), knownAtOnce) {
		where, args := in("a.count", some)
		rows, err := list(a.view, func(r row) (p approval, err error) {
			err = r.Scan(&p.item, &p.count, &p.variance, &p.decided)
			return p, err
		}, `SELECT a.item, a.count, json_extract(a.body, '$.variance'), ifnull(json_extract(a.body, '$.decided'), 0)
			FROM adjustment a JOIN delivery d ON d.adjustment = a.id`+where+` AND d.state <> 'superseded'`, args...)
		if err != nil {
			return err
		}
		for _, p := range rows {
			if item := a.item(p.item); item.newest == p.count {
				item.Variance += p.variance
				item.Decided = item.Decided || p.decided
			}
		}
	}
	return nil
}

// asked finds what was to be counted once more and was not.
func (a activities) asked() error {
	rows, err := list(a.view, func(r row) (c agent.Recount, err error) {
		err = r.Scan(&c.Count, &c.Round, document{&c.Items})
		return c, err
	}, `SELECT r.count, r.round, r.items FROM recount r JOIN count c ON c.id = r.count
		WHERE c.location = ? AND c.state IN ('closed', 'done')`, string(a.location))
	for _, c := range rows {
		for _, id := range c.Items {
			if item := a.of[id]; item != nil && item.newest == c.Count && item.round < c.Round {
				item.Asked = true
			}
		}
	}
	return err
}

// movedRow is what moved of an item by one kind of movement: its signed sum, and its
// sum without signs.
type movedRow struct {
	item          agent.ItemID
	kind          agent.MovementKind
	year, quarter [2]int64
	newest        time.Time
}

// here is the location of a query's first value.
const here = "(SELECT no FROM symbol WHERE text = ?1)"

// moved adds up what moved in the year and in the quarter.
func (a activities) moved() error {
	once, err := a.once()
	if err != nil {
		return err
	}
	rows, err := list(a.view, func(r row) (m movedRow, err error) {
		err = r.Scan(&m.item, &m.kind, &m.year[0], &m.year[1], &m.quarter[0], &m.quarter[1], instant{&m.newest})
		return m, err
	}, `SELECT i.text, s.kind, s.net, s.units, s.late_net, s.late_units, s.newest FROM (
		SELECT m.item AS item, m.kind AS kind, sum(m.quantity) AS net, sum(abs(m.quantity)) AS units,
			sum(iif(m.occurred > ?2, m.quantity, 0)) AS late_net, sum(iif(m.occurred > ?2, abs(m.quantity), 0)) AS late_units,
			max(m.occurred) AS newest
		FROM movement m WHERE m.location = `+here+` AND m.occurred > ?3`+once+` GROUP BY m.item, m.kind
	) s JOIN symbol i ON i.no = s.item`, string(a.location), a.quarter.UnixMicro(), a.year.UnixMicro())
	for _, m := range rows {
		item := a.item(m.item)
		item.Year.Add(m.kind, m.year[0], m.year[1])
		item.Quarter.Add(m.kind, m.quarter[0], m.quarter[1])
		if m.kind == agent.Transfer {
			item.Transferred = m.newest
		}
	}
	return err
}

// since adds up what moved since each item's newest counting.
func (a activities) since() error {
	once, err := a.once()
	if err != nil {
		return err
	}
	rows, err := list(a.view, func(r row) (m movedRow, err error) {
		err = r.Scan(&m.item, &m.kind, &m.year[0], &m.year[1])
		return m, err
	}, `WITH `+over+`,
		last(item, at) AS MATERIALIZED (SELECT p.item, max(p."to")
			FROM over o CROSS JOIN part p ON p.count = o.no WHERE p.entries > 0 GROUP BY p.item)
		SELECT i.text, s.kind, s.net, s.units FROM (
			SELECT m.item AS item, m.kind AS kind, sum(m.quantity) AS net, sum(abs(m.quantity)) AS units
			FROM last l CROSS JOIN movement m ON m.location = `+here+` AND m.item = l.item AND m.occurred > max(l.at, ?2)`+once+`
			GROUP BY m.item, m.kind
		) s JOIN symbol i ON i.no = s.item`, string(a.location), a.year.UnixMicro())
	for _, m := range rows {
		a.item(m.item).Since.Add(m.kind, m.year[0], m.year[1])
	}
	return err
}

// once is a condition that leaves out a till's record of what the upstream has told,
// too: the same receipt within a day. Where there is only one source there are no such
// pairs, and the sums come from the index alone.
func (a activities) once() (condition string, err error) {
	sources, _, err := get(a.view, value[int64], `WITH RECURSIVE s(no) AS (
		SELECT min(source) FROM movement UNION ALL
		SELECT (SELECT min(source) FROM movement WHERE source > s.no) FROM s WHERE s.no IS NOT NULL
	) SELECT count(no) FROM s`)
	if sources < 2 {
		return "", err
	}
	return ` AND (m.posted IS NOT NULL OR m.receipt = '' OR NOT EXISTS (SELECT 1 FROM movement t
		WHERE t.location = m.location AND t.item = m.item AND t.receipt = m.receipt AND t.kind = m.kind AND t.posted IS NOT NULL
		AND t.occurred BETWEEN m.occurred - 86400000000 AND m.occurred + 86400000000))`, err
}

// newestBooks are the newest statements about the items of the catalogue.
const newestBooks = ` FROM item c JOIN symbol i ON i.text = c.id
	JOIN symbol l ON l.text = ?1 JOIN book b ON b.location = l.no AND b.item = i.no
	AND b.seq = (SELECT max(n.seq) FROM book n WHERE n.location = l.no AND n.item = i.no)`

func (a activities) books() error {
	books, err := list(a.view, readBook, `SELECT `+bookColumns+newestBooks+` WHERE c.generation = `+inForce, string(a.location))
	for _, b := range books {
		item := a.item(b.Item)
		item.Book, item.OnHand, item.Changed = b, b.OnHand, b.Changed
	}
	return err
}

// carried is what came to a statement later.
type carried struct {
	item agent.ItemID
	by   int64
	at   time.Time
}

// sinceBooks carries the statements on by what moved since.
func (a activities) sinceBooks() error {
	once, err := a.once()
	if err != nil {
		return err
	}
	rows, err := list(a.view, func(r row) (c carried, err error) {
		err = r.Scan(&c.item, &c.by, instant{&c.at})
		return c, err
	}, `SELECT i.text, sum(m.quantity), max(m.occurred)`+newestBooks+`
		CROSS JOIN movement m ON m.location = b.location AND m.item = b.item AND m.occurred > b.at`+once+`
		WHERE c.generation = `+inForce+` GROUP BY c.no`, string(a.location))
	for _, c := range rows {
		item := a.item(c.item)
		item.OnHand, item.Changed = item.OnHand+c.by, c.at
	}
	return err
}

// ownChanges carries the statements on by what our own deliveries changed since.
func (a activities) ownChanges() error {
	rows, err := list(a.view, func(r row) (c carried, err error) {
		err = r.Scan(&c.item, &c.by)
		return c, err
	}, `SELECT i.text, sum(d.delta)`+newestBooks+`
		CROSS JOIN applied d ON d.location = b.location AND d.item = b.item AND d.after >= b.seq
		WHERE c.generation = `+inForce+` GROUP BY c.no`, string(a.location))
	for _, c := range rows {
		a.item(c.item).OnHand += c.by
	}
	return err
}
