package main

import (
	"context"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// countFinish ends a count. What it leaves undecided is told, and only left if that
// was asked for.
func countFinish(ctx context.Context, t *terminal, args []string) error {
	set := flags("count finish")
	path, asJSON, leave := configFlag(set), set.Bool("json", false, ""), set.Bool("leave-undecided", false, "")
	named, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		id, err := theCount(ctx, a, named, agent.CountClosed)
		if err != nil {
			return err
		}
		var left station.Undecided
		if *leave {
			variances, err := variancesOf(ctx, a, id)
			if err != nil {
				return err
			}
			left = station.UndecidedOf(variances)
		}
		ask := station.FinishCount{Count: id, LeaveUndecided: *leave}
		if err := turned(ctx, t, a, call{op: "count.finish", args: ask}, *asJSON); err != nil {
			return advised(err, "undecided", "\"stockhand count review\" shows them. Decide about them first, or give the command again with --leave-undecided.")
		}
		if len(left) > 0 && !*asJSON {
			t.printf("Left as it is in the shop: %s.\n", left)
		}
		return nil
	})
}
