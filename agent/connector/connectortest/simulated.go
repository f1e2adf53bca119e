package connectortest

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Connector returns a connector to the simulation. It is a Feeder and a Finder as
// the traits say.
func (s *Simulation) Connector() agent.Connector {
	c := &simulated{s}
	switch {
	case s.traits.Feed && s.traits.Find:
		return struct {
			*simulated
			simulatedFeed
			simulatedFind
		}{c, simulatedFeed{s}, simulatedFind{s}}
	case s.traits.Feed:
		return struct {
			*simulated
			simulatedFeed
		}{c, simulatedFeed{s}}
	case s.traits.Find:
		return struct {
			*simulated
			simulatedFind
		}{c, simulatedFind{s}}
	}
	return c
}

type simulated struct{ s *Simulation }

func (c *simulated) Info() agent.ConnectorInfo {
	t := c.s.traits
	info := agent.ConnectorInfo{Name: "simulation", KeyLife: t.KeyLife, MaxLines: t.MaxLines, Spacing: t.Spacing, Feed: t.Feed}
	if info.MaxLines == 0 {
		info.MaxLines = 100
	}
	switch {
	case t.KeyLife > 0:
		info.Repeat = agent.ServerKey
	case t.Draft:
		info.Repeat = agent.Draft
	case t.Find:
		info.Repeat = agent.LookUp
	default:
		info.Repeat = agent.GuardOnly
	}
	return info
}

// reach returns the error of a call that gets no answer or no access.
func (s *Simulation) reach(ctx context.Context) error {
	switch {
	case ctx.Err() != nil:
		return &agent.Error{Code: "simulation.cancelled", Class: agent.Retry, What: "The call was called off.", Err: ctx.Err()}
	case s.down:
		return later("simulation.down", "The simulated upstream does not answer.", 0)
	case s.dismissed:
		return &agent.Error{Code: "simulation.dismissed", Class: agent.Refuse, What: "The simulated upstream refuses our access.", Means: "Nothing can be sent.", Do: "Give access again."}
	case s.readLater:
		s.readLater = false
		return later("simulation.throttled", "The simulated upstream is busy.", 3*time.Second)
	}
	return nil
}

func (c *simulated) Check(ctx context.Context) []agent.Finding {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if err := c.s.reach(ctx); err != nil {
		e := agent.AsError(err)
		return []agent.Finding{{Severity: agent.Broken, Code: e.Code, What: e.What, Means: e.Means, Do: e.Do}}
	}
	return []agent.Finding{{Severity: agent.Fine, Code: "simulation.fine", What: "This is a simulation, and it answers."}}
}

func (c *simulated) Locations(ctx context.Context) ([]agent.Location, error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return []agent.Location{{ID: Location, Name: "Simulated shop", Active: true}}, c.s.reach(ctx)
}

const pageSize = 50

func (c *simulated) Catalog(ctx context.Context, _ agent.LocationID, cursor string) (agent.Page[agent.Item], error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var page agent.Page[agent.Item]
	if err := c.s.reach(ctx); err != nil {
		return page, err
	}
	from, _ := strconv.Atoi(cursor)
	for i := from; i < min(from+pageSize, len(c.s.order)); i++ {
		st := c.s.levels[c.s.order[i]].stock
		item := agent.Item{ID: c.s.order[i], SKU: st.SKU, Name: st.Name, Tracked: !st.Untracked}
		for _, code := range st.Barcodes {
			item.Codes = append(item.Codes, agent.Barcode{Text: code, Pack: 1})
		}
		page.Rows = append(page.Rows, item)
	}
	if from+pageSize < len(c.s.order) {
		page.Next, page.More = strconv.Itoa(from+pageSize), true
	}
	return page, nil
}

func (c *simulated) Levels(ctx context.Context, location agent.LocationID, items []agent.ItemID) ([]agent.Book, error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if err := c.s.reach(ctx); err != nil {
		return nil, err
	}
	now := c.s.now()
	var books []agent.Book
	for _, id := range items {
		l := c.s.levels[id]
		if l == nil || l.delisted {
			continue
		}
		books = append(books, agent.Book{
			Item: id, Location: location, OnHand: l.onHand, Available: l.onHand,
			Tracked: !l.stock.Untracked, Stocked: !l.stock.Unstocked,
			Changed: l.changed, Stated: now.Truncate(tick), Tick: tick, At: agent.Stamp{At: now.Add(-c.s.ahead)},
		})
	}
	return books, nil
}

