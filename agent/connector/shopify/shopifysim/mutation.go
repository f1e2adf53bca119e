package shopifysim

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// group is the receipt of a write.
type group struct {
	id, reason string
	reference  any // a string or nil
	created    time.Time
	changes    []groupChange
}

type groupChange struct {
	name     string
	delta    int64
	item     *item
	location string
}

// plannedMove is one line of a mutation that was found to be in order.
type plannedMove struct {
	item     *item
	location string
	by       deltas
}

// mutate carries out one mutation, or answers from what its key is remembered
// for.
func (x *execution) mutate(field *ast.Field) any {
	before := x.objects
	defer func() { x.objects = before + 10 }() // a mutation's price has no parts
	s := x.shop
	input, _ := field.ArgumentMap(x.variables)["input"].(map[string]any)
	if len(lines(input)) > pageLimit {
		x.tooMany("the number of lines")
		return nil
	}
	key := idempotencyKey(field, x.variables)
	result := s.claim(key, fingerprint(field.Name, input))
	if result == nil {
		s.counters.Running++
		s.unlocked(func() { wait(x.ctx, x.fault.Effect.delay) })
		var failed bool
		result, failed = x.write(field.Name, input)
		s.settle(key, result, failed)
		s.counters.Running--
	}
	return x.project(field.SelectionSet, result)
}

// write checks every line before it changes anything: one user error fails the
// call.
func (x *execution) write(mutation string, input map[string]any) (result object, failed bool) {
	check := checker{shop: x.shop, input: input}
	var plan []plannedMove
	if mutation == "inventorySetQuantities" {
		plan = check.set()
	} else {
		plan = check.adjust()
	}
	if planted := x.fault.Effect.userError; planted != nil {
		check.refuse(planted.code, "The simulated shop was told to refuse this line.", check.list, strconv.Itoa(planted.line))
	}
	if len(check.errors) > 0 {
		x.shop.counters.Rejected++
		return payload(nil, check.errors...), true
	}
	x.shop.counters.Applied++
	return payload(x.groupObject(x.shop.apply(input, plan))), false
}

// apply makes the planned moves and writes their receipt, which is nil where
// nothing changed.
func (s *Shop) apply(input map[string]any, plan []plannedMove) *group {
	reason, _ := input["reason"].(string)
	reference, _ := input["referenceDocumentUri"].(string)
	made := &group{id: s.newID("InventoryAdjustmentGroup"), reason: reason, reference: orNull(reference), created: s.tick()}
	s.within = s.serial
	defer func() { s.within = 0 }()
	for _, planned := range plan {
		s.level(planned.item, planned.location)
		moved := s.move(planned.item, planned.location, planned.by, cause{"app", reason, reference})
		for _, name := range stateNames {
			if units := moved[name]; units != 0 {
				made.changes = append(made.changes, groupChange{name, units, planned.item, planned.location})
			}
		}
	}
	if len(made.changes) == 0 {
		return nil
	}
	s.groups[made.id] = made
	return made
}

func (x *execution) groupObject(g *group) object {
	if g == nil {
		return nil
	}
	changes := []object{}
	for _, c := range g.changes {
		changes = append(changes, object{
			"__typename": "InventoryChange", "name": c.name, "delta": c.delta,
			"item": x.itemObject(c.item), "location": x.locationByID(c.location),
		})
	}
	return object{
		"__typename": "InventoryAdjustmentGroup", "id": g.id, "createdAt": g.created,
		"reason": g.reason, "referenceDocumentUri": g.reference, "changes": changes,
	}
}

// checker finds what is wrong with the input of a mutation.
type checker struct {
	shop   *Shop
	input  map[string]any
	list   string // the name of the list of lines
	errors []userError
}

func (c *checker) refuse(code, message string, path ...string) {
	c.errors = append(c.errors, userError{code: code, message: message, field: append([]string{"input"}, path...)})
}

func (c *checker) text(name string) string {
	text, _ := c.input[name].(string)
	return text
}

