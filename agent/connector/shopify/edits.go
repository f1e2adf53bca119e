package shopify

import (
	"cmp"
	"context"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// near is how far apart the times of an order's movement and of its row in the
	// history may be.
	near = 2 * time.Second
	// historyBack is how much of the history is made up for after a pause.
	historyBack = 7 * 24 * time.Hour
	// orderWait is how long a row without a document waits for an order that explains
	// it.
	orderWait = time.Minute
)

// tellHistory reads one window of the history and, after the last one of a sweep,
// tells what it shows. done reports that a sweep is over.
func (c *Connector) tellHistory(ctx context.Context, location agent.LocationID, cur *cursor, now time.Time) (rows []agent.Movement, done bool, err error) {
	o := &c.others
	if o.sweep.open == (window{}) {
		o.begin(location, cur, now)
	}
	if o.pause(now) > 0 {
		return nil, false, nil
	}
	w := &o.sweep.open
	whole, err := c.historyWindow(ctx, location, nil, *w, o.sweep.rows)
	switch {
	case err != nil:
		return nil, false, err
	case whole.Before(w.until) && !whole.After(w.since):
		c.log.Warn("more quantities were changed in one second than the history tells", "at", w.since)
		whole = whole.Add(tick)
	}
	if w.since = whole; whole.Before(w.until) {
		return nil, false, nil
	}
	*w = window{}
	told, held := o.explain(o.sweep.rows.sorted(), cur.First, cur.Began.Add(-c.feed.lag))
	cur.History = o.sweep.began
	if !held.IsZero() && held.Before(cur.History) {
		cur.History = held
	}
	rows = make([]agent.Movement, len(told))
	for i, e := range told {
		rows[i] = c.edited(ctx, location, e)
	}
	return rows, true, nil
}

// begin starts a sweep through the history. The first one of a feed looks at nothing:
// what was before is contained in every statement that will be read. So does one after
// a damaged cursor, or after a longer time than can be made up for.
func (o *others) begin(location agent.LocationID, cur *cursor, now time.Time) {
	gap := cur.Began.Sub(cur.History)
	if cur.First.IsZero() || cur.History.IsZero() || gap < -longestLag || gap > historyBack {
		cur.First = cur.Began.Truncate(tick)
		cur.History = cur.First
	}
	look := historyLook
	if o.deep.IsZero() || now.Sub(o.deep).Abs() >= deniedFor {
		o.deep, look = now, historyDeep
	}
	since := cur.History.Add(-look).Truncate(tick)
	if since.Before(cur.First) {
		since = cur.First
	}
	o.sweep.began, o.sweep.rows = cur.Began, newChanges(location)
	o.sweep.open = window{since, cur.Began.Truncate(tick).Add(tick)}
}

// edit is what one request changed on hand of an item by.
type edit struct {
	agent.BookChange
	told bool // there are rows of on hand itself
}

// explain picks the changes that are to be told: those of on hand, by nobody's order
// and not by us. held is the time of the oldest one that must wait.
func (o *others) explain(rows []agent.BookChange, first, complete time.Time) (told []edit, held time.Time) {
	all := ofOnHand(rows)
	open := slices.DeleteFunc(slices.Clone(all), func(e edit) bool {
		return e.Delta == 0 || e.At.Before(first) || e.Reference != "" && (isOfOrder(e.Reference) || isOurs(e.Reference))
	})
	free := o.unclaimed(all)
	var bare []edit
	for _, e := range open {
		switch {
		case e.Reference != "":
			told = append(told, e)
		case e.At.Add(orderWait).After(complete):
			if held.IsZero() || e.At.Before(held) {
				held = e.At
			}
		case !e.At.Add(-near).Before(o.from):
			bare = append(bare, e)
		}
	}
	// An order may have made a change that names no document, and its own movement is
	// told.
	told = append(told, free.claim(bare)...)
	return told, held
}

// ofOnHand adds up what each request changed on hand by: its own row of on hand, or
// where there is none the rows of what on hand is made of.
func ofOnHand(rows []agent.BookChange) []edit {
	type key struct {
		group string
		item  agent.ItemID
		at    int64
	}
	at := make(map[key]int)
	var all []edit
	for _, r := range rows {
		if r.Group == "" || r.State == "incoming" {
			continue
		}
		k := key{r.Group, r.Item, r.At.Unix()}
		i, known := at[k]
		if !known {
			i = len(all)
			at[k] = i
			one := edit{BookChange: r}
			one.Delta = 0
			all = append(all, one)
		}
		e := &all[i]
		switch own := r.State == "on_hand"; {
		case own && !e.told:
			e.told, e.Delta = true, r.Delta
		case own || !e.told:
			e.Delta += r.Delta
		}
		e.Reference = cmp.Or(e.Reference, r.Reference)
	}
	return all
}

