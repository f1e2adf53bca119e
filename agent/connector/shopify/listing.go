package shopify

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

// listing is a catalogue that is being read: page by page, or from a file that the
// shop writes, which is asked for, waited for, fetched and read in turn.
type listing struct {
	began    time.Time // by the shop's clock at the earliest: what changes later is not in it for sure
	size     int64     // variants, as far as they were counted
	deep     bool      // there are more than can be paged through
	currency string
	single   bool // the file is asked for without further barcodes

	next   string // the cursor that goes on with it
	serial int64  // of the page
	broken bool   // nobody can go on with it

	paged bool
	after *string // the page that comes, where it is paged

	operation string    // the shop's name of its work, empty before it is begun
	busy      time.Time // since when the shop has no time for it
	done      int64     // items in the file so far
	moved     time.Time // when they became more
	polls     int
	tries     int

	url     string
	spool   *spool
	fetches int
	ended   bool
}

// begin notes that the shop works at a file.
func (l *listing) begin(operation string, now time.Time) {
	l.operation, l.moved, l.polls, l.done = operation, now, 0, 0
}

// waits is a page without items.
func (l *listing) waits(pause time.Duration) agent.Page[agent.Item] {
	return agent.Page[agent.Item]{Wait: pause, Progress: agent.Progress{Stage: agent.Preparing, Done: l.done, Of: l.size}}
}

// pause grows with the number of looks.
func (l *listing) pause() time.Duration {
	pause := pollFirst
	for range min(l.polls, 10) {
		pause += pause / 2
	}
	return min(pause, pollLast)
}

// Catalog implements agent.Connector: the shop's variants, whether they are
// stocked at the location or not. Bundles are left out, since their quantity
// follows from their parts.
//
// A small shop is read page by page. A larger one writes a file, which is spooled
// in the connector's folder, so that what is held in memory does not depend on its
// size; no call waits long, for other calls wait behind it.
func (c *Connector) Catalog(ctx context.Context, location agent.LocationID, cursor string) (agent.Page[agent.Item], error) {
	if err := c.use(location); err != nil {
		return agent.Page[agent.Item]{}, err
	}
	if cursor == "" {
		if err := c.list(ctx); err != nil {
			return agent.Page[agent.Item]{}, plain(err)
		}
	}
	l := c.listing
	if l == nil || l.broken || cursor != l.next {
		return agent.Page[agent.Item]{}, &agent.Error{
			Code: "shopify.page", Class: agent.Retry, What: "The catalogue was not read in one go.",
			Means: "The catalogue in force stays.", Do: "There is nothing to do: it is tried again by itself.",
		}
	}
	page, err := c.goOn(ctx, l)
	if err != nil {
		l.broken = true
		return agent.Page[agent.Item]{}, plain(err)
	}
	if l.ended {
		page.Mark = c.mark(l.began)
		c.forget(l)
		c.drop()
		return page, nil
	}
	l.serial++
	l.next = strconv.FormatInt(l.serial, 10)
	page.Next, page.More = l.next, page.Wait == 0
	return page, nil
}

// list begins to read the catalogue, or goes on with a file that an agent before
// this one had begun.
func (c *Connector) list(ctx context.Context) error {
	c.drop()
	var size *admin.CatalogSizeResponse
	err := c.steadily(ctx, func() (err error) {
		size, _, err = admin.CatalogSize(ctx, c.client, pagesMost+1)
		return err
	})
	if err != nil {
		return err
	}
	if size.Shop.CurrencyCode == "" || size.ProductVariantsCount == nil {
		return senseless("it does not say how large the catalogue is")
	}
	l := &listing{currency: size.Shop.CurrencyCode, size: int64(size.ProductVariantsCount.Count), single: c.single}
	l.began, _ = c.client.upstream(c.client.newest.sent)
	l.deep = l.size > pagesMost
	if l.deep {
		l.size = 0 // nobody counted further
	}
	if l.paged = !l.deep && l.size <= pagesUpTo; !l.paged {
		if kept, ok := c.recall(); ok {
			l.begin(kept.Operation, c.client.clock.Now())
			l.single = kept.Single
		}
	}
	c.listing = l
	return nil
}

func (c *Connector) goOn(ctx context.Context, l *listing) (agent.Page[agent.Item], error) {
	switch {
	case l.paged:
		return c.catalogPages(ctx, l)
	case l.operation == "":
		return c.startBulk(ctx, l)
	case l.spool == nil:
		return c.pollBulk(ctx, l)
	case !l.spool.whole:
		return c.fetch(ctx, l)
	}
	return c.unspool(l)
}

// drop forgets a listing with its files. What the shop still works at stays
// remembered.
func (c *Connector) drop() {
	if c.listing != nil && c.listing.spool != nil {
		c.listing.spool.close()
	}
	c.listing = nil
	clearSpools(c.dir)
}

// kept is what an agent needs to go on with a file that another run has begun.
type kept struct {
	Operation string    `json:"operation"`
	Shop      string    `json:"shop"`
	Single    bool      `json:"single,omitempty"`
	Begun     time.Time `json:"begun"`
}

// keepFor is how old a file may be that is gone on with.
const keepFor = time.Hour

func (c *Connector) keptPath() string { return filepath.Join(c.dir, "catalogue.json") }

// remember keeps the operation's id. If that fails the file is asked for again
// after a stop.
func (c *Connector) remember(l *listing) {
	text, err := json.Marshal(kept{l.operation, c.client.base, l.single, c.client.clock.Now().UTC()})
	if err == nil && c.dir != "" {
		if err = os.MkdirAll(c.dir, 0o700); err == nil {
			err = os.WriteFile(c.keptPath(), text, 0o600)
		}
	}
	if err != nil {
		c.log.Warn("which list the shop works at is not kept", "error", err)
	}
}

func (c *Connector) recall() (k kept, ok bool) {
	text, err := os.ReadFile(c.keptPath())
	if c.dir == "" || err != nil || json.Unmarshal(text, &k) != nil {
		return k, false
	}
	age := c.client.clock.Now().Sub(k.Begun)
	return k, k.Operation != "" && k.Shop == c.client.base && age >= 0 && age < keepFor
}

// forget ends what was remembered.
func (c *Connector) forget(l *listing) {
	l.operation = ""
	if c.dir != "" {
		_ = os.Remove(c.keptPath()) // one that stays is asked about and found to be over
	}
}
