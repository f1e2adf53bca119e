package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// simulation reaches the simulated shop that this agent runs in, to show on the
// page what is really on the shelves and to work its switches. Nothing of what it
// tells reaches the count.
type simulation struct{ client *http.Client }

// maxSimulation bounds what the simulation can tell, in bytes.
const maxSimulation = 1 << 20

// newSimulation returns the simulation of a demo; nil in a real shop.
func newSimulation(c *simulationConfig) *simulation {
	if c == nil {
		return nil
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", c.Control)
	}
	return &simulation{&http.Client{Transport: &http.Transport{DialContext: dial}, Timeout: 5 * time.Second}}
}

// State returns what is true in the simulation, as the page shows it.
func (s *simulation) State(ctx context.Context) (json.RawMessage, error) {
	return s.call(ctx, http.MethodGet, nil)
}

// Turn works a switch: something goes wrong, or right again.
func (s *simulation) Turn(ctx context.Context, name string, on bool) error {
	change, err := json.Marshal(map[string]any{"name": name, "on": on})
	if err == nil {
		_, err = s.call(ctx, http.MethodPost, change)
	}
	return err
}

func (s *simulation) call(ctx context.Context, method string, body []byte) (json.RawMessage, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://simulation/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	answer, err := s.client.Do(request)
	if err != nil {
		return nil, simulationError(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxSimulation))
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s", strings.TrimSpace(string(text)))
	}
	if err != nil {
		return nil, simulationError(err)
	}
	return text, nil
}

func simulationError(err error) error {
	return &agent.Error{
		Code: "simulation", Class: agent.Retry, Err: err,
		What: "The simulated shop does not answer.", Means: "Its switches and its truth are not shown.",
		Do: "Look whether \"stockhand demo\" still runs.",
	}
}

// turnSwitch names a switch of the simulation.
type turnSwitch struct {
	Name string `json:"name"`
	On   bool   `json:"on"`
}

func (w *works) simulationTurn(ctx context.Context, _ agent.Caller, a turnSwitch) (nothing, error) {
	if w.simulation == nil {
		return nothing{}, &agent.Error{
			Code: "no-simulation", Class: agent.Refuse, What: "This agent runs in a real shop.",
			Means: "There are no switches.", Do: "Start \"stockhand demo\" to see the simulation.",
		}
	}
	return nothing{}, w.simulation.Turn(ctx, a.Name, a.On)
}
