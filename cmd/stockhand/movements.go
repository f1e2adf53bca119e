package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/csvfile"
	"github.com/stockhand/stockhand/agent/station"
)

func movementsCommand() subcommand {
	return subcommand{
		name: "movements", summary: "tell what was sold at a till, from a file",
		help: `Usage: stockhand movements import FILE.csv [--source NAME] [--complete-until TIME]

The file's first line names its columns: id, quantity, occurred_at, one of sku,
barcode and item, and any of receipt, kind, bin and posted_at. quantity is the change
of what is on hand: a sale is negative. posted_at is when the shop's system took it
off its number, where that is known. kind is sale, return, shipment, receipt or
transfer; without it goods that left were sold and goods that came returned. "-"
reads standard input.

Each line is kept, known already or refused with its number and why; then the exit
status is 1, though all other lines are kept. A line is recognised by its id and
the source, the till that it comes from ("import" if none is named): the same file
may be imported again, also after it has grown.

--complete-until says that everything up to then is told, so that counts that
wait for this till go on. It is only believed where no line was refused.
--gone in place of a FILE says that the source tells nothing more.

Takes --config FILE and --json. A till that is online tells the agent by itself:
"stockhand pair --help".

Example:
  stockhand movements import sales.csv --source till-2`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			return verbs{"import": movementsImport}.do(ctx, t, []string{"import"}, args)
		},
	}
}

// toldAtOnce is how many lines are told at a time.
const toldAtOnce = 500

func movementsImport(ctx context.Context, t *terminal, args []string) error {
	set := flags("movements import")
	path, asJSON, gone := configFlag(set), set.Bool("json", false, ""), set.Bool("gone", false, "")
	source, until := set.String("source", "import", ""), set.String("complete-until", "", "")
	rest, err := parse(set, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 && !*gone || *gone && len(rest) > 0 {
		return usageError{"say which file: movements import FILE.csv"}
	}
	im := &movementsFile{call: station.TakeMovements{Source: *source, Gone: *gone}, sum: importedMovements{Source: *source, Columns: []string{}, Refused: []refusedLine{}}}
	if *until != "" {
		if im.until, err = time.Parse(time.RFC3339, *until); err != nil {
			return usageError{fmt.Sprintf("%q is no time such as 2026-05-04T09:30:00Z", *until)}
		}
	}
	return with(ctx, t, *path, func(a asker) error {
		if err := im.run(ctx, t, a, *path, rest); err != nil {
			return err
		}
		return t.importedMovements(im.sum, *asJSON)
	})
}

// importedMovements is what became of a file.
type importedMovements struct {
	Source        string        `json:"source"`
	Columns       []string      `json:"columns"` // that were used
	New           int           `json:"new"`
	Known         int           `json:"known"`
	Refused       []refusedLine `json:"refused"`
	CompleteUntil time.Time     `json:"complete_until,omitzero"`
	Notes         []string      `json:"notes,omitempty"`
}

type refusedLine struct {
	Line     int    `json:"line"`
	ID       string `json:"id,omitempty"`
	Sentence string `json:"sentence"`
}

// movementsFile tells a file piece by piece.
type movementsFile struct {
	call  station.TakeMovements
	until time.Time
	lines []int // of the rows in call
	sum   importedMovements
}

func (im *movementsFile) run(ctx context.Context, t *terminal, a asker, config string, files []string) error {
	for _, name := range files {
		if err := im.read(ctx, t, a, config, name); err != nil {
			return err
		}
	}
	switch {
	case im.until.IsZero():
	case len(im.sum.Refused) > 0:
		im.sum.Notes = append(im.sum.Notes, "The source does not count as complete up to then, because lines were refused.")
	default:
		im.call.CompleteUntil = im.until
	}
	return im.tell(ctx, a) // though nothing is left to tell: the source is checked
}

func (im *movementsFile) read(ctx context.Context, t *terminal, a asker, config, name string) error {
	c, err := loadConfig(config)
	if err != nil {
		return err
	}
	zone, err := c.zone()
	if err != nil {
		return err
	}
	file, size, err := t.open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	p := t.progress()
	defer p.end()
	r, err := csvfile.ReadTold(&counted{Reader: file, tell: func(n int64) { p.show("reading %s%s", name, percent(n, size)) }}, filepath.Base(name), zone)
	if err != nil {
		return err
	}
	im.sum.Columns = r.Columns
	for _, w := range r.Warnings {
		im.sum.Notes = append(im.sum.Notes, w.Error())
	}
	for {
		told, problem, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case problem != nil:
			im.sum.Refused = append(im.sum.Refused, refusedLine{problem.Line, told.ID, problem.What + " The line was not kept. " + problem.Do})
		default:
			if err := im.add(ctx, a, told); err != nil {
				return err
			}
		}
	}
}

