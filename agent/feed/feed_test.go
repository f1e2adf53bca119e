package feed

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
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

// sell sells n times one unit of A, a second apart.
func (r *rig) sell(n int) {
	for range n {
		r.sim.Sell(connectortest.IDOf("A"), 1)
		r.sold++
		time.Sleep(time.Second)
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

// crash ends the goroutine of a feed before or after its nth stored write, as the
// end of the process would.
type crash struct {
	agent.Store
	steps, at int
	happened  bool
}

func (c *crash) step() {
	if c.steps++; c.steps == c.at {
		c.happened = true
		runtime.Goexit()
	}
}

func (c *crash) Write(ctx context.Context, command agent.Command, decide func(agent.View) (agent.Facts, error)) (agent.Ack, error) {
	c.step()
	ack, err := c.Store.Write(ctx, command, decide)
	c.step()
	return ack, err
}

func TestACrashAnywhereLosesNoMovementAndRepeatsNone(t *testing.T) {
	for at, happened := 1, true; happened; at++ {
		t.Run(fmt.Sprint("step ", at), func(t *testing.T) {
			inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
				r.sell(120) // three pages
				c := &crash{Store: r.q, at: at}
				stop := r.running(r.feed(c))
				time.Sleep(5 * time.Second)
				stop()
				happened = c.happened
				r.close()
				r.open()
				stop = r.running(r.feed(r.q))
				time.Sleep(time.Minute)
				stop()
				if got := len(r.movements()); got != 120 || r.told() != 120 {
					t.Errorf("%d movements are known, the log tells of %d", got, r.told())
				}
			})
		})
		if at > 50 {
			t.Fatal("it never ends")
		}
	}
}

// repeating is an upstream whose pages overlap: each begins some rows early.
type repeating struct {
	agent.Connector
	feeder agent.Feeder
}

func (p repeating) Movements(ctx context.Context, l agent.LocationID, cursor string) (agent.Page[agent.Movement], error) {
	from, _ := strconv.Atoi(cursor)
	return p.feeder.Movements(ctx, l, strconv.Itoa(max(0, from-20)))
}

func TestRepeatedMovementsAreKnownOnce(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		r.connector = repeating{r.connector, r.connector.(agent.Feeder)}
		stop := r.running(r.feed(r.q))
		r.sell(130)
		time.Sleep(time.Minute)
		stop()
		if got := len(r.movements()); got != 130 || r.told() != 130 {
			t.Errorf("%d movements are known, the log tells of %d", got, r.told())
		}
	})
}

// cutting is an upstream that breaks off after some pages.
type cutting struct {
	agent.Connector
	feeder agent.Feeder
	after  *int
}

func (p cutting) Movements(ctx context.Context, l agent.LocationID, cursor string) (agent.Page[agent.Movement], error) {
	if *p.after--; *p.after < 0 {
		return agent.Page[agent.Movement]{}, &agent.Error{Code: "cut", Class: agent.Retry, What: "Cut."}
	}
	return p.feeder.Movements(ctx, l, cursor)
}

func TestTheWatermarkNeverRunsAhead(t *testing.T) {
	for pages := range 4 {
		t.Run(fmt.Sprint(pages, " pages"), func(t *testing.T) {
			inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
				r.sell(120)
				after := pages
				r.connector = cutting{r.connector, r.connector.(agent.Feeder), &after}
				stop := r.running(r.feed(r.q))
				time.Sleep(500 * time.Millisecond)
				stop()
				mark, _ := r.mark()
				if whole := pages >= 3; mark.Upstream.IsZero() == whole {
					t.Errorf("after %d of 3 pages complete up to %v", pages, mark.Upstream)
				}
				if got, want := len(r.movements()), min(120, pages*50); got != want {
					t.Errorf("%d movements after %d pages", got, pages)
				}
			})
		})
	}
}

func TestTheWatermarkFollowsWhileTheShopSells(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		f := r.feed(r.q)
		stop := r.running(f)
		for range 10 {
			r.sell(13)
			r.complete()
		}
		stop()
		if mark, _ := r.mark(); time.Since(mark.Upstream) > time.Minute || f.Status().State != OK || !f.Status().Complete.Equal(mark.Upstream) {
			t.Errorf("mark %+v, status %+v", mark, f.Status())
		}
	})
}

