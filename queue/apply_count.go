package queue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

func (l *ledger) openCount(e agent.Event, c agent.Count) error {
	policy, err := body(c.Policy)
	if err != nil {
		return err
	}
	items := c.Scope.Items
	c.Scope.Items, c.Scope.Listed = nil, 0
	scope, err := body(c.Scope)
	if err != nil {
		return err
	}
	fresh, err := l.change(`INSERT INTO count (id, seq, name, type, location, policy, state, opened, opened_uncertainty, closed, closed_uncertainty, opened_by, scope, sample)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING`,
		string(c.ID), int64(e.Seq), c.Name, string(c.Type), string(c.Location), policy, string(c.State),
		at(c.Opened.At), micros(c.Opened.Uncertainty), at(c.Closed.At), micros(c.Closed.Uncertainty), joinActor(c.OpenedBy),
		scope, string(c.Sample))
	if err != nil {
		return err
	}
	if !fresh || c.ID == "" {
		return refused("count", fmt.Sprintf("There is a count %q already.", c.ID))
	}
	err = l.exec("INSERT INTO tally (count, entries, voided, noted, unknown, lines, units, head) VALUES (?,0,0,0,0,0,0,?)",
		string(c.ID), int64(e.Seq))
	if err != nil {
		return err
	}
	if err := l.list(c.ID, items); err != nil {
		return err
	}
	return l.giveNumber("count", string(c.ID))
}

// list puts items at the end of a count's list, each once.
func (l *ledger) list(count agent.CountID, items []agent.ItemID) error {
	if len(items) == 0 {
		return nil
	}
	text, err := body(items)
	if err != nil {
		return err
	}
	err = l.exec(`INSERT INTO listed (count, item, position)
		SELECT ?1, j.value, j.key + (SELECT ifnull(max(position) + 1, 0) FROM listed WHERE count = ?1) FROM json_each(?2) j WHERE true
		ON CONFLICT DO NOTHING`, string(count), text)
	if err != nil {
		return err
	}
	return l.exec("UPDATE count SET listed = (SELECT count(*) FROM listed WHERE count = ?1) WHERE id = ?1", string(count))
}

// widenCount takes items and bins into a count's scope.
func (l *ledger) widenCount(e agent.Event, f agent.WidenFact) error {
	if err := l.touchCount(e, f.Count); err != nil {
		return err
	}
	if err := l.list(f.Count, f.Items); err != nil || len(f.Bins) == 0 {
		return err
	}
	scope, found, err := first(l.session, func(r row) (s agent.Scope, err error) { return s, r.Scan(document{&s}) },
		"SELECT scope FROM count WHERE id = ?", string(f.Count))
	if err != nil || !found {
		return err
	}
	for _, bin := range f.Bins {
		if !slices.Contains(scope.Bins, bin) {
			scope.Bins = append(scope.Bins, bin)
		}
	}
	text, err := body(scope)
	if err != nil {
		return err
	}
	return l.exec("UPDATE count SET scope = ? WHERE id = ?", text, string(f.Count))
}

// placePass tells in which zone a pass goes on.
func (l *ledger) placePass(e agent.Event, f agent.PlaceFact) error {
	found, err := l.change("UPDATE pass SET zone = ? WHERE id = ?", string(f.Zone), string(f.Pass))
	if err == nil && !found {
		err = refused("pass", fmt.Sprintf("There is no pass %s.", f.Pass))
	}
	if err != nil {
		return err
	}
	return l.exec("UPDATE tally SET head = ? WHERE count = (SELECT count FROM pass WHERE id = ?)", int64(e.Seq), string(f.Pass))
}

// changeCount changes a count's state. When entering ended is kept from the first
// change that ended it; a count that is open again has not ended.
func (l *ledger) changeCount(e agent.Event, f agent.CountFact) error {
	found, err := l.change(`UPDATE count SET state = ?1,
		closed_uncertainty = CASE WHEN ?1 = 'open' THEN 0 WHEN closed IS NULL THEN ?3 ELSE closed_uncertainty END,
		closed = CASE WHEN ?1 = 'open' THEN NULL WHEN closed IS NULL THEN ?2 ELSE closed END
		WHERE id = ?4`, string(f.State), at(f.At.At), micros(f.At.Uncertainty), string(f.Count))
	if err == nil && !found {
		err = refused("count", fmt.Sprintf("There is no count %s.", f.Count))
	}
	if err != nil {
		return err
	}
	return l.touchCount(e, f.Count)
}

