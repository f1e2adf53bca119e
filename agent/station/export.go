package station

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Export is everything about a count: its numbers, and the scans that made them.
type Export struct {
	Count      agent.Count      `json:"count"`
	Tally      agent.Tally      `json:"tally"`
	Variances  []agent.Variance `json:"variances"`
	Deliveries []agent.Delivery `json:"deliveries"`
	Recounts   []agent.Recount  `json:"recounts"`
	Passes     []agent.Pass     `json:"passes"`
	Scans      []agent.Scan     `json:"scans"` // oldest first
	Items      []agent.Item     `json:"items"`
}

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
