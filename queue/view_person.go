package queue

import "github.com/stockhand/stockhand/agent"

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
