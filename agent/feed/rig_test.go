package feed

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
	"github.com/stockhand/stockhand/queue"
)

// wall is the clock of the tests: virtual inside synctest.
type wall struct{}

func (wall) Now() time.Time { return time.Now() }

var anna = agent.Actor{Kind: agent.PersonActor, ID: "anna"}

const here = connectortest.Location

// rig is a real store and a simulated upstream.
type rig struct {
	t         *testing.T
	path      string
	q         *queue.Queue
	sim       *connectortest.Simulation
	connector agent.Connector
	sold      int
}

// inBubble runs a test on a rig in virtual time.
func inBubble(t *testing.T, traits connectortest.Traits, test func(*rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, traits)
		defer func() { r.close() }()
		test(r)
		if report, err := r.q.Replay(context.Background()); err != nil || !report.OK() {
			t.Errorf("replay: %+v %v", report.Findings, err)
		}
	})
}

func newRig(t *testing.T, traits connectortest.Traits) *rig {
	t.Helper()
	traits.Clock = wall{}
	stock := func(sku string) connectortest.Stock { return connectortest.Stock{SKU: sku, Name: sku, OnHand: 1000} }
	folder, err := os.MkdirTemp("/dev/shm", "stockhand-feed-") // many stores are opened here; syncs are proved elsewhere
	if err != nil {
		folder = t.TempDir()
	} else {
		t.Cleanup(func() { os.RemoveAll(folder) })
	}
	sim := connectortest.NewSimulation(traits, stock("A"), stock("B"), stock("C"))
	r := &rig{t: t, path: filepath.Join(folder, "stockhand.db"), sim: sim, connector: sim.Connector()}
	r.open()
	return r
}

func (r *rig) open() {
	r.t.Helper()
	q, err := queue.Open(context.Background(), r.path, queue.Options{Clock: wall{}, AllowFUSE: true})
	if err != nil {
		r.t.Fatal(err)
	}
	r.q = q
}

func (r *rig) close() {
	r.t.Helper()
	if err := r.q.Close(); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) feed(store agent.Store) *Feed {
	return New(store, r.connector, wall{}, Options{Location: here})
}

// running runs a feed until the returned function is called.
func (r *rig) running(f *Feed) (stop func()) {
	ctx, end := context.WithCancel(context.Background())
	var run sync.WaitGroup
	run.Go(func() {
		if err := f.Run(ctx); err != nil {
			r.t.Error(err)
		}
	})
	return func() { end(); run.Wait() }
}

// elapse lets time pass and everything happen that it brings.
func elapse(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// sell sells n times one unit of A, a second apart.
func (r *rig) sell(n int) {
	for range n {
		r.sim.Sell(connectortest.IDOf("A"), 1)
		r.sold++
		elapse(time.Second)
	}
}

func (r *rig) read(look func(agent.View) error) {
	r.t.Helper()
	if err := r.q.Read(context.Background(), look); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) put(facts agent.Facts) {
	r.t.Helper()
	facts.Actor, facts.At = anna, time.Now()
	_, err := r.q.Write(context.Background(), agent.Command{}, func(agent.View) (agent.Facts, error) { return facts, nil })
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) movements() (stored []agent.Movement) {
	r.t.Helper()
	r.read(func(v agent.View) (err error) {
		stored, err = v.MovementsOf(here, connectortest.IDOf("A"), time.Time{})
		return err
	})
	return stored
}

func (r *rig) books(sku string) (stored []agent.Book) {
	r.t.Helper()
	r.read(func(v agent.View) (err error) {
		stored, err = v.Books(here, connectortest.IDOf(sku), time.Time{})
		return err
	})
	return stored
}

func (r *rig) mark() (mark agent.Watermark, found bool) {
	r.t.Helper()
	r.read(func(v agent.View) error {
		marks, err := v.Watermarks(here)
		if len(marks) > 0 {
			mark, found = marks[0], true
		}
		return err
	})
	return mark, found
}

// told counts the movements that the log tells of, repeats included.
func (r *rig) told() (n int) {
	r.t.Helper()
	r.read(func(v agent.View) error {
		rows, err := v.Log(0, 1<<20)
		for _, row := range rows {
			if row.Event != nil && row.Event.Kind == agent.MovementsReceived {
				fact, err := agent.Decode[agent.MovementsFact](*row.Event)
				if err != nil {
					return err
				}
				n += len(fact.Movements)
			}
		}
		return err
	})
	return n
}

// complete checks that whatever the watermark promises is there, once.
func (r *rig) complete() {
	r.t.Helper()
	mark, _ := r.mark()
	stored := make(map[string]bool)
	for _, m := range r.movements() {
		stored[m.SourceID] = true
	}
	began := time.Now().Add(-time.Duration(r.sold) * time.Second)
	for n := 1; n <= r.sold; n++ {
		posted := began.Add(time.Duration(n-1) * time.Second)
		if id := fmt.Sprint("sale-", n); posted.Before(mark.Upstream) && !stored[id] {
			r.t.Errorf("complete up to %v, but %s of %v is missing", mark.Upstream, id, posted)
		}
	}
	if told := r.told(); told != len(stored) {
		r.t.Errorf("the log tells of %d movements, %d are known", told, len(stored))
	}
}
