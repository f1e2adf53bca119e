package queue

import (
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// approve stores adjustments with a pending delivery each. An older delivery of
// the same item and location that is not on its way is superseded: the newer
// approval was judged knowing that it had not arrived.
func (l *ledger) approve(e agent.Event, f agent.AdjustmentFact) error {
	for i, a := range f.Adjustments {
		text, err := body(a)
		if err != nil {
			return err
		}
		err = l.exec(`UPDATE delivery SET state = 'superseded', changed = ?
			WHERE state NOT IN ('delivered', 'superseded', 'sending', 'staged')
			AND adjustment IN (SELECT id FROM adjustment WHERE item = ? AND location = ?)`,
			at(e.At), string(a.Item), string(a.Location))
		if err != nil {
			return err
		}
		fresh, err := l.change(`INSERT INTO adjustment (id, seq, ordinal, count, item, location, body) VALUES (?,?,?,?,?,?,?)
			ON CONFLICT DO NOTHING`, string(a.ID), int64(e.Seq), i, string(a.Count), string(a.Item), string(a.Location), text)
		if err != nil {
			return err
		}
		if !fresh || a.ID == "" {
			return refused("adjustment", fmt.Sprintf("There is an adjustment %q already.", a.ID))
		}
		err = l.exec(`INSERT INTO delivery (adjustment, state, request, observed, target, tries, problem, approved, changed)
			VALUES (?, 'pending', '', 0, 0, 0, NULL, ?, ?)`, string(a.ID), at(e.At), at(e.At))
		if err != nil {
			return err
		}
		if err := l.giveNumber("adjustment", string(a.ID)); err != nil {
			return err
		}
	}
	return nil
}

// changeDelivery sets a delivery's state. A try has failed where it waits again,
// or waits for a person, because of a problem.
func (l *ledger) changeDelivery(e agent.Event, f agent.DeliveryFact) error {
	tries, problem := 0, any(nil)
	if f.Problem != nil {
		text, err := body(f.Problem)
		if err != nil {
			return err
		}
		problem = text
		if f.State == agent.Pending || f.State == agent.Conflict {
			tries = 1
		}
	}
	found, err := l.change("UPDATE delivery SET state = ?, problem = ?, tries = tries + ?, changed = ? WHERE adjustment = ?",
		string(f.State), problem, tries, at(e.At), string(f.Adjustment))
	if err == nil && !found {
		err = refused("delivery", fmt.Sprintf("There is no delivery of %s.", f.Adjustment))
	}
	if err == nil && f.Numbers != nil {
		err = l.exec("UPDATE delivery SET observed = ?, target = ? WHERE adjustment = ?", f.Numbers.Observed, f.Numbers.Target, string(f.Adjustment))
	}
	return err
}

func (l *ledger) planRequest(e agent.Event, r agent.Request) error {
	var outcome any
	if r.Outcome != nil {
		text, err := body(r.Outcome)
		if err != nil {
			return err
		}
		outcome = text
	}
	fresh, err := l.change(`INSERT INTO request (id, seq, state, first_sent, attempts, next_at, outcome) VALUES (?,?,?,?,?,?,?)
		ON CONFLICT DO NOTHING`, string(r.ID), int64(e.Seq), string(r.State), at(r.FirstSent), r.Attempts, at(r.NextAt), outcome)
	if err != nil {
		return err
	}
	if !fresh || r.ID == "" {
		return refused("request", fmt.Sprintf("There is a request %q already.", r.ID))
	}
	for _, line := range r.Lines {
		found, err := l.change(`UPDATE delivery SET state = 'sending', request = ?, observed = ?, target = ?, changed = ?
			WHERE adjustment = ?`, string(r.ID), line.Observed.OnHand, line.Target, at(e.At), string(line.Adjustment))
		if err == nil && !found {
			err = refused("request", fmt.Sprintf("There is no delivery of %s.", line.Adjustment))
		}
		if err != nil {
			return err
		}
	}
	return l.giveNumber("request", string(r.ID))
}

func (l *ledger) attemptRequest(_ agent.Event, f agent.AttemptFact) error {
	found, err := l.change(`UPDATE request SET state = 'sent', attempts = ?, first_sent = ifnull(first_sent, ?) WHERE id = ?`,
		f.Attempt, at(f.At), string(f.Request))
	if err == nil && !found {
		err = refused("request", fmt.Sprintf("There is no request %s.", f.Request))
	}
	return err
}

func (l *ledger) answerRequest(e agent.Event, f agent.AnswerFact) error {
	outcome, err := body(f.Outcome)
	if err != nil {
		return err
	}
	found, err := l.change("UPDATE request SET state = ?, next_at = ?, outcome = ? WHERE id = ?",
		string(f.State), at(f.NextAt), outcome, string(f.Request))
	if err == nil && !found {
		err = refused("request", fmt.Sprintf("There is no request %s.", f.Request))
	}
	if err != nil {
		return err
	}
	for _, change := range f.Changes {
		if err := l.changeDelivery(e, change); err != nil {
			return err
		}
	}
	return l.addApplied(e, f.Applied)
}
