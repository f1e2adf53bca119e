package serialport

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"
)

// readTimeout bounds a read of which the poller said that it would not wait.
const readTimeout = 250 * time.Millisecond

// marksErrors: damaged bytes are marked in the input, see marks.
const marksErrors = true

// errLocked means that another process holds the lock of the port.
var errLocked = errors.New("the port is locked by another process")

// line is an open port and a second descriptor of it. The second one locks the
// port, waits for input in Go's poller and carries the answers to the scanner.
type line struct {
	port  serial.Port
	guard *os.File
}

// openLine locks the port before it touches its settings, so that a port in use
// is left alone. The second descriptor comes first because the library forbids
// further ones.
func openLine(path string, mode *serial.Mode) (*line, error) {
	guard, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	port, err := openLocked(guard, mode)
	if err != nil {
		guard.Close()
		return nil, err
	}
	return &line{port: port, guard: guard}, nil
}

func openLocked(guard *os.File, mode *serial.Mode) (serial.Port, error) {
	if err := lock(guard); err != nil {
		return nil, err
	}
	port, err := serial.Open(guard.Name(), mode)
	if err != nil {
		return nil, err
	}
	err = port.SetReadTimeout(readTimeout)
	if err == nil {
		err = markErrors(guard)
	}
	if err != nil {
		port.Close()
		return nil, fmt.Errorf("set up the port: %w", err)
	}
	return port, nil
}

// markErrors makes the system mark bytes that arrived damaged, see marks.
func markErrors(guard *os.File) error {
	raw, err := guard.SyscallConn()
	if err != nil {
		return err
	}
	var setting error
	if err := raw.Control(func(fd uintptr) { setting = markErrorsOf(int(fd)) }); err != nil {
		return err
	}
	return setting
}

func markErrorsOf(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag |= unix.INPCK | unix.PARMRK
	t.Iflag &^= unix.IGNPAR
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}

// setMode changes speed and format. It is for the goroutine that reads.
func (l *line) setMode(mode *serial.Mode) error {
	if err := l.port.SetMode(mode); err != nil {
		return err
	}
	return markErrors(l.guard)
}

func lock(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var locking error
	if err := raw.Control(func(fd uintptr) {
		locking = unix.Flock(int(fd), unix.LOCK_EX|unix.LOCK_NB)
	}); err != nil {
		return err
	}
	if errors.Is(locking, unix.EWOULDBLOCK) {
		return errLocked
	}
	return locking
}

// read waits for input and returns it. It ends without any after wake.
func (l *line) read(buf []byte) (int, error) {
	raw, err := l.guard.SyscallConn()
	if err != nil {
		return 0, err
	}
	if err := raw.Read(hasInput); err != nil {
		return 0, err
	}
	return l.port.Read(buf)
}

// hasInput reports whether a read would return at once, also with an error.
func hasInput(fd uintptr) bool {
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, 0)
	return n > 0 || err != nil && !errors.Is(err, unix.EINTR)
}

// readFor returns input, or nothing after a time without any. It ends when ctx
// does; wake must be called then.
func (l *line) readFor(ctx context.Context, buf []byte, limit time.Duration) (int, error) {
	if err := l.guard.SetReadDeadline(time.Now().Add(limit)); err != nil {
		return 0, err
	}
	if ctx.Err() != nil { // wake may have come before the deadline that replaced its own
		return 0, ctx.Err()
	}
	n, err := l.read(buf)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return 0, ctx.Err()
	}
	return n, err
}

// wake ends the present read and all further ones. It may be called by any
// goroutine, also after close.
func (l *line) wake() { _ = l.guard.SetReadDeadline(time.Unix(1, 0)) }

func (l *line) write(ctx context.Context, p []byte) error {
	if err := l.guard.SetWriteDeadline(time.Time{}); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = l.guard.SetWriteDeadline(time.Unix(1, 0)) })
	defer stop()
	_, err := l.guard.Write(p)
	return err
}

func (l *line) close() error {
	return errors.Join(l.port.Close(), l.guard.Close())
}
