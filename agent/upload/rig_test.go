package upload

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
	"github.com/stockhand/stockhand/agent/feed"
	"github.com/stockhand/stockhand/queue"
)

// wall is the clock of the tests: virtual inside synctest.
type wall struct{}

func (wall) Now() time.Time { return time.Now() }

// rig is a real store, a simulated upstream and adjustments between them.
type rig struct {
	t    *testing.T
	path string
	q    *queue.Queue
	sim  *connectortest.Simulation
	feed bool
	opt  Options

	connector agent.Connector // the simulation's, or one around it
	ids       []agent.AdjustmentID
}

var anna = agent.Actor{Kind: agent.PersonActor, ID: "anna"}

// kinds of upstream, by what makes a repeat safe.
func kinds() map[string]connectortest.Traits {
	return map[string]connectortest.Traits{
		"keys":             {KeyLife: 24 * time.Hour, Feed: true},
		"keys and compare": {KeyLife: 24 * time.Hour, Feed: true, Compare: true, Find: true},
		"drafts":           {Compare: true, Draft: true, Find: true, Feed: true},
		"look-up":          {Find: true},
		"a guard only":     {Compare: true},
	}
}

// quickFolder is a folder in memory where there is one: that the disk is synced is
// proved elsewhere, and hundreds of stores are opened here.
func quickFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("/dev/shm", "stockhand-upload-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

// newRig makes an upstream with items A, B and C of 10 units each and one more
// called D that nobody counts.
func newRig(t *testing.T, traits connectortest.Traits) *rig {
	t.Helper()
	traits.Clock = wall{}
	stock := func(sku string) connectortest.Stock { return connectortest.Stock{SKU: sku, Name: sku, OnHand: 10} }
	sim := connectortest.NewSimulation(traits, stock("A"), stock("B"), stock("C"), stock("D"),
		connectortest.Stock{SKU: "untracked", OnHand: 1, Untracked: true}, connectortest.Stock{SKU: "unstocked", OnHand: 1, Unstocked: true})
	r := &rig{t: t, path: filepath.Join(quickFolder(t), "stockhand.db"), sim: sim, connector: sim.Connector(), feed: traits.Feed}
	r.open()
	r.put(agent.NewEvent(agent.CountOpened, agent.Count{
		ID: "count-1", Location: connectortest.Location, State: agent.CountClosed,
		Policy: agent.Policy{}.WithDefaults(), Opened: agent.Stamp{At: time.Now()}, OpenedBy: anna,
	}))
	return r
}

func (r *rig) open() {
	r.t.Helper()
	q, err := queue.Open(r.t.Context(), r.path, queue.Options{Clock: wall{}, AllowFUSE: true})
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

func (r *rig) put(events ...agent.Event) {
	r.t.Helper()
	_, err := r.q.Write(context.Background(), agent.Command{}, func(agent.View) (agent.Facts, error) {
		return agent.Facts{Actor: anna, At: time.Now(), Events: events}, nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// book stores what the upstream says about an item now, and returns it.
func (r *rig) book(item agent.ItemID) agent.Book {
	r.t.Helper()
	books, err := r.sim.Connector().Levels(r.t.Context(), connectortest.Location, []agent.ItemID{item})
	if err != nil || len(books) != 1 {
		r.t.Fatal(books, err)
	}
	r.put(agent.NewEvent(agent.BookStated, agent.BookFact{Books: books}))
	var stored []agent.Book
	r.read(func(v agent.View) (err error) {
		stored, err = v.Books(connectortest.Location, item, time.Time{})
		return err
	})
	return stored[len(stored)-1]
}

func (r *rig) read(look func(agent.View) error) {
	r.t.Helper()
	if err := r.q.Read(context.Background(), look); err != nil {
		r.t.Fatal(err)
	}
}

// approve approves a variance of an item by what the book says now.
func (r *rig) approve(sku string, variance int64) agent.AdjustmentID {
	r.t.Helper()
	item := connectortest.IDOf(sku)
	book := r.book(item)
	id := agent.AdjustmentID(fmt.Sprintf("adjustment-%d", len(r.ids)+1))
	r.ids = append(r.ids, id)
	r.put(agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: []agent.Adjustment{{
		ID: id, Count: "count-1", Item: item, Location: connectortest.Location, Counted: book.OnHand + variance, Expected: book.OnHand,
		Variance: variance, Book: book, CutOff: agent.Stamp{At: time.Now()}, By: anna,
	}}}))
	return id
}

func (r *rig) approveABC() {
	r.t.Helper()
	r.approve("A", -1)
	r.approve("B", 2)
	r.approve("C", -3)
}

// elapse lets time pass and everything happen that it brings.
func elapse(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// uploader makes one over a store that may be wrapped.
func (r *rig) uploader(store agent.Store) *Uploader {
	o := r.opt
	if r.feed {
		o.Catcher = feed.New(store, r.connector, wall{}, feed.Options{Location: connectortest.Location})
	}
	if o.Jitter == nil {
		o.Jitter = func() float64 { return 0.5 }
	}
	return New(store, r.connector, wall{}, o)
}

// running runs an uploader until the returned function is called.
func (r *rig) running(u *Uploader) (stop func()) {
	ctx, end := context.WithCancel(context.Background())
	var run sync.WaitGroup
	run.Go(func() {
		if err := u.Run(ctx); err != nil {
			r.t.Error(err)
		}
	})
	return func() { end(); run.Wait() }
}

// upload runs a fresh uploader for a while.
func (r *rig) upload(d time.Duration) *Uploader {
	u := r.uploader(r.q)
	stop := r.running(u)
	elapse(d)
	stop()
	return u
}

func (r *rig) delivery(id agent.AdjustmentID) (d agent.Delivery) {
	r.t.Helper()
	r.read(func(v agent.View) (err error) {
		d, _, err = v.Delivery(id)
		return err
	})
	return d
}

// states lists how far the adjustments have come.
func (r *rig) states() []agent.DeliveryState {
	r.t.Helper()
	states := make([]agent.DeliveryState, len(r.ids))
	for i, id := range r.ids {
		states[i] = r.delivery(id).State
	}
	return states
}

func (r *rig) want(states ...agent.DeliveryState) {
	r.t.Helper()
	if got := r.states(); fmt.Sprint(got) != fmt.Sprint(states) {
		r.t.Errorf("deliveries are %v, want %v", got, states)
	}
}

// check is what must hold at the end, whatever happened: what is shown as
// delivered was applied once, what is shown as anything else was not, and what may
// be either is shown as unknown and explained.
func (r *rig) check() {
	r.t.Helper()
	for _, id := range r.ids {
		d := r.delivery(id)
		times := r.sim.Times(id)
		switch {
		case times > 1:
			r.t.Errorf("%s was applied %d times", id, times)
		case d.State == agent.Delivered && times != 1 && d.Adjustment.Variance != 0:
			r.t.Errorf("%s is shown as delivered and was not applied", id)
		case d.State != agent.Delivered && d.State != agent.InDoubt && times != 0:
			r.t.Errorf("%s is shown as %s and was applied", id, d.State)
		case d.State == agent.Sending || d.State == agent.Staged:
			r.t.Errorf("%s is left %s", id, d.State)
		case (d.State == agent.InDoubt || d.State == agent.Conflict || d.State == agent.Rejected) && (d.Problem == nil || d.Problem.What == ""):
			r.t.Errorf("%s is %s and nothing explains it: %v", id, d.State, d.Problem)
		}
	}
	report, err := r.q.Replay(context.Background())
	if err != nil || !report.OK() {
		r.t.Errorf("replay: %+v %v", report.Findings, err)
	}
}

// inBubble runs a test on a rig in virtual time.
func inBubble(t *testing.T, traits connectortest.Traits, test func(*rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, traits)
		defer r.close()
		test(r)
		r.check()
	})
}

// around is a connector with something around its Send.
type around struct {
	agent.Connector
	send func(ctx context.Context, r agent.Request, pass func() agent.Outcome) agent.Outcome
}

func (a around) Send(ctx context.Context, r agent.Request) agent.Outcome {
	return a.send(ctx, r, func() agent.Outcome { return a.Connector.Send(ctx, r) })
}

func isCode(err *agent.Error, code string) bool {
	return err != nil && errors.Is(err, &agent.Error{Code: code})
}
