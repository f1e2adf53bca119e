package main

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

func unknownCommand() subcommand {
	return subcommand{
		name: "unknown", summary: "barcodes that were scanned and that no item has",
		help: `Usage:
  stockhand unknown [--count COUNT]

Lists each barcode that no item has, or of which it is not known how many it stands
for: how often it was scanned, when, where, by whom, and which items were scanned
beside it. Without --count it tells of all counts that are open or in review.
"stockhand catalog teach" says what one is; its scans count from then on, and so do
those that were made before.

Takes --config FILE and --json.

Example:
  stockhand unknown`,
		run: unknownList,
	}
}

func unknownList(ctx context.Context, t *terminal, args []string) error {
	set := flags("unknown")
	path, asJSON, count := configFlag(set), set.Bool("json", false, ""), set.String("count", "", "")
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		var list station.UnknownList
		if err := a.ask(ctx, call{op: "unknown.list", args: station.ListUnknown{Count: agent.CountID(*count)}, result: &list}); err != nil {
			return err
		}
		if *asJSON {
			return t.json(list)
		}
		t.printUnknown(list)
		return nil
	})
}

func (t *terminal) printUnknown(list station.UnknownList) {
	if len(list.Codes) == 0 {
		t.printf("There are no unknown barcodes.\n")
		return
	}
	rows := [][]string{{"BARCODE", "SCANS", "LAST", "BINS", "BY", "BESIDE", "WHAT IT IS"}}
	for _, u := range list.Codes {
		rows = append(rows, []string{
			clean(u.Text), thousands(u.Times), t.here(u.Last).Format("2006-01-02 15:04"),
			orNone(clean(joinBins(u.Bins))), orNone(clean(strings.Join(u.Names, ", "))), orNone(clean(beside(u.Near))), clean(whatItIs(u)),
		})
	}
	t.table(rows)
	if list.More > 0 {
		t.printf("... and %s more.\n", thousands(list.More))
	}
	t.printf("Say what one is: stockhand catalog teach %s ITEM [--pack N]\n", word(clean(list.Codes[0].Text)))
}

// word writes a text so that a command line takes it as one word.
func word(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._/:+", r)
	}) {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	return text
}

// mostBeside is how many neighbours are told.
const mostBeside = 2

func beside(near []station.NearItem) string {
	var skus []string
	for _, n := range near[:min(mostBeside, len(near))] {
		skus = append(skus, n.SKU)
	}
	return strings.Join(skus, ", ")
}

// whatItIs tells what is known of a barcode by now.
func whatItIs(u station.UnknownCode) string {
	switch {
	case u.Known != nil:
		return fmt.Sprintf("%s of %s by now: teach the same to count its scans", packOf(u.Known.Pack), u.Known.SKU)
	case u.Case != nil:
		return fmt.Sprintf("a case of %s, size not known", u.Case.SKU)
	case u.Meaning != "":
		return u.Meaning
	}
	return "not known"
}

func packOf(pack int64) string {
	if pack == 1 {
		return "one"
	}
	return "a pack of " + thousands(pack)
}
