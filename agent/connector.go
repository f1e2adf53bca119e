package agent

import (
	"context"
	"time"
)

// Connector reaches one upstream. Methods may be called from one goroutine at a
// time; each ends within its context. Errors are *Error: Retry means that the
// same call can succeed later by itself (After says when, if known), anything
// else needs a person.
type Connector interface {
	Info() ConnectorInfo
	// Check looks at what a person must put right: credentials, scopes, the
	// location, the clock. Findings that are fine are returned too.
	Check(ctx context.Context) []Finding
	Locations(ctx context.Context) ([]Location, error)
	// Catalog returns one page of items; an empty Next ends it.
	Catalog(ctx context.Context, location LocationID, cursor string) (Page[Item], error)
	// Levels returns what the upstream says about on hand now. Items that the
	// upstream does not know are left out; those not stocked at the location are
	// returned with Stocked false.
	Levels(ctx context.Context, location LocationID, items []ItemID) ([]Book, error)
	// Plan makes the document for an operation. It is pure: the same operation and
	// key give the same bytes. A line that cannot be written is an error of class
	// Refuse.
	Plan(op Operation) (Document, error)
	// Send makes one attempt. Everything that can be learned is in the Outcome;
	// it must be OutcomeUnknown unless the answer proves more. sent is when the
	// request was first sent, so that a connector can refuse a key past its life.
	Send(ctx context.Context, request Request) Outcome
}

// Feeder is implemented by connectors that can tell what moved.
type Feeder interface {
	// Movements returns what was posted since the cursor. Pages are complete in
	// the sense of Page.Complete.
	Movements(ctx context.Context, location LocationID, cursor string) (Page[Movement], error)
}

// Refresher is implemented by connectors that can tell which items of the catalogue
// were added or changed. What was deleted only a whole catalogue tells.
type Refresher interface {
	// Changed returns items that were added or changed since a cursor: Page.Mark of a
	// whole catalogue's last page, or Page.Next. Pages may repeat items.
	Changed(ctx context.Context, location LocationID, cursor string) (Page[Item], error)
}

// Abandoner is implemented by connectors whose upstream goes on working at a
// catalogue between its pages.
type Abandoner interface {
	// Abandon ends the reading of a catalogue that nobody goes on with. It does
	// nothing where none is read.
	Abandon(ctx context.Context)
}

// Placer is implemented by connectors that know in which zones bins lie.
type Placer interface {
	// Places returns every bin that the upstream names.
	Places(ctx context.Context, location LocationID) ([]Place, error)
}

// Finder is implemented by connectors that can find out whether a request arrived
// after its key is dead or where there is none.
type Finder interface {
	// Find answers with OutcomeRepeated if the document is there, OutcomeLater if
	// it certainly is not, and OutcomeUnknown otherwise: with a Problem of class
	// Retry if the looking failed, Refuse or Pause if a person must act before it
	// can be looked up, and any other if it cannot be told.
	Find(ctx context.Context, request Request) Outcome
}

// Successor is implemented by connectors of upstreams that only one agent may write to,
// and that cannot tell agents apart.
type Successor interface {
	// TakeOver lets this agent write, in the place of one on the computer from that
	// never comes back: a person says so.
	TakeOver(ctx context.Context, from string) error
}

// Page is one page of a listing.
type Page[T any] struct {
	Rows []T
	// Next is the cursor for the next page, empty at the end of a catalogue. A
	// feed always has one: where to go on next time.
	Next string
	// More is true where the next page can be asked for at once.
	More bool
	// Complete is up to when a feed's pages so far hold everything that was
	// posted, in the upstream's time; zero while More.
	Complete time.Time
	// CompleteLocal is the same instant in the agent's time, at its earliest.
	CompleteLocal time.Time
	// Skipped tells rows of a catalogue that could not be used.
	Skipped []Finding
	// Wait is how long to wait before the next page is asked for: the upstream still
	// works at it.
	Wait time.Duration
	// Progress says how far the upstream and the connector are with what cannot be
	// seen from the rows.
	Progress Progress
	// Mark goes with the last page of a catalogue: the cursor that Refresher.Changed
	// goes on from. It is from before the catalogue was read.
	Mark string
}

// Progress says how far something is that takes long.
type Progress struct {
	Stage Stage `json:"stage"`
	Done  int64 `json:"done"`
	Of    int64 `json:"of,omitempty"` // 0 where it is not known
}

// Stage is what is being done.
type Stage string

// The stages, in their order.
const (
	Preparing Stage = "preparing" // the upstream puts its items together; Done are items
	Fetching  Stage = "fetching"  // its file comes; Done are bytes
	Storing   Stage = "storing"   // Done are items
	Leveling  Stage = "levels"    // levels are asked for; Done are items
)

// Operation is what a request is to tell: every fact, so that the connector can
// choose its strongest mode.
type Operation struct {
	Request  RequestID
	Key      string // a fresh random key
	Location LocationID
	Count    CountID
	Lines    []Planned
}

// ConnectorInfo says what a connector is and can do.
type ConnectorInfo struct {
	Name string
	// Repeat says what makes a repeat of a request safe.
	Repeat Guarantee
	// KeyLife is how long the upstream remembers a key; 0 where it has none.
	KeyLife  time.Duration
	MaxLines int
	// Spacing is a hint for the time between two requests.
	Spacing time.Duration
	// Feed is false where the upstream cannot tell what moved.
	Feed bool
	// Refresh is true where the connector is a Refresher.
	Refresh bool
	// Survey, History and Transfers are true where the connector is a Surveyor, a
	// Historian, a Transferrer. Whether the upstream permits it is known by asking.
	Survey, History, Transfers bool
	// Files is true where the upstream is a program that takes and writes files when
	// somebody has it do so: what was sent is in a book only after its next export.
	Files bool
}

// Guarantee says what makes a repeat of a request safe.
type Guarantee string

// The guarantees, strongest first.
const (
	ServerKey Guarantee = "server key" // the upstream answers a repeated key with the first result
	Draft     Guarantee = "draft"      // a staged document is confirmed at most once
	LookUp    Guarantee = "look-up"    // whether it arrived can be found out
	GuardOnly Guarantee = "guard"      // a compare may stop a repeat; a person decides the rest
)

// Severity orders findings.
type Severity string

// The severities.
const (
	Fine    Severity = "fine"
	Warning Severity = "warning"
	Broken  Severity = "broken"
)

// Finding is one thing that was looked at, with what it means and what to do.
type Finding struct {
	Severity Severity `json:"severity"`
	Code     string   `json:"code"`
	What     string   `json:"what"`
	Means    string   `json:"means,omitempty"`
	Do       string   `json:"do,omitempty"`
	// Evidence are the facts that the finding was made from, a sentence each; there may
	// be more of them than are told.
	Evidence []string `json:"evidence,omitempty"`
	// Items are those that it is about, the first of them; Total is how many there are.
	Items []ItemID `json:"items,omitempty"`
	Total int64    `json:"total,omitempty"`
	// Action is what can be done about it from here.
	Action *Action `json:"action,omitempty"`
}

// Action is an operation that helps, as a button offers it.
type Action struct {
	Label string         `json:"label"`
	Op    string         `json:"op"`
	Args  map[string]any `json:"args,omitempty"`
}

// Clock tells the time. Times carry Go's monotonic reading where there is one.
type Clock interface {
	Now() time.Time
}