func TestWithoutAFeedThatIsSaidOnce(t *testing.T) {
	inBubble(t, connectortest.Traits{}, func(r *rig) {
		f := r.feed(r.q)
		stop := r.running(f)
		time.Sleep(time.Hour)
		stop()
		if mark, found := r.mark(); !found || !mark.Offline || !mark.Upstream.IsZero() {
			t.Errorf("mark %+v", mark)
		}
		if err := f.CatchUp(context.Background(), here, time.Now()); err != nil {
			t.Errorf("nothing to catch up with: %v", err)
		}
	})
}

func TestCatchUpWaitsForTheFeed(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		r.sell(60)
		f := r.feed(r.q)
		until := time.Now()
		if err := f.CatchUp(context.Background(), here, until); err != nil {
			t.Fatal(err)
		}
		if mark, _ := r.mark(); mark.Upstream.Before(until) || len(r.movements()) != 60 {
			t.Errorf("complete up to %v with %d movements", mark.Upstream, len(r.movements()))
		}
		began := time.Now()
		err := f.CatchUp(context.Background(), here, began.Add(5*time.Second))
		if took := time.Since(began); err != nil || took < 5*time.Second || took > 7*time.Second {
			t.Errorf("a time that is still to come took %v: %v", took, err)
		}
		began = time.Now()
		err = f.CatchUp(context.Background(), here, began.Add(time.Hour))
		e := agent.AsError(err)
		if took := time.Since(began); e.Code != "feed.lagging" || e.Class != agent.Retry || took > 25*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
		if err := f.CatchUp(context.Background(), "elsewhere", began); agent.AsError(err).Code != "feed.location" {
			t.Errorf("another location: %v", err)
		}
		ctx, end := context.WithTimeout(context.Background(), time.Second)
		defer end()
		if err := f.CatchUp(ctx, here, time.Now().Add(time.Hour)); err == nil || ctx.Err() == nil {
			t.Errorf("called off: %v", err)
		}
		r.sim.Cut(true)
		if err := f.CatchUp(context.Background(), here, time.Now().Add(time.Minute)); agent.AsError(err).Code != "simulation.down" {
			t.Errorf("offline: %v", err)
		}
	})
}

// readings counts the calls for levels and movements.
type readings struct {
	agent.Connector
	feeder         agent.Feeder
	levels, feedIn *int
}

func (c readings) Levels(ctx context.Context, l agent.LocationID, items []agent.ItemID) ([]agent.Book, error) {
	*c.levels++
	return c.Connector.Levels(ctx, l, items)
}

func (c readings) Movements(ctx context.Context, l agent.LocationID, cursor string) (agent.Page[agent.Movement], error) {
	*c.feedIn++
	return c.feeder.Movements(ctx, l, cursor)
}

func (r *rig) counting() (levels, feedIn *int) {
	levels, feedIn = new(int), new(int)
	r.connector = readings{r.connector, r.connector.(agent.Feeder), levels, feedIn}
	return levels, feedIn
}

func now() agent.Stamp { return agent.Stamp{At: time.Now(), Uncertainty: time.Millisecond} }

func (r *rig) openCount() {
	r.put(agent.Facts{Events: []agent.Event{
		agent.NewEvent(agent.CountOpened, agent.Count{ID: "count-1", Location: here, State: agent.CountOpen, Policy: agent.Policy{}.WithDefaults(), Opened: now(), OpenedBy: anna}),
		agent.NewEvent(agent.PassOpened, agent.Pass{ID: "pass-1", Count: "count-1", Person: anna, Started: now()}),
	}})
}

func (r *rig) count(sku string) {
	raw := []byte(sku)
	r.put(agent.Facts{Scans: []agent.Scan{{
		Raw: raw, Code: barcode.Parse(raw), Op: agent.Add, Count: "count-1", Pass: "pass-1", Item: connectortest.IDOf(sku), Quantity: 1, Read: now(),
	}}})
}

func (r *rig) closeCount() {
	r.put(agent.Facts{Events: []agent.Event{
		agent.NewEvent(agent.PassClosed, agent.PassFact{Pass: "pass-1", At: now()}),
		agent.NewEvent(agent.CountChanged, agent.CountFact{Count: "count-1", State: agent.CountClosed, At: now()}),
	}})
}

