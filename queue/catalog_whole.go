package queue

import (
	"fmt"
	"slices"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// CatalogMark implements agent.CatalogView.
func (v *view) CatalogMark(source string) (agent.CatalogMark, bool, error) {
	return get(v, func(r row) (m agent.CatalogMark, err error) {
		err = r.Scan(&m.Source, &m.Cursor, instant{&m.Full}, instant{&m.Fresh})
		return m, err
	}, "SELECT source, cursor, full_at, fresh FROM catalog WHERE source = ? AND source <> ''", source)
}

// shownSharers is how many of the items that share something are named.
const shownSharers = 5

// Duplicates implements agent.CatalogView. It goes through the whole catalogue: a
// tenth of a second for 100,000 items.
func (v *view) Duplicates(limit int) ([]agent.Duplicate, error) {
	keys, err := list(v, value[string], "SELECT key FROM barcode WHERE generation = "+inForce+
		" GROUP BY key HAVING min(item) <> max(item) ORDER BY key LIMIT ?", limit)
	if err != nil {
		return nil, err
	}
	var found []agent.Duplicate
	seen := map[string]bool{}
	for _, key := range keys {
		d, err := v.sharers(key)
		if err != nil {
			return nil, err
		}
		// One barcode can have two keys, and is one duplicate all the same.
		if same := fmt.Sprint(d); !seen[same] {
			seen[same] = true
			found = append(found, d)
		}
	}
	skus, err := list(v, value[string], "SELECT sku FROM item WHERE generation = "+inForce+
		" AND sku <> '' GROUP BY sku HAVING count(*) > 1 ORDER BY sku LIMIT ?", max(limit-len(found), 0))
	if err != nil {
		return nil, err
	}
	for _, sku := range skus {
		d := agent.Duplicate{SKU: sku}
		d.Items, err = list(v, func(r row) (m agent.Match, err error) {
			err = r.Scan(&m.Item, &m.SKU, &m.Name)
			return m, err
		}, "SELECT id, sku, name FROM item WHERE generation = "+inForce+" AND sku = ? ORDER BY no", sku)
		if err != nil {
			return nil, err
		}
		found = append(found, shorten(d))
	}
	return found, nil
}

// sharers returns the items that a key leads to, each once.
func (v *view) sharers(key string) (agent.Duplicate, error) {
	matches, err := v.Lookup(key)
	if err != nil {
		return agent.Duplicate{}, err
	}
	d := agent.Duplicate{Barcode: key}
	for _, m := range matches {
		if m.Pack = 0; !slices.Contains(d.Items, m) {
			d.Items = append(d.Items, m)
		}
	}
	item, _, err := v.Item(d.Items[0].Item)
	for _, code := range item.Codes {
		if one, other := barcode.Keys(code.Text); one == key || other == key {
			d.Barcode = code.Text
			break
		}
	}
	return shorten(d), err
}

func shorten(d agent.Duplicate) agent.Duplicate {
	if more := len(d.Items) - shownSharers; more > 0 {
		d.Items, d.More = d.Items[:shownSharers], int64(more)
	}
	return d
}
