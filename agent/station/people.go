package station

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

const (
	longestPerson = 40 // characters
	shortestPIN   = 6  // digits
	longestPIN    = 12
	badgeLetters  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // none can be taken for another
)

// Someone is a person as it is shown: what proves it stays in the database.
type Someone struct {
	ID    agent.PersonID `json:"id"`
	Name  string         `json:"name"`
	Role  agent.Role     `json:"role"`
	PIN   bool           `json:"pin"`   // has one
	Badge bool           `json:"badge"` // has one
	Added time.Time      `json:"added"`
}

func shown(p agent.Person) Someone {
	return Someone{ID: p.ID, Name: p.Name, Role: p.Role, PIN: p.PIN != "", Badge: p.Badge != "", Added: p.Added}
}

// WithBadge is a person with the text of a new badge. It is told once: nobody can find
// it out later, and the answer to a repeated command does not have it.
type WithBadge struct {
	Someone
	Code string `json:"code,omitempty"`
}

// AddPerson is somebody new. PIN and badge may be left out, but whoever has neither
// can not sign in.
type AddPerson struct {
	Name  string     `json:"name"`
	Role  agent.Role `json:"role,omitempty"`
	PIN   string     `json:"pin,omitempty"`
	Badge bool       `json:"badge,omitempty"` // make one
}

func (s *Station) addPerson(ctx context.Context, c command, a AddPerson) (WithBadge, error) {
	if err := c.caller.Require(agent.MayAdmin); err != nil {
		return WithBadge{}, err
	}
	p := agent.Person{Name: strings.Join(strings.Fields(a.Name), " "), Role: a.Role, Added: s.now().At}
	if p.Role == "" {
		p.Role = agent.Counter
	}
	p.ID = agent.PersonID(p.Name)
	if err := checkPerson(p); err != nil {
		return WithBadge{}, err
	}
	code, err := s.prove(&p, &a.PIN, a.Badge)
	if err != nil {
		return WithBadge{}, err
	}
	return s.storePerson(ctx, c, code, func(v agent.View) (agent.Person, agent.Kind, error) {
		return p, agent.PersonAdded, freeForPerson(v, p.Name)
	})
}

// ChangePerson changes what is not nil. The name stays: it stands in the log.
type ChangePerson struct {
	Person agent.PersonID `json:"person"`
	Role   *agent.Role    `json:"role,omitempty"`
	PIN    *string        `json:"pin,omitempty"`   // empty takes it away
	Badge  *bool          `json:"badge,omitempty"` // true makes a new one, false takes it away
}

func (s *Station) changePerson(ctx context.Context, c command, a ChangePerson) (WithBadge, error) {
	if err := c.caller.Require(agent.MayAdmin); err != nil {
		return WithBadge{}, err
	}
	var fresh agent.Person
	code, err := s.prove(&fresh, a.PIN, a.Badge != nil && *a.Badge)
	if err != nil {
		return WithBadge{}, err
	}
	return s.storePerson(ctx, c, code, func(v agent.View) (agent.Person, agent.Kind, error) {
		p, err := findPerson(v, a.Person)
		if a.Role != nil {
			p.Role = *a.Role
		}
		if a.PIN != nil {
			p.PIN = fresh.PIN
		}
		if a.Badge != nil {
			p.Badge = fresh.Badge
		}
		if err == nil {
			err = checkPerson(p)
		}
		return p, agent.PersonChanged, err
	})
}

func (s *Station) storePerson(ctx context.Context, c command, code string, decide func(agent.View) (agent.Person, agent.Kind, error)) (WithBadge, error) {
	made := false
	person, err := write(ctx, s, c, func(v agent.View) (Someone, []agent.Event, error) {
		p, kind, err := decide(v)
		made = err == nil
		return shown(p), []agent.Event{agent.NewEvent(kind, p)}, err
	})
	if !made {
		code = ""
	}
	return WithBadge{person, code}, err
}

