package feed

import (
	"context"
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// Sync replaces the catalogue by the upstream's. The old one stays in force if
// anything fails. Bins that we know are kept for items of which the upstream
// knows none, and so are places that it does not name. It returns what is to be
// said about its items, too.
func (f *Feed) Sync(ctx context.Context, catalog agent.Catalog, actor agent.Actor, progress func(items int64)) (agent.CatalogFact, []agent.Finding, error) {
	var places []agent.Place
	bins := make(map[agent.ItemID][]agent.Bin)
	err := f.store.Read(ctx, func(v agent.View) error {
		items, err := v.Items()
		if err != nil {
			return err
		}
		for _, item := range items {
			if len(item.Bins) > 0 {
				bins[item.ID] = item.Bins
			}
		}
		places, err = v.Places()
		return err
	})
	if err != nil {
		return agent.CatalogFact{}, nil, fmt.Errorf("read the catalogue in force: %w", err)
	}
	if places, err = f.places(ctx, places); err != nil {
		return agent.CatalogFact{}, nil, fmt.Errorf("read the places: %w", err)
	}
	pages := &pager{feed: f, ctx: ctx}
	next := func() (agent.Item, bool, error) {
		item, ok, err := pages.next()
		if ok && len(item.Bins) == 0 {
			item.Bins = bins[item.ID]
		}
		return item, ok, err
	}
	fact, err := catalog.Replace(ctx, actor, f.clock.Now(), f.source, next, places, progress)
	if err != nil {
		return agent.CatalogFact{}, pages.skipped, fmt.Errorf("replace the catalogue: %w", err)
	}
	return fact, pages.skipped, nil
}

// places returns the upstream's places, where it has any, with the labels that we
// know, and the known ones that it does not name.
func (f *Feed) places(ctx context.Context, known []agent.Place) ([]agent.Place, error) {
	placer, ok := f.connector.(agent.Placer)
	if !ok {
		return known, nil
	}
	ctx, cancel := context.WithTimeout(ctx, f.options.Timeout)
	defer cancel()
	places, err := placer.Places(ctx, f.options.Location)
	if err != nil {
		return nil, err
	}
	at := make(map[agent.Bin]int, len(places))
	for i, p := range places {
		at[p.Bin] = i
	}
	for _, p := range known {
		i, named := at[p.Bin]
		switch {
		case !named:
			places = append(places, p)
		case places[i].Label == "":
			places[i].Label = p.Label
		}
	}
	return places, nil
}

// pager goes through a catalogue page by page.
type pager struct {
	feed    *Feed
	ctx     context.Context
	rows    []agent.Item
	cursor  string
	started bool
	skipped []agent.Finding
}

func (p *pager) next() (agent.Item, bool, error) {
	for len(p.rows) == 0 {
		if p.started && p.cursor == "" {
			return agent.Item{}, false, nil
		}
		if err := p.turn(); err != nil {
			return agent.Item{}, false, err
		}
	}
	item := p.rows[0]
	p.rows = p.rows[1:]
	return item, true, nil
}

func (p *pager) turn() error {
	ctx, cancel := context.WithTimeout(p.ctx, p.feed.options.Timeout)
	defer cancel()
	page, err := p.feed.connector.Catalog(ctx, p.feed.options.Location, p.cursor)
	if err != nil {
		return fmt.Errorf("read a page of the catalogue: %w", err)
	}
	if p.started && page.Next == p.cursor && page.Next != "" {
		return &agent.Error{
			Code: "feed.page-repeats", Class: agent.Fault,
			What:  "The shop's catalogue does not go on: a page names itself as the next one.",
			Means: "The catalogue in force stays.", Do: "Try again. If it happens again, report it with the log.",
		}
	}
	p.started, p.rows, p.cursor = true, page.Rows, page.Next
	p.skipped = append(p.skipped, page.Skipped...)
	return nil
}
