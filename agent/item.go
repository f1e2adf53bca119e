package agent

import "slices"

// ItemID is the upstream's identity of an item, for example an inventory item's
// global id at Shopify or the SKU in a folder of CSV files.
type ItemID string

// Item is something counted.
type Item struct {
	ID      ItemID    `json:"id"`
	SKU     string    `json:"sku"`
	Name    string    `json:"name"`
	Tracked bool      `json:"tracked"`
	Cost    Money     `json:"cost,omitzero"`
	Price   Money     `json:"price,omitzero"`
	Codes   []Barcode `json:"barcodes,omitempty"`
	// Bins are the places where the item is known to lie, in walking order.
	// An item without bins is known nowhere in particular: any bin counts it.
	Bins []Bin `json:"bins,omitempty"`
}

// Barcode is one text that leads to an item.
type Barcode struct {
	// Text is the barcode as the catalogue holds it.
	Text string `json:"text"`
	// Pack is the number of base units that one read stands for, at least 1.
	Pack int64 `json:"pack"`
	// Local is true where the barcode was added here: the upstream does not know it.
	Local bool `json:"local,omitempty"`
	// Packed is true where the pack was said here of a barcode of the upstream's.
	Packed bool `json:"packed,omitempty"`
}

// Keep returns the item as an upstream tells it now with what was added to it here
// before: the bins, if the upstream knows none, barcodes and packs.
func (i Item) Keep(before Item) Item {
	if len(i.Bins) == 0 {
		i.Bins = before.Bins
	}
	codes := slices.Clone(i.Codes)
	for _, kept := range before.Codes {
		at := slices.IndexFunc(codes, func(c Barcode) bool { return c.Text == kept.Text })
		switch {
		case at < 0 && kept.Local:
			codes = append(codes, kept)
		case at >= 0 && (kept.Packed || kept.Local && kept.Pack > 1):
			codes[at].Pack, codes[at].Packed = kept.Pack, true
		}
	}
	i.Codes = codes
	return i
}

// Bare returns the item without the barcodes and packs that were added here.
func (i Item) Bare() Item {
	var codes []Barcode
	for _, c := range i.Codes {
		if c.Local {
			continue
		}
		if c.Packed {
			c.Pack, c.Packed = 1, false
		}
		codes = append(codes, c)
	}
	i.Codes = codes
	return i
}

// Match is an item found by a barcode.
type Match struct {
	Item ItemID `json:"item"`
	SKU  string `json:"sku"`
	Name string `json:"name"`
	Pack int64  `json:"pack"`
}

// Money is an amount in minor units (cents) of a currency (ISO 4217).
// The zero value means that no amount is known.
type Money struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
}

// Times returns the amount for quantity units. The currency is kept.
func (m Money) Times(quantity int64) Money {
	return Money{Minor: m.Minor * quantity, Currency: m.Currency}
}

// LocationID is the upstream's identity of a shop or warehouse.
type LocationID string

// Location is a shop or warehouse as the upstream knows it.
type Location struct {
	ID     LocationID `json:"id"`
	Name   string     `json:"name"`
	Active bool       `json:"active"`
}

// Bin is the smallest place with a cut-off of its own. The empty Bin is the
// whole location where no bins are kept.
type Bin string

// Zone is a walkable part of a location.
type Zone string

// Place is a bin with the zone it lies in and the label that is scanned to say
// "I am here now". An empty Label means that the bin's name is its label.
type Place struct {
	Bin   Bin    `json:"bin"`
	Zone  Zone   `json:"zone"`
	Label string `json:"label,omitempty"`
}
