package keyboard

import (
	"time"

	"golang.org/x/sys/unix"
)

// clock maps the times of events to Go's, which read the same monotonic clock.
type clock struct {
	monotonic time.Duration
	now       time.Time
}

// readClock reads the monotonic clock first: if something comes in between, an
// event seems a little younger, but never younger than now.
func readClock() clock {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		return clock{} // it cannot fail; at gives the present then
	}
	return clock{time.Duration(ts.Nano()), time.Now()}
}

// at returns the time of an event, never one to come.
func (c clock) at(event time.Duration) time.Time {
	return c.now.Add(-max(0, c.monotonic-event))
}
