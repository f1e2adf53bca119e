package shopify

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

// sizes are the page sizes in use. They follow what the shop says a page costs.
type sizes struct{ levels, variants, barcodes, orders, survey, transfers int }

var startSizes = sizes{levels: 50, variants: 50, barcodes: 25, orders: 5, survey: 4, transfers: 5}

// dear is the cost that a page is steered to, of the 1,000 points that one query
// may cost on any plan.
const dear = 250

// steer adapts a page size to what the last page of an operation cost.
func (c *Connector) steer(size *int, operation string, limit int) {
	price := c.client.budget.costs[operation]
	if price <= 0 {
		return
	}
	fit := int(float64(*size) * dear / price)
	*size = min(max(fit, 1), limit)
}

// halve makes a page smaller if the shop called it too dear, and says whether
// that can help.
func halve(size *int, err error) bool {
	var f *fault
	if !errors.As(err, &f) || !f.tooDear || *size <= 1 {
		return false
	}
	*size /= 2
	return true
}

// plain turns an error of the client into one that people see.
func plain(err error) error {
	if err == nil {
		return nil
	}
	var f *fault
	var known *agent.Error
	switch {
	case errors.As(err, &f) && f.problem.Means == inDoubt:
		return onlyRead(f.problem)
	case errors.As(err, &f):
		return f.problem
	case errors.As(err, &known):
		return known
	}
	return nonsense("it could not be read", err)
}

// onlyRead tells a failure of what certainly has changed nothing.
func onlyRead(p *agent.Error) *agent.Error {
	told := *p
	told.Means, told.Do = "It was only read, so nothing was changed. Counting goes on.", "There is nothing to do: it is tried again by itself."
	return &told
}

// use notes which location is asked for.
func (c *Connector) use(location agent.LocationID) error {
	c.used = location
	if locationGID.MatchString(string(location)) {
		return nil
	}
	return person("shopify.location", fmt.Sprintf("%q is not a location of a Shopify shop.", location),
		"Set location in [upstream] to the number at the end of the location's address in the shop's admin.", nil)
}

// steadily makes a reading again that nobody else would make again: one page of
// many that meets a moment's fault.
func (c *Connector) steadily(ctx context.Context, read func() error) error {
	for try := 1; ; try++ {
		err := read()
		if err == nil || try == 3 || agent.AsError(plain(err)).Class != agent.Retry || c.client.sleep(ctx, time.Duration(try)*2*time.Second) != nil {
			return err
		}
	}
}

func senseless(what string) error { return nonsense(what, nil) }

// Locations implements agent.Connector. Locations of fulfilment services are left
// out: their stock is not ours to count.
func (c *Connector) Locations(ctx context.Context) ([]agent.Location, error) {
	all, err := c.locations(ctx)
	if err != nil {
		return nil, err
	}
	var ours []agent.Location
	for _, l := range all {
		if !l.IsFulfillmentService {
			ours = append(ours, agent.Location{ID: agent.LocationID(l.Id), Name: l.Name, Active: l.IsActive})
		}
	}
	return ours, nil
}

func (c *Connector) locations(ctx context.Context) ([]admin.Location, error) {
	var all []admin.Location
	var after *string
	for range 100 {
		page, _, err := admin.Locations(ctx, c.client, 50, after)
		if err != nil {
			return nil, plain(err)
		}
		if page.Locations.Nodes == nil {
			return nil, senseless("it holds no locations")
		}
		all = append(all, page.Locations.Nodes...)
		if after, err = next(page.Locations.PageInfo, after); after == nil {
			return all, err
		}
	}
	return nil, senseless("its list of locations does not end")
}

// next is the cursor of the page that follows, nil after the last one. A listing
// that says that there is more and not where would end too early.
func next(info admin.PageInfo, current *string) (*string, error) {
	switch {
	case !info.HasNextPage:
		return nil, nil
	case info.EndCursor == nil || *info.EndCursor == "" || current != nil && *current == *info.EndCursor:
		return nil, senseless("its list does not go on where it says that it does")
	}
	return info.EndCursor, nil
}

