package station

import (
	"cmp"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// zoneRest is what nobody counted in one zone of a count.
type zoneRest struct {
	*clearing
	count  agent.Count
	asked  UncountedOf
	bins   []agent.Bin // in walking order
	passes []agent.Pass
	// visited is when whoever was in a bin first began to walk, in the round.
	visited map[agent.Bin]agent.Stamp
	lines   []UncountedLine
}

func (s *Station) zoneRest(v agent.View, c command, a UncountedOf) (*zoneRest, error) {
	count, err := findCount(v, a.Count)
	if err == nil {
		err = askedRound(v, count, a.Round)
	}
	if err != nil {
		return nil, err
	}
	z := &zoneRest{count: count, asked: a}
	if z.clearing, err = s.clearing(v, c, a.Count); err != nil {
		return nil, err
	}
	if z.bins, err = binsOfZone(v, a.Zone); err != nil {
		return nil, err
	}
	if err := z.visits(); err != nil {
		return nil, err
	}
	return z, z.list()
}

// binsOfZone returns the bins of a zone in walking order. Without a zone they are
// those of none, and last what lies in no bin.
func binsOfZone(v agent.View, zone agent.Zone) ([]agent.Bin, error) {
	places, err := v.Places()
	if err != nil {
		return nil, err
	}
	var bins []agent.Bin
	for _, p := range places {
		if p.Zone == zone && p.Bin != "" {
			bins = append(bins, p.Bin)
		}
	}
	if zone == "" {
		return append(unique(bins), ""), nil
	}
	if len(bins) == 0 {
		err = missing("no_zone", "There is no zone "+quote(string(zone))+" with bins in the catalogue.")
	}
	return unique(bins), err
}

// zonesAbout returns the zones that a count may be about, in walking order.
func zonesAbout(v agent.View, count agent.Count) ([]agent.Zone, error) {
	zones := []agent.Zone{}
	places, err := v.Places()
	for _, p := range places {
		in := !count.Scope.HasPlaces() || slices.Contains(count.Scope.Zones, p.Zone) || slices.Contains(count.Scope.Bins, p.Bin)
		if p.Zone != "" && in && !slices.Contains(zones, p.Zone) {
			zones = append(zones, p.Zone)
		}
	}
	return zones, err
}

// visits finds out who has been where in the round.
func (z *zoneRest) visits() (err error) {
	z.visited = map[agent.Bin]agent.Stamp{}
	if z.passes, err = z.view.Passes(z.count.ID); err != nil {
		return err
	}
	z.passes = slices.DeleteFunc(z.passes, func(p agent.Pass) bool { return p.Round != z.asked.Round })
	visits, err := z.view.Visits(z.count.ID)
	for _, visit := range visits {
		i := slices.IndexFunc(z.passes, func(p agent.Pass) bool { return p.ID == visit.Pass })
		if i < 0 || !visit.Heard {
			continue
		}
		began, known := z.visited[visit.Bin]
		if !known || z.passes[i].Started.Earliest().Before(began.Earliest()) {
			z.visited[visit.Bin] = z.passes[i].Started
		}
	}
	return err
}

// walking returns the open passes in the zone of others than somebody.
func (z *zoneRest) walking(but agent.Actor) []agent.Pass {
	var open []agent.Pass
	for _, p := range z.passes {
		there := p.Bin != "" && slices.Contains(z.bins, p.Bin) || p.Zone == z.asked.Zone && p.Zone != ""
		if p.Open() && there && p.Person != but {
			open = append(open, p)
		}
	}
	return open
}

// list finds the items that are known in the zone, or that an earlier round found
// there, and that were not counted there.
func (z *zoneRest) list() error {
	somewhere := map[agent.ItemID]bool{}
	for at := range z.counted {
		if at.round == z.asked.Round {
			somewhere[at.item] = true
		}
	}
	for _, bin := range z.bins {
		known, err := z.view.ItemsIn(bin)
		if err != nil {
			return err
		}
		before := len(z.lines)
		for _, item := range unique(append(slices.Clip(known), z.found[bin]...)) {
			if bin == "" && somewhere[item] {
				continue // it lies nowhere in particular, and was found
			}
			if err := z.listOne(item, bin); err != nil {
				return err
			}
		}
		slices.SortStableFunc(z.lines[before:], func(a, b UncountedLine) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Item, b.Item))
		})
	}
	return nil
}

