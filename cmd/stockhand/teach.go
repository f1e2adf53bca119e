package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/stockhand/stockhand/agent/connector/csvfile"
	"github.com/stockhand/stockhand/agent/station"
)

// overruled adds to what is told of a new catalogue what became of taught barcodes by
// it.
func (w *works) overruled(ctx context.Context, r *imported) error {
	list, err := w.station.Taught(ctx)
	for _, b := range list {
		if b.Warning != "" {
			r.take([]csvfile.Problem{{What: b.Warning, Do: "Forget what was taught, or correct the catalogue.", Warning: true}}, 0, 1)
		}
	}
	return err
}

func catalogTeach(ctx context.Context, t *terminal, args []string) error {
	set := flags("catalog teach")
	path, asJSON, pack := configFlag(set), set.Bool("json", false, ""), set.Int64("pack", 1, "")
	rest, err := parse(set, args)
	if err != nil {
		return err
	}
	if len(rest) != 2 {
		return usageError{"say which barcode and which item: catalog teach BARCODE ITEM [--pack N]"}
	}
	return with(ctx, t, *path, func(a asker) error {
		got, err := teachAll(ctx, a, station.Teach{Text: rest[0], Of: rest[1], Pack: *pack})
		if err != nil {
			return err
		}
		if *asJSON {
			return t.json(got)
		}
		t.printTaught(got)
		return nil
	})
}

// teachAll asks until all earlier scans are counted: the agent takes a part of them
// at a time.
func teachAll(ctx context.Context, a asker, teach station.Teach) (station.Teaching, error) {
	var all station.Teaching
	for first := true; ; first = false {
		var part station.Teaching
		if err := a.ask(ctx, call{op: "catalog.teach", args: teach, result: &part}); err != nil {
			return all, err
		}
		if first {
			all = part
		} else {
			all.Add(part.Backward)
		}
		if part.More == 0 || len(part.Counted) == 0 {
			return all, nil
		}
	}
}

func (t *terminal) printTaught(got station.Teaching) {
	is := "is now"
	if got.Known {
		is = "was known before as"
	}
	t.printf("%s %s %s of %s (%s).\n", clean(got.Text), is, packOf(got.Pack), clean(got.SKU), clean(got.Name))
	for _, w := range got.Warnings {
		t.printf("Attention: %s\n", clean(w))
	}
	for _, c := range got.Counted {
		t.printf("%s: %s from before %s now, %s.\n", c.Count, plural(c.Scans, "scan", "scans"), verb(c.Scans, "count"), plural(c.Units, "unit", "units"))
	}
	t.printLeft(got.Left, "not counted")
}

func (t *terminal) printLeft(left []station.LeftBack, what string) {
	for _, l := range left {
		t.printf("%s: %s %s: %s.\n", l.Count, plural(l.Scans, "scan is", "scans are"), what, clean(l.Why))
	}
}

func catalogForget(ctx context.Context, t *terminal, args []string) error {
	set := flags("catalog forget")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	rest, err := parse(set, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usageError{"say which barcode: catalog forget BARCODE"}
	}
	return with(ctx, t, *path, func(a asker) error {
		got, err := forgetAll(ctx, a, rest[0])
		if err != nil {
			return err
		}
		if *asJSON {
			return t.json(got)
		}
		t.printf("%s is no longer taught as %s of %s.\n", clean(got.Text), packOf(got.Pack), clean(cmp.Or(got.SKU, string(got.Item))))
		for _, c := range got.Undone {
			t.printf("%s: %s kept without effect again, %s.\n", c.Count, plural(c.Scans, "scan is", "scans are"), plural(c.Units, "unit", "units"))
		}
		t.printLeft(got.Left, "counted further on")
		return nil
	})
}

// forgetAll asks until all scans are undone: the agent takes a part of them at a time.
func forgetAll(ctx context.Context, a asker, text string) (station.Forgotten, error) {
	var undone station.Backward
	for {
		var part station.Forgotten
		if err := a.ask(ctx, call{op: "catalog.forget", args: station.Forget{Text: text}, result: &part}); err != nil {
			return part, err
		}
		undone.Add(station.Backward{Counted: part.Undone})
		if part.More == 0 {
			part.Undone = undone.Counted
			return part, nil
		}
	}
}

func catalogTaught(ctx context.Context, t *terminal, args []string) error {
	set := flags("catalog taught")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		list := []station.TaughtShown{}
		if err := a.ask(ctx, call{op: "catalog.taught", result: &list}); err != nil {
			return err
		}
		if *asJSON {
			return t.json(list)
		}
		t.printTaughtList(list)
		return nil
	})
}

func (t *terminal) printTaughtList(list []station.TaughtShown) {
	if len(list) == 0 {
		t.printf("No barcode was taught.\n")
		return
	}
	rows := [][]string{{"BARCODE", "PACK", "SKU", "NAME", "TAUGHT"}}
	for _, b := range list {
		rows = append(rows, []string{
			clean(b.Text), thousands(b.Pack), clean(cmp.Or(b.SKU, string(b.Item))), clean(b.Name),
			clean(fmt.Sprintf("%s by %s", t.here(b.At).Format("2006-01-02 15:04"), b.By.ID)),
		})
	}
	t.table(rows)
	for _, b := range list {
		if b.Warning != "" {
			t.printf("Attention: %s\n", clean(b.Warning))
		}
	}
}
