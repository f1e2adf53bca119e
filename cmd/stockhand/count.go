package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// verbs are what can be done with a noun, such as "count".
type verbs map[string]func(ctx context.Context, t *terminal, args []string) error

// do carries out the verb that stands first.
func (v verbs) do(ctx context.Context, t *terminal, order []string, args []string) error {
	if len(args) == 0 {
		return usageError{"say what to do: " + strings.Join(order, ", ")}
	}
	if args[0] == "-h" || args[0] == "--help" || args[0] == "help" {
		return flag.ErrHelp
	}
	args = wordFirst(args, order)
	do, ok := v[args[0]]
	if !ok {
		text := fmt.Sprintf("%q is none of: %s", args[0], strings.Join(order, ", "))
		if s := nearest(args[0], order); s != "" {
			text += fmt.Sprintf(". Did you mean %q?", s)
		}
		return usageError{text}
	}
	if err := do(ctx, t, args[1:]); err != nil {
		return aboutVerb{args[0], err}
	}
	return nil
}

func countCommand() subcommand {
	return subcommand{
		name: "count", summary: "open, list, close, review and approve counts",
		help: `Usage:
  stockhand count open [--name NAME] [--type cycle|spot|full|zero-confirmation] [SCOPE] [--max-age DAYS]
  stockhand count check [COUNT] [--type TYPE] [SCOPE]    what would go wrong, before anybody walks
  stockhand count list
  stockhand count close [COUNT] [--zero]       --zero: what was not counted in the bins that were walked is gone
             [--yes]                           says first what that ends and leaves; --yes: all the same
  stockhand count reopen [COUNT]               takes a close back, as long as nothing was approved
  stockhand count uncounted [COUNT] [--zone ZONE]              what nobody counted there, and what becomes of it
             [--keep ITEM] [--zero ITEM] [--empty ITEM] [--all keep|zero|empty] [--bin BIN] [--anyway]
  stockhand count review [COUNT] [--all]       what differs and why; --all: what matches, too
  stockhand count show COUNT ITEM              one item, down to its scans and movements
  stockhand count metrics [COUNT]              accuracy, shrinkage, what to investigate, pace, hints
  stockhand count recount COUNT ITEM... [--why TEXT]           begun by "stockhand pass open"
  stockhand count approve [COUNT] --all [--reason TEXT]        everything that is certain
  stockhand count approve COUNT ITEM... [--reason TEXT] [--use N]
  stockhand count decide ADJUSTMENT recount|use-mine|keep-theirs
  stockhand count damaged [COUNT [ITEM...]] [--moved]          damaged units; ITEM: they are to be moved to a damaged state
  stockhand count finish [COUNT] [--leave-undecided]           --leave-undecided: what nobody decided stays as it is in the shop
  stockhand count cancel [COUNT]
  stockhand count export [COUNT] [--format csv|json|html] [--out FILE]
                                               csv: a table; json: everything; html: a report to print and sign

SCOPE says what the count is about: --zone ZONE, --bin BIN, --item ITEM, --class A|B|C|none,
each as often as needed or with commas, and --items-file FILE with one item a line.
Without it everything is counted that lies where somebody walks. What is scanned
and not asked for is kept and said, and can be taken in. A zero confirmation
without items lists what is at zero or below by itself. --max-age takes a bin that
nobody reached from a count of the last DAYS, for items of which another bin was
counted; an item that nobody counted at all stays so.

COUNT may be left out where only one is in question. ITEM is a SKU, a barcode or
an id. --use N approves the variance N where it is not certain which one is right.

"count uncounted" decides about what nobody counted in a zone, item by item. --keep: it
stays uncounted. --zero: it is gone; somebody has walked there. --empty: you looked, and
it is not there. What was scanned and may be the item is never made 0. Where somebody
still walks, a zero needs --anyway.

A delivery that waits for a decision met a quantity that somebody changed
meanwhile: "recount" counts the item again, "use-mine" says that the change moved
no goods and the count is right, "keep-theirs" leaves the shop's number as it is.

Damaged units are part of what is counted. That they are moved to a damaged state is
a wish of its own: somebody does it in the shop's own program, and nothing is sent.
"count damaged COUNT ITEM --moved" says that it is done.

All take --config FILE and --json.

Example:
  stockhand count open --name "Mugs" --zone "Shop floor"`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			return verbs{
				"open": countOpen, "check": countCheck, "list": countList, "uncounted": countUncounted, "close": countClose, "reopen": countReopen, "review": countReview, "show": countShow, "metrics": countMetrics,
				"recount": countRecount, "approve": countApprove, "decide": countDecide,
				"damaged": countDamaged, "finish": countFinish, "cancel": countCancel, "export": countExport,
			}.do(ctx, t, []string{"open", "list", "check", "uncounted", "close", "reopen", "review", "show", "metrics", "recount", "approve", "decide", "damaged", "finish", "cancel", "export"}, args)
		},
	}
}

