package main

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/upload"
)

// uploadReport says how the upload goes and what waits for it.
type uploadReport struct {
	Running  bool                        `json:"running"`
	Upstream *upstreamState              `json:"upstream,omitempty"`
	Waiting  int                         `json:"waiting"` // deliveries that nobody has to decide about
	Oldest   time.Time                   `json:"oldest,omitzero"`
	States   map[agent.DeliveryState]int `json:"states"`
	Kept     int                         `json:"kept"`   // ended with the shop's number as it was: nothing was sent
	Decide   []agent.Delivery            `json:"decide"` // those that wait for a person
	Open     []agent.Request             `json:"requests"`
	// Withheld says that another system owns the stock, and which.
	Withheld *agent.Error `json:"withheld,omitempty"`
	// Paused is the pause that somebody made, if one holds.
	Paused *agent.UploadPause `json:"paused,omitempty"`
}

func (w *works) uploadStatus(ctx context.Context, _ agent.Caller, _ nothing) (uploadReport, error) {
	r := uploadReport{Running: w.running.Load(), States: map[agent.DeliveryState]int{}, Decide: []agent.Delivery{}, Open: []agent.Request{}}
	if w.upload != nil {
		s := w.upstreamState()
		r.Upstream, r.Withheld = &s, w.config.Upstream.withheld()
	}
	err := w.queue.Read(ctx, func(v agent.View) error {
		deliveries, err := v.Deliveries()
		if err != nil {
			return err
		}
		for _, d := range deliveries {
			r.add(d)
		}
		pause, held, err := v.UploadPause()
		if err != nil {
			return err
		}
		if held {
			r.Paused = &pause
		}
		open, err := v.Requests(agent.RequestStored, agent.RequestSent)
		r.Open = append(r.Open, open...)
		return err
	})
	return r, err
}

func (r *uploadReport) add(d agent.Delivery) {
	if d.Kept() {
		r.Kept++
		return
	}
	r.States[d.State]++
	switch d.State {
	case agent.Pending, agent.Sending, agent.Staged:
		r.Waiting++
		if r.Oldest.IsZero() || d.Approved.Before(r.Oldest) {
			r.Oldest = d.Approved
		}
	case agent.InDoubt, agent.Conflict, agent.Rejected:
		r.Decide = append(r.Decide, d)
	}
}

func (w *works) uploadNow(ctx context.Context, caller agent.Caller, _ nothing) (uploadReport, error) {
	if err := w.needUpstream(); err != nil {
		return uploadReport{}, err
	}
	if !w.running.Load() {
		return uploadReport{}, notRunning("No agent is running, so nothing can be sent.")
	}
	w.feed.Now()
	w.upload.Now()
	return w.uploadStatus(ctx, caller, nothing{})
}

func (w *works) uploadDryRun(ctx context.Context, _ agent.Caller, _ nothing) (upload.Preview, error) {
	if err := w.needUpstream(); err != nil {
		return upload.Preview{}, err
	}
	return w.upload.DryRun(ctx)
}

// upstreamCheck is what the upstream says of the settings.
type upstreamCheck struct {
	Findings  []agent.Finding  `json:"findings"`
	Locations []agent.Location `json:"locations"`
}

func (w *works) uploadCheck(ctx context.Context, _ agent.Caller, _ nothing) (upstreamCheck, error) {
	if err := w.needUpstream(); err != nil {
		return upstreamCheck{}, err
	}
	check := upstreamCheck{Findings: w.upstream.Check(ctx)}
	var err error
	check.Locations, err = w.upstream.Locations(ctx)
	return check, once(err, "Nothing was changed.")
}

// takeOver names the computer of an agent that never comes back.
type takeOver struct {
	From string `json:"from"`
}

// uploadTakeOver lets this agent write where another one did.
func (w *works) uploadTakeOver(ctx context.Context, caller agent.Caller, a takeOver) (uploadReport, error) {
	if err := w.needUpstream(); err != nil {
		return uploadReport{}, err
	}
	successor, ok := w.upstream.(agent.Successor)
	if !ok {
		return uploadReport{}, &agent.Error{Code: "no-owner", Class: agent.Refuse, What: "There is nothing to take over.", Means: "Nothing was changed.", Do: "There is nothing to do."}
	}
	if err := successor.TakeOver(ctx, a.From); err != nil {
		return uploadReport{}, once(err, "Nothing was changed.")
	}
	w.log.Warn("this agent writes in the place of another", "from", a.From, "actor", caller.Actor.ID)
	if w.running.Load() {
		w.feed.Now()
		w.upload.Now()
	}
	return w.uploadStatus(ctx, caller, nothing{})
}

func (w *works) needUpstream() error {
	if w.upload != nil {
		return nil
	}
	return &agent.Error{
		Code: "no-upstream", Class: agent.Refuse, What: "The configuration names no shop to talk to.",
		Means: "Counts work, but nothing is sent and no book is read.",
		Do:    "Set connector in the section [upstream] to \"csv-folder\" or \"shopify\".",
	}
}
