package agent

import "time"

// Interval is a range of quantities, both ends included. Lo == Hi is certainty.
type Interval struct {
	Lo int64 `json:"lo"`
	Hi int64 `json:"hi"`
}

// Exactly returns the interval that holds only n.
func Exactly(n int64) Interval { return Interval{n, n} }

// Certain reports whether the interval holds one quantity only.
func (i Interval) Certain() bool { return i.Lo == i.Hi }

// Plus returns the interval of sums.
func (i Interval) Plus(j Interval) Interval { return Interval{i.Lo + j.Lo, i.Hi + j.Hi} }

// Minus returns the interval of differences.
func (i Interval) Minus(j Interval) Interval { return Interval{i.Lo - j.Hi, i.Hi - j.Lo} }

// Status says what can be done about an item of a count now.
type Status string

// The statuses of a variance.
const (
	Matches       Status = "match"      // certain and zero
	Ready         Status = "ready"      // certain, not zero: can be approved
	Waiting       Status = "waiting"    // a source, the book or a recount is not complete yet: see Waits
	NeedsRecount  Status = "recount"    // not certain, and the decision depends on it; or see Held
	Tolerated     Status = "tolerated"  // not certain, but within tolerance at both ends: nothing is sent
	NotComplete   Status = "incomplete" // a known bin was not counted: see Missing
	NotAdjustable Status = "blocked"    // cannot be adjusted as it is, for example untracked: see Problem
	Settled       Status = "settled"    // approved, and nothing has changed since
)

// Verdict places a movement relative to the cut-off.
type Verdict string

// The verdicts.
const (
	Before  Verdict = "before"
	After   Verdict = "after"
	Unclear Verdict = "unclear"
)

// Effect is what one movement does to the expected quantity.
type Effect struct {
	Movement  Movement `json:"movement"`
	Verdict   Verdict  `json:"verdict"`
	Contained string   `json:"contained"` // "yes", "no" or "unknown": is it in the book statement
	Expected  Interval `json:"expected"`  // added to the book
}

// Variance is counted - expected for one item and location of a count, and
// everything that it was made of.
type Variance struct {
	Count    CountID    `json:"count"`
	Item     ItemID     `json:"item"`
	Location LocationID `json:"location"`
	Status   Status     `json:"status"`
	Counted  int64      `json:"counted"`
	Damaged  int64      `json:"damaged,omitempty"`
	Book     Book       `json:"book"`
	Expected Interval   `json:"expected"`
	Variance Interval   `json:"variance"`
	Value    Money      `json:"value,omitzero"` // of the variance's end that is further from zero
	// CutOff is the latest cut-off of the item's lines.
	CutOff  Stamp    `json:"cut_off"`
	Lines   []Line   `json:"lines"`
	Effects []Effect `json:"effects,omitempty"`
	Missing []Bin    `json:"missing,omitempty"`
	// Waits says what is not complete yet, and until when it is needed.
	Waits string    `json:"waits,omitempty"`
	Until time.Time `json:"until,omitzero"`
	// Held says why what was worked out is not Ready although it is certain, or waits
	// although its sources are complete: it can be approved by name only. Aside are the
	// scans that may be the item, and do not count.
	Held  string `json:"held,omitempty"`
	Aside []Seq  `json:"aside,omitempty"`
	// Investigate is true above the policy's limit.
	Investigate bool `json:"investigate,omitempty"`
	// ReasonNeeded is true above the policy's limit, and above its tolerance where it
	// has one.
	ReasonNeeded bool `json:"reason_needed,omitempty"`
	// Late is true where Variance corrects an earlier approval of the same count:
	// only the difference to it is meant.
	Late bool `json:"late,omitempty"`
	// Decided is true where Variance rests on what a person chose because it could not be
	// known.
	Decided bool `json:"decided,omitempty"`
	// Left is true where the count ended before anybody decided: nothing is to be
	// done, whatever Status says.
	Left    bool   `json:"left,omitempty"`
	Problem *Error `json:"problem,omitempty"`
	// Sentence explains the variance in words.
	Sentence string `json:"sentence"`
}
