package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
)

// call is one operation that a command asks for.
type call struct {
	op     string
	args   any
	result any                   // where the answer goes; may be nil
	body   io.Reader             // sent along; may be nil
	told   func(json.RawMessage) // may be nil
}

// asker carries out operations, in the running agent or in this process.
type asker interface {
	ask(ctx context.Context, c call) error
	close() error
}

// How long a command waits for an agent that is about to start or to stop, and an
// agent for a command.
const (
	reachTime = 10 * time.Second
	startTime = 3 * time.Second
)

// reach finds the running agent. Where none runs, the command takes the database
// for itself and works on it directly, through the same operations.
func reach(ctx context.Context, t *terminal, c *config) (asker, error) {
	log := slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	w, err := openFree(ctx, reachTime, c, log)
	switch {
	case err == nil:
		return &inProcess{w, t}, nil
	case errors.Is(err, errAgentRuns):
		return &overSocket{c.Agent.Data}, nil
	}
	return nil, err
}

var errAgentRuns = errors.New("an agent runs")

// openFree opens the database unless an agent has it. Somebody who has it and does
// not answer is a command, or an agent that starts or stops: that is waited for.
func openFree(ctx context.Context, patience time.Duration, c *config, log *slog.Logger) (*works, error) {
	giveUp := time.Now().Add(patience)
	for {
		err := local.Ping(ctx, c.Agent.Data)
		if err == nil {
			return nil, errAgentRuns
		}
		if !errors.Is(err, local.ErrNoAgent) {
			return nil, err
		}
		w, err := openWorks(ctx, c, log)
		if err == nil || agent.AsError(err).Code != "database-in-use" || time.Now().After(giveUp) {
			return w, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// withAgent is with for what only a running agent can do.
func withAgent(ctx context.Context, path string, do func(a asker) error) error {
	c, err := loadConfig(path)
	if err == nil {
		err = local.Ping(ctx, c.Agent.Data)
	}
	if errors.Is(err, local.ErrNoAgent) {
		return notRunning("No agent is running.")
	}
	if err != nil {
		return err
	}
	return do(&overSocket{c.Agent.Data})
}

// with carries out what a command has to ask, and gives the database back.
func with(ctx context.Context, t *terminal, path string, do func(a asker) error) error {
	c, err := loadConfig(path)
	if err != nil {
		return err
	}
	if t.zone, err = c.zone(); err != nil {
		return err
	}
	a, err := reach(ctx, t, c)
	if err != nil {
		return err
	}
	return errors.Join(do(a), a.close())
}

// overSocket asks the running agent.
type overSocket struct{ data string }

func (o *overSocket) ask(ctx context.Context, c call) error {
	text, err := local.Do(ctx, o.data, local.Call{ID: ulid.Make().String(), Op: c.op, Args: c.args, Body: c.body, Told: c.told})
	if errors.Is(err, local.ErrNoAgent) {
		return notRunning("The agent has just ended.")
	}
	if err != nil {
		return err
	}
	return c.take(text)
}

func (o *overSocket) close() error { return nil }

func (c call) take(text json.RawMessage) error {
	if c.result == nil {
		return nil
	}
	if err := json.Unmarshal(text, c.result); err != nil {
		return fmt.Errorf("read the agent's answer: %w", err)
	}
	return nil
}

// inProcess is an agent for one command, without scanners and page.
type inProcess struct {
	works *works
	t     *terminal
}

func (p *inProcess) ask(ctx context.Context, c call) error {
	args, err := json.Marshal(c.args)
	if err != nil {
		return err
	}
	x := local.Exchange{Body: c.body, Tell: func(v any) error {
		text, err := json.Marshal(v)
		if err == nil && c.told != nil {
			c.told(text)
		}
		return errors.Join(err, ctx.Err())
	}}
	result, err := p.works.station.Dispatch(local.With(ctx, x), local.Self(), ulid.Make().String(), c.op, args)
	if err != nil {
		return err
	}
	text, err := json.Marshal(result)
	if err != nil {
		return err
	}
	return c.take(text)
}

func (p *inProcess) close() error { return p.works.queue.Close() }

// alone says on the terminal that no agent runs, where that makes a difference.
func alone(a asker, what string) {
	if p, ok := a.(*inProcess); ok {
		fmt.Fprintf(p.t.err, "No agent is running: %s\n", what)
	}
}
