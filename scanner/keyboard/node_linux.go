package keyboard

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// control is what the kernel does for an event device besides its events.
type control interface {
	open(path string) (*os.File, error)
	// useMonotonic makes the events carry the time of CLOCK_MONOTONIC.
	useMonotonic(fd uintptr) error
	// grab takes the keys for this descriptor alone, or gives them back.
	grab(fd uintptr, on bool) error
	// anyDown reports whether a key is down.
	anyDown(fd uintptr) (bool, error)
	// capsOff switches the Caps Lock light of the scanner off.
	capsOff(fd uintptr) error
}

// kernel controls real event devices.
type kernel struct{}

// The requests of <linux/input.h>. Their numbers hold the direction and the size
// of what is passed. The directions are coded in another way on MIPS and PowerPC,
// where the agent is not built.
const (
	requestWrite = 1 << 30
	requestRead  = 2 << 30

	keyBytes = 0x300 / 8 // a bit for every key there is

	eviocGrab    = requestWrite | 4<<16 | 'E'<<8 | 0x90
	eviocSetTime = requestWrite | 4<<16 | 'E'<<8 | 0xa0
	eviocGetKeys = requestRead | keyBytes<<16 | 'E'<<8 | 0x18
)

// open asks for writing too, for the lights; reading is enough.
func (kernel) open(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrPermission) {
		return os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0)
	}
	return f, err
}

func (kernel) useMonotonic(fd uintptr) error {
	clock := int32(unix.CLOCK_MONOTONIC)
	return ioctl(fd, eviocSetTime, unsafe.Pointer(&clock))
}

func (kernel) grab(fd uintptr, on bool) error {
	value := uintptr(0)
	if on {
		value = 1
	}
	if _, _, code := unix.Syscall(unix.SYS_IOCTL, fd, eviocGrab, value); code != 0 {
		return code
	}
	return nil
}

func (kernel) anyDown(fd uintptr) (bool, error) {
	var keys [keyBytes]byte
	if err := ioctl(fd, eviocGetKeys, unsafe.Pointer(&keys)); err != nil {
		return false, err
	}
	return keys != [keyBytes]byte{}, nil
}

func (kernel) capsOff(fd uintptr) error {
	off := AppendEvent(nil, Event{Type: typeLight, Code: lightCaps})
	_, err := unix.Write(int(fd), AppendEvent(off, Event{Type: typeSync, Code: syncReport}))
	return err
}

func ioctl(fd, request uintptr, arg unsafe.Pointer) error {
	if _, _, code := unix.Syscall(unix.SYS_IOCTL, fd, request, uintptr(arg)); code != 0 {
		return code
	}
	return nil
}

// node is an open event device.
type node struct {
	file    *os.File
	control control
	timed   bool // a deadline is set
	buf     [256 * (2*wordSize + 8)]byte
	rest    int // bytes in buf that do not fill an event yet
	events  []Event
}

// open opens an event device for reading in Go's poller, so that a deadline and
// a close end a read.
func (s system) open(path string) (*node, error) {
	file, err := s.control.open(path)
	if err != nil {
		return nil, err
	}
	n := &node{file: file, control: s.control}
	if err := n.do(s.control.useMonotonic); err != nil {
		file.Close()
		return nil, fmt.Errorf("set the clock of %s: %w", path, err)
	}
	return n, nil
}

func (n *node) do(request func(fd uintptr) error) error {
	raw, err := n.file.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	if err := raw.Control(func(fd uintptr) { result = request(fd) }); err != nil {
		return err
	}
	return result
}

const (
	heldLook = 5 * time.Millisecond
	// heldPatience is how long a key may be down before that is a fault: longer
	// than the pause of any scanner within a scan.
	heldPatience = 3 * time.Second
)

var errHeld = errors.New("a key is held down")

// take takes the keys for this program alone. It waits until no key is down,
// since a key that is down now would stay pressed for everybody else. It looks
// again afterwards, for a key that went down in between.
func (n *node) take(ctx context.Context) error {
	for start := time.Now(); ; {
		if down, err := n.anyDown(); err != nil {
			return err
		} else if !down {
			free, err := n.tryTake()
			if free || err != nil {
				return err
			}
		}
		if time.Since(start) > heldPatience {
			return errHeld
		}
		if err := sleep(ctx, heldLook); err != nil {
			return err
		}
	}
}

func (n *node) tryTake() (taken bool, err error) {
	if err := n.grab(true); err != nil {
		return false, err
	}
	down, err := n.anyDown()
	if err != nil || !down {
		return true, err
	}
	return false, n.grab(false)
}

func (n *node) grab(on bool) error {
	return n.do(func(fd uintptr) error { return n.control.grab(fd, on) })
}

// darken switches the Caps Lock light off. Some scanners go by it and swap small
// and capital letters while it is on, and a desktop sets it on every keyboard when
// somebody presses Caps Lock on one. A scanner without lights, or one that this
// program may not write to, is read all the same.
func (n *node) darken() { _ = n.do(n.control.capsOff) }

func (n *node) anyDown() (down bool, err error) {
	err = n.do(func(fd uintptr) (err error) {
		down, err = n.control.anyDown(fd)
		return err
	})
	return down, err
}

// read waits for events, for the time given if it is above zero. The events are
// valid until the next call. It ends at once after wake, and says so by ctx.
func (n *node) read(ctx context.Context, limit time.Duration) ([]Event, error) {
	if limit > 0 || n.timed {
		n.timed = limit > 0
		if err := n.file.SetReadDeadline(deadline(limit)); err != nil {
			return nil, err
		}
	}
	// Looked at after the deadline was set: it may have replaced that of wake.
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	got, err := n.file.Read(n.buf[n.rest:])
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	var rest []byte
	n.events, rest = ParseEvents(n.events[:0], n.buf[:n.rest+got])
	n.rest = copy(n.buf[:], rest)
	return n.events, nil
}

func deadline(limit time.Duration) time.Time {
	if limit <= 0 {
		return time.Time{}
	}
	return time.Now().Add(limit)
}

// wake ends the present read and, together with a context that has ended, all
// further ones. It may be called by any goroutine, also after close.
func (n *node) wake() { _ = n.file.SetReadDeadline(time.Unix(1, 0)) }

func (n *node) close() error { return n.file.Close() }

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
