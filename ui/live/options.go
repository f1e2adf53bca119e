package live

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Options are what a Hub works with. Store, Clock, Dispatch and Admit must be set.
type Options struct {
	Store agent.Store
	Clock agent.Clock
	Log   *slog.Logger
	// Dispatch carries out a page's command.
	Dispatch func(ctx context.Context, caller agent.Caller, commandID, op string, args json.RawMessage) (any, error)
	// Admit says who is let in by the secret of a link, which is used up by it, or
	// by a token. It returns ErrNotAdmitted, ErrTooMany, or an error of the store.
	Admit func(ctx context.Context, secret, token string) (Admitted, error)

	Upstream   func() Upstream      // nil where there is no upstream
	Devices    func() []DeviceState // may be nil
	Damage     func() *agent.Error  // of the database, not acknowledged; may be nil
	Pairing    func() Pairing       // how the pairing of a scanner goes; may be nil
	Simulation Simulation           // nil unless everything is a simulation
}

// Admitted is who was let in.
type Admitted struct {
	Access agent.Access
	// Who uses it; nil where nobody has signed in.
	Who *agent.Working
	// Token is new where a link was used: the page keeps it.
	Token string
}

// Upstream says how the upload and the feed are doing.
type Upstream struct {
	Name        string       `json:"name"`
	State       string       `json:"state"`
	Since       time.Time    `json:"since"`
	Problem     *agent.Error `json:"problem,omitempty"`
	NextAt      time.Time    `json:"next_at,omitzero"`
	LastSuccess time.Time    `json:"last_success,omitzero"`
	Trying      bool         `json:"trying,omitempty"` // it is asked at this moment
}

// DeviceState says how a scanner is doing.
type DeviceState struct {
	Device   agent.DeviceID `json:"-"`
	Name     string         `json:"name"`
	Since    time.Time      `json:"since"`
	Sentence string         `json:"sentence"`
	Remedy   string         `json:"remedy,omitempty"`
	Title    string         `json:"title,omitempty"`  // what people call it
	Paired   bool           `json:"paired,omitempty"` // at work: it can be removed there
}

// Pairing says how the pairing of a scanner goes. It is not Active most of the time,
// and everything else is empty then.
type Pairing struct {
	Active     bool        `json:"active"`
	Until      time.Time   `json:"until,omitzero"` // when it ends by itself
	Codes      []PairCode  `json:"codes,omitempty"`
	Candidates []Candidate `json:"candidates,omitempty"`
	Heard      []Heard     `json:"heard,omitempty"` // newest first
	Findings   []Finding   `json:"findings,omitempty"`
	// Problem is what could not be looked at, in words; empty if all could be.
	Problem string `json:"problem,omitempty"`
}

// PairCode is a code to scan, drawn: see symbol.Symbol.
type PairCode struct {
	Step      string   `json:"step"`
	Symbology string   `json:"symbology"`
	Text      string   `json:"text"`
	Rows      []string `json:"rows"`
	Quiet     int      `json:"quiet"`
}

// Candidate is something plugged in that could be a scanner.
type Candidate struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Driver   string `json:"driver"`
	Likely   bool   `json:"likely"`
	Sentence string `json:"sentence,omitempty"` // why it cannot be listened to
	Remedy   string `json:"remedy,omitempty"`
}

// Heard is something a candidate sent.
type Heard struct {
	Candidate string    `json:"candidate"`
	At        time.Time `json:"at"`
	Took      int64     `json:"took_ms"`
	Bytes     string    `json:"bytes"` // in hex
	Text      string    `json:"text"`  // printable
	Meaning   string    `json:"meaning"`
	Step      string    `json:"step,omitempty"`
	Repeated  bool      `json:"repeated,omitempty"`
	Lost      bool      `json:"lost,omitempty"`
}

// Finding is a scanner that was recognised, with what was learned of it.
type Finding struct {
	Candidate string            `json:"candidate"`
	Name      string            `json:"name"`
	Driver    string            `json:"driver"`
	Socket    bool              `json:"socket"` // it is told by its socket, having no number
	Learned   map[string]string `json:"learned"`
	Answers   map[string]string `json:"answers"` // how each code arrived, by step
	Faults    []PairFault       `json:"faults,omitempty"`
}

// PairFault is something wrong with how a scanner is set up.
type PairFault struct {
	Name     string `json:"name"`
	Sentence string `json:"sentence"`
	Remedy   string `json:"remedy"`
}

// Simulation is the world that a demo runs in.
type Simulation interface {
	// State returns {title, switches, facts}.
	State(ctx context.Context) (json.RawMessage, error)
	// Turn switches something on or off.
	Turn(ctx context.Context, name string, on bool) error
}

// How long things may take and how much there may be of them.
const (
	helloWait     = 5 * time.Second  // until a page says who it is
	writeWait     = 10 * time.Second // for one frame
	pingEvery     = 20 * time.Second
	pongWait      = 35 * time.Second
	markEvery     = 5 * time.Second // pages think the connection dead after 45 s of silence
	lagWait       = 10 * time.Second
	pace          = 25 * time.Millisecond // between two batches, so that bursts share frames
	reviewPace    = 500 * time.Millisecond
	reviewWaiting = 2 * time.Second // while something waits that no row of the log announces

	readLimit    = 64 << 10
	batchLimit   = 250   // rows of the log in a batch
	farBehind    = 5_000 // rows; beyond, new snapshots are cheaper
	resumeLimit  = 2_000
	deltaFrames  = 1_024
	deltaBytes   = 256 << 10
	queueBytes   = 32 << 20 // with snapshots and answers: more is not read by any page
	chunkBytes   = 32 << 10
	shownScans   = 60
	shownUnknown = 2_000
	seenStrays   = 20_000
	shownTraffic = 200 // requests, and deliveries that are done with

	maxPages     = 64
	maxStrangers = 8 // who have not said hello yet
	maxPerAccess = 8 // pages of one browser
	maxTopics    = 32
)
