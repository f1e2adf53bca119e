package queue

import (
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

func (l *ledger) addPerson(e agent.Event, p agent.Person) error {
	fresh, err := l.change(`INSERT INTO person (id, seq, name, role, pin, badge, added, here) VALUES (?,?,?,?,?,?,?,1)
		ON CONFLICT DO NOTHING`, string(p.ID), int64(e.Seq), p.Name, string(p.Role), p.PIN, p.Badge, at(p.Added))
	if err == nil && (!fresh || p.ID == "") {
		err = refused("person", fmt.Sprintf("There is or was a person %q already.", p.ID))
	}
	return err
}

func (l *ledger) changePerson(_ agent.Event, p agent.Person) error {
	found, err := l.change("UPDATE person SET name = ?, role = ?, pin = ?, badge = ? WHERE id = ? AND here",
		p.Name, string(p.Role), p.PIN, p.Badge, string(p.ID))
	if err == nil && !found {
		err = refused("person", fmt.Sprintf("There is no person %q.", p.ID))
	}
	return err
}

// removePerson keeps the name, so that nobody else gets it, and nothing that proves
// anything.
func (l *ledger) removePerson(_ agent.Event, f agent.PersonFact) error {
	found, err := l.change("UPDATE person SET here = 0, pin = '', badge = '' WHERE id = ? AND here", string(f.Person))
	if err == nil && !found {
		err = refused("person", fmt.Sprintf("There is no person %q.", f.Person))
	}
	if err != nil {
		return err
	}
	return l.exec("DELETE FROM signed_in WHERE person = ?", string(f.Person))
}

func (l *ledger) signIn(e agent.Event, f agent.SignIn) error {
	found, err := l.change(`INSERT INTO signed_in (access, seq, person, by) SELECT ?, ?, id, ? FROM person WHERE id = ? AND here
		ON CONFLICT (access) DO UPDATE SET seq = excluded.seq, person = excluded.person, by = excluded.by`,
		f.Access, int64(e.Seq), string(f.By), string(f.Person))
	if err == nil && !found {
		err = refused("person", fmt.Sprintf("There is no person %q.", f.Person))
	}
	return err
}

func (l *ledger) signOut(_ agent.Event, f agent.AccessFact) error {
	return l.exec("DELETE FROM signed_in WHERE access = ?", f.ID)
}
