package agent

import (
	"encoding/json"
	"fmt"
	"time"
)

// Event is a row of the append-only log that is not a scan: a fact, told in past
// tense, with a versioned payload. A kind is never reinterpreted: what changes
// its meaning gets a new version.
type Event struct {
	Seq   Seq             `json:"seq"`
	Kind  Kind            `json:"kind"`
	V     int64           `json:"v"`
	At    time.Time       `json:"at"`
	Actor Actor           `json:"actor"`
	Data  json.RawMessage `json:"data"`
}

// Kind names what an event tells. The payload type is the one named beside it.
type Kind string

// The kinds of event.
const (
	RunStarted         Kind = "run.started"         // RunFact
	ClockStepped       Kind = "clock.stepped"       // ClockFact
	CatalogImported    Kind = "catalog.imported"    // CatalogFact
	CatalogChanged     Kind = "catalog.changed"     // CatalogChange
	CountOpened        Kind = "count.opened"        // Count
	CountChanged       Kind = "count.changed"       // CountFact
	CountWidened       Kind = "count.widened"       // WidenFact
	PassOpened         Kind = "pass.opened"         // Pass
	PassMoved          Kind = "pass.moved"          // PlaceFact
	PassClosed         Kind = "pass.closed"         // PassFact
	RecountAsked       Kind = "recount.asked"       // Recount
	BookStated         Kind = "book.stated"         // BookFact
	MovementsReceived  Kind = "movements.received"  // MovementsFact
	AdjustmentApproved Kind = "adjustment.approved" // AdjustmentFact
	DeliveryChanged    Kind = "delivery.changed"    // DeliveryFact
	RequestPlanned     Kind = "request.planned"     // Request
	RequestAttempted   Kind = "request.attempted"   // AttemptFact
	RequestOutcome     Kind = "request.answered"    // AnswerFact
	AccessGranted      Kind = "access.granted"      // Access
	AccessRevoked      Kind = "access.revoked"      // AccessFact
	DevicePaired       Kind = "device.paired"       // PairedDevice
	DeviceUnpaired     Kind = "device.unpaired"     // DeviceFact
)

// RunFact begins a run of the agent: monotonic times of scans count from it.
type RunFact struct {
	Version string    `json:"version"`
	Boot    string    `json:"boot,omitempty"` // the operating system's boot id where it has one
	Wall    time.Time `json:"wall"`
	// SinceBoot is what a clock that nobody can set showed at the same moment, by which
	// runs of one boot are compared; 0 where there is none.
	SinceBoot time.Duration `json:"since_boot,omitempty"`
	// Rebooted is true where the machine was started again since the last run: whether
	// its clock was set meanwhile nobody knows.
	Rebooted bool `json:"rebooted,omitempty"`
}

// ClockFact tells that the wall clock moved against one that nobody can set.
type ClockFact struct {
	By time.Duration `json:"by"`
}

// CatalogFact tells that a catalogue became the one in force.
type CatalogFact struct {
	Source   string `json:"source"`
	Items    int64  `json:"items"`
	Barcodes int64  `json:"barcodes"`
	Places   int64  `json:"places"`
	Skipped  int64  `json:"skipped"` // lines that could not be used
}

// CatalogChange tells that items of the catalogue in force were added or changed.
type CatalogChange struct {
	Source   string   `json:"source"`
	Came     []ItemID `json:"came,omitempty"`
	Changed  []ItemID `json:"changed,omitempty"`
	Barcodes int64    `json:"barcodes"` // of these items
}

// CountFact changes the state of a count.
type CountFact struct {
	Count CountID    `json:"count"`
	State CountState `json:"state"`
	At    Stamp      `json:"at"`
}

// WidenFact takes items and bins into the scope of a count that it had left out.
type WidenFact struct {
	Count CountID  `json:"count"`
	Items []ItemID `json:"items,omitempty"`
	Bins  []Bin    `json:"bins,omitempty"`
}

// PlaceFact tells that a pass goes on in another zone. In which bin of it says the
// scan of a bin's label.
type PlaceFact struct {
	Pass PassID `json:"pass"`
	Zone Zone   `json:"zone"`
}

// PassFact closes a pass.
type PassFact struct {
	Pass PassID `json:"pass"`
	At   Stamp  `json:"at"`
}

// BookFact holds what the upstream stated about on hand.
type BookFact struct {
	Books []Book `json:"books"`
}

// MovementsFact holds movements that were not known before.
type MovementsFact struct {
	Movements []Movement `json:"movements"`
}

// AdjustmentFact holds what one person approved at one time. Each adjustment gets
// a pending delivery; an unresolved older delivery of the same item and count is
// superseded by it.
type AdjustmentFact struct {
	Adjustments []Adjustment `json:"adjustments"`
}

// DeliveryFact changes a delivery outside a request: a conflict found before
// sending, or a person's decision.
type DeliveryFact struct {
	Adjustment AdjustmentID  `json:"adjustment"`
	State      DeliveryState `json:"state"`
	Problem    *Error        `json:"problem,omitempty"`
	// Numbers are what was found instead of sending, where nothing was sent.
	Numbers *DeliveryNumbers `json:"numbers,omitempty"`
}

// DeliveryNumbers are what the upstream had, and what it would have been asked for.
type DeliveryNumbers struct {
	Observed int64 `json:"observed"`
	Target   int64 `json:"target"`
}

// AttemptFact is written before a request is sent.
type AttemptFact struct {
	Request RequestID `json:"request"`
	Attempt int64     `json:"attempt"`
	At      time.Time `json:"at"`
}

// AnswerFact is written after an attempt, with what follows for each delivery.
type AnswerFact struct {
	Request RequestID      `json:"request"`
	State   RequestState   `json:"state"`
	NextAt  time.Time      `json:"next_at,omitzero"`
	Outcome Outcome        `json:"outcome"`
	Changes []DeliveryFact `json:"changes"`
	// Applied is what the upstream's book changed by, as far as this answer tells.
	Applied []Applied `json:"applied,omitempty"`
}

// Access is a paired browser or program. Only the SHA-256 of its token is kept.
type Access struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Role  Role      `json:"role"`
	Hash  string    `json:"hash"` // hex SHA-256 of the token
	Given time.Time `json:"given"`
}

// AccessFact takes an access away.
type AccessFact struct {
	ID string `json:"id"`
}

// PairedDevice is a scanner that somebody paired at work. Scanners that the
// configuration names are not among them.
type PairedDevice struct {
	Device DeviceID `json:"device"`
	Name   string   `json:"name"` // what people call it
	// Settings are the section [[scanner]] that opens it, as a JSON object.
	Settings json.RawMessage `json:"settings"`
}

// DeviceFact ends a pairing. What the scanner delivered stays.
type DeviceFact struct {
	Device DeviceID `json:"device"`
}

// NewEvent makes an event of version 1 from its payload. The store fills Seq, At
// and Actor. A payload that cannot be encoded is a mistake of ours and panics.
func NewEvent(kind Kind, payload any) Event {
	data, err := json.Marshal(payload)
	if err != nil {
		panic(fmt.Sprintf("agent: encode %s: %v", kind, err))
	}
	return Event{Kind: kind, V: 1, Data: data}
}

// Decode returns the payload of an event.
func Decode[T any](e Event) (T, error) {
	var payload T
	if err := json.Unmarshal(e.Data, &payload); err != nil {
		return payload, fmt.Errorf("decode %s at %d: %w", e.Kind, e.Seq, err)
	}
	return payload, nil
}

// Record is one row of the log: a scan or an event, never both.
type Record struct {
	Seq   Seq
	Scan  *Scan
	Event *Event
}
