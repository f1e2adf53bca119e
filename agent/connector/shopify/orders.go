package shopify

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

const (
	// linesAtOnce is how many lines of a fulfilment or refund come with its order,
	// moreLines how many are asked for when it has more.
	linesAtOnce = 4
	moreLines   = 40
	// maxLinePages bounds the lines of one fulfilment or refund.
	maxLinePages = 250
)

// movementsOf returns what an order moved at a location.
func (c *Connector) movementsOf(ctx context.Context, location agent.LocationID, order admin.Order) ([]agent.Movement, error) {
	var rows []agent.Movement
	for _, f := range order.Fulfillments {
		if !isAt(f.Location, order, location) {
			continue
		}
		lines, err := c.fulfilmentLines(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			rows = append(rows, c.taken(location, order, f, line)...)
		}
	}
	for _, r := range order.Refunds {
		lines, err := c.refundLines(ctx, r)
		if err != nil {
			return nil, err
		}
		for i, line := range lines {
			rows = append(rows, c.brought(location, order, r, i, line)...)
		}
	}
	return rows, nil
}

// isAt reports whether a fulfilment took its goods from a location. One that does
// not say so was served where the order was sold.
func isAt(at *admin.FulfillmentLocation, order admin.Order, location agent.LocationID) bool {
	if at != nil {
		return at.Id == string(location)
	}
	return order.RetailLocation != nil && order.RetailLocation.Id == string(location)
}

// taken is what a line of a fulfilment took from on hand, and what came back if the
// fulfilment was cancelled or failed.
func (c *Connector) taken(location agent.LocationID, order admin.Order, f admin.Fulfillment, line admin.FulfillmentLine) []agent.Movement {
	item := soldItem(line.LineItem)
	if item == "" || line.Quantity == nil || *line.Quantity == 0 {
		return nil
	}
	out := agent.Movement{
		Source: source, SourceID: short(f.Id) + ":" + short(line.Id), Receipt: receipt(order), Kind: agent.Shipment,
		Item: item, Location: location, Quantity: -int64(*line.Quantity),
		Occurred: c.client.stamp(f.CreatedAt), Posted: f.CreatedAt.UTC(),
	}
	if paid, atTill := soldAtTill(order, f); atTill {
		out.Kind, out.Occurred = agent.Sale, c.client.stamp(paid)
	}
	switch f.Status {
	case "CANCELLED", "ERROR", "FAILURE":
		back := out
		back.SourceID += ":back"
		back.Kind, back.Quantity = agent.Return, -out.Quantity
		back.Occurred, back.Posted = c.client.stamp(f.UpdatedAt), f.UpdatedAt.UTC()
		return []agent.Movement{out, back}
	}
	return []agent.Movement{out}
}

// atOnce is within what time after its order a fulfilment is the sale itself.
const atOnce = time.Minute

// soldAtTill tells a sale at the till, whose goods left with the customer when it
// was paid, from an order that is sent. A till that was offline reports later.
func soldAtTill(order admin.Order, f admin.Fulfillment) (paid time.Time, yes bool) {
	till := order.RetailLocation != nil || order.SourceName != nil && *order.SourceName == "pos"
	if !till || f.CreatedAt.After(order.CreatedAt.Add(atOnce)) {
		return time.Time{}, false
	}
	if paid = order.ProcessedAt; paid.IsZero() || paid.After(f.CreatedAt) {
		paid = f.CreatedAt
	}
	return paid, true
}

// brought is what a line of a refund brought back to on hand. Goods that were
// refunded before they were sent never left it.
func (c *Connector) brought(location agent.LocationID, order admin.Order, r admin.Refund, i int, line admin.RefundLine) []agent.Movement {
	item := soldItem(line.LineItem)
	restocked := line.RestockType == "RETURN" || line.RestockType == "LEGACY_RESTOCK"
	if item == "" || line.Quantity == 0 || !restocked || line.Location == nil || line.Location.Id != string(location) {
		return nil
	}
	at := r.CreatedAt
	if at == nil {
		return nil
	}
	id := short(r.Id) + ":" + strconv.Itoa(i)
	if line.Id != nil {
		id = short(r.Id) + ":" + short(*line.Id)
	}
	return []agent.Movement{{
		Source: source, SourceID: id, Receipt: receipt(order), Kind: agent.Return,
		Item: item, Location: location, Quantity: int64(line.Quantity),
		Occurred: c.client.stamp(*at), Posted: at.UTC(),
	}}
}

// soldItem is the item of a line, empty once its variant was deleted.
func soldItem(line admin.SoldLine) agent.ItemID {
	if line.Variant == nil {
		return ""
	}
	return agent.ItemID(line.Variant.InventoryItem.Id)
}

// receipt is what the till printed where it told so, and the order's name
// otherwise.
func receipt(order admin.Order) string {
	if order.SourceIdentifier != nil && *order.SourceIdentifier != "" {
		return clip(*order.SourceIdentifier, 100)
	}
	return clip(order.Name, 100)
}

func short(gid string) string { return strings.TrimPrefix(gid, "gid://shopify/") }

func (c *Connector) fulfilmentLines(ctx context.Context, f admin.Fulfillment) ([]admin.FulfillmentLine, error) {
	return whole(f.FulfillmentLineItems.Nodes, f.FulfillmentLineItems.PageInfo, func(after *string) ([]admin.FulfillmentLine, admin.PageInfo, error) {
		page, _, err := admin.FulfillmentLines(ctx, c.client, f.Id, moreLines, after)
		if err != nil || page.Node == nil {
			return nil, admin.PageInfo{}, orGone(err)
		}
		node, ok := (*page.Node).(*admin.FulfillmentNodeFulfillment)
		if !ok {
			return nil, admin.PageInfo{}, orGone(nil)
		}
		return node.FulfillmentLineItems.Nodes, node.FulfillmentLineItems.PageInfo, nil
	})
}

func (c *Connector) refundLines(ctx context.Context, r admin.Refund) ([]admin.RefundLine, error) {
	return whole(r.RefundLineItems.Nodes, r.RefundLineItems.PageInfo, func(after *string) ([]admin.RefundLine, admin.PageInfo, error) {
		page, _, err := admin.RefundLines(ctx, c.client, r.Id, moreLines, after)
		if err != nil || page.Node == nil {
			return nil, admin.PageInfo{}, orGone(err)
		}
		node, ok := (*page.Node).(*admin.RefundNodeRefund)
		if !ok {
			return nil, admin.PageInfo{}, orGone(nil)
		}
		return node.RefundLineItems.Nodes, node.RefundLineItems.PageInfo, nil
	})
}

func orGone(err error) error {
	if err != nil {
		return err
	}
	return senseless("what it told a moment ago is gone")
}

// whole adds the further pages to the first lines of a listing.
func whole[T any](lines []T, info admin.PageInfo, more func(after *string) ([]T, admin.PageInfo, error)) ([]T, error) {
	after, err := next(info, nil)
	for range maxLinePages {
		if err != nil || after == nil {
			return lines, err
		}
		var page []T
		if page, info, err = more(after); err == nil {
			lines = append(lines, page...)
			after, err = next(info, after)
		}
	}
	return nil, senseless("a list of lines does not end")
}
