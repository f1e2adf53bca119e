package reconcile

import (
	"cmp"
	"maps"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// counted is what the lines of an item add up to.
type counted struct {
	lines          []agent.Line // the newest of each bin, in the order of bins
	units, damaged int64
	cutOff         agent.Stamp // the latest one
	missing        []agent.Bin // known, and not counted
}

func add(lines []agent.Line, known []agent.Bin, clock []agent.ClockStep) counted {
	var c counted
	c.lines = newest(lines)
	for _, l := range c.lines {
		c.units += l.Counted()
		c.damaged += l.Damaged
		if to := CutOff(l, clock); to.Latest().After(c.cutOff.Latest()) {
			c.cutOff = to
		}
	}
	for _, bin := range known {
		in := func(l agent.Line) bool { return l.Bin == bin }
		if !slices.ContainsFunc(c.lines, in) && !slices.Contains(c.missing, bin) {
			c.missing = append(c.missing, bin)
		}
	}
	return c
}

// newest returns the line of the newest round of each bin. A bin that a recount
// did not reach keeps its earlier line with the cut-off that it had.
func newest(lines []agent.Line) []agent.Line {
	byBin := map[agent.Bin]agent.Line{}
	for _, l := range lines {
		if old, found := byBin[l.Bin]; !found || cmp.Or(cmp.Compare(old.Round, l.Round), cmp.Compare(old.Last, l.Last)) < 0 {
			byBin[l.Bin] = l
		}
	}
	list := make([]agent.Line, 0, len(byBin))
	for _, bin := range slices.Sorted(maps.Keys(byBin)) {
		list = append(list, byBin[bin])
	}
	return list
}
