package queue

import (
	"context"
	"errors"

	"github.com/stockhand/stockhand/agent"
)

// carryOver brings the catalogue, the accesses, the people and the paired scanners of a
// damaged file into the fresh one as far as they can be read, so that the same people can
// go on at once, with no more rights than before.
func (q *Queue) carryOver(ctx context.Context, damaged string) {
	err := use(ctx, damaged, probing, func(s session) error {
		v := &view{session: s}
		return errors.Join(q.carryPeople(ctx, v), q.carryAccesses(ctx, v), q.carrySignIns(ctx, v), q.carryPause(ctx, v), q.carryPaired(ctx, v), q.carryCatalogue(ctx, v))
	})
	if err != nil {
		q.log.Warn("not everything could be carried over from the damaged file", "error", err)
	}
}

// carry stores events of what was read, if any was.
func (q *Queue) carry(ctx context.Context, made []agent.Event, err error) error {
	if err != nil || len(made) == 0 {
		return err
	}
	_, err = q.Write(ctx, agent.Command{}, func(agent.View) (agent.Facts, error) {
		return agent.Facts{Actor: agent.System("queue"), Events: made}, nil
	})
	return err
}

// carryPeople also brings who was removed, so that nobody else gets the name.
func (q *Queue) carryPeople(ctx context.Context, v *view) error {
	type known struct {
		agent.Person
		here bool
	}
	people, err := list(v, func(r row) (k known, err error) {
		err = r.Scan(&k.ID, &k.Name, &k.Role, &k.PIN, &k.Badge, instant{&k.Added}, &k.here)
		return k, err
	}, "SELECT "+personColumns+", p.here FROM person p ORDER BY p.seq")
	var made []agent.Event
	for _, p := range people {
		made = append(made, agent.NewEvent(agent.PersonAdded, p.Person))
		if !p.here {
			made = append(made, agent.NewEvent(agent.PersonRemoved, agent.PersonFact{Person: p.ID}))
		}
	}
	return q.carry(ctx, made, err)
}

// carrySignIns brings who uses which browser: without them it would have the rights of
// whoever paired it.
func (q *Queue) carrySignIns(ctx context.Context, v *view) error {
	signed, err := list(v, func(r row) (s agent.SignIn, err error) {
		err = r.Scan(&s.Access, &s.Person, &s.By)
		return s, err
	}, "SELECT s.access, s.person, s.by FROM signed_in s JOIN person p ON p.id = s.person AND p.here ORDER BY s.seq")
	var made []agent.Event
	for _, s := range signed {
		made = append(made, agent.NewEvent(agent.PersonSignedIn, s))
	}
	return q.carry(ctx, made, err)
}

func (q *Queue) carryAccesses(ctx context.Context, v *view) error {
	accesses, err := v.Accesses()
	var made []agent.Event
	for _, a := range accesses {
		made = append(made, agent.NewEvent(agent.AccessGranted, a))
	}
	return q.carry(ctx, made, err)
}

func (q *Queue) carryPaired(ctx context.Context, v *view) error {
	paired, err := v.PairedDevices()
	var made []agent.Event
	for _, d := range paired {
		made = append(made, agent.NewEvent(agent.DevicePaired, d))
	}
	return q.carry(ctx, made, err)
}

func (q *Queue) carryCatalogue(ctx context.Context, v *view) error {
	items, err := v.Items()
	if err != nil || len(items) == 0 {
		return err
	}
	places, err := v.Places()
	if err != nil {
		return err
	}
	next := func() (item agent.Item, ok bool, err error) {
		if ok = len(items) > 0; ok {
			item, items = items[0], items[1:]
		}
		return item, ok, nil
	}
	_, err = q.Replace(ctx, agent.System("queue"), q.clock.Now(), "damaged file", next, places, nil)
	return err
}

// carryPause brings a pause of the upload: somebody must have had a reason.
func (q *Queue) carryPause(ctx context.Context, v *view) error {
	pause, held, err := v.UploadPause()
	if err != nil || !held {
		return err
	}
	return q.carry(ctx, []agent.Event{agent.NewEvent(agent.UploadPaused, agent.PauseFact{Why: pause.Why})}, nil)
}
