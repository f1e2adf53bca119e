package demo

import (
	"fmt"
	"strings"
	"time"
)

// Report is what a run of the demo proved, or why it did not.
type Report struct {
	Simulation string   `json:"simulation"` // says that this is one
	Policy     string   `json:"policy"`
	Seed       uint64   `json:"seed"`
	OK         bool     `json:"ok"`
	Problems   []string `json:"problems"` // what is off, or why the run was too tame
	Seconds    float64  `json:"seconds"`

	ScansSent      int64 `json:"scans_sent"`      // by the simulated scanners
	ScansStored    int64 `json:"scans_stored"`    // by the agent, from those scanners
	ScansPublished int64 `json:"scans_published"` // seen on the page by the people who scanned
	Repeated       int64 `json:"scans_repeated"`  // sent again because the page did not show them
	ScansShown     int   `json:"scans_shown"`     // rows of scans and typed quantities on pages
	Lost           int   `json:"scans_lost"`      // of them, those that the log does not hold
	Counts         int   `json:"counts"`
	Lines          int64 `json:"lines"`
	Recounted      int   `json:"recounted"` // items asked to be counted again
	Rounds         int   `json:"rounds"`

	Movements    int `json:"movements"`     // sales, shipments and returns
	InsideWindow int `json:"inside_window"` // sales of goods while they were being counted
	Zones        int `json:"zones"`
	TwoBins      int `json:"items_in_two_bins"`

	Variances int `json:"variances"` // that were not zero
	Approved  int `json:"approved"`
	Delivered int `json:"delivered"`
	Doubled   int `json:"doubled"` // adjustments that the shop carried out twice
	Conflicts int `json:"conflicts"`
	// ConflictsSaid is what the page said about them.
	ConflictsSaid []string `json:"conflicts_said,omitempty"`
	TypedOver     int      `json:"typed_over"` // quantities that somebody typed over meanwhile

	Requests    map[string]int `json:"requests"` // to the shop, by operation
	Throttled   int            `json:"throttled"`
	LostReplies int            `json:"lost_replies"`
	Repeats     int            `json:"repeats"` // writes that the shop recognised as repeated
	Kills       int            `json:"kills"`
	Rows        int64          `json:"rows"` // of the agent's log

	Items     int         `json:"items"`
	Differing []Differing `json:"differing"` // goods of which the shop's stock is not the shelves'
	Waiting   []string    `json:"waiting"`   // lines that were not settled, and why
}

// Differing is a good of which the shop's stock is not what lies on the shelves.
type Differing struct {
	SKU     string `json:"sku"`
	Name    string `json:"name"`
	Shop    int64  `json:"shop"`
	Shelves int64  `json:"shelves"`

	good int
}

// minimum is what a run must hold to prove anything.
type minimum struct {
	name string
	got  int
	want int
}

// judge fills OK and adds to Problems. kills is true where kills were asked for.
func (r *Report) judge(kills bool) {
	r.check("items differ from the shelves", len(r.Differing))
	r.check("lines are not settled", len(r.Waiting))
	r.check("approved adjustments are not delivered", r.Approved-r.Delivered)
	r.check("adjustments were carried out twice", r.Doubled)
	r.check("scans that a page had shown are not in the log", r.Lost)
	if r.TypedOver == 0 && r.Conflicts > 0 {
		r.fail("%d conflicts although nobody typed anything over", r.Conflicts)
	}
	if r.ScansStored != r.ScansPublished || r.ScansStored < r.ScansSent-r.Repeated || r.ScansStored > r.ScansSent {
		r.fail("scans: %d sent (%d of them again), %d stored, %d published", r.ScansSent, r.Repeated, r.ScansStored, r.ScansPublished)
	}
	least := []minimum{
		{"sales inside counting windows", r.InsideWindow, 20},
		{"variances", r.Variances, 30},
		{"zones", r.Zones, 2},
		{"items in two bins", r.TwoBins, 1},
		{"throttled answers", r.Throttled, 1},
		{"lost replies", r.LostReplies, 1},
	}
	if kills {
		least = append(least, minimum{"kills", r.Kills, 5})
	}
	for _, m := range least {
		if m.got < m.want {
			r.fail("too tame to prove anything: %d %s, at least %d are needed", m.got, m.name, m.want)
		}
	}
	r.OK = len(r.Problems) == 0
	if r.OK {
		r.Problems = []string{}
	}
}

// check expects none of something.
func (r *Report) check(what string, got int) {
	if got != 0 {
		r.fail("%d %s", got, what)
	}
}

// fail adds a problem.
func (r *Report) fail(format string, a ...any) {
	r.OK = false
	r.Problems = append(r.Problems, fmt.Sprintf(format, a...))
}

func (r *Report) took(d time.Duration) { r.Seconds = d.Round(10 * time.Millisecond).Seconds() }

// String tells the report to a person.
func (r Report) String() string {
	var b strings.Builder
	say := func(format string, a ...any) { fmt.Fprintf(&b, format+"\n", a...) }
	say("%s; sales during the count: %s; seed %d; %.1f s", r.Simulation, r.Policy, r.Seed, r.Seconds)
	say("%d scans sent, %d stored, %d published; %d lines in %d zones", r.ScansSent, r.ScansStored, r.ScansPublished, r.Lines, r.Zones)
	say("%d movements, %d of them while the article was being counted", r.Movements, r.InsideWindow)
	say("%d variances; %d approved, %d delivered, %d twice; %d articles counted again", r.Variances, r.Approved, r.Delivered, r.Doubled, r.Recounted)
	say("%d requests throttled, %d replies lost, %d repeats recognised; %d kills", r.Throttled, r.LostReplies, r.Repeats, r.Kills)
	say("%d of %d articles differ from the shelves", len(r.Differing), r.Items)
	for _, p := range r.Problems {
		say("NOT RIGHT: %s", p)
	}
	for _, line := range r.Waiting {
		say("NOT SETTLED: %s", line)
	}
	if r.OK {
		say("Everything is right.")
	}
	return b.String()
}
