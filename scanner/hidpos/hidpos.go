package hidpos

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

// Driver opens one HID POS scanner.
type Driver struct {
	// Where finds the scanner. It is asked at every open, since the name of its
	// device changes from plug to plug.
	Where Where
	// Beeps makes the scanner beep for what became of its scan.
	Beeps  bool
	system system
}

// system is how this computer lists and opens HID devices.
type system interface {
	// list returns the HID devices that are plugged in, without opening any for
	// reading.
	list(ctx context.Context) ([]hidDevice, error)
	// open opens one of them. Its errors are faults.
	open(d hidDevice) (node, error)
}

// node is an open scanner. Its methods are for one goroutine, but for wake and
// write.
type node interface {
	decoder
	// read returns the next report. It waits until the time given, if that is
	// not zero, and then returns os.ErrDeadlineExceeded.
	read(buf []byte, until time.Time) (int, error)
	// gap reports whether reports may be missing before the one just read.
	gap() bool
	// wake ends the present read and all further ones. It may be called by any
	// goroutine, also after close.
	wake()
	// write sends an output report and returns soon after ctx ends.
	write(ctx context.Context, report []byte) error
	// setFeature sends a feature report. A scanner that does not know it makes
	// it return errRefused.
	setFeature(report []byte) error
	close() error
}

// decoder understands the reports of one scanner.
type decoder interface {
	decode(report []byte) (piece, error)
	// beep returns the output report for a beep, nil if the scanner has none.
	beep(u usage) []byte
	// modeReport returns the feature report that makes a scanner which can also
	// type send HID POS reports, or type again; nil if it has none.
	modeReport(hidPOS bool) []byte
	// size is the length of the longest input report.
	size() int
}

var errRefused = errors.New("the scanner refused the report")

// Open finds the scanner and opens it.
func (d *Driver) Open(ctx context.Context) (scanner.Conn, error) {
	found, err := d.Where.find(ctx, d.system)
	if err != nil {
		return nil, err
	}
	return open(d.system, found, d.Beeps)
}

func open(s system, d hidDevice, beeps bool) (*conn, error) {
	n, err := s.open(d)
	if err != nil {
		return nil, err
	}
	c := &conn{node: n, device: d, beeps: beeps}
	if err := c.setMode(true); err != nil {
		n.close()
		return nil, scanner.Gone(fmt.Errorf("switch %s to HID POS reports: %w", d.path, err))
	}
	return c, nil
}

type conn struct {
	node   node
	device hidDevice
	beeps  bool
	join   assembler
	buf    []byte // for the frame
}

// switched are the makers whose scanners keep a keyboard and type until they are
// told to send HID POS reports: Honeywell and Youjie.
var switched = []string{"0c2e", "23d0"}

// setMode switches a scanner between HID POS reports and typing. One that has
// nothing else than HID POS refuses that, and is fine.
func (c *conn) setMode(hidPOS bool) error {
	if !slices.Contains(switched, c.device.Vendor) {
		return nil
	}
	report := c.node.modeReport(hidPOS)
	if report == nil {
		return nil
	}
	if err := c.node.setFeature(report); err != nil && !errors.Is(err, errRefused) {
		return err
	}
	return nil
}

// Run reads until ctx ends or the scanner is gone.
func (c *conn) Run(ctx context.Context, in *scanner.Inlet) error {
	return c.run(ctx, inletEar{in})
}

// ear is what hears the scans.
type ear interface {
	frame(f scanner.Frame)
	lost(reason string, at time.Time)
	aside(sentence string, at time.Time)
}

type inletEar struct{ in *scanner.Inlet }

func (e inletEar) frame(f scanner.Frame)               { e.in.Frame(f) }
func (e inletEar) lost(reason string, at time.Time)    { e.in.Lost(reason, at) }
func (e inletEar) aside(sentence string, at time.Time) { e.in.Aside(sentence, at) }

// What is said beside scans.
const (
	answered = "The scanner answered a command that some program sent to it. That is no scan and is not counted."
	tooSlow  = "The computer was so slow that scans may have been lost. Compare what was scanned last with what is shown."
)

// run hands what is read to e. It waits for nothing but the scanner: the system
// keeps few reports for those who are slow.
func (c *conn) run(ctx context.Context, e ear) error {
	stop := context.AfterFunc(ctx, c.node.wake)
	defer stop()
	report := make([]byte, c.node.size())
	for {
		due, open := c.join.due()
		if !open {
			due = time.Time{}
		}
		n, err := c.node.read(report, due)
		now := time.Now()
		switch {
		case ctx.Err() != nil || err != nil && !errors.Is(err, os.ErrDeadlineExceeded):
			c.tellLost(e, c.join.drop(lostEnd), now)
			return c.ended(ctx, err)
		case err != nil:
			c.tellLost(e, c.join.drop(lostRest), now)
		default:
			c.checkGap(e, now)
			c.take(report[:n], c.cameAt(now), e)
		}
	}
}

// checkGap gives up the scan that is not whole where reports may be missing: what
// comes next may be the end of another one.
func (c *conn) checkGap(e ear, now time.Time) {
	if !c.node.gap() {
		return
	}
	if lost := c.join.drop(lostSlow); lost != "" {
		e.lost(lost, now)
		return
	}
	e.aside(tooSlow, now)
}

// ended is why run returns.
func (c *conn) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return scanner.Gone(fmt.Errorf("read %s: %w", c.device.path, err))
}

// cameAt is when a report came that was read now. A report that was there when
// the time for it was up has come in time, however late a busy computer read it.
func (c *conn) cameAt(now time.Time) time.Time {
	if due, open := c.join.due(); open && now.After(due) {
		return due
	}
	return now
}

// take takes one report.
func (c *conn) take(report []byte, at time.Time, e ear) {
	p, err := c.node.decode(report)
	if errors.Is(err, errOther) {
		return
	}
	if err != nil {
		c.join.drop(lostBroken)
		c.tellLost(e, lostBroken, at)
		return
	}
	whole, lost := c.join.take(p, at)
	c.tellLost(e, lost, at)
	if whole == nil {
		return
	}
	f, buf, ok := whole.frame(c.buf)
	c.buf = buf
	switch {
	case !ok:
	case isAnswer(f.Raw):
		e.aside(answered, at)
	default:
		e.frame(f)
	}
}

func (c *conn) tellLost(e ear, reason string, at time.Time) {
	if reason != "" {
		e.lost(reason, at)
	}
}

// Physical returns the piece of hardware that was opened.
func (c *conn) Physical() string { return c.device.physical }

// Feedback makes the scanner beep.
func (c *conn) Feedback(ctx context.Context, v scanner.Verdict) error {
	usages := beepsFor(v)
	if !c.beeps || len(usages) == 0 {
		return nil
	}
	for _, u := range usages {
		report := c.node.beep(u)
		if report == nil {
			continue
		}
		if err := c.node.write(ctx, report); err != nil {
			return fmt.Errorf("make the scanner on %s beep: %w", c.device.path, err)
		}
		return nil
	}
	return fmt.Errorf("the scanner on %s has no beep for a scan that is %v", c.device.path, v)
}

// Close lets the scanner type again, if it did before, and releases it.
func (c *conn) Close() error {
	// A scanner that is gone cannot be told, and need not be.
	_ = c.setMode(false)
	return c.node.close()
}
