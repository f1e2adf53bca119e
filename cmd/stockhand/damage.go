package main

import (
	"context"
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// A damaged database does not stop the work: it goes on in a fresh file. What was
// counted before is missing there, so it is said until somebody acknowledges it.

// damage returns what nobody has acknowledged yet, nil where nothing is damaged.
func (w *works) damage() *agent.Error {
	if damage := w.queue.Damage(); damage != nil && !w.queue.Acknowledged() {
		return damage
	}
	return w.unsound.Load()
}

// damageReport tells what is wrong with the database.
type damageReport struct {
	Damage *agent.Error `json:"damage"`
}

func (w *works) damageState(context.Context, agent.Caller, nothing) (damageReport, error) {
	return damageReport{w.damage()}, nil
}

func (w *works) damageAcknowledge(_ context.Context, caller agent.Caller, _ nothing) (damageReport, error) {
	told := damageReport{w.damage()}
	err := w.queue.Acknowledge(caller.Actor)
	w.unsound.Store(nil) // the check after the next start finds it again
	w.changed()
	return told, err
}

// tellDamage says beside a command's answer that the database was damaged.
func (t *terminal) tellDamage(ctx context.Context, a asker) error {
	var r damageReport
	if err := a.ask(ctx, call{op: "damage.state", result: &r}); err != nil {
		return err
	}
	t.warnOfDamage(r.Damage)
	return nil
}

func (t *terminal) warnOfDamage(damage *agent.Error) {
	if damage == nil {
		return
	}
	(&terminal{in: t.in, out: t.err, err: t.err, zone: t.zone}).printProblem(damage)
	fmt.Fprintln(t.err, "  \"stockhand verify --acknowledge\" ends this message.")
}

// acknowledge says that the person knows of the damage.
func (t *terminal) acknowledge(ctx context.Context, path string) error {
	return with(ctx, t, path, func(a asker) error {
		var told damageReport
		if err := a.ask(ctx, call{op: "damage.acknowledge", result: &told}); err != nil {
			return err
		}
		if told.Damage == nil {
			t.printf("There is nothing to acknowledge.\n")
			return nil
		}
		t.printf("Acknowledged. The note beside the damaged file says so.\n")
		return nil
	})
}
