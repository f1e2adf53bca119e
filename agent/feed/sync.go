package feed

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// leave is how long the upstream is given to hear that nobody goes on reading.
	leave = 5 * time.Second
	// findingsMost is how many left-out rows are told one by one.
	findingsMost = 2000
	// changesMost is how many changed items are read one by one: the whole catalogue
	// is cheaper then.
	changesMost = 5000
)

// Sync replaces the catalogue by the upstream's. The old one stays in force if
// anything fails. Bins that we know are kept for items of which the upstream
// knows none, barcodes that were added here stay, and so do places that it does not
// name. It returns what is to be said about its items, too. progress may be nil.
//
// What it holds in memory does not depend on the number of items.
func (f *Feed) Sync(ctx context.Context, catalog agent.Catalog, actor agent.Actor, progress func(agent.Progress)) (fact agent.CatalogFact, skipped []agent.Finding, err error) {
	if err := f.list(ctx); err != nil {
		return agent.CatalogFact{}, nil, err
	}
	defer func() { f.listed(skipped, err) }()
	var places []agent.Place
	err = f.store.Read(ctx, func(v agent.View) (err error) {
		places, err = v.Places()
		return err
	})
	if err != nil {
		return agent.CatalogFact{}, nil, fmt.Errorf("read the catalogue in force: %w", err)
	}
	if places, err = f.places(ctx, places); err != nil {
		return agent.CatalogFact{}, nil, fmt.Errorf("read the places: %w", err)
	}
	pages := &pager{feed: f, ctx: ctx, progress: f.telling(progress)}
	began := f.clock.Now()
	fact, err = catalog.Replace(ctx, actor, began, f.source, pages.next, places, pages.stored)
	if err != nil {
		pages.abandon()
		return agent.CatalogFact{}, pages.skipped, fmt.Errorf("replace the catalogue: %w", err)
	}
	mark := agent.CatalogMark{Source: f.source, Cursor: pages.mark, Full: began, Fresh: began}
	if _, err = catalog.Update(ctx, actor, began, f.source, nil, mark); err != nil {
		return fact, pages.skipped, fmt.Errorf("keep how new the catalogue is: %w", err)
	}
	return fact, pages.skipped, nil
}

// Refresh brings what was added to the upstream's catalogue or changed in it since
// it was read last. An error of class Missing means that only the whole catalogue
// helps. What was deleted only Sync notices.
func (f *Feed) Refresh(ctx context.Context, catalog agent.Catalog, actor agent.Actor) (change agent.CatalogChange, skipped []agent.Finding, err error) {
	change.Source = f.source
	refresher, ok := f.connector.(agent.Refresher)
	if !ok || !f.connector.Info().Refresh {
		return change, nil, wholeOnly("The shop's system does not tell which items changed.")
	}
	if err := f.list(ctx); err != nil {
		return change, nil, err
	}
	defer func() { f.listed(nil, err) }()
	mark, found, err := f.mark(ctx)
	if err != nil {
		return change, nil, err
	}
	if !found || mark.Cursor == "" {
		return change, nil, wholeOnly("The catalogue in force was not read from the shop.")
	}
	began := f.clock.Now()
	for read := 0; ; {
		page, err := f.changed(ctx, refresher, mark.Cursor)
		if err != nil {
			return change, skipped, err
		}
		if read += len(page.Rows); read > changesMost {
			return change, skipped, wholeOnly(fmt.Sprintf("More than %d items of the shop changed.", changesMost))
		}
		mark.Cursor, skipped = page.Next, append(skipped, page.Skipped...)
		if !page.More {
			mark.Fresh = began
		}
		part, err := catalog.Update(ctx, actor, f.clock.Now(), f.source, page.Rows, mark)
		change.Came, change.Changed = append(change.Came, part.Came...), append(change.Changed, part.Changed...)
		change.Barcodes += part.Barcodes
		if err != nil || !page.More {
			return change, skipped, err
		}
	}
}

