package agent

import "time"

// Part is what one pass entered for one item and bin in one round. A line is the sum
// of the parts of its newest round.
type Part struct {
	Item     ItemID `json:"item"`
	Bin      Bin    `json:"bin"`
	Round    int64  `json:"round"`
	Pass     PassID `json:"pass"`
	Quantity int64  `json:"quantity"` // good and damaged
	Window   Window `json:"window"`
	// Counters are who counted it, as CountedBy says.
	Counters []Actor `json:"counters"`
}

// Entered is an entry that counts, as far as the way of a pass can be told from it.
type Entered struct {
	Seq      Seq
	Pass     PassID
	Bin      Bin
	Item     ItemID
	Op       Op // Add or Set
	Quantity int64
	At       time.Time
	Counter  Actor
}
