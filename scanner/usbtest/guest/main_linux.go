// Command guest is all that runs in the virtual machine of the USB rig. As the
// first process it prepares the system and plays the scanners that the kernel
// can make itself; as its own child it reads scanners with the drivers that are
// shipped. See package usbtest.
package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 3 && os.Args[1] == "agent":
		err = readScanners(os.Args[2])
	default:
		err = first()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "guest:", err)
	}
	if os.Getpid() == 1 {
		_ = unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	}
}

// first is the first process: what it leaves undone nobody does.
func first() error {
	if err := prepare(); err != nil {
		return err
	}
	port, err := openPort(usbtest.PlayerPort)
	if err != nil {
		return err
	}
	return serve(port, newPlayer)
}

// readScanners is an agent's process. The one of a user has that user's rights.
func readScanners(name string) error {
	port, err := openPort(name)
	if err != nil {
		return err
	}
	if name != usbtest.AgentPort {
		// The collector would close what nobody else closes, and hide a leak. One
		// agent keeps it, as the shipped program does.
		debug.SetGCPercent(-1)
		debug.SetMemoryLimit(mostMemory)
	}
	if name == usbtest.UserPort {
		if err := dropRights(); err != nil {
			return err
		}
	}
	return serve(port, newAgent)
}

// mostMemory is far more than an agent needs for one test.
const mostMemory = 64 << 20

// The groups that Debian gives these numbers, and nobody in particular.
const (
	groupDialout = 20
	groupInput   = 104
	somebody     = 1000
)

func dropRights() error {
	if err := syscall.Setgroups([]int{groupDialout, groupInput}); err != nil {
		return err
	}
	if err := syscall.Setgid(somebody); err != nil {
		return err
	}
	return syscall.Setuid(somebody)
}
