package agent

// The kinds of event about damaged goods that were counted apart.
const (
	DamagedAsked Kind = "damaged.asked" // DamagedFact
	DamagedMoved Kind = "damaged.moved" // DamagedFact
)

// DamagedFact tells that somebody who may approve wants units of an item to be moved
// to a damaged state, or that somebody has done it in the shop's own program. It
// changes nothing of the count: damaged goods are part of on hand.
type DamagedFact struct {
	Count    CountID    `json:"count"`
	Item     ItemID     `json:"item"`
	Location LocationID `json:"location"`
	Quantity int64      `json:"quantity"`
	At       Stamp      `json:"at"`
}

// DamagedWish is what is wanted for the damaged units of an item.
type DamagedWish struct {
	DamagedFact
	By Actor `json:"by"`
	// Moved is when somebody said that it is done, and MovedBy who.
	Moved   Stamp `json:"moved,omitzero"`
	MovedBy Actor `json:"moved_by,omitzero"`
}

// DamagedView tells what is wanted for damaged goods.
type DamagedView interface {
	// DamagedWishes returns the newest wish for each item of a count, by item.
	DamagedWishes(count CountID) ([]DamagedWish, error)
}
