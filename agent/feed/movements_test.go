package feed

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

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
				elapse(5 * time.Second)
				stop()
				happened = c.happened
				r.close()
				r.open()
				stop = r.running(r.feed(r.q))
				elapse(time.Minute)
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
		elapse(time.Minute)
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
				elapse(500 * time.Millisecond)
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
		elapse(time.Hour)
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

// stuck is a feed whose every page says that there is more, and names itself.
type stuck struct {
	agent.Connector
	calls *int
}

func (s stuck) Movements(context.Context, agent.LocationID, string) (agent.Page[agent.Movement], error) {
	*s.calls++
	return agent.Page[agent.Movement]{Next: "here", More: true}, nil
}

func TestAFeedThatDoesNotGoOnIsNotAskedForEver(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		calls := 0
		r.connector = stuck{r.connector, &calls}
		f := r.feed(r.q)
		stop := r.running(f)
		elapse(time.Hour)
		stop()
		if s := f.Status(); s.Problem == nil || s.Problem.Code != "feed.page-repeats" || calls < 10 || calls > 100 {
			t.Errorf("asked %d times in an hour: %+v", calls, s)
		}
	})
}
