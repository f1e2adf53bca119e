package connectortest

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Traits says what kind of upstream a Simulation plays.
type Traits struct {
	Clock agent.Clock
	// KeyLife is how long keys are remembered; 0 for an upstream without keys.
	KeyLife time.Duration
	// ForgetsKeys makes a liar: it promises keys and does not honour them.
	ForgetsKeys bool
	Compare     bool // writes targets, compared with what was observed; otherwise deltas
	Draft       bool // takes a draft first and applies it when it is confirmed
	Find        bool // can look a request up
	Feed        bool // tells what was sold
	MaxLines    int  // 0 means 100
	Spacing     time.Duration
}

// Fault is what befalls one Send.
type Fault string

// The faults. Faults that change on hand beside the request are played by Edit.
const (
	Nothing       Fault = "nothing"
	RequestLost   Fault = "request lost"
	ReplyLost     Fault = "reply lost"
	ComesLater    Fault = "throttled"
	StillRunning  Fault = "still running" // it is applied, and the answer says "later"
	FirstRejected Fault = "first line rejected"
	FirstStale    Fault = "first line stale"
	AccessGone    Fault = "access gone"
)

// tick is the resolution of the simulated upstream's times.
const tick = time.Second

// Simulation is an upstream in memory. It says that it is one: its name is
// "simulation". All methods may be called from any goroutine.
type Simulation struct {
	traits Traits

	mu                         sync.Mutex
	ahead                      time.Duration
	order                      []agent.ItemID
	levels                     map[agent.ItemID]*level
	feed                       []agent.Movement
	applied                    map[agent.AdjustmentID]int
	keys                       map[string]answered
	drafts                     map[string]*draft
	faults                     []Fault
	readLater, down, dismissed bool
	arrivals, attempts         int
}

type level struct {
	stock    Stock
	onHand   int64
	changed  time.Time // the upstream's clock
	delisted bool
}

type answered struct {
	at      time.Time
	outcome agent.Outcome
}

type draft struct {
	body      body
	confirmed bool
}

// Location is the one location of every Simulation.
const Location agent.LocationID = "simulated-shop"

// NewSimulation makes an upstream with some stock, none of which has changed in
// the last hour.
func NewSimulation(traits Traits, stock ...Stock) *Simulation {
	s := &Simulation{
		traits: traits, levels: make(map[agent.ItemID]*level), applied: make(map[agent.AdjustmentID]int),
		keys: make(map[string]answered), drafts: make(map[string]*draft),
	}
	for _, st := range stock {
		id := IDOf(st.SKU)
		s.order = append(s.order, id)
		s.levels[id] = &level{stock: st, onHand: st.OnHand, changed: s.now().Add(-time.Hour).Truncate(tick)}
	}
	return s
}

// IDOf returns the id that simulations give to a SKU.
func IDOf(sku string) agent.ItemID { return agent.ItemID("sim/" + sku) }

// now is the upstream's clock.
func (s *Simulation) now() time.Time { return s.traits.Clock.Now().UTC().Add(s.ahead) }

// OnHand returns the true on hand of an item.
func (s *Simulation) OnHand(item agent.ItemID) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.levels[item].onHand
}

// Times returns how often an adjustment has changed on hand.
func (s *Simulation) Times(adjustment agent.AdjustmentID) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.applied[adjustment]
}

// Attempts returns how many requests were sent, whether they arrived or not.
func (s *Simulation) Attempts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attempts
}

// Sell posts a sale that happens now.
func (s *Simulation) Sell(item agent.ItemID, quantity int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now().Truncate(tick)
	s.change(item, -quantity)
	n := len(s.feed) + 1
	s.feed = append(s.feed, agent.Movement{
		Source: "simulation", SourceID: fmt.Sprintf("sale-%d", n), Receipt: fmt.Sprintf("R-%d", n),
		Kind: agent.Sale, Item: item, Location: Location, Quantity: -quantity, Posted: now,
		Occurred: agent.Stamp{At: now.Add(-s.ahead).Add(tick / 2), Uncertainty: tick / 2},
	})
}

// Edit is a person who types over on hand. No feed tells of it.
func (s *Simulation) Edit(item agent.ItemID, onHand int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.change(item, onHand-s.levels[item].onHand)
}

func (s *Simulation) change(item agent.ItemID, by int64) {
	l := s.levels[item]
	l.onHand += by
	l.changed = s.now().Truncate(tick)
}

// Delist makes an item unknown to the upstream.
func (s *Simulation) Delist(item agent.ItemID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.levels[item].delisted = true
}

// Fault makes faults befall the next requests, one each.
func (s *Simulation) Fault(next ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, next...)
}

// ThrottleRead makes the next reading come later.
func (s *Simulation) ThrottleRead() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readLater = true
}

