package main

import (
	"cmp"
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/demo"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
)

// played is the demo as a person has it, who asks the real agent and works the
// switches.
type played struct {
	t    *testing.T
	data string
	simulation
}

// exported is what the agent tells of the count.
type exported struct {
	Count      agent.Count      `json:"count"`
	Variances  []agent.Variance `json:"variances"`
	Deliveries []agent.Delivery `json:"deliveries"`
	Passes     []agent.Pass     `json:"passes"`
	Scans      []agent.Scan     `json:"scans"`
	Items      []agent.Item     `json:"items"`
}

// simulated is what the simulation tells.
type simulated struct {
	Switches []demo.Switch `json:"switches"`
	Facts    struct {
		Items int              `json:"items"`
		Equal int              `json:"equal"`
		Typed []demo.TypedOver `json:"typed"`
	} `json:"facts"`
}

// play starts a demo that ends with the test.
func play(t *testing.T, o demo.Options) played {
	t.Helper()
	o.Binary, o.Dir, o.Keep, o.Seed = self(t), t.TempDir(), true, cmp.Or(o.Seed, 7)
	ctx, stop := context.WithCancel(t.Context())
	opened, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- demo.Interactive(ctx, o, func(string, string) { close(opened) }) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the demo ended with %v", err)
		}
	})
	select {
	case <-opened:
	case err := <-ended:
		ended <- err
		t.Fatal("the demo did not open")
	}
	sim := newSimulation(&simulationConfig{Control: filepath.Join(o.Dir, "simulation.sock")})
	return played{t, filepath.Join(o.Dir, "data"), *sim}
}

func (p played) ask(op string, args any, answer any) {
	p.t.Helper()
	text, err := local.Do(p.t.Context(), p.data, local.Call{Op: op, Args: args})
	if err == nil && answer != nil {
		err = json.Unmarshal(text, answer)
	}
	if err != nil {
		p.t.Fatalf("%s: %v", op, err)
	}
}

const itsCount = agent.CountID("count-1")

func (p played) export() (now exported) {
	p.t.Helper()
	p.ask("count.export", map[string]any{"count": itsCount}, &now)
	return now
}

