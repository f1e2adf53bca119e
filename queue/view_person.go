package queue

import (
	"slices"

	"github.com/stockhand/stockhand/agent"
)

const personColumns = "p.id, p.name, p.role, p.pin, p.badge, p.added"

func readPerson(r row) (p agent.Person, err error) {
	err = r.Scan(&p.ID, &p.Name, &p.Role, &p.PIN, &p.Badge, instant{&p.Added})
	return p, err
}

func (v *view) People() ([]agent.Person, error) {
	return list(v, readPerson, "SELECT "+personColumns+" FROM person p WHERE p.here ORDER BY p.name, p.seq")
}

func (v *view) PersonEver(id agent.PersonID) (p agent.Person, here, found bool, err error) {
	p, found, err = get(v, func(r row) (p agent.Person, err error) {
		err = r.Scan(&p.ID, &p.Name, &p.Role, &p.PIN, &p.Badge, instant{&p.Added}, &here)
		return p, err
	}, "SELECT "+personColumns+", p.here FROM person p WHERE p.id = ?", string(id))
	return p, here, found, err
}

// PersonByBadge compares with every badge, since each has a salt of its own.
func (v *view) PersonByBadge(value string) (agent.Person, bool, error) {
	people, err := v.People()
	for _, p := range people {
		if agent.Proves(value, p.Badge) {
			return p, true, err
		}
	}
	return agent.Person{}, false, err
}

func (v *view) SignedIn(access string) (agent.Person, agent.SignedBy, bool, error) {
	var by agent.SignedBy
	p, found, err := get(v, func(r row) (p agent.Person, err error) {
		err = r.Scan(&p.ID, &p.Name, &p.Role, &p.PIN, &p.Badge, instant{&p.Added}, &by)
		return p, err
	}, "SELECT "+personColumns+", s.by FROM signed_in s JOIN person p ON p.id = s.person AND p.here WHERE s.access = ?", access)
	return p, by, found, err
}

// walked is one pass that entered something for an item, in symbols.
type walked struct {
	no, bin, round int64
	where          agent.Bin
	seq            agent.Seq
	person         string
}

// CountedBy finds the passes by the parts of the item's lines. Mostly one actor entered
// everything of a pass in a bin; only otherwise the pass's entries are walked through.
func (v *view) CountedBy(count agent.CountID, item agent.ItemID) ([]agent.CountedBy, error) {
	passes, err := list(v, func(r row) (w walked, err error) {
		err = r.Scan(&w.no, &w.bin, &w.round, &w.where, &w.seq, &w.person)
		return w, err
	}, `SELECT DISTINCT t.pass, t.bin, t.round, b.text, p.seq, p.person
		FROM part t JOIN symbol b ON b.no = t.bin JOIN symbol n ON n.no = t.pass JOIN pass p ON p.id = n.text
		WHERE t.count = `+symbolIs+` AND t.item = `+symbolIs+" ORDER BY b.text, t.round, t.pass", string(count), string(item))
	if err != nil {
		return nil, err
	}
	var by []agent.CountedBy
	for _, w := range passes {
		actors, err := v.actorsOf(w, item)
		if err != nil {
			return nil, err
		}
		for _, text := range actors {
			actor := splitActor(text)
			if actor.Kind == agent.DeviceActor {
				actor = splitActor(w.person)
			}
			if one := (agent.CountedBy{Bin: w.where, Round: w.round, Actor: actor}); !slices.Contains(by, one) {
				by = append(by, one)
			}
		}
	}
	return by, nil
}

func (v *view) actorsOf(w walked, item agent.ItemID) ([]string, error) {
	actors, err := list(v, value[string], `SELECT DISTINCT a.text FROM context x JOIN symbol a ON a.no = x.actor
		WHERE x.pass = ? AND x.bin = ? AND x.round = ? ORDER BY a.text`, w.no, w.bin, w.round)
	if err != nil || len(actors) < 2 {
		return actors, err
	}
	return list(v, value[string], `SELECT DISTINCT a.text
		FROM scan s CROSS JOIN context x ON x.no = s.context JOIN symbol a ON a.no = x.actor LEFT JOIN voided u ON u.seq = s.seq
		WHERE s.seq > ? AND s.op <= 1 AND s.item = `+symbolIs+` AND x.pass = ? AND x.bin = ? AND x.round = ? AND u.seq IS NULL
		ORDER BY a.text`, int64(w.seq), string(item), w.no, w.bin, w.round)
}
