package main

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/upload"
)

func uploadCommand() subcommand {
	return subcommand{
		name: "upload", summary: "see and start the upload",
		help: `Usage:
  stockhand upload status    what waits, since when, and what asks for a decision
  stockhand upload now       go on at once, whatever it was waiting for
  stockhand upload pause [--why TEXT]
                             send nothing before somebody resumes it, over every restart
  stockhand upload resume    end such a pause
  stockhand upload export [--out FILE]
                             what has not reached the shop, as CSV (or JSON with --json)
  stockhand upload dry-run   what would be sent, with on hand before and after
  stockhand upload check     ask the shop whether it can be worked with, and for its locations
  stockhand upload take-over --from COMPUTER
                             write into the shop's folder in the place of an agent that
                             never comes back; stop it for good first

All take --config FILE and --json.

Example:
  stockhand upload dry-run`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			return verbs{
				"status":  asking(showUpload, "upload.status", false),
				"now":     asking(showUpload, "upload.now", true),
				"dry-run": asking(showPreview, "upload.dry-run", false),
				"check":   asking(showCheck, "upload.check", false),

				"pause":  pausing("upload.pause"),
				"resume": pausing("upload.resume"),
				"export": uploadExport,

				"take-over": takeOverFolder,
			}.do(ctx, t, []string{"status", "now", "pause", "resume", "export", "dry-run", "check", "take-over"}, args)
		},
	}
}

// takeOverFolder follows an agent that is gone.
func takeOverFolder(ctx context.Context, t *terminal, args []string) error {
	set := flags("upload take-over")
	path, from := configFlag(set), set.String("from", "", "")
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		if err := a.ask(ctx, call{op: "upload.take-over", args: takeOver{*from}}); err != nil {
			return err
		}
		t.printf("This agent alone writes into the shop's folder now. Import the files that lie in out, then export levels.csv: older levels are not believed.\n")
		return nil
	})
}

// asking makes a command of an operation without arguments.
func asking[R any](show func(*terminal, R) error, op string, running bool) func(ctx context.Context, t *terminal, args []string) error {
	return func(ctx context.Context, t *terminal, args []string) error {
		set := flags(op)
		path, asJSON := configFlag(set), set.Bool("json", false, "")
		if err := noMore(parse(set, args)); err != nil {
			return err
		}
		do := func(a asker) error {
			var result R
			if err := a.ask(ctx, call{op: op, result: &result}); err != nil {
				return err
			}
			if err := t.tellDamage(ctx, a); err != nil {
				return err
			}
			if *asJSON {
				return t.json(result)
			}
			return show(t, result)
		}
		if running {
			return withAgent(ctx, *path, do)
		}
		return with(ctx, t, *path, do)
	}
}

func showUpload(t *terminal, r uploadReport) error {
	switch {
	case r.Upstream == nil:
		t.printf("No shop is configured.\n")
	case !r.Running:
		t.printf("No agent is running, so nothing is sent.\n")
		t.printProblem(r.Withheld)
	default:
		t.printf("%s is %s since %s.\n", r.Upstream.Name, r.Upstream.State, t.clock(r.Upstream.Since))
		t.printProblem(r.Upstream.Problem)
		switch {
		case r.Upstream.Problem == nil:
		case r.Upstream.Trying:
			t.printf("  It is tried at this moment.\n")
		case !r.Upstream.NextAt.IsZero():
			t.printf("  The next try is at %s.\n", t.clock(r.Upstream.NextAt))
		}
	}
	if r.Paused != nil && !r.Running {
		t.printf("The upload is paused since %s and stays so when an agent runs. To end that: stockhand upload resume\n", clock(r.Paused.Since))
	}
	waiting := fmt.Sprintf("%s waiting", plural(int64(r.Waiting), "adjustment is", "adjustments are"))
	if r.Waiting > 0 {
		waiting += fmt.Sprintf(", the oldest since %s", t.clock(r.Oldest))
	}
	kept := ""
	if r.Kept > 0 {
		kept = fmt.Sprintf(", %d left as the shop has it", r.Kept)
	}
	t.printf("%s; %d delivered%s.\n", waiting, r.States[agent.Delivered], kept)
	for _, d := range r.Decide {
		t.printf("%s (%s) waits for a decision: it is %s.\n", d.Adjustment.ID, clean(string(d.Adjustment.Item)), d.State)
		t.printProblem(d.Problem)
	}
	return nil
}

// clock writes a time by the computer's clock, with the day where it is not today's.
func clock(at time.Time) string { return clockText(at.Local()) }

func (t *terminal) clock(at time.Time) string { return clockText(t.here(at)) }

func clockText(at time.Time) string {
	if time.Since(at).Abs() > 12*time.Hour {
		return at.Format("2006-01-02 15:04")
	}
	return at.Format("15:04:05")
}

func (t *terminal) printProblem(e *agent.Error) {
	if e == nil {
		return
	}
	for _, s := range []string{e.What, e.Means, e.Do} {
		if s != "" {
			t.printf("  %s\n", clean(s))
		}
	}
}

func showPreview(t *terminal, p upload.Preview) error {
	if p.Withheld != nil {
		t.printf("Nothing of this is sent:\n")
		t.printProblem(p.Withheld)
	}
	for i, r := range p.Requests {
		how := "would be made"
		if r.Stored {
			how = "is stored and will be sent as it is"
		}
		t.printf("Request %d %s (%s, %s):\n", i+1, how, clean(string(r.Location)), clean(r.Document.Mode))
		rows := [][]string{{"ITEM", "BEFORE", "CHANGE", "AFTER", "ADJUSTMENT"}}
		for _, l := range r.Lines {
			rows = append(rows, []string{
				clean(string(l.Item)), fmt.Sprint(l.Observed.OnHand), fmt.Sprintf("%+d", l.Delta), fmt.Sprint(l.Target), string(l.Adjustment),
			})
		}
		t.table(rows)
		t.printf("%s\n", r.Document.Body)
	}
	for _, h := range p.Held {
		t.printf("%s would not be sent; it would be %s.\n", h.Adjustment, h.State)
		t.printProblem(h.Problem)
	}
	if len(p.Requests)+len(p.Held) == 0 {
		t.printf("Nothing waits to be sent.\n")
	}
	return nil
}

func showCheck(t *terminal, c upstreamCheck) error {
	broken := false
	for _, f := range c.Findings {
		broken = broken || f.Severity == agent.Broken
		t.printf("%s: %s\n", f.Severity, clean(f.What))
		for _, s := range []string{f.Means, f.Do} {
			if s != "" && f.Severity != agent.Fine {
				t.printf("  %s\n", clean(s))
			}
		}
	}
	rows := [][]string{{"LOCATION", "ACTIVE", "NAME"}}
	for _, l := range c.Locations {
		active := "yes"
		if !l.Active {
			active = "no"
		}
		rows = append(rows, []string{clean(string(l.ID)), active, clean(l.Name)})
	}
	t.table(rows)
	if broken {
		return errShown
	}
	return nil
}
