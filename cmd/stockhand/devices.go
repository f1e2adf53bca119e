package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
	"github.com/stockhand/stockhand/scanner"
)

func devicesCommand() subcommand {
	return subcommand{
		name: "devices", summary: "find scanners, see how they are and what they send",
		help: `Usage:
  stockhand devices                 everything plugged in that could be a scanner, how the
                                    configured ones are, and what to do next
  stockhand devices --watch         what is scanned, as it comes; from the running agent, or
                                    from the configured scanners if no agent runs
  stockhand devices --listen NAME   what a device sends: its bytes, their pace, what ends them and
                                    what they mean. NAME is a device as it is listed, a port such
                                    as /dev/ttyUSB0 [--baud 9600: only at this speed], or "all"
  stockhand devices pair            add a scanner by a code that it scans, with the agent running
                                    [--name NAME] [--sheet FILE to print the codes from]
  stockhand devices remove DEVICE   forget a scanner that was paired, by its device or its name

What is shown by --listen, or while no agent runs, is not stored. All take
--config FILE and --json; the list and --listen need no configuration.

Example:
  stockhand devices --listen /dev/ttyACM0`,
		run: devices,
	}
}

func devices(ctx context.Context, t *terminal, args []string) error {
	if len(args) > 0 && args[0] == "pair" {
		return devicesPair(ctx, t, args[1:])
	}
	if len(args) > 0 && args[0] == "remove" {
		return devicesRemove(ctx, t, args[1:])
	}
	set := flags("devices")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	watch, name, baud := set.Bool("watch", false, ""), set.String("listen", "", ""), set.Int("baud", 0, "")
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	l := listener{t: t, json: *asJSON, rules: rulesAt(*path)}
	switch {
	case *baud < 0 || *baud > 0 && *name == "":
		return usageError{"--baud goes with --listen and is above 0, for example 115200"}
	case *name != "":
		e := ear{t: t, json: *asJSON, rules: l.rules}
		return e.listenTo(ctx, *name, *baud, finds)
	case *watch:
		c, err := loadConfig(*path)
		if err != nil {
			return err
		}
		if t.zone, err = c.zone(); err != nil {
			return err
		}
		return l.watch(ctx, c)
	}
	return listDevices(ctx, t, *path, *asJSON)
}

// listener shows what scanners send. It implements scanner.Sink.
type listener struct {
	t     *terminal
	json  bool
	rules barcode.Rules

	mu sync.Mutex
}

// rulesAt returns the rules of a configuration, or the usual ones where it can't be
// read: whoever listens to a scanner needs none.
func rulesAt(path string) barcode.Rules {
	c, err := loadConfig(path)
	if err != nil {
		return barcode.Rules{}
	}
	r, _ := c.rules() // checked when it was loaded
	return r
}

// watch shows what the running agent stores, or what the scanners send if none
// runs.
func (l *listener) watch(ctx context.Context, c *config) error {
	fmt.Fprintln(l.t.err, "Waiting for scans. End with Ctrl-C.")
	_, err := local.Do(ctx, c.Agent.Data, local.Call{Op: "devices.watch", Told: l.stored})
	if errors.Is(err, local.ErrNoAgent) {
		devices, err := scannersOf(c)
		if err != nil {
			return err
		}
		fmt.Fprintln(l.t.err, "No agent is running: what is scanned is shown and not stored.")
		return l.listen(ctx, devices)
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// stored shows a scan that the agent stored.
func (l *listener) stored(text json.RawMessage) {
	var row agent.ShownScan
	if err := json.Unmarshal(text, &row); err != nil {
		return
	}
	if l.json {
		fmt.Fprintf(l.t.out, "%s\n", text)
		return
	}
	l.t.printf("%s  %s  %s  stored as %d  %s\n", l.t.here(row.At).Format("15:04:05.000"), row.Device, row.RawShown, row.Seq, meaning(row))
}

// meaning says what a scan was taken for.
func meaning(row agent.ShownScan) string {
	var words []string
	switch {
	case row.Op == agent.Move && row.Bin == "":
		words = append(words, "another zone: scan a shelf's label")
	case row.Op == agent.Move:
		words = append(words, "bin "+clean(string(row.Bin)))
	case row.Name != "" || row.SKU != "":
		words = append(words, clean(row.SKU+" "+row.Name))
	}
	if why := whyNot(row); why != "" {
		words = append(words, why)
	}
	if row.Meaning != "" {
		words = append(words, "("+row.Meaning+")")
	}
	return strings.Join(words, " ")
}

// listen opens scanners and shows what they send until ctx ends.
func (l *listener) listen(ctx context.Context, devices []scanner.Device) error {
	s, err := scanner.New(devices, l)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	_ = s.Run(ctx) // ends with ctx
	return nil
}

// Read shows a read and does not store it.
func (l *listener) Read(_ context.Context, r scanner.Read) scanner.Verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	code := l.rules.Parse(r.Raw)
	words := agent.Harmless(code.Describe(r.At.Year()))
	if l.json {
		text, err := json.Marshal(map[string]any{"device": r.Device, "at": r.At.UTC(), "raw": r.Raw, "code": code, "meaning": words, "stored": false})
		if err == nil {
			fmt.Fprintf(l.t.out, "%s\n", text)
		}
		return scanner.None
	}
	l.t.printf("%s  %s  %s  %s\n", l.t.here(r.At).Format("15:04:05.000"), r.Device, agent.ShowRaw(r.Raw), words)
	return scanner.None
}

// State shows how a scanner is doing.
func (l *listener) State(s scanner.State) {
	fmt.Fprintf(l.t.err, "%s  %s: %s %s\n", l.t.here(time.Now()).Format("15:04:05"), s.Device, s.Sentence, s.Remedy)
}

// Notice shows what happened to a scanner.
func (l *listener) Notice(n scanner.Notice) {
	fmt.Fprintf(l.t.err, "%s  %s: %s\n", l.t.here(n.At).Format("15:04:05"), n.Device, n.Sentence)
}
