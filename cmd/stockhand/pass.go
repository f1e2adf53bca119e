package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

func passCommand() subcommand {
	return subcommand{
		name: "pass", summary: "begin and end a walk with a scanner, also of a recount",
		help: `Usage:
  stockhand pass open [COUNT] [--scanner SCANNER] [--zone ZONE] [--bin BIN] [--new] [--take]
  stockhand pass list [COUNT]
  stockhand pass close [PASS] [--zero]   --zero: what was not counted in its bins is gone

A pass is one walk of one person through one zone of a count. While it is open its
scanner counts for it, and leaves the pass that it had. If one count is open, a
scanner without a pass begins one by itself: with the first label of a shelf that it
scans or, in a shop whose catalogue has no bins, with its first scan. Where there
are bins, scan the label before the items, also after "pass open" without --bin.
A scanner with which somebody else walks is asked for: --take takes it from there.
Without --scanner the pass takes the scanner if there is one only and no pass has it;
otherwise no scanner counts for it, and that is said.

A closed count is counted in recounts only: "stockhand count recount" asks for one,
"stockhand pass open" begins the newest. SCANNER is its name, or what
"stockhand devices" shows. --new says that the catalogue may not have the zone or the
bin yet.

COUNT and PASS may be left out where only one is in question. All take --config
FILE and --json.

Example:
  stockhand pass open count-1 --scanner "Scanner 1" --bin A-01`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			return verbs{"open": passOpen, "list": passList, "close": passClose}.
				do(ctx, t, []string{"open", "list", "close"}, args)
		},
	}
}

func passOpen(ctx context.Context, t *terminal, args []string) error {
	set := flags("pass open")
	path, asJSON, named := configFlag(set), set.Bool("json", false, ""), set.String("scanner", "", "")
	zone, bin, fresh, take := set.String("zone", "", ""), set.String("bin", "", ""), set.Bool("new", false, ""), set.Bool("take", false, "")
	count, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		device, about, err := scannerFor(ctx, a, *path, *named)
		if err != nil {
			return err
		}
		x, err := countAtHand(ctx, a, count, agent.CountOpen, agent.CountClosed)
		if err != nil {
			return err
		}
		ask := station.OpenPass{Count: x.Count.ID, Zone: agent.Zone(*zone), Bin: agent.Bin(*bin), Device: device, Round: roundOf(x), New: *fresh, Take: *take}
		var pass station.OpenedPass
		if err := a.ask(ctx, call{op: "pass.open", args: ask, result: &pass}); err != nil {
			return err
		}
		alone(a, "the pass is open, and scans are taken when an agent runs.")
		if *asJSON {
			return t.json(pass)
		}
		t.printf("%s of %s is open%s%s.\n%s", pass.ID, pass.Count, recountNo(pass.Round), scannerOf(x, pass.Pass), about)
		if from := pass.From; from != nil {
			t.printf("It was in %s of %s until now, which has no scanner any more.\n", from.ID, from.Count)
		}
		return nil
	})
}

// countAtHand returns everything about the count that is meant.
func countAtHand(ctx context.Context, a asker, named string, states ...agent.CountState) (station.Export, error) {
	var x station.Export
	id, err := theCount(ctx, a, named, states...)
	if err == nil {
		err = a.ask(ctx, call{op: "count.export", args: station.OneCount{Count: id}, result: &x})
	}
	return x, err
}

// roundOf returns the round that can be counted now: the first one of an open
// count, the newest recount of one that is closed.
func roundOf(x station.Export) int64 {
	if x.Count.State == agent.CountOpen || len(x.Recounts) == 0 {
		return 0
	}
	return x.Recounts[len(x.Recounts)-1].Round
}

func recountNo(round int64) string {
	if round == 0 {
		return ""
	}
	return fmt.Sprintf(", recount %d", round)
}

func scannerOf(x station.Export, p agent.Pass) string {
	if p.Device == "" {
		return ""
	}
	return ", counted with " + clean(x.Scanner(p.Device))
}

