package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

func countClose(ctx context.Context, t *terminal, args []string) error {
	set := flags("count close")
	path, asJSON, zero, yes := configFlag(set), set.Bool("json", false, ""), set.Bool("zero", false, ""), set.Bool("yes", false, "")
	named, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		id, err := theCount(ctx, a, named, agent.CountOpen)
		if err != nil {
			return err
		}
		if err := t.mayClose(ctx, a, id, *yes); err != nil {
			return err
		}
		args := station.CloseCount{Count: id}
		if *zero {
			args.Uncounted = agent.ZeroUncounted
		}
		var closed station.ClosedCount
		if err := a.ask(ctx, call{op: "count.close", args: args, result: &closed}); err != nil {
			return err
		}
		if *asJSON {
			return t.json(closed)
		}
		t.printf("%s is %s.\n", closed.ID, closed.State)
		for _, p := range closed.Ended {
			t.printf("%s of %s was open and is ended; it was last heard of at %s.\n", p.Pass, clean(p.By.ID), clockTime(t, p.Heard))
		}
		if *zero {
			t.ended(closed.Zeroed, closed.LeftOpen)
		}
		if err := t.reasons(ctx, a, closed.ID); err != nil {
			return err
		}
		return t.strays(ctx, a, closed.ID)
	})
}

// mayClose says what closing a count would end and leave, and asks. Where nobody sits
// at a terminal it has to be agreed to before.
func (t *terminal) mayClose(ctx context.Context, a asker, id agent.CountID, yes bool) error {
	if yes {
		return nil
	}
	said, err := looseOf(ctx, a, id)
	if err != nil || len(said.Said) == 0 {
		return err
	}
	file, _ := t.in.(*os.File)
	if file == nil || !isTerminal(file) {
		return &agent.Error{
			Code: "loose", Class: agent.Refuse, What: strings.Join(said.Said, " "), Means: "Nothing was changed.",
			Do: fmt.Sprintf("Look after it first, or close the count all the same: stockhand count close %s --yes.", id),
		}
	}
	for _, line := range said.Said {
		fmt.Fprintln(t.err, clean(line))
	}
	fmt.Fprintf(t.err, "Close %s all the same? [y/N] ", id)
	answer, err := readLine(bufio.NewReader(t.in))
	if answer = strings.ToLower(strings.TrimSpace(answer)); err == nil && answer != "y" && answer != "yes" {
		err = &agent.Error{Code: "not_closed", Class: agent.Refuse, What: "The count stays open.", Means: "Nothing was changed.", Do: "Go on counting."}
	}
	return err
}

func looseOf(ctx context.Context, a asker, id agent.CountID) (loose station.Loose, err error) {
	err = a.ask(ctx, call{op: "count.loose", args: station.OneCount{Count: id}, result: &loose})
	return loose, err
}

// loose says what was scanned in a count whose first counting is over and counts for
// nothing yet.
func (t *terminal) loose(ctx context.Context, a asker, id agent.CountID) error {
	loose, err := looseOf(ctx, a, id)
	if len(loose.Passes) > 0 { // it is still counted
		return err
	}
	for _, line := range loose.Said {
		t.printf("%s\n", clean(line))
	}
	return err
}

func countReopen(ctx context.Context, t *terminal, args []string) error {
	set := flags("count reopen")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	named, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		id, err := theCount(ctx, a, named, agent.CountClosed)
		if err != nil {
			return err
		}
		return turned(ctx, t, a, call{op: "count.reopen", args: station.OneCount{Count: id}}, *asJSON)
	})
}
