package shopify

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

// Find implements agent.Finder. A receipt that is known is looked up, and the history
// where it may be read: a row with the request's document proves that it arrived, while
// none proves nothing, because rows come late. Otherwise the levels and the orders tell: what on hand changed by since the request was
// planned, less what was sold and brought back, is the request's own change or
// nothing. Anything else, and lines that tell different things, are not known.
func (c *Connector) Find(ctx context.Context, request agent.Request) agent.Outcome {
	if request.Outcome != nil && request.Outcome.Ref != "" {
		found, err := c.receipt(ctx, request.Outcome.Ref)
		if err != nil || found {
			return foundOr(request.Outcome.Ref, err)
		}
	}
	if ref := c.recorded(ctx, request); ref != "" {
		return foundOr(ref, nil)
	}
	now, err := c.look(ctx, request)
	if err != nil {
		return foundOr("", err)
	}
	earliest, _ := c.client.upstream(request.FirstSent)
	there, not := 0, 0
	for _, l := range request.Lines {
		switch now.tells(l, earliest) {
		case agent.OutcomeRepeated:
			there++
		case agent.OutcomeLater:
			not++
		}
	}
	switch len(request.Lines) {
	case there:
		return agent.Outcome{Class: agent.OutcomeRepeated}
	case not:
		return agent.Outcome{Class: agent.OutcomeLater, Problem: notThere(request.FirstSent)}
	}
	return agent.Outcome{Class: agent.OutcomeUnknown, Problem: mixed()}
}

func foundOr(ref string, err error) agent.Outcome {
	if err != nil {
		p := agent.AsError(err)
		return agent.Outcome{Class: agent.OutcomeUnknown, After: p.After, Problem: p}
	}
	return agent.Outcome{Class: agent.OutcomeRepeated, Ref: ref}
}

// recorded returns the receipt of a request that the history shows whole: every line's
// change of on hand, under the request's document, since it was sent. Documents alone
// are no proof: an agent that was set up anew begins its numbers again.
func (c *Connector) recorded(ctx context.Context, request agent.Request) (ref string) {
	uri := documentOf(request.Document)
	if uri == "" || !on(c.others.historyOff, c.client.clock.Now()) || c.others.pause(c.client.clock.Now()) > 0 {
		return ""
	}
	items := make([]agent.ItemID, len(request.Lines))
	for i, l := range request.Lines {
		items[i] = l.Item
	}
	earliest, _ := c.client.upstream(request.FirstSent)
	rows, err := c.History(ctx, request.Location, items, earliest)
	if err != nil {
		return ""
	}
	changed := make(map[agent.ItemID]edit)
	for _, e := range ofOnHand(rows) {
		if e.Reference == uri && (ref == "" || e.Group == ref) {
			ref, changed[e.Item] = e.Group, e
		}
	}
	for _, l := range request.Lines {
		if e, found := changed[l.Item]; !found || e.Delta != l.Delta {
			return ""
		}
	}
	return ref
}

// documentOf is the reference that a request's bytes carry.
func documentOf(d agent.Document) string {
	var body struct {
		Variables struct {
			Input struct {
				Reference string `json:"referenceDocumentUri"`
			} `json:"input"`
		} `json:"variables"`
	}
	if json.Unmarshal(d.Body, &body) != nil || !isOurs(body.Variables.Input.Reference) {
		return ""
	}
	return body.Variables.Input.Reference
}

// receipt reports whether the shop knows a receipt.
func (c *Connector) receipt(ctx context.Context, ref string) (bool, error) {
	page, _, err := admin.AdjustmentGroup(ctx, c.client, ref)
	if err != nil {
		return false, plain(err)
	}
	if page.Node == nil {
		return false, nil
	}
	group, ok := (*page.Node).(*admin.GroupNodeInventoryAdjustmentGroup)
	return ok && group.Id == ref, nil
}

// present is what the shop says now about the items of a request.
type present struct {
	books map[agent.ItemID]agent.Book
	moved map[agent.ItemID][]agent.Movement
}

