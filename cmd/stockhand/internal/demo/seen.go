package demo

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// seen is what a page has shown.
type seen struct {
	devices map[agent.DeviceID]deviceRow
	counts  map[agent.CountID]*countSeen
	scans   map[agent.Seq]scanRow // every scan that ever was on the page
}

// countSeen is what a page shows of one count.
type countSeen struct {
	state    agent.CountState
	recounts map[int64]agent.Recount
}

// The rows of the protocol, as far as the simulated people look at them.
type (
	deviceRow struct {
		Device agent.DeviceID `json:"device"`
		Tally  struct {
			Stored int64 `json:"stored"`
		} `json:"tally"`
		State struct {
			Name  string    `json:"name"`
			Since time.Time `json:"since"`
		} `json:"state"`
	}
	scanRow struct {
		Seq    agent.Seq      `json:"seq"`
		Device agent.DeviceID `json:"device"`
		Code   string         `json:"code"`
		Op     agent.Op       `json:"op"`
	}
	countRow struct {
		ID    agent.CountID    `json:"id"`
		State agent.CountState `json:"state"`
	}
	snapshot struct {
		Devices  []deviceRow     `json:"devices"`
		Count    countRow        `json:"count"`
		Scans    []scanRow       `json:"scans"`
		Recounts []agent.Recount `json:"recounts"`
	}
)

func newSeen() seen {
	return seen{map[agent.DeviceID]deviceRow{}, map[agent.CountID]*countSeen{}, map[agent.Seq]scanRow{}}
}

// snap takes in a snapshot or a part of one. Rows are never taken away, so a part
// needs no other treatment than a whole.
func (s *seen) snap(topic string, data json.RawMessage) {
	var shown snapshot
	if json.Unmarshal(data, &shown) != nil {
		return
	}
	for _, d := range shown.Devices {
		s.devices[d.Device] = d
	}
	if id, ok := countOf(topic); ok {
		c := s.count(id)
		if shown.Count.State != "" {
			c.state = shown.Count.State
		}
		for _, r := range shown.Recounts {
			c.recounts[r.Round] = r
		}
		for _, scan := range shown.Scans {
			s.scans[scan.Seq] = scan
		}
	}
}

func (s *seen) event(topic, kind string, data json.RawMessage) {
	if topic == "devices" && kind == "device" {
		if d, ok := decoded[deviceRow](data); ok {
			s.devices[d.Device] = d
		}
	}
	id, ok := countOf(topic)
	if !ok {
		return
	}
	c := s.count(id)
	switch kind {
	case "count":
		if row, ok := decoded[countRow](data); ok {
			c.state = row.State
		}
	case "recount":
		if r, ok := decoded[agent.Recount](data); ok {
			c.recounts[r.Round] = r
		}
	case "scan":
		if scan, ok := decoded[scanRow](data); ok {
			s.scans[scan.Seq] = scan
		}
	}
}

func countOf(topic string) (agent.CountID, bool) {
	id, ok := strings.CutPrefix(topic, "count/")
	return agent.CountID(id), ok
}

func (s *seen) count(id agent.CountID) *countSeen {
	if s.counts[id] == nil {
		s.counts[id] = &countSeen{recounts: map[int64]agent.Recount{}}
	}
	return s.counts[id]
}

func decoded[T any](data json.RawMessage) (row T, ok bool) {
	return row, json.Unmarshal(data, &row) == nil
}

// look opens a count on the page and waits until it is shown.
func (p *page) look(ctx context.Context, id agent.CountID) error {
	p.mu.Lock()
	if !p.counts[id] {
		p.counts[id] = true
		p.send(frame{T: "sub", Topics: []string{"count/" + string(id)}})
	}
	p.mu.Unlock()
	return p.until(ctx, func() bool { return p.seen.count(id).state != "" })
}

// state returns the state of a count that the page shows.
func (p *page) state(id agent.CountID) agent.CountState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen.count(id).state
}

// recounts returns the recounts of a count that the page shows, oldest first.
func (p *page) recounts(id agent.CountID) []agent.Recount {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []agent.Recount
	for _, r := range p.seen.count(id).recounts {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b agent.Recount) int { return int(a.Round - b.Round) })
	return all
}

// scans returns every scan that ever was on the page.
func (p *page) scans() map[agent.Seq]scanRow {
	p.mu.Lock()
	defer p.mu.Unlock()
	shown := make(map[agent.Seq]scanRow, len(p.seen.scans))
	for seq, row := range p.seen.scans {
		shown[seq] = row
	}
	return shown
}

// sitting is a stretch of time in which neither the page nor a scanner was
// interrupted.
type sitting struct {
	session int
	since   time.Time // when the scanner became ready
}

// isReading is the state of a scanner that can be used.
const isReading = "reading"

// now returns the present sitting with a scanner; ok is false while the agent is
// not connected or the scanner is not ready. The caller holds mu.
func (p *page) now(device agent.DeviceID) (s sitting, ok bool) {
	row := p.seen.devices[device]
	return sitting{p.session, row.State.Since}, p.socket != nil && row.State.Name == isReading
}

// reading waits until the page shows that a scanner is ready.
func (p *page) reading(ctx context.Context, device agent.DeviceID) (s sitting, err error) {
	err = p.until(ctx, func() (ready bool) {
		s, ready = p.now(device)
		return ready
	})
	return s, err
}

// still reports whether a sitting goes on.
func (p *page) still(device agent.DeviceID, s sitting) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	present, ready := p.now(device)
	return ready && present == s
}

// storedFrom returns how many scans of a device the page shows as stored.
func (p *page) storedFrom(device agent.DeviceID) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen.devices[device].Tally.Stored
}

// stored waits until the page shows that so many scans of a device are stored. It
// returns false if the sitting ends before.
func (p *page) stored(ctx context.Context, device agent.DeviceID, want int64, s sitting) (arrived bool, err error) {
	err = p.until(ctx, func() bool {
		present, ready := p.now(device)
		arrived = ready && p.seen.devices[device].Tally.Stored >= want
		return arrived || !ready || present != s
	})
	return arrived, err
}
