package station

import (
	"context"
	"fmt"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// OpenPass begins a walk. An empty Person is the caller; a Device becomes the
// pass's own.
type OpenPass struct {
	Count  agent.CountID  `json:"count"`
	Zone   agent.Zone     `json:"zone,omitempty"`
	Bin    agent.Bin      `json:"bin,omitempty"`
	Device agent.DeviceID `json:"device,omitempty"`
	Round  int64          `json:"round,omitempty"`
}

func (s *Station) openPass(ctx context.Context, c command, a OpenPass) (agent.Pass, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return agent.Pass{}, err
	}
	return write(ctx, s, c, func(v agent.View) (agent.Pass, []agent.Event, error) {
		pass := agent.Pass{
			Count: a.Count, Zone: a.Zone, Bin: a.Bin, Device: a.Device, Round: a.Round,
			Person: c.caller.Actor, Started: s.now(),
		}
		count, err := findCount(v, a.Count)
		if err != nil {
			return pass, nil, err
		}
		if !takes(count, a.Round) {
			return pass, nil, clash("count_state", fmt.Sprintf("The count %s is %s and takes no such pass.", quote(count.Name), count.State),
				"While a count is open it is counted; once it is closed only recounts are entered.")
		}
		if err := askedRound(v, count, a.Round); err != nil {
			return pass, nil, err
		}
		if pass.ID, err = nextPass(v); err != nil {
			return pass, nil, err
		}
		return pass, []agent.Event{agent.NewEvent(agent.PassOpened, pass)}, nil
	})
}

// askedRound refuses a pass of a recount that nobody asked for.
func askedRound(v agent.View, count agent.Count, round int64) error {
	if round == 0 {
		return nil
	}
	recounts, err := v.Recounts(count.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(recounts, func(r agent.Recount) bool { return r.Round == round }) {
		return missing("no_recount", fmt.Sprintf("There is no recount %d of %s.", round, quote(count.Name)))
	}
	return nil
}

func nextPass(v agent.View) (agent.PassID, error) {
	n, err := v.Next("pass")
	return agent.PassID(fmt.Sprintf("pass-%d", n)), err
}

// ClosePass ends a walk.
type ClosePass struct {
	Pass      agent.PassID    `json:"pass"`
	Uncounted agent.Uncounted `json:"uncounted,omitempty"`
}

// ClosedPass is the answer to ClosePass.
type ClosedPass struct {
	Pass   agent.Pass `json:"pass"`
	Zeroed int64      `json:"zeroed"` // items confirmed to be gone
}

// closePass ends a pass. With ZeroUncounted every item that is known in a bin the
// pass has been to, and that nobody counted there, is entered as 0; what happened
// to it may have happened at any time of the pass.
func (s *Station) closePass(ctx context.Context, c command, a ClosePass) (ClosedPass, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return ClosedPass{}, err
	}
	var closed ClosedPass
	_, err := s.record(ctx, c, &closed, func(v agent.View) (agent.Facts, error) {
		pass, count, err := takingPass(v, a.Pass)
		if err != nil {
			return agent.Facts{}, err
		}
		facts := s.facts(c)
		if a.Uncounted == agent.ZeroUncounted {
			bins, err := binsOf(v, pass)
			if err != nil {
				return facts, err
			}
			if len(bins) == 0 {
				bins = []agent.Bin{pass.Bin} // whoever was there says that it is empty
			}
			if facts.Scans, err = s.zeros(v, c, count, pass, bins); err != nil {
				return facts, err
			}
		}
		pass.Closed = s.now()
		closed = ClosedPass{Pass: pass, Zeroed: int64(len(facts.Scans))}
		facts.Events = []agent.Event{agent.NewEvent(agent.PassClosed, agent.PassFact{Pass: pass.ID, At: pass.Closed})}
		facts.Result = closed
		return facts, nil
	})
	return closed, err
}

// zeros are entries of 0 for every item that is known in some bins and was not
// counted there in the pass's round.
func (s *Station) zeros(v agent.View, c command, count agent.Count, pass agent.Pass, bins []agent.Bin) ([]agent.Scan, error) {
	lines, err := v.Lines(count.ID)
	if err != nil {
		return nil, err
	}
	type place struct {
		item agent.ItemID
		bin  agent.Bin
	}
	counted := map[place]bool{}
	for _, l := range lines {
		if l.Round == pass.Round {
			counted[place{l.Item, l.Bin}] = true
		}
	}
	var zeros []agent.Scan
	for _, bin := range bins {
		items, err := v.ItemsIn(bin)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			asked, err := askedFor(v, pass, item)
			if err != nil {
				return nil, err
			}
			if asked && !counted[place{item, bin}] {
				zero := s.typed(c, pass, item, bin, 0, agent.Good)
				zero.Flags |= agent.Confirmed
				zeros = append(zeros, zero)
			}
		}
	}
	return zeros, nil
}

// binsOf returns the bins that a pass has been to, in the order of their visit. A
// bin in which it was said to begin and nothing was heard is none of them.
func binsOf(v agent.View, pass agent.Pass) ([]agent.Bin, error) {
	scans, err := v.Scans(agent.ScanQuery{Pass: pass.ID, Limit: 1_000_000})
	if err != nil {
		return nil, err
	}
	var bins []agent.Bin
	for _, scan := range slices.Backward(scans) {
		if !slices.Contains(bins, scan.Bin) {
			bins = append(bins, scan.Bin)
		}
	}
	return bins, nil
}

// EmptyBin confirms that nothing else lies in a bin than what was counted there.
type EmptyBin struct {
	Pass agent.PassID `json:"pass"`
	Bin  *agent.Bin   `json:"bin,omitempty"` // nil: where the pass is
}

// EmptiedBin is the answer to EmptyBin.
type EmptiedBin struct {
	Bin    agent.Bin `json:"bin"`
	Zeroed int64     `json:"zeroed"` // items confirmed to be gone
}

// emptyBin confirms that a bin is empty, or holds only what was counted in it.
// Nobody else assumes that: a bin without entries stays uncounted.
func (s *Station) emptyBin(ctx context.Context, c command, a EmptyBin) (EmptiedBin, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return EmptiedBin{}, err
	}
	var emptied EmptiedBin
	_, err := s.record(ctx, c, &emptied, func(v agent.View) (agent.Facts, error) {
		pass, count, err := takingPass(v, a.Pass)
		if err != nil {
			return agent.Facts{}, err
		}
		bin := pass.Bin
		if a.Bin != nil {
			bin = *a.Bin
		}
		facts := s.facts(c)
		if facts.Scans, err = s.zeros(v, c, count, pass, []agent.Bin{bin}); err != nil {
			return facts, err
		}
		emptied = EmptiedBin{Bin: bin, Zeroed: int64(len(facts.Scans))}
		facts.Result = emptied
		return facts, nil
	})
	return emptied, err
}

// MovePass says that a pass goes on in another bin.
type MovePass struct {
	Pass agent.PassID `json:"pass"`
	Bin  agent.Bin    `json:"bin"`
}

func (s *Station) movePass(ctx context.Context, c command, a MovePass) (agent.Scan, error) {
	return s.enterScan(ctx, c, a.Pass, func(_ agent.View, pass agent.Pass) (agent.Scan, error) {
		move := s.typed(c, pass, "", a.Bin, 0, "")
		move.Op = agent.Move
		return move, nil
	})
}
