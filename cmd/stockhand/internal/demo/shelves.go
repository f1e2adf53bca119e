package demo

import (
	"math/rand/v2"
	"sync"
)

// Shelves is the ledger of what really lies where. Everything that happens to the
// goods happens through it, so it is the truth that the shop is compared with. It
// also remembers when somebody was counting what, to tell how many sales fell
// into a counting window.
type Shelves struct {
	mu   sync.Mutex
	rand *rand.Rand
	bins map[place]*bin
	// carried are the units of each good between shelf and till, either way.
	carried []int64

	insideWindow int // sales of goods that were being counted just then
}

type place struct {
	good int
	bin  string
}

type bin struct {
	units    int64
	scanned  int64 // of the units here now: those that the present count has scanned
	counting bool  // somebody is counting this good here now
}

// NewShelves returns empty shelves.
func NewShelves(r *rand.Rand, goods int) *Shelves {
	return &Shelves{rand: r, bins: map[place]*bin{}, carried: make([]int64, goods)}
}

func (s *Shelves) at(good int, name string) *bin {
	b := s.bins[place{good, name}]
	if b == nil {
		b = &bin{}
		s.bins[place{good, name}] = b
	}
	return b
}

// Put lays units of a good into a bin.
func (s *Shelves) Put(good int, bin string, units int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at(good, bin).units += units
}

// Lose takes a unit of a good away that nobody will ever pay for.
func (s *Shelves) Lose(good int, bin string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.at(good, bin); b.units > 0 {
		b.units--
	}
}

// Totals returns the units of each good in all bins: the truth. with adds what
// customers carry just now, which the shop still counts as its own.
func (s *Shelves) Totals(with bool) []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	totals := make([]int64, len(s.carried))
	if with {
		copy(totals, s.carried)
	}
	for p, b := range s.bins {
		totals[p.good] += b.units
	}
	return totals
}

// Take takes one unit of a good from a bin, if there is one. Whoever counts there
// just now may already have scanned it. The unit is carried until Paid.
func (s *Shelves) Take(good int, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.at(good, name)
	if b.units == 0 {
		return false
	}
	if s.rand.Int64N(b.units) < b.scanned {
		b.scanned--
	}
	b.units--
	s.carried[good]++
	if b.counting {
		s.insideWindow++
	}
	return true
}

// Paid says that a unit that was taken is sold.
func (s *Shelves) Paid(good int) { s.carry(good, -1) }

// Carried reports whether units of a good are between shelf and till just now.
func (s *Shelves) Carried(good int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.carried[good] != 0
}

// Returned says that a unit was brought back to the till. It is carried until
// PutBack.
func (s *Shelves) Returned(good int) { s.carry(good, 1) }

func (s *Shelves) carry(good int, units int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carried[good] += units
}

// PutBack lays a unit that was brought back into a bin.
func (s *Shelves) PutBack(good int, bin string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carried[good]--
	s.at(good, bin).units++
}

// BeginCounting says that somebody begins to count a good in a bin and returns
// how many units lie there.
func (s *Shelves) BeginCounting(good int, name string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.at(good, name)
	b.scanned, b.counting = 0, true
	return b.units
}

// ScanOne takes a unit into the hand that has not been scanned yet. It returns
// false when none is left.
func (s *Shelves) ScanOne(good int, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.at(good, name)
	if b.scanned >= b.units {
		return false
	}
	b.scanned++
	return true
}

// Look returns how many units lie in a bin at this moment.
func (s *Shelves) Look(good int, name string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at(good, name).units
}

// EndCounting says that the counting of a good in a bin is over.
func (s *Shelves) EndCounting(good int, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at(good, name).counting = false
}

// InCounting returns a good and bin that somebody is counting just now.
func (s *Shelves) InCounting() (good int, name string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p, b := range s.bins {
		if b.counting && b.units > 0 {
			return p.good, p.bin, true
		}
	}
	return 0, "", false
}

// InsideWindow returns how many sales fell into a counting window.
func (s *Shelves) InsideWindow() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.insideWindow
}
