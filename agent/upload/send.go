package upload

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// fate is what may be done with a request that has not ended.
type fate int

const (
	maySend  fate = iota // it never arrived, or a repeat is harmless
	mustFind             // it may have arrived: look it up
	inDoubt              // it may have arrived, and nothing can tell
)

// fateOf decides it from what is stored alone, so that it is the same after a
// crash.
func fateOf(r agent.Request, info agent.ConnectorInfo, finds bool, now time.Time) fate {
	age := now.Sub(r.FirstSent)
	switch {
	case r.State == agent.RequestStored:
		return maySend
	case info.KeyLife > 0 && age >= 0 && age < info.KeyLife-fence:
		return maySend
	case info.Repeat == agent.Draft && r.Outcome != nil && r.Outcome.Ref != "":
		return maySend
	case finds:
		return mustFind
	}
	return inDoubt
}

// advance brings an open request one answer further.
func (u *Uploader) advance(ctx context.Context, r agent.Request) error {
	finder, finds := u.connector.(agent.Finder)
	switch fateOf(r, u.info, finds, u.clock.Now()) {
	case maySend:
		return u.send(ctx, r)
	case mustFind:
		call, cancel := context.WithTimeout(ctx, u.options.Timeout)
		defer cancel()
		done := u.calling()
		outcome := finder.Find(call, r)
		done()
		return u.found(ctx, r, outcome)
	}
	return u.doubt(ctx, r, nil)
}

// send makes one attempt. From the moment when the attempt is stored until its
// answer is, the end of ctx is not listened to: an answer that came is kept.
func (u *Uploader) send(ctx context.Context, r agent.Request) error {
	now := u.clock.Now()
	r.Attempts++
	r.State = agent.RequestSent
	if r.FirstSent.IsZero() {
		r.FirstSent = now
	}
	fact := agent.AttemptFact{Request: r.ID, Attempt: r.Attempts, At: now}
	if err := u.record(ctx, agent.NewEvent(agent.RequestAttempted, fact)); err != nil {
		return fmt.Errorf("store the attempt: %w", err)
	}
	call, cancel := context.WithTimeout(context.WithoutCancel(ctx), u.options.Timeout)
	defer cancel()
	done := u.calling()
	outcome := tidy(u.connector.Send(call, r), r)
	done()
	u.hold = u.clock.Now().Add(u.info.Spacing)
	u.options.Log.Info("request answered", "request", string(r.ID), "attempt", r.Attempts, "outcome", string(outcome.Class))
	next := u.react(r, outcome)
	return u.answer(ctx, r, func(tries func(agent.AdjustmentID) int64) agent.AnswerFact {
		return follow(r, outcome, u.info, next, tries)
	})
}

// react notes what an outcome says about the upstream, and returns when a request
// that has not ended may be tried again.
func (u *Uploader) react(r agent.Request, o agent.Outcome) time.Time {
	u.resize(r, o)
	now := u.clock.Now()
	switch {
	case o.Pause:
		u.enter(Paused, o.Problem)
		return now
	case o.Class == agent.OutcomeLater || o.Class == agent.OutcomeUnknown:
		return u.unanswered(o.Problem, o.After)
	case o.Class == agent.OutcomeStaged && r.Outcome != nil && r.Outcome.Class == agent.OutcomeStaged:
		// A draft that only leads to another draft must not become a storm.
		return now.Add(u.pause(o.After))
	}
	u.enter(OK, nil)
	return now
}

