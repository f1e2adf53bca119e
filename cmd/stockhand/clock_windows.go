package main

import (
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// sinceBoot is a clock that nobody can set and that goes on while the machine sleeps.
func sinceBoot() time.Duration { return windows.DurationSinceBoot() }

// ofMachine tells whether sinceBoot goes on from one run to the next.
const ofMachine = true

// bootID names the time since the system was started by when its first process began,
// which setting the clock does not change. If it changes all the same, as where the
// clock is set back to before it, runs are not compared.
func bootID() string {
	buffer := make([]byte, 1<<20)
	var length uint32
	if err := windows.NtQuerySystemInformation(windows.SystemProcessInformation, unsafe.Pointer(&buffer[0]), uint32(len(buffer)), &length); err != nil {
		return ""
	}
	first := int64(0)
	for at := uint32(0); ; {
		process := (*windows.SYSTEM_PROCESS_INFORMATION)(unsafe.Pointer(&buffer[at]))
		if began := process.CreateTime; began > 0 && (first == 0 || began < first) {
			first = began
		}
		if process.NextEntryOffset == 0 {
			break
		}
		at += process.NextEntryOffset
	}
	return strconv.FormatInt(first, 10)
}
