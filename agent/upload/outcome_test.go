package upload

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// Whatever befalls the first, the middle or the last request, and whatever makes a
// repeat safe: everything ends delivered once, or as what it is.
func TestEveryFaultAtEveryRequest(t *testing.T) {
	faults := []connectortest.Fault{
		connectortest.Nothing, connectortest.RequestLost, connectortest.ReplyLost, connectortest.ComesLater,
		connectortest.StillRunning, connectortest.FirstRejected, connectortest.FirstStale, connectortest.AccessGone,
	}
	for kind, traits := range kinds() {
		for _, fault := range faults {
			for at := range 3 {
				for _, lines := range []int{1, 3} {
					if lines == 3 && at > 0 {
						continue // one request carries them all
					}
					if fault == connectortest.StillRunning && (kind == "look-up" || kind == "a guard only") {
						continue // without a key or a draft, "later" means that nothing arrived
					}
					t.Run(fmt.Sprintf("%s/%s/request %d/%d lines", kind, fault, at+1, lines), func(t *testing.T) {
						t.Parallel()
						traits := traits
						traits.MaxLines = lines
						inBubble(t, traits, func(r *rig) {
							r.approveABC()
							for range at {
								r.sim.Fault(connectortest.Nothing)
							}
							r.sim.Fault(fault)
							r.finish()
							r.expect(kind, fault, at, lines)
						})
					})
				}
			}
		}
	}
}

// finish uploads until nothing more can be done, as a person would who goes on
// after a pause.
func (r *rig) finish() {
	u := r.uploader(r.q)
	stop := r.running(u)
	elapse(time.Hour)
	u.Now()
	elapse(time.Hour)
	stop()
}

// expect says what must have become of the three lines.
func (r *rig) expect(kind string, fault connectortest.Fault, at, lines int) {
	r.t.Helper()
	want := []agent.DeliveryState{agent.Delivered, agent.Delivered, agent.Delivered}
	if kind == "drafts" {
		at /= 2 // each request is sent twice
	}
	struck := want[at : at+1]
	if lines == 3 {
		struck = want
	}
	mark := func(which []agent.DeliveryState, as agent.DeliveryState) {
		for i := range which {
			which[i] = as
		}
	}
	silent := fault == connectortest.RequestLost || fault == connectortest.ReplyLost
	switch {
	case fault == connectortest.FirstRejected:
		struck[0] = agent.Rejected
	case kind == "a guard only" && silent:
		mark(struck, agent.InDoubt) // nothing can tell: a person is asked
	}
	r.want(want...)
}

// Lines that an answer names are treated as it says; the others go on.
func TestLinesOfAnAnswer(t *testing.T) {
	problem := &agent.Error{Code: "test.line", Class: agent.Refuse, What: "This line.", Do: "Look at it."}
	for _, class := range []agent.OutcomeClass{agent.OutcomeConflict, agent.OutcomeRejected} {
		for line := range 3 {
			t.Run(fmt.Sprint(class, " line ", line), func(t *testing.T) {
				inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour, Feed: true}, func(r *rig) {
					r.approveABC()
					first, seen := true, []string(nil)
					r.connector = around{r.connector, func(_ context.Context, q agent.Request, pass func() agent.Outcome) agent.Outcome {
						seen = append(seen, q.Document.Key)
						if first {
							first = false
							return agent.Outcome{Class: class, Lines: []agent.LineOutcome{{Index: line, Problem: problem}, {Index: 99, Problem: problem}}}
						}
						return pass()
					}}
					r.feed = false
					r.finish()
					want := []agent.DeliveryState{agent.Delivered, agent.Delivered, agent.Delivered}
					if class == agent.OutcomeRejected {
						want[line] = agent.Rejected
						if d := r.delivery(r.ids[line]); !isCode(d.Problem, "test.line") {
							t.Errorf("problem %v", d.Problem)
						}
					}
					r.want(want...)
					if slices.Sort(seen); len(slices.Compact(seen)) != len(seen) || len(seen) < 2 {
						t.Errorf("a new document got an old key: %v", seen)
					}
				})
			})
		}
	}
}

// An upstream that carries out a document except for some lines, and says so.
func TestAppliedExceptForALine(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour}, func(r *rig) {
		r.approveABC()
		r.connector = around{r.connector, func(context.Context, agent.Request, func() agent.Outcome) agent.Outcome {
			return agent.Outcome{Class: agent.OutcomeApplied, Ref: "r", Lines: []agent.LineOutcome{{Index: 1}}}
		}}
		r.upload(time.Minute)
		r.want(agent.Delivered, agent.Rejected, agent.Delivered)
		var applied []agent.Applied
		r.read(func(v agent.View) (err error) {
			applied, err = v.AppliedTo(connectortest.Location, connectortest.IDOf("B"))
			return err
		})
		if len(applied) != 0 {
			t.Errorf("a line that was left out counts as applied: %+v", applied)
		}
		r.ids = nil // the simulation was never told
	})
}

