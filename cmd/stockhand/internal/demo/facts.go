package demo

// shownDifferences is how many differing articles the page lists at most.
const shownDifferences = 20

// shownTyped is how many quantities that were typed over the page lists.
const shownTyped = atOnce

// differing lists the goods of which the shop's stock is not what lies on the
// shelves. With carried, what customers carry just now is taken for theirs only
// when it is paid.
func (w *world) differing(carried bool) []Differing {
	list := []Differing{}
	for i, shelves := range w.shelves.Totals(carried) {
		if shop := w.shop.OnHand(w.till.ids[i]); shop != shelves {
			list = append(list, Differing{SKU: w.goods[i].SKU, Name: w.goods[i].Name, Shop: shop, Shelves: shelves, good: i})
		}
	}
	return list
}

// state is what the page shows of the simulation.
func (w *world) state() State {
	differing := w.differing(true)
	typed := w.trouble.typedOver()
	moved, _ := w.customers.Moved()
	counters := w.shop.Counters()
	facts := map[string]any{
		"items":       len(w.goods),
		"equal":       len(w.goods) - len(differing),
		"differences": differing[:min(len(differing), shownDifferences)],
		"more":        max(0, len(differing)-shownDifferences),
		"movements":   moved,
		"typed_over":  len(typed),
		"typed":       typed[:min(len(typed), shownTyped)],
		"throttled":   counters.Throttled,
		"requests":    total(counters.Requests),
	}
	return State{Title: simulationTitle, Switches: w.trouble.switches(), Facts: facts}
}

func total(by map[string]int) (n int) {
	for _, requests := range by {
		n += requests
	}
	return n
}
