package agent

import (
	"time"

	"github.com/stockhand/stockhand/agent/barcode"
)

// Seq is the position of a row in the log. Scans and events share one sequence;
// order is by Seq, never by wall time.
type Seq int64

// DeviceID is the stable identity of a scanner.
type DeviceID string

// Read is what a driver delivered.
type Read struct {
	Device   DeviceID
	Sequence int64 // per device and run of the agent, +1 for each frame
	Raw      []byte
	At       time.Time // the last byte's, with Go's monotonic reading
	// Uncertainty is how exactly At is known; 0 for what this agent read itself.
	Uncertainty time.Duration
	Flags       ScanFlag
}

// ScanFlag marks what is unusual about a scan. Flags are a bit set.
type ScanFlag int64

// The scan flags. Their values are stored: never renumber.
const (
	EndedByQuiet  ScanFlag = 1 << 0  // no terminator came; silence ended the frame
	TooLong       ScanFlag = 1 << 1  // longer than a stock code can be; only its beginning is kept
	BadCheckDigit ScanFlag = 1 << 2  // looks like a GTIN but its check digit is wrong
	Unowned       ScanFlag = 1 << 3  // no count owned the device
	Unknown       ScanFlag = 1 << 4  // no item has this barcode
	Ambiguous     ScanFlag = 1 << 5  // several items have this barcode
	Confirmed     ScanFlag = 1 << 6  // a zero confirmed for the whole pass, not typed for one item
	Repeated      ScanFlag = 1 << 7  // the scanner may have sent one scan twice; it counts once it is accepted
	PackUnknown   ScanFlag = 1 << 8  // a case or label of a known item, but not how many it stands for
	NotArticle    ScanFlag = 1 << 9  // no article: a badge, a command, a code of set-up, noise
	Joined        ScanFlag = 1 << 10 // two numbers came as one read: each has a scan if both count
	Malformed     ScanFlag = 1 << 11 // an element string or address of which a part could not be read
	NoBin         ScanFlag = 1 << 12 // bins are kept here, and it is not known in which one it was read
	NotAsked      ScanFlag = 1 << 13 // neither the recount that was under way nor the count's scope asks for it
)

// Op is what an entry does to its line.
type Op string

// The operations of an entry.
const (
	Add  Op = "add"  // adds Quantity (reads x pack); with Voids, what the note Voids would have added
	Set  Op = "set"  // replaces what this pass entered for the item and bin before
	Void Op = "void" // undoes the entry Voids
	Move Op = "move" // a bin's label was read: the pass goes on in Bin
	Note Op = "note" // kept as evidence, changes no line (unknown, unowned, no bin, too long, repeated)
)

// Condition of counted goods.
type Condition string

// The conditions. Damaged goods are part of on hand.
const (
	Good    Condition = "good"
	Damaged Condition = "damaged"
)

// Scan is one stored entry. Its fields never change once it has a Seq.
type Scan struct {
	Seq      Seq          `json:"seq"`
	Actor    Actor        `json:"actor"`
	Device   DeviceID     `json:"device,omitempty"` // empty for a typed quantity
	Sequence int64        `json:"sequence,omitempty"`
	Run      Seq          `json:"run"` // the run.started event of the agent's run
	Raw      []byte       `json:"raw,omitempty"`
	Code     barcode.Code `json:"code,omitzero"`
	Op       Op           `json:"op"`
	Voids    Seq          `json:"voids,omitempty"`
	Count    CountID      `json:"count,omitempty"`
	Pass     PassID       `json:"pass,omitempty"`
	Round    int64        `json:"round"`
	Item     ItemID       `json:"item,omitempty"`
	Bin      Bin          `json:"bin"`
	Quantity int64        `json:"quantity"` // base units: pack x reads, or the typed quantity
	Cond     Condition    `json:"condition,omitempty"`
	Flags    ScanFlag     `json:"flags,omitempty"`
	Read     Stamp        `json:"read"`
	Mono     int64        `json:"mono"` // nanoseconds since the run started
}

// Stamp is a time with what is not known about it: the event happened within
// At-Uncertainty and At+Uncertainty.
type Stamp struct {
	At          time.Time     `json:"at"`
	Uncertainty time.Duration `json:"uncertainty,omitempty"`
}

// Earliest returns the first instant at which it can have happened.
func (s Stamp) Earliest() time.Time { return s.At.Add(-s.Uncertainty) }

// Latest returns the last instant at which it can have happened.
func (s Stamp) Latest() time.Time { return s.At.Add(s.Uncertainty) }

// IsZero reports whether the stamp holds no time.
func (s Stamp) IsZero() bool { return s.At.IsZero() }

// Counter returns who made an entry of a pass: whoever is known by name, and of what a
// scanner read that nobody had signed in with, whoever began the pass.
func (s Scan) Counter(pass Pass) Actor {
	if s.Actor.Kind == DeviceActor && pass.Person != (Actor{}) {
		return pass.Person
	}
	return s.Actor
}
