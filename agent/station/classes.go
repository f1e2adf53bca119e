package station

import (
	"context"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
)

// classify returns the items of the classes that have limits of their own in a count,
// as they are now. A count keeps them: a line is judged by the class that its item had
// when the count was opened, however it sells meanwhile.
func (s *Station) classify(ctx context.Context, count agent.Count) (classes map[string][]agent.ItemID, err error) {
	if len(count.Policy.Classes) == 0 {
		return nil, nil
	}
	var all []plan.Item
	err = s.store.Read(ctx, func(v agent.View) error {
		all, err = s.ranked(v, count.Location)
		return err
	})
	classes = map[string][]agent.ItemID{}
	for n, standing := range plan.Classify(all, plan.Rules{}) {
		class := string(standing.Class)
		if _, limited := count.Policy.Classes[class]; limited {
			classes[class] = append(classes[class], all[n].Item.ID)
		}
	}
	return classes, err
}

// ranked returns the items that a plan ranks, with what moved.
func (s *Station) ranked(v agent.View, location agent.LocationID) ([]plan.Item, error) {
	now := s.clock.Now().UTC()
	known, err := v.Activities(location, now.AddDate(0, 0, -365), now.AddDate(0, 0, -91))
	if err != nil {
		return nil, err
	}
	items, err := v.Items()
	all, _ := planned(items, known.Items)
	return all, err
}

// opening is what opens a count.
func opening(count agent.Count, classes map[string][]agent.ItemID) []agent.Event {
	events := []agent.Event{agent.NewEvent(agent.CountOpened, count)}
	if len(classes) > 0 {
		events = append(events, agent.NewEvent(agent.CountClassed, agent.ClassFact{Count: count.ID, Classes: classes}))
	}
	return events
}

// checkClasses refuses limits of classes that nothing can have.
func checkClasses(p agent.Policy) error {
	for class := range p.Classes {
		switch plan.Class(class) {
		case plan.A, plan.B, plan.C, plan.NoClass:
		default:
			return refuse("bad_class", "There is no class "+quote(class)+".", "The classes are A, B, C and none.")
		}
	}
	return nil
}

// limits gives items the class that they had when the count was opened, where it has
// limits of its own.
func (f *figures) limits(v agent.View) error {
	classes, err := v.ClassesOf(f.count.ID)
	for id, class := range classes {
		if at, counted := f.at[id]; counted {
			own := f.count.Policy.Classes[class]
			f.items[at].Class, f.items[at].Tolerance, f.items[at].Investigate = class, own.Tolerance, own.Investigate
		}
	}
	return err
}
