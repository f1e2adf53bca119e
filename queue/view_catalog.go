package queue

import (
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// inForce is the generation of the catalogue that can be seen.
const inForce = "(SELECT generation FROM catalog)"

func (v *view) Lookup(key string) ([]agent.Match, error) {
	return list(v, func(r row) (m agent.Match, err error) {
		err = r.Scan(&m.Item, &m.SKU, &m.Name, &m.Pack)
		return m, err
	}, `SELECT i.id, i.sku, i.name, b.pack FROM barcode b JOIN item i ON i.no = b.item
		WHERE b.generation = `+inForce+` AND b.key = ? ORDER BY b.item, b.pack`, key)
}

const itemColumns = "item.id, sku, name, tracked, cost, cost_in, price, price_in, codes, bins"

func readItem(r row) (i agent.Item, err error) {
	err = r.Scan(&i.ID, &i.SKU, &i.Name, &i.Tracked, &i.Cost.Minor, &i.Cost.Currency,
		&i.Price.Minor, &i.Price.Currency, document{&i.Codes}, document{&i.Bins})
	return i, err
}

func (v *view) Item(id agent.ItemID) (agent.Item, bool, error) {
	return get(v, readItem, "SELECT "+itemColumns+" FROM item WHERE generation = "+inForce+" AND id = ?", string(id))
}

// Items returns items in the order asked for, or all of them by id.
func (v *view) Items(ids ...agent.ItemID) ([]agent.Item, error) {
	if len(ids) == 0 {
		return list(v, readItem, "SELECT "+itemColumns+" FROM item WHERE generation = "+inForce+" ORDER BY id")
	}
	var items []agent.Item
	for some := range slices.Chunk(ids, knownAtOnce) {
		wanted, err := body(some)
		if err != nil {
			return nil, err
		}
		found, err := list(v, readItem, "SELECT "+itemColumns+" FROM json_each(?) j CROSS JOIN item ON generation = "+inForce+" AND item.id = j.value ORDER BY j.key", wanted)
		if err != nil {
			return nil, err
		}
		items = append(items, found...)
	}
	return items, nil
}

// ItemCount counts by an index: a catalogue may have a million items.
func (v *view) ItemCount() (int64, error) {
	n, _, err := get(v, value[int64], "SELECT count(*) FROM item WHERE generation = "+inForce)
	return n, err
}

func readPlace(r row) (p agent.Place, err error) {
	err = r.Scan(&p.Bin, &p.Zone, &p.Label)
	return p, err
}

func (v *view) Places() ([]agent.Place, error) {
	return list(v, readPlace, "SELECT bin, zone, label FROM place WHERE generation = "+inForce+" ORDER BY position")
}

// PlaceByLabel finds a bin by its label, or by its name where it has none.
func (v *view) PlaceByLabel(label string) (agent.Place, bool, error) {
	return get(v, readPlace, `SELECT bin, zone, label FROM place WHERE generation = `+inForce+` AND label = ?1 AND label <> ''
		UNION ALL SELECT bin, zone, label FROM place WHERE generation = `+inForce+` AND bin = ?1 AND label = ''`, label)
}

func (v *view) PlaceOf(bin agent.Bin) (agent.Place, bool, error) {
	return get(v, readPlace, "SELECT bin, zone, label FROM place WHERE generation = "+inForce+" AND bin = ? ORDER BY position", string(bin))
}

func (v *view) ItemsIn(bin agent.Bin) ([]agent.ItemID, error) {
	return list(v, value[agent.ItemID], `SELECT i.id FROM item_bin b JOIN item i ON i.no = b.item
		WHERE b.generation = `+inForce+` AND b.bin = ? ORDER BY b.item`, string(bin))
}
