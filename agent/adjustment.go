package agent

import "time"

// AdjustmentID names an adjustment, for example "adjustment-7".
type AdjustmentID string

// Adjustment is what is to be told upstream for one item and location, as it was
// approved. It never changes.
type Adjustment struct {
	ID       AdjustmentID `json:"id"`
	Count    CountID      `json:"count"`
	Item     ItemID       `json:"item"`
	Location LocationID   `json:"location"`
	Counted  int64        `json:"counted"`
	Expected int64        `json:"expected"`
	Variance int64        `json:"variance"` // to be added to on hand, exactly once
	Book     Book         `json:"book"`     // the statement that the variance was judged by
	CutOff   Stamp        `json:"cut_off"`
	Reason   string       `json:"reason,omitempty"`
	// Decided is true where a person chose the variance because it could not be
	// known, or where it corrects such a one. What was in doubt then is not judged again
	// unless the item is counted again; what came to be known later is added to it.
	Decided bool `json:"decided,omitempty"`
	// Despite are the scans that may be the item and do not count, of which whoever
	// approved knew.
	Despite  []Seq  `json:"despite,omitempty"`
	By       Actor  `json:"by"`
	Sentence string `json:"sentence"`
}

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states of a delivery.
const (
	Pending    DeliveryState = "pending"    // waits to be put into a request
	Sending    DeliveryState = "sending"    // in a request that is stored and may be on its way
	Staged     DeliveryState = "staged"     // the upstream holds a draft that must still be confirmed
	InDoubt    DeliveryState = "unknown"    // no answer came, and nothing can tell whether it arrived
	Delivered  DeliveryState = "delivered"  // the upstream applied it
	Rejected   DeliveryState = "rejected"   // the upstream refuses this line
	Conflict   DeliveryState = "conflict"   // somebody changed the quantity meanwhile: a person decides
	Superseded DeliveryState = "superseded" // replaced by a later approval, or given up by a person
)

// Resolved reports whether nothing is left to do for the delivery.
func (s DeliveryState) Resolved() bool { return s == Delivered || s == Superseded }

// Delivery is the way of one adjustment through the outbox.
type Delivery struct {
	Adjustment Adjustment    `json:"adjustment"`
	Seq        Seq           `json:"-"` // the row that approved it
	State      DeliveryState `json:"state"`
	Request    RequestID     `json:"request,omitempty"` // the newest one
	Observed   int64         `json:"observed"`          // on hand just before the newest request, or when a conflict was found
	Target     int64         `json:"target"`            // on hand that the newest request asks for, or would have
	Tries      int64         `json:"tries"`             // stale or rejected requests so far
	Problem    *Error        `json:"problem,omitempty"`
	Approved   time.Time     `json:"approved"`
	Changed    time.Time     `json:"changed"`
}

// Kept reports whether it ended with nothing to send: the upstream's number stayed as it
// was.
func (d Delivery) Kept() bool { return d.State == Delivered && d.Request == "" }

// RequestID names a request, for example "request-3".
type RequestID string

// Request is one remote document: one location, one key, the stored bytes of its
// body. A retry sends the same bytes under the same key.
type Request struct {
	ID       RequestID    `json:"id"`
	Location LocationID   `json:"location"`
	Document Document     `json:"document"`
	Lines    []Planned    `json:"lines"`
	State    RequestState `json:"state"`
	// FirstSent is when the first attempt began, in the agent's time; zero before.
	FirstSent time.Time `json:"first_sent,omitzero"`
	Attempts  int64     `json:"attempts"`
	NextAt    time.Time `json:"next_at,omitzero"` // not before
	Outcome   *Outcome  `json:"outcome,omitempty"`
}

// RequestState is where a request stands.
type RequestState string

// The states of a request.
const (
	RequestStored   RequestState = "stored"   // on disk, never sent
	RequestSent     RequestState = "sent"     // sent at least once, no answer that ends it
	RequestAnswered RequestState = "answered" // ended by an outcome
	RequestInDoubt  RequestState = "unknown"  // must not be repeated; a person decides
)

// Planned is one line of a request.
type Planned struct {
	Adjustment AdjustmentID `json:"adjustment"`
	Item       ItemID       `json:"item"`
	Observed   Book         `json:"observed"` // read just before planning
	Counted    int64        `json:"counted"`
	Expected   int64        `json:"expected"`
	Delta      int64        `json:"delta"`
	Target     int64        `json:"target"` // Observed.OnHand + Delta
	CutOff     Stamp        `json:"cut_off"`
	Reason     string       `json:"reason,omitempty"`
}

// Document is what a connector made of an operation: the bytes to send and the
// key that makes a repeat harmless. Signatures and tokens are added when sending.
type Document struct {
	Key  string `json:"key"`
	Body []byte `json:"body"`
	Mode string `json:"mode"` // the connector's own name for how it writes, shown to people
}

// OutcomeClass is what a connector learned from an attempt. Each class has one
// meaning and one next step.
type OutcomeClass string

// The classes of outcome.
const (
	OutcomeApplied  OutcomeClass = "applied"  // carried out now
	OutcomeRepeated OutcomeClass = "repeated" // had been carried out by an earlier attempt
	OutcomeStaged   OutcomeClass = "staged"   // a draft exists under Ref: store it, send again
	OutcomeConflict OutcomeClass = "conflict" // not applied: quantities moved; read again, plan again
	OutcomeRejected OutcomeClass = "rejected" // not applied: the lines in Lines are not acceptable
	OutcomeLater    OutcomeClass = "later"    // not applied or not yet: same bytes again after After
	OutcomeUnknown  OutcomeClass = "unknown"  // may or may not have been applied
)

// Outcome is the answer to an attempt.
type Outcome struct {
	Class OutcomeClass `json:"class"`
	// Ref is the upstream's id of what it made: the receipt.
	Ref   string        `json:"ref,omitempty"`
	After time.Duration `json:"after,omitempty"`
	// Lines tells of single lines; indexes are those of the request. A conflict or
	// rejection without lines concerns all of them.
	Lines []LineOutcome `json:"lines,omitempty"`
	// Problem explains everything that is not applied or repeated.
	Problem *Error `json:"problem,omitempty"`
	// Pause is true where no request can succeed before a person acts, for example
	// with a dead token: the upstream is paused and Problem shown.
	Pause bool `json:"pause,omitempty"`
}

// LineOutcome is the upstream's answer about one line.
type LineOutcome struct {
	Index   int    `json:"index"`
	Problem *Error `json:"problem"`
}
