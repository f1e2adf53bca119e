package reconcile_test

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// A shop's system that speaks by files says nothing more before somebody lets it: that
// is said, and never that it goes on by itself.
func TestAShopThatSpeaksByFilesIsWaitedForWithAnExport(t *testing.T) {
	files := func(in *reconcile.Item) { in.Files = true }
	silent := func(in *reconcile.Item) { in.Feed = false }
	adjusted := func(in *reconcile.Item) { in.Applied = []agent.Applied{{Adjustment: "adjustment-7", Delta: -1}} }
	checkRows(t, []row{
		{
			"it told nothing yet", facts(books(), files, silent), agent.Waiting, 0, 0,
			[]string{"Export levels.csv again from the shop's system"},
		},
		{
			"it has not told what was sold", facts(func(in *reconcile.Item) { in.Watermarks = nil }, files), agent.Waiting, -1, -1,
			[]string{"Export the movements and then levels.csv again"},
		},
		{
			"it has a file of ours", facts(books(), files, silent, adjusted), agent.Waiting, 0, 0,
			[]string{"Import what still lies in out into the shop's system, then export levels.csv again"},
		},
	})
}
