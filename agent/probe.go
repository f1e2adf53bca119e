package agent

import "context"

// Prober is implemented by connectors that rely on what their upstream does and nobody
// has promised.
type Prober interface {
	// Probe compares what is relied on with what the upstream shows, by reading alone.
	// own are requests of ours that were answered, newest first.
	Probe(ctx context.Context, location LocationID, items []ItemID, own []Request) ([]Probed, error)
}

// Probed is one thing that is relied on, and what was seen of it.
type Probed struct {
	Code   string      `json:"code"`
	Claim  string      `json:"claim"` // what is relied on
	Seen   ProbeResult `json:"seen"`
	Why    string      `json:"why,omitempty"`     // the evidence, or why it can't be tested by reading
	ByHand string      `json:"by_hand,omitempty"` // how a person tests it in a development store
}

// ProbeResult says what was seen of a claim.
type ProbeResult string

// The results.
const (
	SeenSo        ProbeResult = "confirmed"
	SeenOtherwise ProbeResult = "contradicted"
	NotSeen       ProbeResult = "not tested here"
)
