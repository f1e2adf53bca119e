package shopify

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// probeHistory is how far back a probe reads the history, and probeLevels how many
// levels it reads at once.
const (
	probeHistory = 7 * 24 * time.Hour
	probeLevels  = 50
)

// byHand are the claims that only a write, a till or a day can test; the shop of a probe
// is a living one.
var byHand = []agent.Probed{
	{Code: "compare-ignores-orders", Claim: "A write of on hand that is compared is not stopped by an order that came meanwhile.", ByHand: "Note on hand, place an order of the item, then let the agent send an adjustment of it: it must be applied."},
	{Code: "stale-line", Claim: "One line whose number is stale stops its whole request, and nothing of it is applied.", ByHand: "Approve two adjustments, change one item in the admin before they are sent, and look at the other."},
	{Code: "stale-replay", Claim: "A request that was refused as stale is refused again under the same key.", ByHand: "Repeat a stale request with its stored bytes: it must not be applied."},
	{Code: "untracked-write", Claim: "A write to an item that is not tracked may be accepted and changes nothing that is sold.", ByHand: "The agent never sends one. Switch tracking off after approving, and look what the upload says."},
	{Code: "unstocked-write", Claim: "A write to an item that was never stocked at the location must not be trusted, even where it succeeds.", ByHand: "The agent reads the level first. Deactivate the item at the location after approving, and look what the upload says."},
	{Code: "null-document", Claim: "A change of available needs no ledger document.", ByHand: "Let on hand fall below zero in the shop, count one unit more, approve: the request changes available."},
	{Code: "uri-length", Claim: "The reference of a request, below 100 characters, is taken whole.", ByHand: "Look at an adjustment of ours in the item's history: its reference must be whole."},
	{Code: "offline-sales", Claim: "A sale that a till made without a connection says when it was made.", ByHand: "Sell at a till in flight mode, connect it after ten minutes, and compare the movement's two times."},
}

// Probe implements agent.Prober. It asks for levels, the history and one of our own
// receipts; it writes nothing.
func (c *Connector) Probe(ctx context.Context, location agent.LocationID, items []agent.ItemID, own []agent.Request) ([]agent.Probed, error) {
	if err := c.use(location); err != nil {
		return nil, err
	}
	if len(items) > probeLevels {
		items = items[:probeLevels]
	}
	books, err := c.Levels(ctx, location, items)
	if err != nil {
		return nil, err
	}
	price := c.client.budget.costs["LevelsByItems"]
	_, now := c.client.upstream(c.client.clock.Now())
	rows, denied := c.History(ctx, location, items, now.Add(-probeHistory))
	seen := []agent.Probed{
		probeStamps(books, rows, denied), probeCost(len(items), price), c.probeLag(),
		c.probeCredentials(denied), probeLabel(rows, own, denied), c.probeReceipt(ctx, own),
	}
	for _, p := range byHand {
		p.Seen = agent.NotSeen
		seen = append(seen, p)
	}
	return seen, nil
}

// probeStamps compares when on hand changed last by its own time and by the history.
// Only items that something else than on hand changed since can tell the two apart.
func probeStamps(books []agent.Book, rows []agent.BookChange, denied error) agent.Probed {
	p := agent.Probed{
		Code: "on-hand-stamp", Claim: "The time of on hand moves when on hand moves, and not when only what is available or committed does.", Seen: agent.NotSeen,
		ByHand: "Place an order of an item that did not move for a minute, and run this again: the item's on hand must keep its time.",
	}
	if denied != nil {
		p.Why = agent.AsError(denied).What
		return p
	}
	agree := 0
	for _, b := range books {
		var onHand, other time.Time
		for _, r := range rows {
			switch {
			case r.Item != b.Item:
			case r.State == "on_hand":
				onHand = r.At
			case r.At.After(other):
				other = r.At
			}
		}
		switch {
		case onHand.IsZero() || b.Changed.IsZero() || !other.After(onHand.Add(2*time.Second)):
		case b.Changed.Sub(onHand).Abs() <= 2*time.Second:
			agree++
		case b.Changed.Sub(other).Abs() <= 2*time.Second:
			p.Seen, p.Why = agent.SeenOtherwise, fmt.Sprintf("%s: on hand moved at %s, and its time is %s, when something else moved.", b.Item, onHand.Format(time.DateTime), b.Changed.UTC().Format(time.DateTime))
			return p
		}
	}
	if p.Why = "No item in the history of seven days can tell the two apart."; agree > 0 {
		p.Seen, p.Why = agent.SeenSo, fmt.Sprintf("Of %d items on hand kept its time when something else moved.", agree)
	}
	return p
}

