// Command guest is all that runs in the virtual machine of the USB rig. As the
// first process it prepares the system and plays the scanners that the kernel
// can make itself; as its own child it reads scanners with the drivers that are
// shipped. See package usbtest.
package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

func main() {
	var err error
	switch {
	case len(os.Args) > 1 && os.Args[1] == "agent":
		err = serve(usbtest.AgentPort, newAgent)
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
	return serve(usbtest.PlayerPort, newPlayer)
}
