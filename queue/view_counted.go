package queue

import (
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// walk is where and in which round a pass counted, in symbols.
type walk struct{ pass, bin, round int64 }

// deed is one way in which somebody entered something for an item on a walk.
type deed struct {
	walk
	item     int64
	by       agent.Actor // who stored it
	saw      agent.Actor // who made the scan that it counts, if it counts one
	accepted bool        // that scan was kept as a possible repeat
}

// deedsOf are the conditions of a deed that stands, over the log's tables.
const deedsOf = `SELECT DISTINCT x.pass, x.bin, x.round, s.item, a.text, ifnull(k.text, ''), ifnull(n.flags & ?2, 0) <> 0
	FROM scan s CROSS JOIN context x ON x.no = s.context JOIN symbol a ON a.no = x.actor LEFT JOIN voided u ON u.seq = s.seq
	LEFT JOIN scan n ON n.seq = s.voids LEFT JOIN context y ON y.no = n.context LEFT JOIN symbol k ON k.no = y.actor
	WHERE s.seq > (SELECT seq FROM count WHERE id = ?1) AND s.seq <= (SELECT head FROM tally WHERE count = ?1) AND s.op <= 1
		AND x.count = (SELECT no FROM symbol WHERE text = ?1) AND u.seq IS NULL`

func (v *view) deeds(count agent.CountID, where string, args ...any) ([]deed, error) {
	return list(v, func(r row) (d deed, err error) {
		var by, saw string
		err = r.Scan(&d.pass, &d.bin, &d.round, &d.item, &by, &saw, &d.accepted)
		d.by, d.saw = splitActor(by), splitActor(saw)
		return d, err
	}, deedsOf+where+" ORDER BY 1, 2, 3, 4, 5, 6", append([]any{string(count), int64(agent.Repeated | agent.SameSerial)}, args...)...)
}

// hands are who counted something, and who else had a hand in its number.
type hands struct{ counted, decided []agent.Actor }

// take adds what a deed says. Who only said what a scan was of counted nothing, and said
// it of every scan with that barcode.
func (h *hands) take(d deed, person agent.Actor) {
	if d.saw == (agent.Actor{}) {
		h.counted = once(h.counted, whose(d.by, person))
		return
	}
	h.counted = once(h.counted, whose(d.saw, person))
	if d.accepted {
		h.decided = once(h.decided, whose(d.by, person))
	}
}

// whose returns who made a row of a pass.
func whose(by, person agent.Actor) agent.Actor {
	return agent.Scan{Actor: by}.Counter(agent.Pass{Person: person})
}

func once[T comparable](list []T, one T) []T {
	if slices.Contains(list, one) {
		return list
	}
	return append(list, one)
}

// walked is one pass that entered something for an item.
type walked struct {
	walk
	where  agent.Bin
	person agent.Actor
	zero   bool // it found nothing
}

// CountedBy finds the passes by the parts of the item's lines. Mostly the one whose
// pass it is entered everything of it in a bin; only otherwise the log is walked
// through.
func (v *view) CountedBy(count agent.CountID, item agent.ItemID) ([]agent.CountedBy, error) {
	passes, err := list(v, func(r row) (w walked, err error) {
		var person string
		err = r.Scan(&w.pass, &w.bin, &w.round, &w.where, &person, &w.zero)
		w.person = splitActor(person)
		return w, err
	}, `SELECT t.pass, t.bin, t.round, b.text, p.person, sum(t.quantity) = 0
		FROM part t JOIN symbol b ON b.no = t.bin JOIN symbol n ON n.no = t.pass JOIN pass p ON p.id = n.text
		WHERE t.count = `+symbolIs+` AND t.item = `+symbolIs+" GROUP BY t.pass, t.bin, t.round ORDER BY b.text, t.round, t.pass", string(count), string(item))
	if err != nil {
		return nil, err
	}
	var by []agent.CountedBy
	for _, w := range passes {
		h, err := v.handsIn(count, item, w)
		if err != nil {
			return nil, err
		}
		for _, a := range h.counted {
			by = once(by, agent.CountedBy{Bin: w.where, Round: w.round, Actor: a})
		}
		for _, a := range h.decided {
			by = once(by, agent.CountedBy{Bin: w.where, Round: w.round, Actor: a, Decided: true})
		}
	}
	undone, err := v.undoneBy(count)
	return append(by, undone[item]...), err
}

func (v *view) handsIn(count agent.CountID, item agent.ItemID, w walked) (h hands, err error) {
	if w.zero {
		h.counted, err = v.heard(`JOIN pass p ON p.id = n.text WHERE p.count = ? AND x.bin = ? AND x.round = ?`, string(count), w.bin, w.round)
		h.counted = once(h.counted, w.person)
		return h, err
	}
	walkers, err := v.heard(`JOIN pass p ON p.id = n.text WHERE x.pass = ? AND x.bin = ? AND x.round = ?`, w.pass, w.bin, w.round)
	if err != nil || len(walkers) == 1 && walkers[0] == w.person {
		return hands{counted: walkers}, err
	}
	deeds, err := v.deeds(count, " AND s.item = (SELECT no FROM symbol WHERE text = ?3) AND x.pass = ?4 AND x.bin = ?5 AND x.round = ?6",
		string(item), w.pass, w.bin, w.round)
	for _, d := range deeds {
		h.take(d, w.person)
	}
	return h, err
}

// heard returns who was heard in the circumstances that a query chooses.
func (v *view) heard(where string, args ...any) (all []agent.Actor, err error) {
	found, err := list(v, func(r row) (who agent.Actor, err error) {
		var by, person string
		err = r.Scan(&by, &person)
		return whose(splitActor(by), splitActor(person)), err
	}, `SELECT DISTINCT a.text, p.person FROM symbol n JOIN context x ON x.pass = n.no JOIN symbol a ON a.no = x.actor `+where+" ORDER BY 1, 2", args...)
	for _, who := range found {
		all = once(all, who)
	}
	return all, err
}

// undoneBy returns who undid entries of a count that somebody else had made. It is read
// once, since it is asked for one item after the other.
func (v *view) undoneBy(count agent.CountID) (map[agent.ItemID][]agent.CountedBy, error) {
	if all, known := v.undone[count]; known {
		return all, nil
	}
	type undo struct {
		item        agent.ItemID
		by          agent.CountedBy
		old, person agent.Actor
	}
	undos, err := list(v, func(r row) (u undo, err error) {
		var by, old, person string
		err = r.Scan(&u.item, &u.by.Bin, &u.by.Round, &by, &old, &person)
		u.by.Actor, u.old, u.person = splitActor(by), splitActor(old), splitActor(person)
		return u, err
	}, `SELECT DISTINCT i.text, b.text, x.round, a.text, k.text, p.person
		FROM voided u CROSS JOIN scan s ON s.seq = u.by AND s.op = 2 CROSS JOIN scan o ON o.seq = u.seq AND o.op <= 1
		JOIN context x ON x.no = o.context JOIN symbol n ON n.no = x.pass JOIN pass p ON p.id = n.text
		JOIN context y ON y.no = s.context JOIN symbol a ON a.no = y.actor JOIN symbol k ON k.no = x.actor
		JOIN symbol i ON i.no = o.item JOIN symbol b ON b.no = x.bin
		WHERE u.seq > (SELECT seq FROM count WHERE id = ?1) AND u.seq <= (SELECT head FROM tally WHERE count = ?1)
			AND x.count = (SELECT no FROM symbol WHERE text = ?1) ORDER BY 1, 2, 3, 4, 5`, string(count))
	all := map[agent.ItemID][]agent.CountedBy{}
	for _, u := range undos {
		u.by.Actor, u.by.Decided = whose(u.by.Actor, u.person), true
		if u.by.Actor != whose(u.old, u.person) {
			all[u.item] = once(all[u.item], u.by)
		}
	}
	if v.undone == nil {
		v.undone = map[agent.CountID]map[agent.ItemID][]agent.CountedBy{}
	}
	v.undone[count] = all
	return all, err
}

// counters are who counted the parts of a count.
type counters struct {
	mixed map[walk]map[int64]*hands // by item, where it was not only whose pass it is
	there map[walk][]agent.Actor    // who was in a bin in a round, whatever the pass
}

func (v *view) counters(count agent.CountID) (counters, error) {
	type heard struct {
		walk
		who, person agent.Actor
	}
	c, persons := counters{map[walk]map[int64]*hands{}, map[walk][]agent.Actor{}}, map[int64]agent.Actor{}
	all, err := list(v, func(r row) (h heard, err error) {
		var by, person string
		err = r.Scan(&h.pass, &h.bin, &h.round, &by, &person)
		h.person = splitActor(person)
		h.who = whose(splitActor(by), h.person)
		return h, err
	}, `SELECT DISTINCT x.pass, x.bin, x.round, a.text, p.person FROM pass p JOIN symbol n ON n.text = p.id
		JOIN context x ON x.pass = n.no JOIN symbol a ON a.no = x.actor WHERE p.count = ? ORDER BY 1, 2, 3, 4`, string(count))
	for _, h := range all {
		persons[h.pass] = h.person
		if h.who != h.person {
			c.mixed[h.walk] = map[int64]*hands{}
		}
		h.pass = 0
		c.there[h.walk] = once(c.there[h.walk], h.who)
	}
	if err != nil || len(c.mixed) == 0 {
		return c, err
	}
	deeds, err := v.deeds(count, "")
	for _, d := range deeds {
		items := c.mixed[d.walk]
		if items == nil {
			continue
		}
		if items[d.item] == nil {
			items[d.item] = &hands{}
		}
		items[d.item].take(d, persons[d.pass])
	}
	return c, err
}

// of returns who counted a part: of nothing, everybody who was there.
func (c counters) of(w walk, item, quantity int64, person agent.Actor) []agent.Actor {
	if quantity == 0 {
		w.pass = 0
		return once(slices.Clone(c.there[w]), person)
	}
	if h := c.mixed[w][item]; h != nil {
		return h.counted
	}
	return []agent.Actor{person}
}
