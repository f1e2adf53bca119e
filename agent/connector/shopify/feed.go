package shopify

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

const (
	// defaultLag is how long the search is taken to need for an update of an order.
	// Shopify promises nothing; what shows to be longer is learned.
	defaultLag = 5 * time.Second
	longestLag = 2 * time.Minute
	// firstLook is how far back a feed begins that has no cursor yet. What was posted
	// before is contained in every statement that will be read.
	firstLook = time.Hour
	// orderLife is how far back orders can be read at all.
	orderLife = 60 * 24 * time.Hour
	// deepLook is how far behind the cursor a sweep looks now and then for orders that
	// the search found later than it is trusted to.
	deepLook  = 10 * time.Minute
	deepEvery = time.Minute
)

// feed is what the connector remembers between sweeps. All of it may be lost: the
// cursor alone says where to go on.
type feed struct {
	lag    time.Duration
	raised bool

	// seen are recent orders with the update that was told, for orders updated since
	// the time from. swept is when the last whole sweep began. Both are the shop's
	// times.
	seen  map[string]time.Time
	from  time.Time
	swept time.Time
}

// cursor is where a sweep through the orders stands. A sweep asks for all orders
// updated since a time, oldest update first, so that an order that is updated
// meanwhile comes again at the end.
type cursor struct {
	// Since is the time from which on orders are not known to be complete.
	Since time.Time `json:"since,omitzero"`
	// Look, Began and After are those of a sweep that is under way: what it asks for,
	// when it began at the earliest by the shop's clock, and its next page.
	Look  time.Time `json:"look,omitzero"`
	Began time.Time `json:"began,omitzero"`
	After string    `json:"after,omitempty"`
	// Lag is the time that the search is given, as far as it was learned, and Deep when
	// a sweep last looked deep, by our clock. The longer that took the longer is Rest,
	// or a busy shop's sweeps would do little else.
	Lag  time.Duration `json:"lag,omitempty"`
	Deep time.Time     `json:"deep,omitzero"`
	Rest time.Duration `json:"rest,omitempty"`

	// History is up to when the shop's history was told, and First when that began; zero
	// where it can't be read. Told is the number of what was told of others last. Orders
	// leaves all that out.
	History time.Time `json:"history,omitzero"`
	First   time.Time `json:"first,omitzero"`
	Told    int       `json:"told,omitempty"`
	Orders  bool      `json:"orders,omitempty"`
}

func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic("shopify: encode a cursor: " + err.Error())
	}
	return string(text)
}

// Movements implements agent.Feeder: what fulfilments took from on hand and what
// restocked refunds and cancelled fulfilments brought back, and what others changed.
//
// The feed is complete up to the begin of a sweep less the time that the search is
// taken to need, in whole seconds. That is about orders: what others changed has
// sources of its own, which nobody calls complete.
func (c *Connector) Movements(ctx context.Context, location agent.LocationID, text string) (agent.Page[agent.Movement], error) {
	if err := c.use(location); err != nil {
		return agent.Page[agent.Movement]{}, err
	}
	cur, err := c.start(ctx, text)
	if err != nil {
		return agent.Page[agent.Movement]{}, plain(err)
	}
	answered, err := c.ordersPage(ctx, &cur)
	if err != nil {
		return agent.Page[agent.Movement]{}, plain(err)
	}
	if now, _ := c.client.upstream(c.client.newest.sent); cur.Began.IsZero() || cur.Began.After(now) {
		cur.Began = now
	}
	var page agent.Page[agent.Movement]
	for _, order := range answered.Nodes {
		rows, err := c.movementsOf(ctx, location, order)
		if err != nil {
			return agent.Page[agent.Movement]{}, plain(err)
		}
		page.Rows = append(page.Rows, rows...)
		c.feed.look(order, cur.Look)
	}
	c.others.remember(location, page.Rows)
	after, err := next(answered.PageInfo, &cur.After)
	if err != nil {
		return agent.Page[agent.Movement]{}, err
	}
	if after != nil && !beyond(answered.Nodes, cur.Began) {
		cur.After = *after
		page.Next, page.More = cur.String(), true
		return page, nil
	}
	page.Rows = append(page.Rows, c.tellOthers(ctx, location, &cur)...)
	return c.finish(page, cur), nil
}

// beyond reports whether a page reaches past the begin of its sweep. What was
// updated later is left to the next sweep: where orders come in as fast as pages can
// be paid for, this one would never end.
func beyond(page []admin.Order, began time.Time) bool {
	return len(page) > 0 && page[len(page)-1].UpdatedAt.After(began)
}

