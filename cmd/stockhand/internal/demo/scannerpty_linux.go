package demo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Scanner is a simulated scanner: the far end of a pseudo-terminal that the agent
// reads with its real serial driver. A link in the demo's folder leads to the
// terminal, so that the scanner keeps its name when it is plugged in again.
type Scanner struct {
	port string // the link's path: what the agent is to read

	mu            sync.Mutex
	master, slave *os.File // nil while it is unplugged
}

// NewScanner makes a scanner that is plugged in at a port.
func NewScanner(port string) (*Scanner, error) {
	s := &Scanner{port: port}
	return s, s.Plug()
}

// Plug puts the cable in.
func (s *Scanner) Plug() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.master != nil {
		return nil
	}
	master, slave, err := pty.Open()
	if err != nil {
		return fmt.Errorf("open a pseudo-terminal for a scanner: %w", err)
	}
	// A real scanner's port is put into raw mode when it is plugged in, so that
	// nothing is echoed to it while no program reads.
	err = makeRaw(int(slave.Fd()))
	if err == nil {
		err = os.Symlink(slave.Name(), s.port)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("prepare a scanner's port: %w", err), slave.Close(), master.Close())
	}
	s.master, s.slave = master, slave
	return nil
}

// makeRaw switches off echo and every change of the bytes on their way.
func makeRaw(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag &^= unix.ICRNL | unix.INLCR | unix.IGNCR | unix.IXON | unix.ISTRIP | unix.BRKINT | unix.PARMRK
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}

// Path returns the port's name.
func (s *Scanner) Path() string { return s.port }

// Release forgets what a killed reader claimed and had not read. A real port does
// so when its last reader is gone; this one is held open so that it stays
// plugged in.
func (s *Scanner) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.slave != nil {
		_ = unix.IoctlSetInt(int(s.slave.Fd()), unix.TIOCNXCL, 0)
		_ = unix.IoctlSetInt(int(s.slave.Fd()), unix.TCFLSH, unix.TCIFLUSH)
	}
}

// Scan sends a barcode the way a scanner does. Without a cable it goes nowhere.
func (s *Scanner) Scan(code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.master == nil {
		return nil
	}
	_, err := s.master.WriteString(code + "\r")
	return err
}

// Unplug pulls the cable.
func (s *Scanner) Unplug() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.master == nil {
		return
	}
	if err := os.Remove(s.port); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return
	}
	_ = s.slave.Close()
	_ = s.master.Close()
	s.master, s.slave = nil, nil
}
