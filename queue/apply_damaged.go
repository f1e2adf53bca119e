package queue

import (
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// askDamaged stores a wish. A newer one for the same item stands for it.
func (l *ledger) askDamaged(e agent.Event, f agent.DamagedFact) error {
	if f.Item == "" || f.Quantity < 1 {
		return refused("damaged", "A wish for damaged goods names no item or no quantity.")
	}
	if err := l.touchCount(e, f.Count); err != nil {
		return err
	}
	return l.exec(`INSERT INTO damaged (count, item, seq, location, quantity, asked, asked_uncertainty, by, moved, moved_uncertainty, moved_by)
		VALUES (?1,?2,?3,?4,?5,?6,?7,?8,NULL,0,'')
		ON CONFLICT DO UPDATE SET seq = ?3, location = ?4, quantity = ?5, asked = ?6, asked_uncertainty = ?7, by = ?8, moved = NULL, moved_uncertainty = 0, moved_by = ''`,
		string(f.Count), string(f.Item), int64(e.Seq), string(f.Location), f.Quantity, at(f.At.At), micros(f.At.Uncertainty), joinActor(e.Actor))
}

// moveDamaged says of a wish that it is fulfilled.
func (l *ledger) moveDamaged(e agent.Event, f agent.DamagedFact) error {
	found, err := l.change("UPDATE damaged SET moved = ?, moved_uncertainty = ?, moved_by = ? WHERE count = ? AND item = ? AND moved IS NULL",
		at(f.At.At), micros(f.At.Uncertainty), joinActor(e.Actor), string(f.Count), string(f.Item))
	if err == nil && !found {
		err = refused("damaged", fmt.Sprintf("Nothing is wanted for damaged units of %s.", f.Item))
	}
	if err != nil {
		return err
	}
	return l.touchCount(e, f.Count)
}

func (v *view) DamagedWishes(count agent.CountID) ([]agent.DamagedWish, error) {
	return list(v, func(r row) (d agent.DamagedWish, err error) {
		var by, movedBy string
		err = r.Scan(&d.Count, &d.Item, &d.Location, &d.Quantity, instant{&d.At.At}, span{&d.At.Uncertainty}, &by,
			instant{&d.Moved.At}, span{&d.Moved.Uncertainty}, &movedBy)
		d.By, d.MovedBy = splitActor(by), splitActor(movedBy)
		return d, err
	}, "SELECT count, item, location, quantity, asked, asked_uncertainty, by, moved, moved_uncertainty, moved_by FROM damaged WHERE count = ? ORDER BY item", string(count))
}
