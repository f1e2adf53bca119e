package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/csvfile"
	"github.com/stockhand/stockhand/agent/station"
)

func countExport(ctx context.Context, t *terminal, args []string) error {
	set := flags("count export")
	path, asJSON, out := configFlag(set), set.Bool("json", false, ""), set.String("out", "", "")
	format := set.String("format", "csv", "")
	named, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	if *asJSON {
		*format = "json"
	}
	export, known := exports[*format]
	if !known {
		return usageError{fmt.Sprintf("%q is no format: csv, json and html are", *format)}
	}
	return with(ctx, t, *path, func(a asker) error {
		id, err := theCount(ctx, a, named, agent.CountClosed, agent.CountOpen, agent.CountDone)
		if err != nil {
			return err
		}
		write, err := export(ctx, a, station.OneCount{Count: id})
		if err != nil {
			return err
		}
		return t.into(*out, write)
	})
}

// exports are the formats of an export: what is asked for, and how it is written.
var exports = map[string]func(context.Context, asker, station.OneCount) (func(*terminal) error, error){
	"csv": func(ctx context.Context, a asker, one station.OneCount) (func(*terminal) error, error) {
		var x station.Export
		err := a.ask(ctx, call{op: "count.export", args: one, result: &x})
		return func(t *terminal) error { return exportTable(t.out, x) }, err
	},
	"json": func(ctx context.Context, a asker, one station.OneCount) (func(*terminal) error, error) {
		var x station.Export
		err := a.ask(ctx, call{op: "count.export", args: one, result: &x})
		return func(t *terminal) error { return t.json(x) }, err
	},
	"html": func(ctx context.Context, a asker, one station.OneCount) (func(*terminal) error, error) {
		var p printable
		err := a.ask(ctx, call{op: "count.report", args: one, result: &p})
		return func(t *terminal) error {
			_, err := io.WriteString(t.out, p.HTML)
			return err
		}, err
	},
}

// into carries out write with the output going into a file, or with t itself if
// no file is named. The file is complete or not there.
func (t *terminal) into(file string, write func(*terminal) error) (err error) {
	if file == "" {
		return write(t)
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".stockhand-*")
	if err != nil {
		return fileError(file, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	buffer := bufio.NewWriter(f)
	err = errors.Join(write(&terminal{in: t.in, out: buffer, err: t.err, zone: t.zone}), buffer.Flush(), f.Sync(), f.Close())
	if err != nil {
		return fileError(file, err)
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return fileError(file, err)
	}
	return nil
}

func fileError(file string, err error) error {
	return &agent.Error{
		Code: "output-file", Class: agent.Refuse, Err: err, What: "The file " + file + " cannot be written.",
		Means: "Nothing was exported.", Do: "Choose another file, or make room on the disk.",
	}
}

// exportTable writes a count as a table that spreadsheets and programs read.
func exportTable(out io.Writer, x station.Export) error {
	items := map[agent.ItemID]agent.Item{}
	for _, item := range x.Items {
		items[item.ID] = item
	}
	deliveries := map[agent.ItemID]agent.Delivery{}
	sent := map[agent.ItemID]int64{} // of which the variance is only what remains
	for _, d := range x.Deliveries {
		deliveries[d.Adjustment.Item] = d // the newest one is last
		switch d.State {
		case agent.Sending, agent.Staged, agent.Delivered:
			sent[d.Adjustment.Item] += d.Adjustment.Variance
		}
	}
	rows := [][]string{{
		"sku", "name", "status", "counted", "damaged", "book", "expected_lo", "expected_hi",
		"variance_lo", "variance_hi", "value", "currency", "cut_off", "reason", "delivery", "sentence", "lots", "sent",
	}}
	lots := map[agent.ItemID][]agent.Lot{}
	for _, l := range x.Lots {
		lots[l.Item] = append(lots[l.Item], l)
	}
	for _, v := range x.Variances {
		d := deliveries[v.Item]
		item := items[v.Item]
		row := []string{csvfile.Inert(item.SKU), csvfile.Inert(item.Name), statusOf(v), number(v.Counted), number(v.Damaged)}
		row = append(row, comparison(v)...)
		rows = append(rows, append(row, moment(v.CutOff.At), csvfile.Inert(d.Adjustment.Reason), string(d.State), csvfile.Inert(v.Sentence), csvfile.Inert(agent.InLots(lots[v.Item])), number(sent[v.Item])))
	}
	return writeCSV(out, rows)
}

// comparison returns the columns from the book to the currency, empty where nothing
// was compared.
func comparison(v agent.Variance) []string {
	cells := make([]string, 7)
	if !v.Book.At.At.IsZero() {
		cells[0] = number(v.Book.OnHand)
	}
	if reckoned(v) {
		copy(cells[1:], []string{
			number(v.Expected.Lo), number(v.Expected.Hi), number(v.Variance.Lo), number(v.Variance.Hi), amount(v.Value), v.Value.Currency,
		})
	}
	return cells
}

func writeCSV(out io.Writer, rows [][]string) error {
	w := csv.NewWriter(out)
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// amount writes money with the decimals of its currency; empty if none is
// known.
func amount(m agent.Money) string {
	if m.Currency == "" {
		return ""
	}
	return csvfile.Amount(m)
}

func moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}
