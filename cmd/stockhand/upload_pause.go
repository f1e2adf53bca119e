package main

import (
	"context"
	"io"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/csvfile"
)

// pausing makes the command that pauses the upload, or lets it go on.
func pausing(op string) func(ctx context.Context, t *terminal, args []string) error {
	return func(ctx context.Context, t *terminal, args []string) error {
		set := flags(op)
		path, asJSON, why := configFlag(set), set.Bool("json", false, ""), new(string)
		var given any = nothing{}
		if op == "upload.pause" {
			why = set.String("why", "", "")
		}
		if err := noMore(parse(set, args)); err != nil {
			return err
		}
		if op == "upload.pause" {
			given = uploadPause{*why}
		}
		return with(ctx, t, *path, func(a asker) error {
			var r uploadReport
			if err := a.ask(ctx, call{op: op, args: given, result: &r}); err != nil {
				return err
			}
			if *asJSON {
				return t.json(r)
			}
			if r.Paused != nil {
				t.printf("The upload is paused. Counts and approvals go on; what is approved waits. To go on: stockhand upload resume\n")
			} else {
				t.printf("The upload is not paused any more.\n")
			}
			return nil
		})
	}
}

// uploadExport writes what has not reached the shop as a table, or as JSON.
func uploadExport(ctx context.Context, t *terminal, args []string) error {
	set := flags("upload export")
	path, asJSON, out := configFlag(set), set.Bool("json", false, ""), set.String("out", "", "")
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		var lines []waitingLine
		if err := a.ask(ctx, call{op: "upload.export", result: &lines}); err != nil {
			return err
		}
		return t.into(*out, func(t *terminal) error {
			if *asJSON {
				return t.json(lines)
			}
			return waitingTable(t.out, lines)
		})
	})
}

func waitingTable(out io.Writer, lines []waitingLine) error {
	rows := [][]string{{"sku", "name", "item", "location", "count", "adjustment", "state", "counted", "expected", "variance", "cut_off", "approved", "problem", "do"}}
	for _, l := range lines {
		d, a, p := l.Delivery, l.Delivery.Adjustment, l.Delivery.Problem
		if p == nil {
			p = &agent.Error{}
		}
		rows = append(rows, []string{
			csvfile.Inert(l.SKU), csvfile.Inert(l.Name), csvfile.Inert(string(a.Item)), csvfile.Inert(string(a.Location)), string(a.Count), string(a.ID), string(d.State),
			number(a.Counted), number(a.Expected), number(a.Variance), moment(a.CutOff.At), moment(d.Approved), csvfile.Inert(p.What), csvfile.Inert(p.Do),
		})
	}
	return writeCSV(out, rows)
}
