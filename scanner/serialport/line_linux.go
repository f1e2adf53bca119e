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

// errLocked means that another process holds the lock of the port.
var errLocked = errors.New("the port is locked by another process")

// line is an open port and a second descriptor of it. The second one locks the
// port, waits for input in Go's poller and carries the answers to the scanner;
// it never changes the port's settings.
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
	if err := port.SetReadTimeout(readTimeout); err != nil {
		port.Close()
		return nil, fmt.Errorf("set the read timeout: %w", err)
	}
	return port, nil
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
