package serialport

import (
	"context"
	"fmt"
	"time"

	"go.bug.st/serial"

	"github.com/stockhand/stockhand/scanner"
)

// chunkSize is how much one read takes at most, in bytes.
const chunkSize = 4096

// againAfter is how long after an answer that asked for a scan once more another one
// may. A full disk is still full a moment later.
const againAfter = 2 * time.Second

// Driver opens one scanner on a serial port.
type Driver struct {
	// Where finds the port. It is asked at every open, since the name of a USB
	// port changes from plug to plug.
	Where Where
	// Mode is speed and format. Its InitialStatusBits must stay nil: DTR and
	// RTS up is what scanners want, and ports without modem lines refuse them.
	Mode serial.Mode
	// Feedback holds the bytes sent after a read.
	Feedback scanner.Feedback
	// Tree is where the system describes its devices.
	Tree Tree
}

// Open finds the port, locks it and sets it up.
func (d *Driver) Open(ctx context.Context) (scanner.Conn, error) {
	path, err := d.Where.find(ctx, d.Tree)
	if err != nil {
		return nil, err
	}
	l, err := openLine(path, &d.Mode)
	if err != nil {
		return nil, d.Tree.explain(path, err)
	}
	return &conn{line: l, path: path, physical: d.Tree.physical(path), feedback: d.Feedback}, nil
}

type conn struct {
	line     *line
	path     string
	physical string
	feedback scanner.Feedback
	marks    marks     // of the system's, in the input
	refused  time.Time // when the scanner was told so last; Feedback's
}

// Awaits reports whether the scanner waits for each answer.
func (c *conn) Awaits() bool { return c.feedback.Awaited }

// Physical is the USB device that the port belongs to.
func (c *conn) Physical() string { return c.physical }

// Run reads until ctx ends or the port is gone.
func (c *conn) Run(ctx context.Context, in *scanner.Inlet) error {
	stop := context.AfterFunc(ctx, c.line.wake)
	defer stop()
	buf := make([]byte, chunkSize)
	for {
		// The line holds the scanner back better than the ring could.
		if err := in.Room(ctx); err != nil {
			return err
		}
		n, err := c.read(buf)
		if n > 0 {
			c.take(in, buf[:n])
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return lost(c.path, err)
		}
	}
}

func (c *conn) take(in *scanner.Inlet, chunk []byte) {
	if marksErrors {
		c.marks.input(in, chunk, time.Now())
		return
	}
	in.Bytes(chunk, time.Now())
}

// read returns what the port has, or 0 and nil if it had nothing for a while.
func (c *conn) read(buf []byte) (int, error) {
	return guarded(c.path, func() (int, error) { return c.line.read(buf) })
}

// guarded turns the library's panic at a descriptor of 1024 or above into a fault.
func guarded(path string, read func() (int, error)) (n int, err error) {
	defer func() {
		if p := recover(); p != nil {
			n, err = 0, &scanner.Fault{
				State:    scanner.Busy,
				Sentence: "The scanner's port cannot be read because this program has too many files and connections open.",
				Remedy:   "Close pages that are not needed, or restart the program. It is tried again.",
				Err:      fmt.Errorf("read %s: %v", path, p),
			}
		}
	}()
	return read()
}

// Feedback writes the bytes for a verdict.
func (c *conn) Feedback(ctx context.Context, v scanner.Verdict) error {
	answer := c.feedback.For(v)
	if len(answer) == 0 || c.pesters(v) {
		return nil
	}
	if err := c.line.write(ctx, answer); err != nil {
		return fmt.Errorf("answer the scanner on %s: %w", c.path, err)
	}
	return nil
}

// pesters reports whether an answer would make the scanner send again what was
// refused a moment ago. Without the answer it gives up and tells its person.
func (c *conn) pesters(v scanner.Verdict) bool {
	if v != scanner.Refused || !c.feedback.Awaited {
		return false
	}
	now := time.Now()
	if !c.refused.IsZero() && now.Sub(c.refused) < againAfter {
		return true
	}
	c.refused = now
	return false
}

// Close gives the port back.
func (c *conn) Close() error { return c.line.close() }
