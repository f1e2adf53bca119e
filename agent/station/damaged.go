package station

import (
	"context"
	"fmt"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// SomeItems names items of a count.
type SomeItems struct {
	Count agent.CountID  `json:"count"`
	Items []agent.ItemID `json:"items"`
}

// DamagedGoods are damaged units of an item that were counted, and what is wanted for
// them.
type DamagedGoods struct {
	Item    agent.ItemID       `json:"item"`
	SKU     string             `json:"sku"`
	Name    string             `json:"name"`
	Counted int64              `json:"counted"` // damaged units
	Wish    *agent.DamagedWish `json:"wish,omitempty"`
	// Sentence says how it stands and what to do.
	Sentence string `json:"sentence"`
}

// damagedGoods returns the items of a count of which damaged units were counted.
func (s *Station) damagedGoods(ctx context.Context, c command, a OneCount) (goods []DamagedGoods, err error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(v agent.View) error {
		if _, err := findCount(v, a.Count); err != nil {
			return err
		}
		goods, err = damagedIn(v, a.Count)
		return err
	})
	return goods, err
}

func damagedIn(v agent.View, count agent.CountID) ([]DamagedGoods, error) {
	goods := []DamagedGoods{}
	lines, err := v.Lines(count)
	if err != nil {
		return nil, err
	}
	wishes, err := v.DamagedWishes(count)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		i := slices.IndexFunc(goods, func(g DamagedGoods) bool { return g.Item == l.Item })
		if i < 0 && l.Damaged == 0 {
			continue
		}
		if i < 0 {
			item, _, err := v.Item(l.Item)
			if err != nil {
				return nil, err
			}
			i, goods = len(goods), append(goods, DamagedGoods{Item: l.Item, SKU: item.SKU, Name: item.Name})
		}
		goods[i].Counted += l.Damaged
	}
	for _, w := range wishes { // what is to be moved is not forgotten where a recount finds none
		if w.Moved.IsZero() && !slices.ContainsFunc(goods, func(g DamagedGoods) bool { return g.Item == w.Item }) {
			item, _, err := v.Item(w.Item)
			if err != nil {
				return nil, err
			}
			goods = append(goods, DamagedGoods{Item: w.Item, SKU: item.SKU, Name: item.Name})
		}
	}
	for i := range goods {
		if at := slices.IndexFunc(wishes, func(w agent.DamagedWish) bool { return w.Item == goods[i].Item }); at >= 0 {
			goods[i].Wish = &wishes[at]
		}
		goods[i].Sentence = goods[i].sentence()
	}
	return goods, nil
}

// sentence says plainly what is done and what is not: no connector can move units to
// a damaged state yet.
func (g DamagedGoods) sentence() string {
	n := many(g.Counted, "unit is", "units are")
	switch {
	case g.Wish != nil && g.Wish.Moved.IsZero() && g.Counted < g.Wish.Quantity:
		return fmt.Sprintf("%s damaged by the newest counting, and %d were to be moved in the shop's own program: look how many there are.", n, g.Wish.Quantity)
	case g.Wish == nil:
		return n + " damaged. They are part of what was counted, and nothing else is wanted for them."
	case !g.Wish.Moved.IsZero():
		return fmt.Sprintf("%s damaged. Somebody has moved %d in the shop's own program.", n, g.Wish.Quantity)
	}
	return fmt.Sprintf("%s damaged: move %d in the shop's own program; nothing is sent.", n, g.Wish.Quantity)
}

// askDamaged records that damaged units are to be moved to a damaged state. What was
// counted, and what is approved of it, stays the same.
func (s *Station) askDamaged(ctx context.Context, c command, a SomeItems) ([]DamagedGoods, error) {
	return s.forDamaged(ctx, c, a, agent.DamagedAsked, func(g DamagedGoods) (int64, error) {
		if w := g.Wish; w != nil && w.Quantity == g.Counted && w.Moved.IsZero() {
			return 0, clash("already_asked", "That is wanted for "+quote(g.Name)+" already.", "Move them in the shop's own program.")
		}
		if g.Counted == 0 {
			return 0, missing("no_damaged", "No damaged units of "+quote(g.Name)+" were counted.")
		}
		return g.Counted, nil
	})
}

// movedDamaged records that somebody has moved them.
func (s *Station) movedDamaged(ctx context.Context, c command, a SomeItems) ([]DamagedGoods, error) {
	return s.forDamaged(ctx, c, a, agent.DamagedMoved, func(g DamagedGoods) (int64, error) {
		if g.Wish == nil || !g.Wish.Moved.IsZero() {
			return 0, clash("not_asked", "Nothing is wanted for damaged units of "+quote(g.Name)+".", "Ask for them to be moved first.")
		}
		return g.Wish.Quantity, nil
	})
}

// forDamaged records one fact for each of some items and returns how they stand then.
func (s *Station) forDamaged(ctx context.Context, c command, a SomeItems, kind agent.Kind, quantity func(DamagedGoods) (int64, error)) ([]DamagedGoods, error) {
	if err := c.caller.Require(agent.MayApprove); err != nil {
		return nil, err
	}
	if len(a.Items) == 0 {
		return nil, refuse("bad_arguments", "No item is named.", "Name the items whose damaged units are meant.")
	}
	_, err := write(ctx, s, c, func(v agent.View) (agent.CountID, []agent.Event, error) {
		count, err := findCount(v, a.Count)
		if err == nil && count.State != agent.CountClosed && count.State != agent.CountDone {
			err = clash("count_state", fmt.Sprintf("The count %s is %s.", quote(count.Name), count.State), "Close the count first: until then more may be counted.")
		}
		if err != nil {
			return a.Count, nil, err
		}
		goods, err := damagedIn(v, a.Count)
		var events []agent.Event
		for _, item := range slices.Compact(slices.Sorted(slices.Values(a.Items))) {
			i := slices.IndexFunc(goods, func(g DamagedGoods) bool { return g.Item == item && (g.Counted > 0 || g.Wish != nil) })
			if i < 0 {
				return a.Count, nil, missing("no_damaged", "No damaged units of "+quote(string(item))+" were counted.")
			}
			n, err := quantity(goods[i])
			if err != nil {
				return a.Count, nil, err
			}
			events = append(events, agent.NewEvent(kind, agent.DamagedFact{Count: count.ID, Item: item, Location: count.Location, Quantity: n, At: s.now()}))
		}
		return a.Count, events, err
	})
	if err != nil {
		return nil, err
	}
	all, err := s.damagedGoods(ctx, c, OneCount{Count: a.Count})
	return slices.DeleteFunc(all, func(g DamagedGoods) bool { return !slices.Contains(a.Items, g.Item) }), err
}
