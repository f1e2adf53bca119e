package connector

import (
	"context"

	"github.com/stockhand/stockhand/agent"
)

// Probe is refused where the connector is no agent.Prober.
func (t *turn) Probe(ctx context.Context, location agent.LocationID, items []agent.ItemID, own []agent.Request) ([]agent.Probed, error) {
	prober, ok := t.Connector.(agent.Prober)
	if !ok {
		return nil, t.cannot("be tested against a list of what is relied on")
	}
	if err := t.take(ctx); err != nil {
		return nil, err
	}
	defer t.leave()
	return prober.Probe(ctx, location, items, own)
}