func (p played) facts() (now simulated) {
	p.t.Helper()
	text, err := p.State(p.t.Context())
	if err == nil {
		err = json.Unmarshal(text, &now)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return now
}

func (p played) turn(name string, on bool) {
	p.t.Helper()
	if err := p.Turn(p.t.Context(), name, on); err != nil {
		p.t.Fatal(err)
	}
}

// until looks again and again, but leaves the agent time for its work.
func (p played) until(what string, happened func() bool) {
	p.t.Helper()
	until(p.t, what, func() bool {
		if happened() {
			return true
		}
		time.Sleep(50 * time.Millisecond)
		return false
	})
}

// walked waits until everybody has been through the shop.
func (p played) walked() {
	p.t.Helper()
	p.until("the shop is counted", func() bool {
		passes := p.export().Passes
		return len(passes) == 2 && !slices.ContainsFunc(passes, agent.Pass.Open)
	})
}

// judged waits until nothing waits for the shop any more, and returns what is ready.
func (p played) judged() (ready []agent.ItemID) {
	p.t.Helper()
	p.until("every line is judged", func() bool {
		ready = nil
		for _, v := range p.export().Variances {
			switch v.Status {
			case agent.Waiting:
				return false
			case agent.Ready:
				ready = append(ready, v.Item)
			}
		}
		return len(ready) > 0
	})
	return ready
}

// scansOf returns the scans of the first scanner, oldest first.
func (p played) scansOf(scanner string) []agent.Scan {
	p.t.Helper()
	return slices.DeleteFunc(p.export().Scans, func(s agent.Scan) bool { return !strings.HasSuffix(string(s.Device), scanner) })
}

// What is typed over is what somebody was about to correct. The agent sends nothing
// over it and asks.
func TestInTheDemoWhatIsToBeCorrectedIsTypedOver(t *testing.T) {
	t.Parallel()
	p := play(t, demo.Options{Goods: 40, Speed: 50})
	p.walked()
	p.turn("closed", true)
	p.ask("count.close", map[string]any{"count": itsCount}, nil)
	ready := p.judged()
	p.turn("type-over", true)
	p.until("somebody types over", func() bool { return len(p.facts().Facts.Typed) > 0 })
	p.turn("type-over", false)
	typed := p.facts().Facts.Typed[0]
	at := slices.IndexFunc(p.export().Items, func(i agent.Item) bool { return i.SKU == typed.SKU })
	item := p.export().Items[at].ID
	if !slices.Contains(ready, item) || typed.To == typed.From {
		t.Fatalf("%+v was typed over, ready was %v", typed, ready)
	}
	p.ask("count.approve", map[string]any{"count": itsCount, "all_ready": true, "reason": "Counting difference"}, nil)
	p.until("the agent asks", func() bool {
		return slices.ContainsFunc(p.export().Deliveries, func(d agent.Delivery) bool {
			return d.Adjustment.Item == item && d.State == agent.Conflict && d.Observed == typed.To
		})
	})
}

// A scanner that was unplugged goes on by itself when it is plugged in again: nobody
// but the simulated people does anything, and the count comes to its end.
func TestInTheDemoAnUnpluggedScannerGoesOnByItself(t *testing.T) {
	t.Parallel()
	p := play(t, demo.Options{Goods: 40, Speed: 5})
	p.until("the first scanner is heard", func() bool { return len(p.scansOf("scanner-1")) > 2 })
	p.turn("unplug", true)
	p.until("the other one has ended", func() bool {
		return slices.ContainsFunc(p.export().Passes, func(pass agent.Pass) bool { return !pass.Open() })
	})
	before := p.scansOf("scanner-1")
	p.turn("unplug", false)
	p.walked()
	after := p.scansOf("scanner-1")
	if len(after) <= len(before) || after[len(after)-1].Seq <= before[len(before)-1].Seq {
		t.Errorf("%d scans before the scanner was plugged in again, %d afterwards", len(before), len(after))
	}
}

// A count that is closed early adjusts nothing of what was not counted in all its
// bins, and says where it is still to be counted.
func TestInTheDemoACountCanBeClosedEarly(t *testing.T) {
	t.Parallel()
	p := play(t, demo.Options{Goods: 120, Speed: 5})
	p.until("a part is counted", func() bool { return len(p.export().Scans) > 80 })
	p.ask("count.close", map[string]any{"count": itsCount}, nil)
	p.turn("closed", true)
	p.until("lines are ready", func() bool {
		return slices.ContainsFunc(p.export().Variances, func(v agent.Variance) bool { return v.Status == agent.Ready })
	})
	incomplete := map[agent.ItemID]bool{}
	for _, v := range p.export().Variances {
		if v.Status != agent.NotComplete {
			continue
		}
		incomplete[v.Item] = true
		if len(v.Missing) == 0 || !strings.Contains(v.Sentence, string(v.Missing[0])) {
			t.Errorf("missing in %v: %s", v.Missing, v.Sentence)
		}
	}
	p.ask("count.approve", map[string]any{"count": itsCount, "all_ready": true, "reason": "Counting difference"}, nil)
	deliveries := p.export().Deliveries
	if len(incomplete) == 0 || len(deliveries) == 0 {
		t.Fatalf("%d incomplete items, %d adjustments", len(incomplete), len(deliveries))
	}
	for _, d := range deliveries {
		if incomplete[d.Adjustment.Item] {
			t.Errorf("%s was not complete and is adjusted", d.Adjustment.Item)
		}
	}
}

// Whoever walks a zone from its other end counts the bins of an article in another
// order. What is certain then is right all the same.
func TestInTheDemoBinsAreCountedInEitherOrder(t *testing.T) {
	t.Parallel()
	p := play(t, demo.Options{Goods: 60, Speed: 20, Seed: 5})
	p.walked()
	p.turn("closed", true)
	var first []agent.Bin
	for _, scanner := range []string{"scanner-1", "scanner-2"} {
		first = append(first, p.scansOf(scanner)[0].Bin)
	}
	if !slices.Contains(first, "F6") && !slices.Contains(first, "S4") {
		t.Fatalf("both zones were walked from the front: %v", first)
	}
	p.ask("count.close", map[string]any{"count": itsCount}, nil)
	p.judged()
	p.ask("count.approve", map[string]any{"count": itsCount, "all_ready": true, "reason": "Counting difference"}, nil)
	p.until("the shop is right but for what is not certain", func() bool {
		unclear := 0
		for _, v := range p.export().Variances {
			if v.Status == agent.NeedsRecount || v.Status == agent.Waiting || v.Status == agent.Ready {
				unclear++
			}
		}
		f := p.facts().Facts
		return unclear < f.Items/2 && f.Equal+unclear >= f.Items
	})
}

// Also where nothing waits and nothing is counted, the shop is asked every few seconds:
// whoever works a switch sees what it does.
func TestInTheDemoTroubleOfTheShopIsSeenWithoutACount(t *testing.T) {
	t.Parallel()
	p := play(t, demo.Options{Goods: 40, Speed: 50})
	p.ask("count.cancel", map[string]any{"count": itsCount}, nil)
	becomes := func(state string) (now upstreamState) {
		t.Helper()
		p.until("the shop is "+state, func() bool {
			var status struct {
				Upstream upstreamState `json:"upstream"`
			}
			p.ask("upload.status", nil, &status)
			now = status.Upstream
			return now.State == state && !now.NextAt.IsZero()
		})
		return now
	}
	for _, trouble := range []struct{ turn, state string }{{"throttle", "throttled"}, {"offline", "offline"}} {
		p.until("the shop is to be asked soon", func() bool {
			now := becomes("ok")
			return now.NextAt.Sub(now.LastSuccess) <= 2*soon
		})
		p.turn(trouble.turn, true)
		now := becomes(trouble.state)
		if now.Problem == nil || strings.Contains(now.Problem.Means, "became of") {
			t.Errorf("%s: nothing is under way, but it says %+v", trouble.turn, now.Problem)
		}
		p.turn(trouble.turn, false)
	}
}
