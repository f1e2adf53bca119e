package queue

import (
	"time"

	"github.com/stockhand/stockhand/agent"
)

// kept returns a time as the log keeps it: UTC, whole microseconds.
func kept(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMicro(t.UnixMicro()).UTC()
}

// keptStamp returns a stamp as the log keeps it.
func keptStamp(s agent.Stamp) agent.Stamp {
	return agent.Stamp{At: kept(s.At), Uncertainty: time.Duration(micros(s.Uncertainty)) * time.Microsecond}
}

// earlier returns the stamp with the earlier time; a zero stamp counts for none.
func earlier(a, b agent.Stamp) agent.Stamp {
	if a.IsZero() || (!b.IsZero() && b.At.Before(a.At)) {
		return b
	}
	return a
}

// later returns the stamp with the later time.
func later(a, b agent.Stamp) agent.Stamp {
	if b.At.After(a.At) {
		return b
	}
	return a
}
