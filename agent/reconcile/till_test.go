package reconcile_test

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// Where a till says when the shop's number changed, a statement of before or after that is
// no doubt; of one of about that time it is. Counting again settles no such doubt.
func TestATillTellsWhenItWasPosted(t *testing.T) {
	shop := func(feed bool) func(*reconcile.Item) {
		return func(in *reconcile.Item) { in.Feed, in.Source, in.Watermarks[0].Offline = feed, "shop", !feed }
	}
	stated := func(at string) func(*reconcile.Item) {
		b := book(10, 42, "12:00", at)
		b.Changed = time.Time{}
		return books(b)
	}
	posted := told("R", 1, "13:30")
	posted.Posted, posted.Occurred.Uncertainty = clock("13:31"), 5*time.Second
	twice := []agent.Movement{posted, sold(1, "13:30")}
	twice[1].Receipt, twice[1].Posted = "R", clock("14:30")
	bare := told("R", 1, "13:30")
	checkRows(t, []row{
		{"the number holds it", facts(shop(false), stated("14:20"), moves(posted)), agent.Ready, -1, -1, nil},
		{"the number is of before it", facts(shop(false), stated("13:20"), moves(posted)), agent.Matches, 0, 0, nil},
		{"the number is of about that time", facts(shop(false), stated("13:31"), moves(posted)), agent.NeedsRecount, -1, 0, nil},
		{"a till does not say", facts(shop(false), stated("14:20"), moves(bare)), agent.NeedsRecount, -1, 0, []string{"counting again does not tell. Look in the shop's system", "posted"}},
		{"a till does not say, and the shop tells what it sold", facts(shop(true), moves(bare)), agent.NeedsRecount, -1, 0, []string{"counting again does not tell", "have it tell the same receipts"}},
		{"the shop tells of it, too: what it says counts", facts(shop(true), moves(twice...)), agent.Matches, 0, 0, nil},
		{"what moved meanwhile is worth counting again", facts(shop(true), books(book(10, 42, "13:59:30", "14:20")), moves(sold(2, "13:59:30"))), agent.NeedsRecount, -3, -1, []string{"count the item again, or choose"}},
	})
}

// Whoever is behind is named, with what to do; only the shop's own feed must cover what
// its statements contain.
func TestWaitingForATill(t *testing.T) {
	till := func(local string) func(*reconcile.Item) {
		return func(in *reconcile.Item) {
			in.Source = "shop"
			in.Watermarks = append(in.Watermarks, agent.Watermark{Source: "till-2", Upstream: clock(local), Local: clock(local)})
		}
	}
	noFeed := func(in *reconcile.Item) { in.Feed, in.Watermarks = false, in.Watermarks[:0] }
	silent := []string{"Waiting for what till-2 sold up to 14:10: it has told up to 13:00. If it tells nothing more: stockhand movements import --gone --source \"till-2\"."}
	checkRows(t, []row{
		{"a till is behind", facts(till("13:00")), agent.Waiting, -1, -1, silent},
		{"a till is behind, and the shop tells no sales", facts(noFeed, till("13:00")), agent.Waiting, -1, -1, silent},
		{"the shop's feed is behind as well", facts(till("13:00"), func(in *reconcile.Item) { in.Watermarks[0].Local = clock("13:30") }), agent.Waiting, -1, -1, []string{"Waiting for what was sold up to 14:10. There is nothing to do"}},
		{"the till tells on", facts(till("14:10")), agent.Ready, -1, -1, nil},
		{"the till tells on, and the shop tells no sales", facts(noFeed, till("14:10")), agent.Ready, -1, -1, []string{"only those of till-2 are in these numbers"}},
		{"the shop sold more since", facts(till("14:10"), books(book(10, 41, "14:15", "14:20")), moves(sold(1, "14:15"))), agent.Ready, -1, -1, nil},
	})
}
