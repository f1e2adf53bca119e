package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/csvfile"
)

func catalogCommand() subcommand {
	return subcommand{
		name: "catalog", summary: "import, export and synchronise the catalogue, teach barcodes",
		help: `Usage:
  stockhand catalog import FILE.csv [--check] [--replace] [--currency EUR]
                                                --check: only say which lines are bad
                                                --replace: though many items go
  stockhand catalog export [--out FILE]
  stockhand catalog sync                        read it from the shop's system
  stockhand catalog teach BARCODE ITEM [--pack 12]
                                                say what an unknown barcode is
  stockhand catalog forget BARCODE              take that back
  stockhand catalog taught                      list what was taught, when, by whom

The file's first line names its columns: sku, and any of name, barcode, pack, bin,
zone, cost, price, currency, tracked. Several barcodes, bins or zones are separated
by |; 4006381333931=12 is the barcode of a pack of 12. "-" reads standard input.
Lines that cannot be used are left out and told with their numbers; then the exit
status of import and sync is 3, and all other lines are in force. The file is the
whole catalogue: items that it lacks go. If those are more than 5 and more than a
tenth, or all that there are, nothing is imported unless you say --replace.

"sync" brings everything of catalog.csv from a shop of the kind "csv-folder". From
"shopify" it brings items, barcodes and prices; a shop there knows no bins, so a
file that is imported afterwards adds bins, zones and more barcodes to its items.
They stay when the shop is read again, until another file says otherwise. Once that
was done the running agent does it by itself: what changed in the shop comes every 5
minutes, the whole catalogue once a day; what was deleted there goes with that.

A barcode that was taught stays when a new catalogue comes. Its scans that were kept
in counts which are open or in review are counted at once, each at its own time; in a
count that is done they are only told. "forget" undoes that. Where the catalogue has
the barcode for something else later, the catalogue counts, and "taught" says so.

All take --config FILE and --json.

Example:
  stockhand catalog import articles.csv`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			return verbs{"import": catalogImport, "export": catalogExport, "sync": catalogSync, "teach": catalogTeach, "forget": catalogForget, "taught": catalogTaught}.
				do(ctx, t, []string{"import", "export", "sync", "teach", "forget", "taught"}, args)
		},
	}
}

func catalogImport(ctx context.Context, t *terminal, args []string) error {
	set := flags("catalog import")
	path, asJSON, check := configFlag(set), set.Bool("json", false, ""), set.Bool("check", false, "")
	currency, replace := set.String("currency", "", ""), set.Bool("replace", false, "")
	rest, err := parse(set, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usageError{"say which file: catalog import FILE.csv"}
	}
	file, size, err := t.open(rest[0])
	if err != nil {
		return err
	}
	defer file.Close()
	return with(ctx, t, *path, func(a asker) error {
		p := t.progress()
		read := &counted{Reader: file, tell: func(n int64) { p.show("reading %s%s", rest[0], percent(n, size)) }}
		var r imported
		err := a.ask(ctx, call{
			op: "catalog.import", args: importCatalog{Source: filepath.Base(rest[0]), Check: *check, Replace: *replace, Currency: strings.ToUpper(*currency)},
			body: read, told: itemsTold(p), result: &r,
		})
		p.end()
		if err != nil {
			return err
		}
		return t.imported(r, *check, *asJSON)
	})
}

// open opens a file to be read, "-" being standard input, and tells its size.
func (t *terminal) open(name string) (io.ReadCloser, int64, error) {
	if name == "-" {
		return io.NopCloser(t.in), 0, nil
	}
	f, err := os.Open(name)
	if err != nil {
		do := "Check the name of the file, and that you may read it."
		if matches, _ := filepath.Glob(filepath.Join(filepath.Dir(name), "*.csv")); errors.Is(err, fs.ErrNotExist) && len(matches) > 0 {
			if s := nearest(filepath.Base(name), baseNames(matches)); s != "" {
				do = fmt.Sprintf("Did you mean %s?", s)
			}
		}
		return nil, 0, &agent.Error{Code: "no-file", Class: agent.Missing, What: "The file " + name + " cannot be read.", Means: "Nothing was changed.", Do: do, Err: err}
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	if info.IsDir() {
		return nil, 0, errors.Join(&agent.Error{
			Code: "no-file", Class: agent.Refuse, What: name + " is a folder, not a file.",
			Means: "Nothing was changed.", Do: "Name the file in it.",
		}, f.Close())
	}
	return f, info.Size(), nil
}

func baseNames(paths []string) []string {
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = filepath.Base(p)
	}
	return names
}

// counted tells how much was read.
type counted struct {
	io.Reader
	n    int64
	tell func(int64)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	c.tell(c.n)
	return n, err
}

func percent(n, of int64) string {
	if of <= 0 {
		return fmt.Sprintf(": %s bytes", thousands(n))
	}
	return fmt.Sprintf(": %d %%", min(100, n*100/of))
}

