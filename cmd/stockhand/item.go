package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent/station"
)

func itemCommand() subcommand {
	return subcommand{
		name: "item", summary: "show everything that ever happened to an item",
		help: `Usage: stockhand item history ITEM [--last N]

Everything that the log tells of an item in one list, as it became known: counts,
each scan and typed quantity, what moved, what the shop stated, approvals,
adjustments and their way to the shop, with who, when and why. ITEM is a SKU, a
barcode or an id. --last N shows only the newest N lines and says how many rows
of the log there are before them.

Takes --config FILE and --json.

Example:
  stockhand item history MUG-01`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			return verbs{"history": itemHistory}.do(ctx, t, []string{"history"}, args)
		},
	}
}

func itemHistory(ctx context.Context, t *terminal, args []string) error {
	set := flags("item history")
	path, asJSON, last := configFlag(set), set.Bool("json", false, ""), set.Int("last", 0, "")
	rest, err := parse(set, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || *last < 0 {
		return usageError{"say which item: item history ITEM [--last N]"}
	}
	return with(ctx, t, *path, func(a asker) error {
		h, cut, err := wholeHistory(ctx, a, rest[0], *last)
		if err != nil {
			return err
		}
		if *asJSON {
			return t.json(h)
		}
		t.printHistory(h, cut)
		return nil
	})
}

// wholeHistory asks page by page for the newest entries; 0: for all of them. cut is how
// many entries of the rows that were read are left out.
func wholeHistory(ctx context.Context, a asker, item string, last int) (whole station.History, cut int64, err error) {
	const page = 1_000
	ask := station.HistoryOf{Item: item, Limit: page}
	for left := last; ; left -= page {
		if last > 0 {
			ask.Limit = min(page, left)
		}
		var part station.History
		if err := a.ask(ctx, call{op: "item.history", args: ask, result: &part}); err != nil {
			return whole, 0, err
		}
		part.Entries = slices.Concat(part.Entries, whole.Entries)
		whole = part
		if whole.Older == 0 || last > 0 && left <= page {
			if more := len(whole.Entries) - last; last > 0 && more > 0 { // a row of the log may hold several
				whole.Entries, cut = whole.Entries[more:], int64(more)
			}
			return whole, cut, nil
		}
		ask.Before = whole.Next
	}
}

// some writes a number of things; nothing where there is none.
func some(n int64, one, more string) string {
	if n == 0 {
		return ""
	}
	return plural(n, one, more)
}

func (t *terminal) printHistory(h station.History, cut int64) {
	t.printf("%s  %s\n", clean(h.Item.SKU), clean(h.Item.Name))
	if h.Older > 0 || cut > 0 {
		t.printf("... %s before these are not shown.\n", strings.Join(nonEmpty(some(cut, "line", "lines"), some(h.Older, "row of the log", "rows of the log")), " and "))
	}
	rows := [][]string{{"ROW", "WHEN", "WHO", "SOURCE", "WHERE", "WHAT AND WHY"}}
	for _, e := range h.Entries {
		what := e.Does
		if e.Undone {
			what += " (undone)"
		}
		if !e.Learned.IsZero() && e.Learned.Sub(e.At).Minutes() >= 1 {
			what += fmt.Sprintf(" (known since %s)", t.here(e.Learned).Format("2006-01-02 15:04:05"))
		}
		if e.Why != "" {
			what += " (" + e.Why + ")"
		}
		where := strings.TrimSpace(string(e.Count) + " " + string(e.Bin))
		rows = append(rows, []string{
			fmt.Sprint(e.Seq), t.here(e.At).Format("2006-01-02 15:04:05"), clean(e.By), clean(strings.TrimSpace(e.Source + " " + e.ID)), clean(where), clean(what),
		})
	}
	t.table(rows)
	t.printf("%s.\n", plural(int64(len(h.Entries)), "entry", "entries"))
}
