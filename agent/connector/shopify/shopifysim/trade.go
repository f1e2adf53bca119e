package shopifysim

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Line is a number of units of an item.
type Line struct {
	Item     string
	Quantity int64
}

// Sale is a sale at a till of the shop.
type Sale struct {
	Receipt  string
	Location string // the first location if empty
	Lines    []Line
	// Occurred is when it was paid for; now if zero. A till that was offline
	// reports it later.
	Occurred time.Time
}

type order struct {
	id, name             string
	serial               int64
	created, processed   time.Time
	cancelled            time.Time
	updates              []time.Time
	source, sourceID     string
	location             string
	retail               bool
	lines                []*orderLine
	fulfilments, refunds []*parcel
}

type orderLine struct {
	item                          *item
	quantity, fulfilled, returned int64
	committed                     bool
}

// parcel is what a fulfilment takes or a refund brings back.
type parcel struct {
	id        string
	created   time.Time
	cancelled time.Time // of a fulfilment
	restock   string    // of a refund
	lines     []parcelLine
}

// What becomes of refunded goods.
const (
	returned  = "RETURN"     // they had left and are back on hand
	notSent   = "CANCEL"     // they had not left: what was committed is available again
	notReturn = "NO_RESTOCK" // they do not come back
)

type parcelLine struct {
	id       string
	sold     *orderLine
	quantity int64
	left     bool // the fulfilment took it off on hand
}

// SellPOS records a sale at the till: the goods leave on hand at once. It returns
// the order's id.
func (s *Shop) SellPOS(sale Sale) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.newOrder(sale.Location, sale.Lines)
	if err != nil {
		return "", err
	}
	o.source, o.sourceID, o.retail = "pos", sale.Receipt, true
	if !sale.Occurred.IsZero() {
		o.processed = sale.Occurred
	}
	s.ship(o, o.all(), func(sold *orderLine, units int64) bool {
		return s.trade(o, sold, deltas{"available": -units}, cause{"till", "sale", cmp.Or(sale.Receipt, o.name)})
	})
	s.orders = append(s.orders, o)
	return o.id, nil
}

// PlaceOrder records an order of the web shop: the goods are committed and stay
// on hand until they are fulfilled. An empty location is the first one. It
// returns the order's id.
func (s *Shop) PlaceOrder(locationID string, lines ...Line) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.newOrder(locationID, lines)
	if err != nil {
		return "", err
	}
	o.source = "web"
	for _, sold := range o.lines {
		sold.committed = s.trade(o, sold, deltas{"available": -sold.quantity, "committed": sold.quantity}, cause{"web", "order", o.name})
	}
	s.orders = append(s.orders, o)
	return o.id, nil
}

// Fulfil sends goods of a web order: they leave on hand. Without lines it sends
// what is still open. It returns the fulfilment's id.
func (s *Shop) Fulfil(orderID string, lines ...Line) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, parcels, err := s.pick(orderID, lines, func(sold *orderLine) int64 { return sold.quantity - sold.fulfilled })
	if err != nil {
		return "", fmt.Errorf("fulfil: %w", err)
	}
	return s.ship(o, parcels, func(sold *orderLine, units int64) bool {
		if sold.committed {
			s.move(sold.item, o.location, deltas{"committed": -units}, cause{"web", "fulfilment", o.name})
		}
		return sold.committed
	}), nil
}

// Refund takes goods of a fulfilled line back; with restock they return to on
// hand. Without lines it takes back all that was fulfilled. It returns the
// refund's id.
func (s *Shop) Refund(orderID string, restock bool, lines ...Line) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, parcels, err := s.pick(orderID, lines, func(sold *orderLine) int64 { return sold.fulfilled - sold.returned })
	if err != nil {
		return "", fmt.Errorf("refund: %w", err)
	}
	back := &parcel{id: s.newID("Refund"), created: s.touch(o), restock: notReturn}
	if restock {
		back.restock = returned
	}
	for _, line := range parcels {
		line.id = s.newID("RefundLineItem")
		line.sold.returned += line.quantity
		back.lines = append(back.lines, line)
		if restock {
			s.trade(o, line.sold, deltas{"available": line.quantity}, cause{o.source, "refund", o.name})
		}
	}
	o.refunds = append(o.refunds, back)
	return back.id, nil
}

// CancelFulfilment calls a fulfilment off: its goods are on hand again, committed
// to the order, which can be fulfilled anew.
func (s *Shop) CancelFulfilment(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, sent := s.fulfilment(id)
	if sent == nil || !sent.cancelled.IsZero() {
		return fmt.Errorf("the shop has no fulfilment %q that can be cancelled", id)
	}
	for _, line := range sent.lines {
		if line.sold.fulfilled-line.quantity < line.sold.returned {
			return fmt.Errorf("goods of the fulfilment %q were refunded", id)
		}
	}
	sent.cancelled = s.touch(o)
	for _, line := range sent.lines {
		line.sold.fulfilled -= line.quantity
		if line.left {
			line.sold.committed = s.trade(o, line.sold, deltas{"committed": line.quantity}, cause{o.source, "fulfilment cancelled", o.name})
		}
	}
	return nil
}

