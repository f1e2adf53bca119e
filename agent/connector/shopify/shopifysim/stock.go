package shopifysim

import (
	"errors"
	"fmt"
	"time"
)

// Item is something the shop sells.
type Item struct {
	SKU, Barcode, Title string
	Barcodes            []string // further ones; a variant can have 20 in all
	Price               string   // such as "19.90"
	Cost                string   // of one unit, such as "12.50"; empty if unknown
	Tracked             bool     // sales change quantities
	Stocked             bool     // at the first location, with OnHand units
	OnHand              int64
	Bundle              bool   // made of other items: its own quantity cannot be changed
	Oversell            bool   // goes on being sold below zero
	Locked              string // why its tracking can\'t be changed; empty where it can
}

// IDs are the ids of an item and of the variant that sells it.
type IDs struct{ Item, Variant string }

// Level is what a location holds of an item.
type Level struct {
	OnHand, Available, Committed int64
	Stocked                      bool
}

// Change is one change of on hand.
type Change struct {
	At           time.Time // by the shop's clock, unrounded
	Location     string
	Delta, After int64
	Who          string // "till", "web", "app" or the name of a person
	What         string // "sale", "fulfilment", "refund", "by hand", "stocked" or a write's reason
	Reference    string // receipt, order name, or a write's document
}

type item struct {
	Item
	ids     IDs
	serial  int64
	removed bool
	updated time.Time         // what the catalogue says of it
	levels  map[string]*level // by location
	history []Change
}

// level holds the states of an item at a location; on_hand is the sum of all
// others but incoming.
type level struct {
	id      string
	created time.Time
	active  bool
	states  map[string]state
}

type state struct {
	units   int64
	changed time.Time
}

// stateNames are the names of the quantities that the API knows.
var stateNames = []string{"available", "committed", "damaged", "incoming", "on_hand", "quality_control", "reserved", "safety_stock"}

// deltas are changes of states other than on_hand, which follows from them.
type deltas map[string]int64

// move changes the states, stamps those that changed, and returns them with
// on_hand among them.
func (l *level) move(at time.Time, by deltas) deltas {
	moved := deltas{}
	for name, units := range by {
		moved[name] += units
		if name != "incoming" {
			moved["on_hand"] += units
		}
	}
	for name, units := range moved {
		if units == 0 {
			delete(moved, name)
			continue
		}
		l.states[name] = state{l.states[name].units + units, at}
	}
	return moved
}

type cause struct{ who, what, reference string }

// move changes an item's level and writes its history.
func (s *Shop) move(it *item, location string, by deltas, why cause) deltas {
	l := it.levels[location]
	moved := l.move(s.tick(), by)
	if held := l.states["on_hand"]; s.options.LooseStamps && moved["available"] != 0 {
		l.states["on_hand"] = state{held.units, s.tick()}
	}
	s.note(it, location, moved, why)
	if units := moved["on_hand"]; units != 0 {
		it.history = append(it.history, Change{
			At: s.options.Now(), Location: location, Delta: units, After: l.states["on_hand"].units,
			Who: why.who, What: why.what, Reference: why.reference,
		})
	}
	return moved
}

// level returns an item's level at a location, making an inactive one where
// there is none.
func (s *Shop) level(it *item, location string) *level {
	if it.levels[location] == nil {
		s.serial++
		id := fmt.Sprintf("gid://shopify/InventoryLevel/%d?inventory_item_id=%d", s.serial, it.serial)
		it.levels[location] = &level{id: id, created: s.tick(), states: map[string]state{}}
	}
	return it.levels[location]
}

// AddItem puts an item into the catalogue and, if stocked, on the shelf.
func (s *Shop) AddItem(add Item) IDs {
	s.mu.Lock()
	defer s.mu.Unlock()
	it := &item{Item: add, levels: map[string]*level{}, updated: s.options.Now()}
	it.ids = IDs{Item: s.newID("InventoryItem"), Variant: s.newID("ProductVariant")}
	it.serial = s.serial - 1
	s.items = append(s.items, it)
	s.byItem[it.ids.Item], s.byVariant[it.ids.Variant] = it, it
	if add.Stocked {
		s.stock(it, s.locations[0].id, add.OnHand)
	}
	return it.ids
}

func (s *Shop) stock(it *item, location string, units int64) {
	s.level(it, location).active = true
	s.move(it, location, deltas{"available": units}, cause{"admin", "stocked", ""})
}

// Stock makes an item available at a location and adds units to what lies there.
func (s *Shop) Stock(itemID, locationID string, units int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	it, at, err := s.find(itemID, locationID)
	if err != nil {
		return err
	}
	s.stock(it, at.id, units)
	return nil
}

// Unstock makes an item's level at a location inactive; its quantities stay.
func (s *Shop) Unstock(itemID, locationID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	it, at, err := s.find(itemID, locationID)
	if err != nil {
		return err
	}
	s.level(it, at.id).active = false
	return nil
}

// Track turns the tracking of an item's quantities on or off.
func (s *Shop) Track(itemID string, on bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	it, _, err := s.find(itemID, "")
	if err != nil {
		return err
	}
	it.Tracked = on
	return nil
}

// Remove deletes an item from the catalogue. Its history stays readable.
func (s *Shop) Remove(itemID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	it, _, err := s.find(itemID, "")
	if err != nil {
		return err
	}
	it.removed = true
	return nil
}

// SetByHand is a person typing a new on hand for the first location in the
// admin.
func (s *Shop) SetByHand(itemID string, onHand int64, staff string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	it, at, err := s.find(itemID, "")
	if err != nil {
		return err
	}
	l := it.levels[at.id]
	if l == nil || !l.active {
		return errors.New("the item is not stocked at the first location")
	}
	s.move(it, at.id, deltas{"available": onHand - l.states["on_hand"].units}, cause{staff, "by hand", ""})
	return nil
}

// OnHand returns an item's on hand at the first location, 0 if there is none.
func (s *Shop) OnHand(itemID string) int64 {
	l, _ := s.LevelOf(itemID, "")
	return l.OnHand
}

// LevelOf returns what a location holds of an item; an empty location is the
// first one.
func (s *Shop) LevelOf(itemID, locationID string) (Level, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	it, at, err := s.find(itemID, locationID)
	if err != nil {
		return Level{}, err
	}
	l := it.levels[at.id]
	if l == nil {
		return Level{}, nil
	}
	return Level{
		OnHand: l.states["on_hand"].units, Available: l.states["available"].units,
		Committed: l.states["committed"].units, Stocked: l.active,
	}, nil
}

// History returns every change of an item's on hand at every location, oldest
// first.
func (s *Shop) History(itemID string) []Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	it := s.byItem[itemID]
	if it == nil {
		return nil
	}
	return append([]Change(nil), it.history...)
}

func (s *Shop) find(itemID, locationID string) (*item, *location, error) {
	it, at := s.byItem[itemID], s.location(locationID)
	if it == nil || it.removed {
		return nil, nil, fmt.Errorf("the shop has no item %q", itemID)
	}
	if at == nil {
		return nil, nil, fmt.Errorf("the shop has no location %q", locationID)
	}
	return it, at, nil
}
