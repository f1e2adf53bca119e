package doctor_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/upload"
)

// deliver sends a correction of an item through the real upload.
func (r *rig) deliver(item agent.ItemID, by int64) {
	r.Helper()
	books, err := r.link.Levels(r.Context(), r.at(), []agent.ItemID{item})
	must(r, err)
	r.put(agent.NewEvent(agent.CountOpened, agent.Count{ID: "count-7", Name: "Before", Type: agent.Cycle, Location: r.at(), State: agent.CountClosed, Policy: agent.Policy{}.WithDefaults(), Opened: agent.Stamp{At: r.clock.Now()}}),
		agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: []agent.Adjustment{{
			ID: "adjustment-1", Count: "count-7", Item: item, Location: r.at(), Counted: books[0].OnHand + by, Expected: books[0].OnHand, Variance: by, Book: books[0],
			CutOff: agent.Stamp{At: r.clock.Now()}, Decided: true, By: agent.System("test"),
		}}}))
	r.clock.pass(time.Minute)
	u := upload.New(r.store, r.link, r.clock, upload.Options{})
	ctx, stop := context.WithTimeout(r.Context(), time.Minute)
	ended := make(chan error, 1)
	go func() { ended <- u.Run(ctx) }()
	for delivered := false; !delivered && ctx.Err() == nil; {
		must(r, r.store.Read(ctx, func(v agent.View) error {
			d, _, err := v.Delivery("adjustment-1")
			delivered = d.State == agent.Delivered
			return err
		}))
		if !delivered {
			u.Nudge()
			time.Sleep(10 * time.Millisecond) // until it is there
		}
	}
	if ctx.Err() != nil {
		r.Fatalf("it was not delivered: %+v", u.Status())
	}
	stop()
	must(r, <-ended)
	r.clock.pass(time.Minute)
}

// What this agent sent itself is its own doing, and no other agent's; where another
// program takes it back, that program is named.
func TestWhatWeSentIsOurOwnAndWhoTakesItBackIsNamed(t *testing.T) {
	r := newRig(t, nil)
	tea, _, _ := busy(r)
	before := r.shop.OnHand(string(tea))
	r.deliver(tea, 30)
	if now := r.shop.OnHand(string(tea)); now != before+30 {
		t.Fatalf("%d became %d", before, now)
	}
	if report := r.examine(); len(bad(report)) > 0 {
		t.Fatalf("found %q:%s", bad(report), shown(report))
	}
	must(t, r.shop.SetByApp(string(tea), "", before, "Warehouse", ""))
	report := r.examine()
	i := slices.IndexFunc(report.Findings, func(f agent.Finding) bool { return f.Code == "put-back" })
	if i < 0 || report.Findings[i].Severity != agent.Broken || len(report.Findings[i].Evidence) != 1 {
		t.Fatalf("found %q:%s", bad(report), shown(report))
	}
	if slices.Contains(bad(report), "other-agent") {
		t.Errorf("we are taken for another agent:%s", shown(report))
	}
}

// A second agent with the same numbers of counts and requests is still another one.
func TestASecondAgentOnTheSameLocationIsRecognised(t *testing.T) {
	r := newRig(t, nil)
	tea, mug, _ := busy(r)
	r.deliver(tea, 2)
	must(t, r.shop.SetByApp(string(mug), "", r.shop.OnHand(string(mug))-1, "Stockhand", "gid://stockhand/CycleCount/count-7.request-1"))
	report := r.examine()
	i := slices.IndexFunc(report.Findings, func(f agent.Finding) bool { return f.Code == "other-agent" })
	if i < 0 || !slices.Equal(report.Findings[i].Items, []agent.ItemID{mug}) {
		t.Errorf("found %q:%s", bad(report), shown(report))
	}
}
