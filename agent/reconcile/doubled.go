package reconcile

import (
	"math"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// A shelf that was scanned twice leaves three kinds of trace: the same items come
// again in the same or the opposite order, neighbours were counted about twice as
// often as expected, or two people counted the same bins at one time. Each is a hint
// to look, never a proof: a false one costs one look.
const (
	leastItems = 5  // different items in a row that must come again
	leastScans = 12 // or so many scans of fewer items
	leastTwice = 3  // neighbours that were counted about twice
	// So much is "about twice": between 1.7 and 2.3 times, in tenths.
	twiceLo, twiceHi = 17, 23
	// mostHints bounds what is told. A list of hundreds would not be read.
	mostHints = 50
)

// Step is one entry that counts: a scan, or a typed quantity.
type Step struct {
	Pass agent.PassID
	Zone agent.Zone // of the bin
	Bin  agent.Bin
	Item agent.ItemID
	At   time.Time
	// Set is true for a typed quantity, which replaces what the pass had before.
	Set bool
}

// Walks remembers in which order items were counted. Scans of one item in a row are
// one run of it: sixteen bytes, however many they are.
type Walks struct {
	passes []agent.Pass
	byPass map[agent.PassID]int32
	items  index[agent.ItemID]
	places index[place]
	walks  [][]run // by pass
	zero   int64   // the second from which times are counted
}

// place is where something was counted, in a round.
type place struct {
	zone  agent.Zone
	bin   agent.Bin
	round int64
}

// run is scans of one item in one bin in a row.
type run struct {
	item, place int32
	scans       int32  // 0 for typed quantities
	at          uint32 // seconds after zero, of the first one
}

// index numbers what occurs, so that it takes four bytes.
type index[T comparable] struct {
	numbers map[T]int32
	all     []T
}

func (x *index[T]) of(v T) int32 {
	n, known := x.numbers[v]
	if !known {
		if x.numbers == nil {
			x.numbers = map[T]int32{}
		}
		n = int32(len(x.all))
		x.numbers[v], x.all = n, append(x.all, v)
	}
	return n
}

// NewWalks returns the walks of a count's passes, without steps.
func NewWalks(passes []agent.Pass) *Walks {
	w := &Walks{passes: passes, byPass: map[agent.PassID]int32{}, walks: make([][]run, len(passes)), zero: math.MaxInt64}
	for n, p := range passes {
		w.byPass[p.ID] = int32(n)
		if !p.Started.IsZero() {
			w.zero = min(w.zero, p.Started.At.Add(-24*time.Hour).Unix())
		}
	}
	if w.zero == math.MaxInt64 {
		w.zero = 0
	}
	return w
}

// Add takes in a step. Those of one pass must come in their order.
func (w *Walks) Add(s Step) {
	n, known := w.byPass[s.Pass]
	if !known {
		return
	}
	next := run{
		item: w.items.of(s.Item), place: w.places.of(place{s.Zone, s.Bin, w.passes[n].Round}),
		at: uint32(min(max(0, s.At.Unix()-w.zero), math.MaxUint32)),
	}
	if !s.Set {
		next.scans = 1
	}
	walk := w.walks[n]
	if last := len(walk) - 1; last >= 0 && walk[last].item == next.item && walk[last].place == next.place {
		walk[last].scans += next.scans
		return
	}
	w.walks[n] = append(walk, next)
}

// Trace says by what a shelf was noticed.
type Trace string

// The traces.
const (
	SameOrder Trace = "same-order" // items came again in the same order
	Backwards Trace = "backwards"  // they came again in the opposite order
	Twice     Trace = "twice"      // neighbours were counted about twice
	Together  Trace = "together"   // two people counted the same bins at one time
)

// Doubled is a hint that a shelf may have been scanned twice.
type Doubled struct {
	Trace Trace `json:"trace"`
	// Zone and Bin are where; Bin is empty where it was more than one.
	Zone agent.Zone `json:"zone"`
	Bin  agent.Bin  `json:"bin"`
	// First and Second are when either walk began. Second is zero where only one is
	// known. Passes are those that walked, the second one again where it is the same.
	First  time.Time       `json:"first"`
	Second time.Time       `json:"second,omitzero"`
	Passes [2]agent.PassID `json:"passes"`
	Items  []agent.ItemID  `json:"items"` // each once
	Scans  int64           `json:"scans"` // of the second walk
	// Sentence says it in words.
	Sentence string `json:"sentence"`
}

// Judged is what a count says of an item now. The zero value says nothing.
type Judged struct {
	Name     string
	Known    bool // Counted and Expected can be compared
	Counted  int64
	Expected agent.Interval
	// Over is true where the variance is over the tolerance.
	Over bool
}

// twice reports whether about twice the expected quantity was counted.
func (j Judged) twice() bool {
	lo, hi := max(1, j.Expected.Lo), j.Expected.Hi
	return j.Known && j.Over && hi > 0 && 10*j.Counted >= twiceLo*lo && 10*j.Counted <= twiceHi*hi
}

// right reports whether an item was certainly counted as expected.
func (j Judged) right() bool { return j.Known && j.Expected == agent.Exactly(j.Counted) }

// Doubled returns the shelves that look scanned twice, the longest first, and how
// many more there are. judge says what the count knows of an item, name what somebody
// is called. A repeat of which every item was counted as expected is none.
func (w *Walks) Doubled(judge func(agent.ItemID) Judged, name func(agent.Actor) string, zone *time.Location) (hints []Doubled, more int) {
	if zone == nil {
		zone = time.UTC
	}
	d := &detector{Walks: w, judge: judge, name: name, zone: zone, told: map[string]*Doubled{}}
	for _, walks := range d.byZone() {
		d.repeats(walks)
		d.neighbours(walks)
	}
	d.together()
	d.keep(mostHints)
	hints = make([]Doubled, len(d.found))
	for n, h := range d.found {
		hints[n] = *h
		hints[n].Sentence = d.sentence(*h)
	}
	return hints, d.more
}
