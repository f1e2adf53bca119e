package station_test

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// A scanner of the configuration is called by its name wherever it is told of, as one is
// that was paired at work; a browser that scans by that of its access.
func TestScannersAreCalledByTheirNames(t *testing.T) {
	s := openShopWith(t, station.Options{Location: here, Feed: true, Scanners: map[agent.DeviceID]string{"gun": "Scanner 1"}})
	s.labelled()
	s.staff()
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{}).ID
	ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count, Device: "gun", Bin: binA})
	s.scan("S")
	ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count, Device: station.PageDevice("tablet"), Bin: binA})
	x := ask[station.Export](s, boss, "count.export", station.OneCount{Count: count})
	if x.Scanner("gun") != "Scanner 1" || x.Scanner(station.PageDevice("tablet")) != "Tablet 1" || x.Scanner("other") != "other" {
		t.Errorf("the export calls them %v", x.Names)
	}
	history := ask[station.History](s, boss, "item.history", station.HistoryOf{Item: "S"})
	named := false
	for _, e := range history.Entries {
		named = named || e.Source == "Scanner 1"
	}
	if !named {
		t.Errorf("the history does not name it: %+v", history.Entries)
	}
}
