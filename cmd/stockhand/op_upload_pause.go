package main

import (
	"context"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// longestWhy is how long a reason may be, in bytes.
const longestWhy = 200

// uploadPause says why somebody pauses the upload.
type uploadPause struct {
	Why string `json:"why,omitempty"`
}

// pauseUpload keeps everything that is approved here until somebody resumes it. What is on
// its way at this moment still gets its answer.
func (w *works) pauseUpload(ctx context.Context, caller agent.Caller, a uploadPause) (uploadReport, error) {
	why := strings.TrimSpace(a.Why)
	if err := w.needUpstream(); err != nil {
		return uploadReport{}, err
	}
	if len(why) > longestWhy || why != clean(why) {
		return uploadReport{}, &agent.Error{
			Code: "bad_arguments", Class: agent.Refuse, What: "The reason is longer than 200 characters or holds invisible ones.",
			Means: "Nothing was changed.", Do: "Write it in a few words.",
		}
	}
	return w.switchUpload(ctx, caller, agent.NewEvent(agent.UploadPaused, agent.PauseFact{Why: why}), true)
}

// resumeUpload ends a pause that somebody made.
func (w *works) resumeUpload(ctx context.Context, caller agent.Caller, _ nothing) (uploadReport, error) {
	if err := w.needUpstream(); err != nil {
		return uploadReport{}, err
	}
	return w.switchUpload(ctx, caller, agent.NewEvent(agent.UploadResumed, agent.PauseFact{}), false)
}

// switchUpload stores a pause, or its end; where that is so already nothing is stored.
func (w *works) switchUpload(ctx context.Context, caller agent.Caller, event agent.Event, pause bool) (uploadReport, error) {
	_, err := w.queue.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
		_, held, err := v.UploadPause()
		if err != nil || held == pause {
			return agent.Facts{}, err
		}
		return agent.Facts{Actor: caller.Actor, At: w.clock.Now(), Events: []agent.Event{event}}, nil
	})
	if err != nil {
		return uploadReport{}, err
	}
	return w.uploadStatus(ctx, caller, nothing{})
}

// waitingLine is an adjustment that has not reached the shop.
type waitingLine struct {
	SKU      string         `json:"sku"`
	Name     string         `json:"name"`
	Delivery agent.Delivery `json:"delivery"`
}

// uploadExport lists what has not reached the shop, oldest first: to be entered by hand
// where the shop can't be reached for long.
func (w *works) uploadExport(ctx context.Context, _ agent.Caller, _ nothing) ([]waitingLine, error) {
	lines := []waitingLine{}
	err := w.queue.Read(ctx, func(v agent.View) error {
		all, err := v.Deliveries(agent.Pending, agent.Sending, agent.Staged, agent.InDoubt, agent.Conflict, agent.Rejected)
		for _, d := range all {
			item, _, err := v.Item(d.Adjustment.Item)
			if err != nil {
				return err
			}
			lines = append(lines, waitingLine{item.SKU, item.Name, d})
		}
		return err
	})
	return lines, err
}