var itemGID = regexp.MustCompile(`^gid://shopify/InventoryItem/[0-9]{1,20}$`)

// Levels implements agent.Connector.
func (c *Connector) Levels(ctx context.Context, location agent.LocationID, items []agent.ItemID) ([]agent.Book, error) {
	if err := c.use(location); err != nil {
		return nil, err
	}
	// An id of another system would make the shop refuse the whole question.
	ids := make([]string, 0, len(items))
	for _, id := range items {
		if itemGID.MatchString(string(id)) {
			ids = append(ids, string(id))
		}
	}
	var books []agent.Book
	for len(ids) > 0 {
		n := min(c.sizes.levels, len(ids))
		part, err := c.levelsPage(ctx, location, ids[:n])
		if halve(&c.sizes.levels, err) {
			continue
		}
		if err != nil {
			return nil, plain(err)
		}
		books, ids = append(books, part...), ids[n:]
		if n == c.sizes.levels {
			c.steer(&c.sizes.levels, "LevelsByItems", 250)
		}
	}
	return books, nil
}

func (c *Connector) levelsPage(ctx context.Context, location agent.LocationID, ids []string) ([]agent.Book, error) {
	page, _, err := admin.LevelsByItems(ctx, c.client, ids, string(location))
	if err != nil {
		return nil, err
	}
	if len(page.Nodes) != len(ids) {
		return nil, senseless("it does not answer for every item")
	}
	var books []agent.Book
	for i, node := range page.Nodes {
		if node == nil {
			continue
		}
		item, ok := (*node).(*admin.LevelNodeInventoryItem)
		if !ok || item.Id != ids[i] {
			return nil, senseless("it answers for other items than were asked for")
		}
		book, err := c.book(location, item)
		if err != nil {
			return nil, err
		}
		books = append(books, book)
	}
	return books, nil
}

// book is one statement.
func (c *Connector) book(location agent.LocationID, item *admin.LevelNodeInventoryItem) (agent.Book, error) {
	b := c.blank(location, item.Id, item.Tracked)
	if item.InventoryLevel == nil {
		return b, nil
	}
	return b, fill(&b, item.InventoryLevel.IsActive, item.InventoryLevel.CreatedAt, item.InventoryLevel.Quantities)
}

// blank is a statement of the newest answer without quantities. Stated is the
// earliest time at which the shop can have looked, so that a statement never passes
// for newer than it is.
func (c *Connector) blank(location agent.LocationID, item string, tracked bool) agent.Book {
	r := c.client.newest
	half := max(r.received.Sub(r.sent)/2, 0)
	stated, _ := c.client.upstream(r.sent)
	return agent.Book{
		Item: agent.ItemID(item), Location: location, Tracked: tracked, Tick: tick,
		Stated: stated, At: agent.Stamp{At: r.sent.Add(half), Uncertainty: half},
	}
}

// fill adds what a level says to a statement.
func fill(b *agent.Book, active bool, created time.Time, quantities []admin.Quantity) error {
	b.Stocked = active
	b.Changed = created.UTC() // what never changed is as old as its level
	for _, name := range []string{"on_hand", "available", "committed"} {
		i := slices.IndexFunc(quantities, func(q admin.Quantity) bool { return q.Name == name })
		if i < 0 {
			return senseless("it does not say what is " + name)
		}
		q := quantities[i]
		switch name {
		case "on_hand":
			b.OnHand = int64(q.Quantity)
			if q.UpdatedAt != nil {
				b.Changed = q.UpdatedAt.UTC()
			}
		case "available":
			b.Available = int64(q.Quantity)
		case "committed":
			b.Committed = int64(q.Quantity)
		}
	}
	return nil
}