// Statements are read when an item is first counted and after its newest cut-off,
// until a settled one is there, and not more often than that.
func TestBooksAreReadWhenACountNeedsThem(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		levels, _ := r.counting()
		f := r.feed(r.q)
		stop := r.running(f)
		defer stop()
		time.Sleep(time.Minute)
		if *levels != 0 {
			t.Errorf("%d readings of levels while nothing is counted", *levels)
		}
		r.openCount()
		r.count("A")
		f.Nudge()
		time.Sleep(5 * time.Second)
		if len(r.books("A")) != 1 || len(r.books("B")) != 0 || *levels != 1 {
			t.Errorf("after the first entry: %d statements, %d readings", len(r.books("A")), *levels)
		}
		for range 50 { // more of the same item need no more
			r.count("A")
			f.Nudge()
			time.Sleep(time.Second)
		}
		r.count("B")
		f.Nudge()
		time.Sleep(10 * time.Second)
		if *levels != 2 || len(r.books("B")) != 1 {
			t.Errorf("after another item: %d readings", *levels)
		}
		r.sim.Sell(connectortest.IDOf("A"), 1) // so that a statement of this second is not settled
		r.closeCount()
		f.Nudge()
		time.Sleep(10 * time.Second)
		var lines []agent.Line
		r.read(func(v agent.View) (err error) {
			lines, err = v.Lines("count-1")
			return err
		})
		for i, sku := range []string{"A", "B"} {
			books := r.books(sku)
			last := books[len(books)-1]
			if !last.Settled() || !last.At.Earliest().After(lines[i].Window.To.Latest()) {
				t.Errorf("%s: the newest statement is %+v", sku, last)
			}
		}
		before := *levels
		time.Sleep(time.Hour)
		if *levels != before {
			t.Errorf("%d readings after everything was known", *levels-before)
		}
	})
}

// An item whose delivery is under way is left alone, and an item that the upstream
// does not know is shown.
func TestBooksThatAreNotRead(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		r.openCount()
		r.count("A")
		r.count("B")
		r.put(agent.Facts{Events: []agent.Event{agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: []agent.Adjustment{{
			ID: "adjustment-1", Count: "count-1", Item: connectortest.IDOf("A"), Location: here, Variance: 1, By: anna,
		}}}), agent.NewEvent(agent.RequestPlanned, agent.Request{ID: "request-1", Location: here, State: agent.RequestStored,
			Lines: []agent.Planned{{Adjustment: "adjustment-1", Item: connectortest.IDOf("A")}}})}})
		r.sim.Delist(connectortest.IDOf("B"))
		f := r.feed(r.q)
		stop := r.running(f)
		defer stop()
		time.Sleep(time.Minute)
		if len(r.books("A")) != 0 {
			t.Error("a statement was taken while a request was under way")
		}
		if unknown := f.Status().Unknown; fmt.Sprint(unknown) != "[sim/B]" {
			t.Errorf("unknown to the upstream: %v", unknown)
		}
		r.put(agent.Facts{Events: []agent.Event{agent.NewEvent(agent.RequestOutcome, agent.AnswerFact{
			Request: "request-1", State: agent.RequestAnswered, Outcome: agent.Outcome{Class: agent.OutcomeApplied},
			Changes: []agent.DeliveryFact{{Adjustment: "adjustment-1", State: agent.Delivered}},
		})}})
		f.Nudge()
		time.Sleep(time.Minute)
		if len(r.books("A")) == 0 {
			t.Error("no statement after the request had ended")
		}
	})
}

func TestADayOffline(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		_, tries := r.counting()
		r.sell(10)
		f := r.feed(r.q)
		r.sim.Cut(true)
		stop := r.running(f)
		defer stop()
		began := time.Now()
		time.Sleep(24 * time.Hour)
		for range 100 {
			f.Nudge()
		}
		time.Sleep(time.Second)
		s := f.Status()
		if s.State != Offline || s.Problem == nil || s.Since.After(began.Add(time.Second)) || s.NextAt.IsZero() {
			t.Errorf("status %+v", s)
		}
		if *tries > 24*60/5+20 || *tries < 200 {
			t.Errorf("%d tries in a day", *tries)
		}
		r.sim.Cut(false)
		f.Now()
		time.Sleep(time.Second)
		if s := f.Status(); s.State != OK || s.Problem != nil || len(r.movements()) != 10 {
			t.Errorf("afterwards %+v, %d movements", s, len(r.movements()))
		}
	})
}

func TestAccessThatIsGoneIsShown(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		r.sim.Dismiss(true)
		f := r.feed(r.q)
		stop := r.running(f)
		defer stop()
		time.Sleep(time.Hour)
		if s := f.Status(); s.State != Paused || s.Problem == nil {
			t.Errorf("status %+v", s)
		}
		r.sim.Dismiss(false)
		time.Sleep(longest + time.Second) // it is still tried now and then
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
