package station

import (
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// LeftOpen is an item that was not confirmed to be gone from a bin, although nobody
// counted it there: something was scanned that may be it.
type LeftOpen struct {
	Item agent.ItemID `json:"item"`
	SKU  string       `json:"sku"`
	Name string       `json:"name"`
	Bin  agent.Bin    `json:"bin"`
	Scan agent.Seq    `json:"scan"` // what may be it
	Why  string       `json:"why"`  // why it was not counted, as a clause
}

// clearing makes zeros of what nobody counted, each once, and leaves out what may
// have been seen.
type clearing struct {
	station *Station
	view    agent.View
	command command
	counted map[place]bool // or decided about already
	found   map[agent.Bin][]agent.ItemID
	seen    map[place]sighting

	zeros []agent.Scan
	left  []LeftOpen
}

// cleared returns the zeros of some bins of a pass, and what is left open in them.
func (s *Station) cleared(v agent.View, c command, pass agent.Pass, bins []agent.Bin) ([]agent.Scan, []LeftOpen, error) {
	z, err := s.clearing(v, c, pass.Count)
	if err == nil {
		err = z.clear(pass, bins)
	}
	if err != nil {
		return nil, nil, err
	}
	return z.zeros, z.left, nil
}

func (s *Station) clearing(v agent.View, c command, count agent.CountID) (*clearing, error) {
	lines, err := v.Lines(count)
	if err != nil {
		return nil, err
	}
	z := &clearing{station: s, view: v, command: c, counted: map[place]bool{}, found: map[agent.Bin][]agent.ItemID{}}
	for _, l := range lines {
		z.counted[place{l.Item, l.Bin, l.Round}] = true
		z.found[l.Bin] = append(z.found[l.Bin], l.Item)
	}
	z.seen, err = s.sightings(v, count)
	return z, err
}

// clear enters 0 for every item that is known in some bins, or that an earlier round
// found there, and that was not counted there in the pass's round: goods that lay in a
// strange bin are gone as much as those of its own.
func (z *clearing) clear(pass agent.Pass, bins []agent.Bin) error {
	for _, bin := range bins {
		items, err := z.view.ItemsIn(bin)
		if err != nil {
			return err
		}
		for _, item := range append(slices.Clip(items), z.found[bin]...) {
			if err := z.clearOne(pass, place{item, bin, pass.Round}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (z *clearing) clearOne(pass agent.Pass, p place) error {
	asked, err := askedFor(z.view, pass, p.item, p.bin)
	if err != nil || !asked || z.counted[p] {
		return err
	}
	z.counted[p] = true
	if saw, found := z.seen[p]; found {
		item, _, err := z.view.Item(p.item)
		z.left = append(z.left, LeftOpen{Item: p.item, SKU: item.SKU, Name: item.Name, Bin: p.bin, Scan: saw.scan, Why: saw.why})
		return err
	}
	own, err := ownRecount(z.view, pass, p.item, z.command.caller.Actor)
	if err != nil {
		return err
	}
	if own {
		item, _, err := z.view.Item(p.item)
		z.left = append(z.left, LeftOpen{Item: p.item, SKU: item.SKU, Name: item.Name, Bin: p.bin, Why: "you counted it first, so somebody else has to look"})
		return err
	}
	zero := z.station.typed(z.command, pass, p.item, p.bin, 0, agent.Good)
	zero.Flags |= agent.Confirmed
	z.zeros = append(z.zeros, zero)
	return nil
}

// clearOpenPasses enters 0 for what was not counted in the bins that the open passes
// of a count have been to. Of a bin in which nothing was heard nobody knows whether it
// is empty: it stays uncounted.
func (z *clearing) clearOpenPasses(count agent.CountID) error {
	passes, err := z.view.Passes(count)
	if err != nil {
		return err
	}
	for _, pass := range passes {
		if !pass.Open() {
			continue
		}
		bins, err := binsOf(z.view, pass)
		if err == nil {
			err = z.clear(pass, bins)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// binsOf returns the bins that a pass has been to, in the order of their visit. A
// bin in which it was said to begin and nothing was heard is none of them.
func binsOf(v agent.View, pass agent.Pass) ([]agent.Bin, error) {
	scans, err := v.Scans(agent.ScanQuery{Pass: pass.ID, Limit: wholeCount})
	if err != nil {
		return nil, err
	}
	slices.Reverse(scans)
	return heardIn(scans), nil
}