// prove puts hashes of what a person proves itself with into p, and returns the text of
// a new badge.
func (s *Station) prove(p *agent.Person, pin *string, badge bool) (code string, err error) {
	if pin != nil && *pin != "" {
		if err := checkPIN(*pin); err != nil {
			return "", err
		}
		p.PIN = s.pins.hash(*pin)
	}
	if badge {
		value := random(10, base32.NewEncoding(badgeLetters).WithPadding(base32.NoPadding).EncodeToString)
		p.Badge = agent.BadgeProof(value, salt())
		code = s.badgePrefix() + value
	}
	return code, nil
}

func (s *Station) badgePrefix() string {
	prefix := s.opts.Barcodes.Prefix
	if prefix == "" {
		prefix = barcode.DefaultPrefix
	}
	return prefix + "P."
}

func random(n int, spell func([]byte) string) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return spell(b)
}

func salt() []byte { return []byte(rand.Text()) }

func checkPerson(p agent.Person) error {
	switch {
	case p.Name == "", !readable(p.Name, longestPerson), strings.Contains(p.Name, ":"):
		return refuse("bad_name", fmt.Sprintf("A name has from 1 to %d letters, and no colon.", longestPerson), "Choose another name.")
	case p.Role != agent.Counter && p.Role != agent.Manager:
		return refuse("bad_role", "There is no role "+quote(string(p.Role))+" for people.", "The roles are counter and manager.")
	}
	return nil
}

// checkPIN refuses what others would try first.
func checkPIN(pin string) error {
	if len(pin) < shortestPIN || len(pin) > longestPIN || strings.Trim(pin, "0123456789") != "" {
		return refuse("bad_pin", fmt.Sprintf("A PIN has from %d to %d digits.", shortestPIN, longestPIN), "Choose another PIN.")
	}
	step := int(pin[1]) - int(pin[0])
	for i := range len(pin) - 1 {
		if int(pin[i+1])-int(pin[i]) != step {
			return nil
		}
	}
	if step < -1 || step > 1 {
		return nil
	}
	return refuse("bad_pin", "This PIN is one that anybody would try first.", "Choose another PIN.")
}

// freeForPerson refuses a name that would be taken for somebody else in the log.
func freeForPerson(v agent.View, name string) error {
	_, here, found, err := v.PersonEver(agent.PersonID(name))
	switch {
	case err != nil:
		return err
	case here:
		return clash("name_taken", "There is a person "+quote(name)+" already.", "Choose another name.")
	case found:
		return clash("name_taken", "There was a person "+quote(name)+" before, and what that person did bears the name.", "Choose another name.")
	}
	accesses, err := v.Accesses()
	if slices.ContainsFunc(accesses, func(a agent.Access) bool { return a.Name == name }) {
		err = clash("name_taken", "A browser is called "+quote(name)+" already.", "Choose another name.")
	}
	return err
}

func findPerson(v agent.View, id agent.PersonID) (agent.Person, error) {
	p, here, _, err := v.PersonEver(id)
	if err == nil && !here {
		err = missing("no_person", "There is no person "+quote(string(id))+".")
	}
	return p, err
}

// OnePerson names a person.
type OnePerson struct {
	Person agent.PersonID `json:"person"`
}

// removePerson takes a person away. Whoever is signed in as that person is nobody then.
func (s *Station) removePerson(ctx context.Context, c command, a OnePerson) (Someone, error) {
	if err := c.caller.Require(agent.MayAdmin); err != nil {
		return Someone{}, err
	}
	return write(ctx, s, c, func(v agent.View) (Someone, []agent.Event, error) {
		p, err := findPerson(v, a.Person)
		return shown(p), []agent.Event{agent.NewEvent(agent.PersonRemoved, agent.PersonFact{Person: a.Person})}, err
	})
}

func (s *Station) listPeople(ctx context.Context, c command, _ struct{}) ([]Someone, error) {
	if err := c.caller.Require(agent.MayAdmin); err != nil {
		return nil, err
	}
	list := []Someone{}
	err := s.store.Read(ctx, func(v agent.View) error {
		people, err := v.People()
		for _, p := range people {
			list = append(list, shown(p))
		}
		return err
	})
	return list, err
}
