package scanner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// The groups of the kernel's device events: its own, which come first, and udev's,
// which come once the rights of the new file are set.
const ueventGroups = 1 | 2

// Watch calls look whenever something was plugged in or taken out that may be a
// scanner, until ctx ends. Where the system does not tell (in some containers) it
// returns an error at once: devices are found all the same, by trying.
func Watch(ctx context.Context, look func()) error {
	events, err := openUevents()
	if err != nil {
		return fmt.Errorf("listen to device events: %w", err)
	}
	defer events.Close()
	stop := context.AfterFunc(ctx, func() { _ = events.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	buf := make([]byte, 64<<10)
	for {
		n, err := events.Read(buf)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, unix.ENOBUFS): // events were lost: one of them may be ours
			look()
		case err != nil:
			return fmt.Errorf("listen to device events: %w", err)
		case concernsScanners(buf[:n]):
			look()
		}
	}
}

func openUevents() (*os.File, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_KOBJECT_UEVENT)
	if err != nil {
		return nil, err
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: ueventGroups}); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), "device events"), nil
}

// concernsScanners reports whether an event is about a kind of device that
// scanners are. An event is a list of texts, each ended by a NUL; what udev puts in
// front of them does not matter.
func concernsScanners(event []byte) bool {
	for field := range bytes.SplitSeq(event, []byte{0}) {
		if kind, ok := bytes.CutPrefix(field, []byte("SUBSYSTEM=")); ok {
			switch string(kind) {
			case "tty", "input", "hidraw", "usb":
				return true
			}
		}
	}
	return false
}
