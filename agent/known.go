package agent

import "time"

// Known is what the upstream and the tills told about one item of a location.
type Known struct {
	Books     []Book     // as View.Books returns them
	Movements []Movement // as View.MovementsOf returns them
	Applied   []Applied  // as View.AppliedTo returns them
}

// KnownView reads about many items at once.
type KnownView interface {
	// KnownOf returns what Books since a time, MovementsOf after another and AppliedTo
	// return of each of some items; of which nothing is known is left out. It reads each
	// table once for all of them.
	KnownOf(location LocationID, since, after time.Time, items ...ItemID) (map[ItemID]Known, error)
}
