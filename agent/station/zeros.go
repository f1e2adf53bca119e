package station

import (
	"cmp"
	"context"
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

// zerosAtOnce is how many zeros are stored at once: the scans that come meanwhile wait
// for it.
const zerosAtOnce = 100

// clearing makes zeros of what nobody counted, each once, and leaves out what may
// have been seen.
type clearing struct {
	station *Station
	view    agent.View
	command command
	count   agent.CountID
	head    agent.Seq      // up to where the log is known
	counted map[place]bool // or decided about already
	found   map[agent.Bin][]agent.ItemID
	seen    map[place]sighting
	pending []uncounted

	zeros []agent.Scan
	left  []LeftOpen
	sum   int64 // of all zeros that were made
}

// uncounted is a place that a pass did not count.
type uncounted struct {
	pass agent.Pass
	place
}

// cleared finds what nobody counted in some bins of a pass, and stores all but the last
// zeros of it. The last ones are for the write that ends what was asked for. It finds
// nothing where that write will refuse.
func (s *Station) cleared(ctx context.Context, c command, id agent.PassID, bins func(agent.View, agent.Pass) ([]agent.Bin, error)) (*clearing, error) {
	return s.clear(ctx, c, func(v agent.View) (agent.CountID, []agent.Pass, error) {
		pass, _, err := takingPass(v, id)
		return pass.Count, []agent.Pass{pass}, err
	}, bins)
}

// clear gathers what nobody counted before it writes anything: in a long count that
// takes a while, and no scan shall wait for it. What is counted meanwhile is left out
// when the zeros are stored, in parts that are soon stored. If the agent is stopped in
// between, what was stored stands, and asking again does the rest.
func (s *Station) clear(ctx context.Context, c command, which func(agent.View) (agent.CountID, []agent.Pass, error), bins func(agent.View, agent.Pass) ([]agent.Bin, error)) (*clearing, error) {
	var z *clearing
	err := s.store.Read(ctx, func(v agent.View) error {
		count, passes, err := which(v)
		if refused := agent.AsError(err); err != nil && refused.Class != agent.Fault {
			z = &clearing{station: s, command: c} // a repeat of a command has its answer
			return nil
		}
		if err == nil {
			z, err = s.clearing(v, c, count)
		}
		for _, pass := range passes {
			if err != nil {
				break
			}
			err = z.gather(pass, bins)
		}
		return err
	})
	for err == nil && len(z.pending) > zerosAtOnce {
		_, err = s.store.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
			facts := s.facts(c)
			if err := stillIs(v, c.caller); err != nil {
				return facts, err
			}
			facts.Scans, err = z.part(v)
			return facts, err
		})
	}
	return z, err
}

func (s *Station) clearing(v agent.View, c command, count agent.CountID) (*clearing, error) {
	lines, err := v.Lines(count)
	if err != nil {
		return nil, err
	}
	z := &clearing{station: s, view: v, command: c, count: count, counted: make(map[place]bool, len(lines)), found: map[agent.Bin][]agent.ItemID{}}
	for _, l := range lines {
		z.counted[place{l.Item, l.Bin, l.Round}] = true
		z.found[l.Bin] = append(z.found[l.Bin], l.Item)
	}
	if z.seen, err = s.sightings(v, count); err != nil {
		return nil, err
	}
	_, z.head, err = v.Head()
	return z, err
}

// gather finds every item that is known in some bins of a pass, or that an earlier round
// found there, and that was not counted there in the pass's round: goods that lay in a
// strange bin are gone as much as those of its own.
func (z *clearing) gather(pass agent.Pass, which func(agent.View, agent.Pass) ([]agent.Bin, error)) error {
	bins, err := which(z.view, pass)
	if err != nil {
		return err
	}
	for _, bin := range bins {
		items, err := z.view.ItemsIn(bin)
		if err != nil {
			return err
		}
		for _, item := range append(slices.Clip(items), z.found[bin]...) {
			if at := (place{item, bin, pass.Round}); !z.counted[at] {
				z.pending = append(z.pending, uncounted{pass, at})
			}
		}
	}
	return nil
}

