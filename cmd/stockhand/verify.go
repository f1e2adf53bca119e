package main

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/queue"
)

func verifyCommand() subcommand {
	return subcommand{
		name: "verify", summary: "check the whole database against its hashes",
		help: `Usage:
  stockhand verify [DATABASE] [--config FILE] [--json]
  stockhand verify --acknowledge [--config FILE]     you know that a damaged file was set aside

Computes the hash of every stored row anew and compares it with what was written
down when the row was stored; SQLite checks the file as well. It changes nothing
and may be given while an agent runs. The exit status is 1 if anything is wrong.
DATABASE is a file, such as a backup, in place of the agent's own.

Example:
  stockhand verify --json`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			set := flags("verify")
			path, asJSON, acknowledge := configFlag(set), set.Bool("json", false, ""), set.Bool("acknowledge", false, "")
			database, err := optional(parse(set, args))
			switch {
			case err != nil:
				return err
			case *acknowledge && database != "":
				return usageError{"--acknowledge takes no DATABASE"}
			case *acknowledge:
				return t.acknowledge(ctx, *path)
			}
			report, err := t.checked(ctx, *path, database, (*queue.Queue).Verify)
			if err != nil {
				return err
			}
			return t.report(report, "Every row is as it was stored", *asJSON)
		},
	}
}

// databaseInUse returns the file that the agent of a configuration works with, and
// says if it is not the one it should be.
func (t *terminal) databaseInUse(config string) (string, error) {
	c, err := loadConfig(config)
	if err != nil {
		return "", err
	}
	file, damage, err := queue.InUse(c.database())
	t.warnOfDamage(damage)
	return file, err
}

// checked carries out a check of a database: the agent's own if no file is named.
func (t *terminal) checked(ctx context.Context, config, file string, check func(*queue.Queue, context.Context) (queue.Report, error)) (queue.Report, error) {
	if file == "" {
		var err error
		if file, err = t.databaseInUse(config); err != nil {
			return queue.Report{}, err
		}
	}
	q, err := queue.OpenReadOnly(ctx, file, queue.Options{})
	if err != nil {
		return queue.Report{}, err
	}
	defer q.Close()
	stop := t.waiting("checking " + file)
	defer stop()
	return check(q, ctx)
}

// waiting shows on a terminal that something goes on, until stop is called.
func (t *terminal) waiting(what string) (stop func()) {
	p := t.progress()
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		defer p.end()
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-end:
				return
			case <-tick.C:
				p.show("%s, %.0f s", what, time.Since(p.began).Seconds())
			}
		}
	}()
	return func() { close(end); <-ended }
}

// report shows what a check found.
func (t *terminal) report(r queue.Report, fine string, asJSON bool) error {
	if asJSON {
		if err := t.json(r); err != nil {
			return err
		}
	} else {
		t.printReport(r, fine)
	}
	if !r.OK() {
		return errShown
	}
	return nil
}

func (t *terminal) printReport(r queue.Report, fine string) {
	for _, f := range r.Findings {
		t.printProblem(&agent.Error{What: f.What, Means: f.Means, Do: f.Do})
	}
	verdict := fine
	if !r.OK() {
		verdict = fmt.Sprintf("%d findings", len(r.Findings))
	}
	t.printf("%s: %s and %s, up to row %d. Hash %s.\n", verdict,
		plural(r.Scans, "scan", "scans"), plural(r.Events, "event", "events"), r.Head, r.Hash)
}