// Answers that break the contract are doubted, never believed.
func TestAnswersThatMakeNoSense(t *testing.T) {
	for name, o := range map[string]agent.Outcome{
		"no class":                {},
		"an unknown class":        {Class: "maybe"},
		"later without end":       {Class: agent.OutcomeLater, After: 1 << 62},
		"a pause without reason":  {Class: agent.OutcomeUnknown, Pause: true},
		"rejected without reason": {Class: agent.OutcomeRejected},
		"conflict without reason": {Class: agent.OutcomeConflict},
		"staged without a draft":  {Class: agent.OutcomeStaged},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour}, func(r *rig) {
				r.approveABC()
				first := true
				r.connector = around{r.connector, func(_ context.Context, _ agent.Request, pass func() agent.Outcome) agent.Outcome {
					if first {
						first = false
						return o
					}
					return pass()
				}}
				r.finish()
				want := agent.Delivered
				if o.Class == agent.OutcomeRejected {
					want = agent.Rejected
				}
				r.want(want, want, want)
			})
		})
	}
}

// Without a key, "later" must mean that nothing arrived: it is sent again.
func TestLaterWithoutAKeyMeansNotArrived(t *testing.T) {
	inBubble(t, connectortest.Traits{Compare: true}, func(r *rig) {
		r.approveABC()
		r.sim.Fault(connectortest.ComesLater)
		r.upload(time.Minute)
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
		if got := r.sim.Attempts(); got != 2 {
			t.Errorf("%d attempts", got)
		}
	})
}

// A key's life ends a while before the upstream says: afterwards the request is
// looked up or given to a person, never sent again.
func TestADeadKeyIsNotUsed(t *testing.T) {
	for name, c := range map[string]struct {
		find  bool
		fault connectortest.Fault
		away  time.Duration
		want  agent.DeliveryState
		sent  int
	}{
		"just in time":           {false, connectortest.ReplyLost, 22*time.Hour + 30*time.Minute, agent.Delivered, 2},
		"too late, arrived":      {true, connectortest.ReplyLost, 23*time.Hour + time.Minute, agent.Delivered, 1},
		"too late, not there":    {true, connectortest.RequestLost, 23*time.Hour + time.Minute, agent.Delivered, 2},
		"too late, cannot tell":  {false, connectortest.ReplyLost, 23*time.Hour + time.Minute, agent.InDoubt, 1},
		"far too late":           {false, connectortest.RequestLost, 90 * 24 * time.Hour, agent.InDoubt, 1},
		"far too late, arrived":  {true, connectortest.ReplyLost, 90 * 24 * time.Hour, agent.Delivered, 1},
		"the agent was off long": {true, connectortest.RequestLost, 400 * 24 * time.Hour, agent.Delivered, 2},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour, Find: c.find}, func(r *rig) {
				r.approveABC()
				r.sim.Fault(c.fault)
				r.upload(500 * time.Millisecond) // one attempt
				if r.sim.Attempts() != 1 {
					t.Fatalf("%d attempts", r.sim.Attempts())
				}
				elapse(c.away) // the agent is off
				r.upload(time.Hour)
				r.want(c.want, c.want, c.want)
				if got := r.sim.Attempts(); got != c.sent {
					t.Errorf("%d attempts, want %d", got, c.sent)
				}
			})
		})
	}
}

// Access that is gone while a request must be looked up makes nobody doubt the
// request: a person gives access again first.
func TestLookingUpWithoutAccessPauses(t *testing.T) {
	inBubble(t, connectortest.Traits{Compare: true, Find: true}, func(r *rig) {
		r.approveABC()
		r.sim.Fault(connectortest.ReplyLost)
		u := r.uploader(r.q)
		stop := r.running(u)
		defer stop()
		elapse(500 * time.Millisecond)
		r.sim.Dismiss(true)
		elapse(time.Hour)
		if s := u.Status(); s.State != Paused || s.Problem == nil {
			t.Errorf("status %+v", s)
		}
		r.want(agent.Sending, agent.Sending, agent.Sending)
		r.sim.Dismiss(false)
		u.Now()
		elapse(time.Minute)
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
	})
}

func TestALineThatKeepsMovingIsGivenToAPerson(t *testing.T) {
	for stale, want := range map[int]agent.DeliveryState{2: agent.Delivered, 3: agent.Conflict} {
		t.Run(fmt.Sprint(stale, " times"), func(t *testing.T) {
			traits := connectortest.Traits{KeyLife: 24 * time.Hour, Feed: true, MaxLines: 1}
			inBubble(t, traits, func(r *rig) {
				r.approve("A", -1)
				for range stale {
					r.sim.Fault(connectortest.FirstStale)
				}
				r.finish()
				r.want(want)
				if d := r.delivery("adjustment-1"); want == agent.Conflict && (!isCode(d.Problem, "conflict.moving") || d.Tries != rounds) {
					t.Errorf("%+v", d)
				}
			})
		})
	}
}
