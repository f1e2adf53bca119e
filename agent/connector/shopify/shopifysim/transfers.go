package shopifysim

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// transfer is goods that are to go from one location to another. What a transfer does
// to quantities is shopify.md 2: shipped goods leave the origin's on hand and are
// incoming at the destination until they are received there.
type transfer struct {
	id, name  string
	serial    int64
	from, to  string
	created   time.Time
	lines     []*transferLine
	shipments []*shipment
	statuses  []statusAt
}

type transferLine struct {
	id             string
	item           *item
	asked, shipped int64
}

type shipment struct {
	id                string
	shipped, received time.Time // as people state it
	lines             []*shipmentLine
}

type shipmentLine struct {
	id                           string
	item                         *item
	quantity, accepted, rejected int64
}

type statusAt struct {
	at     time.Time
	status string
}

// NewTransfer makes a transfer that is ready to be shipped and returns its id.
func (s *Shop) NewTransfer(from, to string, lines ...Line) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	origin, destination := s.location(from), s.location(to)
	if origin == nil || destination == nil || origin == destination || len(lines) == 0 {
		return "", fmt.Errorf("a transfer needs two locations of the shop and at least one line")
	}
	t := &transfer{id: s.newID("InventoryTransfer"), from: origin.id, to: destination.id, created: s.tick()}
	t.serial, t.name = s.serial, fmt.Sprintf("#T%d", s.serial)
	for _, line := range lines {
		it := s.byItem[line.Item]
		if it == nil || it.removed || line.Quantity <= 0 {
			return "", fmt.Errorf("the line of %d x %q needs an item of the shop and a positive quantity", line.Quantity, line.Item)
		}
		t.lines = append(t.lines, &transferLine{id: s.newID("InventoryTransferLineItem"), item: it, asked: line.Quantity})
	}
	t.become(s.options.Now(), "READY_TO_SHIP")
	s.transfers = append(s.transfers, t)
	return t.id, nil
}

func (t *transfer) become(at time.Time, status string) {
	t.statuses = append(t.statuses, statusAt{at, status})
}

func (t *transfer) status() string { return t.statuses[len(t.statuses)-1].status }

// ShipTransfer sends goods of a transfer; without lines what was not sent yet. It
// returns the shipment's id.
func (s *Shop) ShipTransfer(id string, lines ...Line) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.transfer(id)
	if t == nil || t.status() == "CANCELED" || t.status() == "TRANSFERRED" {
		return "", fmt.Errorf("the shop has no transfer %q that can be shipped", id)
	}
	sent := &shipment{id: s.newID("InventoryShipment"), shipped: s.stated()}
	for _, line := range t.lines {
		units := line.asked - line.shipped
		if len(lines) > 0 {
			units = wanted(lines, line.item, units)
		}
		if units <= 0 {
			continue
		}
		line.shipped += units
		sent.lines = append(sent.lines, &shipmentLine{id: s.newID("InventoryShipmentLineItem"), item: line.item, quantity: units})
		s.carry(line.item, t.from, deltas{"available": -units}, cause{"admin", "movement_created", t.id})
		s.carry(line.item, t.to, deltas{"incoming": units}, cause{"admin", "movement_created", t.id})
	}
	if len(sent.lines) == 0 {
		return "", fmt.Errorf("%s has nothing left to ship", t.name)
	}
	t.shipments = append(t.shipments, sent)
	t.become(s.options.Now(), "IN_PROGRESS")
	return sent.id, nil
}

// wanted is how many units of an item lines ask for, up to a limit.
func wanted(lines []Line, it *item, most int64) (units int64) {
	for _, line := range lines {
		if line.Item == it.ids.Item {
			units += line.Quantity
		}
	}
	return min(units, most)
}

// ReceiveShipment takes goods of a shipment in at its destination; without lines all
// that is still under way.
func (s *Shop) ReceiveShipment(id string, lines ...Line) error { return s.takeIn(id, true, lines) }

