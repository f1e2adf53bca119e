package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/queue"
)

func replayCommand() subcommand {
	return subcommand{
		name: "replay", summary: "prove that counts and totals are what the log adds up to",
		help: `Usage:
  stockhand replay [DATABASE] [--config FILE] [--json]
  stockhand replay COUNT [DATABASE] [--config FILE] [--json]

Writes the log anew into a temporary database and compares every table that
follows from it, row by row. It changes nothing and may be given while an agent
runs. The exit status is 1 if anything differs. DATABASE is a file, such as a
backup, in place of the agent's own.

With a COUNT only what concerns that count is compared: its passes, entries,
lines, books, movements, approvals and deliveries, and each of its differences,
judged anew from what the log adds up to. The catalogue and how far the shop had
told what moved are in no log: they are taken as they are.

Example:
  stockhand replay count-3`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			set := flags("replay")
			path, asJSON := configFlag(set), set.Bool("json", false, "")
			rest, err := parse(set, args)
			count := agent.CountID("")
			if len(rest) > 0 && isCount(rest[0]) {
				count, rest = agent.CountID(rest[0]), rest[1:]
			}
			database, err := optional(rest, err)
			switch {
			case err != nil:
				return err
			case count != "":
				return t.replayCount(ctx, *path, database, count, *asJSON)
			}
			report, err := t.checked(ctx, *path, database, (*queue.Queue).Replay)
			if err != nil {
				return err
			}
			return t.report(report, "Every table is what the log adds up to", *asJSON)
		},
	}
}

var countName = regexp.MustCompile(`^count-[0-9]+$`)

// isCount reports whether an argument names a count, and no file.
func isCount(text string) bool {
	_, err := os.Stat(text)
	return err != nil && countName.MatchString(text)
}

func (t *terminal) replayCount(ctx context.Context, config, database string, count agent.CountID, asJSON bool) error {
	c, err := loadConfig(config)
	if err != nil {
		return err
	}
	upstream, err := openUpstream(c, systemClock{}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if closer, ok := upstream.(io.Closer); ok {
		defer closer.Close()
	}
	options, err := stationOptions(c, upstream)
	if err != nil {
		return err
	}
	var found queue.CountReport
	_, err = t.checked(ctx, config, database, func(q *queue.Queue, ctx context.Context) (queue.Report, error) {
		var err error
		found, err = q.ReplayCount(ctx, count, options.Judge)
		return found.Report, err
	})
	if err != nil {
		return err
	}
	return t.reportCount(found, asJSON)
}

// reportCount shows what the replay of a count found.
func (t *terminal) reportCount(r queue.CountReport, asJSON bool) error {
	if asJSON {
		if err := t.json(r); err != nil {
			return err
		}
	} else {
		t.printCount(r)
	}
	if !r.OK() {
		return errShown
	}
	return nil
}

func (t *terminal) printCount(r queue.CountReport) {
	for _, f := range r.Findings {
		t.printProblem(&agent.Error{What: f.What, Means: f.Means, Do: f.Do})
	}
	verdict := "all equal to what is shown"
	if !r.OK() {
		verdict = plural(int64(len(r.Findings)), "difference", "differences") + " from what is shown"
	}
	t.printf("%s, made anew from the log: %s, %s, %s, %s; %s. Row %d, hash %s.\n", r.Count,
		plural(r.Entries, "scan or typed quantity", "scans and typed quantities"), plural(r.Lines, "line", "lines"), plural(r.Units, "unit", "units"),
		fmt.Sprintf("%s judged", plural(r.Variances, "item", "items")), verdict, r.Head, r.Hash)
}
