package hidpos

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner"
)

// rawNode is an open /dev/hidraw: a file in Go's poller, and feature reports.
type rawNode struct {
	*os.File
	setFeature func(f *os.File, report []byte) error
}

func openHidraw(path string) (rawNode, error) {
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NONBLOCK, 0)
	return rawNode{f, setFeature}, err
}

// setFeature sends a feature report by the ioctl HIDIOCSFEATURE.
func setFeature(f *os.File, report []byte) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var errno syscall.Errno
	err = raw.Control(func(fd uintptr) {
		request := uintptr(3<<30 | len(report)<<16 | 'H'<<8 | 0x06)
		_, _, errno = unix.Syscall(unix.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(&report[0])))
	})
	switch {
	case err != nil:
		return err
	case errno == unix.EPIPE:
		return errRefused
	case errno != 0:
		return errno
	}
	return nil
}

// hidraw is an open scanner on Linux.
type hidraw struct {
	*layout
	raw     rawNode
	until   time.Time // the deadline that is set
	woken   atomic.Bool
	writing chan struct{} // holds one token while a write is under way
	writes  sync.WaitGroup
}

func newHidraw(raw rawNode, l *layout) *hidraw {
	return &hidraw{layout: l, raw: raw, writing: make(chan struct{}, 1)}
}

// read looks once more for a report when its time is up: a computer that was
// busy finds the report and the end of its time together.
func (h *hidraw) read(buf []byte, until time.Time) (int, error) {
	if !until.Equal(h.until) {
		h.until = until
		if err := h.raw.SetReadDeadline(until); err != nil {
			return 0, err
		}
	}
	if h.woken.Load() { // before the deadline was moved
		return 0, os.ErrDeadlineExceeded
	}
	n, err := h.raw.Read(buf)
	if errors.Is(err, os.ErrDeadlineExceeded) && !h.woken.Load() {
		return h.readNow(buf)
	}
	return n, err
}

// readNow reads without waiting.
func (h *hidraw) readNow(buf []byte) (n int, err error) {
	raw, err := h.raw.SyscallConn()
	if err != nil {
		return 0, err
	}
	if controlling := raw.Control(func(fd uintptr) { n, err = unix.Read(int(fd), buf) }); controlling != nil {
		return 0, controlling
	}
	if errors.Is(err, unix.EAGAIN) {
		return 0, os.ErrDeadlineExceeded
	}
	return max(n, 0), err
}

func (h *hidraw) wake() {
	h.woken.Store(true)
	_ = h.raw.SetReadDeadline(time.Unix(1, 0))
}

// write sends an output report. The kernel may wait five seconds for a scanner
// that does not take it, and nothing ends that wait sooner: it is left to a
// goroutine, which close waits for.
func (h *hidraw) write(ctx context.Context, report []byte) error {
	select {
	case h.writing <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("the one before is still being sent: %w", ctx.Err())
	}
	result := make(chan error, 1)
	h.writes.Go(func() {
		_, err := h.raw.Write(report)
		<-h.writing
		result <- err
	})
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *hidraw) setFeature(report []byte) error { return h.raw.setFeature(h.raw.File, report) }

func (h *hidraw) close() error {
	_ = h.raw.SetWriteDeadline(time.Unix(1, 0)) // ends a write that has not begun
	h.writes.Wait()
	return h.raw.Close()
}

// explain turns an error of opening a scanner into a fault with a sentence and a
// remedy.
func explain(d hidDevice, err error) error {
	cause := fmt.Errorf("open %s: %w", d.path, err)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return &scanner.Fault{
			State:    scanner.NoRights,
			Sentence: "This program may not open the scanner's device " + d.path + ".",
			Remedy:   rightsRemedy(d),
			Err:      cause,
		}
	case errors.Is(err, unix.EBUSY):
		return &scanner.Fault{
			State:    scanner.Busy,
			Sentence: "Another program uses the scanner's device " + d.path + " alone.",
			Remedy:   "Close that program. It is tried again.",
			Err:      cause,
		}
	}
	return scanner.Gone(cause) // ENOENT, ENXIO, ENODEV, EIO
}

// rightsRemedy says how to get the rights: by the rule that is installed with the
// service or, for a scanner which that does not know, by one of its own.
func rightsRemedy(d hidDevice) string {
	const ownName = `To use it under your own name, also run: sudo usermod -aG input "$USER", and log in again.`
	if known, _ := d.handle.(hidrawHandle); !known.noRule {
		return `Run "sudo stockhand service install", which installs the rule for scanners, and plug the scanner in again. ` + ownName
	}
	return fmt.Sprintf(`Put this line into /etc/udev/rules.d/61-scanner.rules, run "sudo udevadm control --reload" and plug the scanner in again: `+
		`SUBSYSTEM=="hidraw", ATTRS{idVendor}=="%s", ATTRS{idProduct}=="%s", GROUP="input", MODE="0660". %s`, d.Vendor, d.Product, ownName)
}