func countList(ctx context.Context, t *terminal, args []string) error {
	set := flags("count list")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	switch rest, err := parse(set, args); {
	case err != nil:
		return err
	case len(rest) > 0:
		return usageError{fmt.Sprintf("%q is too much: \"count list\" takes no COUNT and lists all. \"stockhand count review COUNT\" shows one", strings.Join(rest, " "))}
	}
	return with(ctx, t, *path, func(a asker) error {
		counts, err := allCounts(ctx, a)
		if err == nil {
			err = t.tellDamage(ctx, a)
		}
		switch {
		case err != nil:
			return err
		case *asJSON:
			return t.json(counts)
		case len(counts) == 0:
			t.printf("There are no counts yet. \"stockhand count open\" opens one.\n")
			return nil
		}
		rows := [][]string{{"COUNT", "STATE", "TYPE", "OPENED", "NAME"}}
		for _, c := range counts {
			rows = append(rows, []string{string(c.ID), string(c.State), string(c.Type), t.here(c.Opened.At).Format("2006-01-02 15:04"), clean(c.Name)})
		}
		t.table(rows)
		return nil
	})
}

func allCounts(ctx context.Context, a asker) ([]agent.Count, error) {
	var counts []agent.Count
	err := a.ask(ctx, call{op: "count.list", result: &counts})
	return append([]agent.Count{}, counts...), err // never null
}

// theCount returns the count that is meant: the one named, or the only one in one
// of the states.
func theCount(ctx context.Context, a asker, named string, states ...agent.CountState) (agent.CountID, error) {
	if named != "" {
		return agent.CountID(named), nil
	}
	counts, err := allCounts(ctx, a)
	if err != nil {
		return "", err
	}
	var fit []string
	for _, c := range counts {
		for _, s := range states {
			if c.State == s {
				fit = append(fit, string(c.ID))
			}
		}
	}
	switch len(fit) {
	case 1:
		return agent.CountID(fit[0]), nil
	case 0:
		return "", usageError{fmt.Sprintf("no count is %s", states[0])}
	}
	return "", usageError{"say which count is meant: " + strings.Join(fit, ", ")}
}

// optional returns the only argument, or "".
func optional(rest []string, err error) (string, error) {
	if err != nil || len(rest) == 0 {
		return "", err
	}
	return rest[0], noMore(rest[1:], nil)
}

func turned(ctx context.Context, t *terminal, a asker, c call, asJSON bool) error {
	var count agent.Count
	c.result = &count
	if err := a.ask(ctx, c); err != nil {
		return err
	}
	if asJSON {
		return t.json(count)
	}
	t.printf("%s is %s.\n", count.ID, count.State)
	return nil
}

func countCancel(ctx context.Context, t *terminal, args []string) error {
	set := flags("count cancel")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	named, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		id, err := theCount(ctx, a, named, agent.CountClosed, agent.CountOpen)
		if err != nil {
			return err
		}
		return turned(ctx, t, a, call{op: "count.cancel", args: station.OneCount{Count: id}}, *asJSON)
	})
}
