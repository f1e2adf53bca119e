package live

import "github.com/stockhand/stockhand/agent"

// recountRow is a recount with the names of what it asks for: some of that may have
// no line in the count.
type recountRow struct {
	agent.Recount
	Named []namedItem `json:"named"`
}

type namedItem struct {
	ID   agent.ItemID `json:"id"`
	SKU  string       `json:"sku"`
	Name string       `json:"name"`
}

func recountRows(v agent.View, recounts []agent.Recount) ([]recountRow, error) {
	var ids []agent.ItemID
	for _, r := range recounts {
		ids = append(ids, r.Items...)
	}
	items, err := itemsOf(v, ids)
	rows := make([]recountRow, len(recounts))
	for n, r := range recounts {
		r.Why = "" // it can tell what was expected
		rows[n] = recountRow{r, make([]namedItem, len(r.Items))}
		for i, id := range r.Items {
			rows[n].Named[i] = namedItem{id, items[id].SKU, items[id].Name}
		}
	}
	return rows, err
}
