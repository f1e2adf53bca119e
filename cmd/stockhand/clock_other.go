//go:build !linux && !windows

package main

import "time"

// sinceBoot is a clock that nobody can set. Here it may stand still while the machine
// sleeps, and a sleep then looks like a step.
func sinceBoot() time.Duration { return sinceStart() }

// ofMachine tells whether sinceBoot goes on from one run to the next.
const ofMachine = false

// bootID would name the time since the system was started.
func bootID() string { return "" }
