package station

import (
	"context"
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

const (
	// MaxQuantity is the largest quantity that can be typed without a further word. A
	// larger number is almost always a barcode that was scanned into the quantity.
	MaxQuantity = 9_999
	// MaxLarge is the largest that can be if it is said that it is meant.
	MaxLarge = 999_999
)

// SetEntry is a typed quantity: it replaces what the pass entered for the item
// and bin before. The item is named by its id or by a barcode.
type SetEntry struct {
	Pass      agent.PassID    `json:"pass"`
	Item      agent.ItemID    `json:"item,omitempty"`
	Code      string          `json:"code,omitempty"`
	Bin       *agent.Bin      `json:"bin,omitempty"` // nil: where the pass is
	Quantity  int64           `json:"quantity"`
	Condition agent.Condition `json:"condition,omitempty"`
	Large     bool            `json:"large,omitempty"` // whoever typed it was asked and meant it
	PageTime                  // if it may have been held back since it was typed
}

func (s *Station) setEntry(ctx context.Context, c command, a SetEntry) (agent.Scan, error) {
	most := int64(MaxQuantity)
	if a.Large {
		most = MaxLarge
	}
	if a.Quantity < 0 || a.Quantity > most {
		return agent.Scan{}, refuse("bad_quantity", fmt.Sprintf("A quantity must lie between 0 and %d.", most),
			"Type the number of units that are in front of you.")
	}
	switch a.Condition {
	case "":
		a.Condition = agent.Good
	case agent.Good, agent.Damaged:
	default:
		return agent.Scan{}, refuse("bad_condition", "There is no condition "+quote(string(a.Condition))+".", "Goods are good or damaged.")
	}
	return s.enterScan(ctx, c, a.Pass, func(v agent.View, pass agent.Pass) (agent.Scan, error) {
		item, err := s.oneItem(v, a.Item, a.Code)
		if err != nil {
			return agent.Scan{}, err
		}
		bin := pass.Bin
		if a.Bin != nil {
			bin = *a.Bin
		}
		if bin != pass.Bin {
			if bin, err = s.whichBin(v, "", bin, false); err != nil {
				return agent.Scan{}, err
			}
		}
		asked, err := askedFor(v, pass, item, bin)
		if err != nil {
			return agent.Scan{}, err
		}
		if !asked {
			return agent.Scan{}, notAsked(pass)
		}
		if err := mayCount(v, pass, item, c.caller.Actor); err != nil {
			return agent.Scan{}, err
		}
		homeless, err := lacksBin(v, pass, bin, item)
		if err != nil {
			return agent.Scan{}, err
		}
		if homeless {
			return agent.Scan{}, refuse("no_bin", "This item lies in bins, and it is not said in which one it was counted.",
				"Scan the label of the bin first, or choose the bin.")
		}
		entry := s.typed(c, pass, item, bin, a.Quantity, a.Condition)
		if !a.At.IsZero() || a.Held != nil {
			at, uncertainty := s.pageTime(a.PageTime, pass.Started.At)
			entry.Read, entry.Mono = agent.Stamp{At: at.UTC(), Uncertainty: uncertainty}, int64(at.Sub(s.start))
		}
		return entry, nil
	})
}

// notAsked refuses what neither the recount nor the count's scope asks for.
func notAsked(pass agent.Pass) error {
	if pass.Round == 0 {
		return refuse("not_asked", "This count does not ask for that item there.", "Take it into the count first, then enter it again.")
	}
	return refuse("not_asked", "This recount was not asked for that item.", "Ask for a recount of the item first.")
}

// VoidEntry undoes a scan or a typed quantity.
type VoidEntry struct {
	Seq agent.Seq `json:"seq"`
}

func (s *Station) voidEntry(ctx context.Context, c command, a VoidEntry) (agent.Scan, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return agent.Scan{}, err
	}
	var void agent.Scan
	first, err := s.record(ctx, c, &void, func(v agent.View) (agent.Facts, error) {
		old, err := voidable(v, a.Seq)
		if err != nil {
			return agent.Facts{}, err
		}
		pass, _, err := v.Pass(old.Pass)
		if err == nil {
			err = mayUndo(v, c, pass, old)
		}
		if err != nil {
			return agent.Facts{}, err
		}
		void = s.typed(c, pass, old.Item, old.Bin, 0, old.Cond)
		void.Op, void.Voids = agent.Void, old.Seq
		facts := s.facts(c)
		facts.Scans, facts.Result = []agent.Scan{void}, void
		return facts, nil
	})
	void.Seq = first
	return void, err
}