// CancelOrder calls off what was not fulfilled of an order of the web shop: what
// was committed is available again, and on hand stays.
func (s *Shop) CancelOrder(orderID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, parcels, err := s.pick(orderID, nil, func(sold *orderLine) int64 { return sold.quantity - sold.fulfilled })
	if err != nil {
		return fmt.Errorf("cancel: %w", err)
	}
	o.cancelled = s.touch(o)
	back := &parcel{id: s.newID("Refund"), created: o.cancelled, restock: notSent}
	for _, line := range parcels {
		line.id = s.newID("RefundLineItem")
		line.sold.quantity -= line.quantity
		back.lines = append(back.lines, line)
		if line.sold.committed {
			s.move(line.sold.item, o.location, deltas{"committed": -line.quantity, "available": line.quantity}, cause{o.source, "order cancelled", o.name})
		}
	}
	o.refunds = append(o.refunds, back)
	return nil
}

func (s *Shop) newOrder(locationID string, lines []Line) (*order, error) {
	at := s.location(locationID)
	if at == nil || len(lines) == 0 {
		return nil, errors.New("an order needs a location of the shop and at least one line")
	}
	o := &order{location: at.id}
	for _, line := range lines {
		it := s.byItem[line.Item]
		if it == nil || it.removed || line.Quantity <= 0 {
			return nil, fmt.Errorf("the line of %d x %q needs an item of the shop and a positive quantity", line.Quantity, line.Item)
		}
		o.lines = append(o.lines, &orderLine{item: it, quantity: line.Quantity})
	}
	o.id = s.newID("Order")
	o.serial = s.serial
	o.name = fmt.Sprintf("#%d", s.serial)
	o.created = s.touch(o)
	o.processed = o.created
	return o, nil
}

// touch notes that the order was updated now.
func (s *Shop) touch(o *order) time.Time {
	now := s.tick()
	o.updates = append(o.updates, now)
	return now
}

// ship adds a fulfilment and has its lines leave.
func (s *Shop) ship(o *order, lines []parcelLine, leave func(*orderLine, int64) bool) string {
	sent := &parcel{id: s.newID("Fulfillment"), created: s.touch(o)}
	for _, line := range lines {
		line.id = s.newID("FulfillmentLineItem")
		line.sold.fulfilled += line.quantity
		line.left = leave(line.sold, line.quantity)
		sent.lines = append(sent.lines, line)
	}
	o.fulfilments = append(o.fulfilments, sent)
	return sent.id
}

// trade moves an order line's goods, if the item is tracked and stocked where
// the order is served, and says whether it did.
func (s *Shop) trade(o *order, sold *orderLine, by deltas, why cause) bool {
	l := sold.item.levels[o.location]
	if !sold.item.Tracked || l == nil || !l.active {
		return false
	}
	s.move(sold.item, o.location, by, why)
	return true
}

func (o *order) all() []parcelLine {
	var lines []parcelLine
	for _, sold := range o.lines {
		lines = append(lines, parcelLine{sold: sold, quantity: sold.quantity})
	}
	return lines
}

// pick finds the asked lines in an order; open says how many units of a line can
// still be taken. Without asked lines it takes all that is open.
func (s *Shop) pick(orderID string, asked []Line, open func(*orderLine) int64) (*order, []parcelLine, error) {
	o := s.order(orderID)
	if o == nil {
		return nil, nil, fmt.Errorf("the shop has no order %q", orderID)
	}
	var lines []parcelLine
	if len(asked) == 0 {
		for _, sold := range o.lines {
			if units := open(sold); units > 0 {
				lines = append(lines, parcelLine{sold: sold, quantity: units})
			}
		}
	}
	taken := map[*orderLine]int64{}
	for _, want := range asked {
		sold := o.line(want.Item)
		if sold == nil || want.Quantity <= 0 || want.Quantity > open(sold)-taken[sold] {
			return nil, nil, fmt.Errorf("%s does not have %d units of %q left for this", o.name, want.Quantity, want.Item)
		}
		taken[sold] += want.Quantity
		lines = append(lines, parcelLine{sold: sold, quantity: want.Quantity})
	}
	if len(lines) == 0 {
		return nil, nil, fmt.Errorf("%s has nothing left for this", o.name)
	}
	return o, lines, nil
}

func (s *Shop) order(id string) *order {
	for _, o := range s.orders {
		if o.id == id {
			return o
		}
	}
	return nil
}

// fulfilment finds a fulfilment and its order; nil where there is none.
func (s *Shop) fulfilment(id string) (*order, *parcel) {
	for _, o := range s.orders {
		for _, sent := range o.fulfilments {
			if sent.id == id {
				return o, sent
			}
		}
	}
	return nil, nil
}

func (o *order) line(itemID string) *orderLine {
	for _, sold := range o.lines {
		if sold.item.ids.Item == itemID {
			return sold
		}
	}
	return nil
}
