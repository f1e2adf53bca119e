package scanner

import (
	"bytes"
	"strings"
	"time"
)

const (
	nul = 0x00
	stx = 0x02
	etx = 0x03
	tab = '\t'
	lf  = '\n'
	cr  = '\r'
)

const (
	// DefaultGap is how long a scanner that sends no terminator must be quiet
	// for its scan to be over. At 9600 baud a byte takes 1.04 ms and USB
	// bridges deliver at least every 16 ms.
	DefaultGap = 60 * time.Millisecond
	// DefaultPatience is the same for a scanner that has shown a terminator:
	// its scans end by that, so a pause is more likely a busy computer than
	// the end of a scan.
	DefaultPatience = 500 * time.Millisecond
	// DefaultMax is the longest frame taken for a scan, in bytes.
	DefaultMax = 4096
	// DefaultSettle is how long after an open everything is thrown away: what
	// arrives then was scanned while nobody listened.
	DefaultSettle = 50 * time.Millisecond
	// keptOfTooLong is how much of a too long frame is kept, to show it.
	keptOfTooLong = 64
)

// AnySuffix holds the terminators that scanners are known to send.
const AnySuffix = "\r\n\t\x03"

// Framing says where a scan ends in the bytes of a device. Fields that are zero
// take the default.
type Framing struct {
	Suffix   string        // the bytes each of which ends a frame; default AnySuffix
	NoSuffix bool          // nothing but quiet ends a frame
	Gap      time.Duration // quiet that ends a frame
	Patience time.Duration // the same where a terminator is configured or was seen
	Max      int           // longest frame in bytes
	Settle   time.Duration // time after an open in which input is discarded; negative: none
}

func (f Framing) withDefaults() Framing {
	if f.Suffix == "" {
		f.Suffix = AnySuffix
	}
	if f.NoSuffix {
		f.Suffix = ""
	}
	f.Gap = orDefault(f.Gap, DefaultGap)
	f.Patience = max(f.Gap, orDefault(f.Patience, DefaultPatience))
	f.Settle = max(0, orDefault(f.Settle, DefaultSettle))
	if f.Max <= 0 {
		f.Max = DefaultMax
	}
	return f
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}

// Frame is what lies between two ends. Its Raw is never shared.
type Frame struct {
	Raw         []byte
	Length      int // len(Raw), or the full length if TooLong
	First, Last time.Time
	Flags       Flag
}

// aimLength is the length of an AIM identifier, such as "]E0".
const aimLength = 3

// without returns the frame with a prefix taken off, from before or behind an AIM
// identifier.
func (f Frame) without(prefix string) Frame {
	if prefix == "" {
		return f
	}
	raw, found := bytes.CutPrefix(f.Raw, []byte(prefix))
	if !found && len(f.Raw) > aimLength && f.Raw[0] == ']' {
		raw, found = bytes.CutPrefix(f.Raw[aimLength:], []byte(prefix))
		raw = append(f.Raw[:aimLength:aimLength], raw...)
	}
	if found && len(raw) > 0 {
		f.Raw, f.Length = raw, f.Length-len(prefix)
	}
	return f
}

type framerMode uint8

const (
	idle     framerMode = iota // between frames
	collect                    // inside a frame
	skip                       // inside a frame that is too long
	dropRest                   // inside a frame whose beginning was lost
)

// Framer cuts a stream of bytes into frames. It is a pure function of what it is
// fed: it has no clock, no goroutine and no I/O. The zero value is not usable;
// call NewFramer.
type Framer struct {
	rule    Framing
	mode    framerMode
	buf     []byte
	length  int // bytes of the frame, also those not kept
	first   time.Time
	last    time.Time
	resumed time.Time // silence counts from here on, if that is later than last
	nuls    int       // that came since the last frame, with nothing else
	ender   byte      // the terminator of the last frame
	told    bool      // the configuration says which terminator comes
	learned bool      // this device has ended a frame by a terminator
	out     []Frame
}

// NewFramer returns a framer for one device.
func NewFramer(rule Framing) *Framer {
	told := rule.Suffix != "" && !rule.NoSuffix
	return &Framer{rule: rule.withDefaults(), told: told, learned: told}
}

