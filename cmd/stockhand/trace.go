package main

import (
	"context"
	"slices"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// scansOf returns all scans that made a number, oldest first, in however many answers
// they come.
func scansOf(ctx context.Context, a asker, which station.ScansOf) (scans []agent.ShownScan, lots []agent.Lot, err error) {
	scans, lots = []agent.ShownScan{}, []agent.Lot{} // never null
	for {
		var part station.ItemScans
		if err := a.ask(ctx, call{op: "count.scans", args: which, result: &part}); err != nil {
			return nil, nil, err
		}
		lots = append(lots, part.Lots...) // they come with the first part
		if len(part.Scans) == 0 {
			return scans, lots, nil
		}
		if scans = slices.Concat(part.Scans, scans); int64(len(scans)) >= part.Total {
			return scans, lots, nil
		}
		which.Before = part.Scans[0].Seq
	}
}

// ended says what became of the items that nobody counted: which are confirmed to be
// gone, and which are left open because something was scanned that may be one of them.
func (t *terminal) ended(zeroed int64, left []station.LeftOpen) {
	t.printf("%s confirmed to be gone.\n", plural(zeroed, "item is", "items are"))
	if len(left) == 0 {
		return
	}
	t.printf("%s left open, not entered as 0:\n", plural(int64(len(left)), "item is", "items are"))
	rows := [][]string{{"SKU", "NAME", "BIN", "WHY"}}
	for _, l := range left {
		rows = append(rows, []string{clean(l.SKU), clean(l.Name), clean(string(l.Bin)), l.Why})
	}
	t.table(rows)
	t.printf("Look for them and type the quantity of each on the page, 0 if it is gone.\n")
}
