package shopify

import (
	"context"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// Every case of the suite, over real HTTP, with a search index that lags.
func TestConformance(t *testing.T) {
	connectortest.Run(t, connectortest.Harness{
		Open: func(t *testing.T, shelf []connectortest.Stock) *connectortest.System {
			return stocked(newRig(t, wish{
				shop:    func(o *shopifysim.Options) { o.SearchLag = 1500 * time.Millisecond },
				section: `search_lag = "2s"`,
			}), shelf)
		},
		Cannot: map[connectortest.Case]string{
			connectortest.Stages: "a write is carried out at once; there are no drafts.",
		},
	})
}

// stocked puts a shelf into the shop and connects it with the suite.
func stocked(r *rig, shelf []connectortest.Stock) *connectortest.System {
	ids := make(map[string]agent.ItemID)
	for _, s := range shelf {
		add := shopifysim.Item{SKU: s.SKU, Title: s.Name, Tracked: !s.Untracked, Stocked: !s.Unstocked, OnHand: s.OnHand}
		if len(s.Barcodes) > 0 {
			add.Barcode, add.Barcodes = s.Barcodes[0], s.Barcodes[1:]
		}
		ids[s.SKU] = agent.ItemID(r.shop.AddItem(add).Item)
	}
	check := func(err error) {
		if err != nil {
			r.Error(err)
		}
	}
	down := false
	return &connectortest.System{
		Connector: paced{r.Connector, r.clock}, Clock: r.clock, Location: r.at(),
		ID:     func(sku string) agent.ItemID { return ids[sku] },
		OnHand: func(id agent.ItemID) int64 { return r.shop.OnHand(string(id)) },
		Wait:   r.clock.pass,
		Sell:   func(id agent.ItemID, n int64) { r.sell(id, n, "") },
		Edit:   func(id agent.ItemID, n int64) { check(r.shop.SetByHand(string(id), n, "Anna")) },
		Delist: func(id agent.ItemID) { check(r.shop.Remove(string(id))) },

		LoseRequest: func() { r.shop.DropRequests("SetQuantities", 1) },
		LoseReply:   func() { r.shop.LoseReplies("SetQuantities", 1) },
		Throttle:    func() { r.shop.Fail(shopifysim.Fault{Effect: shopifysim.TopLevel("THROTTLED")}) },
		Cut:         func(on bool) { down = on; r.shop.Offline(down) },
		Dismiss:     r.shop.RevokeTokens,
		Skew:        r.clock.skew,
		Garble:      r.garble,
		Unwritable:  func(l *agent.Planned) { l.Target = largest + 1 },
	}
}

// paced lets some seconds pass before each sending, as there are between two
// attempts: the shop's receipts have whole seconds only.
type paced struct {
	*Connector
	clock *handClock
}

func (p paced) Send(ctx context.Context, request agent.Request) agent.Outcome {
	p.clock.pass(3 * time.Second)
	return p.Connector.Send(ctx, request)
}
