package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// approval is what the command line asks to approve.
type approval struct {
	all    bool
	reason string
	use    *int64
	items  []string
}

func countApprove(ctx context.Context, t *terminal, args []string) error {
	set := flags("count approve")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	var p approval
	set.BoolVar(&p.all, "all", false, "")
	set.StringVar(&p.reason, "reason", "", "")
	set.Func("use", "", func(text string) error {
		n, err := strconv.ParseInt(text, 10, 64)
		p.use = &n
		return err
	})
	rest, err := parse(set, args)
	if err != nil {
		return err
	}
	named := ""
	if len(rest) > 0 {
		named, p.items = rest[0], rest[1:]
	}
	if p.all == (len(p.items) > 0) {
		return usageError{"say what to approve: --all for everything that is certain, or a count and its items"}
	}
	if p.use != nil && len(p.items) != 1 {
		return usageError{"--use goes with one item"}
	}
	return with(ctx, t, *path, func(a asker) error { return p.approve(ctx, t, a, named, *asJSON) })
}

func (p approval) approve(ctx context.Context, t *terminal, a asker, named string, asJSON bool) error {
	id, err := theCount(ctx, a, named, agent.CountClosed)
	if err != nil {
		return err
	}
	ask := station.Approve{Count: id, AllReady: p.all, Reason: p.reason}
	if !p.all {
		if ask.Items, err = p.chosen(ctx, a, id); err != nil {
			return err
		}
	}
	var approved station.Approved
	if err := a.ask(ctx, call{op: "count.approve", args: ask, result: &approved}); err != nil {
		return withReasons(err)
	}
	alone(a, "what was approved is sent when an agent runs.")
	var left leftover
	if p.all {
		variances, err := variancesOf(ctx, a, id)
		if err != nil {
			return err
		}
		left = leftOf(variances)
	}
	if asJSON {
		err = t.json(approved)
	} else {
		printApproved(t, approved, id)
	}
	for _, line := range left.sentences() {
		fmt.Fprintln(t.err, clean(line))
	}
	if err == nil && len(approved.Adjustments) == 0 && left.any() {
		return errShown
	}
	return err
}

// reasons are those that the page offers; any other text will do.
var reasons = []string{"Counting difference", "Damaged or expired", "Theft or loss", "Found again", "Receiving mistake", "Used in the shop", "Not known"}

// withReasons says how a reason is given on the command line.
func withReasons(err error) error {
	return advised(err, "reason_needed",
		fmt.Sprintf("Give the command again with --reason %q, or another reason: %s; or say it in your own words.", reasons[0], strings.Join(reasons[1:], ", ")))
}

// advised says of an error with a code what is to be done on the command line, where
// that is not what is done on the page.
func advised(err error, code, do string) error {
	e, ok := errors.AsType[*agent.Error](err)
	if !ok || e.Code != code {
		return err
	}
	told := *e
	told.Do = do
	return &told
}

// leftover counts the lines of a count that could not be approved, by what they need.
type leftover struct {
	waits  map[string]int64 // by what they wait for
	counts map[agent.Status]int64
}

func leftOf(variances []agent.Variance) leftover {
	l := leftover{map[string]int64{}, map[agent.Status]int64{}}
	for _, v := range variances {
		switch v.Status {
		case agent.Waiting:
			l.waits[v.Waits]++
		case agent.NeedsRecount, agent.NotComplete, agent.NotAdjustable:
			l.counts[v.Status]++
		}
	}
	return l
}

func (l leftover) any() bool { return len(l.waits)+len(l.counts) > 0 }

func (l leftover) sentences() []string {
	var all []string
	for _, what := range slices.Sorted(maps.Keys(l.waits)) {
		all = append(all, plural(l.waits[what], "line waits", "lines wait")+" for "+what+". Approve again after that.")
	}
	for _, s := range []struct {
		status          agent.Status
		one, many, what string
	}{
		{agent.NeedsRecount, "line is", "lines are", "not certain, or something speaks against it: count again, or approve one by one with --use"},
		{agent.NotComplete, "line is", "lines are", "not complete: a bin was not counted"},
		{agent.NotAdjustable, "line", "lines", "can't be adjusted"},
	} {
		if n := l.counts[s.status]; n > 0 {
			all = append(all, plural(n, s.one, s.many)+" "+s.what+". \"stockhand count review\" says why.")
		}
	}
	return all
}

func printApproved(t *terminal, approved station.Approved, id agent.CountID) {
	for _, adjustment := range approved.Adjustments {
		t.printf("%s  %+d  %s\n", adjustment.ID, adjustment.Variance, clean(adjustment.Sentence))
	}
	for _, adjustment := range approved.Already {
		t.printf("%s  %+d  was approved already.\n", adjustment.ID, adjustment.Variance)
	}
	for _, line := range approved.Refused {
		t.printf("not approved: %s\n", clean(line.Problem.Error()))
	}
	t.printf("%s of %s %s approved.\n", plural(int64(len(approved.Adjustments)), "adjustment", "adjustments"), id, are(len(approved.Adjustments)))
}

func (p approval) chosen(ctx context.Context, a asker, id agent.CountID) ([]station.ApprovedItem, error) {
	r, err := review(ctx, a, string(id))
	if err != nil {
		return nil, err
	}
	variances, err := r.findAll(p.items)
	var items []station.ApprovedItem
	for _, v := range variances {
		items = append(items, station.ApprovedItem{Item: v.Item, Reason: p.reason, Use: p.use})
	}
	return items, err
}

func countDecide(ctx context.Context, t *terminal, args []string) error {
	set := flags("count decide")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	rest, err := parse(set, args)
	if err != nil {
		return err
	}
	if len(rest) != 2 {
		return usageError{"say which adjustment and what to do: count decide ADJUSTMENT recount|use-mine|keep-theirs"}
	}
	return with(ctx, t, *path, func(a asker) error {
		var d agent.Delivery
		ask := station.Decide{Adjustment: agent.AdjustmentID(rest[0]), Decision: station.Decision(rest[1])}
		if err := a.ask(ctx, call{op: "delivery.decide", args: ask, result: &d}); err != nil {
			return err
		}
		if *asJSON {
			return t.json(d)
		}
		t.printf("%s is decided: %s.\n", rest[0], rest[1])
		return nil
	})
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// verb puts a verb behind a number of things.
func verb(n int64, word string) string {
	if n == 1 {
		return word + "s"
	}
	return word
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%s %s", thousands(n), many)
}
