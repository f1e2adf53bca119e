package connector_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
)

// probe is a connector that notices when two of its calls overlap.
type probe struct {
	agent.Connector
	inside atomic.Int32
	clash  atomic.Bool
	calls  atomic.Int32
}

func (p *probe) call() {
	p.calls.Add(1)
	if p.inside.Add(1) > 1 {
		p.clash.Store(true)
	}
	time.Sleep(time.Millisecond)
	p.inside.Add(-1)
}

func (p *probe) Levels(context.Context, agent.LocationID, []agent.ItemID) ([]agent.Book, error) {
	p.call()
	return nil, nil
}

func (p *probe) Send(context.Context, agent.Request) agent.Outcome {
	p.call()
	return agent.Outcome{Class: agent.OutcomeApplied}
}

type feeder struct{ *probe }

func (f feeder) Movements(context.Context, agent.LocationID, string) (agent.Page[agent.Movement], error) {
	f.call()
	return agent.Page[agent.Movement]{}, nil
}

type finder struct{ *probe }

func (f finder) Find(context.Context, agent.Request) agent.Outcome {
	f.call()
	return agent.Outcome{Class: agent.OutcomeRepeated}
}

type both struct {
	*probe
	feeder feeder
	finder finder
}

func (b both) Movements(ctx context.Context, l agent.LocationID, c string) (agent.Page[agent.Movement], error) {
	return b.feeder.Movements(ctx, l, c)
}

func (b both) Find(ctx context.Context, r agent.Request) agent.Outcome { return b.finder.Find(ctx, r) }

func TestTurnKeepsWhatAConnectorCanDo(t *testing.T) {
	p := &probe{}
	for name, tt := range map[string]struct {
		c           agent.Connector
		feeds, find bool
	}{
		"plain":  {p, false, false},
		"feeder": {feeder{p}, true, false},
		"finder": {finder{p}, false, true},
		"both":   {both{p, feeder{p}, finder{p}}, true, true},
	} {
		c := connector.OneAtATime(tt.c)
		f, feeds := c.(agent.Feeder)
		g, finds := c.(agent.Finder)
		if feeds != tt.feeds || finds != tt.find {
			t.Errorf("%s: feeds %v, finds %v", name, feeds, finds)
		}
		before := p.calls.Load()
		if feeds {
			f.Movements(t.Context(), "", "")
		}
		if finds && g.Find(t.Context(), agent.Request{}).Class != agent.OutcomeRepeated {
			t.Errorf("%s: the look-up did not reach the connector", name)
		}
		if feeds && p.calls.Load() == before {
			t.Errorf("%s: the feed did not reach the connector", name)
		}
	}
}

func TestCallsOfOneConnectorNeverOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &probe{}
		c := connector.OneAtATime(feeder{p})
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() { c.Levels(t.Context(), "", nil) })
			wait.Go(func() { c.Send(t.Context(), agent.Request{}) })
			wait.Go(func() { c.(agent.Feeder).Movements(t.Context(), "", "") })
		}
		wait.Wait()
		if p.clash.Load() || p.calls.Load() != 24 {
			t.Fatalf("calls overlapped: %v; %d of 24 arrived", p.clash.Load(), p.calls.Load())
		}
	})
}

func TestACallWhoseTimeIsOverIsNotMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &probe{}
		c := connector.OneAtATime(p)
		go c.Levels(t.Context(), "", nil)
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		outcome := c.Send(ctx, agent.Request{})
		if outcome.Class != agent.OutcomeLater || p.calls.Load() != 1 {
			t.Fatalf("outcome %q after %d calls: a request that was not sent must come later", outcome.Class, p.calls.Load())
		}
		time.Sleep(time.Second)
	})
}

func TestAnUnknownConnectorIsNamedWithTheKnownOnes(t *testing.T) {
	connector.Register("probe-a", func(connector.Settings) (agent.Connector, error) { return &probe{}, nil })
	connector.Register("probe-b", func(connector.Settings) (agent.Connector, error) {
		return nil, errors.New("no")
	})
	if c, err := connector.Open("probe-a", connector.Settings{}); err != nil || c == nil {
		t.Fatalf("open: %v", err)
	}
	if _, err := connector.Open("probe-b", connector.Settings{}); err == nil {
		t.Fatal("a connector that cannot be opened was opened")
	}
	_, err := connector.Open("porbe", connector.Settings{})
	if e := agent.AsError(err); e.Code != "connector.unknown" || e.Do != "Choose one of: probe-a, probe-b." {
		t.Fatalf("got %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Fatal("two connectors of one name were accepted")
		}
	}()
	connector.Register("probe-a", func(connector.Settings) (agent.Connector, error) { return nil, nil })
}
