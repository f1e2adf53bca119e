package connectortest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Stock is one item that a system is made with.
type Stock struct {
	SKU       string
	Name      string
	Barcodes  []string
	OnHand    int64
	Untracked bool
	Unstocked bool // known to the upstream, but not active at the location
}

// Harness connects the suite with the system under test.
type Harness struct {
	// Open makes a fresh upstream that holds the shelf, and a connector to it.
	Open func(t *testing.T, shelf []Stock) *System
	// Cannot names the cases that do not exist for the system, each with the reason
	// as a sentence.
	Cannot map[Case]string
}

// System is one upstream with a connector. What the suite knows of the truth, it
// knows through these functions and not through the connector. A nil function
// means that the thing cannot be made to happen.
type System struct {
	Connector agent.Connector
	Clock     agent.Clock
	Location  agent.LocationID

	// ID returns the upstream's id of a SKU. Required.
	ID func(sku string) agent.ItemID
	// OnHand returns the true on hand. Required.
	OnHand func(item agent.ItemID) int64
	// Wait lets time pass for the upstream and for us. Required.
	Wait func(d time.Duration)
	// Settle lets the upstream work off what it has accepted; nil where it does so
	// before it answers.
	Settle func()

	Sell   func(item agent.ItemID, quantity int64) // the till sells
	Edit   func(item agent.ItemID, onHand int64)   // a person types over on hand
	Delist func(item agent.ItemID)                 // the item may not be written any more

	LoseRequest func()                // the next Send does not reach the upstream
	LoseReply   func()                // the next Send arrives, its answer does not
	Throttle    func()                // the next call is told to come later
	Cut         func(down bool)       // the connection is down, or up again
	Dismiss     func()                // our access is taken away
	Skew        func(d time.Duration) // the upstream's clock is ahead of ours by d
	Garble      func(answer []byte)   // the next call is answered with these bytes

	// Unwritable changes a line of an operation so that it can never be written.
	Unwritable func(line *agent.Planned)
}

// Case names one promise of the suite.
type Case string

// The cases. Those without a comment need nothing that a system may lack.
const (
	Locations        Case = "names its locations"
	Checks           Case = "checks itself"
	CatalogPages     Case = "pages through the catalogue"
	StatesLevels     Case = "states levels that settle"
	LeavesOutUnknown Case = "leaves out items that the upstream does not know"
	TellsUntracked   Case = "tells untracked items"
	TellsUnstocked   Case = "tells items that are not stocked here"
	PlansPurely      Case = "plans the same bytes for the same operation"
	RefusesInPlan    Case = "refuses what can never be written" // Unwritable
	Applies          Case = "applies a request"
	RepeatsHarmless  Case = "does a repeated request once"
	SurvivesRequest  Case = "does a lost request once"                         // LoseRequest
	SurvivesReply    Case = "does a request with a lost answer once"           // LoseReply
	OldKey           Case = "does not do a request again when its key is dead" // LoseReply, a key
	Finds            Case = "finds a request that arrived"                     // LoseReply, a Finder
	FindsNothing     Case = "finds that a request did not arrive"              // LoseRequest, a Finder
	Stages           Case = "stages a draft and confirms it once"              // Guarantee Draft
	Stale            Case = "changes nothing that moved since it was read"     // Edit
	RejectsLines     Case = "names the lines that it rejects"                  // Delist
	Throttled        Case = "comes later when it is told to"                   // Throttle
	Offline          Case = "tells that nobody answers"                        // Cut
	NoAccess         Case = "pauses when its access is taken away"             // Dismiss
	FeedsMovements   Case = "tells every movement once"                        // Sell, a Feeder
	BookAndFeedAgree Case = "agrees between book and feed"                     // Sell, a Feeder
	SkewedClock      Case = "keeps the two clocks apart"                       // Skew
	HostileAnswers   Case = "believes no nonsense"                             // Garble
	Cancelled        Case = "ends with its context"
)

// needs tells what a system lacks for a case; empty if nothing.
func (c Case) needs(s *System) string {
	lacks := func(missing bool, what string) string {
		if missing {
			return what
		}
		return ""
	}
	_, feeds := s.Connector.(agent.Feeder)
	_, finds := s.Connector.(agent.Finder)
	switch c {
	case RefusesInPlan:
		return lacks(s.Unwritable == nil, "Unwritable")
	case SurvivesRequest:
		return lacks(s.LoseRequest == nil, "LoseRequest")
	case SurvivesReply:
		return lacks(s.LoseReply == nil, "LoseReply")
	case OldKey:
		return lacks(s.LoseReply == nil || s.Connector.Info().KeyLife == 0, "LoseReply and a key that lives")
	case Finds:
		return lacks(s.LoseReply == nil || !finds, "LoseReply and a Finder")
	case FindsNothing:
		return lacks(s.LoseRequest == nil || !finds, "LoseRequest and a Finder")
	case Stages:
		return lacks(s.Connector.Info().Repeat != agent.Draft, "a connector that guarantees by draft")
	case Stale:
		return lacks(s.Edit == nil, "Edit")
	case RejectsLines:
		return lacks(s.Delist == nil, "Delist")
	case Throttled:
		return lacks(s.Throttle == nil, "Throttle")
	case Offline:
		return lacks(s.Cut == nil, "Cut")
	case NoAccess:
		return lacks(s.Dismiss == nil, "Dismiss")
	case FeedsMovements, BookAndFeedAgree:
		return lacks(s.Sell == nil || !feeds, "Sell and a Feeder")
	case SkewedClock:
		return lacks(s.Skew == nil, "Skew")
	case HostileAnswers:
		return lacks(s.Garble == nil, "Garble")
	}
	return ""
}

// optional tells the cases that a harness may excuse although they need nothing.
var optional = map[Case]bool{TellsUntracked: true, TellsUnstocked: true, Stale: true}

// judge decides about a case: play it, skip it with a reason, or fail.
func judge(c Case, h Harness, s *System) (skip string, err error) {
	reason, excused := h.Cannot[c]
	lacks := c.needs(s)
	switch {
	case excused && len(reason) < 10:
		return "", fmt.Errorf("the harness excuses %q without a reason", c)
	case excused && lacks == "" && !optional[c]:
		return "", fmt.Errorf("the harness excuses %q, yet it can be played", c)
	case excused:
		return reason, nil
	case lacks != "":
		return "", fmt.Errorf("%q needs %s: provide it, or say in Cannot why it does not exist", c, lacks)
	}
	return "", nil
}

// Run plays every case on a fresh system each.
func Run(t *testing.T, h Harness) {
	known := make(map[Case]bool, len(suite))
	for _, c := range suite {
		known[c.name] = true
		t.Run(string(c.name), func(t *testing.T) {
			s := h.Open(t, shelf())
			skip, err := judge(c.name, h, s)
			if err != nil {
				t.Fatal(err)
			}
			if skip != "" {
				t.Skip("does not exist here: " + skip)
			}
			c.play(t, s)
		})
	}
	for name := range h.Cannot {
		if !known[name] {
			t.Errorf("the harness excuses %q, which is no case of the suite", name)
		}
	}
}
