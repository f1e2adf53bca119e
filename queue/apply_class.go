package queue

import (
	"fmt"
	"maps"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

func (l *ledger) classify(_ agent.Event, f agent.ClassFact) error {
	for _, class := range slices.Sorted(maps.Keys(f.Classes)) {
		items, err := body(f.Classes[class])
		if err != nil {
			return err
		}
		fresh, err := l.change(`INSERT INTO class (count, class, items) SELECT id, ?, ? FROM count WHERE id = ?
			ON CONFLICT DO NOTHING`, class, items, string(f.Count))
		if err == nil && !fresh {
			err = refused("class", fmt.Sprintf("There is no count %s without the class %s.", f.Count, class))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// classed is the items of one class.
type classed struct {
	class string
	items []agent.ItemID
}

func (v *view) ClassesOf(count agent.CountID) (map[agent.ItemID]string, error) {
	classes, err := list(v, func(r row) (c classed, err error) {
		err = r.Scan(&c.class, document{&c.items})
		return c, err
	}, "SELECT class, items FROM class WHERE count = ? ORDER BY class", string(count))
	of := map[agent.ItemID]string{}
	for _, c := range classes {
		for _, item := range c.items {
			of[item] = c.class
		}
	}
	return of, err
}