// RejectShipment notes goods of a shipment that did not arrive or are not wanted.
func (s *Shop) RejectShipment(id string, lines ...Line) error { return s.takeIn(id, false, lines) }

func (s *Shop) takeIn(id string, accept bool, lines []Line) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, sent := s.shipment(id)
	if sent == nil {
		return fmt.Errorf("the shop has no shipment %q", id)
	}
	done := false
	for _, line := range sent.lines {
		units := line.quantity - line.accepted - line.rejected
		if len(lines) > 0 {
			units = wanted(lines, line.item, units)
		}
		if units <= 0 {
			continue
		}
		done = true
		by := deltas{"incoming": -units}
		if accept {
			line.accepted += units
			by["available"] = units
		} else {
			line.rejected += units
		}
		s.carry(line.item, t.to, by, cause{"admin", "movement_received", t.id})
	}
	if !done {
		return fmt.Errorf("the shipment %q has nothing left to take in", id)
	}
	if sent.received.IsZero() {
		sent.received = s.stated() // "initially received": later parts have no time
	}
	if t.ended() {
		t.become(s.options.Now(), "TRANSFERRED")
	}
	return nil
}

// CancelTransfer calls a transfer off of which nothing was shipped.
func (s *Shop) CancelTransfer(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.transfer(id)
	if t == nil || t.status() != "READY_TO_SHIP" {
		return fmt.Errorf("the shop has no transfer %q that can be cancelled", id)
	}
	t.become(s.options.Now(), "CANCELED")
	return nil
}

// stated is the time that people give for what they do now: the API takes any
// (dateShipped of inventoryShipmentMarkInTransit, dateReceived of
// inventoryShipmentReceive), Options.ShipmentDates.
func (s *Shop) stated() time.Time { return s.tick().Add(s.options.ShipmentDates) }

// carry moves goods of a transfer where the item is tracked; a destination that does
// not stock the item yet begins to.
func (s *Shop) carry(it *item, location string, by deltas, why cause) {
	if !it.Tracked {
		return
	}
	s.level(it, location).active = true
	s.move(it, location, by, why)
}

func (s *Shop) transfer(id string) *transfer {
	for _, t := range s.transfers {
		if t.id == id {
			return t
		}
	}
	return nil
}

func (s *Shop) shipment(id string) (*transfer, *shipment) {
	for _, t := range s.transfers {
		for _, sent := range t.shipments {
			if sent.id == id {
				return t, sent
			}
		}
	}
	return nil, nil
}

// ended reports whether everything was shipped and taken in.
func (t *transfer) ended() bool {
	for _, line := range t.lines {
		if line.shipped < line.asked {
			return false
		}
	}
	return !slices.ContainsFunc(t.shipments, func(sent *shipment) bool { return sent.status() != "RECEIVED" })
}

func (sent *shipment) status() string {
	_, accepted, rejected := sent.sums()
	switch open := sent.open(); {
	case open == 0:
		return "RECEIVED"
	case accepted+rejected > 0:
		return "PARTIALLY_RECEIVED"
	}
	return "IN_TRANSIT"
}

func (sent *shipment) sums() (quantity, accepted, rejected int64) {
	for _, line := range sent.lines {
		quantity, accepted, rejected = quantity+line.quantity, accepted+line.accepted, rejected+line.rejected
	}
	return quantity, accepted, rejected
}

func (sent *shipment) open() int64 {
	quantity, accepted, rejected := sent.sums()
	return quantity - accepted - rejected
}

