package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
	"github.com/stockhand/stockhand/agent/station"
)

// planOpen opens a job of the plan: by its name, or by its place in the list.
func planOpen(ctx context.Context, t *terminal, args []string) error {
	set := flags("plan open")
	path, asJSON, name := configFlag(set), set.Bool("json", false, ""), set.String("name", "", "")
	job, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	if job == "" {
		return usageError{"say which job to open: its name, or its place in the list of \"stockhand plan\""}
	}
	return with(ctx, t, *path, func(a asker) error {
		kind, err := jobMeant(ctx, a, job)
		if err != nil {
			return err
		}
		var count agent.Count
		if err := a.ask(ctx, call{op: "plan.open", args: station.OpenPlanned{Job: kind, Name: *name}, result: &count}); err != nil {
			return err
		}
		return t.opened(a, count, *asJSON)
	})
}

// jobMeant returns the job that stands at a place of the list, or that has a name.
func jobMeant(ctx context.Context, a asker, job string) (plan.Kind, error) {
	place, err := strconv.Atoi(job)
	if err != nil {
		return plan.Kind(job), nil
	}
	var p station.PlanShown
	if err := a.ask(ctx, call{op: "plan.show", args: station.ShowPlan{Limit: 1}, result: &p}); err != nil {
		return "", err
	}
	if place < 1 || place > len(p.Proposals) {
		return "", usageError{fmt.Sprintf("the plan has no job %d: it has %d", place, len(p.Proposals))}
	}
	return p.Proposals[place-1].Kind, nil
}

// planCertificate says what a spot check of the plan certifies.
func planCertificate(ctx context.Context, t *terminal, args []string) error {
	set := flags("plan certificate")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	named, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		id, err := theCount(ctx, a, named, agent.CountClosed, agent.CountDone)
		if err != nil {
			return err
		}
		var c station.Certified
		if err := a.ask(ctx, call{op: "plan.certificate", args: station.OneCount{Count: id}, result: &c}); err != nil {
			return err
		}
		if *asJSON {
			return t.json(c)
		}
		t.printf("%s: %s\nDrawn by the seed %q.\n", c.Count, c.Sentence, clean(c.Seed))
		printFound(t, "Not what the books had", c.WrongItems)
		printFound(t, "Not counted, or what was found is not certain", c.Open)
		return nil
	})
}

func printFound(t *terminal, title string, items []station.PlannedItem) {
	if len(items) == 0 {
		return
	}
	t.printf("\n%s:\n", title)
	printItems(t, items)
}