func (c *simulated) Plan(op agent.Operation) (agent.Document, error) {
	b := body{Key: op.Key}
	for _, l := range op.Lines {
		if l.Item == "" || l.Target < 0 {
			return agent.Document{}, problem("simulation.unwritable", "This line can never be written.")
		}
		b.Lines = append(b.Lines, bodyLine{l.Adjustment, l.Item, l.Delta, l.Observed.OnHand, l.Target})
	}
	text, err := json.Marshal(b)
	if err != nil {
		return agent.Document{}, err
	}
	mode := "delta"
	if c.s.traits.Compare {
		mode = "compare and set"
	}
	return agent.Document{Key: op.Key, Body: text, Mode: mode}, nil
}

func (c *simulated) Send(ctx context.Context, request agent.Request) agent.Outcome {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.attempts++
	c.s.readLater = false
	if err := c.s.reach(ctx); err != nil {
		e := agent.AsError(err)
		return agent.Outcome{Class: agent.OutcomeLater, Problem: e, Pause: e.Class != agent.Retry}
	}
	life := c.s.traits.KeyLife
	if life > 0 && c.s.traits.Clock.Now().Sub(request.FirstSent) >= life {
		return agent.Outcome{Class: agent.OutcomeUnknown, Problem: problem("simulation.old-key", "The key of this request is too old.")}
	}
	return c.s.befall(request)
}

// befall lets the next fault befall a request.
func (s *Simulation) befall(request agent.Request) agent.Outcome {
	first := func(code, what string) []agent.LineOutcome {
		return []agent.LineOutcome{{Index: 0, Problem: problem(code, what)}}
	}
	switch s.nextFault() {
	case RequestLost:
		return agent.Outcome{Class: agent.OutcomeUnknown, Problem: later("simulation.no-answer", "No answer came from the simulated upstream.", 0)}
	case ReplyLost:
		s.receive(request)
		return agent.Outcome{Class: agent.OutcomeUnknown, Problem: later("simulation.no-answer", "No answer came from the simulated upstream.", 0)}
	case StillRunning:
		s.receive(request)
		return agent.Outcome{Class: agent.OutcomeLater, Problem: later("simulation.running", "The request is still being worked on.", 0)}
	case ComesLater:
		return agent.Outcome{Class: agent.OutcomeLater, After: 3 * time.Second, Problem: later("simulation.throttled", "The simulated upstream is busy.", 3*time.Second)}
	case FirstRejected:
		return agent.Outcome{Class: agent.OutcomeRejected, Lines: first("simulation.rejected", "The first line is not acceptable.")}
	case FirstStale:
		return agent.Outcome{Class: agent.OutcomeConflict, Lines: first("simulation.stale", "The first quantity is not what it was.")}
	case AccessGone:
		return agent.Outcome{Class: agent.OutcomeLater, Pause: true, Problem: problem("simulation.dismissed", "The simulated upstream refuses our access.")}
	}
	return s.receive(request)
}

type simulatedFeed struct{ s *Simulation }

func (f simulatedFeed) Movements(ctx context.Context, _ agent.LocationID, cursor string) (agent.Page[agent.Movement], error) {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if err := f.s.reach(ctx); err != nil {
		return agent.Page[agent.Movement]{}, err
	}
	from, _ := strconv.Atoi(cursor)
	to := min(from+pageSize, len(f.s.feed))
	page := agent.Page[agent.Movement]{Rows: append([]agent.Movement(nil), f.s.feed[from:to]...), Next: strconv.Itoa(to), More: to < len(f.s.feed)}
	if !page.More {
		page.Complete = f.s.now().Truncate(tick)
		page.CompleteLocal = page.Complete.Add(-f.s.ahead)
	}
	return page, nil
}

type simulatedFind struct{ s *Simulation }

func (f simulatedFind) Find(ctx context.Context, request agent.Request) agent.Outcome {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if err := f.s.reach(ctx); err != nil {
		return agent.Outcome{Class: agent.OutcomeUnknown, Problem: agent.AsError(err)}
	}
	if f.s.arrived(request) {
		return agent.Outcome{Class: agent.OutcomeRepeated, Ref: "receipt-" + request.Document.Key}
	}
	return agent.Outcome{Class: agent.OutcomeLater, Problem: later("simulation.not-there", "The request did not arrive.", 0)}
}
