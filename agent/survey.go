package agent

import (
	"context"
	"time"
)

// Surveyor is implemented by connectors that can tell more about an item than its
// level: everything that can make a count of it go wrong.
type Surveyor interface {
	// Survey returns what is so of each item now, in the order asked for. It costs
	// the upstream more than Levels: ask for what is about to be counted.
	Survey(ctx context.Context, location LocationID, items []ItemID) ([]Situation, error)
}

// Situation is what an upstream says about one item.
type Situation struct {
	Item ItemID `json:"item"`
	// Gone is true where the upstream has no such item any more; nothing else is
	// known then.
	Gone bool `json:"gone,omitempty"`
	Book Book `json:"book"`
	// States are the quantities by the upstream's own names for their states, at the
	// location of the book: "incoming", "damaged", "safety_stock".
	States map[string]int64 `json:"states,omitempty"`
	// TrackingLocked says why tracking can't be switched on from here; empty where
	// it can.
	TrackingLocked string `json:"tracking_locked,omitempty"`
	Oversell       bool   `json:"oversell,omitempty"` // goes on being sold below zero
	Bundle         bool   `json:"bundle,omitempty"`   // made of other items: those are counted
	SharedSKU      int64  `json:"shared_sku,omitempty"`
	// Elsewhere are the levels of the same item at other locations. They are read
	// and never written.
	Elsewhere []Elsewhere `json:"elsewhere,omitempty"`
	// Link opens the item's history in the upstream's own program.
	Link string `json:"link,omitempty"`
}

// Elsewhere is the level of an item at another location.
type Elsewhere struct {
	Location LocationID `json:"location"`
	Name     string     `json:"name"`
	OnHand   int64      `json:"on_hand"`
	Incoming int64      `json:"incoming,omitempty"`
}

// Historian is implemented by connectors whose upstream keeps a history of its own
// of every change of a quantity, with who made it.
type Historian interface {
	// History returns the changes of on hand and of what makes it up, oldest first,
	// since a time in the upstream's clock. Without the permission for it the error
	// is of class Refuse and names the permission.
	History(ctx context.Context, location LocationID, items []ItemID, since time.Time) ([]BookChange, error)
}

// BookChange is one row of an upstream's own history of a quantity.
type BookChange struct {
	At       time.Time  `json:"at"` // in the upstream's time and resolution
	Item     ItemID     `json:"item"`
	Location LocationID `json:"location"`
	State    string     `json:"state"` // "on_hand", "available": the upstream's own name
	Delta    int64      `json:"delta"`
	// Reason, App, Staff and Reference are the upstream's own words for why, by which
	// program and by whom, and for what document; empty where it does not say.
	Reason    string `json:"reason,omitempty"`
	App       string `json:"app,omitempty"`
	Staff     string `json:"staff,omitempty"`
	Reference string `json:"reference,omitempty"`
	// Group ties together the changes that one request made.
	Group string `json:"group,omitempty"`
}

// Transferrer is implemented by connectors that know what is on its way between
// locations.
type Transferrer interface {
	// Transfers returns the transfers from and to a location that are not ended.
	// Without the permission for it the error is of class Refuse and names it.
	Transfers(ctx context.Context, location LocationID) ([]OpenTransfer, error)
}

// OpenTransfer is goods on their way from one location to another.
type OpenTransfer struct {
	ID       string         `json:"id"`
	Name     string         `json:"name"` // what people call it: "T-104"
	From     LocationID     `json:"from,omitempty"`
	FromName string         `json:"from_name,omitempty"`
	To       LocationID     `json:"to,omitempty"`
	ToName   string         `json:"to_name,omitempty"`
	Status   string         `json:"status"` // the upstream's own word
	Since    time.Time      `json:"since"`
	Lines    []TransferLine `json:"lines"`
}

// TransferLine is one item of a transfer.
type TransferLine struct {
	Item     ItemID `json:"item"`
	Asked    int64  `json:"asked"`
	Shipped  int64  `json:"shipped"`  // has left the origin's on hand
	Received int64  `json:"received"` // is on the destination's on hand
	Refused  int64  `json:"refused,omitempty"`
}

// UnderWay is what has left the origin and has not arrived.
func (l TransferLine) UnderWay() int64 { return l.Shipped - l.Received - l.Refused }
