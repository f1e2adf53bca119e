package scanner

import (
	"context"
	"time"
)

// Candidate is something plugged in that could be a scanner, whether or not
// anybody has configured it. Finding one opens nothing.
type Candidate struct {
	ID     string // the Device.ID it will have, for example "hidpos:usb-0c2e-0b61-19A2"
	Driver string // the name of its driver in the Registry
	Name   string // what it calls itself, for example "Honeywell Voyager 1450g"
	// Physical is the piece of hardware, for example the USB path "1-2.3": the
	// interfaces of one scanner share it. Empty where it is not known.
	Physical string
	// Settings are the keys and values of the [[scanner]] section that opens it.
	Settings map[string]any
	// Likely is true where something more than its presence speaks for a
	// scanner: its HID usage, or a maker of scanners.
	Likely bool
	// Fault is why it cannot be listened to as things are; nil if it can.
	Fault *Fault
	// Unnumbered is true where the device has no serial number of its own, so
	// that its identity is the socket it is plugged into.
	Unnumbered bool
	// Listen hears what it sends without claiming it for good: a keyboard still
	// types, a serial port is released at the end. It returns soon after ctx
	// ends (nil), or with a *Fault. It is for pairing only: what it hears is
	// shown, never counted.
	Listen func(ctx context.Context, hear func(Hearing)) error
}

// Find lists the candidates of one driver. It returns what it found together
// with an error that says what it could not look at.
type Find func(ctx context.Context) ([]Candidate, error)

// Hearing is what a candidate sent between two silences, terminators included,
// read in each way that its settings allow.
type Hearing struct {
	Candidate   string // Candidate.ID
	First, Last time.Time
	Lost        bool // input was lost before or in it
	// Meanings holds one meaning for each way in which what came makes sense:
	// one for most devices, one for each layout of a keyboard.
	Meanings []Meaning
}

// Meaning is what was heard, under the settings that make it so.
type Meaning struct {
	Settings map[string]any // over Candidate.Settings, for example {"layout": "de"}
	Raw      []byte
}