// found ends a request that was looked up, or asks again later where the looking
// itself failed.
func (u *Uploader) found(ctx context.Context, r agent.Request, o agent.Outcome) error {
	why := o.Problem
	o = tidy(o, r)
	switch {
	case o.Class == agent.OutcomeRepeated || o.Class == agent.OutcomeApplied:
		u.enter(OK, nil)
		o.Class = agent.OutcomeRepeated
		return u.answer(ctx, r, func(tries func(agent.AdjustmentID) int64) agent.AnswerFact {
			return follow(r, o, u.info, time.Time{}, tries)
		})
	case o.Class == agent.OutcomeLater:
		u.enter(OK, nil)
		return u.answer(ctx, r, func(func(agent.AdjustmentID) int64) agent.AnswerFact { return notThere(r, o) })
	case why == nil:
		return u.doubt(ctx, r, nil)
	case o.Pause || why.Class == agent.Refuse: // a person must act before it can be looked up
		u.enter(Paused, why)
		return nil
	case why.Class == agent.Retry:
		again := *why
		again.After = o.After
		return &again
	}
	return u.doubt(ctx, r, why)
}

// doubt gives a request to a person.
func (u *Uploader) doubt(ctx context.Context, r agent.Request, why *agent.Error) error {
	o := agent.Outcome{Class: agent.OutcomeUnknown, Problem: doubtful(why)}
	if r.Outcome != nil {
		o.Ref = r.Outcome.Ref
	}
	return u.answer(ctx, r, func(func(agent.AdjustmentID) int64) agent.AnswerFact { return undecided(r, o) })
}

// errEnded tells that a request was ended by somebody else.
var errEnded = errors.New("the request has ended already")

// answer stores what an attempt brought, and tries until the store takes it: an
// answer that is lost here would have to be doubted later.
func (u *Uploader) answer(ctx context.Context, r agent.Request, made func(tries func(agent.AdjustmentID) int64) agent.AnswerFact) error {
	keep := context.WithoutCancel(ctx)
	for failures := 1; ; failures++ {
		_, err := u.store.Write(keep, agent.Command{}, func(v agent.View) (agent.Facts, error) {
			fact, err := answerFact(v, r, made)
			return u.facts(agent.NewEvent(agent.RequestOutcome, fact)), err
		})
		if err == nil || errors.Is(err, errEnded) {
			return nil
		}
		u.enter(Offline, agent.AsError(err))
		u.options.Log.Error("an answer could not be stored", "request", string(r.ID), "error", err)
		select {
		case <-ctx.Done():
			return fmt.Errorf("store the answer: %w", err)
		case <-time.After(backOff(failures, u.options.Jitter())):
		}
	}
}

// answerFact makes the fact from the deliveries as they are now. A delivery that
// is no longer in the request keeps its state.
func answerFact(v agent.View, r agent.Request, made func(tries func(agent.AdjustmentID) int64) agent.AnswerFact) (agent.AnswerFact, error) {
	now, ok, err := v.Request(r.ID)
	if err != nil {
		return agent.AnswerFact{}, fmt.Errorf("read %s: %w", r.ID, err)
	}
	if !ok || now.State != agent.RequestStored && now.State != agent.RequestSent {
		return agent.AnswerFact{}, errEnded
	}
	tries := make(map[agent.AdjustmentID]int64)
	for _, line := range r.Lines {
		d, ok, err := v.Delivery(line.Adjustment)
		if err != nil {
			return agent.AnswerFact{}, fmt.Errorf("read the delivery of %s: %w", line.Adjustment, err)
		}
		if ok && d.Request == r.ID && (d.State == agent.Sending || d.State == agent.Staged) {
			tries[line.Adjustment] = d.Tries
		}
	}
	fact := made(func(id agent.AdjustmentID) int64 { return tries[id] })
	changes := fact.Changes[:0]
	for _, c := range fact.Changes {
		if _, mine := tries[c.Adjustment]; mine {
			changes = append(changes, c)
		}
	}
	fact.Changes = changes
	return fact, nil
}

// record stores events that need no decision.
func (u *Uploader) record(ctx context.Context, events ...agent.Event) error {
	_, err := u.store.Write(ctx, agent.Command{}, func(agent.View) (agent.Facts, error) { return u.facts(events...), nil })
	return err
}

func (u *Uploader) facts(events ...agent.Event) agent.Facts {
	return agent.Facts{Actor: agent.System("upload"), At: u.clock.Now(), Events: events}
}