// probeCost looks what a reading of fifty levels costs.
func probeCost(items int, price float64) agent.Probed {
	const most = 500
	p := agent.Probed{
		Code: "level-cost", Claim: fmt.Sprintf("A reading of %d levels costs less than %d points.", probeLevels, most), Seen: agent.NotSeen,
		ByHand: "Read a catalogue of at least fifty items, then run this again.",
	}
	switch {
	case price <= 0:
		p.Why = "The shop did not say what a reading costs."
	case items < probeLevels:
		p.Why = fmt.Sprintf("Only %d items were read, for %.0f points.", items, price)
	case price < most:
		p.Seen, p.Why = agent.SeenSo, fmt.Sprintf("%d items cost %.0f points.", items, price)
	default:
		p.Seen, p.Why = agent.SeenOtherwise, fmt.Sprintf("%d items cost %.0f points.", items, price)
	}
	return p
}

// probeLag says whether orders were found later than is reckoned with.
func (c *Connector) probeLag() agent.Probed {
	p := agent.Probed{
		Code: "search-lag", Claim: "The shop's search finds a changed order within the time that is reckoned with.", Seen: agent.NotSeen,
		Why:    fmt.Sprintf("%s are reckoned with, and no order was found later since the agent started.", c.feed.lag),
		ByHand: "Let the agent run, sell something every minute for an hour, and run this again.",
	}
	if c.feed.raised {
		p.Seen, p.Why = agent.SeenOtherwise, fmt.Sprintf("Orders were found late; %s are reckoned with now.", c.feed.lag)
	}
	return p
}

// probeCredentials says whether a token that was exchanged is taken for the history.
func (c *Connector) probeCredentials(denied error) agent.Probed {
	p := agent.Probed{
		Code: "client-credentials", Claim: "A token that was exchanged for client credentials is taken for the history.", Seen: agent.NotSeen,
		ByHand: "Store the app's client id and secret instead of a token, and run this again. \"stockhand catalog sync\" shows the same of bulk operations.",
	}
	switch {
	case c.client.auth.renew.IsZero():
		p.Why = "The agent has a token that does not end."
	case denied == nil:
		p.Seen, p.Why = agent.SeenSo, "The history was read with such a token."
	default:
		p.Why = agent.AsError(denied).What
	}
	return p
}

// probeLabel looks which word for a count the shop's history shows.
func probeLabel(rows []agent.BookChange, own []agent.Request, denied error) agent.Probed {
	p := agent.Probed{
		Code: "reason-label", Claim: "The history shows our reason, " + reason + ", beside our changes.", Seen: agent.NotSeen,
		ByHand: "Approve and send an adjustment, wait some minutes, and run this again.",
	}
	if denied != nil {
		p.Why = agent.AsError(denied).What
		return p
	}
	ours := make(map[string]bool, len(own))
	for _, r := range own {
		if r.Outcome != nil && r.Outcome.Ref != "" {
			ours[r.Outcome.Ref] = true
		}
	}
	for _, r := range rows {
		if !ours[r.Group] {
			continue
		}
		if p.Seen, p.Why = agent.SeenSo, fmt.Sprintf("It shows %q.", clip(r.Reason, 100)); r.Reason == "" {
			p.Seen, p.Why = agent.SeenOtherwise, "It shows no reason."
		}
		return p
	}
	p.Why = "The history of seven days has no change of ours."
	return p
}

// probeReceipt looks whether the oldest of our receipts can still be read.
func (c *Connector) probeReceipt(ctx context.Context, own []agent.Request) agent.Probed {
	p := agent.Probed{
		Code: "receipts", Claim: "The receipt of a request can be read as long as its key may be repeated.", Seen: agent.NotSeen,
		Why: "Nothing was sent yet.", ByHand: "Approve and send an adjustment, and run this again a day later.",
	}
	for i := len(own) - 1; i >= 0; i-- {
		r := own[i]
		if r.Outcome == nil || r.Outcome.Ref == "" || r.FirstSent.IsZero() {
			continue
		}
		age := c.client.clock.Now().Sub(r.FirstSent).Round(time.Minute)
		known, err := c.receipt(ctx, r.Outcome.Ref)
		switch {
		case err != nil:
			p.Why = agent.AsError(err).What
		case known:
			p.Seen, p.Why = agent.SeenSo, fmt.Sprintf("One that is %s old can be read.", age)
		case age < keyLife:
			p.Seen, p.Why = agent.SeenOtherwise, fmt.Sprintf("One that is %s old can't be read any more.", age)
		default:
			p.Why = fmt.Sprintf("One that is %s old can't be read any more, which is longer than its key lived.", age)
		}
		return p
	}
	return p
}
