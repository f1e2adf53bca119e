package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// whyNotCounted are the flags of which any one keeps a scan from being counted.
const whyNotCounted = agent.NoBin | agent.NotAsked | agent.TooLong | agent.NotArticle | agent.Unknown |
	agent.Ambiguous | agent.PackUnknown | agent.Repeated | agent.Unowned

func TestWhatIsNotCountedSaysWhyAndWhatToDo(t *testing.T) {
	for _, name := range whyNotCounted.Names() {
		got := meaning(agent.ShownScan{Op: agent.Note, SKU: "A1", Flags: []string{name}})
		if !strings.HasPrefix(got, "A1  not counted: ") || strings.Contains(got, "_") || !strings.HasSuffix(got, ".") {
			t.Errorf("%s is told as %q", name, got)
		}
	}
	label := agent.ShownScan{Op: agent.Note, Flags: (agent.NoBin | agent.Unowned).Names()}
	if got := meaning(label); got != "not counted: no shelf's label was scanned. Scan the shelf's label first, then the item." {
		t.Error(got)
	}
	if got := meaning(agent.ShownScan{Op: agent.Add, SKU: "A1", Flags: []string{"ended_by_quiet"}}); got != "A1 " {
		t.Errorf("what counts is told as %q", got)
	}
}

func TestAnItemIsShownWithWhyItsScansDoNotCount(t *testing.T) {
	var out bytes.Buffer
	scans := []agent.ShownScan{{Op: agent.Note, Item: "1", Flags: []string{"not_asked"}}, {Op: agent.Add, Item: "1", Quantity: 1}}
	reviewed{}.printOne(&terminal{out: &out}, agent.Variance{Item: "1"}, scans, nil)
	if got := out.String(); !strings.Contains(got, "not counted: this count does not ask for it here.") {
		t.Error(got)
	}
}

// What a command barcode did is said, and not that it is no item's barcode.
func TestACommandBarcodeThatWorkedSaysWhatItDid(t *testing.T) {
	for command, want := range map[string]string{"X12": "x 12: what is scanned next counts so many times.", "DAMAGED": "what is scanned next counts as damaged.", "NEXT": "done."} {
		row := agent.ShownScan{Op: agent.Note, Command: command, Flags: []string{"not_article", "done"}}
		if got := whyNot(row); got != want {
			t.Errorf("%s: %q", command, got)
		}
	}
	if got := whyNot(agent.ShownScan{Op: agent.Note, Command: "X0", Flags: []string{"not_article"}}); !strings.HasPrefix(got, "not counted") {
		t.Errorf("a command that is none: %q", got)
	}
}
