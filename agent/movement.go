package agent

import "time"

// MovementKind says what kind of change a movement was.
type MovementKind string

// The kinds of movement.
const (
	Sale        MovementKind = "sale"
	Return      MovementKind = "return"
	Shipment    MovementKind = "shipment" // goods of a web order left the shelf
	Receipt     MovementKind = "receipt"
	Transfer    MovementKind = "transfer"
	Unexplained MovementKind = "unexplained" // the book changed and no movement says why
	Adjusted    MovementKind = "adjustment"  // one of our own deliveries changed the book: no goods moved
	Edited      MovementKind = "edit"        // somebody, or another program, changed the book: goods may not have moved
)

// OfNumber reports whether only the book is known to have changed: goods may not have
// moved at all.
func (k MovementKind) OfNumber() bool { return k == Unexplained || k == Edited }

// Movement is a signed change of on hand: a sale is negative.
type Movement struct {
	Source   string       `json:"source"`    // whose record this is: "shopify", "till-2"
	SourceID string       `json:"source_id"` // unique within the source
	Receipt  string       `json:"receipt,omitempty"`
	Kind     MovementKind `json:"kind"`
	Item     ItemID       `json:"item"`
	Location LocationID   `json:"location"`
	Bin      Bin          `json:"bin,omitempty"` // empty: not known
	Quantity int64        `json:"quantity"`
	// Occurred is when the goods were paid for or handed over, in the agent's time.
	Occurred Stamp `json:"occurred"`
	// Posted is when the upstream changed its on hand, in the upstream's time and
	// resolution; zero while the upstream does not know the movement.
	Posted time.Time `json:"posted,omitzero"`
	// Seq is the row that stored the movement; 0 before it is stored.
	Seq Seq `json:"-"`
}

// Book is on hand as the upstream stated it.
type Book struct {
	Item      ItemID     `json:"item"`
	Location  LocationID `json:"location"`
	OnHand    int64      `json:"on_hand"`
	Available int64      `json:"available"`
	Committed int64      `json:"committed"`
	Tracked   bool       `json:"tracked"`
	Stocked   bool       `json:"stocked"` // active at the location
	// Changed is when on hand last changed, in the upstream's time; zero where the
	// upstream does not say.
	Changed time.Time `json:"changed,omitzero"`
	// Stated is the upstream's time of the statement.
	Stated time.Time `json:"stated"`
	// Tick is the resolution of the upstream's times: a time t means [t, t+Tick).
	Tick time.Duration `json:"tick,omitempty"`
	// At is the statement's time in the agent's time.
	At Stamp `json:"at"`
	// Seq is the row that stored the statement; 0 before it is stored.
	Seq Seq `json:"seq,omitempty"`
}

// Settled reports whether it is certain which movements the statement contains:
// it was made at least one tick after the last change that it reports.
func (b Book) Settled() bool {
	return !b.Changed.IsZero() && !b.Stated.Before(b.Changed.Add(b.Tick))
}

// Contains reports whether the statement contains a movement. known is false
// where that cannot be told.
func (b Book) Contains(m Movement) (contains, known bool) {
	switch {
	case m.Posted.IsZero():
		return false, false
	case b.Settled():
		return !m.Posted.After(b.Changed), true
	case b.Changed.IsZero() || m.Posted.Equal(b.Changed):
		return false, false
	default:
		return m.Posted.Before(b.Changed), true
	}
}

// Watermark says up to when a source is known to be complete: every movement
// that it posted before Upstream has been received.
type Watermark struct {
	Source   string     `json:"source"`
	Location LocationID `json:"location"`
	Upstream time.Time  `json:"upstream"` // in the upstream's time
	Local    time.Time  `json:"local"`    // the same instant in the agent's time, at the latest safe value
	// Offline is true where the source has no feed at all: it is never complete
	// and never will be.
	Offline bool   `json:"offline,omitempty"`
	Cursor  string `json:"cursor,omitempty"`
	// Clock is by how much the source's clock was ahead of the agent's when it told
	// something last, as far as it says when it sends; below zero where it was behind.
	Clock time.Duration `json:"clock,omitempty"`
}

// Applied is a change of the book that our own delivery made.
type Applied struct {
	Adjustment AdjustmentID `json:"adjustment"`
	Item       ItemID       `json:"item"`
	Location   LocationID   `json:"location"`
	Delta      int64        `json:"delta"`
	// After is the row of the newest book statement from before the change: every
	// later statement contains it.
	After Seq `json:"after"`
}
