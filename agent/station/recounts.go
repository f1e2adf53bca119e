package station

import (
	"context"
	"slices"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// adviseRecount says which items of a closed count are worth counting once more.
func (s *Station) adviseRecount(ctx context.Context, c command, a OneCount) (reconcile.Advice, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return reconcile.Advice{}, err
	}
	var advice reconcile.Advice
	err := s.store.Read(ctx, func(v agent.View) error {
		doubtful, err := s.doubtful(v, a.Count)
		advice = reconcile.Advise(doubtful)
		return err
	})
	if advice.Lines == nil {
		advice.Lines = []reconcile.Advised{}
	}
	return advice, err
}

// doubtful collects what an advice is made of. A count that takes no recounts has
// nothing in it.
func (s *Station) doubtful(v agent.View, id agent.CountID) ([]reconcile.Doubtful, error) {
	count, err := findCount(v, id)
	if err != nil || count.State != agent.CountClosed {
		return nil, err
	}
	variances, err := s.review(v, count)
	if err != nil {
		return nil, err
	}
	asked := map[agent.ItemID]bool{}
	for n, v := range variances {
		if v.Status == agent.Waiting && v.Held != "" { // as it would be without its recount
			asked[v.Item], variances[n].Status = true, agent.NeedsRecount
		}
	}
	variances = slices.DeleteFunc(variances, func(v agent.Variance) bool {
		return v.Status != agent.Ready && (v.Status != agent.NeedsRecount || !reconcile.RecountHelps(v))
	})
	if len(variances) == 0 {
		return nil, nil
	}
	items, err := namedItems(v, variances)
	if err != nil {
		return nil, err
	}
	classes, err := v.ClassesOf(id)
	if err != nil {
		return nil, err
	}
	parts, err := v.Parts(id)
	if err != nil {
		return nil, err
	}
	rounds := roundsOf(parts)
	list := make([]reconcile.Doubtful, len(variances))
	for n, variance := range variances {
		list[n] = reconcile.Doubtful{
			Item: items[variance.Item], Variance: variance, Policy: count.Policy.WithDefaults().For(classes[variance.Item]),
			Confirmed: rounds[variance.Item].agree(), Asked: asked[variance.Item],
		}
	}
	return list, nil
}

func namedItems(v agent.View, variances []agent.Variance) (map[agent.ItemID]agent.Item, error) {
	ids := make([]agent.ItemID, len(variances))
	for n, variance := range variances {
		ids[n] = variance.Item
	}
	items, err := itemsOf(v, ids)
	byID := make(map[agent.ItemID]agent.Item, len(items))
	for _, item := range items {
		byID[item.ID] = item
	}
	return byID, err
}

// rounds is what each round counted of an item in each bin.
type rounds map[int64]map[agent.Bin]int64

func roundsOf(parts []agent.Part) map[agent.ItemID]rounds {
	of := map[agent.ItemID]rounds{}
	for _, p := range parts {
		if of[p.Item] == nil {
			of[p.Item] = rounds{}
		}
		if of[p.Item][p.Round] == nil {
			of[p.Item][p.Round] = map[agent.Bin]int64{}
		}
		of[p.Item][p.Round][p.Bin] += p.Quantity
	}
	return of
}

// agree reports whether the newest round counted in every bin what the one before it
// counted there.
func (r rounds) agree() bool {
	newest, before := int64(-1), int64(-1)
	for round := range r {
		switch {
		case round > newest:
			newest, before = round, newest
		case round > before:
			before = round
		}
	}
	if before < 0 || len(r[newest]) != len(r[before]) {
		return false
	}
	for bin, units := range r[newest] {
		if other, too := r[before][bin]; !too || other != units {
			return false
		}
	}
	return true
}