// Cut takes the connection away, or gives it back.
func (s *Simulation) Cut(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// Dismiss takes our access away, or gives it back.
func (s *Simulation) Dismiss(gone bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dismissed = gone
}

// Skew sets how far the upstream's clock is ahead of ours.
func (s *Simulation) Skew(ahead time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead = ahead
}

// body is the simulated document.
type body struct {
	Key   string     `json:"key"`
	Lines []bodyLine `json:"lines"`
}

type bodyLine struct {
	Adjustment agent.AdjustmentID `json:"adjustment"`
	Item       agent.ItemID       `json:"item"`
	Delta      int64              `json:"delta"`
	From       int64              `json:"from"`
	To         int64              `json:"to"`
}

// receive is the upstream's side of a request.
func (s *Simulation) receive(request agent.Request) agent.Outcome {
	s.arrivals++
	var b body
	if err := json.Unmarshal(request.Document.Body, &b); err != nil || b.Key != request.Document.Key {
		return agent.Outcome{Class: agent.OutcomeRejected, Problem: problem("simulation.nonsense", "The document cannot be read.")}
	}
	if s.traits.Draft {
		return s.receiveDraft(request, b)
	}
	return s.once(b)
}

// receiveDraft stores a draft, or applies the one that is referred to.
func (s *Simulation) receiveDraft(request agent.Request, b body) agent.Outcome {
	if request.Outcome == nil || request.Outcome.Ref == "" {
		ref := "draft-" + b.Key
		if s.drafts[ref] == nil {
			s.drafts[ref] = &draft{body: b}
		}
		return agent.Outcome{Class: agent.OutcomeStaged, Ref: ref, Problem: problem("simulation.draft", "The draft waits to be confirmed.")}
	}
	d := s.drafts[request.Outcome.Ref]
	switch {
	case d == nil:
		return agent.Outcome{Class: agent.OutcomeRejected, Problem: problem("simulation.no-draft", "There is no such draft.")}
	case d.confirmed:
		return agent.Outcome{Class: agent.OutcomeRepeated, Ref: request.Outcome.Ref}
	}
	o := s.apply(d.body)
	d.confirmed = o.Class == agent.OutcomeApplied
	return o
}

// once applies a document unless its key is remembered.
func (s *Simulation) once(b body) agent.Outcome {
	before, known := s.keys[b.Key]
	if known && s.traits.KeyLife > 0 && !s.traits.ForgetsKeys && s.now().Sub(before.at) < s.traits.KeyLife {
		if before.outcome.Class == agent.OutcomeApplied {
			before.outcome.Class = agent.OutcomeRepeated
		}
		return before.outcome
	}
	o := s.apply(b)
	s.keys[b.Key] = answered{s.now(), o}
	return o
}

// apply carries out all lines of a document, or none.
func (s *Simulation) apply(b body) agent.Outcome {
	rejected, stale := s.judge(b)
	switch {
	case len(rejected) > 0:
		return agent.Outcome{Class: agent.OutcomeRejected, Lines: rejected, Problem: rejected[0].Problem}
	case len(stale) > 0:
		return agent.Outcome{Class: agent.OutcomeConflict, Lines: stale, Problem: stale[0].Problem}
	}
	for _, l := range b.Lines {
		s.change(l.Item, l.Delta)
		s.applied[l.Adjustment]++
	}
	return agent.Outcome{Class: agent.OutcomeApplied, Ref: "receipt-" + b.Key}
}

func (s *Simulation) judge(b body) (rejected, stale []agent.LineOutcome) {
	for i, line := range b.Lines {
		l := s.levels[line.Item]
		switch {
		case l == nil || l.delisted:
			rejected = append(rejected, agent.LineOutcome{Index: i, Problem: problem("simulation.no-item", "There is no such item.")})
		case s.traits.Compare && l.onHand != line.From:
			stale = append(stale, agent.LineOutcome{Index: i, Problem: problem("simulation.stale", "The quantity is not what it was.")})
		}
	}
	return rejected, stale
}

// arrived reports whether a document was applied, for as long as the simulation
// lives.
func (s *Simulation) arrived(request agent.Request) bool {
	if k, ok := s.keys[request.Document.Key]; ok {
		return k.outcome.Class == agent.OutcomeApplied
	}
	d := s.drafts["draft-"+request.Document.Key]
	return d != nil && d.confirmed
}

func (s *Simulation) nextFault() Fault {
	if len(s.faults) == 0 {
		return Nothing
	}
	f := s.faults[0]
	s.faults = slices.Delete(s.faults, 0, 1)
	return f
}

func problem(code, what string) *agent.Error {
	return &agent.Error{Code: code, Class: agent.Refuse, What: what}
}

func later(code, what string, after time.Duration) *agent.Error {
	return &agent.Error{Code: code, Class: agent.Retry, What: what, Means: "Nothing is lost.", Do: "There is nothing to do: it is tried again by itself.", After: after}
}
