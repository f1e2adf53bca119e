package station

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// Options are the settings of a Station.
type Options struct {
	// Location is where this agent counts.
	Location agent.LocationID
	// Policy is what a count is opened with where nothing else is asked for.
	Policy agent.Policy
	// Feed is true where the upstream tells what moved.
	Feed bool
	// Files is true where the upstream is a program that writes files when somebody has
	// it do so.
	Files bool
	// Source is the upstream's name as a source of movements: nobody else tells under it.
	Source string
	// Alone is true where no upstream is connected.
	Alone bool
	// Barcodes are the rules by which reads are understood.
	Barcodes barcode.Rules
	// WeightInGrams is true where goods with a weight in their barcode are kept in
	// grams. Otherwise each label counts as one.
	WeightInGrams bool
	// Zone is the time zone of explanations; nil is UTC.
	Zone *time.Location
	// Nudge is called when something was approved or decided that others wait
	// for. It must not block. May be nil.
	Nudge func()
	// Scanners are what those of the configuration are called.
	Scanners map[agent.DeviceID]string
	// SignOut says when people are signed out who do nothing.
	SignOut SignOut
	// Levels reads what the shop says of items that no count asks about; nil where there
	// is nobody to ask. Transfers is true where it tells open transfers, too.
	Levels    agent.LevelReader
	Transfers bool
	// Linker makes one-time sign-in links; nil where there is no page.
	Linker Linker
	// Doctor asks the shop for what is about to be counted; may be nil.
	Doctor Doctor
}

// Linker makes a one-time link with which a browser signs in.
type Linker interface {
	Link(role agent.Role, name string) (url string, expires time.Time, err error)
}

// Station carries out use cases on a store.
type Station struct {
	store agent.Store
	clock agent.Clock
	opts  Options
	start time.Time // of this run, with its monotonic reading
	run   agent.Seq
	more  map[string]Handler
	pins  *pins

	presence presence
}

// Start records that a run of the agent begins and returns its station.
func Start(ctx context.Context, store agent.Store, clock agent.Clock, run agent.RunFact, opts Options) (*Station, error) {
	now := clock.Now()
	if run.Wall.IsZero() {
		run.Wall = now
	}
	run.Wall = run.Wall.UTC()
	ack, err := store.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
		facts, err := begins(v, run, opts.Location)
		facts.Actor, facts.At = agent.System("agent"), now
		return facts, err
	})
	if err != nil {
		return nil, fmt.Errorf("record the start of the agent: %w", err)
	}
	opts.Policy = opts.Policy.WithDefaults()
	return &Station{store: store, clock: clock, opts: opts, start: now, run: ack.Last, pins: newPins()}, nil
}

// now returns the present as a stamp. The agent's own clock is its measure, so
// the stamp is exact; what is uncertain is how upstreams' clocks relate to it.
func (s *Station) now() agent.Stamp { return agent.Stamp{At: s.clock.Now().UTC()} }

// command is one call of Dispatch: who asks, and the id that makes a repeat
// harmless.
type command struct {
	caller agent.Caller
	id     string
	op     string
}

func (c command) key() agent.Command {
	if c.id == "" {
		return agent.Command{}
	}
	return agent.Command{Origin: c.caller.Origin, ID: c.id, Op: c.op}
}

// facts begins the facts of a command.
func (s *Station) facts(c command, events ...agent.Event) agent.Facts {
	return agent.Facts{Actor: c.caller.Actor, At: s.clock.Now(), Events: events}
}

func (s *Station) nudge() {
	if s.opts.Nudge != nil {
		s.opts.Nudge()
	}
}
