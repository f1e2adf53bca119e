package doctor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// ours reports whether this agent made a change.
func (f *Facts) ours(c agent.BookChange) bool {
	return c.Group != "" && f.Own[c.Group] || f.Unanswered[c.Reference]
}

// ofAgent is how a counting agent's changes can be known.
const ofAgent = "gid://stockhand/"

func (f *Facts) foreign(c agent.BookChange) bool {
	return strings.HasPrefix(c.Reference, ofAgent) && !f.ours(c)
}

func ofOrder(c agent.BookChange) bool {
	return strings.Contains(c.Reference, "/Order/") || strings.Contains(c.Reference, "/Refund/") || strings.Contains(c.Reference, "/Fulfillment")
}

func ofTransfer(c agent.BookChange) bool {
	return strings.Contains(c.Reference, "/InventoryTransfer/") || strings.Contains(c.Reference, "/InventoryShipment/")
}

// writer is who made a change, in words.
func (f *Facts) writer(c agent.BookChange) string {
	switch {
	case f.ours(c):
		return "this agent"
	case f.foreign(c):
		return "another counting agent"
	case c.Staff != "":
		return c.Staff
	case c.App != "":
		return "the app " + c.App
	}
	return "somebody"
}

// onHand returns the changes of on hand by item, oldest first. Where the shop tells
// only of the parts, it is their sum in one request.
func (f *Facts) onHand() map[agent.ItemID][]agent.BookChange {
	whole, parts := map[agent.ItemID][]agent.BookChange{}, map[agent.ItemID][]agent.BookChange{}
	for _, c := range f.History {
		switch c.State {
		case "on_hand":
			whole[c.Item] = append(whole[c.Item], c)
		case "incoming":
		default:
			all := parts[c.Item]
			if n := len(all); n > 0 && c.Group != "" && all[n-1].Group == c.Group {
				all[n-1].Delta += c.Delta
				continue
			}
			parts[c.Item] = append(all, c)
		}
	}
	for item, some := range parts {
		if len(whole[item]) == 0 {
			whole[item] = slices.DeleteFunc(some, func(c agent.BookChange) bool { return c.Delta == 0 })
		}
	}
	return whole
}