// mayUndo refuses to undo what somebody must not count either, and what somebody else
// counted in a walk that is over. Who manages sees to that, and nobody else.
func mayUndo(v agent.View, c command, pass agent.Pass, old agent.Scan) error {
	if err := mayCount(v, pass, old.Item, c.caller.Actor); err != nil {
		return err
	}
	who := old.Counter(pass)
	known, err := agent.Somebody(v, who)
	if err == nil && known && who != c.caller.Actor && !pass.Open() && !c.caller.May(agent.MayManage) {
		err = refuse("not_yours", "Somebody else counted this, and that walk is over.", "Ask whoever counted it, or somebody who manages.")
	}
	return err
}

// voidable returns the entry to undo, unless it is undone already or its count
// does not take entries of its round any more.
func voidable(v agent.View, seq agent.Seq) (agent.Scan, error) {
	old, found, err := v.Scan(seq)
	if err != nil {
		return old, err
	}
	if found && old.Flags&agent.Awaiting != 0 {
		return old, stillAwaits(v, old)
	}
	if !found || old.Op != agent.Add && old.Op != agent.Set {
		return old, missing("no_entry", fmt.Sprintf("There is no entry %d that could be undone.", seq))
	}
	voided, err := v.Voided(seq)
	if err != nil {
		return old, err
	}
	if _, gone := voided[seq]; gone {
		return old, clash("already_undone", "This entry was undone before.", "Nothing needs to be done.")
	}
	count, err := findCount(v, old.Count)
	if err == nil && !takes(count, old.Round) {
		err = clash("count_state", fmt.Sprintf("The count %s is %s: its entries can not be undone any more.", quote(count.Name), count.State),
			"Ask for a recount of the item instead.")
	}
	return old, err
}

// typed returns an entry made by a person.
func (s *Station) typed(c command, pass agent.Pass, item agent.ItemID, bin agent.Bin, quantity int64, cond agent.Condition) agent.Scan {
	now := s.clock.Now()
	return agent.Scan{
		Actor: c.caller.Actor, Run: s.run, Op: agent.Set,
		Count: pass.Count, Pass: pass.ID, Round: pass.Round,
		Item: item, Bin: bin, Quantity: quantity, Cond: cond,
		Read: agent.Stamp{At: now.UTC()}, Mono: int64(now.Sub(s.start)),
	}
}

// enterScan stores one entry that make builds for a pass that still takes entries.
func (s *Station) enterScan(ctx context.Context, c command, id agent.PassID, build func(agent.View, agent.Pass) (agent.Scan, error)) (agent.Scan, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return agent.Scan{}, err
	}
	var scan agent.Scan
	first, err := s.record(ctx, c, &scan, func(v agent.View) (agent.Facts, error) {
		pass, _, err := takingPass(v, id)
		if err != nil {
			return agent.Facts{}, err
		}
		if scan, err = build(v, pass); err != nil {
			return agent.Facts{}, err
		}
		facts := s.facts(c)
		facts.Scans, facts.Result = []agent.Scan{scan}, scan
		return facts, nil
	})
	scan.Seq = first
	return scan, err
}

// takingPass returns an open pass and its count, which takes entries of its round.
func takingPass(v agent.View, id agent.PassID) (agent.Pass, agent.Count, error) {
	pass, found, err := v.Pass(id)
	if err != nil {
		return pass, agent.Count{}, err
	}
	if !found {
		return pass, agent.Count{}, missing("no_pass", "There is no pass "+quote(string(id))+".")
	}
	count, err := findCount(v, pass.Count)
	if err != nil {
		return pass, count, err
	}
	if !pass.Open() || !takes(count, pass.Round) {
		return pass, count, clash("pass_closed", "This pass is closed.", "Open a new pass to go on counting.")
	}
	return pass, count, nil
}
