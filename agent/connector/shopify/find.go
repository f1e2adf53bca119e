package shopify

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

// Find implements agent.Finder. A receipt that is known is looked up. Otherwise
// the levels tell: a request arrived if every line stands at its target and
// changed since the request was first sent, and did not if every line stands
// where it stood and has not changed since. Anything else is not known.
func (c *Connector) Find(ctx context.Context, request agent.Request) agent.Outcome {
	if request.Outcome != nil && request.Outcome.Ref != "" {
		page, _, err := admin.AdjustmentGroup(ctx, c.client, request.Outcome.Ref)
		if err != nil {
			return unknown(plain(err))
		}
		if page.Node != nil {
			if group, ok := (*page.Node).(*admin.GroupNodeInventoryAdjustmentGroup); ok && group.Id == request.Outcome.Ref {
				return agent.Outcome{Class: agent.OutcomeRepeated, Ref: group.Id}
			}
		}
	}
	items := make([]agent.ItemID, len(request.Lines))
	for i, l := range request.Lines {
		items[i] = l.Item
	}
	books, err := c.Levels(ctx, request.Location, items)
	if err != nil {
		return unknown(err)
	}
	return c.compare(request, books)
}

func unknown(err error) agent.Outcome {
	p := agent.AsError(err)
	return agent.Outcome{Class: agent.OutcomeUnknown, After: p.After, Problem: p}
}

func (c *Connector) compare(request agent.Request, books []agent.Book) agent.Outcome {
	found := make(map[agent.ItemID]agent.Book, len(books))
	for _, b := range books {
		found[b.Item] = b
	}
	earliest, _ := c.client.upstream(request.FirstSent)
	there, not := 0, 0
	for _, l := range request.Lines {
		b, known := found[l.Item]
		since := !b.Changed.Before(earliest.Truncate(tick))
		before := !b.Changed.Add(tick).After(earliest)
		switch {
		case !known:
		case b.OnHand == l.Target && since:
			there++
		case b.OnHand == l.Observed.OnHand && before:
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

func notThere(sent time.Time) *agent.Error {
	return &agent.Error{
		Code: "shopify.not-there", Class: agent.Retry,
		What:  "The quantities have not changed since the request was first sent on " + sent.UTC().Format(time.DateTime) + " UTC.",
		Means: "The request did not arrive.", Do: "Nothing: it is planned again.",
	}
}

func mixed() *agent.Error {
	return &agent.Error{
		Code: "shopify.mixed", Class: agent.Clash,
		What:  "The quantities in the shop have moved on since the request was sent.",
		Means: "They don't show whether the request was part of that.",
		Do:    "Look at the items' history in the shop.",
	}
}
