package main

import (
	"context"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
	"github.com/stockhand/stockhand/agent/station"
)

func planCommand() subcommand {
	return subcommand{
		name: "plan", summary: "what to count, when and why",
		help: `Usage:
  stockhand plan [--limit N]     classes, coverage, what is due, the work of a day, and jobs
  stockhand plan JOB             the items of a job: daily, zeros, weekly, monthly or quarterly
  stockhand plan open JOB [--name NAME]    opens a count of it; JOB is its name or its place in the list
  stockhand plan certificate [COUNT]       what a spot check of the plan says about everything else

Items are ranked by what a year's sales of them cost and by how many went through
hands in a quarter; the better rank counts. Class A is counted every 4 weeks,
everything else every 13. What is doubtful is due sooner, and each item says why.
The weekly spot check is drawn by chance: if all of it is right, almost everything
is, and the plan says with what confidence.

--limit N shows N of the items that are due instead of 50. Takes --config FILE and --json.

Example:
  stockhand plan daily`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			if len(args) > 0 {
				switch args = wordFirst(args, []string{"open", "certificate"}); args[0] {
				case "open":
					return planOpen(ctx, t, args[1:])
				case "certificate":
					return planCertificate(ctx, t, args[1:])
				}
			}
			return planShow(ctx, t, args)
		},
	}
}

// everyItem is more than a job has: a list in a terminal is not paged.
const everyItem = 10_000_000

func planShow(ctx context.Context, t *terminal, args []string) error {
	set := flags("plan")
	path, asJSON, limit := configFlag(set), set.Bool("json", false, ""), set.Int("limit", 0, "")
	job, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	if job != "" {
		*limit = everyItem
	}
	return with(ctx, t, *path, func(a asker) error {
		var p station.PlanShown
		if err := a.ask(ctx, call{op: "plan.show", args: station.ShowPlan{Limit: *limit, Job: plan.Kind(job)}, result: &p}); err != nil {
			return err
		}
		switch {
		case *asJSON:
			return t.json(p)
		case job != "":
			printJob(t, p, plan.Kind(job))
		default:
			printPlan(t, p)
		}
		return nil
	})
}

func printPlan(t *terminal, p station.PlanShown) {
	rows := [][]string{{"CLASS", "ITEMS", "EVERY", "DUE", "COUNTED"}}
	for _, c := range p.Classes {
		rows = append(rows, []string{string(c.Class), thousands(c.Items), thousands(c.Days) + " days", thousands(c.Due), thousands(c.Counted)})
	}
	t.table(rows)
	t.printf("%s\n%s\n", p.Coverage.Sentence, p.Work.Sentence)
	for _, note := range p.Notes {
		t.printf("%s\n", clean(note))
	}
	printDue(t, p)
	printJobs(t, p.Proposals)
}

// printDue lists what is due, the most pressing first.
func printDue(t *terminal, p station.PlanShown) {
	if p.DueItems == 0 {
		t.printf("\nNothing is due.\n")
		return
	}
	t.printf("\nDue: %s, %s of them overdue.\n", plural(p.DueItems, "item", "items"), thousands(p.Overdue))
	rows := [][]string{{"SKU", "CLASS", "DUE", "WHY"}}
	for n, d := range p.Due {
		rows = append(rows, []string{label(p.Items[n]), string(d.Standing.Class), since(d.At, p.At), clean(d.Sentence)})
	}
	t.table(rows)
	if more := p.DueItems - int64(len(p.Due)); more > 0 {
		t.printf("%s more are due; --limit %d shows them.\n", thousands(more), p.DueItems)
	}
}

// label is what people call an item.
func label(item station.PlannedItem) string {
	for _, text := range []string{item.SKU, item.Name} {
		if strings.TrimSpace(text) != "" {
			return clean(text)
		}
	}
	return clean(string(item.Item))
}

// since writes for how long something has been due.
func since(at, now time.Time) string {
	switch days := int64(now.Sub(at) / (24 * time.Hour)); days {
	case 0:
		return "now"
	case 1:
		return "for 1 day"
	default:
		return "for " + thousands(days) + " days"
	}
}

func printJobs(t *terminal, jobs []station.ProposedJob) {
	if len(jobs) == 0 {
		return
	}
	t.printf("\nJobs (\"stockhand plan JOB\" lists the items of one):\n")
	rows := [][]string{{"JOB", "TYPE", "ITEMS", "LINES", "MINUTES", "WHY"}}
	for _, j := range jobs {
		rows = append(rows, []string{string(j.Kind), string(j.Type), thousands(j.Items), thousands(j.Lines), thousands(j.Minutes), clean(j.Why)})
	}
	t.table(rows)
}

// printJob lists the items of one job.
func printJob(t *terminal, p station.PlanShown, kind plan.Kind) {
	for _, j := range p.Proposals {
		if j.Kind == kind {
			t.printf("%s: %s, %s, %s.\n%s\n", clean(j.Name), plural(j.Items, "item", "items"), plural(j.Lines, "line", "lines"), plural(j.Minutes, "minute", "minutes"), clean(j.Why))
		}
	}
	printItems(t, p.Items)
}

func printItems(t *terminal, items []station.PlannedItem) {
	rows := [][]string{{"SKU", "NAME", "BINS"}}
	for _, item := range items {
		rows = append(rows, []string{clean(item.SKU), clean(item.Name), clean(joinBins(item.Bins))})
	}
	t.table(rows)
}

func joinBins(bins []agent.Bin) string { return strings.Join(texts(bins), ", ") }
