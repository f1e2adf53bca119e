//go:build !linux

package serialport

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.bug.st/serial"
)

// readTimeout is how long a read waits, and so how long stopping may take.
const readTimeout = 250 * time.Millisecond

// marksErrors: the library does not tell of damaged bytes here.
const marksErrors = false

// errLocked does not occur: these systems give a port to one process only.
var errLocked = errors.New("the port is locked by another process")

var errVanished = errors.New("the system does not list the port any more")

// lookEvery is after how many reads without input, about two seconds, it is
// checked that the port still exists: Windows may not report an unplug.
const lookEvery = 8

// line is an open port.
type line struct {
	port  serial.Port
	path  string
	quiet int // reads without input in a row
}

func openLine(path string, mode *serial.Mode) (*line, error) {
	port, err := serial.Open(path, mode)
	if err != nil {
		return nil, err
	}
	if err := port.SetReadTimeout(readTimeout); err != nil {
		port.Close()
		return nil, fmt.Errorf("set the read timeout: %w", err)
	}
	return &line{port: port, path: path}, nil
}

// read returns input, or nothing after the timeout.
func (l *line) read(buf []byte) (int, error) {
	n, err := l.port.Read(buf)
	if n > 0 || err != nil {
		l.quiet = 0
		return n, err
	}
	l.quiet++
	if l.quiet%lookEvery == 0 && !l.exists() {
		return 0, errVanished
	}
	return 0, nil
}

// readFor returns input, or nothing after the timeout.
func (l *line) readFor(ctx context.Context, buf []byte, _ time.Duration) (int, error) {
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return l.read(buf)
}

// setMode changes speed and format. It is for the goroutine that reads.
func (l *line) setMode(mode *serial.Mode) error { return l.port.SetMode(mode) }

// exists reports whether the system lists the port. If the list cannot be had
// the port is taken to exist.
func (l *line) exists() bool {
	names, err := serial.GetPortsList()
	want := strings.TrimPrefix(l.path, `\\.\`)
	return err != nil || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, want) })
}

// wake does nothing: the read ends by its timeout. Closing the port here would
// race with it.
func (l *line) wake() {}

// write aborts a write that takes longer than ctx allows.
func (l *line) write(ctx context.Context, p []byte) error {
	stop := context.AfterFunc(ctx, func() { _ = l.port.ResetOutputBuffer() })
	defer stop()
	n, err := l.port.Write(p)
	if err == nil && n < len(p) {
		return ctx.Err()
	}
	return err
}

func (l *line) close() error { return l.port.Close() }
