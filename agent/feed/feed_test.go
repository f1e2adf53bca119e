package feed

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

func TestADayOffline(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		_, tries := r.counting()
		r.sell(10)
		f := r.feed(r.q)
		r.sim.Cut(true)
		stop := r.running(f)
		defer stop()
		began := time.Now()
		elapse(24 * time.Hour)
		for range 100 {
			f.Nudge()
		}
		elapse(time.Second)
		s := f.Status()
		if s.State != Offline || s.Problem == nil || s.Since.After(began.Add(time.Second)) || s.NextAt.IsZero() {
			t.Errorf("status %+v", s)
		}
		if tries.Load() > 24*60/5+20 || tries.Load() < 200 {
			t.Errorf("%d tries in a day", tries.Load())
		}
		r.sim.Cut(false)
		f.Now()
		elapse(time.Second)
		if s := f.Status(); s.State != OK || s.Problem != nil || len(r.movements()) != 10 {
			t.Errorf("afterwards %+v, %d movements", s, len(r.movements()))
		}
	})
}

// Whoever has reached the upstream again spares the feed its pause, of both kinds.
func TestComingBackEndsThePause(t *testing.T) {
	for name, cut := range map[string]func(*rig, bool){
		"offline": func(r *rig, down bool) { r.sim.Cut(down) },
		"paused":  func(r *rig, gone bool) { r.sim.Dismiss(gone) },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
				cut(r, true)
				f := r.feed(r.q)
				back := new(atomic.Int64)
				f.options.Back = func() { back.Add(1) }
				stop := r.running(f)
				defer stop()
				elapse(time.Hour)
				if s := f.Status(); string(s.State) != name || back.Load() != 0 {
					t.Errorf("status %+v", s)
				}
				cut(r, false)
				f.Reached()
				elapse(time.Second)
				if s := f.Status(); s.State != OK || s.Problem != nil || back.Load() != 1 {
					t.Errorf("afterwards %+v, back %d times", s, back.Load())
				}
			})
		})
	}
}

func TestAccessThatIsGoneIsShown(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		r.sim.Dismiss(true)
		f := r.feed(r.q)
		stop := r.running(f)
		defer stop()
		elapse(time.Hour)
		if s := f.Status(); s.State != Paused || s.Problem == nil {
			t.Errorf("status %+v", s)
		}
		r.sim.Dismiss(false)
		elapse(longest + time.Second) // it is still tried now and then
		if s := f.Status(); s.State != OK || s.Problem != nil {
			t.Errorf("afterwards %+v", s)
		}
	})
}

func TestTheCatalogueIsReplacedAndBinsAreKept(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		f := r.feed(r.q)
		fact, _, err := f.Sync(context.Background(), r.q, anna, nil)
		if err != nil || fact.Items != 3 {
			t.Fatalf("%+v %v", fact, err)
		}
		given := []agent.Item{{ID: connectortest.IDOf("A"), SKU: "A", Name: "A", Bins: []agent.Bin{"X"}}}
		next := func() (item agent.Item, ok bool, err error) {
			if ok = len(given) > 0; ok {
				item, given = given[0], given[1:]
			}
			return item, ok, nil
		}
		if _, err := r.q.Replace(context.Background(), anna, time.Now(), "us", next, []agent.Place{{Bin: "X", Zone: "Z"}}, nil); err != nil {
			t.Fatal(err)
		}
		r.sim.Cut(true)
		if _, _, err := f.Sync(context.Background(), r.q, anna, nil); agent.AsError(err).Code != "simulation.down" {
			t.Errorf("offline: %v", err)
		}
		r.read(func(v agent.View) error {
			items, err := v.Items()
			if len(items) != 1 {
				t.Errorf("a failed reading changed the catalogue: %v", items)
			}
			return err
		})
		r.sim.Cut(false)
		if _, _, err := f.Sync(context.Background(), r.q, anna, nil); err != nil {
			t.Fatal(err)
		}
		r.read(func(v agent.View) error {
			items, err := v.Items()
			places, failed := v.Places()
			if len(items) != 3 || fmt.Sprint(items[0].Bins) != "[X]" || len(places) != 1 || failed != nil {
				t.Errorf("items %v, places %v", items, places)
			}
			return err
		})
	})
}
