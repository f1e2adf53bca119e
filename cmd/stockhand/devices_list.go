package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
	"github.com/stockhand/stockhand/scanner"
)

// notSetUp is the state of something that nobody has configured or paired.
const notSetUp = "not set up"

// foundDevice is something that is plugged in, or configured, or both.
type foundDevice struct {
	Device   string         `json:"device"`
	What     string         `json:"what"` // what it calls itself, or what people call it
	Driver   string         `json:"driver,omitempty"`
	State    string         `json:"state"`
	Sentence string         `json:"sentence"`
	Remedy   string         `json:"remedy,omitempty"`
	Found    bool           `json:"found"`              // it is plugged in
	Likely   bool           `json:"likely,omitempty"`   // something says that it is a scanner
	Hardware string         `json:"hardware,omitempty"` // the interfaces of one scanner share it
	Settings map[string]any `json:"settings,omitempty"` // of the [[scanner]] section that reads it
}

// deviceList is what "stockhand devices" shows.
type deviceList struct {
	Devices []foundDevice `json:"devices"`
	Hints   []string      `json:"hints"`            // what to do next
	Missed  []string      `json:"missed,omitempty"` // what could not be looked at
	Config  string        `json:"config,omitempty"` // why there are no configured scanners
	Running bool          `json:"agent_runs"`
}

// listDevices shows everything that could be a scanner, how the configured ones are
// doing, and what to do next.
func listDevices(ctx context.Context, t *terminal, path string, asJSON bool) error {
	list, err := lookForDevices(ctx, path, finds)
	if err != nil {
		return err
	}
	list.Hints = hints(list, systemRights())
	if asJSON {
		return t.json(list)
	}
	list.print(t)
	return nil
}

func lookForDevices(ctx context.Context, path string, finds []scanner.Find) (deviceList, error) {
	list := deviceList{Devices: []foundDevice{}}
	for _, find := range finds {
		candidates, err := find(ctx)
		if err != nil {
			list.Missed = append(list.Missed, clean(err.Error()))
		}
		for _, c := range candidates {
			list.Devices = append(list.Devices, foundAs(c))
		}
	}
	c, err := loadConfig(path)
	if errors.Is(err, fs.ErrNotExist) {
		return list, ctx.Err() // then there is only what is plugged in
	}
	if err != nil {
		list.Config = clean(err.Error())
		return list, ctx.Err()
	}
	states, err := statesOf(ctx, c)
	switch {
	case errors.Is(err, local.ErrNoAgent):
		list.addConfigured(c)
	case err != nil:
		return list, err
	default:
		list.Running = true
		for _, s := range states {
			list.add(s)
		}
	}
	return list, ctx.Err()
}

func statesOf(ctx context.Context, c *config) (states []deviceState, err error) {
	text, err := local.Do(ctx, c.Agent.Data, local.Call{Op: "devices.states"})
	if err == nil {
		err = json.Unmarshal(text, &states)
	}
	return states, err
}

func foundAs(c scanner.Candidate) foundDevice {
	d := foundDevice{
		Device: clean(c.ID), What: clean(c.Name), Driver: c.Driver, State: notSetUp, Found: true,
		Likely: c.Likely, Hardware: clean(c.Physical), Settings: c.Settings,
		Sentence: "It is plugged in and nobody has set it up here.",
		Remedy:   "stockhand devices pair",
	}
	if c.Fault != nil {
		d.State, d.Sentence, d.Remedy = string(c.Fault.State), c.Fault.Sentence, c.Fault.Remedy
	}
	if c.Unnumbered {
		d.Sentence += " It has no serial number: keep it in this USB socket."
	}
	return d
}

// add takes in how a configured scanner is doing.
func (l *deviceList) add(s deviceState) {
	i := l.index(string(s.Device))
	d := &l.Devices[i]
	d.State, d.Sentence, d.Remedy = s.Name, s.Sentence, s.Remedy
	if s.Title != "" {
		d.What = clean(s.Title)
	}
}

// addConfigured takes in the configured scanners of an agent that does not run.
func (l *deviceList) addConfigured(c *config) {
	devices, err := scannersOf(c)
	if err != nil {
		l.Config = clean(err.Error())
		return
	}
	for _, device := range devices {
		d := &l.Devices[l.index(device.ID)]
		d.What, d.State = clean(device.Name), "configured"
		d.Sentence, d.Remedy = "No agent runs, so nobody reads it.", "stockhand run, or stockhand service start"
		if device.Disabled {
			d.State, d.Sentence, d.Remedy = string(scanner.Disabled), "It is switched off in the configuration.", ""
		}
	}
}

// index returns where a device stands, with a new place for one that is not there.
func (l *deviceList) index(id string) int {
	id = clean(id)
	i := slices.IndexFunc(l.Devices, func(d foundDevice) bool { return d.Device == id })
	if i < 0 {
		driver, _, _ := strings.Cut(id, ":")
		l.Devices = append(l.Devices, foundDevice{Device: id, What: id, Driver: driver})
		i = len(l.Devices) - 1
	}
	return i
}

// print shows the list for people: the likely scanners first.
func (l *deviceList) print(t *terminal) {
	rank := func(d foundDevice) int {
		switch {
		case d.State != notSetUp && !d.Found, d.State == string(scanner.Reading):
			return 0
		case d.Likely:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(l.Devices, func(a, b foundDevice) int { return cmp.Compare(rank(a), rank(b)) })
	if len(l.Devices) > 0 {
		l.printTable(t)
		t.printf("\n")
	}
	t.printf("%s\n", strings.Join(l.paragraphs(), "\n\n"))
}

func (l *deviceList) paragraphs() (all []string) {
	for _, d := range l.Devices {
		if d.State == notSetUp && !d.Likely {
			continue // one hint for all of them is enough
		}
		text := fmt.Sprintf("%s (%s)\n  %s", d.What, d.Device, d.Sentence)
		if d.Remedy != "" {
			text += "\n  " + d.Remedy
		}
		all = append(all, text)
	}
	if l.Config != "" {
		all = append(all, "The configured scanners are not known. "+l.Config)
	}
	for _, missed := range l.Missed {
		all = append(all, "Not everything could be looked at: "+missed)
	}
	return append(all, l.Hints...)
}

func (l *deviceList) printTable(t *terminal) {
	table := [][]string{{"WHAT", "DEVICE", "STATE", "FOR THE CONFIGURATION"}}
	for _, d := range l.Devices {
		table = append(table, []string{d.What, d.Device, d.State, section(d)})
	}
	t.table(table)
}

// section is what a [[scanner]] section says to read a device.
func section(d foundDevice) string {
	if d.Settings == nil {
		return "-"
	}
	pairs := []string{fmt.Sprintf("driver = %q", d.Driver)}
	keys := slices.SortedFunc(maps.Keys(d.Settings), func(a, b string) int {
		order := []string{"port", "vid", "pid", "serial", "socket"}
		return cmp.Or(cmp.Compare(place(order, a), place(order, b)), cmp.Compare(a, b))
	})
	for _, key := range keys {
		if text, ok := d.Settings[key].(string); ok {
			pairs = append(pairs, fmt.Sprintf("%s = %q", key, clean(text)))
			continue
		}
		pairs = append(pairs, fmt.Sprintf("%s = %v", key, d.Settings[key]))
	}
	return strings.Join(pairs, ", ")
}

func place(order []string, key string) int {
	if i := slices.Index(order, key); i >= 0 {
		return i
	}
	return len(order)
}
