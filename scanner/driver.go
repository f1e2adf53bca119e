package scanner

import (
	"context"
	"time"
)

// Device is one configured scanner.
type Device struct {
	ID       string // stable identity, for example "serial:usb-0c2e-0b61-19A2"
	Name     string // what people call it, for example "Till 2"
	Driver   Driver
	Framing  Framing
	Disabled bool // known, but not to be opened
	// Physical is the piece of hardware behind it where that is known before it
	// is opened, see Candidate.Physical; empty otherwise.
	Physical string
	// Repeat is how soon after a scan the same bytes are taken for that scan
	// once more (see Repeated); 0 is DefaultRepeat. Presentation scanners, which
	// read what lies before them again and again, need more.
	Repeat time.Duration
	// Prefix is what the scanner sends before each code. It is taken off, from
	// before or behind an AIM identifier; a code without it stays as it is.
	Prefix string
}

// Driver opens one configured scanner.
type Driver interface {
	// Open connects to the scanner. It is called again after a failure and
	// after an unplug, never while a Conn of this driver is open. It must
	// return soon after ctx ends. An error should be a *Fault, so that the
	// person in the shop learns what to do.
	Open(ctx context.Context) (Conn, error)
}

// Conn is an open scanner. Open, Run and Close are called by one goroutine, one
// after the other, each once.
type Conn interface {
	// Run hands everything that is read to in and returns soon after ctx ends,
	// or with a *Fault when the scanner is gone. It must not close what
	// Feedback uses.
	Run(ctx context.Context, in *Inlet) error
	// Feedback tells the scanner what became of its last read, as far as the
	// scanner can be told. It is called by another goroutine while Run runs,
	// one call at a time, and must return soon after ctx ends.
	Feedback(ctx context.Context, v Verdict) error
	// Close releases the scanner. No Feedback is under way then.
	Close() error
}

// Placed is a Conn that knows which piece of hardware it has opened. Where a
// Device's Physical is not known before, it is asked once, after Open.
type Placed interface {
	Physical() string // see Candidate.Physical; empty if it is not known
}

// Awaited is a Conn whose scanner waits for the answer to each scan and sends the
// scan again if none comes.
type Awaited interface {
	Awaits() bool
}

// Sink receives what the devices deliver. Read of one device is called by one
// goroutine; calls for different devices, and the other methods, are concurrent.
type Sink interface {
	// Read stores a read and may take its time. Reading goes on meanwhile. The
	// context ends DrainTime after the supervisor was told to stop.
	Read(ctx context.Context, r Read) Verdict
	// State is called when the state of a device changes. It must not block.
	State(s State)
	// Notice is called when something happened that people should see. It must
	// not block.
	Notice(n Notice)
}

// Inlet is where a Conn puts what it reads. Its methods never wait, but for
// Room, and copy what they are given. They are for the goroutine in Conn.Run.
type Inlet struct {
	ring       *ring
	tellBehind func()
	behind     bool // it was told and the ring has not emptied to a half since
}

// Bytes takes bytes of a stream, read at the time given; the framer finds the
// scans in it.
func (in *Inlet) Bytes(chunk []byte, at time.Time) {
	in.ring.put(func(it *item) {
		it.kind, it.at = itemBytes, at
		it.data = append(it.data[:0], chunk...)
	})
}

// Frame takes a scan that the device delivered as a whole.
func (in *Inlet) Frame(f Frame) {
	in.ring.put(func(it *item) {
		it.kind, it.at, it.first, it.length, it.flags = itemFrame, f.Last, f.First, f.Length, f.Flags
		it.data = append(it.data[:0], f.Raw...)
	})
}

// Lost says that input was lost before it reached the driver. The scan it
// belongs to is thrown away and a notice with the reason appears. The reason is
// a part of a sentence: "the computer was too slow".
func (in *Inlet) Lost(reason string, at time.Time) {
	in.ring.put(func(it *item) { it.kind, it.at, it.reason = itemLost, at, reason })
}

// Aside says that something came which is no scan and is not counted: an answer
// to a command, for instance. The sentence says what, and what to do if anything.
func (in *Inlet) Aside(sentence string, at time.Time) {
	in.ring.put(func(it *item) { it.kind, it.at, it.reason = itemAside, at, sentence })
}

// Room waits until there is room for one more chunk. A driver whose line can be
// held back without loss (a serial port, a file) calls it before each read, so
// that the ring never overflows. A driver whose kernel buffer is smaller than
// the ring and drops silently does not call it.
//
// The time for which it waited is not taken for silence on the line.
func (in *Inlet) Room(ctx context.Context) error {
	free := in.ring.free()
	if free >= RingSize/2 {
		in.behind = false
	}
	if free > 0 {
		return ctx.Err()
	}
	if !in.behind {
		in.behind = true
		in.tellBehind()
	}
	return in.ring.holdBack(ctx)
}
