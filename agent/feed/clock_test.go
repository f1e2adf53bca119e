package feed

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// Where the clock was ahead while something was counted and is set back, statements
// are read once after that as always, not until it shows the old times again.
func TestReadingEndsWhereTheClockWentBack(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		const ahead = 2 * time.Hour
		levels, _ := r.counting()
		f := r.feed(r.q)
		stop := r.running(f)
		defer stop()
		wrong := func() agent.Stamp { return agent.Stamp{At: time.Now().Add(ahead)} }
		raw := []byte("A")
		r.put(agent.Facts{Events: []agent.Event{
			agent.NewEvent(agent.CountOpened, agent.Count{ID: "count-1", Location: here, State: agent.CountOpen, Policy: agent.Policy{}.WithDefaults(), Opened: wrong(), OpenedBy: anna}),
			agent.NewEvent(agent.PassOpened, agent.Pass{ID: "pass-1", Count: "count-1", Person: anna, Started: wrong()}),
		}})
		r.put(agent.Facts{Scans: []agent.Scan{{
			Raw: raw, Code: barcode.Parse(raw), Op: agent.Add, Count: "count-1", Pass: "pass-1", Item: connectortest.IDOf("A"), Quantity: 1, Read: wrong(),
		}}})
		elapse(10 * time.Second)
		r.put(agent.Facts{Events: []agent.Event{agent.NewEvent(agent.ClockStepped, agent.ClockFact{By: -ahead})}})
		elapse(10 * time.Second)
		r.closeCount()
		f.Nudge()
		elapse(time.Minute)
		done := levels.Load()
		if books := r.books("A"); len(books) == 0 {
			t.Error("no statement was read")
		}
		elapse(time.Hour)
		if more := levels.Load() - done; more != 0 {
			t.Errorf("%d more readings of levels in an hour", more)
		}
	})
}
