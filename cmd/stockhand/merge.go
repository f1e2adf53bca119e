package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/csvfile"
)

// merges reports whether a file cannot say what an item is: where the shop's
// system has ids of its own, a file only adds to the items that it knows.
func (w *works) merges() bool {
	return w.config.Upstream.Connector != "" && w.config.Upstream.Connector != "csv-folder"
}

// merging returns the catalogue in force with what a file says about its items:
// their bins, and barcodes that the shop's system does not have. Everything else
// stays as the system has it. Lines of unknown SKUs are told as problems. Places
// that the file does not name stay.
func (w *works) merging(ctx context.Context, file *csvfile.CatalogReader, places []agent.Place, r *imported) (func() (agent.Item, bool, error), []agent.Place, error) {
	in, err := w.catalogExport(ctx, agent.Caller{}, nothing{})
	if err != nil {
		return nil, nil, err
	}
	renewed := map[int]bool{} // items whose earlier additions gave way to the file's
	bySKU := map[string][]int{}
	for i, item := range in.Items {
		bySKU[item.SKU] = append(bySKU[item.SKU], i)
	}
	for {
		row, ok, err := file.NextRow()
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			break
		}
		known := bySKU[row.Item.SKU]
		if len(known) != 1 {
			r.take([]csvfile.Problem{unmatched(row, len(known))}, 1, 0)
			continue
		}
		item := &in.Items[known[0]]
		if len(row.Item.Codes) > 0 && !renewed[known[0]] {
			renewed[known[0]] = true
			*item = item.Bare()
		}
		add(item, row.Item)
	}
	for _, p := range in.Places {
		if !slices.ContainsFunc(places, func(q agent.Place) bool { return q.Bin == p.Bin }) {
			places = append(places, p)
		}
	}
	return oneByOne(in.Items), places, nil
}

func unmatched(row csvfile.Row, known int) csvfile.Problem {
	p := csvfile.Problem{
		Line: row.Line, Column: "sku",
		What: fmt.Sprintf("The shop's system has no item with the SKU %q.", row.Item.SKU),
		Do:   "Correct the SKU, or run \"stockhand catalog sync\" first if the item is new.",
	}
	if known > 1 {
		p.What = fmt.Sprintf("The shop's system has %d items with the SKU %q.", known, row.Item.SKU)
		p.Do = "Give each of them a SKU of its own."
	}
	return p
}

// add gives an item the bins of a file's line and the barcodes that it lacks, marked
// so that they stay when the shop is read again.
func add(item *agent.Item, line agent.Item) {
	if len(line.Bins) > 0 {
		item.Bins = line.Bins
	}
	for _, code := range line.Codes {
		has := func(b agent.Barcode) bool { return b.Text == code.Text }
		i := slices.IndexFunc(item.Codes, has)
		switch {
		case i < 0:
			code.Local = true
			item.Codes = append(item.Codes, code)
		case item.Codes[i].Pack != code.Pack:
			item.Codes[i].Pack, item.Codes[i].Packed = code.Pack, true
		}
	}
}

func oneByOne(items []agent.Item) func() (agent.Item, bool, error) {
	return func() (agent.Item, bool, error) {
		if len(items) == 0 {
			return agent.Item{}, false, nil
		}
		item := items[0]
		items = items[1:]
		return item, true, nil
	}
}
