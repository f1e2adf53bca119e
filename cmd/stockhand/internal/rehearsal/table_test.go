package rehearsal

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// kinds are the days that the product must stand.
var kinds = []scenario{
	{name: "300 sales", sales: 300, basket: quarter},
	{name: "1,000 sales", sales: 1000, basket: quarter},
	{name: "10 % of 1,000 told late", sales: 1000, basket: quarter, late: 0.1},
	{name: "the shop's clock 60 s fast", sales: 1000, basket: quarter, ahead: time.Minute},
	{name: "the shop's clock 60 s slow", sales: 1000, basket: quarter, ahead: -time.Minute},
	worst,
}

var (
	baskets = []time.Duration{0, 5 * time.Minute, quarter}
	amounts = []int{100, 300, 600, 1000}
)

// The figures of README.md and its plot: REHEARSAL_FIGURES names the folder that the
// plot is written into.
func TestFigures(t *testing.T) {
	folder := os.Getenv("REHEARSAL_FIGURES")
	if folder == "" {
		t.Skip("REHEARSAL_FIGURES says where to")
	}
	days := append([]scenario{naive}, kinds...)
	for _, basket := range baskets {
		for _, sales := range amounts {
			if _, known := plain(days, sales, basket); !known {
				days = append(days, scenario{name: fmt.Sprintf("%d sales, baskets of %v", sales, basket), sales: sales, basket: basket})
			}
		}
	}
	outcomes := playAll(t, days)
	if t.Failed() {
		return
	}
	var grid []outcome
	for _, basket := range baskets {
		for _, sales := range amounts {
			i, _ := plain(days, sales, basket)
			grid = append(grid, outcomes[i])
		}
	}
	t.Log(table(outcomes[1:1+len(kinds)], outcomes[0]))
	t.Log(askedTable(grid))
	if err := os.WriteFile(filepath.Join(folder, "asked.svg"), []byte(plot(grid)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// plain finds the day of so many sales on which nothing else is wrong.
func plain(days []scenario, sales int, basket time.Duration) (int, bool) {
	for i, s := range days {
		if s == (scenario{name: s.name, sales: sales, basket: basket}) {
			return i, true
		}
	}
	return 0, false
}

// playAll plays days side by side.
func playAll(t *testing.T, days []scenario) []outcome {
	outcomes := make([]outcome, len(days))
	var mu sync.Mutex
	t.Run("days", func(t *testing.T) {
		for i, s := range days {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				o := rehearsed(t, scaled(t, s))
				t.Logf("%+v", o)
				if o.scenario.method == agent.CutOff {
					right(t, o)
					proves(t, o)
				}
				mu.Lock()
				defer mu.Unlock()
				outcomes[i] = o
			})
		}
	})
	return outcomes
}

func table(days []outcome, twin outcome) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d articles\n\n| day | wrong, nobody asked | wrong in the end | asked about | recounted in all | rounds | settled after | late sales | made wrong, put right by approval, by counting |\n", twin.scenario.items)
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, o := range append(days, twin) {
		late := "| | |"
		if o.late.sales > 0 {
			late = fmt.Sprintf("| %d | %d, %d, %d |", o.late.sales, o.late.wrong, o.late.compensated, o.late.counted)
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %d (%.1f %%) | %d | %d | %d min %s\n", o.scenario.name,
			len(o.unflagged)+len(o.late.unflagged), len(o.wrong), o.asked, o.percent(o.asked), o.recounts, o.rounds, int(o.took.Minutes()), late)
	}
	return b.String()
}

func (o outcome) percent(n int) float64 { return 100 * float64(n) / float64(o.scenario.items) }

// askedTable says how many articles somebody is asked about when the count is closed.
func askedTable(grid []outcome) string {
	var b strings.Builder
	b.WriteString("\n| sales in 4 h |")
	for _, basket := range baskets {
		fmt.Fprintf(&b, " baskets up to %d min |", int(basket.Minutes()))
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(baskets)))
	for i, sales := range amounts {
		fmt.Fprintf(&b, "\n| %d |", sales)
		for k := range baskets {
			o := grid[k*len(amounts)+i]
			fmt.Fprintf(&b, " %.1f %% |", o.percent(o.asked))
		}
	}
	return b.String()
}
