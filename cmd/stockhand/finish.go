package main

import (
	"context"
	"errors"

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
			r, err := review(ctx, a, string(id))
			if err != nil {
				return err
			}
			left = station.UndecidedOf(r.variances)
		}
		ask := station.FinishCount{Count: id, LeaveUndecided: *leave}
		if err := turned(ctx, t, a, call{op: "count.finish", args: ask}, *asJSON); err != nil {
			return withLeave(err)
		}
		if len(left) > 0 && !*asJSON {
			t.printf("Left as it is in the shop: %s.\n", left)
		}
		return nil
	})
}

// withLeave says how what is undecided is left on the command line.
func withLeave(err error) error {
	e, ok := errors.AsType[*agent.Error](err)
	if !ok || e.Code != "undecided" {
		return err
	}
	told := *e
	told.Do = "\"stockhand count review\" shows them. Decide about them first, or give the command again with --leave-undecided."
	return &told
}
