package main

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// changes tells how a new catalogue differs from the one in force.
type changes struct {
	Before  int64 `json:"before"` // items in force
	Came    int64 `json:"came"`
	Changed int64 `json:"changed"`
	Went    int64 `json:"went"`
	// EmptyBins are bins that stay known though none of the items lies there.
	EmptyBins int64 `json:"empty_bins"`
}

// compared is a catalogue that compares each item with the one in force while it is
// replaced, and asks at the end whether that may be. It implements agent.Catalog.
type compared struct {
	agent.Catalog
	store agent.Store
	may   func(changes) error
	changes

	ctx   context.Context
	next  func() (agent.Item, bool, error)
	ahead []agent.Item // compared, not yet given away
	ended bool
	found int64 // of the items in force
	bins  map[agent.Bin]bool
}

// look is how many items are compared at once.
const look = 500

// Replace implements agent.Catalog.
func (c *compared) Replace(ctx context.Context, actor agent.Actor, at time.Time, source string, next func() (agent.Item, bool, error), places []agent.Place, progress func(int64)) (agent.CatalogFact, error) {
	if err := c.begin(ctx, next); err != nil {
		return agent.CatalogFact{}, err
	}
	fact, err := c.Catalog.Replace(ctx, actor, at, source, c.Next, places, progress)
	for _, p := range places {
		if !c.bins[p.Bin] {
			c.EmptyBins++
		}
	}
	return fact, err
}

func (c *compared) begin(ctx context.Context, next func() (agent.Item, bool, error)) error {
	c.ctx, c.next, c.bins = ctx, next, make(map[agent.Bin]bool)
	return c.store.Read(ctx, func(v agent.View) (err error) {
		c.Before, err = v.ItemCount()
		return err
	})
}

// Next returns the new catalogue's next item. Its error at the end keeps the
// catalogue in force.
func (c *compared) Next() (agent.Item, bool, error) {
	if len(c.ahead) == 0 && !c.ended {
		if err := c.read(); err != nil {
			return agent.Item{}, false, err
		}
	}
	if len(c.ahead) == 0 {
		return agent.Item{}, false, nil
	}
	item := c.ahead[0]
	c.ahead = c.ahead[1:]
	return item, true, nil
}

// read reads and compares the next items.
func (c *compared) read() error {
	c.ahead = make([]agent.Item, 0, look)
	for len(c.ahead) < look && !c.ended {
		item, ok, err := c.next()
		if err != nil {
			return err
		}
		if c.ended = !ok; ok {
			c.ahead = append(c.ahead, item)
		}
	}
	if err := c.compare(); err != nil || !c.ended {
		return err
	}
	c.Went = max(0, c.Before-c.found)
	return c.may(c.changes)
}

func (c *compared) compare() error {
	ids := make([]agent.ItemID, len(c.ahead))
	for i, item := range c.ahead {
		ids[i] = item.ID
		for _, bin := range item.Bins {
			c.bins[bin] = true
		}
	}
	if len(ids) == 0 { // which would mean all of them
		return nil
	}
	var known []agent.Item
	err := c.store.Read(c.ctx, func(v agent.View) (err error) {
		known, err = v.Items(ids...)
		return err
	})
	was := make(map[agent.ItemID]agent.Item, len(known))
	for _, item := range known {
		was[item.ID] = item
	}
	c.found += int64(len(was))
	for _, item := range c.ahead {
		old, is := was[item.ID]
		switch {
		case !is:
			c.Came++
		case !same(old, item):
			c.Changed++
		}
	}
	return err
}

// same reports whether two items say the same; no barcodes are no barcodes, however
// they are written.
func same(a, b agent.Item) bool {
	alike := slices.Equal(a.Codes, b.Codes) && slices.Equal(a.Bins, b.Bins)
	a.Codes, a.Bins, b.Codes, b.Bins = nil, nil, nil, nil
	return alike && reflect.DeepEqual(a, b)
}

// few is how many items may always go.
const few = 5

// shrinks reports whether so much would go that somebody must have meant it: the
// goods on the shelves become unknown barcodes.
func (c changes) shrinks() bool { return c.empties() || c.Went > few && c.Went*10 > c.Before }

// empties reports whether nothing would be left.
func (c changes) empties() bool { return c.Before > 0 && c.Went >= c.Before && c.Came == 0 }

// unasked refuses a file that would take much of the catalogue away.
func unasked(c changes) error {
	if !c.shrinks() {
		return nil
	}
	if c.empties() {
		return &agent.Error{
			Code: "catalog-shrinks", Class: agent.Refuse,
			What:  fmt.Sprintf("No line of the file can be used: %s of %s would go.", thousands(c.Went), plural(c.Before, "item", "items")),
			Means: "The catalogue in force stays.",
			Do:    "Import the file with --check: that names each line and what is wrong with it. Only if all items are to go, import it with --replace.",
		}
	}
	return &agent.Error{
		Code: "catalog-shrinks", Class: agent.Refuse,
		What:  fmt.Sprintf("%s of %s would go: the file does not have them.", thousands(c.Went), plural(c.Before, "item", "items")),
		Means: "The catalogue in force stays. A file that is imported is the whole catalogue: what it lacks would be unknown to every count.",
		Do:    "To add items, add their lines to what \"stockhand catalog export\" writes, and import that. If the items are to go, import the file with --replace.",
	}
}

// emptied refuses an upstream that has no item left: the master may drop what it
// likes, but not everything.
func emptied(c changes) error {
	if !c.empties() {
		return nil
	}
	return &agent.Error{
		Code: "catalog-empty", Class: agent.Refuse,
		What:  fmt.Sprintf("The shop's system has no items: %s of %s would go.", thousands(c.Went), plural(c.Before, "item", "items")),
		Means: "The catalogue in force stays.",
		Do:    "Look whether the export ran to its end and the location is the right one, then give the command again.",
	}
}

func anything(changes) error { return nil }

// sentence says what an import did, or would do.
func (c changes) sentence(check bool) string {
	if !check {
		text := fmt.Sprintf("%s came, %s changed, %s went.", plural(c.Came, "item", "items"), thousands(c.Changed), thousands(c.Went))
		if c.EmptyBins > 0 {
			text += fmt.Sprintf(" %s no item and %s known.", plural(c.EmptyBins, "bin holds", "bins hold"), verb(c.EmptyBins, "stay"))
		}
		return text
	}
	text := fmt.Sprintf("%s would come, %s change, %s go.", plural(c.Came, "item", "items"), thousands(c.Changed), thousands(c.Went))
	if c.shrinks() {
		text += " That needs --replace."
	}
	return text
}