func (z *zoneRest) listOne(id agent.ItemID, bin agent.Bin) error {
	at := place{id, bin, z.asked.Round}
	asked, err := askedFor(z.view, agent.Pass{Count: z.count.ID, Round: z.asked.Round}, id, bin)
	if err != nil || !asked || z.counted[at] {
		return err
	}
	item, found, err := z.view.Item(id)
	if err != nil || !found || gone(item) {
		return err
	}
	_, walked := z.visited[bin]
	z.lines = append(z.lines, UncountedLine{
		LeftLine: LeftLine{Bin: bin, Item: id, SKU: item.SKU, Name: item.Name},
		Walked:   walked, Seen: z.seen[at].why, Scan: z.seen[at].scan,
	})
	return nil
}

// kept says who decided before to leave what uncounted.
func (z *zoneRest) kept() error {
	events, err := z.view.EventsOf(z.count.ID)
	if err != nil {
		return err
	}
	who, err := z.station.calling(z.view)
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.Kind != agent.UncountedDecided {
			continue
		}
		fact, err := agent.Decode[agent.UncountedFact](e)
		if err != nil {
			return err
		}
		for _, d := range fact.Decided {
			if line := z.line(d.Item, d.Bin); line != nil && fact.Round == z.asked.Round {
				line.Kept, line.KeptAt = "", e.At
				if d.As == agent.KeepUncounted {
					line.Kept = who.name(e.Actor)
				}
			}
		}
	}
	return who.err
}

func (z *zoneRest) line(item agent.ItemID, bin agent.Bin) *UncountedLine {
	i := slices.IndexFunc(z.lines, func(l UncountedLine) bool { return l.Item == item && l.Bin == bin })
	if i < 0 {
		return nil
	}
	return &z.lines[i]
}

// decide makes the zeros of what is gone. What may have been seen, what was counted
// meanwhile, and what nobody can know to be gone is left open.
func (z *zoneRest) decide(pass agent.Pass, decisions []agent.DecidedUncounted) error {
	for _, d := range decisions {
		line := z.line(d.Item, d.Bin)
		switch {
		case line == nil:
			if err := z.leave(d, "it was counted meanwhile, or this count does not ask for it there"); err != nil {
				return err
			}
		case d.As == agent.ZeroUncounted && !line.Walked:
			if err := z.leave(d, "nobody has been to this bin: look there, and then confirm that it is not there"); err != nil {
				return err
			}
		case d.Zero():
			if err := z.clearOne(pass, place{d.Item, d.Bin, pass.Round}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (z *zoneRest) leave(d agent.DecidedUncounted, why string) error {
	item, _, err := z.view.Item(d.Item)
	z.left = append(z.left, LeftOpen{Item: d.Item, SKU: item.SKU, Name: item.Name, Bin: d.Bin, Why: why})
	return err
}

// since returns from when on the goods may have been gone: when the first began to walk
// where they are missing. Where nobody did, whoever looked did so since the count takes
// entries of the round.
func (z *zoneRest) since(zeros []agent.Scan) agent.Stamp {
	earliest := z.station.now()
	for _, zero := range zeros {
		began, walked := z.visited[zero.Bin]
		if !walked {
			began = z.count.Opened
			if z.asked.Round > 0 {
				began = z.count.Closed
			}
		}
		if began.Earliest().Before(earliest.Earliest()) {
			earliest = began
		}
	}
	return earliest
}
