package main

import (
	"time"

	"golang.org/x/sys/windows"
)

// sinceBoot is a clock that nobody can set and that goes on while the machine sleeps.
func sinceBoot() time.Duration { return windows.DurationSinceBoot() }