// Feed takes the bytes read at a time and returns the frames that ended. The
// returned slice is valid until the next call; the frames' bytes stay.
func (f *Framer) Feed(chunk []byte, at time.Time) []Frame {
	f.out = f.out[:0]
	f.endIfQuiet(at)
	for _, b := range chunk {
		f.take(b, at)
	}
	return f.out
}

// Quiet returns the frame that is over because nothing came until now.
func (f *Framer) Quiet(now time.Time) []Frame {
	f.out = f.out[:0]
	f.endIfQuiet(now)
	return f.out
}

// Overlong returns how many bytes the present frame has if it is too long for a
// scan, 0 otherwise.
func (f *Framer) Overlong() int {
	if f.mode != skip {
		return 0
	}
	return f.length
}

// Deadline is when Quiet will end the present frame; false if there is none.
func (f *Framer) Deadline() (time.Time, bool) {
	if f.mode == idle {
		return time.Time{}, false
	}
	return f.silent().Add(f.quiet()), true
}

// Resume says that whether there was silence before a time is not known: it is
// counted from then on.
func (f *Framer) Resume(at time.Time) {
	if at.After(f.resumed) {
		f.resumed = at
	}
}

// Cut throws the present frame away and returns how many bytes it had.
func (f *Framer) Cut() int {
	n := f.length
	f.reset()
	return n
}

// Drop throws the present frame away together with what still belongs to it:
// everything up to the next terminator or quiet. It is used when input was lost
// at the time given. It returns the number of bytes thrown away so far.
func (f *Framer) Drop(at time.Time) int {
	n := f.Cut()
	f.mode, f.last = dropRest, at
	return n
}

func (f *Framer) take(b byte, at time.Time) {
	if f.mode == idle {
		// A terminator here is the rest of the last one (LF after CR).
		if b == nul || b == stx || b == etx || b == cr || b == lf || b == tab {
			f.between(b, at)
			return
		}
		f.mode, f.first, f.nuls = collect, at, 0
	}
	f.last = at
	switch {
	case b == nul:
	case strings.IndexByte(f.rule.Suffix, b) >= 0:
		f.learned, f.ender = true, b
		f.end(at, 0)
	case f.mode == dropRest:
	default:
		f.keep(b)
	}
}

// between takes a byte after which there still is no frame. NULs before a code and
// behind it are padding. A terminator after nothing but NULs was sent as a scan, and is
// kept as what it is: unless it is of another kind than the last frame's, for then
// both belong to that, as in CR NUL LF.
func (f *Framer) between(b byte, at time.Time) {
	switch ends := strings.IndexByte(f.rule.Suffix, b) >= 0; {
	case b == nul && f.nuls == 0:
		f.nuls, f.first = 1, at
	case b == nul:
		f.nuls = min(f.nuls+1, f.rule.Max)
	case ends && f.nuls > 0:
		if f.ender == 0 || f.ender == b {
			f.out = append(f.out, Frame{Raw: make([]byte, f.nuls), Length: f.nuls, First: f.first, Last: at})
		}
		f.nuls = 0
	}
}

func (f *Framer) keep(b byte) {
	f.length++
	if f.mode == skip {
		return
	}
	if f.length > f.rule.Max {
		f.mode = skip
		f.buf = f.buf[:min(len(f.buf), keptOfTooLong)]
		return
	}
	f.buf = append(f.buf, b)
}

func (f *Framer) quiet() time.Duration {
	if f.learned {
		return f.rule.Patience
	}
	return f.rule.Gap
}

// silent is since when the line is known to be silent.
func (f *Framer) silent() time.Time {
	if f.resumed.After(f.last) {
		return f.resumed
	}
	return f.last
}

func (f *Framer) endIfQuiet(now time.Time) {
	if f.mode == idle || now.Sub(f.silent()) < f.quiet() {
		return
	}
	// It may have been set up anew: go by the short gap until it ends a frame
	// by a terminator again.
	f.learned = f.told
	f.end(f.last, EndedByQuiet)
}

func (f *Framer) end(last time.Time, flags Flag) {
	if f.mode == skip {
		flags |= TooLong
	}
	if f.length > 0 {
		f.out = append(f.out, Frame{
			Raw: bytes.Clone(f.buf), Length: f.length,
			First: f.first, Last: last, Flags: flags,
		})
	}
	f.reset()
}

func (f *Framer) reset() {
	f.mode, f.buf, f.length, f.nuls = idle, f.buf[:0], 0, 0
}