// itemsTold shows how many items an import has taken.
func itemsTold(p *progress) func(json.RawMessage) {
	return func(text json.RawMessage) {
		var at agent.Progress
		if json.Unmarshal(text, &at) == nil {
			p.show("%s, %.0f s", progressWords(at), time.Since(p.began).Seconds())
		}
	}
}

// progressWords say how far the reading of a catalogue is.
func progressWords(p agent.Progress) string {
	text := thousands(p.Done) + " items"
	switch p.Stage {
	case agent.Leveling:
		text = "the shop is asked for its numbers: " + text
	case agent.Preparing:
		text = "the shop puts its list together: " + text
	case agent.Fetching:
		text = fmt.Sprintf("the shop's list comes: %d MB", p.Done>>20)
		if p.Of > 0 {
			text += fmt.Sprintf(" of %d", p.Of>>20)
		}
		return text
	}
	if p.Of > p.Done {
		text += " of " + thousands(p.Of)
	}
	return text
}

// imported shows what became of an import.
func (t *terminal) imported(r imported, check, asJSON bool) error {
	switch {
	case asJSON:
		if err := t.json(r); err != nil {
			return err
		}
	default:
		t.printProblems(r)
		t.printf("%s\n", r.sentence(check))
	}
	if r.LeftOut > 0 {
		return errPartly
	}
	return nil
}

func (t *terminal) printProblems(r imported) {
	for _, p := range r.Problems {
		fmt.Fprintln(t.err, clean(p.Error()))
	}
	if more := r.LeftOut + r.Warnings - int64(len(r.Problems)); more > 0 {
		fmt.Fprintf(t.err, "... and %s more.\n", thousands(more))
	}
}

func (r imported) sentence(check bool) string {
	text := fmt.Sprintf("%s with %s and %s are in force", plural(r.Fact.Items, "item", "items"),
		plural(r.Fact.Barcodes, "barcode", "barcodes"), plural(r.Fact.Places, "bin", "bins"))
	if check {
		text = "Nothing was imported"
	}
	left := r.LeftOut
	if left > 0 {
		text += "; " + plural(left, "line is", "lines are") + " left out"
	}
	text += "."
	if r.Changes != nil {
		text += " " + r.Changes.sentence(check)
	}
	return text
}

func catalogSync(ctx context.Context, t *terminal, args []string) error {
	set := flags("catalog sync")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		p := t.progress()
		var r imported
		err := a.ask(ctx, call{op: "catalog.sync", told: itemsTold(p), result: &r})
		p.end()
		if err != nil {
			return err
		}
		return t.imported(r, false, *asJSON)
	})
}

func catalogExport(ctx context.Context, t *terminal, args []string) error {
	set := flags("catalog export")
	path, asJSON, out := configFlag(set), set.Bool("json", false, ""), set.String("out", "", "")
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		var x exportedCatalog
		if err := a.ask(ctx, call{op: "catalog.export", result: &x}); err != nil {
			return err
		}
		return t.into(*out, func(t *terminal) error {
			if *asJSON {
				return t.json(x)
			}
			return writeCSV(t.out, x.rows())
		})
	})
}

// rows returns the catalogue in the form that is imported.
func (x exportedCatalog) rows() [][]string {
	zones := map[agent.Bin]agent.Zone{}
	for _, p := range x.Places {
		zones[p.Bin] = p.Zone
	}
	rows := [][]string{{"sku", "name", "barcode", "bin", "zone", "cost", "price", "currency", "tracked"}}
	for _, item := range x.Items {
		currency := item.Price.Currency
		if currency == "" {
			currency = item.Cost.Currency
		}
		bins, in := make([]string, len(item.Bins)), make([]string, len(item.Bins))
		for i, bin := range item.Bins {
			bins[i], in[i] = string(bin), string(zones[bin])
		}
		if len(slices.Compact(slices.Clone(in))) == 1 {
			in = in[:1] // one zone for all bins
		}
		tracked := "yes"
		if !item.Tracked {
			tracked = "no"
		}
		rows = append(rows, []string{
			csvfile.Inert(item.SKU), csvfile.Inert(item.Name), csvfile.Inert(codesOf(item)), csvfile.Inert(strings.Join(bins, "|")), csvfile.Inert(strings.Join(in, "|")),
			amount(item.Cost), amount(item.Price), currency, tracked,
		})
	}
	return rows
}

// codesOf returns an item's barcodes as a file holds them.
func codesOf(item agent.Item) string {
	var codes []string
	for _, c := range item.Codes {
		text := c.Text
		if c.Pack > 1 {
			text += "=" + strconv.FormatInt(c.Pack, 10)
		}
		codes = append(codes, text)
	}
	return strings.Join(codes, "|")
}