// part makes the next zeros, by what was counted until now.
func (z *clearing) part(v agent.View) ([]agent.Scan, error) {
	z.view, z.zeros = v, nil
	if len(z.pending) == 0 {
		return nil, nil
	}
	if err := z.update(); err != nil {
		return nil, err
	}
	some := z.pending[:min(len(z.pending), zerosAtOnce)]
	z.pending = z.pending[len(some):]
	open := map[agent.PassID]bool{}
	for _, u := range some {
		if _, known := open[u.pass.ID]; !known {
			_, _, err := takingPass(v, u.pass.ID)
			open[u.pass.ID] = err == nil
		}
		if !open[u.pass.ID] {
			continue // somebody ended it meanwhile, as it was
		}
		if err := z.clearOne(u.pass, u.place); err != nil {
			return nil, err
		}
	}
	z.sum += int64(len(z.zeros))
	return z.zeros, nil
}

// update takes note of what was counted since, or may have been seen.
func (z *clearing) update() error {
	var failed error
	err := eachSince(z.view, z.head, func(scan agent.Scan) {
		z.head = scan.Seq
		switch {
		case scan.Count != z.count:
		case scan.Op == agent.Add || scan.Op == agent.Set:
			z.counted[place{scan.Item, scan.Bin, scan.Round}] = true
		case isSighted(scan):
			failed = cmp.Or(failed, sightseeing{station: z.station, view: z.view, seen: z.seen, meanings: map[string][]agent.ItemID{}}.add(scan))
		}
	})
	return cmp.Or(err, failed)
}

func (z *clearing) clearOne(pass agent.Pass, p place) error {
	if z.counted[p] {
		return nil
	}
	asked, err := askedFor(z.view, pass, p.item, p.bin)
	if err != nil || !asked {
		return err
	}
	z.counted[p] = true
	if saw, found := z.seen[p]; found {
		item, _, err := z.view.Item(p.item)
		z.left = append(z.left, LeftOpen{Item: p.item, SKU: item.SKU, Name: item.Name, Bin: p.bin, Scan: saw.scan, Why: saw.why})
		return err
	}
	why, err := barred(z.view, pass, p.item, z.command.caller.Actor)
	if err != nil {
		return err
	}
	if why != "" {
		item, _, err := z.view.Item(p.item)
		z.left = append(z.left, LeftOpen{Item: p.item, SKU: item.SKU, Name: item.Name, Bin: p.bin, Why: barredWhy[why]})
		return err
	}
	zero := z.station.typed(z.command, pass, p.item, p.bin, 0, agent.Good)
	zero.Flags |= agent.Confirmed
	z.zeros = append(z.zeros, zero)
	return nil
}

// barredWhy are the clauses for why somebody can not say that an item is gone.
var barredWhy = map[Heard]string{
	OwnRecount: "you counted it first, so somebody else has to look",
	NotSigned:  "nobody has signed in, and it has to be known who looked",
}

// walkingPasses returns the open passes of a count, if it can be closed.
func walkingPasses(v agent.View, id agent.CountID) ([]agent.Pass, error) {
	if _, err := turnable(v, id, agent.CountClosed); err != nil {
		return nil, err
	}
	passes, err := v.Passes(id)
	return slices.DeleteFunc(passes, func(p agent.Pass) bool { return !p.Open() }), err
}

// binsOf returns the bins that a pass has been to, in the order of their visit. A
// bin in which it was said to begin and nothing was heard is none of them: whether it is
// empty nobody knows.
func binsOf(v agent.View, pass agent.Pass) ([]agent.Bin, error) {
	scans, err := v.Whereabouts(pass.ID)
	return heardIn(scans), err
}
