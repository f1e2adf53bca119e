package agent

import (
	"context"
	"time"
)

// Level is what an upstream said of an item that no count asks about: enough to plan
// counts by, and to look for trouble before one begins. A count is judged by the
// statements that are read for it, never by levels.
type Level struct {
	Book
	// Asked is when the upstream was asked, by the agent's clock: what it said may be
	// much older, if it is a file.
	Asked time.Time `json:"asked"`
	// Unknown is true where the upstream has nothing to say about the item. Only its
	// id and the location count then.
	Unknown bool `json:"unknown,omitempty"`
}

// UnderWay is what an upstream said of the transfers of a location that are not ended.
type UnderWay struct {
	Location LocationID     `json:"location"`
	At       time.Time      `json:"at"` // when it was asked
	Open     []OpenTransfer `json:"open"`
	// Problem says why it could not be told; Open is empty then.
	Problem *Error `json:"problem,omitempty"`
}

// LevelView is what is remembered of levels.
type LevelView interface {
	// LevelsAsked returns when the upstream was asked for the level of each tracked item
	// of the catalogue; the zero time where it never was.
	LevelsAsked(location LocationID) (map[ItemID]time.Time, error)
	// UnderWay returns the open transfers as they were told last.
	UnderWay(location LocationID) (UnderWay, bool, error)
}

// LevelReader asks the upstream for levels.
type LevelReader interface {
	// ReadLevels reads the levels of items and the open transfers, and remembers them
	// as they come: what it brought stays where it fails, or ctx ends before it is
	// through. What was asked for since a time is not asked for again.
	ReadLevels(ctx context.Context, items []ItemID, since time.Time) error
}
