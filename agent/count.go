package agent

import (
	"encoding/json"
	"time"
)

// CountID names a count, for example "count-17".
type CountID string

// PassID names a pass, for example "pass-42".
type PassID string

// CountType says why a count exists.
type CountType string

// The types of count.
const (
	Cycle            CountType = "cycle"
	Spot             CountType = "spot"
	Full             CountType = "full"
	ZeroConfirmation CountType = "zero-confirmation"
)

// CountState is where a count stands.
type CountState string

// The states of a count, in order. While it is Open scans are entered; Closed
// means that the first counting is over: variances are judged, recounts entered
// and adjustments approved; Done that nothing is left to decide.
const (
	CountOpen      CountState = "open"
	CountClosed    CountState = "closed"
	CountDone      CountState = "done"
	CountCancelled CountState = "cancelled"
)

// Count is one counting job at one location.
type Count struct {
	ID       CountID    `json:"id"`
	Name     string     `json:"name"`
	Type     CountType  `json:"type"`
	Location LocationID `json:"location"`
	Policy   Policy     `json:"policy"`
	State    CountState `json:"state"`
	Opened   Stamp      `json:"opened"`
	Closed   Stamp      `json:"closed,omitzero"`
	OpenedBy Actor      `json:"opened_by"`
	Scope    Scope      `json:"scope,omitzero"`
	// Sample is how the items of a spot check were drawn, a plan.Sample: without it
	// nothing that is found can be certified.
	Sample json.RawMessage `json:"sample,omitempty"`
}

// Scope is what a count is about: what lies in its zones and bins, and of that what
// is on its list. The zero Scope is wherever somebody walks.
type Scope struct {
	Zones []Zone `json:"zones,omitempty"`
	Bins  []Bin  `json:"bins,omitempty"`
	// Items are the list of a directed count. It may be very long: a View leaves it
	// out of its counts, says its length in Listed and tells it by View.Listed.
	Items []ItemID `json:"items,omitempty"`
	// Classes are those of the plan from which the list was made.
	Classes []string `json:"classes,omitempty"`
	Listed  int64    `json:"listed,omitempty"`
}

// HasList reports whether only what is on a list is asked for.
func (s Scope) HasList() bool { return s.Listed > 0 || len(s.Items) > 0 }

// HasPlaces reports whether only what lies in some places is asked for.
func (s Scope) HasPlaces() bool { return len(s.Zones) > 0 || len(s.Bins) > 0 }

// Free reports whether everything is asked for that lies where somebody walks.
func (s Scope) Free() bool { return !s.HasList() && !s.HasPlaces() }

// Method is how sales during a count are treated.
type Method string

// The methods. Only CutOff is right while the shop sells; Snapshot is what many
// products do, and is kept so that everybody can see the difference.
const (
	CutOff   Method = "cut-off"
	Snapshot Method = "snapshot"
)

// Policy holds the rules of a count. The zero value is completed by WithDefaults.
type Policy struct {
	Method Method `json:"method"`
	// BasketTime is how long goods may be in a basket between shelf and till.
	BasketTime time.Duration `json:"basket_time"`
	// Tolerance is up to where a variance needs no reason.
	Tolerance Limit `json:"tolerance"`
	// Investigate is from where a variance is put on the investigation list:
	// over Percent and over one of the floors.
	Investigate Limit `json:"investigate"`
	// Blind hides expected quantities from counters.
	Blind bool `json:"blind"`
	// VerifyByOther has items counted once more by somebody else than who counted
	// them first.
	VerifyByOther bool `json:"verify_by_other,omitempty"`
	// ApproveByOther has differences approved by somebody else than who counted them.
	ApproveByOther bool `json:"approve_by_other,omitempty"`
	// Classes are the limits of classes that have their own, by the names of agent/plan.
	Classes map[string]Limits `json:"classes,omitempty"`
	// MaxAge is how old the counting of a bin in an earlier count may be to stand for
	// a bin that this count did not reach. 0: it never does.
	MaxAge time.Duration `json:"max_age,omitempty"`
}

// Limit is a bound on a variance. A zero field does not bound.
type Limit struct {
	Units       int64 `json:"units,omitempty"`
	BasisPoints int64 `json:"basis_points,omitempty"` // of expected; 500 is 5 %
	Money       Money `json:"money,omitzero"`
}

// DefaultBasketTime is how long a customer is assumed to carry goods at most.
const DefaultBasketTime = 15 * time.Minute

// WithDefaults returns p with every unset field at its default.
func (p Policy) WithDefaults() Policy {
	if p.Method == "" {
		p.Method = CutOff
	}
	if p.BasketTime == 0 {
		p.BasketTime = DefaultBasketTime
	}
	if p.Investigate == (Limit{}) {
		p.Investigate = Limit{Units: 2, BasisPoints: 500}
	}
	return p
}