// scannerNamed returns the identity of the scanner that a person means: one of the
// running agent, paired at work or not, or one of the configuration.
func scannerNamed(ctx context.Context, a asker, path, named string) (agent.DeviceID, error) {
	if named == "" {
		return "", nil
	}
	var all []deviceState
	if err := a.ask(ctx, call{op: "devices.states", result: &all}); err != nil {
		return "", err
	}
	c, err := loadConfig(path)
	if err != nil {
		return "", err
	}
	configured, err := scannersOf(c)
	for _, d := range configured {
		all = append(all, deviceState{Device: agent.DeviceID(d.ID), Title: d.Name})
	}
	if err != nil {
		return "", err
	}
	var names []string
	for _, d := range all {
		if d.Title == named || string(d.Device) == named {
			return d.Device, nil
		}
		if d.Title != "" && !slices.Contains(names, d.Title) {
			names = append(names, d.Title)
		}
	}
	text := fmt.Sprintf("there is no scanner %q", named)
	if s := nearest(named, names); s != "" {
		text += fmt.Sprintf(". Did you mean %q?", s)
	} else if len(names) > 0 {
		text += ", only: " + strings.Join(names, ", ")
	}
	return "", usageError{text}
}

func passList(ctx context.Context, t *terminal, args []string) error {
	set := flags("pass list")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	count, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		x, err := countAtHand(ctx, a, count, agent.CountOpen, agent.CountClosed)
		switch {
		case err != nil:
			return err
		case *asJSON:
			return t.json(append([]agent.Pass{}, x.Passes...))
		case len(x.Passes) == 0:
			t.printf("%s has no passes yet. \"stockhand pass open\" begins one, or a scanner that scans the label of a shelf\n(where the catalogue has no bins: that scans anything).\n", x.Count.ID)
			return nil
		}
		rows := [][]string{{"PASS", "STATE", "ROUND", "PLACE", "SCANNER", "BY"}}
		for _, p := range x.Passes {
			state := "open"
			if !p.Open() {
				state = "closed"
			}
			place := strings.TrimSpace(string(p.Zone) + " " + string(p.Bin))
			rows = append(rows, []string{string(p.ID), state, fmt.Sprint(p.Round), clean(place), clean(x.Scanner(p.Device)), clean(x.Name(p.Person))})
		}
		t.table(rows)
		return nil
	})
}

func passClose(ctx context.Context, t *terminal, args []string) error {
	set := flags("pass close")
	path, asJSON, zero := configFlag(set), set.Bool("json", false, ""), set.Bool("zero", false, "")
	named, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		id, err := thePass(ctx, a, named)
		if err != nil {
			return err
		}
		ask := station.ClosePass{Pass: id}
		if *zero {
			ask.Uncounted = agent.ZeroUncounted
		}
		var closed station.ClosedPass
		if err := a.ask(ctx, call{op: "pass.close", args: ask, result: &closed}); err != nil {
			return err
		}
		if *asJSON {
			return t.json(closed)
		}
		t.printf("%s is closed.\n", id)
		if *zero {
			t.ended(closed.Zeroed, closed.LeftOpen)
		}
		return nil
	})
}

// thePass returns the pass that is meant: the one named, or the only open one.
func thePass(ctx context.Context, a asker, named string) (agent.PassID, error) {
	if named != "" {
		return agent.PassID(named), nil
	}
	counts, err := allCounts(ctx, a)
	if err != nil {
		return "", err
	}
	var open []string
	for _, c := range counts {
		if c.State != agent.CountOpen && c.State != agent.CountClosed {
			continue
		}
		x, err := countAtHand(ctx, a, string(c.ID))
		if err != nil {
			return "", err
		}
		for _, p := range x.Passes {
			if p.Open() {
				open = append(open, string(p.ID))
			}
		}
	}
	switch len(open) {
	case 1:
		return agent.PassID(open[0]), nil
	case 0:
		return "", usageError{"no pass is open"}
	}
	return "", usageError{"say which pass is meant: " + strings.Join(open, ", ")}
}
