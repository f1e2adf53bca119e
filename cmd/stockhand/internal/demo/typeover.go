package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// typeOverEvery is the least time between two quantities that somebody types over.
	typeOverEvery = 5 * time.Second
	// lookEvery is how often somebody looks for one that is worth typing over.
	lookEvery = time.Second
	// atOnce is how many may wait for a decision: one for each that can be made.
	atOnce = 3
	// slip is by how much somebody types a wrong number.
	slip = 3
)

// TypedOver is a quantity that somebody typed over in the shop's admin.
type TypedOver struct {
	SKU  string `json:"sku"`
	Name string `json:"name"`
	From int64  `json:"from"`
	To   int64  `json:"to"`
	// Shelves is what really lay there just then. Every second time somebody types
	// just that: a colleague who has counted, too.
	Shelves int64     `json:"shelves"`
	At      time.Time `json:"at"`
}

// ledger is what the agent says of a count, as far as it matters for choosing
// what to type over.
type ledger struct {
	Variances  []agent.Variance `json:"variances"`
	Deliveries []agent.Delivery `json:"deliveries"`
}

// latest returns the newest delivery of an item.
func (l ledger) latest(item agent.ItemID) (last agent.Delivery) {
	for _, d := range l.Deliveries {
		if d.Adjustment.Item == item {
			last = d
		}
	}
	return last
}

// undecided reports whether somebody still has to do something about an item.
func (l ledger) undecided(item agent.ItemID) bool {
	switch l.latest(item).State {
	case agent.Pending, agent.Sending, agent.Staged, agent.Conflict, agent.InDoubt, agent.Rejected:
		return true
	}
	for _, v := range l.Variances {
		if v.Item == item {
			return v.Status == agent.Ready || v.Status == agent.NeedsRecount || v.Status == agent.Waiting
		}
	}
	return false
}

// pick chooses the item over which typing shows most: first one that is on its way
// already, then the first one of the review that can be approved. A change of
// either meets an adjustment that was judged without it. Each is taken once.
func (l ledger) pick(before map[agent.ItemID]bool) (agent.ItemID, bool) {
	for _, d := range l.Deliveries {
		if d.State == agent.Pending && d.Adjustment.Variance != 0 && !before[d.Adjustment.Item] {
			return d.Adjustment.Item, true
		}
	}
	for _, v := range l.Variances {
		if v.Status == agent.Ready && !before[v.Item] {
			return v.Item, true
		}
	}
	return "", false
}

// look asks the agent for the newest count that is being decided.
func (s *show) look(ctx context.Context) (l ledger, found bool, err error) {
	var counts []agent.Count
	if err := s.lead.do(ctx, "count.list", nil, &counts); err != nil {
		return l, false, err
	}
	var newest agent.Count
	for _, c := range counts {
		if c.State == agent.CountClosed && !c.Opened.At.Before(newest.Opened.At) {
			newest, found = c, true
		}
	}
	if !found {
		return l, false, nil
	}
	return l, true, s.lead.do(ctx, "count.export", map[string]any{"count": newest.ID}, &l)
}

// waiting counts those of some items about which somebody has still to decide.
func (l ledger) waiting(items map[agent.ItemID]bool) (n int) {
	for item := range items {
		if l.undecided(item) {
			n++
		}
	}
	return n
}

// annoy types over quantities while that switch is on, until ctx ends: few at a
// time, so that whoever decides can follow.
func (s *show) annoy(ctx context.Context) error {
	typed := map[agent.ItemID]bool{}
	var due time.Time
	for {
		if err := sleep(ctx, lookEvery); err != nil {
			return err
		}
		if !s.world.trouble.is(typeOver) {
			due = time.Time{}
			continue
		}
		l, found, err := s.look(ctx)
		if err != nil {
			return fmt.Errorf("look for a quantity to type over: %w", err)
		}
		item, there := l.pick(typed)
		good := s.staff.goods[item]
		if !found || !there || l.waiting(typed) >= atOnce || time.Now().Before(due) || s.world.shelves.Carried(good) {
			continue // what is paid for in a moment would not stay as it was typed
		}
		if err := s.world.typeOver(good, len(typed)%2 == 1); err != nil {
			return err
		}
		typed[item], due = true, time.Now().Add(typeOverEvery)
	}
}

// typeOver types over the quantity of a good in the shop's admin: with what really
// lies there, or by mistake.
func (w *world) typeOver(good int, right bool) error {
	t := TypedOver{
		SKU: w.goods[good].SKU, Name: w.goods[good].Name, At: time.Now(),
		From: w.shop.OnHand(w.till.ids[good]), Shelves: w.shelves.Totals(true)[good],
	}
	if t.To = t.Shelves; !right || t.To == t.From {
		t.To = t.From + slip
	}
	if t.To == t.Shelves && !right {
		t.To++
	}
	if err := w.shop.SetByHand(w.till.ids[good], t.To, "somebody"); err != nil {
		return fmt.Errorf("type over a quantity: %w", err)
	}
	w.trouble.note(t)
	return nil
}
