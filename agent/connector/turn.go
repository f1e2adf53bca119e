package connector

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// OneAtATime returns c for use by several goroutines: its calls wait for each
// other, and a call whose context ends while it waits is not made. The result
// is a Feeder and a Finder exactly where c is one.
func OneAtATime(c agent.Connector) agent.Connector {
	t := &turn{Connector: c, free: make(chan struct{}, 1)}
	feeder, feeds := c.(agent.Feeder)
	finder, finds := c.(agent.Finder)
	switch {
	case feeds && finds:
		return struct {
			*turn
			feedTurn
			findTurn
		}{t, feedTurn{t, feeder}, findTurn{t, finder}}
	case feeds:
		return struct {
			*turn
			feedTurn
		}{t, feedTurn{t, feeder}}
	case finds:
		return struct {
			*turn
			findTurn
		}{t, findTurn{t, finder}}
	default:
		return t
	}
}

// turn lets one call through at a time. Info and Plan are pure and need no turn.
type turn struct {
	agent.Connector
	free chan struct{}
}

func (t *turn) take(ctx context.Context) error {
	select {
	case t.free <- struct{}{}:
		return nil
	case <-ctx.Done():
		return &agent.Error{
			Code: "connector.busy", Class: agent.Retry,
			What: "The connector was busy until the time for this call was over.",
			Do:   "There is nothing to do: it is tried again by itself.",
			Err:  ctx.Err(),
		}
	}
}

func (t *turn) leave() { <-t.free }

func (t *turn) Check(ctx context.Context) []agent.Finding {
	if err := t.take(ctx); err != nil {
		e := agent.AsError(err)
		return []agent.Finding{{Severity: agent.Warning, Code: e.Code, What: e.What, Means: "Nothing could be checked.", Do: "Check again later."}}
	}
	defer t.leave()
	return t.Connector.Check(ctx)
}

func (t *turn) Locations(ctx context.Context) ([]agent.Location, error) {
	if err := t.take(ctx); err != nil {
		return nil, err
	}
	defer t.leave()
	return t.Connector.Locations(ctx)
}

func (t *turn) Catalog(ctx context.Context, location agent.LocationID, cursor string) (agent.Page[agent.Item], error) {
	if err := t.take(ctx); err != nil {
		return agent.Page[agent.Item]{}, err
	}
	defer t.leave()
	return t.Connector.Catalog(ctx, location, cursor)
}

func (t *turn) Levels(ctx context.Context, location agent.LocationID, items []agent.ItemID) ([]agent.Book, error) {
	if err := t.take(ctx); err != nil {
		return nil, err
	}
	defer t.leave()
	return t.Connector.Levels(ctx, location, items)
}

// Places returns no places where the connector knows none.
func (t *turn) Places(ctx context.Context, location agent.LocationID) ([]agent.Place, error) {
	placer, ok := t.Connector.(agent.Placer)
	if !ok {
		return nil, nil
	}
	if err := t.take(ctx); err != nil {
		return nil, err
	}
	defer t.leave()
	return placer.Places(ctx, location)
}

// Changed is refused where the connector is no agent.Refresher.
func (t *turn) Changed(ctx context.Context, location agent.LocationID, cursor string) (agent.Page[agent.Item], error) {
	refresher, ok := t.Connector.(agent.Refresher)
	if !ok {
		return agent.Page[agent.Item]{}, t.cannot("tell which items changed")
	}
	if err := t.take(ctx); err != nil {
		return agent.Page[agent.Item]{}, err
	}
	defer t.leave()
	return refresher.Changed(ctx, location, cursor)
}

// Abandon does nothing where the connector keeps nothing going.
func (t *turn) Abandon(ctx context.Context) {
	abandoner, ok := t.Connector.(agent.Abandoner)
	if !ok || t.take(ctx) != nil {
		return
	}
	defer t.leave()
	abandoner.Abandon(ctx)
}

// Survey is refused where the connector is no agent.Surveyor.
func (t *turn) Survey(ctx context.Context, location agent.LocationID, items []agent.ItemID) ([]agent.Situation, error) {
	surveyor, ok := t.Connector.(agent.Surveyor)
	if !ok {
		return nil, t.cannot("tell more of an item than its level")
	}
	if err := t.take(ctx); err != nil {
		return nil, err
	}
	defer t.leave()
	return surveyor.Survey(ctx, location, items)
}

// History is refused where the connector is no agent.Historian.
func (t *turn) History(ctx context.Context, location agent.LocationID, items []agent.ItemID, since time.Time) ([]agent.BookChange, error) {
	historian, ok := t.Connector.(agent.Historian)
	if !ok {
		return nil, t.cannot("tell who changed a quantity")
	}
	if err := t.take(ctx); err != nil {
		return nil, err
	}
	defer t.leave()
	return historian.History(ctx, location, items, since)
}

// Transfers is refused where the connector is no agent.Transferrer.
func (t *turn) Transfers(ctx context.Context, location agent.LocationID) ([]agent.OpenTransfer, error) {
	transferrer, ok := t.Connector.(agent.Transferrer)
	if !ok {
		return nil, t.cannot("tell what is on its way between locations")
	}
	if err := t.take(ctx); err != nil {
		return nil, err
	}
	defer t.leave()
	return transferrer.Transfers(ctx, location)
}

// cannot is the answer to what a connector does not implement.
func (t *turn) cannot(what string) error {
	return &agent.Error{
		Code: "connector.cannot", Class: agent.Refuse, What: t.Info().Name + " cannot " + what + ".",
		Means: "It stays unknown here.", Do: "There is nothing to do.",
	}
}

// TakeOver is refused where any number of agents may write.
func (t *turn) TakeOver(ctx context.Context, from string) error {
	successor, ok := t.Connector.(agent.Successor)
	if !ok {
		return &agent.Error{
			Code: "connector.no-owner", Class: agent.Refuse, What: "There is nothing to take over: " + t.Info().Name + " tells agents apart by itself.",
			Means: "Nothing was changed.", Do: "There is nothing to do.",
		}
	}
	if err := t.take(ctx); err != nil {
		return err
	}
	defer t.leave()
	return successor.TakeOver(ctx, from)
}

// Send that never got its turn certainly was not sent.
func (t *turn) Send(ctx context.Context, request agent.Request) agent.Outcome {
	if err := t.take(ctx); err != nil {
		return agent.Outcome{Class: agent.OutcomeLater, Problem: agent.AsError(err)}
	}
	defer t.leave()
	return t.Connector.Send(ctx, request)
}

type feedTurn struct {
	turn   *turn
	feeder agent.Feeder
}

func (f feedTurn) Movements(ctx context.Context, location agent.LocationID, cursor string) (agent.Page[agent.Movement], error) {
	if err := f.turn.take(ctx); err != nil {
		return agent.Page[agent.Movement]{}, err
	}
	defer f.turn.leave()
	return f.feeder.Movements(ctx, location, cursor)
}

type findTurn struct {
	turn   *turn
	finder agent.Finder
}

func (f findTurn) Find(ctx context.Context, request agent.Request) agent.Outcome {
	if err := f.turn.take(ctx); err != nil {
		return agent.Outcome{Class: agent.OutcomeUnknown, Problem: agent.AsError(err)}
	}
	defer f.turn.leave()
	return f.finder.Find(ctx, request)
}
