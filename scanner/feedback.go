package scanner

import "fmt"

// Feedback holds the bytes that make a scanner say what became of a read. An
// empty field means that the scanner is told nothing.
type Feedback struct {
	Stored, Unknown, Refused []byte
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

// FeedbackProfile returns the bytes of a kind of scanner. Nothing is sent unless
// a profile was chosen, since bytes that a scanner does not expect can be
// commands to it.
//
//   - none: nothing.
//   - bel: BEL for a stored read, for scanners with "beep on BEL" switched on.
//   - honeywell: SYN BEL CR once for a stored read, twice otherwise.
//   - datalogic: 'B' for a stored read. 'F' would fit a bad read, but switches
//     reading off until the host sends 'E', so it is never sent.
func FeedbackProfile(name string) (Feedback, error) {
	switch name {
	case "", "none":
		return Feedback{}, nil
	case "bel":
		return Feedback{Stored: []byte{0x07}}, nil
	case "honeywell":
		beep := "\x16\x07\r"
		return Feedback{Stored: []byte(beep), Unknown: []byte(beep + beep), Refused: []byte(beep + beep)}, nil
	case "datalogic":
		return Feedback{Stored: []byte("B")}, nil
	}
	return Feedback{}, fmt.Errorf("feedback %q is not known: use none, bel, honeywell or datalogic", name)
}
