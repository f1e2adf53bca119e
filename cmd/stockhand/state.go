package main

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/feed"
	"github.com/stockhand/stockhand/agent/upload"
)

// upstreamState says how the upstream is doing, reading and writing taken
// together.
type upstreamState struct {
	Name        string       `json:"name"`
	State       string       `json:"state"`
	Since       time.Time    `json:"since"`
	Problem     *agent.Error `json:"problem,omitempty"`
	NextAt      time.Time    `json:"next_at,omitzero"`
	LastSuccess time.Time    `json:"last_success,omitzero"`
	Trying      bool         `json:"trying,omitempty"` // it is asked at this moment
}

// severity orders the states: the worse of reading and writing is shown.
var severity = map[string]int{
	string(upload.Paused): 5, string(upload.Offline): 4, string(upload.Throttled): 3,
	string(upload.OK): 2, string(upload.Idle): 1,
}

func combined(name string, up upload.Status, down feed.Status) upstreamState {
	s := upstreamState{name, string(up.State), up.Since, up.Problem, up.NextAt, up.LastSuccess, up.Trying}
	if severity[string(down.State)] > severity[s.State] {
		s = upstreamState{name, string(down.State), down.Since, down.Problem, down.NextAt, up.LastSuccess, up.Trying || down.Trying}
	}
	if down.LastSuccess.After(s.LastSuccess) {
		s.LastSuccess = down.LastSuccess
	}
	return s
}

// upstreamState returns how the upstream is doing; the zero state without one.
func (w *works) upstreamState() upstreamState {
	if w.upload == nil {
		return upstreamState{}
	}
	return combined(w.upstream.Info().Name, w.upload.Status(), w.feed.Status())
}

// deviceState says how a scanner is doing.
type deviceState struct {
	Device   agent.DeviceID `json:"device"`
	Name     string         `json:"name"`
	Since    time.Time      `json:"since"`
	Sentence string         `json:"sentence"`
	Remedy   string         `json:"remedy,omitempty"`
	Title    string         `json:"title,omitempty"`  // what people call it
	Paired   bool           `json:"paired,omitempty"` // at work, not by the configuration
}

// deviceStates returns how every scanner is doing, in the order of the
// configuration. That its reads are not stored is worse than anything else.
func (w *works) deviceStates() []deviceState {
	if w.scanners == nil {
		return nil
	}
	var all []deviceState
	for _, s := range w.scanners.States() {
		known := w.roster.of(s.Device)
		d := deviceState{agent.DeviceID(s.Device), string(s.Name), s.Since, s.Sentence, s.Remedy, known.title, known.paired}
		if r, ok := w.ears.refusalOf(s.Device); ok {
			d.Since, d.Sentence, d.Remedy = r.since, "The last scan was not stored. "+r.problem.What, r.problem.Do
		}
		all = append(all, d)
	}
	return all
}

// watchUpstream tells the page when anything that is shown of the upstream is another:
// also when it was reached last and when it is tried next.
func (w *works) watchUpstream(tick time.Duration) part {
	return part{"watching the upstream", func(ctx context.Context) error {
		t := time.NewTicker(tick)
		defer t.Stop()
		last := w.upstreamState()
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-t.C:
			}
			if now := w.upstreamState(); now != last {
				last = now
				w.changed()
			}
		}
	}}
}