func (im *movementsFile) add(ctx context.Context, a asker, told csvfile.Told) error {
	row, err := json.Marshal(station.MovedRow{
		ID: told.ID, Occurred: told.Occurred, Item: agent.ItemID(told.Item), SKU: told.SKU, Barcode: told.Barcode,
		Quantity: told.Quantity, Kind: agent.MovementKind(told.Kind), Receipt: told.Receipt, Bin: agent.Bin(told.Bin), Posted: told.Posted,
	})
	if err != nil {
		return err
	}
	im.call.Movements, im.lines = append(im.call.Movements, row), append(im.lines, told.Line)
	if len(im.lines) < toldAtOnce {
		return nil
	}
	return im.tell(ctx, a)
}

// tell tells what was read and not yet told.
func (im *movementsFile) tell(ctx context.Context, a asker) error {
	if im.call.Movements == nil {
		im.call.Movements = []json.RawMessage{}
	}
	var taken station.Taken
	if err := a.ask(ctx, call{op: "movements.take", args: im.call, result: &taken}); err != nil {
		return err
	}
	im.sum.New, im.sum.Known = im.sum.New+taken.New, im.sum.Known+taken.Known
	im.sum.CompleteUntil = taken.CompleteUntil
	if taken.Note != "" {
		im.sum.Notes = append(im.sum.Notes, taken.Note)
	}
	for i, row := range taken.Rows {
		if row.Outcome == station.RowRefused {
			im.sum.Refused = append(im.sum.Refused, refusedLine{im.lines[i], row.ID, row.Sentence})
		}
	}
	im.call.Movements, im.lines = nil, nil
	return nil
}

// importedMovements shows what became of a file. Lines that were refused make the
// command fail, so that a script notices.
func (t *terminal) importedMovements(sum importedMovements, asJSON bool) error {
	if asJSON {
		if err := t.json(sum); err != nil {
			return err
		}
	} else {
		t.printMovements(sum)
	}
	if len(sum.Refused) > 0 {
		return errShown
	}
	return nil
}

func (t *terminal) printMovements(sum importedMovements) {
	for n, r := range sum.Refused {
		if n == shownProblems {
			fmt.Fprintf(t.err, "... and %s more.\n", thousands(int64(len(sum.Refused)-n)))
			break
		}
		fmt.Fprintf(t.err, "line %d: %s\n", r.Line, clean(r.Sentence))
	}
	for _, note := range sum.Notes {
		fmt.Fprintln(t.err, clean(note))
	}
	t.printf("%s of %s: %s known before, %s refused.", plural(int64(sum.New), "new movement", "new movements"), clean(sum.Source),
		thousands(int64(sum.Known)), thousands(int64(len(sum.Refused))))
	if len(sum.Columns) > 0 {
		t.printf(" Columns used: %s.", strings.Join(sum.Columns, ", "))
	}
	if !sum.CompleteUntil.IsZero() {
		t.printf(" Complete up to %s.", moment(sum.CompleteUntil))
	}
	t.printf("\n")
}
