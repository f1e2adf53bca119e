package queue

import (
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// Update implements agent.Catalog. Like Replace it writes in short transactions,
// each with an event of its own if anything in it differs; a stop in between leaves
// the old mark, so that the rest comes again.
func (q *Queue) Update(ctx context.Context, actor agent.Actor, at time.Time, source string, items []agent.Item, mark agent.CatalogMark) (agent.CatalogChange, error) {
	whole := agent.CatalogChange{Source: source}
	select {
	case <-q.replace:
		defer func() { q.replace <- struct{}{} }()
	case <-ctx.Done():
		return whole, ctx.Err()
	}
	if q.writer == nil {
		return whole, errReadOnly
	}
	for part := range slices.Chunk(items, chunk) {
		u := &updater{importer: importer{queue: q}, change: agent.CatalogChange{Source: source}}
		if err := q.submit(ctx, func() error { return u.write(actor, at, part) }); err != nil {
			return whole, explain("change the catalogue", err)
		}
		whole.Came, whole.Changed = append(whole.Came, u.change.Came...), append(whole.Changed, u.change.Changed...)
		whole.Barcodes += u.change.Barcodes
	}
	if mark.Source == "" {
		return whole, nil
	}
	return whole, explain("change the catalogue", q.submit(ctx, func() error { return q.ledger.markCatalog(mark) }))
}

func (l *ledger) markCatalog(m agent.CatalogMark) error {
	return l.exec("UPDATE catalog SET source = ?, cursor = ?, full_at = ?, fresh = ?", m.Source, m.Cursor, at(m.Full), at(m.Fresh))
}

// updater changes items of the generation in force.
type updater struct {
	importer
	change agent.CatalogChange
}

func (u *updater) write(actor agent.Actor, at time.Time, items []agent.Item) error {
	u.change = agent.CatalogChange{Source: u.change.Source} // a task may run again
	u.fact = agent.CatalogFact{}
	s := u.queue.ledger.session
	var err error
	if u.generation, _, err = first(s, value[int64], "SELECT generation FROM catalog"); err != nil {
		return err
	}
	for _, item := range items {
		if item.ID == "" {
			continue
		}
		if err := u.put(item); err != nil {
			return err
		}
	}
	u.change.Barcodes = u.fact.Barcodes
	if len(u.change.Came)+len(u.change.Changed) == 0 {
		return nil
	}
	_, err = u.queue.store(agent.Facts{Actor: actor, At: at, Events: []agent.Event{agent.NewEvent(agent.CatalogChanged, u.change)}})
	return err
}

// knownItem is an item of the generation in force with its number.
type knownItem struct {
	no   int64
	item agent.Item
}

func (u *updater) put(i agent.Item) error {
	s := u.queue.ledger.session
	old, found, err := first(s, func(r row) (n knownItem, err error) {
		err = r.Scan(&n.no, &n.item.ID, &n.item.SKU, &n.item.Name, &n.item.Tracked, &n.item.Cost.Minor, &n.item.Cost.Currency,
			&n.item.Price.Minor, &n.item.Price.Currency, document{&n.item.Codes}, document{&n.item.Bins})
		return n, err
	}, "SELECT no, "+itemColumns+" FROM item WHERE generation = ? AND id = ?", u.generation, string(i.ID))
	switch {
	case err != nil:
		return err
	case !found:
		if u.no, _, err = first(s, value[int64], "SELECT ifnull(max(no), 0) FROM item"); err != nil {
			return err
		}
		u.change.Came = append(u.change.Came, i.ID)
		return u.add(i)
	}
	if i = i.Keep(old.item); sameItem(i, old.item) {
		return nil
	}
	u.change.Changed = append(u.change.Changed, i.ID)
	u.no = old.no
	return u.overwrite(i, old.item)
}

func sameItem(a, b agent.Item) bool {
	alike := slices.Equal(a.Codes, b.Codes) && slices.Equal(a.Bins, b.Bins)
	a.Codes, a.Bins, b.Codes, b.Bins = nil, nil, nil, nil
	return alike && reflect.DeepEqual(a, b)
}

// overwrite puts an item in the place of the old one, under the same number.
func (u *updater) overwrite(i, old agent.Item) error {
	s := u.queue.ledger.session
	codes, err := body(i.Codes)
	if err != nil {
		return err
	}
	bins, err := body(i.Bins)
	if err != nil {
		return err
	}
	err = s.exec("UPDATE item SET sku = ?, name = ?, tracked = ?, cost = ?, cost_in = ?, price = ?, price_in = ?, codes = ?, bins = ? WHERE no = ?",
		i.SKU, i.Name, i.Tracked, i.Cost.Minor, i.Cost.Currency, i.Price.Minor, i.Price.Currency, codes, bins, u.no)
	if err == nil {
		err = u.forget(old)
	}
	if err != nil {
		return err
	}
	return u.addKeys(i)
}

// forget removes the keys of an item. They follow from its barcodes and bins: no
// index leads from an item to them.
func (u *updater) forget(old agent.Item) error {
	s := u.queue.ledger.session
	for _, code := range old.Codes {
		key, other := barcode.Keys(code.Text)
		if err := s.exec("DELETE FROM barcode WHERE generation = ? AND key IN (?, ?) AND item = ?", u.generation, key, other, u.no); err != nil {
			return err
		}
	}
	for _, bin := range old.Bins {
		if err := s.exec("DELETE FROM item_bin WHERE generation = ? AND bin = ? AND item = ?", u.generation, string(bin), u.no); err != nil {
			return err
		}
	}
	return nil
}
