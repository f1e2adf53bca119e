package upload

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// Where another system owns the stock nothing is sent, however often somebody asks;
// the dry run says why, and nothing is lost: when the shop owns it again it goes out.
func TestNothingIsSentWhereAnotherSystemOwnsTheStock(t *testing.T) {
	inBubble(t, connectortest.Traits{KeyLife: 24 * time.Hour, Feed: true}, func(r *rig) {
		r.approveABC()
		r.opt.Withheld = &agent.Error{Code: "stock-owner", Class: agent.Refuse, What: "Sage owns the stock."}
		u := r.uploader(r.q)
		stop := r.running(u)
		elapse(time.Minute)
		since := u.Status().Since
		u.Nudge()
		u.Now()
		u.Reached()
		elapse(24 * time.Hour)
		if s := u.Status(); s.State != Paused || !isCode(s.Problem, "stock-owner") || !s.NextAt.IsZero() || !s.Since.Equal(since) {
			t.Errorf("status %+v", s)
		}
		p, err := u.DryRun(r.t.Context())
		if err != nil || !isCode(p.Withheld, "stock-owner") || len(p.Requests) != 1 || len(p.Requests[0].Lines) != 3 {
			t.Errorf("the dry run says %+v, %v", p, err)
		}
		stop()
		r.want(agent.Pending, agent.Pending, agent.Pending)

		r.opt.Withheld = nil
		r.upload(time.Minute)
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
	})
}