// items returns the keys of a map in order.
func items[V any](of map[agent.ItemID]V) []agent.ItemID {
	var ids []agent.ItemID
	for id := range of {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (f *Facts) tell(c agent.BookChange) string {
	text := fmt.Sprintf("%s %+d by %s", at(c.At), c.Delta, f.writer(c))
	if c.Reason != "" {
		text += ", " + c.Reason
	}
	if c.Reference != "" {
		text += ", for " + c.Reference
	}
	return text
}

// otherAgent finds the changes of a counting agent that is not this one.
func otherAgent(f *Facts) []agent.Finding {
	l := &list{}
	for _, c := range f.History {
		if f.foreign(c) {
			l.add(c.Item, "%s: %s", f.called(c.Item), f.tell(c))
		}
	}
	return l.finding(agent.Broken, "Another counting agent changes the books of this location: those of an item.", "Another counting agent changes the books of this location: those of %d items.",
		"Each takes the other's corrections for mistakes.", "Let one agent count this location. Stop the other one, or set another location there.")
}

// pingPong finds two writers that undo each other's changes.
func pingPong(f *Facts) []agent.Finding {
	l := &list{}
	all := f.onHand()
	for _, item := range items(all) {
		rows := slices.DeleteFunc(slices.Clone(all[item]), func(c agent.BookChange) bool { return ofOrder(c) || ofTransfer(c) })
		for i := 0; i+2 < len(rows); i++ {
			a, b, c := rows[i], rows[i+1], rows[i+2]
			if a.Delta == -b.Delta && b.Delta == -c.Delta && f.writer(a) == f.writer(c) && f.writer(a) != f.writer(b) {
				l.add(item, "%s: %s; %s; %s", f.called(item), f.tell(a), f.tell(b), f.tell(c))
				break
			}
		}
	}
	return l.finding(agent.Broken, "Two writers undo each other's changes of an item.", "Two writers undo each other's changes of %d items.",
		"Each of them takes itself for the source of truth: the number will not stay.", "Decide which of the two owns the stock, and let the other one only read it.")
}

// putBack finds that the books went back to what they were before our own correction.
func putBack(f *Facts) []agent.Finding {
	l := &list{}
	all := f.onHand()
	for _, d := range f.Deliveries {
		by := d.Target - d.Observed
		if d.State != agent.Delivered || by == 0 || d.Adjustment.Location != f.Location {
			continue
		}
		item := d.Adjustment.Item
		rows := all[item]
		if i := slices.IndexFunc(rows, func(c agent.BookChange) bool { return f.ours(c) && c.Delta == by }); i >= 0 {
			back := slices.IndexFunc(rows[i+1:], func(c agent.BookChange) bool {
				return c.Delta == -by && !f.ours(c) && !ofOrder(c) && !ofTransfer(c)
			})
			if back >= 0 {
				l.add(item, "%s: we set %d to %d; %s", f.called(item), d.Observed, d.Target, f.tell(rows[i+1+back]))
			}
			continue
		}
		for _, m := range f.Movements[item] {
			if m.Kind.OfNumber() && m.Quantity == -by && m.Occurred.At.After(d.Changed) {
				l.add(item, "%s: we set %d to %d, and at %s something changed it by %+d", f.called(item), d.Observed, d.Target, at(m.Occurred.At), m.Quantity)
				break
			}
		}
	}
	return l.finding(agent.Broken, "What was counted was taken back in the shop: an item has its old number again.", "What was counted was taken back in the shop: %d items have their old number again.",
		"Another system keeps a number of its own and writes it over what was counted.",
		"Correct the number in that system, or let it read from the shop. Until then counting these items does not last.")
}

// duplicateDeduction finds that one order took units off twice. An order takes what it
// sells off what is available once; sending it moves nothing there.
func duplicateDeduction(f *Facts) []agent.Finding {
	type sale struct {
		item  agent.ItemID
		order string
	}
	first := map[sale]agent.BookChange{}
	l := &list{}
	for _, c := range f.History {
		if c.State != "available" || c.Delta >= 0 || !strings.Contains(c.Reference, "/Order/") {
			continue
		}
		key := sale{c.Item, c.Reference}
		before, again := first[key]
		if !again {
			first[key] = c
			continue
		}
		if before.Delta == c.Delta && before.Group != c.Group {
			l.add(c.Item, "%s: order %s took off %d at %s by %s, and %d at %s by %s", f.called(c.Item), c.Reference,
				-before.Delta, at(before.At), f.writer(before), -c.Delta, at(c.At), f.writer(c))
		}
	}
	return recount(l.finding(agent.Broken, "An order took units of an item off the books twice.", "Orders took units of %d items off the books twice.",
		"Two systems book the same sale, or one booked it again after an error.", "Find out which of the two should not, and switch that off. Then count the items."), l)
}

// setToZero finds that a program set the books of an item to nothing.
func setToZero(f *Facts) []agent.Finding {
	l := &list{}
	all := f.onHand()
	for _, item := range items(all) {
		for _, c := range f.jumps(item, all[item]) {
			if c.after == 0 && c.Delta < -1 {
				l.add(item, "%s: %s, from %d to 0", f.called(item), f.tell(c.BookChange), -c.Delta)
			}
		}
	}
	return recount(l.finding(agent.Broken, "An item was set to zero without an order.", "%d items were set to zero without an order.",
		"An app that lost its own numbers, or an import with empty cells, does that.", "Ask who made the change that is named. If it was not meant, count the items."), l)
}

// jump is a change that no order made, with what on hand was after it.
type jump struct {
	agent.BookChange
	after int64
}

// jumps returns the changes that no order, no transfer and no count of ours made.
func (f *Facts) jumps(item agent.ItemID, rows []agent.BookChange) []jump {
	s, known := f.situation(item)
	if !known || !s.Book.Stocked {
		return nil
	}
	var all []jump
	after := s.Book.OnHand
	for i := len(rows) - 1; i >= 0; i-- {
		if c := rows[i]; !ofOrder(c) && !ofTransfer(c) && !f.ours(c) && !f.foreign(c) {
			all = append(all, jump{c, after})
		}
		after -= rows[i].Delta
	}
	slices.Reverse(all)
	return all
}

// large is how many units a change must have, and unusual how many times the usual
// change, to be worth a word.
const (
	large   = 10
	unusual = 5
)

// unexplained finds large changes that no order made and nobody signed.
func unexplained(f *Facts) []agent.Finding {
	l := &list{}
	all := f.onHand()
	for _, item := range items(all) {
		usual := usualSize(all[item])
		for _, c := range f.jumps(item, all[item]) {
			if size := max(c.Delta, -c.Delta); c.Staff == "" && c.after != 0 && size >= large && size >= unusual*usual {
				l.add(item, "%s: %s, to %d; usual is %d", f.called(item), f.tell(c.BookChange), c.after, usual)
			}
		}
	}
	if len(f.History) == 0 {
		for _, item := range items(f.Movements) {
			for _, m := range f.Movements[item] {
				if m.Kind == agent.Unexplained && max(m.Quantity, -m.Quantity) >= large {
					l.add(item, "%s: the books changed by %+d up to %s, and nothing says why", f.called(item), m.Quantity, at(m.Occurred.At))
				}
			}
		}
	}
	return l.finding(agent.Warning, "The books of an item changed by much, and no order says why.", "The books of %d items changed by much, and no order says why.",
		"A program or an import changed them.", "Ask who runs the program that is named. The item's history in the shop shows the change.")
}

// usualSize is the median of what orders moved at once, at least 1.
func usualSize(rows []agent.BookChange) int64 {
	var sizes []int64
	for _, c := range rows {
		if ofOrder(c) {
			sizes = append(sizes, max(c.Delta, -c.Delta))
		}
	}
	if len(sizes) == 0 {
		return 1
	}
	slices.Sort(sizes)
	return max(1, sizes[len(sizes)/2])
}

// override finds that somebody typed a number after an item was counted.
func override(f *Facts) []agent.Finding {
	counted := map[agent.ItemID]time.Time{}
	for _, v := range f.Variances {
		if !v.Left && !v.CutOff.At.IsZero() && v.CutOff.At.After(counted[v.Item]) {
			counted[v.Item] = v.CutOff.At
		}
	}
	l := &list{}
	for _, c := range f.History {
		when, was := counted[c.Item]
		if was && c.State == "on_hand" && c.Staff != "" && c.At.After(when) && !ofOrder(c) && !ofTransfer(c) && !f.ours(c) && !f.foreign(c) {
			l.add(c.Item, "%s: counted at %s; %s", f.called(c.Item), at(when), f.tell(c))
		}
	}
	return l.finding(agent.Warning, "Somebody changed an item by hand in the shop after it was counted.", "Somebody changed %d items by hand in the shop after they were counted.",
		"Both numbers may mean the same correction. The difference is reckoned with the new number.", "Ask whoever is named, then decide in the review.")
}

// conflicts finds adjustments that wait for a person because the shop's number changed.
func conflicts(f *Facts) []agent.Finding {
	l := &list{}
	for _, d := range f.Deliveries {
		if d.State == agent.Conflict || d.State == agent.InDoubt || d.State == agent.Rejected {
			l.add(d.Adjustment.Item, "%s: %+d was approved, %s", f.called(d.Adjustment.Item), d.Adjustment.Variance, cmp.Or(map[agent.DeliveryState]string{
				agent.Conflict: "and the shop's number was changed meanwhile",
				agent.InDoubt:  "and nobody knows whether it arrived",
				agent.Rejected: "and the shop refuses it",
			}[d.State], string(d.State)))
		}
	}
	return l.finding(agent.Warning, "An adjustment waits for a decision.", "Adjustments of %d items wait for a decision.",
		"Nothing is sent of them before that.", "Decide on the upload's page: count again, use the count, or keep the shop's number.")
}
