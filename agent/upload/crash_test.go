package upload

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// crash ends the uploader's goroutine at its nth step, as the end of the process
// would: nothing that comes after it runs. A step is the moment before and after
// each stored write and each request.
type crash struct {
	mu      sync.Mutex
	steps   int
	at      int // the step to end at; 0 never
	happens bool
}

func (c *crash) step() {
	c.mu.Lock()
	c.steps++
	now := c.steps == c.at
	c.happens = c.happens || now
	c.mu.Unlock()
	if now {
		runtime.Goexit()
	}
}

// fragile is a store around which the process may end.
type fragile struct {
	agent.Store
	*crash
}

func (f fragile) Write(ctx context.Context, c agent.Command, decide func(agent.View) (agent.Facts, error)) (agent.Ack, error) {
	f.step()
	ack, err := f.Store.Write(ctx, c, decide)
	f.step()
	return ack, err
}

// The process may end between any two steps, while the upstream behaves or
// misbehaves: after a restart every adjustment is applied exactly once, or shown as
// unknown where nothing can tell.
func TestCrashesBetweenEveryTwoSteps(t *testing.T) {
	for kind, traits := range kinds() {
		for _, fault := range []connectortest.Fault{connectortest.Nothing, connectortest.ReplyLost, connectortest.RequestLost, connectortest.FirstStale, connectortest.ComesLater} {
			t.Run(fmt.Sprint(kind, "/", fault), func(t *testing.T) {
				t.Parallel()
				traits := traits
				traits.MaxLines = 2
				crashes := 0
				for at := 1; ; at++ {
					happened := false
					synctest.Test(t, func(t *testing.T) { happened = crashAt(t, traits, fault, at, kind) })
					if !happened || t.Failed() {
						break
					}
					crashes++
				}
				if crashes < 10 {
					t.Errorf("only %d crashes", crashes)
				}
			})
		}
	}
}

func crashAt(t *testing.T, traits connectortest.Traits, fault connectortest.Fault, at int, kind string) (happened bool) {
	r := newRig(t, traits)
	defer func() { r.close() }()
	r.approveABC()
	r.sim.Fault(fault)
	c := &crash{at: at}
	plain := r.connector
	r.connector = around{plain, func(_ context.Context, _ agent.Request, pass func() agent.Outcome) agent.Outcome {
		c.step()
		o := pass()
		c.step()
		return o
	}}
	if finder, ok := plain.(agent.Finder); ok {
		r.connector = struct {
			agent.Connector
			agent.Finder
		}{r.connector, finder}
	}
	feeds := r.feed
	r.feed = false // the feed has crash tests of its own
	u := r.uploader(fragile{r.q, c})
	stop := r.running(u)
	time.Sleep(10 * time.Minute)
	stop()
	// What the dead process had in memory is gone; the file is opened anew.
	r.close()
	r.open()
	r.connector, r.feed = plain, feeds
	r.finish()
	for i, state := range r.states() {
		if state != agent.Delivered && !(kind == "a guard only" && state == agent.InDoubt) {
			t.Errorf("crash %d: %s is %s", at, r.ids[i], state)
		}
	}
	r.check()
	if t.Failed() {
		t.Logf("this was with a crash at step %d", at)
	}
	return c.happens
}

// A person who stops the agent while an answer is on its way loses nothing of it.
func TestAnAnswerThatComesWhileStoppingIsKept(t *testing.T) {
	inBubble(t, connectortest.Traits{Compare: true}, func(r *rig) {
		r.approveABC()
		ctx, end := context.WithCancel(context.Background())
		r.connector = around{r.connector, func(call context.Context, _ agent.Request, pass func() agent.Outcome) agent.Outcome {
			end()
			time.Sleep(10 * time.Second) // the answer takes its time
			if call.Err() != nil {
				t.Error("the call was called off")
			}
			return pass()
		}}
		u := r.uploader(r.q)
		if err := u.Run(ctx); err != nil {
			t.Error(err)
		}
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
	})
}

// flaky is a store that fails some writes with an error before they are stored.
type flaky struct {
	agent.Store
	fail func() error
}

func (f flaky) Write(ctx context.Context, c agent.Command, decide func(agent.View) (agent.Facts, error)) (agent.Ack, error) {
	if err := f.fail(); err != nil {
		return agent.Ack{}, err
	}
	return f.Store.Write(ctx, c, decide)
}

// A disk that is full for a while, at whichever write, costs nothing but time: also
// an answer is kept until it is stored, even without any key.
func TestAFullDiskCostsOnlyTime(t *testing.T) {
	full := &agent.Error{Code: "disk-full", Class: agent.Retry, What: "The disk is full."}
	for from := 1; from <= 6; from++ {
		t.Run(fmt.Sprint("from write ", from), func(t *testing.T) {
			inBubble(t, connectortest.Traits{Compare: true}, func(r *rig) {
				r.approveABC()
				writes := 0
				u := r.uploader(flaky{r.q, func() error {
					if writes++; writes >= from && writes < from+4 {
						return full
					}
					return nil
				}})
				stop := r.running(u)
				time.Sleep(time.Hour)
				stop()
				r.want(agent.Delivered, agent.Delivered, agent.Delivered)
				if r.sim.Attempts() != 1 {
					t.Errorf("%d attempts", r.sim.Attempts())
				}
			})
		})
	}
}
