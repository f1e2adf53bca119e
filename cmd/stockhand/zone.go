package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// zoneFlags are what is decided about what nobody counted in a zone.
type zoneFlags struct {
	by     map[agent.Uncounted][]string // items, as they were named
	all    string
	bin    string
	anyway bool
}

// countUncounted lists what nobody counted in a zone of a count, and decides about it.
func countUncounted(ctx context.Context, t *terminal, args []string) error {
	set := flags("count uncounted")
	path, asJSON, zone := configFlag(set), set.Bool("json", false, ""), set.String("zone", "", "")
	f := zoneFlags{by: map[agent.Uncounted][]string{}}
	for _, as := range []agent.Uncounted{agent.KeepUncounted, agent.ZeroUncounted, agent.EmptyUncounted} {
		each(set, string(as), func(text string) { f.by[as] = append(f.by[as], text) })
	}
	set.StringVar(&f.all, "all", "", "")
	set.StringVar(&f.bin, "bin", "", "")
	set.BoolVar(&f.anyway, "anyway", false, "")
	named, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		x, err := countAtHand(ctx, a, named, agent.CountOpen)
		if err != nil {
			return err
		}
		which := station.UncountedOf{Count: x.Count.ID, Zone: agent.Zone(*zone), Round: roundOf(x)}
		if zones := x.Count.Scope.Zones; *zone == "" && len(zones) == 1 {
			which.Zone = zones[0]
		}
		var rest station.UncountedIn
		if err := a.ask(ctx, call{op: "zone.uncounted", args: which, result: &rest}); err != nil {
			return err
		}
		decisions, err := f.decisions(rest)
		switch {
		case err != nil:
			return err
		case len(decisions) > 0:
			return t.settle(ctx, a, station.SettleZone{UncountedOf: which, Decisions: decisions, Anyway: f.anyway}, *asJSON)
		case *asJSON:
			return t.json(rest)
		}
		t.uncounted(which, rest)
		return nil
	})
}

// decisions finds what is meant among what nobody counted: an item in each of its bins
// of the zone, or in the one that was named.
func (f zoneFlags) decisions(rest station.UncountedIn) ([]agent.DecidedUncounted, error) {
	var list []agent.DecidedUncounted
	decide := func(as agent.Uncounted, means func(station.UncountedLine) bool) (found bool) {
		for _, l := range rest.Lines {
			if (f.bin == "" || string(l.Bin) == f.bin) && means(l) {
				list, found = append(list, agent.DecidedUncounted{Item: l.Item, Bin: l.Bin, As: as}), true
			}
		}
		return found
	}
	for as, names := range f.by {
		for _, name := range names {
			if !decide(as, func(l station.UncountedLine) bool { return name == l.SKU || name == string(l.Item) }) {
				return nil, usageError{fmt.Sprintf("%q is none of what nobody counted there. \"stockhand count uncounted\" lists it; name it by its SKU", name)}
			}
		}
	}
	if f.all == "" {
		return list, nil
	}
	if !slices.Contains([]string{"keep", "zero", "empty"}, f.all) {
		return nil, usageError{"--all takes keep, zero or empty"}
	}
	named := slices.Clone(list)
	decide(agent.Uncounted(f.all), func(l station.UncountedLine) bool {
		return !slices.ContainsFunc(named, func(d agent.DecidedUncounted) bool { return d.Item == l.Item && d.Bin == l.Bin })
	})
	return list, nil
}

func (t *terminal) settle(ctx context.Context, a asker, ask station.SettleZone, asJSON bool) error {
	var done station.SettledZone
	if err := a.ask(ctx, call{op: "zone.settle", args: ask, result: &done}); err != nil {
		return advised(err, "zone_walked", "Wait until the walk is over, or give the command again with --anyway.")
	}
	if asJSON {
		return t.json(done)
	}
	if done.Kept > 0 {
		t.printf("%s kept uncounted.\n", plural(done.Kept, "item is", "items are"))
	}
	if done.Zeroed > 0 || len(done.LeftOpen) > 0 {
		t.ended(done.Zeroed, done.LeftOpen)
	}
	return nil
}

// uncounted lists what nobody counted in a zone, and how to decide about it.
func (t *terminal) uncounted(which station.UncountedOf, rest station.UncountedIn) {
	place := "no zone"
	if rest.Zone != "" {
		place = "the zone " + clean(string(rest.Zone))
	}
	if rest.Total == 0 {
		t.printf("Everything that is known in %s is counted in %s.\n", place, which.Count)
		return
	}
	t.printf("%s in %s:\n", plural(rest.Total, "item was counted by nobody", "items were counted by nobody"), place)
	rows := [][]string{{"BIN", "SKU", "NAME", "WALKED", "NOTE"}}
	for _, l := range rest.Lines {
		walked := "yes"
		if !l.Walked {
			walked = "no"
		}
		rows = append(rows, []string{clean(string(l.Bin)), clean(l.SKU), clean(l.Name), walked, noteOf(t, l)})
	}
	t.table(rows)
	if more := rest.Total - int64(len(rest.Lines)); more > 0 {
		t.printf("And %s more.\n", thousands(more))
	}
	if n := int64(len(rest.Walking)); n > 0 {
		t.printf("%s still open there: what nobody counted yet may be counted in a moment.\n", plural(n, "pass is", "passes are"))
	}
	t.printf("Decide with --keep ITEM (it stays uncounted), --zero ITEM (it is gone; somebody walked there)\nor --empty ITEM (you looked, and it is not there); --all keep|zero|empty is for all others.\n")
}

func noteOf(t *terminal, l station.UncountedLine) string {
	switch {
	case l.Seen != "":
		return l.Seen + ": type its quantity"
	case l.Kept != "":
		return "kept uncounted by " + clean(l.Kept) + ", " + t.here(l.KeptAt).Format("2006-01-02 15:04")
	}
	return ""
}
