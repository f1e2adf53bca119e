package upload

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// What a person pauses stays paused, over a restart and whatever is asked for, and goes
// out once when a person lets it.
func TestAPauseHoldsUntilSomebodyEndsIt(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour, Feed: true}, func(r *rig) {
		r.put(agent.NewEvent(agent.UploadPaused, agent.PauseFact{Why: "the tills are being exchanged"}))
		r.approveABC()
		for range 2 {
			u := r.uploader(r.q)
			stop := r.running(u)
			elapse(time.Minute)
			since := u.Status().Since
			u.Now()
			u.Nudge()
			u.Reached()
			elapse(time.Hour)
			s := u.Status()
			if s.State != Paused || !isCode(s.Problem, heldCode) || !s.NextAt.IsZero() || !s.Since.Equal(since) {
				t.Errorf("status %+v", s)
			}
			if !strings.Contains(s.Problem.What, "anna") || !strings.Contains(s.Problem.What, "the tills are being exchanged") {
				t.Errorf("it does not say who and why: %s", s.Problem.What)
			}
			stop()
			r.close()
			r.open()
		}
		if r.sim.Attempts() != 0 {
			t.Errorf("%d attempts in a pause", r.sim.Attempts())
		}
		u := r.uploader(r.q)
		stop := r.running(u)
		elapse(time.Minute)
		r.put(agent.NewEvent(agent.UploadResumed, agent.PauseFact{}))
		u.Nudge()
		elapse(time.Minute)
		if s := u.Status(); s.State == Paused || s.Problem != nil {
			t.Errorf("status %+v", s)
		}
		stop()
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
	})
}

// A pause that is made while a request waits for its answer lets that answer be stored,
// and holds back the next request.
func TestAPauseLetsTheAnswerComeIn(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour, MaxLines: 1}, func(r *rig) {
		r.approveABC()
		plain := r.connector
		r.connector = around{plain, func(_ context.Context, _ agent.Request, pass func() agent.Outcome) agent.Outcome {
			r.put(agent.NewEvent(agent.UploadPaused, agent.PauseFact{}))
			return pass()
		}}
		u := r.uploader(r.q)
		stop := r.running(u)
		elapse(time.Hour)
		stop()
		r.want(agent.Delivered, agent.Pending, agent.Pending)
	})
}
