package station_test

import (
	"slices"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// Scans that came without a pass while a count was open are told of, also once it is
// closed; what came before or after it is no business of its.
func TestScansWithoutAPassAreToldOf(t *testing.T) {
	s := openShop(t)
	s.labelled()
	s.scan("C") // nothing is counted yet
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{})
	ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count.ID, Bin: binA})
	for range 2 {
		if in := s.scan("C"); in.Heard != station.NoBin && in.Heard != station.NotOwned {
			t.Fatalf("it was %s", in.Heard)
		}
	}
	want := []station.Stray{{Device: "gun", Times: 2}}
	if got := ask[[]station.Stray](s, clerk, "count.strays", station.OneCount{Count: count.ID}); !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	s.clock.pass(1)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.scan("C")
	if got := ask[[]station.Stray](s, boss, "count.strays", station.OneCount{Count: count.ID}); !slices.Equal(got, want) {
		t.Errorf("after it was closed: %+v, want %+v", got, want)
	}
	s.refused("no_count", boss, "count.strays", station.OneCount{Count: "count-99"})
}