// touchCount makes an event the newest row of its count.
func (l *ledger) touchCount(e agent.Event, id agent.CountID) error {
	found, err := l.change("UPDATE tally SET head = ? WHERE count = ?", int64(e.Seq), string(id))
	if err == nil && !found {
		err = refused("count", fmt.Sprintf("There is no count %s.", id))
	}
	return err
}

// openPass opens a pass. Its device is taken from any other open pass, which
// stays open without one.
func (l *ledger) openPass(e agent.Event, p agent.Pass) error {
	if err := l.touchCount(e, p.Count); err != nil {
		return err
	}
	began, err := l.begun(p)
	if err != nil {
		return err
	}
	if p.Device != "" {
		err := l.exec("UPDATE pass SET device = '' WHERE device = ? AND closed IS NULL AND device <> ''", string(p.Device))
		if err != nil {
			return err
		}
	}
	fresh, err := l.change(`INSERT INTO pass (id, seq, count, zone, bin, person, device, round, started, started_uncertainty, last, last_uncertainty, closed, closed_uncertainty)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO NOTHING`,
		string(p.ID), int64(e.Seq), string(p.Count), string(p.Zone), string(p.Bin), joinActor(p.Person), string(p.Device), p.Round,
		at(began), micros(p.Started.Uncertainty), at(p.Last.At), micros(p.Last.Uncertainty), at(p.Closed.At), micros(p.Closed.Uncertainty))
	if err != nil {
		return err
	}
	if !fresh || p.ID == "" {
		return refused("pass", fmt.Sprintf("There is a pass %q already.", p.ID))
	}
	return l.giveNumber("pass", string(p.ID))
}

func (l *ledger) closePass(e agent.Event, f agent.PassFact) error {
	found, err := l.change("UPDATE pass SET closed = ?, closed_uncertainty = ? WHERE id = ? AND closed IS NULL",
		at(f.At.At), micros(f.At.Uncertainty), string(f.Pass))
	if err == nil && !found {
		err = refused("pass", fmt.Sprintf("There is no open pass %s.", f.Pass))
	}
	if err == nil {
		err = l.layDown(f.Pass)
	}
	if err != nil {
		return err
	}
	return l.exec("UPDATE tally SET head = ? WHERE count = (SELECT count FROM pass WHERE id = ?)", int64(e.Seq), string(f.Pass))
}

func (l *ledger) askRecount(e agent.Event, f agent.Recount) error {
	items, err := body(f.Items)
	if err != nil {
		return err
	}
	if err := l.touchCount(e, f.Count); err != nil {
		return err
	}
	return l.exec("INSERT INTO recount (count, round, seq, items, by, why) VALUES (?,?,?,?,?,?)",
		string(f.Count), f.Round, int64(e.Seq), items, joinActor(f.By), f.Why)
}

// giveNumber remembers the number at the end of an id such as "count-17".
func (l *ledger) giveNumber(noun, id string) error {
	text, ok := strings.CutPrefix(id, noun+"-")
	n, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil || n <= 0 {
		return nil // an id of another form takes no number away
	}
	return l.exec(`INSERT INTO number (noun, last) VALUES (?, ?)
		ON CONFLICT DO UPDATE SET last = max(last, excluded.last)`, noun, n)
}

func (l *ledger) grantAccess(e agent.Event, a agent.Access) error {
	return l.exec(`INSERT INTO access (id, seq, name, role, hash, given) VALUES (?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, name = excluded.name, role = excluded.role,
		hash = excluded.hash, given = excluded.given`,
		a.ID, int64(e.Seq), a.Name, string(a.Role), a.Hash, at(a.Given))
}

func (l *ledger) revokeAccess(_ agent.Event, f agent.AccessFact) error {
	return l.exec("DELETE FROM access WHERE id = ?", f.ID)
}

func (l *ledger) pairDevice(e agent.Event, d agent.PairedDevice) error {
	return l.exec(`INSERT INTO paired (device, seq, name, settings) VALUES (?,?,?,?)
		ON CONFLICT (device) DO UPDATE SET name = excluded.name, settings = excluded.settings`,
		string(d.Device), int64(e.Seq), d.Name, string(d.Settings))
}

func (l *ledger) unpairDevice(_ agent.Event, f agent.DeviceFact) error {
	return l.exec("DELETE FROM paired WHERE device = ?", string(f.Device))
}