// Pass is one walk of one person through one zone of a count.
type Pass struct {
	ID      PassID   `json:"id"`
	Count   CountID  `json:"count"`
	Zone    Zone     `json:"zone"`
	Bin     Bin      `json:"bin"` // where the pass is now
	Person  Actor    `json:"person"`
	Device  DeviceID `json:"device,omitempty"` // the scanner it owns, if any
	Round   int64    `json:"round"`
	Started Stamp    `json:"started"`
	// Last is the time of the pass's newest entry, zero before the first one.
	Last   Stamp `json:"last,omitzero"`
	Closed Stamp `json:"closed,omitzero"`
}

// Open reports whether entries may still be made.
func (p Pass) Open() bool { return p.Closed.IsZero() }

// Heard is when the pass was last heard of: at its newest entry, not before its start.
func (p Pass) Heard() time.Time {
	if p.Last.At.After(p.Started.At) {
		return p.Last.At
	}
	return p.Started.At
}

// Together returns the other open passes of the same round that are where the pass
// is: in the same bin, or in the same zone while it is not known in which of its bins
// one of them is. Nobody is kept out by that, but two people who count the same goods
// should know of each other.
func (p Pass) Together(all []Pass) []Pass {
	var others []Pass
	for _, o := range all {
		sameBin := p.Bin != "" && p.Bin == o.Bin
		sameZone := p.Zone != "" && p.Zone == o.Zone && (p.Bin == "" || o.Bin == "")
		if o.ID != p.ID && o.Count == p.Count && o.Round == p.Round && p.Open() && o.Open() && (sameBin || sameZone) {
			others = append(others, o)
		}
	}
	return others
}

// Visit is a bin that a pass has been to.
type Visit struct {
	Pass PassID
	Bin  Bin
	// Heard is true if anything was read or typed there, if only the bin's label;
	// false where the pass was only said to begin there.
	Heard bool
}

// Uncounted says what becomes of items that are known in the bins of a pass and
// were not counted.
type Uncounted string

// What becomes of uncounted items.
const (
	KeepUncounted Uncounted = "keep" // they stay incomplete
	ZeroUncounted Uncounted = "zero" // they are confirmed to be gone: counted 0
	// EmptyUncounted is said by somebody who looked: of the item nothing is there,
	// whether anybody walked there or not.
	EmptyUncounted Uncounted = "empty"
)

// UncountedDecided tells what somebody decided about items of a zone that nobody
// counted there: an UncountedFact. The zeros themselves are entries of its pass.
const UncountedDecided Kind = "uncounted.decided"

// UncountedFact is a decision about what nobody counted in a zone.
type UncountedFact struct {
	Count   CountID            `json:"count"`
	Zone    Zone               `json:"zone"`
	Round   int64              `json:"round,omitempty"`
	Pass    PassID             `json:"pass,omitempty"` // that of the zeros
	Decided []DecidedUncounted `json:"decided"`
}

// DecidedUncounted is what was decided about one item in one bin.
type DecidedUncounted struct {
	Item ItemID    `json:"item"`
	Bin  Bin       `json:"bin"`
	As   Uncounted `json:"as"`
}

// Zero reports whether it says that nothing is there.
func (d DecidedUncounted) Zero() bool { return d.As == ZeroUncounted || d.As == EmptyUncounted }

// Line is item x bin of a count: what its entries of the newest round add up to.
type Line struct {
	Count   CountID `json:"count"`
	Item    ItemID  `json:"item"`
	Bin     Bin     `json:"bin"`
	Round   int64   `json:"round"`
	Good    int64   `json:"good"`
	Damaged int64   `json:"damaged"`
	// Window is when the quantity was counted; its end is the line's cut-off.
	Window  Window `json:"window"`
	Entries int64  `json:"entries"` // entries that count, voided ones left out
	First   Seq    `json:"-"`       // the oldest entry
	Last    Seq    `json:"last"`    // the newest entry
}

// Counted returns all units of the line; damaged goods are part of on hand.
func (l Line) Counted() int64 { return l.Good + l.Damaged }

// Window is a stretch of time with uncertain ends.
type Window struct {
	From Stamp `json:"from"`
	To   Stamp `json:"to"`
}

// Recount asks for items of a closed count to be counted once more.
type Recount struct {
	Count CountID  `json:"count"`
	Round int64    `json:"round"`
	Items []ItemID `json:"items"`
	By    Actor    `json:"by"`
	Why   string   `json:"why,omitempty"`
}

// AskedAgain returns the newest round in which each item was asked to be counted once
// more. Whoever counts then must not be led by what was counted before.
func AskedAgain(recounts []Recount) map[ItemID]int64 {
	newest := map[ItemID]int64{}
	for _, r := range recounts {
		for _, item := range r.Items {
			newest[item] = max(newest[item], r.Round)
		}
	}
	return newest
}
