package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/demo"
)

func demoCommand() subcommand {
	return subcommand{
		name: "demo", summary: "show a simulated shop that is being counted",
		help: `Usage: stockhand demo [--port N] [--no-browser] [--dir FOLDER] [--keep] [--speed X] [--seed N]
       stockhand demo --headless [--for 30s] [--json] [--kill-every 2s] [--policy snapshot] [--items N]

Starts a simulated shop with two scanners, and the real agent in a temporary
folder, and opens its page. Nothing is real and nothing is left behind.

  --port N         the page's port; default: any free one
  --no-browser     only print the link that signs the browser in
  --dir FOLDER     an empty folder to work in, instead of a temporary one
  --keep           leave the folder there at the end
  --speed X        how fast the simulated people are; 1 is a person's speed
  --seed N         the same number gives the same shop
  --items N        how many articles the shop has; default 300
  --log            show what the agent writes

With --headless nobody looks on: the shop is counted, approved and delivered, and
what that proved is told. The exit status is not 0 if anything is off.

  --for 30s        how long it is to take; settling may take longer
  --kill-every 2s  kill the agent's process about so often, and start it again
  --policy P       "snapshot" shows what goes wrong without cut-offs
  --json           tell it as JSON

Example:
  stockhand demo
  stockhand demo --headless --for 30s --kill-every 2s --json`,
		run: runDemo,
	}
}

func runDemo(ctx context.Context, t *terminal, args []string) error {
	set := flags("demo")
	var o demo.Options
	set.IntVar(&o.Port, "port", 0, "")
	set.StringVar(&o.Dir, "dir", "", "")
	set.BoolVar(&o.Keep, "keep", false, "")
	set.Float64Var(&o.Speed, "speed", 1, "")
	set.Uint64Var(&o.Seed, "seed", uint64(time.Now().UnixNano()), "")
	set.IntVar(&o.Goods, "items", 0, "")
	set.DurationVar(&o.For, "for", 0, "")
	set.DurationVar(&o.KillEvery, "kill-every", 0, "")
	policy := set.String("policy", "", "")
	headless := set.Bool("headless", false, "")
	asJSON := set.Bool("json", false, "")
	noBrowser := set.Bool("no-browser", false, "")
	log := set.Bool("log", false, "")
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	o.Policy = agent.Method(*policy)
	if err := checkDemo(o, *headless); err != nil {
		return err
	}
	var err error
	if o.Binary, err = os.Executable(); err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	if *log {
		o.Log = t.err
	}
	if *headless {
		return t.headless(ctx, o, *asJSON)
	}
	return t.interactive(ctx, o, !*noBrowser)
}

// checkDemo refuses what makes no sense.
func checkDemo(o demo.Options, headless bool) error {
	switch {
	case o.Speed <= 0 || o.Speed > 100:
		return usageError{"--speed is a number above 0 and up to 100"}
	case o.Goods != 0 && (o.Goods < 40 || o.Goods > 10_000):
		return usageError{"--items is a number from 40 to 10000"}
	case o.For < 0 || o.KillEvery < 0:
		return usageError{"a duration is written as 30s"}
	case o.Policy != "" && o.Policy != agent.CutOff && o.Policy != agent.Snapshot:
		return usageError{fmt.Sprintf("there is no policy %q: use cut-off or snapshot", o.Policy)}
	case !headless && (o.For != 0 || o.KillEvery != 0 || o.Policy != ""):
		return usageError{"--for, --kill-every and --policy need --headless"}
	}
	return nil
}

// headless runs the demo without a person and shows what it proved.
func (t *terminal) headless(ctx context.Context, o demo.Options, asJSON bool) error {
	report, err := demo.Headless(ctx, o)
	if err != nil {
		return err
	}
	if asJSON {
		err = t.json(report)
	} else {
		t.printf("%s", report)
	}
	if err == nil && !report.OK {
		err = errShown
	}
	return err
}

// interactive shows the demo in a browser until it is interrupted.
func (t *terminal) interactive(ctx context.Context, o demo.Options, browser bool) error {
	return demo.Interactive(ctx, o, func(link, dir string) {
		t.printf(`A simulated shop is being counted. Nothing here is real.

  %s

The link signs one browser in, once, within ten minutes. For another one:
  stockhand pair --config %s/stockhand.toml

Ctrl-C ends the demo%s.
`, link, dir, whatIsLeft(o))
		if browser && demo.OpenBrowser(link) {
			fmt.Fprintln(t.out, "It was opened in the browser.")
		}
	})
}

func whatIsLeft(o demo.Options) string {
	if o.Keep {
		return "; its folder stays"
	}
	return " and removes its folder"
}