// finish ends a sweep.
func (c *Connector) finish(page agent.Page[agent.Movement], cur cursor) agent.Page[agent.Movement] {
	if cur.Look.Before(cur.Since) {
		cur.Rest = min(max(4*c.client.clock.Now().Sub(cur.Deep), 0), deepLook/2)
	}
	page.Complete = cur.Began.Add(-c.feed.lag).Truncate(tick)
	page.CompleteLocal = c.client.offset.Local(page.Complete).Earliest()
	page.Next = cursor{
		Since: page.Complete, Lag: c.feed.lag, Deep: cur.Deep, Rest: cur.Rest,
		History: cur.History, First: cur.First, Told: cur.Told, Orders: cur.Orders,
	}.String()
	c.feed.end(cur.Began)
	return page
}

// start reads a cursor, and begins a sweep if none is under way.
func (c *Connector) start(ctx context.Context, text string) (cursor, error) {
	var cur cursor
	if text != "" && json.Unmarshal([]byte(text), &cur) != nil {
		cur = cursor{}
	}
	c.feed.lag = max(c.feed.lag, min(cur.Lag, longestLag))
	if cur.After != "" && !cur.Look.IsZero() && !cur.Began.IsZero() {
		return cur, nil
	}
	cur.After, cur.Began = "", time.Time{}
	if !c.client.offset.Known() {
		if _, _, err := admin.Handshake(ctx, c.client); err != nil {
			return cur, err
		}
	}
	now, _ := c.client.upstream(c.client.clock.Now())
	oldest := now.Add(-orderLife)
	switch {
	case text == "":
		cur.Since = now.Add(-firstLook)
	case cur.Since.Before(oldest) || cur.Since.After(now.Add(longestLag)):
		// Nothing that could be read is left out: a damaged cursor, or one from before
		// the shop's clock was set, begins at the oldest order.
		cur.Since = oldest
	}
	cur.Look = cur.Since
	// After a start the orders that rows of the history may belong to are not known yet.
	if (cur.deepDue(c.client.clock.Now()) || c.others.from.IsZero() && !cur.Orders) && text != "" {
		cur.Look = cur.Since.Add(-deepLook)
	}
	return cur, nil
}

// deepDue reports whether it is time to look deep, and notes that this is done.
func (c *cursor) deepDue(now time.Time) bool {
	if since := now.Sub(c.Deep); since >= 0 && since < max(deepEvery, min(c.Rest, deepLook)) {
		return false
	}
	c.Deep = now.UTC()
	return true
}

// ordersPage asks for a page. A page's cursor that the shop does not accept begins
// the sweep again.
func (c *Connector) ordersPage(ctx context.Context, cur *cursor) (admin.OrderConnection, error) {
	for {
		var after *string
		if cur.After != "" {
			after = &cur.After
		}
		query := "updated_at:>='" + cur.Look.UTC().Format(time.RFC3339) + "'"
		answered, _, err := admin.OrdersPage(ctx, c.client, c.sizes.orders, after, query, linesAtOnce)
		switch {
		case halve(&c.sizes.orders, err):
			continue
		case isInvalid(err) && cur.After != "":
			cur.After, cur.Began = "", time.Time{}
			continue
		case err != nil:
			return admin.OrderConnection{}, err
		case answered.Orders.Nodes == nil:
			return admin.OrderConnection{}, senseless("it holds no orders")
		}
		c.steer(&c.sizes.orders, "OrdersPage", 50)
		return answered.Orders, nil
	}
}

// look notes that an order was told, and learns from one that the search found
// late: it was updated before the last whole sweep began, which did not tell it.
func (f *feed) look(order admin.Order, look time.Time) {
	if f.seen == nil {
		f.seen, f.from = make(map[string]time.Time), look
	}
	updated := order.UpdatedAt
	last, known := f.seen[order.Id]
	f.seen[order.Id] = updated
	if known && !updated.After(last) || updated.Before(f.from) || f.swept.IsZero() {
		return
	}
	late := f.swept.Sub(updated.Add(tick))
	if needed := min(2*late, longestLag); late > 0 && needed > f.lag {
		f.lag, f.raised = needed, true
	}
}

// end notes that a sweep was told whole, and forgets what is too old to be asked
// for again.
func (f *feed) end(began time.Time) {
	f.swept = began
	if f.seen == nil {
		f.seen, f.from = make(map[string]time.Time), began
	}
	oldest := began.Add(-deepLook - longestLag)
	if f.from.Before(oldest) {
		f.from = oldest
	}
	for id, updated := range f.seen {
		if updated.Before(oldest) {
			delete(f.seen, id)
		}
	}
}
