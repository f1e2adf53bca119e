package queue

import (
	"cmp"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// Parts adds good and damaged goods up: they are entered in one walk.
func (v *view) Parts(count agent.CountID) ([]agent.Part, error) {
	who, err := v.counters(count)
	if err != nil {
		return nil, err
	}
	rows, err := list(v, func(r row) (p agent.Part, err error) {
		var w walk
		var item int64
		var person string
		err = r.Scan(&p.Item, &p.Bin, &p.Round, &p.Pass, &p.Quantity,
			instant{&p.Window.From.At}, span{&p.Window.From.Uncertainty},
			instant{&p.Window.To.At}, span{&p.Window.To.Uncertainty}, &item, &w.bin, &w.pass, &person)
		w.round = p.Round
		p.Counters = who.of(w, item, p.Quantity, splitActor(person))
		return p, err
	}, `SELECT i.text, b.text, p.round, w.text, p.quantity, p."from", p.from_uncertainty, p."to", p.to_uncertainty, p.item, p.bin, p.pass, q.person
		FROM part p JOIN symbol i ON i.no = p.item JOIN symbol b ON b.no = p.bin JOIN symbol w ON w.no = p.pass JOIN pass q ON q.id = w.text
		WHERE p.count = `+symbolIs+` AND p.entries > 0`, string(count))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(rows, func(a, b agent.Part) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Bin, b.Bin), cmp.Compare(a.Round, b.Round), cmp.Compare(a.Pass, b.Pass))
	})
	parts := rows[:0]
	for _, p := range rows {
		last := len(parts) - 1
		if last < 0 || parts[last].Item != p.Item || parts[last].Bin != p.Bin || parts[last].Round != p.Round || parts[last].Pass != p.Pass {
			parts = append(parts, p)
			continue
		}
		parts[last].Quantity += p.Quantity
		for _, who := range p.Counters {
			parts[last].Counters = once(slices.Clip(parts[last].Counters), who)
		}
		parts[last].Window.From = earlier(parts[last].Window.From, p.Window.From)
		parts[last].Window.To = later(parts[last].Window.To, p.Window.To)
	}
	return parts, nil
}

// numberedEntry is an entry whose texts are numbers yet.
type numberedEntry struct {
	agent.Entered
	pass, bin, item, op int64
	actor, saw          int64 // who stored it, and whose scan it counts
}

// Entered walks the log forwards from where the caller stopped: a page costs what is
// on it, however long the count is.
func (v *view) Entered(count agent.CountID, after agent.Seq, limit int) ([]agent.Entered, error) {
	rows, err := list(v, func(r row) (n numberedEntry, err error) {
		err = r.Scan(&n.Seq, &n.pass, &n.bin, &n.item, &n.op, &n.Quantity, instant{&n.At}, &n.actor, &n.saw)
		return n, err
	}, `SELECT s.seq, x.pass, x.bin, s.item, s.op, s.quantity, s.at, x.actor, ifnull(y.actor, 0)
		FROM scan s CROSS JOIN context x ON x.no = s.context LEFT JOIN voided u ON u.seq = s.seq
		LEFT JOIN scan k ON k.seq = s.voids LEFT JOIN context y ON y.no = k.context
		WHERE s.seq > max(?1, (SELECT seq FROM count WHERE id = ?2)) AND s.seq <= (SELECT head FROM tally WHERE count = ?2)
			AND s.op <= 1 AND s.item <> 0 AND x.count = (SELECT no FROM symbol WHERE text = ?2) AND u.seq IS NULL
		ORDER BY s.seq LIMIT ?3`, int64(after), string(count), limit)
	if err != nil {
		return nil, err
	}
	entered := make([]agent.Entered, len(rows))
	texts, persons := symbols{v, map[int64]string{}}, map[int64]agent.Actor{}
	for i, n := range rows {
		e := n.Entered
		e.Op, err = named(opCodes, n.op)
		e.Pass, e.Bin, e.Item = agent.PassID(texts.of(n.pass, &err)), agent.Bin(texts.of(n.bin, &err)), agent.ItemID(texts.of(n.item, &err))
		person, known := persons[n.pass]
		if !known && err == nil {
			var pass agent.Pass
			pass, _, err = v.Pass(e.Pass)
			person, persons[n.pass] = pass.Person, pass.Person
		}
		e.Counter = n.counter(texts, person, &err)
		if err != nil {
			return nil, err
		}
		entered[i] = e
	}
	return entered, nil
}

// counter is who counted the entry, as hands.take says.
func (n numberedEntry) counter(texts symbols, person agent.Actor, err *error) agent.Actor {
	by := n.actor
	if n.saw != 0 {
		by = n.saw
	}
	return whose(splitActor(texts.of(by, err)), person)
}

// symbols looks texts up, each once: few of them fill a page.
type symbols struct {
	*view
	known map[int64]string
}

func (s symbols) of(no int64, err *error) string {
	text, known := s.known[no]
	if !known && *err == nil {
		text, _, *err = get(s.view, value[string], "SELECT text FROM symbol WHERE no = ?", no)
		s.known[no] = text
	}
	return text
}
