package station

import (
	"context"
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// AwaitItem says, before an item is scanned, how many times that scan counts and in
// which condition the goods are: what the command barcodes say, for the page.
type AwaitItem struct {
	Pass      agent.PassID    `json:"pass"`
	Times     int64           `json:"times"`
	Condition agent.Condition `json:"condition,omitempty"`
}

func (s *Station) awaitItem(ctx context.Context, c command, a AwaitItem) (agent.Scan, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return agent.Scan{}, err
	}
	if a.Times < 1 || a.Times > MaxQuantity {
		return agent.Scan{}, refuse("bad_quantity", fmt.Sprintf("A scan can count from 1 to %d times.", MaxQuantity),
			"Type how many there are. If there are none, type 0 for the item itself.")
	}
	if a.Condition != "" && a.Condition != agent.Good && a.Condition != agent.Damaged {
		return agent.Scan{}, refuse("bad_condition", "There is no condition "+quote(string(a.Condition))+".", "Goods are good or damaged.")
	}
	return s.enterScan(ctx, c, a.Pass, func(_ agent.View, pass agent.Pass) (agent.Scan, error) {
		if pass.Device == "" {
			return agent.Scan{}, refuse("no_scanner", "No scanner counts in this pass.", "Type the quantity for the item itself, or start a pass with a scanner.")
		}
		in := Ingested{Scan: s.typed(c, pass, "", pass.Bin, 0, agent.Good)}
		in.Scan.Op = agent.Note
		return awaiting(in, a.Times, a.Condition).Scan, nil
	})
}

// stillAwaits refuses to take back what was said of a next item if that item came, or
// something else was said.
func stillAwaits(v agent.View, said agent.Scan) error {
	next, _, err := v.Awaited(said.Pass)
	if err == nil && next.Seq != said.Seq {
		err = clash("already_undone", "That is over: an item came, or something else was said.", "Undo the item's scan instead.")
	}
	return err
}
