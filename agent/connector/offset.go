package connector

import (
	"time"

	"github.com/stockhand/stockhand/agent"
)

// dateTick is the resolution of the HTTP Date header (RFC 9110, section 5.6.7).
const dateTick = time.Second

// drift is by how much two clocks are assumed to run apart at most: 200 parts
// per million, several times what a PC's crystal does.
const drift = 200e-6

// Offset is how far the upstream's clock is ahead of ours, as an interval that
// each observation narrows and the passing of time slowly widens. The zero
// Offset knows nothing. It is not safe for concurrent use.
type Offset struct {
	lo, hi   time.Duration
	seen     time.Time
	restarts int
}

// Observe takes in one answer: its Date header, and our times just before the
// request and just after the answer's header. It reports whether the answer
// contradicted what was known, as it does after a clock was set: only the new
// answer is believed then. An answer that was received before it was sent says
// nothing and is ignored.
func (o *Offset) Observe(sent, received, date time.Time) (restarted bool) {
	if received.Before(sent) || date.IsZero() {
		return false
	}
	// The upstream wrote date at some instant between sent and received, when its
	// clock showed something within [date, date+tick).
	lo := date.Sub(received.Round(0))
	hi := date.Add(dateTick).Sub(sent.Round(0))
	if !o.Known() {
		o.lo, o.hi, o.seen = lo, hi, received
		return false
	}
	wasLo, wasHi := o.at(received)
	o.lo, o.hi, o.seen = max(wasLo, lo), min(wasHi, hi), received
	if o.lo > o.hi {
		o.lo, o.hi = lo, hi
		o.restarts++
		return true
	}
	return false
}

// at returns the interval as it is at a time: wider the longer nothing was seen.
func (o *Offset) at(now time.Time) (lo, hi time.Duration) {
	apart := time.Duration(drift * float64(now.Sub(o.seen).Abs()))
	return o.lo - apart, o.hi + apart
}

// Known reports whether anything was observed.
func (o *Offset) Known() bool { return !o.seen.IsZero() }

// Interval returns the smallest and the largest offset that fit everything that
// was observed since the last restart. Both are 0 while nothing is known.
func (o *Offset) Interval() (lo, hi time.Duration) { return o.lo, o.hi }

// Restarts returns how often observations contradicted each other.
func (o *Offset) Restarts() int { return o.restarts }

// Local returns when an instant of the upstream's clock was by ours. The stamp
// does not include the resolution of the upstream's time. While nothing is known
// the clocks are taken to agree within a day.
func (o *Offset) Local(upstream time.Time) agent.Stamp {
	if !o.Known() {
		return agent.Stamp{At: upstream, Uncertainty: 24 * time.Hour}
	}
	half := (o.hi - o.lo + 1) / 2
	return agent.Stamp{At: upstream.Add(-o.lo - half), Uncertainty: half}
}
