package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// The command line names the reasons that the page offers.
func TestTheReasonsAreThoseOfThePage(t *testing.T) {
	page, err := os.ReadFile("../../ui/static/words-more.js")
	if err != nil {
		t.Fatal(err)
	}
	if want := "reasons: ['" + strings.Join(reasons, "', '") + "']"; !strings.Contains(string(page), want) {
		t.Errorf("the page does not have %s", want)
	}
}

// Whoever approves and sees nothing happen is told what it waits for.
func TestWhatCouldNotBeApprovedIsSaid(t *testing.T) {
	left := leftOf([]agent.Variance{
		{Status: agent.Waiting, Waits: "what was sold up to 14:20"},
		{Status: agent.Waiting, Waits: "what was sold up to 14:20"},
		{Status: agent.Waiting, Waits: "an adjustment of another count that is on its way"},
		{Status: agent.NotComplete},
		{Status: agent.NeedsRecount},
		{Status: agent.NotAdjustable},
		{Status: agent.Matches},
		{Status: agent.Settled},
		{Status: agent.Tolerated},
	})
	want := []string{"1 line waits for an adjustment", "2 lines wait for what was sold up to 14:20.", "1 line is not certain", "1 line is not complete", "1 line can't be adjusted"}
	got := left.sentences()
	if !slices.EqualFunc(got, want, strings.HasPrefix) || !left.any() {
		t.Errorf("told %q", got)
	}
	if done := leftOf([]agent.Variance{{Status: agent.Settled}, {Status: agent.Matches}}); done.any() || len(done.sentences()) != 0 {
		t.Errorf("told %q of a count that is through", done.sentences())
	}
}

// A number that nobody reckoned is not shown as 0: neither in the review nor in the
// export.
func TestWhatWasNotComparedHasNoNumbers(t *testing.T) {
	known := agent.Book{OnHand: 7, At: agent.Stamp{At: time.Date(2026, 5, 4, 14, 20, 0, 0, time.UTC)}}
	variances := []agent.Variance{
		{Item: "A", Status: agent.NotComplete, Counted: 3, Book: known},
		{Item: "B", Status: agent.Waiting, Counted: 4},
		{Item: "C", Status: agent.Ready, Counted: 5, Book: known, Expected: agent.Exactly(7), Variance: agent.Exactly(-2)},
	}
	var shown, table bytes.Buffer
	r := reviewed{count: "count-1", variances: variances, items: map[agent.ItemID]agent.Item{"A": {SKU: "A"}, "B": {SKU: "B"}, "C": {SKU: "C"}}}
	r.print(&terminal{out: &shown}, true)
	var rows [][]string
	for line := range strings.Lines(shown.String()) {
		rows = append(rows, strings.Fields(line))
	}
	for i, want := range [][]string{{"incomplete", "A", "3", "–", "–"}, {"waiting", "B", "4", "–", "–"}, {"ready", "C", "5", "7", "-2"}} {
		if !slices.Equal(rows[i+1], want) {
			t.Errorf("shown %q, want %q", rows[i+1], want)
		}
	}
	if err := exportTable(&table, station.Export{Variances: variances}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&table).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"7,,,,,,", ",,,,,,", "7,7,7,-2,-2,,"} {
		if got := strings.Join(rows[i+1][5:12], ","); got != want {
			t.Errorf("line %d has %q, want %q", i+1, got, want)
		}
	}
}
