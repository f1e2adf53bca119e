package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

const (
	// chunk is how many items share a transaction: a scan that comes in between
	// waits for one chunk at most, about two milliseconds.
	chunk = 100
	// sweepChunk is how many rows are removed at once.
	sweepChunk = 500
)

// Replace implements agent.Catalog. The items are written in short transactions
// under a new generation that nobody sees; one last transaction puts it in force
// and tells so in the log. A stop in between leaves the old catalogue in force.
// The first of several items with the same id counts; the others are skipped.
func (q *Queue) Replace(ctx context.Context, actor agent.Actor, at time.Time, source string, next func() (agent.Item, bool, error), places []agent.Place, progress func(items int64)) (agent.CatalogFact, error) {
	select {
	case <-q.replace:
		defer func() { q.replace <- struct{}{} }()
	case <-ctx.Done():
		return agent.CatalogFact{}, ctx.Err()
	}
	if q.writer == nil {
		return agent.CatalogFact{}, errReadOnly
	}
	im := &importer{queue: q, fact: agent.CatalogFact{Source: source}, progress: progress}
	err := im.run(ctx, next, places)
	if err == nil {
		err = im.switchOver(ctx, actor, at)
	}
	// Rows of the generation that is not in force go now, or at the next Open.
	swept := q.sweep(context.WithoutCancel(ctx))
	if err != nil {
		return agent.CatalogFact{}, explain("import the catalogue", err)
	}
	if swept != nil {
		q.log.Warn("old catalogue not removed yet", "error", swept)
	}
	return im.fact, nil
}

// importer writes one new generation.
type importer struct {
	queue      *Queue
	generation int64
	no         int64 // the last item's number
	fact       agent.CatalogFact
	progress   func(int64)
}

func (im *importer) run(ctx context.Context, next func() (agent.Item, bool, error), places []agent.Place) error {
	if err := im.queue.sweep(ctx); err != nil {
		return err
	}
	if err := im.begin(ctx); err != nil {
		return err
	}
	for more := true; more; {
		items := make([]agent.Item, 0, chunk)
		for len(items) < chunk {
			item, ok, err := next()
			if err != nil {
				return err
			}
			if more = ok; !ok {
				break
			}
			items = append(items, item)
		}
		if err := im.write(ctx, items); err != nil {
			return err
		}
	}
	return im.writePlaces(ctx, places)
}

func (im *importer) begin(ctx context.Context) error {
	return im.queue.submit(ctx, func() (err error) {
		s := im.queue.ledger.session
		if im.generation, _, err = first(s, value[int64], "SELECT generation + 1 FROM catalog"); err != nil {
			return err
		}
		im.no, _, err = first(s, value[int64], "SELECT ifnull(max(no), 0) FROM item")
		return err
	})
}

// write stores one chunk.
func (im *importer) write(ctx context.Context, items []agent.Item) error {
	if len(items) == 0 {
		return nil
	}
	before := *im
	err := im.queue.submit(ctx, func() error {
		*im = before // a task runs once, but its figures must not count twice
		for _, item := range items {
			if err := im.add(item); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && im.progress != nil {
		im.progress(im.fact.Items)
	}
	return err
}

func (im *importer) add(i agent.Item) error {
	s := im.queue.ledger.session
	if i.ID == "" {
		im.fact.Skipped++
		return nil
	}
	codes, err := body(i.Codes)
	if err != nil {
		return err
	}
	bins, err := body(i.Bins)
	if err != nil {
		return err
	}
	fresh, err := s.change(`INSERT INTO item (no, generation, id, sku, name, tracked, cost, cost_in, price, price_in, codes, bins)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING`,
		im.no+1, im.generation, string(i.ID), i.SKU, i.Name, i.Tracked, i.Cost.Minor, i.Cost.Currency, i.Price.Minor, i.Price.Currency, codes, bins)
	if err != nil {
		return err
	}
	if !fresh {
		im.fact.Skipped++
		return nil
	}
	im.no++
	im.fact.Items++
	return im.addKeys(i)
}

// addKeys makes an item findable by its barcodes and bins.
func (im *importer) addKeys(i agent.Item) error {
	s := im.queue.ledger.session
	for _, code := range i.Codes {
		key, other := barcode.Keys(code.Text)
		fresh, err := im.addKey(key, code.Pack)
		if err == nil {
			_, err = im.addKey(other, code.Pack) // the same barcode, read in the other way
		}
		if err != nil {
			return err
		}
		if fresh {
			im.fact.Barcodes++
		}
	}
	for _, bin := range i.Bins {
		if err := s.exec("INSERT INTO item_bin (generation, bin, item) VALUES (?,?,?) ON CONFLICT DO NOTHING", im.generation, string(bin), im.no); err != nil {
			return err
		}
	}
	return nil
}

// addKey makes the newest item findable by a key. It is false if it was before, or
// if there is no key.
func (im *importer) addKey(key string, pack int64) (bool, error) {
	if key == "" {
		return false, nil
	}
	return im.queue.ledger.session.change("INSERT INTO barcode (generation, key, item, pack) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
		im.generation, key, im.no, max(pack, 1))
}

func (im *importer) writePlaces(ctx context.Context, places []agent.Place) error {
	im.fact.Places = int64(len(places))
	for from := 0; from < len(places); from += sweepChunk {
		to := min(from+sweepChunk, len(places))
		err := im.queue.submit(ctx, func() error {
			for i, p := range places[from:to] {
				err := im.queue.ledger.exec("INSERT INTO place (generation, position, bin, zone, label) VALUES (?,?,?,?,?)",
					im.generation, from+i, string(p.Bin), string(p.Zone), p.Label)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// switchOver puts the new generation in force.
func (im *importer) switchOver(ctx context.Context, actor agent.Actor, at time.Time) error {
	return im.queue.submit(ctx, func() error {
		if err := im.queue.ledger.exec("UPDATE catalog SET generation = ?", im.generation); err != nil {
			return err
		}
		_, err := im.queue.store(agent.Facts{Actor: actor, At: at, Events: []agent.Event{agent.NewEvent(agent.CatalogImported, im.fact)}})
		return err
	})
}

// sweep removes, in short transactions, what does not belong to the catalogue in
// force.
func (q *Queue) sweep(ctx context.Context) error {
	for _, t := range []struct{ table, key string }{
		{"item_bin", "generation, bin, item"},
		{"barcode", "generation, key, item, pack"},
		{"place", "generation, position"},
		{"item", "no"},
	} {
		// Two ranges and not <>, so that the indexes by generation find them.
		for _, other := range []string{"<", ">"} {
			remove := fmt.Sprintf("DELETE FROM %[1]s WHERE (%[2]s) IN (SELECT %[2]s FROM %[1]s WHERE generation %[3]s %[4]s LIMIT %[5]d)",
				t.table, t.key, other, inForce, sweepChunk)
			if err := q.removeAll(ctx, remove); err != nil {
				return err
			}
		}
	}
	return nil
}

// removeAll repeats a statement until it finds nothing more.
func (q *Queue) removeAll(ctx context.Context, remove string) error {
	for more := true; more; {
		err := q.submit(ctx, func() (err error) {
			more, err = q.ledger.change(remove)
			return err
		})
		if err != nil {
			return explain("remove an old catalogue", err)
		}
	}
	return nil
}
