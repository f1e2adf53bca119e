package scanner

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Feedback holds the bytes that make a scanner say what became of a read. An
// empty field means that the scanner is told nothing.
type Feedback struct {
	Stored, Unknown, Refused []byte
	// Awaited is true for a scanner that waits for the answer to each scan, and
	// sends the scan again if it is refused or if no answer comes.
	Awaited bool
}

// For returns the bytes for a verdict, nil for none.
func (f Feedback) For(v Verdict) []byte {
	switch v {
	case Stored:
		return f.Stored
	case Unknown:
		return f.Unknown
	case Refused:
		return f.Refused
	}
	return nil
}

const (
	ack = "\x06"
	nak = "\x15"
)

// feedbacks are the profiles by their names, as the makers' manuals have the
// bytes. None is for Zebra's SSI or Cino's packets: those need a protocol of their
// own and not a few bytes.
var feedbacks = map[string]Feedback{
	"none": {},
	// ACK for what is on disk, NAK for what is not: "ACK/NAK" must be switched
	// on in the scanner, or it takes the bytes for something else.
	"ack": {Stored: []byte(ack), Unknown: []byte(ack), Refused: []byte(nak), Awaited: true},
	// For scanners with "beep on BEL" switched on.
	"bel": {Stored: []byte("\x07")},
	// Once for what counts, twice for what does not.
	"honeywell": both("\x16\x07\r", "\x16\x07\r\x16\x07\r"),
	// As if the scanner itself had succeeded or failed to decode.
	"honeywell-2020": both("\x1b7", "\x1b8"),
	// 'F' would fit a bad read, but switches reading off until the host sends
	// 'E', so it is never sent.
	"datalogic": {Stored: []byte("B")},
	"cipherlab": {Stored: []byte("#@////\r")},
}

func both(good, bad string) Feedback {
	return Feedback{Stored: []byte(good), Unknown: []byte(bad), Refused: []byte(bad)}
}

// FeedbackProfile returns the bytes of a kind of scanner: none, ack, bel,
// honeywell, honeywell-2020, datalogic or cipherlab. Nothing is sent unless a
// profile was chosen, since bytes that a scanner does not expect can be commands
// to it.
func FeedbackProfile(name string) (Feedback, error) {
	if name == "" {
		name = "none"
	}
	f, known := feedbacks[name]
	if !known {
		return Feedback{}, fmt.Errorf("feedback %q is not known: use one of %s", name, strings.Join(slices.Sorted(maps.Keys(feedbacks)), ", "))
	}
	return f, nil
}
