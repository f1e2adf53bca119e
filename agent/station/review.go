package station

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// history is how far before a count movements are looked at: a till may have been
// offline for days when the count was opened.
const history = 7 * 24 * time.Hour

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
	lines, err := v.Lines(count.ID)
	if err != nil {
		return nil, err
	}
	visits, err := v.Visits(count.ID)
	if err != nil {
		return nil, err
	}
	opened := openedBins(visits, lines)
	items, err := scope(v, count, lines, visits)
	if err != nil {
		return nil, err
	}
	byItem := map[agent.ItemID][]agent.Line{}
	for _, l := range lines {
		byItem[l.Item] = append(byItem[l.Item], l)
	}
	noted, err := s.notedIn(v, count.ID)
	if err != nil {
		return nil, err
	}
	deliveries, err := deliveriesOf(v, count)
	if err != nil {
		return nil, err
	}
	marks, err := v.Watermarks(count.Location)
	if err != nil {
		return nil, err
	}
	steps, err := v.ClockSteps()
	if err != nil {
		return nil, err
	}
	classes, err := v.ClassesOf(count.ID)
	if err != nil {
		return nil, err
	}
	earlier, err := earlierCounts(v, count)
	if err != nil {
		return nil, err
	}
	all := make([]agent.Variance, 0, len(items))
	for _, item := range items {
		in := reconcile.Item{
			Steps: steps, OwnClock: s.opts.Files, Item: item, Class: classes[item.ID], Location: count.Location, Count: count, Lines: byItem[item.ID], Opened: opened, Noted: noted[item.ID],
			Watermarks: marks, Deliveries: deliveries[item.ID], Feed: s.opts.Feed, Files: s.opts.Files, Alone: s.opts.Alone, Zone: s.opts.Zone,
		}
		variance, err := judge(v, in, earlier)
		if err != nil {
			return nil, err
		}
		if gone(item) && len(variance.Lines) == 0 && variance.Status == agent.NotComplete {
			variance.Status, variance.Problem = agent.NotAdjustable, leftCatalogue()
			variance.Sentence = "Nobody counted this. " + variance.Problem.Error()
		}
		all = append(all, variance)
	}
	slices.SortStableFunc(all, func(a, b agent.Variance) int {
		return cmp.Or(cmp.Compare(rank(a.Status), rank(b.Status)), cmp.Compare(a.Item, b.Item))
	})
	return all, nil
}

// known collects what is known about one item of a count.
func (s *Station) known(v agent.View, count agent.Count, id agent.ItemID) (reconcile.Item, error) {
	in := reconcile.Item{OwnClock: s.opts.Files, Location: count.Location, Count: count, Feed: s.opts.Feed, Files: s.opts.Files, Alone: s.opts.Alone, Zone: s.opts.Zone}
	items, err := itemsOf(v, []agent.ItemID{id})
	if err != nil {
		return in, err
	}
	in.Item = items[0]
	classes, err := v.ClassesOf(count.ID)
	if err != nil {
		return in, err
	}
	in.Class = classes[id]
	if in.Lines, err = v.LinesOf(count.ID, id); err != nil {
		return in, err
	}
	if in.Watermarks, err = v.Watermarks(count.Location); err != nil {
		return in, err
	}
	if in.Steps, err = v.ClockSteps(); err != nil {
		return in, err
	}
	deliveries, err := deliveriesOf(v, count)
	in.Deliveries = deliveries[id]
	return in, err
}

// judge completes what is known about one item and reconciles it.
// earlier are the counts that may stand for bins which this one did not reach.
func judge(v agent.View, in reconcile.Item, earlier []agent.Count) (agent.Variance, error) {
	rolled, err := rolledForward(v, in, earlier)
	if err != nil {
		return agent.Variance{}, err
	}
	since := in.Count.Opened.At
	for _, l := range rolled {
		if l.Window.From.At.Before(since) {
			since = l.Window.From.At
		}
	}
	since = agent.SetBack(since, in.Steps)
	if in.Books, err = v.Books(in.Location, in.Item.ID, since); err != nil {
		return agent.Variance{}, err
	}
	in.Since = since.Add(-history)
	for _, l := range rolled {
		if reachesBack(in.Books, in.Since, l) {
			in.Lines = append(slices.Clip(in.Lines), l)
		}
	}
	if in.Movements, err = v.MovementsOf(in.Location, in.Item.ID, in.Since); err != nil {
		return agent.Variance{}, err
	}
	if in.Applied, err = v.AppliedTo(in.Location, in.Item.ID); err != nil {
		return agent.Variance{}, err
	}
	if in.Deliveries, err = withApplied(v, in); err != nil {
		return agent.Variance{}, err
	}
	return reconcile.Reconcile(in), nil
}

// withApplied returns the deliveries of an item and those, of other counts, that
// changed its book since the oldest of its statements.
func withApplied(v agent.View, in reconcile.Item) ([]agent.Delivery, error) {
	all := slices.Clip(in.Deliveries)
	for _, a := range in.Applied {
		old := len(in.Books) > 0 && a.After < in.Books[0].Seq
		if old || slices.ContainsFunc(all, func(d agent.Delivery) bool { return d.Adjustment.ID == a.Adjustment }) {
			continue
		}
		d, found, err := v.Delivery(a.Adjustment)
		if err != nil {
			return nil, err
		}
		if found && d.Adjustment.Count != in.Count.ID {
			all = append(all, d)
		}
	}
	return all, nil
}

// rank orders the statuses by how much they need somebody.
func rank(status agent.Status) int {
	return slices.Index([]agent.Status{
		agent.NeedsRecount, agent.NotAdjustable, agent.Ready, agent.NotComplete,
		agent.Waiting, agent.Tolerated, agent.Settled, agent.Matches,
	}, status)
}

// openedBins returns the bins that passes have been to and that hold no line.
func openedBins(visits []agent.Visit, lines []agent.Line) []agent.Bin {
	opened := map[agent.Bin]bool{}
	for _, visit := range visits {
		opened[visit.Bin] = true
	}
	delete(opened, "")
	for _, l := range lines {
		delete(opened, l.Bin)
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

// leftCatalogue says why an item of the list will not be counted any more.
func leftCatalogue() *agent.Error {
	return &agent.Error{
		Code: "left_catalogue", Class: agent.Missing, What: "The shop has no such item any more: it left the catalogue after the count was opened.",
		Means: "There is nothing to correct.", Do: "Finish the count without it.",
	}
}

// deliveriesOf returns the deliveries of a count by item, oldest first, and those
// of other counts that are on their way.
func deliveriesOf(v agent.View, count agent.Count) (map[agent.ItemID][]agent.Delivery, error) {
	own, err := v.DeliveriesOf(count.ID)
	if err != nil {
		return nil, err
	}
	open, err := v.Deliveries(agent.Pending, agent.Sending, agent.Staged, agent.InDoubt)
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
