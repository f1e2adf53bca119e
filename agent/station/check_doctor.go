package station

import (
	"context"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// Doctor looks closely at items before they are counted, the first of them at least,
// and asks the shop for that. A failure is a finding.
type Doctor func(ctx context.Context, items []agent.ItemID) []agent.Finding

// told are the doctor's names of what a check tells by itself.
var told = map[string]Trouble{"untracked": Untracked, "not-stocked": NotStocked, "negative": Negative, "shared-barcode": OneBarcode}

// examine adds to what is known here of the items of a count what the shop says of them.
func (s *Station) examine(ctx context.Context, checked *CheckedCount, items []agent.Item) {
	if s.opts.Doctor == nil || len(items) == 0 || checked.Problem != nil {
		return
	}
	var asked []agent.ItemID
	seen := map[agent.ItemID]bool{}
	add := func(id agent.ItemID) {
		if !seen[id] {
			seen[id] = true
			asked = append(asked, id)
		}
	}
	for _, t := range checked.Troubles {
		for _, item := range t.Items {
			add(item.Item)
		}
	}
	for _, item := range items {
		add(item.ID)
	}
	found := s.opts.Doctor(ctx, asked)
	checked.AtRisk = atRisk(found, items)
	checked.Findings = slices.DeleteFunc(found, func(f agent.Finding) bool {
		return slices.ContainsFunc(checked.Troubles, func(t TroubledList) bool { return t.Trouble == told[f.Code] })
	})
}

// atRisk names the items of findings, those of the worst first.
func atRisk(found []agent.Finding, items []agent.Item) []FoundItem {
	var list []FoundItem
	for _, severity := range []agent.Severity{agent.Broken, agent.Warning} {
		for _, f := range found {
			if f.Severity != severity {
				continue
			}
			for _, id := range f.Items {
				i := slices.IndexFunc(items, func(item agent.Item) bool { return item.ID == id })
				if i >= 0 && !slices.ContainsFunc(list, func(known FoundItem) bool { return known.Item == id }) {
					list = append(list, FoundItem{Item: id, SKU: items[i].SKU, Name: items[i].Name, Bins: items[i].Bins})
				}
			}
		}
	}
	return list
}
