package shopify

import (
	"context"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

const (
	// shipmentsAtOnce and transferLines are how much of a transfer comes with it.
	shipmentsAtOnce = 5
	transferLines   = 5
	// mostTransfers bounds a listing.
	mostTransfers = 2_000
)

// Transfers implements agent.Transferrer: those that are ready or on their way. A
// draft promises nothing and is left out.
func (c *Connector) Transfers(ctx context.Context, location agent.LocationID) ([]agent.OpenTransfer, error) {
	if err := c.use(location); err != nil {
		return nil, err
	}
	found, err := c.transfersIn(ctx, location, transferLines, "in_progress", "ready_to_ship")
	if err != nil {
		return nil, lacks(err, transfersScope)
	}
	open := make([]agent.OpenTransfer, 0, len(found))
	for _, t := range found {
		if t.Status == admin.InventoryTransferStatusTransferred || t.Status == admin.InventoryTransferStatusCanceled {
			continue // the search did not know yet
		}
		told, err := c.openTransfer(ctx, t)
		if err != nil {
			return nil, lacks(err, transfersScope)
		}
		open = append(open, told)
	}
	return open, nil
}

// transfersIn lists the transfers from and to a location that are in a state.
func (c *Connector) transfersIn(ctx context.Context, location agent.LocationID, lines int, states ...string) ([]admin.Transfer, error) {
	var found []admin.Transfer
	for _, state := range states {
		for _, end := range []string{"origin_id", "destination_id"} {
			some, err := c.transfersBy(ctx, "status:"+state+" "+end+":"+number(string(location)), lines)
			if err != nil {
				return nil, err
			}
			for _, t := range some {
				if !slices.ContainsFunc(found, func(f admin.Transfer) bool { return f.Id == t.Id }) {
					found = append(found, t)
				}
			}
		}
	}
	return found, nil
}

// transfersBy lists what a search finds.
func (c *Connector) transfersBy(ctx context.Context, query string, lines int) ([]admin.Transfer, error) {
	var all []admin.Transfer
	var after *string
	for len(all) < mostTransfers {
		page, _, err := admin.TransfersPage(ctx, c.client, c.sizes.transfers, after, query, shipmentsAtOnce, lines)
		switch {
		case halve(&c.sizes.transfers, err):
			continue
		case err != nil:
			return nil, err
		case page.InventoryTransfers.Nodes == nil:
			return nil, senseless("it holds no transfers")
		}
		all = append(all, page.InventoryTransfers.Nodes...)
		c.steer(&c.sizes.transfers, "TransfersPage", 50)
		if after, err = next(page.InventoryTransfers.PageInfo, after); after == nil {
			return all, err
		}
	}
	return nil, senseless("its list of transfers does not end")
}

// openTransfer adds up a transfer by its items.
func (c *Connector) openTransfer(ctx context.Context, t admin.Transfer) (agent.OpenTransfer, error) {
	told := agent.OpenTransfer{ID: t.Id, Name: clip(t.Name, 100), Status: string(t.Status)}
	told.From, told.FromName = placed(t.Origin)
	told.To, told.ToName = placed(t.Destination)
	if t.DateCreated != nil {
		told.Since = t.DateCreated.UTC()
	}
	lines, err := c.transferLines(ctx, t)
	if err != nil {
		return told, err
	}
	at := make(map[agent.ItemID]int)
	line := func(item *admin.TransferItem) *agent.TransferLine {
		id := agent.ItemID("")
		if item != nil {
			id = agent.ItemID(item.Id)
		}
		i, known := at[id]
		if !known {
			i = len(told.Lines)
			at[id], told.Lines = i, append(told.Lines, agent.TransferLine{Item: id})
		}
		return &told.Lines[i]
	}
	for _, l := range lines {
		to := line(l.InventoryItem)
		to.Asked += int64(l.TotalQuantity)
		to.Shipped += int64(l.ShippedQuantity)
	}
	shipments, err := c.shipmentsOf(ctx, t, transferLines)
	if err != nil {
		return told, err
	}
	for _, s := range shipments {
		taken, err := c.shipmentLines(ctx, s)
		if err != nil {
			return told, err
		}
		for _, l := range taken {
			to := line(l.InventoryItem)
			to.Received += int64(l.AcceptedQuantity)
			to.Refused += int64(l.RejectedQuantity)
		}
	}
	return told, nil
}

// placed is an end of a transfer: its location is gone once the shop deleted it.
func placed(at *admin.TransferPlace) (agent.LocationID, string) {
	if at == nil {
		return "", ""
	}
	if at.Location == nil {
		return "", clip(at.Name, 100)
	}
	return agent.LocationID(at.Location.Id), clip(at.Name, 100)
}

func (c *Connector) transferLines(ctx context.Context, t admin.Transfer) ([]admin.TransferLine, error) {
	return whole(t.LineItems.Nodes, t.LineItems.PageInfo, func(after *string) ([]admin.TransferLine, admin.PageInfo, error) {
		page, _, err := admin.TransferLines(ctx, c.client, t.Id, moreLines, after)
		if err != nil || page.Node == nil {
			return nil, admin.PageInfo{}, orGone(err)
		}
		node, ok := (*page.Node).(*admin.TransferLinesNodeInventoryTransfer)
		if !ok {
			return nil, admin.PageInfo{}, orGone(nil)
		}
		return node.LineItems.Nodes, node.LineItems.PageInfo, nil
	})
}

func (c *Connector) shipmentsOf(ctx context.Context, t admin.Transfer, lines int) ([]admin.Shipment, error) {
	return whole(t.Shipments.Nodes, t.Shipments.PageInfo, func(after *string) ([]admin.Shipment, admin.PageInfo, error) {
		page, _, err := admin.TransferShipments(ctx, c.client, t.Id, shipmentsAtOnce, after, lines)
		if err != nil || page.Node == nil {
			return nil, admin.PageInfo{}, orGone(err)
		}
		node, ok := (*page.Node).(*admin.TransferShipmentsNodeInventoryTransfer)
		if !ok {
			return nil, admin.PageInfo{}, orGone(nil)
		}
		return node.Shipments.Nodes, node.Shipments.PageInfo, nil
	})
}

func (c *Connector) shipmentLines(ctx context.Context, s admin.Shipment) ([]admin.ShipmentLine, error) {
	if s.LineItems == nil {
		return nil, nil
	}
	return whole(s.LineItems.Nodes, s.LineItems.PageInfo, func(after *string) ([]admin.ShipmentLine, admin.PageInfo, error) {
		page, _, err := admin.ShipmentLines(ctx, c.client, s.Id, moreLines, after)
		if err != nil || page.Node == nil {
			return nil, admin.PageInfo{}, orGone(err)
		}
		node, ok := (*page.Node).(*admin.ShipmentLinesNodeInventoryShipment)
		if !ok || node.LineItems == nil {
			return nil, admin.PageInfo{}, orGone(nil)
		}
		return node.LineItems.Nodes, node.LineItems.PageInfo, nil
	})
}

// watch is what was seen of the shipments that are under way. Neither transfers nor
// shipments can be searched by when they changed, so two readings are compared.
type watch struct {
	// since is when they were read last, at the earliest by the shop's clock; zero
	// before the first time.
	since time.Time
	open  map[string]bool // transfers that were under way
	seen  map[string]*seenShipment
}

type seenShipment struct {
	left     bool             // its goods have left the origin
	accepted map[string]int64 // by line
	total    int64            // of what is accepted
}

// carried is a change of on hand that a shipment made between two readings.
type carried struct {
	id, name string
	item     agent.ItemID
	units    int64
	stated   *time.Time // when people say that it was
}

// carriedSince reads the shipments and tells what was not so before. The first time
// there is nothing to compare with.
func (c *Connector) carriedSince(ctx context.Context, location agent.LocationID, w *watch) ([]carried, error) {
	found, err := c.transfersIn(ctx, location, 1, "in_progress")
	if err != nil {
		return nil, err
	}
	ended, err := c.transfersEnded(ctx, w.open, found)
	if err != nil {
		return nil, err
	}
	after := watch{open: make(map[string]bool), seen: make(map[string]*seenShipment)}
	var all []carried
	for _, t := range append(found, ended...) {
		if t.Status == admin.InventoryTransferStatusInProgress {
			after.open[t.Id] = true
		}
		shipments, err := c.shipmentsOf(ctx, t, 1)
		if err != nil {
			return nil, err
		}
		for _, s := range shipments {
			some, err := c.carriedBy(ctx, location, t, s, w, &after)
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
	}
	first := w.open == nil
	w.open, w.seen = after.open, after.seen
	if first {
		return nil, nil
	}
	return all, nil
}

// transfersEnded asks what became of transfers that are not listed any more.
func (c *Connector) transfersEnded(ctx context.Context, open map[string]bool, found []admin.Transfer) ([]admin.Transfer, error) {
	var ids []string
	for id := range open {
		if !slices.ContainsFunc(found, func(t admin.Transfer) bool { return t.Id == id }) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return c.transfersByID(ctx, ids)
}

func (c *Connector) transfersByID(ctx context.Context, ids []string) ([]admin.Transfer, error) {
	var all []admin.Transfer
	for part := range slices.Chunk(ids, 5) {
		page, _, err := admin.TransfersByID(ctx, c.client, part, shipmentsAtOnce, 1)
		if err != nil {
			return nil, err
		}
		for _, node := range page.Nodes {
			if node == nil {
				continue // deleted
			}
			if t, ok := (*node).(*admin.TransferNodeInventoryTransfer); ok {
				all = append(all, t.Transfer)
			}
		}
	}
	return all, nil
}

// carriedBy compares one shipment with what was seen of it.
func (c *Connector) carriedBy(ctx context.Context, location agent.LocationID, t admin.Transfer, s admin.Shipment, before, after *watch) ([]carried, error) {
	was := before.seen[s.Id]
	if was == nil {
		was = &seenShipment{}
	}
	is := &seenShipment{left: left(s), accepted: was.accepted, total: int64(s.TotalAcceptedQuantity)}
	after.seen[s.Id] = is
	from, _ := placed(t.Origin)
	to, _ := placed(t.Destination)
	sent := from == location && is.left && !was.left
	took := to == location && is.total != was.total
	if !sent && !took {
		return nil, nil
	}
	lines, err := c.shipmentLines(ctx, s)
	if err != nil {
		return nil, err
	}
	is.accepted = make(map[string]int64, len(lines))
	var all []carried
	for _, l := range lines {
		is.accepted[l.Id] = int64(l.AcceptedQuantity)
		if l.InventoryItem == nil {
			continue
		}
		one := carried{name: clip(t.Name, 100), item: agent.ItemID(l.InventoryItem.Id)}
		if sent {
			one.id, one.units, one.stated = short(l.Id)+":out", -int64(l.Quantity), s.DateShipped
			all = append(all, one)
		}
		if more := is.accepted[l.Id] - was.accepted[l.Id]; took && more > 0 {
			one.id, one.units, one.stated = short(l.Id)+":in:"+shown(is.accepted[l.Id]), more, nil
			if was.total == 0 {
				one.stated = s.DateReceived // later parts have no time
			}
			all = append(all, one)
		}
	}
	return all, nil
}

// left reports whether a shipment's goods have left the origin.
func left(s admin.Shipment) bool {
	return s.Status != admin.InventoryShipmentStatusDraft && s.Status != admin.InventoryShipmentStatusOther
}
