package station

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Export is everything about a count: its numbers, and what made them.
type Export struct {
	Count      agent.Count      `json:"count"`
	Tally      agent.Tally      `json:"tally"`
	Variances  []agent.Variance `json:"variances"` // with lines, and movements with their verdicts
	Lines      []agent.Line     `json:"lines"`
	Deliveries []agent.Delivery `json:"deliveries"` // with who approved what, when and why
	Recounts   []agent.Recount  `json:"recounts"`
	Passes     []agent.Pass     `json:"passes"`
	Scans      []agent.Scan     `json:"scans"` // oldest first, with who, when and from where
	// Voided are the scans that were undone, each with the scan that undid it.
	Voided map[agent.Seq]agent.Seq `json:"voided"`
	// Lots are what was counted of each lot, where codes say so.
	Lots []agent.Lot `json:"lots,omitempty"`
	// Events are its life: opened, closed, recounts, approvals on their way.
	Events []agent.Event `json:"events"`
	Items  []agent.Item  `json:"items"`
	// Names are what people and scanners are called, by kind:id of the actor.
	Names map[string]string `json:"names"`
}

// Name returns what an actor is called.
func (x Export) Name(a agent.Actor) string { return x.Names[actorKey(a)] }

// Scanner returns what a scanner is called.
func (x Export) Scanner(id agent.DeviceID) string {
	if name := x.Names[actorKey(agent.Actor{Kind: agent.DeviceActor, ID: string(id)})]; name != "" {
		return name
	}
	return string(id)
}

func actorKey(a agent.Actor) string { return string(a.Kind) + ":" + a.ID }

func (s *Station) export(ctx context.Context, c command, a OneCount) (Export, error) {
	var x Export
	if err := c.caller.Require(agent.MayManage); err != nil {
		return x, err
	}
	err := s.store.Read(ctx, func(v agent.View) error {
		var err error
		if x.Count, err = findCount(v, a.Count); err != nil {
			return err
		}
		if x.Tally, err = v.Tally(a.Count); err != nil {
			return err
		}
		if x.Variances, err = s.review(v, x.Count); err != nil {
			return err
		}
		if x.Deliveries, err = v.DeliveriesOf(a.Count); err != nil {
			return err
		}
		if x.Recounts, err = v.Recounts(a.Count); err != nil {
			return err
		}
		if x.Passes, err = v.Passes(a.Count); err != nil {
			return err
		}
		if x.Scans, err = allScans(v, a.Count); err != nil {
			return err
		}
		if x.Lines, err = v.Lines(a.Count); err != nil {
			return err
		}
		if x.Voided, err = v.Voided(seqsOf(x.Scans)...); err != nil {
			return err
		}
		x.Lots = agent.LotsOf(x.Scans, x.Voided)
		if x.Events, err = v.EventsOf(a.Count); err != nil {
			return err
		}
		if err = x.name(s, v); err != nil {
			return err
		}
		ids := make([]agent.ItemID, len(x.Variances))
		for i, variance := range x.Variances {
			ids[i] = variance.Item
		}
		if len(ids) > 0 {
			x.Items, err = v.Items(ids...)
		}
		return err
	})
	return x, err
}

// name looks up what everybody is called who did something.
func (x *Export) name(station *Station, v agent.View) error {
	who, err := station.calling(v)
	if err != nil {
		return err
	}
	x.Names = map[string]string{}
	add := func(a agent.Actor) { x.Names[actorKey(a)] = who.name(a) }
	add(x.Count.OpenedBy)
	device := func(id agent.DeviceID) {
		if id != "" {
			add(agent.Actor{Kind: agent.DeviceActor, ID: string(id)})
		}
	}
	for _, p := range x.Passes {
		add(p.Person)
		device(p.Device)
	}
	for _, s := range x.Scans {
		add(s.Actor)
		device(s.Device)
	}
	for _, e := range x.Events {
		add(e.Actor)
	}
	for _, d := range x.Deliveries {
		add(d.Adjustment.By)
	}
	for _, r := range x.Recounts {
		add(r.By)
	}
	return who.err
}

// allScans returns every scan of a count, oldest first.
func allScans(v agent.View, count agent.CountID) ([]agent.Scan, error) {
	newest, err := v.Scans(agent.ScanQuery{Count: count, Limit: 10_000_000})
	oldest := make([]agent.Scan, 0, len(newest))
	for i := len(newest) - 1; i >= 0; i-- {
		oldest = append(oldest, newest[i])
	}
	return oldest, err
}

// AccessLink asks for a one-time sign-in link.
type AccessLink struct {
	Name string     `json:"name,omitempty"`
	Role agent.Role `json:"role,omitempty"`
}

// Link is a one-time sign-in link.
type Link struct {
	URL     string    `json:"url"`
	Expires time.Time `json:"expires"`
}

func (s *Station) link(_ context.Context, c command, a AccessLink) (Link, error) {
	if err := c.caller.Require(agent.MayAdmin); err != nil {
		return Link{}, err
	}
	if s.opts.Linker == nil {
		return Link{}, refuse("no_page", "The agent runs without its page.", "Start the agent with the page switched on.")
	}
	if a.Role == "" {
		a.Role = agent.Manager
	}
	url, expires, err := s.opts.Linker.Link(a.Role, a.Name)
	return Link{URL: url, Expires: expires}, err
}
