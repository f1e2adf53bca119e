package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/serialport"
)

func devicesCommand() subcommand {
	return subcommand{
		name: "devices", summary: "list serial ports and see what scanners send",
		help: `Usage:
  stockhand devices                 serial ports, and how the configured scanners are
  stockhand devices --watch         what is scanned, as it comes; from the running agent, or
                                    from the configured scanners if no agent runs
  stockhand devices --listen PORT   open a port and show what its scanner sends [--baud 9600]
  stockhand devices pair            add a scanner by a code that it scans, with the agent running
                                    [--name NAME] [--sheet FILE to print the codes from]
  stockhand devices remove DEVICE   forget a scanner that was paired

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
	watch, port, baud := set.Bool("watch", false, ""), set.String("listen", "", ""), set.Int("baud", serialport.DefaultBaud, "")
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	l := listener{t: t, json: *asJSON}
	switch {
	case *port != "":
		d, err := drivers.Device(map[string]any{"driver": "serial", "port": *port, "baud": *baud})
		if err != nil {
			return usageError{err.Error()}
		}
		return l.listen(ctx, []scanner.Device{d})
	case *watch:
		c, err := loadConfig(*path)
		if err != nil {
			return err
		}
		return l.watch(ctx, c)
	}
	return listDevices(ctx, t, *path, *asJSON)
}

// portRow is one serial port, with what to write into the configuration.
type portRow struct {
	Path    string         `json:"path"`
	Product string         `json:"product,omitempty"`
	USB     serialport.USB `json:"usb,omitzero"`
	ByID    string         `json:"by_id,omitempty"`
	Device  string         `json:"device"` // the identity its scanner would have
}

func listDevices(ctx context.Context, t *terminal, path string, asJSON bool) error {
	ports, err := serialport.List(ctx)
	if err != nil {
		return fmt.Errorf("look for serial ports: %w", err)
	}
	rows := []portRow{}
	for _, p := range ports {
		rows = append(rows, portRow{p.Path, clean(p.Manufacturer + " " + p.ProductName), p.USB, p.ByID, p.Where().Identity()})
	}
	states := []deviceState{}
	if c, err := loadConfig(path); err == nil { // without one there are only ports
		text, err := local.Do(ctx, c.Agent.Data, local.Call{Op: "devices.states"})
		if err == nil {
			err = json.Unmarshal(text, &states)
		}
		if err != nil && !errors.Is(err, local.ErrNoAgent) {
			return err
		}
	}
	if asJSON {
		return t.json(map[string]any{"ports": rows, "scanners": states})
	}
	printDevices(t, rows, states)
	return nil
}

func printDevices(t *terminal, ports []portRow, states []deviceState) {
	table := [][]string{{"PORT", "WHAT", "FOR THE CONFIGURATION"}}
	for _, p := range ports {
		how := fmt.Sprintf("port = %q", p.Path)
		if p.USB.Vendor != "" {
			how = fmt.Sprintf("vid = %q, pid = %q", p.USB.Vendor, p.USB.Product)
			if p.USB.Serial != "" {
				how += fmt.Sprintf(", serial = %q", p.USB.Serial)
			}
		}
		table = append(table, []string{p.Path, p.Product, how})
	}
	if len(ports) > 0 {
		t.table(table)
	} else {
		t.printf("There are no serial ports. Is the scanner plugged in, and set to USB serial (virtual COM)?\n")
	}
	for _, s := range states {
		t.printf("%s: %s. %s\n", s.Device, s.Name, s.Sentence)
		if s.Remedy != "" {
			t.printf("  %s\n", s.Remedy)
		}
	}
}

// listener shows what scanners send. It implements scanner.Sink.
type listener struct {
	t    *terminal
	json bool

	mu sync.Mutex
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
	l.t.printf("%s  %s  %s  stored as %d  %s\n", row.At.Local().Format("15:04:05.000"), row.Device, row.RawShown, row.Seq, meaning(row))
}

// meaning says what a scan was taken for.
func meaning(row agent.ShownScan) string {
	switch {
	case row.Op == agent.Move:
		return "bin " + clean(string(row.Bin))
	case row.Name != "" || row.SKU != "":
		return clean(row.SKU + " " + row.Name)
	case len(row.Flags) > 0:
		return fmt.Sprint(row.Flags)
	}
	return ""
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
	code := barcode.Parse(r.Raw)
	if l.json {
		text, err := json.Marshal(map[string]any{"device": r.Device, "at": r.At, "raw": r.Raw, "code": code, "stored": false})
		if err == nil {
			fmt.Fprintf(l.t.out, "%s\n", text)
		}
		return scanner.None
	}
	l.t.printf("%s  %s  %s  key %s\n", r.At.Local().Format("15:04:05.000"), r.Device, agent.ShowRaw(r.Raw), clean(code.Key))
	return scanner.None
}

// State shows how a scanner is doing.
func (l *listener) State(s scanner.State) {
	fmt.Fprintf(l.t.err, "%s  %s: %s %s\n", time.Now().Format("15:04:05"), s.Device, s.Sentence, s.Remedy)
}

// Notice shows what happened to a scanner.
func (l *listener) Notice(n scanner.Notice) {
	fmt.Fprintf(l.t.err, "%s  %s: %s\n", n.At.Local().Format("15:04:05"), n.Device, n.Sentence)
}
