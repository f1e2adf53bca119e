package rehearsal

import (
	"math/rand/v2"
	"sync"

	"github.com/stockhand/stockhand/agent"
)

// shelves is the ledger of what truly lies where. All goods move through it, and
// nothing of it is ever told to the agent.
type shelves struct {
	mu   sync.Mutex
	rand *rand.Rand
	bins map[spot]*shelf
	// carried are the units of each good that are between shelf and till, either way.
	carried []int64
	// held are those of them that were paid for at a till that can't tell it yet.
	held []int64
}

type spot struct {
	good int
	bin  agent.Bin
}

// shelf is one good in one bin.
type shelf struct {
	units int64
	seen  int64 // of these: those that whoever counts here just now has counted already
}

func newShelves(r *rand.Rand, goods int) *shelves {
	return &shelves{rand: r, bins: map[spot]*shelf{}, carried: make([]int64, goods), held: make([]int64, goods)}
}

func (s *shelves) at(p spot) *shelf {
	if s.bins[p] == nil {
		s.bins[p] = &shelf{}
	}
	return s.bins[p]
}

// put lays units into a bin.
func (s *shelves) put(p spot, units int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at(p).units += units
}

// take takes one unit out of a bin, if there is one. Whoever counts there may have
// counted just that unit already.
func (s *shelves) take(p spot) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.at(p)
	if b.units == 0 {
		return false
	}
	if s.rand.Int64N(b.units) < b.seen {
		b.seen--
	}
	b.units--
	s.carried[p.good]++
	return true
}

// putBack lays a unit into a bin that a customer has brought back.
func (s *shelves) putBack(p spot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at(p).units++
	s.carried[p.good]--
}

// settle does what makes the shop's books say that units of a good left, or, with
// fewer than none, came back: for the ledger both happens at one moment.
func (s *shelves) settle(good int, units int64, post func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carried[good] -= units
	return post()
}

// hold says that a till keeps a sale to itself, with fewer than none that it has told.
func (s *shelves) hold(good int, units int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held[good] += units
}

// begin says that somebody begins to count a good in a bin, and returns how many lie
// there.
func (s *shelves) begin(p spot) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.at(p)
	b.seen = 0
	return b.units
}

// next shows whoever counts one more unit; false if there is none left.
func (s *shelves) next(p spot) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.at(p)
	if b.seen >= b.units {
		return false
	}
	b.seen++
	return true
}

// wrong returns the goods of which the shop's books say another quantity than there
// is: on the shelves and on the way between shelf and till. unknown are those that
// can't be judged, because a till holds sales of them back.
func (s *shelves) wrong(onHand func(good int) int64) (wrong, unknown map[int]int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	truth := make([]int64, len(s.carried))
	copy(truth, s.carried)
	for p, b := range s.bins {
		truth[p.good] += b.units
	}
	wrong, unknown = map[int]int64{}, map[int]int64{}
	for good, units := range truth {
		off := onHand(good) - units
		switch {
		case s.held[good] != 0:
			unknown[good] = off
		case off != 0:
			wrong[good] = off
		}
	}
	return wrong, unknown
}
