package main

import (
	"bytes"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

// told are the kinds of device whose coming and going the host is told.
var told = map[string]bool{"usb": true, "tty": true, "input": true, "hidraw": true}

// tellUevents tells the host what the kernel says of plugging in and out, with
// the guest's time.
func (p *player) tellUevents() error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_KOBJECT_UEVENT)
	if err != nil {
		return err
	}
	const kernel = 1
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: kernel}); err != nil {
		return fmt.Errorf("hear the kernel's events: %w", err)
	}
	go func() {
		buf := make([]byte, 16<<10)
		for {
			n, _, err := unix.Recvfrom(fd, buf, 0)
			if err != nil {
				continue // too many at once: the next one will do
			}
			if e := ueventOf(buf[:n]); told[e.Subsystem] {
				p.host.say(usbtest.Line{Uevent: &e})
			}
		}
	}()
	return nil
}

func ueventOf(message []byte) usbtest.Uevent {
	var e usbtest.Uevent
	for field := range bytes.SplitSeq(message, []byte{0}) {
		key, value, _ := bytes.Cut(field, []byte("="))
		switch string(key) {
		case "ACTION":
			e.Action = string(value)
		case "SUBSYSTEM":
			e.Subsystem = string(value)
		case "DEVPATH":
			e.Path = string(value)
		}
	}
	return e
}
