package upload

import (
	"time"

	"github.com/stockhand/stockhand/agent"
)

// An upstream may refuse a whole request because one of its lines is stale, and in
// a busy shop the likelier the more lines it has and the longer they were read
// before. So the lines that were stale stand back for a moment, the others go out
// without them, and requests become smaller while they fail and larger while they
// succeed. A request of one line fails by its own fault alone: there is always
// progress.

// resize adapts the size of requests to what became of one.
func (u *Uploader) resize(r agent.Request, o agent.Outcome) {
	switch o.Class {
	case agent.OutcomeApplied, agent.OutcomeRepeated:
		u.size = min(2*u.size, u.info.MaxLines)
	case agent.OutcomeConflict:
		u.size = max(min(u.size, len(r.Lines))/2, 1)
		for _, l := range o.Lines {
			line := r.Lines[l.Index]
			w := u.waits[line.Adjustment]
			w.until = u.clock.Now().Add(max(line.Observed.Tick, shortestPause))
			u.waits[line.Adjustment] = w
		}
	}
}

// guilty reports whether a line of a request that ended in a conflict is at fault
// for certain. Where an answer names none of several lines it may be any of them.
func guilty(r agent.Request, o agent.Outcome) bool { return len(o.Lines) > 0 || len(r.Lines) == 1 }

// hold is why a line of a batch is not planned now.
type hold struct {
	// tick is how long it takes until the upstream's statement can be clearer.
	tick time.Duration
	// reach is up to when the feed must tell what moved, in the upstream's time; zero
	// where the statement itself is not settled.
	reach time.Time
}

// wait is when a line that is held back is looked at again, and how often it was.
type wait struct {
	until time.Time
	times int
	reach time.Time // looked at before if the feed reaches this
}

// longestWait is the longest time between two looks at a line.
const longestWait = 30 * time.Second

// await notes which lines of a batch are held back, each time for twice as long.
func (u *Uploader) await(batch []agent.Delivery, holds map[agent.AdjustmentID]hold) {
	for _, d := range batch {
		h, held := holds[d.Adjustment.ID]
		if !held {
			delete(u.waits, d.Adjustment.ID)
			continue
		}
		w := u.waits[d.Adjustment.ID]
		w.until = u.clock.Now().Add(min(h.tick<<min(w.times, 8), max(h.tick, longestWait)))
		w.times, w.reach = w.times+1, h.reach
		u.waits[d.Adjustment.ID] = w
	}
}

// release ends the waiting of lines for which the feed has reached far enough, and
// forgets lines that do not wait to be planned any more. It returns up to when the
// feed must reach for the first of the others.
func (u *Uploader) release(v agent.View, pending []agent.Delivery) (location agent.LocationID, reach time.Time, err error) {
	waits := make(map[agent.AdjustmentID]wait, len(u.waits))
	complete := make(map[agent.LocationID]time.Time)
	for _, d := range pending {
		w, waiting := u.waits[d.Adjustment.ID]
		if !waiting {
			continue
		}
		at := d.Adjustment.Location
		if _, known := complete[at]; !known && !w.reach.IsZero() {
			if complete[at], err = u.complete(v, at); err != nil {
				return "", reach, err
			}
		}
		if !w.reach.IsZero() && !complete[at].Before(w.reach) {
			continue
		}
		waits[d.Adjustment.ID] = w
		if !w.reach.IsZero() && (reach.IsZero() || w.reach.Before(reach)) {
			location, reach = at, w.reach
		}
	}
	u.waits = waits
	return location, reach, nil
}

// complete returns up to when the upstream's feed has told what moved, in the
// upstream's time.
func (u *Uploader) complete(v agent.View, at agent.LocationID) (time.Time, error) {
	marks, err := v.Watermarks(at)
	for _, m := range marks {
		if m.Source == u.info.Name {
			return m.Upstream, err
		}
	}
	return time.Time{}, err
}
