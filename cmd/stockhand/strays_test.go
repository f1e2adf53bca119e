package main

import (
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// Whoever opens a pass without naming a scanner means the only one there is, if it is
// free; otherwise it is said that none counts.
func TestAPassTakesTheOnlyScannerOrSaysThatItHasNone(t *testing.T) {
	at := func(id, title, state, pass string) ownedDevice {
		return ownedDevice{deviceState{Device: agent.DeviceID(id), Title: title, Name: state}, agent.PassID(pass)}
	}
	for name, c := range map[string]struct {
		all  []ownedDevice
		want agent.DeviceID
		says string
	}{
		"one":            {[]ownedDevice{at("a", "Desk", "reading", ""), at("b", "Door", "missing", "")}, "a", "It took Desk"},
		"one and in use": {[]ownedDevice{at("a", "Desk", "reading", "pass-1")}, "", "Desk (has pass-1)"},
		"two":            {[]ownedDevice{at("a", "Desk", "reading", "pass-1"), at("b", "", "reading", "")}, "", "There are Desk (has pass-1), b."},
		"none":           {[]ownedDevice{at("a", "Desk", "missing", "")}, "", "None is there now."},
	} {
		got, says := onlyScanner(c.all)
		if got != c.want || !strings.Contains(says, c.says) || got == "" && !strings.Contains(says, "counts for nothing") {
			t.Errorf("%s: took %q: %s", name, got, says)
		}
	}
}