// look reads the levels of a request's items, and what moved since they were read
// before.
func (c *Connector) look(ctx context.Context, request agent.Request) (present, error) {
	now := present{books: make(map[agent.ItemID]agent.Book), moved: make(map[agent.ItemID][]agent.Movement)}
	items := make([]agent.ItemID, len(request.Lines))
	since := c.client.clock.Now().UTC()
	for i, l := range request.Lines {
		items[i] = l.Item
		if changed := l.Observed.Changed; changed.Before(since) {
			since = changed
		}
	}
	books, err := c.Levels(ctx, request.Location, items)
	if err != nil {
		return now, err
	}
	var until time.Time
	for _, b := range books {
		now.books[b.Item] = b
		if !b.Changed.IsZero() && !b.Settled() {
			return now, lagging(tick)
		}
		if end := b.Changed.Add(tick); end.After(until) {
			until = end
		}
	}
	return now, c.movedSince(ctx, request.Location, since, until, now.moved)
}

// movedSince collects what moved since a time. It fails if that is not known up to
// another time yet.
func (c *Connector) movedSince(ctx context.Context, location agent.LocationID, since, until time.Time, into map[agent.ItemID][]agent.Movement) error {
	if oldest, _ := c.client.upstream(c.client.clock.Now().Add(-orderLife)); since.Before(oldest) {
		since = oldest // what moved before is contained in both statements
	}
	at := cursor{Since: since, Deep: c.client.clock.Now().UTC(), Orders: true}.String()
	seen := make(map[string]bool)
	for {
		page, err := c.Movements(ctx, location, at)
		if err != nil {
			return err
		}
		for _, m := range page.Rows {
			if !seen[m.SourceID] {
				seen[m.SourceID] = true
				into[m.Item] = append(into[m.Item], m)
			}
		}
		switch {
		case page.More:
			at = page.Next
			continue
		case page.Complete.Before(until):
			return lagging(c.feed.lag + tick)
		}
		return nil
	}
}

// tells judges one line: repeated where on hand shows the request's change, later
// where it shows none, unknown otherwise. earliest is when the request can have
// been sent first, by the shop's clock.
func (n present) tells(l agent.Planned, earliest time.Time) agent.OutcomeClass {
	b, known := n.books[l.Item]
	if !known || !b.Settled() || !l.Observed.Settled() {
		return agent.OutcomeUnknown
	}
	rest := b.OnHand - l.Observed.OnHand
	since := !b.Changed.Before(earliest.Truncate(tick))
	explained := !b.Changed.Add(tick).After(earliest)
	for _, m := range n.moved[l.Item] {
		was, _ := l.Observed.Contains(m)
		if is, _ := b.Contains(m); is && !was {
			rest -= m.Quantity
			explained = explained || m.Posted.Equal(b.Changed)
		}
	}
	switch {
	case rest == l.Delta && since:
		return agent.OutcomeRepeated
	case rest == 0 && explained:
		// A change that nothing explains may be somebody who put back what we did.
		return agent.OutcomeLater
	}
	return agent.OutcomeUnknown
}

func lagging(after time.Duration) *agent.Error {
	return &agent.Error{
		Code: "shopify.lagging", Class: agent.Retry, After: after,
		What:  "A quantity changed a moment ago, and the shop does not tell yet what was sold.",
		Means: "It can't be told yet what became of the request.",
		Do:    "There is nothing to do: it is looked up again.",
	}
}

func notThere(sent time.Time) *agent.Error {
	return &agent.Error{
		Code: "shopify.not-there", Class: agent.Retry,
		What:  "What was sold explains the quantities; the request that was first sent on " + sent.UTC().Format(time.DateTime) + " UTC is not in them.",
		Means: "The request did not arrive.", Do: "There is nothing to do: it is planned again.",
	}
}

func mixed() *agent.Error {
	return &agent.Error{
		Code: "shopify.mixed", Class: agent.Clash,
		What:  "The quantities in the shop have changed since the request was sent, by more than was sold.",
		Means: "They don't show whether the request was part of that.",
		Do:    "Look at the items' history in the shop.",
	}
}
