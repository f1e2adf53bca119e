package reconcile_test

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// What a later count counted everywhere holds, though nothing was approved of it: an
// older one offers nothing any more. A later count of a part says nothing about the whole.
func TestALaterCountHolds(t *testing.T) {
	later := func(list ...agent.Line) func(*reconcile.Item) {
		return func(in *reconcile.Item) {
			for _, l := range list {
				l.Count = "count-6"
				in.Later = append(in.Later, l)
			}
		}
	}
	two := lines([]agent.Bin{"A", "B"}, line("A", 30, "13:59", "14:00"), line("B", 11, "14:01", "14:02"))
	found := lines([]agent.Bin{"A"}, line("A", 40, "13:59", "14:00"), line("Z", 1, "14:01", "14:02"))
	again := line("A", 42, "15:00", "15:01")
	says := []string{"counted again later by count-6, at 15:01"}
	checkRows(t, []row{
		{"it counted the only bin", facts(later(again)), agent.Settled, 0, 0, says},
		{"it counted before this one", facts(later(line("A", 42, "12:00", "12:01"))), agent.Ready, -1, -1, nil},
		{"it began before this one had counted", facts(later(line("A", 42, "13:58", "15:01"))), agent.Ready, -1, -1, nil},
		{"it counted another bin", facts(later(line("B", 42, "15:00", "15:01"))), agent.Ready, -1, -1, nil},
		{"it counted one of two bins", facts(two, later(again)), agent.Ready, -1, -1, nil},
		{"it counted both", facts(two, later(line("B", 1, "14:58", "14:59"), again)), agent.Settled, 0, 0, says},
		{"it was not where this one found some", facts(found, later(again)), agent.Ready, -1, -1, nil},
		{"this one is finished", facts(in(agent.CountDone), later(again)), agent.Ready, -1, -1, nil},
		{"this one was approved", facts(later(again), deliveries(approved(-1, agent.Pending))), agent.Settled, -1, -1, []string{"-1 was approved"}},
	})
}
