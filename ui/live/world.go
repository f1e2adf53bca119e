package live

import (
	"context"
	"encoding/json"
	"time"
)

// world is what is known of the simulation that the agent runs in.
type world struct {
	state   json.RawMessage // nil until it is known
	waiting map[*page]bool  // for a first snapshot
	asking  bool
	asked   time.Time
}

// worldEvery is how often the simulation is asked while somebody looks.
const worldEvery = time.Second

func (w *world) title(s Simulation) *simulationTitle {
	if s == nil {
		return nil
	}
	var t simulationTitle
	_ = json.Unmarshal(w.state, &t) // without a state there is no title yet
	return &t
}

// wantWorld sends the simulation's state to a page, now or when it is known.
func (h *Hub) wantWorld(p *page) {
	switch {
	case h.options.Simulation == nil:
		(&snapshot{}).send(p, "simulation")
	case h.world.state != nil:
		h.snapWorld(p)
	default:
		if h.world.waiting == nil {
			h.world.waiting = map[*page]bool{}
		}
		h.world.waiting[p] = true
		h.askWorld()
	}
}

func (h *Hub) snapWorld(p *page) {
	s := &snapshot{values: map[string]any{}}
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(h.world.state, &fields) // it was looked at when it came
	for name, value := range fields {
		s.values[name] = value
	}
	s.send(p, "simulation")
}

func (h *Hub) tendWorld(now time.Time) {
	if h.options.Simulation != nil && now.Sub(h.world.asked) >= worldEvery && (h.world.state == nil || h.followed("simulation")) {
		h.askWorld()
	}
}

// askWorld asks the simulation how it is. The answer comes as a request of its
// own, since the simulation may take its time.
func (h *Hub) askWorld() {
	if h.world.asking {
		return
	}
	h.world.asking, h.world.asked = true, time.Now()
	h.serving.Go(func() {
		ctx, cancel := context.WithTimeout(h.ctx, 5*time.Second)
		defer cancel()
		state, err := h.options.Simulation.State(ctx)
		h.tell(func() { h.heardWorld(state, err) })
	})
}

func (h *Hub) heardWorld(state json.RawMessage, err error) {
	h.world.asking = false
	var fields map[string]json.RawMessage
	if err == nil {
		err = json.Unmarshal(state, &fields)
	}
	if err != nil {
		h.log.Warn("the simulation does not say how it is", "error", err)
		return
	}
	changed := string(state) != string(h.world.state)
	h.world.state = state
	for p := range h.world.waiting {
		if p.topics["simulation"] {
			h.snapWorld(p)
		}
	}
	h.world.waiting = nil
	if changed && h.followed("simulation") {
		b := &batch{from: h.pos, to: h.pos}
		b.state("simulation", "state", state)
		h.hand(b)
	}
}