// set checks an inventorySetQuantities.
func (c *checker) set() []plannedMove {
	c.list = "quantities"
	name := c.text("name")
	if name != "on_hand" && name != "available" {
		c.refuse("INVALID_NAME", "The quantity name must be either 'available' or 'on_hand'.", "name")
		return nil
	}
	c.document()
	seen := map[[2]string]bool{}
	var plan []plannedMove
	for i, line := range lines(c.input) {
		it, at := c.place(i, line)
		if it == nil {
			continue
		}
		if pair := [2]string{it.ids.Item, at.id}; seen[pair] {
			c.refuse("NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", "The item and the location must be unique in a call.", c.list, strconv.Itoa(i), "locationId")
			continue
		} else {
			seen[pair] = true
		}
		target := int64(size(line["quantity"]))
		c.limit(i, "quantity", target, 0, 1_000_000_000)
		held := c.compare(i, line, it, at, name)
		plan = append(plan, plannedMove{it, at.id, deltas{"available": target - held}})
	}
	return plan
}

// adjust checks an inventoryAdjustQuantities.
func (c *checker) adjust() []plannedMove {
	c.list = "changes"
	name := c.text("name")
	if !slices.Contains(stateNames, name) || name == "on_hand" || name == "committed" {
		c.refuse("INVALID_QUANTITY_NAME", "The specified quantity name is invalid for an adjustment.", "name")
		return nil
	}
	c.document()
	ledgers := map[string]bool{}
	var plan []plannedMove
	for i, line := range lines(c.input) {
		it, at := c.place(i, line)
		if it == nil {
			continue
		}
		c.ledger(i, name, line["ledgerDocumentUri"], ledgers)
		units := int64(size(line["delta"]))
		c.limit(i, "delta", units, -2_000_000_000, 2_000_000_000)
		c.compare(i, line, it, at, name)
		plan = append(plan, plannedMove{it, at.id, deltas{name: units}})
	}
	return plan
}

// place finds the item and the location of a line.
func (c *checker) place(i int, line map[string]any) (*item, *location) {
	itemID, _ := line["inventoryItemId"].(string)
	locationID, _ := line["locationId"].(string)
	it, at := c.shop.byItem[itemID], c.shop.location(locationID)
	switch {
	case it == nil || it.removed:
		c.refuse("INVALID_INVENTORY_ITEM", "The specified inventory item could not be found.", c.list, strconv.Itoa(i), "inventoryItemId")
	case at == nil || locationID == "" || !at.active:
		c.refuse("INVALID_LOCATION", "The specified location could not be found.", c.list, strconv.Itoa(i), "locationId")
	case it.Bundle:
		c.refuse("NON_MUTABLE_INVENTORY_ITEM", "The quantity of a bundle follows from its components.", c.list, strconv.Itoa(i), "inventoryItemId")
	default:
		return it, at
	}
	return nil, nil
}

// compare checks changeFromQuantity and returns the quantity that is held. An
// item that is not stocked counts as holding nothing and is not compared: since
// 2026-10 nothing else stops such a write.
func (c *checker) compare(i int, line map[string]any, it *item, at *location, name string) int64 {
	l := it.levels[at.id]
	if l == nil || !l.active {
		return 0
	}
	held := l.states[name].units
	if from := line["changeFromQuantity"]; from != nil && int64(size(from)) != held {
		c.refuse("CHANGE_FROM_QUANTITY_STALE", fmt.Sprintf("The quantity is %d and not %d.", held, size(from)), c.list, strconv.Itoa(i), "changeFromQuantity")
	}
	return held
}

func (c *checker) limit(i int, field string, units, low, high int64) {
	code := ""
	switch {
	case units > high:
		code = "INVALID_QUANTITY_TOO_HIGH"
	case units < -1_000_000_000 && units < low:
		code = "INVALID_QUANTITY_TOO_LOW"
	case units < low:
		code = "INVALID_QUANTITY_NEGATIVE"
	default:
		return
	}
	c.refuse(code, fmt.Sprintf("The quantity must be between %d and %d.", low, high), c.list, strconv.Itoa(i), field)
}