// orders are movements of orders that no row has claimed yet.
type orders map[agent.ItemID][]sold

// unclaimed are the movements of orders without those that rows with an order's
// document account for.
func (o *others) unclaimed(all []edit) orders {
	free := make(orders)
	for _, e := range all {
		if _, copied := free[e.Item]; !copied {
			free[e.Item] = slices.SortedFunc(maps.Values(o.sold[e.Item]), func(a, b sold) int {
				return cmp.Or(a.posted.Compare(b.posted), cmp.Compare(a.units, b.units))
			})
		}
	}
	free.claim(slices.DeleteFunc(slices.Clone(all), func(e edit) bool { return !isOfOrder(e.Reference) }))
	return free
}

// claim takes the movements that rows can be the record of, and returns the rows for
// which there are none. A movement goes to a row of its own number before it becomes a
// part of another's.
func (f orders) claim(rows []edit) (left []edit) {
	for _, most := range []int{1, 12} {
		left = nil
		for _, e := range rows {
			if !f.take(e, most) {
				left = append(left, e)
			}
		}
		rows = left
	}
	return left
}

// take takes the movements, up to a number of them, that make up a row.
func (f orders) take(e edit, most int) bool {
	rows := f[e.Item]
	var close []int
	for i, s := range rows {
		if s.posted.Sub(e.At).Abs() <= near {
			close = append(close, i)
		}
	}
	chosen := sumOf(rows, close[:min(len(close), 12)], e.Delta, most)
	for i := len(chosen) - 1; i >= 0; i-- {
		rows = slices.Delete(rows, chosen[i], chosen[i]+1)
	}
	f[e.Item] = rows
	return len(chosen) > 0
}

// sumOf finds the fewest rows that add up to a quantity, nil if none do.
func sumOf(rows []sold, from []int, total int64, most int) []int {
	var best []int
	for mask := 1; mask < 1<<len(from); mask++ {
		if bits.OnesCount(uint(mask)) > most {
			continue
		}
		sum := int64(0)
		var chosen []int
		for i, at := range from {
			if mask&(1<<i) != 0 {
				sum += rows[at].units
				chosen = append(chosen, at)
			}
		}
		if sum == total && (best == nil || len(chosen) < len(best)) {
			best = chosen
		}
	}
	return best
}

// documentKind is the kind of a document of the shop's own, such as InventoryTransfer.
func documentKind(reference string) string {
	rest, ok := strings.CutPrefix(reference, "gid://shopify/")
	if !ok {
		return ""
	}
	kind, _, _ := strings.Cut(rest, "/")
	return kind
}

// isOurs reports whether a document is one of this product's: such a change is known
// as a delivery.
func isOurs(reference string) bool { return strings.HasPrefix(reference, "gid://stockhand/") }

// isOfOrder reports whether a document belongs to an order: what it moved is told with
// the order.
func isOfOrder(reference string) bool {
	kind := documentKind(reference)
	if kind == "PurchaseOrder" {
		return false
	}
	return slices.ContainsFunc([]string{"Order", "Fulfillment", "Refund", "Return", "Checkout", "Exchange"}, func(part string) bool {
		return strings.Contains(kind, part)
	})
}

// edited is a change as a movement.
func (c *Connector) edited(ctx context.Context, location agent.LocationID, e edit) agent.Movement {
	m := agent.Movement{
		Source: historySource, SourceID: short(e.Group) + ":" + short(string(e.Item)), Receipt: short(cmp.Or(e.Reference, e.Group)), Kind: agent.Edited,
		Item: e.Item, Location: location, Quantity: e.Delta, Occurred: c.client.stamp(e.At), Posted: e.At,
	}
	switch documentKind(e.Reference) {
	case "InventoryTransfer":
		m.Kind, m.Receipt = agent.Transfer, c.transferName(ctx, e.Reference)
	case "InventoryShipment", "InventoryMovement", "Transfer":
		m.Kind = agent.Transfer
	case "PurchaseOrder":
		m.Kind = agent.Receipt
	}
	m.Receipt = clip(m.Receipt, 100)
	return m
}

// transferName is what people call a transfer, its number where that can't be asked.
func (c *Connector) transferName(ctx context.Context, id string) string {
	o := &c.others
	if name, known := o.names[id]; known {
		return name
	}
	name := short(id)
	if now := c.client.clock.Now(); on(o.transfersOff, now) {
		found, err := c.transfersByID(ctx, []string{id})
		switch {
		case err != nil && classOf(err) != agent.Retry:
			o.transfersOff = now.Add(deniedFor)
		case len(found) == 1 && found[0].Name != "":
			name = found[0].Name
		}
	}
	if len(o.names) > mostTransfers {
		clear(o.names)
	}
	o.names[id] = name
	return name
}
