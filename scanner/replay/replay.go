package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

// Scan is one scan to be played.
type Scan struct {
	Raw   []byte
	Pause time.Duration // before it
}

// Source returns the next scan. It may wait, until ctx ends. io.EOF means that
// no more scans come, which leaves the scanner connected and silent; any other
// error is an unplug.
type Source func(ctx context.Context) (Scan, error)

// Driver plays scans.
type Driver struct {
	// Start is called at every open and returns the scans from the beginning,
	// or from wherever the generator has got to.
	Start func(ctx context.Context) (Source, error)
	// Heard, if set, is told every verdict, as a scanner would beep.
	Heard func(scanner.Verdict)
}

// Device returns a device that plays what d says.
func Device(id, name string, d *Driver) scanner.Device {
	return scanner.Device{ID: id, Name: name, Driver: d, Framing: scanner.Framing{Settle: -1}}
}

// Open starts the scans.
func (d *Driver) Open(ctx context.Context) (scanner.Conn, error) {
	next, err := d.Start(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{next: next, heard: d.Heard}, nil
}

type conn struct {
	next  Source
	heard func(scanner.Verdict)
}

// Run plays the scans, each after its pause.
func (c *conn) Run(ctx context.Context, in *scanner.Inlet) error {
	for {
		if err := in.Room(ctx); err != nil {
			return err
		}
		s, err := c.next(ctx)
		if errors.Is(err, io.EOF) {
			<-ctx.Done()
			return ctx.Err()
		}
		if err == nil {
			err = sleep(ctx, s.Pause)
		}
		if err != nil {
			return err
		}
		now := time.Now()
		in.Frame(scanner.Frame{Raw: s.Raw, Length: len(s.Raw), First: now, Last: now})
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Feedback passes the verdict to whoever listens.
func (c *conn) Feedback(_ context.Context, v scanner.Verdict) error {
	if c.heard != nil {
		c.heard(v)
	}
	return nil
}

// Close has nothing to release.
func (c *conn) Close() error { return nil }

// Decode makes a device of its section of the configuration: file = "scans.txt".
func Decode(s *scanner.Settings) (scanner.Device, error) {
	path := s.Text("file", "")
	if path == "" {
		return scanner.Device{}, errors.New(`say what to play: file = "..."`)
	}
	return Device("replay:"+path, path, &Driver{Start: FromFile(path)}), nil
}

// FromFile plays the scans of a file, once in a run of the program: a file that
// was played does not start again after a failure.
func FromFile(path string) func(context.Context) (Source, error) {
	played := false
	return func(context.Context) (Source, error) {
		if played {
			return FromScans(nil), nil
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, fileFault(path, err)
		}
		defer f.Close()
		scans, err := Parse(f)
		if err != nil {
			return nil, fileFault(path, err)
		}
		played = true
		return FromScans(scans), nil
	}
}

func fileFault(path string, err error) *scanner.Fault {
	return &scanner.Fault{
		State:    scanner.Missing,
		Sentence: "The file with the scans to play, " + path + ", cannot be used.",
		Remedy:   "Check its name and content: one scan a line. It is tried again.",
		Err:      fmt.Errorf("play scans: %w", err),
	}
}

// FromScans plays a list.
func FromScans(scans []Scan) Source {
	return func(context.Context) (Scan, error) {
		if len(scans) == 0 {
			return Scan{}, io.EOF
		}
		s := scans[0]
		scans = scans[1:]
		return s, nil
	}
}
