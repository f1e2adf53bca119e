package shopify

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// historySource and transferSource are the records of what no order changed. They
	// are no part of what the feed calls complete: how late the history is nobody
	// promises, and what it has not told yet the books show as not explained.
	historySource  = "shopify-history"
	transferSource = "shopify-transfers"

	// othersEvery is the time between two looks at them.
	othersEvery = time.Minute
	// deniedFor is how long a permission that is not held is not asked for again.
	deniedFor = time.Hour
	// historyLook is how far behind what was told the history is read again, and
	// historyDeep how far once in deniedFor: rows come late and out of order.
	historyLook = 10 * time.Minute
	historyDeep = 6 * time.Hour
)

// others is what the connector remembers of changes that no order made. All of it may
// be lost: what then can't be told exactly stays unexplained, and nothing is told twice.
type others struct {
	location agent.LocationID
	due      time.Time // by our clock, as are all times here but those of orders and rows
	// questions are when the history was asked in the last minute.
	questions []time.Time
	// historyOff and transfersOff are until when they are left alone.
	historyOff, transfersOff time.Time

	// last is what was told with the page of a number, until a cursor shows that it was
	// stored.
	last   []agent.Movement
	serial int

	// sold is what orders moved since the time from, by the shop's clock.
	sold map[agent.ItemID]map[string]sold // by their ids
	from time.Time

	// sweep is a reading of the history that is under way.
	sweep struct {
		open  window
		began time.Time
		rows  *changes
	}
	deep  time.Time
	names map[string]string // of transfers
	watch watch
}

// sold is a movement of an order.
type sold struct {
	posted time.Time
	units  int64
}

// pause is how long to wait before the history is asked again.
func (o *others) pause(now time.Time) time.Duration {
	o.questions = slices.DeleteFunc(o.questions, func(at time.Time) bool { return now.Sub(at) >= time.Minute || now.Before(at) })
	if len(o.questions) < historyPace {
		return 0
	}
	return o.questions[0].Add(time.Minute).Sub(now)
}

// asked notes a question.
func (o *others) asked(now time.Time) { o.questions = append(o.questions, now) }

// remember notes what orders moved.
func (o *others) remember(location agent.LocationID, rows []agent.Movement) {
	if o.location != location || o.sold == nil {
		*o = others{location: location, questions: o.questions, serial: o.serial, sold: make(map[agent.ItemID]map[string]sold), names: make(map[string]string)}
	}
	for _, m := range rows {
		if o.sold[m.Item] == nil {
			o.sold[m.Item] = make(map[string]sold)
		}
		o.sold[m.Item][m.SourceID] = sold{m.Posted, m.Quantity}
	}
}

// tellOthers ends a sweep through the orders: it adds what shows in the history, or
// without it in the shipments. Nothing that goes wrong with that keeps a sale from
// being told.
func (c *Connector) tellOthers(ctx context.Context, location agent.LocationID, cur *cursor) []agent.Movement {
	if cur.Orders {
		return nil
	}
	o := &c.others
	o.covered(*cur)
	if o.last != nil && cur.Told != o.serial {
		cur.Told = o.serial // the page that had them was not stored
		return o.last
	}
	o.last = nil
	now := c.client.clock.Now()
	if now.Before(o.due) && o.due.Sub(now) <= othersEvery {
		return nil
	}
	rows, err := c.lookAtOthers(ctx, location, cur, now)
	if err != nil {
		c.log.Info("what no order changed could not be read", "code", agent.AsError(plain(err)).Code)
	}
	if len(rows) > 0 {
		o.serial++
		o.last, cur.Told = rows, o.serial
	}
	return rows
}

// covered notes from when on the movements of orders are known, and forgets old ones.
func (o *others) covered(cur cursor) {
	if o.from.IsZero() {
		o.from = cur.Look
	}
	oldest := cur.Began.Add(-historyDeep - time.Hour)
	if !o.from.Before(oldest) {
		return
	}
	o.from = oldest
	for item, rows := range o.sold {
		maps.DeleteFunc(rows, func(_ string, s sold) bool { return s.posted.Before(oldest) })
		if len(rows) == 0 {
			delete(o.sold, item)
		}
	}
}

// lookAtOthers reads the history where it may be read, and the shipments otherwise.
func (c *Connector) lookAtOthers(ctx context.Context, location agent.LocationID, cur *cursor, now time.Time) ([]agent.Movement, error) {
	o := &c.others
	if on(o.historyOff, now) {
		rows, done, err := c.tellHistory(ctx, location, cur, now)
		switch class := classOf(err); {
		case err == nil:
			o.watch = watch{}
			if done {
				o.due = now.Add(othersEvery)
			}
			return rows, nil
		case class == agent.Retry:
			o.due = now.Add(othersEvery)
			return nil, err
		}
		o.historyOff = now.Add(deniedFor)
	}
	// What the shipments tell from now on the history must not tell again.
	cur.History, cur.First, o.sweep.open = time.Time{}, time.Time{}, window{}
	o.due = now.Add(othersEvery)
	if !on(o.transfersOff, now) {
		return nil, nil
	}
	rows, err := c.tellShipments(ctx, location)
	if err != nil && classOf(err) != agent.Retry {
		o.transfersOff, o.watch = now.Add(deniedFor), watch{}
	}
	return rows, err
}

// on reports whether something is not left alone any more.
func on(off, now time.Time) bool { return !now.Before(off) || off.Sub(now) > deniedFor }

func classOf(err error) agent.Class {
	if err == nil {
		return ""
	}
	return agent.AsError(plain(err)).Class
}

// tellShipments tells what shipments changed since they were read last. When that was
// is not in them: people may state any time. It is taken from on hand itself, which
// says when it changed last; where that was before, nothing is told.
func (c *Connector) tellShipments(ctx context.Context, location agent.LocationID) ([]agent.Movement, error) {
	w := &c.others.watch
	since := w.since
	began, _ := c.client.upstream(c.client.clock.Now())
	found, err := c.carriedSince(ctx, location, w)
	if err != nil {
		return nil, err
	}
	w.since = began
	if len(found) == 0 {
		return nil, nil
	}
	var items []agent.ItemID
	for _, f := range found {
		items = append(items, f.item)
	}
	books, err := c.Levels(ctx, location, items)
	if err != nil {
		return nil, err
	}
	var rows []agent.Movement
	for _, f := range found {
		i := slices.IndexFunc(books, func(b agent.Book) bool { return b.Item == f.item })
		if i < 0 || !books[i].Tracked {
			continue
		}
		posted, ok := c.others.when(f, books[i], since.Truncate(tick))
		if !ok {
			continue
		}
		rows = append(rows, agent.Movement{
			Source: transferSource, SourceID: f.id, Receipt: f.name, Kind: agent.Transfer,
			Item: f.item, Location: location, Quantity: f.units, Occurred: c.client.stamp(posted), Posted: posted,
		})
	}
	return rows, nil
}

// when is the time of on hand's change: its last one, unless that was an order's.
func (o *others) when(f carried, b agent.Book, since time.Time) (time.Time, bool) {
	ofOrder := slices.ContainsFunc(slices.Collect(maps.Values(o.sold[f.item])), func(s sold) bool { return s.posted.Equal(b.Changed) })
	stated := f.stated != nil && !f.stated.Before(since) && !f.stated.After(b.Changed)
	switch {
	case b.Changed.Before(since):
		return time.Time{}, false
	case ofOrder && stated:
		return f.stated.UTC(), true
	}
	return b.Changed, true
}

func shown(n int64) string { return strconv.FormatInt(n, 10) }
