package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// sinceBoot is a clock that nobody can set and that goes on while the machine sleeps.
func sinceBoot() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return sinceStart()
	}
	return time.Duration(t.Nano())
}
