package scanner

import "time"

// Read is one frame of one device: normally one scan.
type Read struct {
	// Device is the stable identity of the scanner, the same after a replug
	// and after a restart.
	Device string
	// Sequence counts the reads of this device in this run from 1, without
	// gaps and across replugs.
	Sequence int64
	// Raw is what the scanner sent without prefix STX, terminator and NULs.
	// The receiver owns it.
	Raw []byte
	// Length is len(Raw), or the full number of bytes if TooLong is set.
	Length int
	// FirstAt and At are when the first and the last byte were read, with Go's
	// monotonic reading, which UTC and every other change of zone would drop.
	FirstAt, At time.Time
	Flags       Flag
}

// Flag marks what is unusual about a frame. Flags are a bit set.
type Flag uint8

// The flags of a frame.
const (
	// EndedByQuiet: no terminator came, a pause ended the frame.
	EndedByQuiet Flag = 1 << iota
	// TooLong: the frame exceeded Framing.Max; Raw holds its beginning only.
	TooLong
	// Repeated: the same bytes came again faster than anybody can pull a
	// trigger, by another interface of the same scanner, or before the scanner
	// had its answer to the scan before. It may be one scan that was sent twice.
	// No driver sets it.
	Repeated
)

// Has reports whether all flags of g are set.
func (f Flag) Has(g Flag) bool { return f&g == g }

// Verdict is what became of a read. The scanner is told by Conn.Feedback.
type Verdict uint8

// The verdicts.
const (
	None    Verdict = iota // say nothing
	Stored                 // on disk and recognised
	Unknown                // on disk, but nothing has this barcode
	Refused                // not stored
)

// String names the verdict.
func (v Verdict) String() string {
	switch v {
	case Stored:
		return "stored"
	case Unknown:
		return "unknown"
	case Refused:
		return "refused"
	}
	return "none"
}
