package hidpos

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	streak  int       // reports in a row that were there already
	woken   atomic.Bool
	writing chan struct{} // holds one token while a write is under way
	writes  sync.WaitGroup
}

func newHidraw(raw rawNode, l *layout) *hidraw {
	return &hidraw{layout: l, raw: raw, writing: make(chan struct{}, 1)}
}

// read takes what is there and waits only if nothing is. When its time is up it
// looks once more: a computer that was busy finds the report and the end of its
// time together.
func (h *hidraw) read(buf []byte, until time.Time) (int, error) {
	if h.woken.Load() {
		return 0, os.ErrDeadlineExceeded
	}
	n, err := h.readNow(buf)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		h.streak++
		return n, err
	}
	h.streak = 0
	if err := h.setDeadline(until); err != nil {
		return 0, err
	}
	if h.woken.Load() { // before the deadline was moved
		return 0, os.ErrDeadlineExceeded
	}
	n, err = h.raw.Read(buf)
	if errors.Is(err, os.ErrDeadlineExceeded) && !h.woken.Load() {
		return h.readNow(buf)
	}
	return n, err
}

func (h *hidraw) setDeadline(until time.Time) error {
	if until.Equal(h.until) {
		return nil
	}
	h.until = until
	return h.raw.SetReadDeadline(until)
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
	switch {
	case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
		return 0, os.ErrDeadlineExceeded
	case err == nil && n == 0:
		return 0, io.EOF
	}
	return max(n, 0), err
}

// queued is how many reports the kernel keeps for a reader. It drops those that
// come when there are so many, and does not say so.
const queued = 63

// gap is true for the first report after as many as the kernel keeps were there
// at once, and for the next one, since the first of those may have been waited
// for.
func (h *hidraw) gap() bool { return h.streak == queued || h.streak == queued+1 }

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