func (f *Feed) changed(ctx context.Context, refresher agent.Refresher, cursor string) (agent.Page[agent.Item], error) {
	ctx, cancel := context.WithTimeout(ctx, f.options.Timeout)
	defer cancel()
	return refresher.Changed(ctx, f.options.Location, cursor)
}

func wholeOnly(what string) *agent.Error {
	return &agent.Error{
		Code: "feed.whole-only", Class: agent.Missing, What: what,
		Means: "Its changes alone can't be brought.", Do: "Read the whole catalogue: stockhand catalog sync.",
	}
}

// mark returns how new the catalogue is.
func (f *Feed) mark(ctx context.Context) (mark agent.CatalogMark, found bool, err error) {
	err = f.store.Read(ctx, func(v agent.View) (err error) {
		mark, found, err = v.CatalogMark(f.source)
		return err
	})
	return mark, found, err
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
	feed     *Feed
	ctx      context.Context
	progress func(agent.Progress)
	rows     []agent.Item
	cursor   string
	started  bool
	of       int64 // items in all, as far as it is known
	mark     string
	skipped  []agent.Finding
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
	p.started, p.cursor, p.mark = true, page.Next, page.Mark
	p.skipped = append(p.skipped, page.Skipped[:min(len(page.Skipped), max(findingsMost-len(p.skipped), 0))]...)
	p.of = max(p.of, page.Progress.Of*bit(page.Progress.Stage != agent.Fetching))
	if page.Progress.Stage != "" && page.Progress.Stage != agent.Storing {
		p.progress(page.Progress)
	}
	if p.rows, err = p.kept(page.Rows); err != nil {
		return fmt.Errorf("read the catalogue in force: %w", err)
	}
	if page.Wait > 0 && page.Next != "" && !sleep(p.ctx, page.Wait) {
		return p.ctx.Err()
	}
	return nil
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// kept adds to items what was added to them here.
func (p *pager) kept(items []agent.Item) ([]agent.Item, error) {
	if len(items) == 0 { // which would mean all of them
		return nil, nil
	}
	ids := make([]agent.ItemID, len(items))
	for i, item := range items {
		ids[i] = item.ID
	}
	var known []agent.Item
	err := p.feed.store.Read(p.ctx, func(v agent.View) (err error) {
		known, err = v.Items(ids...)
		return err
	})
	before := make(map[agent.ItemID]agent.Item, len(known))
	for _, item := range known {
		before[item.ID] = item
	}
	for i, item := range items {
		items[i] = item.Keep(before[item.ID])
	}
	return items, err
}

func (p *pager) stored(items int64) {
	p.progress(agent.Progress{Stage: agent.Storing, Done: items, Of: p.of})
}

// abandon tells the upstream that nobody goes on.
func (p *pager) abandon() {
	abandoner, ok := p.feed.connector.(agent.Abandoner)
	if !ok || !p.started {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), leave)
	defer cancel()
	abandoner.Abandon(ctx)
}

// list waits until nobody else reads the catalogue, and begins.
func (f *Feed) list(ctx context.Context) error {
	select {
	case f.listing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.catalog.Running, f.catalog.Progress = true, agent.Progress{}
	return nil
}

// listed ends the reading of a catalogue.
func (f *Feed) listed(skipped []agent.Finding, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.catalog.Running, f.catalog.Progress = false, agent.Progress{}
	switch {
	case err == nil && skipped != nil:
		f.catalog.Skipped, f.catalog.Problem = skipped, nil
	case err == nil:
		f.catalog.Problem = nil
	case !errors.Is(err, context.Canceled):
		f.catalog.Problem = agent.AsError(err)
	}
	<-f.listing
}

// telling returns what tells progress, to whoever asked and to the page.
func (f *Feed) telling(progress func(agent.Progress)) func(agent.Progress) {
	return func(p agent.Progress) {
		f.mu.Lock()
		f.catalog.Progress = p
		f.mu.Unlock()
		if progress != nil {
			progress(p)
		}
	}
}
