package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/doctor"
	"github.com/stockhand/stockhand/agent/metrics"
	"github.com/stockhand/stockhand/agent/plan"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
)

// practice is the doctor of an agent: one examination at a time.
type practice struct {
	busy sync.Mutex

	mu     sync.Mutex
	at     *doctor.Progress // nil where none goes on
	report *doctor.Report   // of the last one
}

// doctorState says how far an examination is, and what the last one found.
type doctorState struct {
	Running *doctor.Progress `json:"running,omitempty"`
	Report  *doctor.Report   `json:"report,omitempty"`
}

// examineItems are what to look at closely; empty is what the doctor chooses.
type examineItems struct {
	Items []agent.ItemID `json:"items,omitempty"`
}

func (p *practice) state() doctorState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return doctorState{p.at, p.report}
}

func (p *practice) told(at *doctor.Progress, r *doctor.Report) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = at
	if r != nil {
		p.report = r
	}
}

func (w *works) doctorState(context.Context, agent.Caller, nothing) (doctorState, error) {
	return w.practice.state(), nil
}

// doctorRun looks at everything once.
func (w *works) doctorRun(ctx context.Context, caller agent.Caller, a examineItems) (doctor.Report, error) {
	if !w.practice.busy.TryLock() {
		return doctor.Report{}, &agent.Error{
			Code: "doctor-busy", Class: agent.Retry, What: "The doctor is looking already.", Means: "Two at once would ask the shop twice.", Do: "Wait for what it finds.",
		}
	}
	defer w.practice.busy.Unlock()
	defer w.practice.told(nil, nil)
	x := local.From(ctx)
	checks := append(w.patient(caller, a.Items).Checks(), w.localChecks()...)
	r := doctor.Run(ctx, w.clock.Now(), checks, func(p doctor.Progress) {
		w.practice.told(&p, nil)
		_ = x.Tell(p) // who asked may be gone; then the context ends
	})
	if err := ctx.Err(); errors.Is(err, context.Canceled) {
		return doctor.Report{}, err
	}
	w.practice.told(nil, &r)
	return r, nil
}

// patient is what the doctor collects its facts from.
func (w *works) patient(caller agent.Caller, items []agent.ItemID) doctor.Patient {
	p := doctor.Patient{
		Store: w.queue, Location: w.config.location(), Now: w.clock.Now, Items: items,
		Review: w.station.Review,
		Plan: func(ctx context.Context) (plan.Plan, error) {
			shown, err := asked[station.PlanShown](ctx, w, caller, "plan.show", nothing{})
			for _, job := range shown.Proposals {
				shown.Plan.Proposals = append(shown.Plan.Proposals, plan.Proposal{Kind: job.Kind, Type: job.Type, Name: job.Name})
			}
			return shown.Plan, err
		},
		Shrinkage: func(ctx context.Context, count agent.CountID) ([]metrics.Shrinkage, error) {
			f, err := asked[station.Figures](ctx, w, caller, "count.metrics", station.OneCount{Count: count})
			return f.Shrinkage, err
		},
	}
	if w.upstream != nil {
		p.Connector = w.upstream
		p.Sync = func(ctx context.Context) (*doctor.Sync, error) {
			r, err := w.uploadStatus(ctx, caller, nothing{})
			s := r.Upstream
			return &doctor.Sync{
				State: s.State, Since: s.Since, Problem: s.Problem, LastSuccess: s.LastSuccess, NextAt: s.NextAt,
				Running: r.Running, Waiting: int64(r.Waiting), Oldest: r.Oldest,
			}, err
		}
	}
	return p
}

// beforeTime is how long a question about what is to be counted may take.
const beforeTime = 20 * time.Second

// doctorBefore looks at items before they are counted. It implements station.Doctor.
func (w *works) doctorBefore(ctx context.Context, items []agent.ItemID) []agent.Finding {
	ctx, cancel := context.WithTimeout(ctx, beforeTime)
	defer cancel()
	items = items[:min(len(items), doctor.Most)]
	p := w.patient(agent.Caller{}, items)
	p.Sync = nil
	r := doctor.Run(ctx, w.clock.Now(), p.ItemChecks(), nil)
	unasked := slices.DeleteFunc(slices.Clone(r.Findings), func(f agent.Finding) bool { return len(f.Items) > 0 || f.Severity == agent.Fine })
	return append(unasked, doctor.About(r.Findings, items)...)
}

// explaining are what is said of a count's differences: what may be their reason.
var explaining = map[string]bool{"transfer-explains": true, "committed-explains": true, "wrong-location": true, "quantity-absurd": true}

// doctorCount says what may be the reason of a count's differences.
func (w *works) doctorCount(ctx context.Context, caller agent.Caller, a station.OneCount) ([]agent.Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, beforeTime)
	defer cancel()
	r := doctor.Run(ctx, w.clock.Now(), w.patient(caller, nil).CountChecks(a.Count), nil)
	found := slices.DeleteFunc(r.Findings, func(f agent.Finding) bool { return !explaining[f.Code] })
	return append([]agent.Finding{}, found...), nil
}

// asked carries out one of the agent's own operations.
func asked[R any](ctx context.Context, w *works, caller agent.Caller, op string, args any) (R, error) {
	var none R
	text, err := json.Marshal(args)
	if err != nil {
		return none, fmt.Errorf("write the arguments of %s: %w", op, err)
	}
	result, err := w.station.Dispatch(ctx, caller, "", op, text)
	if err != nil {
		return none, err
	}
	r, ok := result.(R)
	if !ok {
		return none, fmt.Errorf("%s answers with a %T", op, result)
	}
	return r, nil
}

// liveRequests is how many answered requests of ours are looked at, the newest first.
const liveRequests = 50

// doctorLive compares what is relied on of the shop with what is seen of it.
func (w *works) doctorLive(ctx context.Context, _ agent.Caller, _ nothing) ([]agent.Probed, error) {
	if err := w.needUpstream(); err != nil {
		return nil, err
	}
	prober, ok := w.upstream.(agent.Prober)
	if !ok {
		return nil, &agent.Error{
			Code: "no-live-checks", Class: agent.Refuse, What: "For this shop there is no list of what is relied on.", Means: "Nothing was looked at.", Do: "There is nothing to do.",
		}
	}
	var items []agent.ItemID
	var own []agent.Request
	err := w.queue.Read(ctx, func(v agent.View) error {
		all, err := v.Items()
		for i := 0; i < len(all) && i < doctor.Most; i++ {
			items = append(items, all[i].ID)
		}
		if err != nil {
			return err
		}
		own, err = v.Requests(agent.RequestAnswered)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.Reverse(own)
	return prober.Probe(ctx, w.config.location(), items, own[:min(len(own), liveRequests)])
}
