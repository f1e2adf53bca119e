package station

import (
	"context"
	"maps"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// Review judges every item of a count by what is known now. Items that need
// somebody come first.
func (s *Station) Review(ctx context.Context, id agent.CountID) ([]agent.Variance, error) {
	var all []agent.Variance
	err := s.store.Read(ctx, func(v agent.View) error {
		count, err := findCount(v, id)
		if err != nil {
			return err
		}
		all, err = s.review(v, count)
		return err
	})
	return all, err
}

// review judges every item of a count within a view.
func (s *Station) review(v agent.View, count agent.Count) ([]agent.Variance, error) {
	j, items, err := s.judging(v, count)
	if err != nil {
		return nil, err
	}
	return j.all(v, items)
}

// rank orders the statuses by how much they need somebody.
func rank(status agent.Status) int {
	return slices.Index([]agent.Status{
		agent.NeedsRecount, agent.NotAdjustable, agent.Ready, agent.NotComplete,
		agent.Waiting, agent.Tolerated, agent.Settled, agent.Matches,
	}, status)
}

// openedBins returns the bins that passes have been to and that hold no line.
func openedBins(visits []agent.Visit, lined []agent.Bin) []agent.Bin {
	opened := map[agent.Bin]bool{}
	for _, visit := range visits {
		opened[visit.Bin] = true
	}
	delete(opened, "")
	for _, bin := range lined {
		delete(opened, bin)
	}
	return slices.Sorted(maps.Keys(opened))
}

// scope returns the items that a count is about: what was counted, and what its list
// or its places ask for. Without those it is the whole catalogue in a full count, and
// what is known in the bins that somebody has been to in any other.
func scope(v agent.View, count agent.Count, lines []agent.Line, visits []agent.Visit) ([]agent.Item, error) {
	free := count.Scope.Free()
	if count.Type == agent.Full && free {
		return v.Items()
	}
	ids := map[agent.ItemID]bool{}
	for _, l := range lines {
		ids[l.Item] = true
	}
	var bins []agent.Bin
	var err error
	switch {
	case count.Scope.HasList():
		var listed []agent.ItemID
		listed, err = v.Listed(count.ID)
		for _, id := range listed {
			ids[id] = true
		}
	case free:
		bins, err = walkedFirst(v, count.ID, lines, visits)
		if err == nil {
			err = addRecounted(v, count.ID, ids)
		}
	default:
		bins, err = scopedBins(v, count.Scope)
	}
	if err != nil {
		return nil, err
	}
	for _, bin := range unique(bins) {
		known, err := v.ItemsIn(bin)
		if err != nil {
			return nil, err
		}
		for _, id := range known {
			ids[id] = true
		}
	}
	if len(ids) == 0 {
		return nil, nil // Items without ids would mean all of them
	}
	return itemsOf(v, slices.Sorted(maps.Keys(ids)))
}

// walkedFirst returns the bins that the first round has been to. A recount asks for
// items, not for what else lies in the bins that it leads to.
func walkedFirst(v agent.View, id agent.CountID, lines []agent.Line, visits []agent.Visit) ([]agent.Bin, error) {
	passes, err := v.Passes(id)
	recount := map[agent.PassID]bool{}
	for _, p := range passes {
		recount[p.ID] = p.Round > 0
	}
	var bins []agent.Bin
	for _, visit := range visits {
		if visit.Bin != "" && !recount[visit.Pass] {
			bins = append(bins, visit.Bin)
		}
	}
	for _, l := range lines {
		if l.Round == 0 {
			bins = append(bins, l.Bin)
		}
	}
	return bins, err
}

// addRecounted adds the items that somebody asked to count once more.
func addRecounted(v agent.View, id agent.CountID, ids map[agent.ItemID]bool) error {
	recounts, err := v.Recounts(id)
	for _, r := range recounts {
		for _, item := range r.Items {
			ids[item] = true
		}
	}
	return err
}

// itemsOf returns items by id. What was counted stays part of its count even if
// the catalogue does not hold it any more; then the book says whether it is tracked.
func itemsOf(v agent.View, ids []agent.ItemID) ([]agent.Item, error) {
	items, err := v.Items(ids...)
	if err != nil {
		return nil, err
	}
	known := map[agent.ItemID]bool{}
	for _, item := range items {
		known[item.ID] = true
	}
	for _, id := range ids {
		if !known[id] {
			items = append(items, agent.Item{ID: id, Tracked: true})
		}
	}
	return items, nil
}

// gone reports whether an item is only known by its id any more.
func gone(item agent.Item) bool {
	return item.SKU == "" && item.Name == "" && len(item.Codes) == 0 && len(item.Bins) == 0
}

// deliveriesOf returns the deliveries of a count by item, oldest first, and those
// of other counts that are on their way.
func deliveriesOf(v agent.View, count agent.Count) (map[agent.ItemID][]agent.Delivery, error) {
	own, err := v.DeliveriesOf(count.ID)
	if err != nil {
		return nil, err
	}
	open, err := v.Deliveries(onTheirWay...)
	if err != nil {
		return nil, err
	}
	byItem := map[agent.ItemID][]agent.Delivery{}
	for _, d := range own {
		byItem[d.Adjustment.Item] = append(byItem[d.Adjustment.Item], d)
	}
	for _, d := range open {
		if d.Adjustment.Count != count.ID && d.Adjustment.Location == count.Location {
			byItem[d.Adjustment.Item] = append(byItem[d.Adjustment.Item], d)
		}
	}
	return byItem, nil
}

// deliveriesFor returns what deliveriesOf has of one item.
func deliveriesFor(v agent.View, count agent.Count, item agent.ItemID) ([]agent.Delivery, error) {
	adjustments, err := v.AdjustmentsOf(item)
	if err != nil {
		return nil, err
	}
	var own, open []agent.Delivery
	for _, a := range adjustments {
		d, found, err := v.Delivery(a.ID)
		switch {
		case err != nil:
			return nil, err
		case !found:
		case a.Count == count.ID:
			own = append(own, d)
		case a.Location == count.Location && slices.Contains(onTheirWay, d.State):
			open = append(open, d)
		}
	}
	return append(own, open...), nil
}

// onTheirWay are the states of deliveries that may still change the shop's number.
var onTheirWay = []agent.DeliveryState{agent.Pending, agent.Sending, agent.Staged, agent.InDoubt}
