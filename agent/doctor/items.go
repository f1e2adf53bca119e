package doctor

import (
	"fmt"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// each collects the items of which something is so; says tells it.
func (f *Facts) each(is func(s agent.Situation) bool, says func(s agent.Situation) string) *list {
	l := &list{}
	for _, s := range f.Situations {
		if is(s) {
			l.add(s.Item, "%s: %s", f.called(s.Item), says(s))
		}
	}
	return l
}

// gone finds items that the shop deleted, or made anew under another identity.
func gone(f *Facts) []agent.Finding {
	l := f.each(func(s agent.Situation) bool { return s.Gone }, func(agent.Situation) string { return "the shop does not know it any more" })
	found := l.finding(agent.Warning, "The shop has deleted an item that is in the catalogue here.", "The shop has deleted %d items that are in the catalogue here.",
		"What is counted of it can't be put on the books. If it was made anew, its barcode leads to the old one here.",
		"Read the catalogue from the shop anew, then scan the barcode again.")
	return with(found, "Read the catalogue", "catalog.sync", nil)
}

// untracked finds items of which the shop keeps no number.
func untracked(f *Facts) []agent.Finding {
	l := f.each(func(s agent.Situation) bool { return !s.Gone && !s.Bundle && !s.Book.Tracked }, func(s agent.Situation) string {
		if s.TrackingLocked != "" {
			return "not tracked, and tracking can't be switched on: " + s.TrackingLocked
		}
		return "not tracked"
	})
	return l.finding(agent.Warning, "Of an item the shop keeps no number: its quantity is not tracked.", "Of %d items the shop keeps no number: their quantity is not tracked.",
		"Counting it changes nothing, and it is left out of the upload.", "Switch tracking on in the shop before counting it, or leave it out of the count.")
}

// notStocked finds items that are not active at the location.
func notStocked(f *Facts) []agent.Finding {
	l := f.each(func(s agent.Situation) bool { return !s.Gone && !s.Bundle && s.Book.Tracked && !s.Book.Stocked }, func(s agent.Situation) string {
		text := "not stocked here"
		for _, e := range s.Elsewhere {
			text += fmt.Sprintf("; %d at %s", e.OnHand, e.Name)
		}
		return text
	})
	return l.finding(agent.Warning, "An item is not stocked at this location in the shop.", "%d items are not stocked at this location in the shop.",
		"What is counted of it can't be put on the books here, and the shop does not sell it from here.",
		"Stock it at this location in the shop's admin, or bring it to where it is stocked. Then count it again.")
}

// bundle finds items that are made of others.
func bundle(f *Facts) []agent.Finding {
	l := f.each(func(s agent.Situation) bool { return !s.Gone && s.Bundle }, func(agent.Situation) string { return "made of other items" })
	return l.finding(agent.Warning, "An item is a bundle: it is made of other items.", "%d items are bundles: they are made of other items.",
		"The shop works out its quantity from its parts and takes no other.", "Count the parts.")
}

// negative finds items with less than nothing on the books.
func negative(f *Facts) []agent.Finding {
	l := f.each(func(s agent.Situation) bool { return !s.Gone && s.Book.Tracked && s.Book.Stocked && s.Book.OnHand < 0 },
		func(s agent.Situation) string {
			text := fmt.Sprintf("on hand %d", s.Book.OnHand)
			if s.Oversell {
				text += ", and it goes on being sold below zero"
			}
			return text
		})
	return recount(l.finding(agent.Broken, "The books of an item are below zero.", "The books of %d items are below zero.",
		"The first number was too low, something that came was not booked, or a sale was taken off twice.", "Count it first. What it becomes is on hand less what is committed."), l)
}

// oversold finds items of which more was sold than there is, though the books are not
// below zero.
func oversold(f *Facts) []agent.Finding {
	l := f.each(func(s agent.Situation) bool {
		return !s.Gone && s.Book.Tracked && s.Book.Stocked && s.Book.OnHand >= 0 && s.Book.Available < 0
	}, func(s agent.Situation) string {
		return fmt.Sprintf("on hand %d, in open orders %d, available %d", s.Book.OnHand, s.Book.Committed, s.Book.Available)
	})
	return recount(l.finding(agent.Broken, "Of an item more was sold than there is.", "Of %d items more was sold than there is.",
		"Orders of several channels came faster than the channels were told, or the item is sold below zero.",
		"Count it, and say in open orders what can't be sent. A buffer of safety stock in the shop keeps it from happening again."), l)
}

// oversell finds items that go on being sold below zero.
func oversell(f *Facts) []agent.Finding {
	l := f.each(func(s agent.Situation) bool { return !s.Gone && s.Oversell && s.Book.Tracked }, func(s agent.Situation) string {
		return fmt.Sprintf("available %d, sold on when that is 0", s.Book.Available)
	})
	return l.finding(agent.Warning, "An item goes on being sold when there is none left.", "%d items go on being sold when there are none left.",
		"Its books can fall below zero without anybody noticing.", "Where that is not meant, switch \"continue selling when out of stock\" off in the shop.")
}

// sharedSKU finds items of which others have the SKU.
func sharedSKU(f *Facts) []agent.Finding {
	l := &list{}
	for _, d := range f.Duplicates {
		if d.SKU != "" && d.Barcode == "" {
			for _, m := range d.Items {
				l.add(m.Item, "the SKU %s: %s", d.SKU, f.called(m.Item))
			}
		}
	}
	return l.finding(agent.Warning, "Items share a SKU.", "%d items share their SKU with others.",
		"Programs that know items by their SKU, such as a marketplace, change the wrong one.", "Give each item a SKU of its own in the shop.")
}

// sharedBarcode finds items that a scan can't tell apart.
func sharedBarcode(f *Facts) []agent.Finding {
	l := &list{}
	for _, d := range f.Duplicates {
		if d.Barcode != "" {
			for _, m := range d.Items {
				l.add(m.Item, "the barcode %s: %s", d.Barcode, f.called(m.Item))
			}
		}
	}
	return l.finding(agent.Warning, "Items share a barcode.", "%d items share a barcode with others.",
		"A scan does not tell which it is: whoever scans it is asked each time.", "Correct the barcode of the wrong item in the shop, then read the catalogue again.")
}

// safetyStock tells what is kept back from sale.
func safetyStock(f *Facts) []agent.Finding {
	l := f.each(func(s agent.Situation) bool { return !s.Gone && s.States["safety_stock"] > 0 }, func(s agent.Situation) string {
		return fmt.Sprintf("on hand %d, kept back %d, so channels are told %d", s.Book.OnHand, s.States["safety_stock"], max(0, s.Book.Available))
	})
	return l.finding(agent.Fine, "Of an item some units are kept back from sale.", "Of %d items some units are kept back from sale.",
		"They lie on the shelf and are counted: channels show less than there is.", "")
}

// AtRisk orders items by how much a count of them is at risk: those that the worst
// findings are about come first.
func AtRisk(found []agent.Finding) []agent.ItemID {
	sorted := slices.Clone(found)
	(&Report{Findings: sorted}).sort()
	var items []agent.ItemID
	for _, f := range sorted {
		for _, id := range f.Items {
			if f.Severity != agent.Fine && !slices.Contains(items, id) {
				items = append(items, id)
			}
		}
	}
	return items
}

// recount offers to open a count of exactly the items of a list, where it is short
// enough to be walked.
func recount(found []agent.Finding, l *list) []agent.Finding {
	if len(found) == 0 || len(l.items) > shownItems {
		return found
	}
	return with(found, "Count these items", "count.open", map[string]any{
		"name": "Doctor: to be counted", "type": string(agent.Spot), "scope": map[string]any{"items": l.items},
	})
}
