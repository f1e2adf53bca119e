package agent

import "time"

// Activities are how the items of a location were counted and how they moved.
type Activities struct {
	Items []Activity // of which anything is known, by id
	// Moving is when the oldest known movement occurred; zero if none is known.
	Moving time.Time
}

// Activity is how an item was counted and how it moved at one location: what a
// plan of counts is made from.
type Activity struct {
	Item ItemID `json:"item"`
	// Counted is the newest counting of each bin in a count that is over, by bin.
	Counted []Counted `json:"counted,omitempty"`
	// Counting is an open count that has entries of the item, or asks for it by its list.
	Counting CountID `json:"counting,omitempty"`
	// Variance is what was approved in the newest of these counts, in sum.
	Variance int64 `json:"variance,omitempty"`
	// Decided is true where a person chose that variance because it could not be
	// known.
	Decided bool `json:"decided,omitempty"`
	// Asked is true where that count wanted the item counted once more and nobody did.
	Asked bool `json:"asked,omitempty"`
	// Year, Quarter and Since are what moved in the last 365 and 91 days, and since
	// the newest counting.
	Year    Moved `json:"year,omitzero"`
	Quarter Moved `json:"quarter,omitzero"`
	Since   Moved `json:"since,omitzero"`
	// Transferred is when the newest transfer moved it; zero if none did in 365 days.
	Transferred time.Time `json:"transferred,omitzero"`
	// Book is the newest statement or level; its At is zero if there is none.
	Book Book `json:"book,omitzero"`
	// OnHand is what that statement comes to with all that was told since, and Changed
	// when it became so; zero where that is not known.
	OnHand  int64     `json:"on_hand,omitempty"`
	Changed time.Time `json:"changed,omitzero"`
	// Unknown is true where the upstream had nothing to say about the item when it was
	// asked last.
	Unknown bool `json:"unknown,omitempty"`
}

// Counted is one counting of an item in a bin.
type Counted struct {
	Bin   Bin       `json:"bin"`
	Count CountID   `json:"count"`
	At    time.Time `json:"at"` // the cut-off
	Units int64     `json:"units"`
}

// Moved is how much of an item moved in a stretch of time, in units.
type Moved struct {
	Used    int64 `json:"used"`    // sold and shipped, less what came back
	Handled int64 `json:"handled"` // went through somebody's hands, in whatever direction
}

// Add adds movements of one kind: their signed sum, and their sum without signs.
// What corrects the books moves no goods.
func (m *Moved) Add(kind MovementKind, net, handled int64) {
	switch kind {
	case Sale, Shipment, Return:
		m.Used -= net
		m.Handled += handled
	case Receipt, Transfer:
		m.Handled += handled
	}
}
