package connectortest

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// handClock is a clock that moves when it is told to.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func simulationHarness(traits Traits, cannot map[Case]string) Harness {
	return Harness{Cannot: cannot, Open: func(t *testing.T, shelf []Stock) *System {
		clock := &handClock{now: time.Date(2026, 5, 4, 9, 0, 0, 250_000_000, time.UTC)}
		traits := traits
		traits.Clock = clock
		sim := NewSimulation(traits, shelf...)
		return &System{
			Connector: sim.Connector(), Clock: clock, Location: Location,
			ID: IDOf, OnHand: sim.OnHand, Wait: clock.wait,
			Sell: sim.Sell, Edit: sim.Edit, Delist: sim.Delist,
			LoseRequest: func() { sim.Fault(RequestLost) }, LoseReply: func() { sim.Fault(ReplyLost) },
			Throttle: func() { sim.Fault(ComesLater); sim.ThrottleRead() },
			Cut:      sim.Cut, Dismiss: func() { sim.Dismiss(true) }, Skew: sim.Skew,
			Unwritable: func(l *agent.Planned) { l.Item = "" },
		}
	}}
}

const noBytes = "no bytes travel between a simulation and its connector."

func TestSimulationWithKeysAndFeed(t *testing.T) {
	Run(t, simulationHarness(Traits{KeyLife: 24 * time.Hour, Feed: true, Find: true}, map[Case]string{
		HostileAnswers: noBytes,
		Stages:         "it applies at once and knows no drafts.",
		Stale:          "it writes changes, which nothing can make stale.",
	}))
}

func TestSimulationThatComparesAndLooksUp(t *testing.T) {
	Run(t, simulationHarness(Traits{Compare: true, Find: true}, map[Case]string{
		HostileAnswers: noBytes,
		Stages:         "it applies at once and knows no drafts.",
		OldKey:         "it knows no keys at all.",
		FeedsMovements: "it tells nothing of what was sold.", BookAndFeedAgree: "it tells nothing of what was sold.",
	}))
}

func TestSimulationWithDrafts(t *testing.T) {
	Run(t, simulationHarness(Traits{Compare: true, Draft: true, Find: true, Feed: true}, map[Case]string{
		HostileAnswers: noBytes,
		OldKey:         "it knows no keys; drafts do not age.",
	}))
}

func TestNothingIsSkippedSilently(t *testing.T) {
	h := simulationHarness(Traits{KeyLife: time.Hour, Feed: true, Find: true}, nil)
	s := h.Open(t, shelf())
	for name, tt := range map[string]struct {
		c      Case
		cannot map[Case]string
		want   string
	}{
		"neither playable nor excused": {HostileAnswers, nil, "needs Garble"},
		"excused without a reason":     {HostileAnswers, map[Case]string{HostileAnswers: "no"}, "without a reason"},
		"excused though playable":      {Applies, map[Case]string{Applies: "we would rather not."}, "can be played"},
	} {
		if _, err := judge(tt.c, Harness{Cannot: tt.cannot}, s); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
