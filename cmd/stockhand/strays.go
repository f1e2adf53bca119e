package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/scanner"
)

// scannerFor returns the scanner of a new pass, and what is to be said about it. Without
// a name that is the only one that is there, if no pass has it: whoever opens a pass
// and scans means that one.
func scannerFor(ctx context.Context, a asker, path, named string) (agent.DeviceID, string, error) {
	if named != "" {
		device, err := scannerNamed(ctx, a, path, named)
		return device, "", err
	}
	var all []ownedDevice
	if err := a.ask(ctx, call{op: "devices.states", result: &all}); err != nil {
		return "", "", err
	}
	device, about := onlyScanner(all)
	return device, about, nil
}

// onlyScanner picks the one scanner that is there and free, or says that none was picked.
func onlyScanner(all []ownedDevice) (agent.DeviceID, string) {
	var there []ownedDevice
	for _, d := range all {
		if d.Name == string(scanner.Reading) {
			there = append(there, d)
		}
	}
	if len(there) == 1 && there[0].Pass == "" {
		return there[0].Device, fmt.Sprintf("It took %s, the only scanner that is there.\n", calledOf(there[0].deviceState))
	}
	text := "No scanner counts for it: what is scanned counts for nothing until a pass has the scanner.\n"
	if len(there) == 0 {
		return "", text + "None is there now.\n"
	}
	names := make([]string, len(there))
	for i, d := range there {
		names[i] = calledOf(d.deviceState)
		if d.Pass != "" {
			names[i] += " (has " + string(d.Pass) + ")"
		}
	}
	return "", text + fmt.Sprintf("Close it and name one: stockhand pass open --scanner NAME. There %s %s.\n", are(len(names)), strings.Join(names, ", "))
}

func calledOf(d deviceState) string {
	if d.Title != "" {
		return clean(d.Title)
	}
	return clean(string(d.Device))
}

// strays tells of scans that came without a pass while a count was open, as its page
// does: whoever made them may think that they count.
func (t *terminal) strays(ctx context.Context, a asker, count agent.CountID) error {
	var list []station.Stray
	if err := a.ask(ctx, call{op: "count.strays", args: station.OneCount{Count: count}, result: &list}); err != nil || len(list) == 0 {
		return err
	}
	var all []deviceState
	if err := a.ask(ctx, call{op: "devices.states", result: &all}); err != nil {
		return err
	}
	for _, s := range list {
		name := clean(string(s.Device))
		for _, d := range all {
			if d.Device == s.Device {
				name = calledOf(d)
			}
		}
		over := ""
		if s.More {
			over = "more than "
		}
		t.printf("Without a pass: %s%s of %s. They are stored and count for nothing; the goods have to be scanned again in a pass that has the scanner.\n",
			over, plural(s.Times, "scan", "scans"), name)
	}
	return nil
}
