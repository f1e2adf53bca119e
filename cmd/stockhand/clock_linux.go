package main

import (
	"os"
	"strings"
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

// ofMachine tells whether sinceBoot goes on from one run to the next.
const ofMachine = true

// bootID is the system's name for the time since it was started.
func bootID() string {
	text, _ := os.ReadFile("/proc/sys/kernel/random/boot_id") // without it nothing is compared
	return strings.TrimSpace(string(text))
}