// transferList lists transfers as the search index knows them, oldest first. The
// search has status, origin_id and destination_id among others, and no time of the
// last update (schema).
func (x *execution) transferList(args arguments) any {
	terms := x.search(args, "status", "origin_id", "destination_id")
	var rows []row
	for _, t := range x.shop.transfers {
		status := t.indexed(x.shop.options.Now().Add(-x.shop.options.SearchLag))
		if status == "" || !matches(terms, map[string]string{
			"status": strings.ToLower(status), "origin_id": number(t.from), "destination_id": number(t.to),
		}) {
			continue
		}
		rows = append(rows, row{position(int(t.serial)), func() object { return x.transferObject(t) }})
	}
	return x.connection("InventoryTransferConnection", rows, args)
}

// indexed is the status that the search knows at a time.
func (t *transfer) indexed(at time.Time) (status string) {
	for _, s := range t.statuses {
		if !s.at.After(at) {
			status = s.status
		}
	}
	return status
}

func (x *execution) transferObject(t *transfer) object {
	return object{
		"__typename": "InventoryTransfer", "id": t.id, "name": t.name, "status": t.status(), "dateCreated": t.created,
		"origin": x.snapshot(t.from), "destination": x.snapshot(t.to),
		"lineItems": func(args arguments) any {
			var rows []row
			for i, line := range t.lines {
				rows = append(rows, row{position(i), func() object {
					return object{
						"__typename": "InventoryTransferLineItem", "id": line.id, "totalQuantity": line.asked, "shippedQuantity": line.shipped,
						"inventoryItem": x.carried(line.item),
					}
				}})
			}
			return x.connection("InventoryTransferLineItemConnection", rows, args)
		},
		"shipments": func(args arguments) any {
			if !x.holds("shipments", "read_inventory_shipments") {
				return nil
			}
			var rows []row
			for i, sent := range t.shipments {
				rows = append(rows, row{position(i), func() object { return x.shipmentObject(sent) }})
			}
			return x.connection("InventoryShipmentConnection", rows, args)
		},
	}
}

// snapshot is a location as it was; its link is gone once the location is.
func (x *execution) snapshot(id string) object {
	at := x.locationByID(id)
	return object{"__typename": "LocationSnapshot", "name": at["name"], "location": at}
}

// carried is the item of a line, null once it was removed.
func (x *execution) carried(it *item) object {
	if it.removed {
		return nil
	}
	return x.itemObject(it)
}

func (x *execution) shipmentObject(sent *shipment) object {
	_, accepted, rejected := sent.sums()
	return object{
		"__typename": "InventoryShipment", "id": sent.id, "status": sent.status(), "dateShipped": sent.shipped, "dateReceived": sent.received,
		"totalAcceptedQuantity": accepted, "totalRejectedQuantity": rejected,
		"lineItems": func(args arguments) any {
			var rows []row
			for i, line := range sent.lines {
				rows = append(rows, row{position(i), func() object {
					return object{
						"__typename": "InventoryShipmentLineItem", "id": line.id, "quantity": line.quantity,
						"acceptedQuantity": line.accepted, "rejectedQuantity": line.rejected, "inventoryItem": x.carried(line.item),
					}
				}})
			}
			return x.connection("InventoryShipmentLineItemConnection", rows, args)
		},
	}
}

// holds reports whether the app has a scope that a part of an answer needs.
func (x *execution) holds(field, scope string) bool {
	if slices.Contains(x.shop.scopes, scope) {
		return true
	}
	access := "`" + scope + "` access scope."
	x.fail(problem{
		message: "Access denied for " + field + " field. Required access: " + access,
		code:    "ACCESS_DENIED", path: []any{"inventoryTransfers", "nodes", 0, field}, more: map[string]any{"requiredAccess": access},
	})
	return false
}

// transferNode finds a transfer or a shipment by its id.
func (x *execution) transferNode(id string) object {
	if t := x.shop.transfer(id); t != nil && x.holds("node", "read_inventory_transfers") {
		return x.transferObject(t)
	}
	if _, sent := x.shop.shipment(id); sent != nil && x.holds("node", "read_inventory_shipments") {
		return x.shipmentObject(sent)
	}
	return nil
}
