package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/doctor"
	"github.com/stockhand/stockhand/agent/station"
)

func doctorCommand() subcommand {
	return subcommand{
		name: "doctor", summary: "say why inventory does not match, and what is wrong with this machine",
		help: `Usage:
  stockhand doctor [--json] [--config FILE]
  stockhand doctor --live-checks [--json]    what is relied on of the shop, and what is seen of it

Looks at the shop, its history, the counts, the database, the scanners and this
machine, and says of each failure what it means, what to do, and what shows it. It
changes nothing. It works with and without a running agent; without one it does not
see the scanners.

--live-checks is for a development store: each line is confirmed, contradicted or not
tested here, by reading alone, and says how a person tests the rest.

Exit status: 0 if all is well, 1 if something is broken, or a line is contradicted, 3
if there are warnings only.

Example:
  stockhand doctor --json`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			set := flags("doctor")
			path, asJSON, live := configFlag(set), set.Bool("json", false, ""), set.Bool("live-checks", false, "")
			if err := noMore(parse(set, args)); err != nil {
				return err
			}
			if *live {
				return t.liveChecks(ctx, *path, *asJSON)
			}
			r, err := t.examine(ctx, *path)
			if err != nil {
				return err
			}
			return t.tellExamination(r, *asJSON)
		},
	}
}

// examine has the agent, or this process, look at everything. Where nothing can be
// opened, that is what is told, with what can be seen of the machine.
func (t *terminal) examine(ctx context.Context, path string) (doctor.Report, error) {
	c, err := loadConfig(path)
	if err != nil {
		return doctor.Report{}, err
	}
	a, err := reach(ctx, t, c)
	if err != nil {
		failed := doctor.Check{Name: "start", Look: func(context.Context) []agent.Finding { return []agent.Finding{doctor.FindingOf(agent.Broken, err)} }}
		return doctor.Run(ctx, time.Now(), append([]doctor.Check{failed}, machineChecks(c)...), nil), nil
	}
	defer func() { _ = a.close() }()
	var r doctor.Report
	p := t.progress()
	defer p.end()
	err = a.ask(ctx, call{op: "doctor.run", result: &r, told: func(text json.RawMessage) {
		var at doctor.Progress
		if json.Unmarshal(text, &at) == nil {
			p.last = time.Time{}
			p.show("%d of %d: %s", at.Done, at.Of, at.Title)
		}
	}})
	return r, err
}

// tellExamination shows what was found; the exit status says how bad it is.
func (t *terminal) tellExamination(r doctor.Report, asJSON bool) error {
	if asJSON {
		if err := t.json(r); err != nil {
			return err
		}
	} else {
		for _, f := range r.Findings {
			t.printFinding(f)
		}
		broken, warnings := 0, 0
		for _, f := range r.Findings {
			switch f.Severity {
			case agent.Broken:
				broken++
			case agent.Warning:
				warnings++
			}
		}
		t.printf("%d broken, %s, %d fine.\n", broken, plural(int64(warnings), "warning", "warnings"), len(r.Findings)-broken-warnings)
	}
	switch r.Severity {
	case agent.Broken:
		return errShown
	case agent.Warning:
		return errPartly
	}
	return nil
}

func (t *terminal) printFinding(f agent.Finding) {
	t.printf("%-8s%s [%s]\n", f.Severity, clean(f.What), f.Code)
	if f.Severity == agent.Fine {
		return
	}
	for _, s := range []string{f.Means, f.Do} {
		if s != "" {
			t.printf("        %s\n", clean(s))
		}
	}
	for _, s := range f.Evidence {
		t.printf("        - %s\n", clean(s))
	}
	if more := f.Total - int64(len(f.Evidence)); len(f.Evidence) > 0 && more > 0 {
		t.printf("        and %d more\n", more)
	}
}

// liveChecks asks the shop for what is relied on.
func (t *terminal) liveChecks(ctx context.Context, path string, asJSON bool) error {
	return with(ctx, t, path, func(a asker) error {
		var seen []agent.Probed
		if err := a.ask(ctx, call{op: "doctor.live-checks", result: &seen}); err != nil {
			return err
		}
		if asJSON {
			if err := t.json(seen); err != nil {
				return err
			}
		}
		wrong := false
		for _, p := range seen {
			wrong = wrong || p.Seen == agent.SeenOtherwise
			if asJSON {
				continue
			}
			t.printf("%-16s%s\n", p.Seen, clean(p.Claim))
			if p.Why != "" {
				t.printf("                %s\n", clean(p.Why))
			}
			if p.ByHand != "" && p.Seen == agent.NotSeen {
				t.printf("                By hand: %s\n", clean(p.ByHand))
			}
		}
		if wrong {
			return errShown
		}
		return nil
	})
}

// reasons shows what may be the reason of a count's differences: goods in a transfer, or
// parcels that nobody counted.
func (t *terminal) reasons(ctx context.Context, a asker, count agent.CountID) error {
	var found []agent.Finding
	if err := a.ask(ctx, call{op: "doctor.count", args: station.OneCount{Count: count}, result: &found}); err != nil {
		return err
	}
	for _, f := range found {
		t.printFinding(f)
	}
	return nil
}
