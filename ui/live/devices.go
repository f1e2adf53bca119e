package live

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// pageDevice begins the id of a scanner that types into a browser.
const pageDevice = "page:"

// deviceRow is a scanner: what it delivered, how it is doing, who uses it.
type deviceRow struct {
	Device agent.DeviceID    `json:"device"`
	Tally  agent.DeviceTally `json:"tally"`
	State  DeviceState       `json:"state"`
	Pass   agent.PassID      `json:"pass,omitempty"`
	Count  agent.CountID     `json:"count,omitempty"`
}

// deviceRows returns the scanners that are configured or ever delivered, by id.
func (h *Hub) deviceRows(v agent.View) ([]deviceRow, error) {
	tallies, err := v.Devices()
	if err != nil {
		return nil, err
	}
	known := map[agent.DeviceID]deviceRow{}
	for _, t := range tallies {
		if strings.HasPrefix(string(t.Device), pageDevice) {
			continue // a browser; it is never set up
		}
		known[t.Device] = deviceRow{Device: t.Device, Tally: t, State: DeviceState{
			Name: "seen", Since: t.Last.At, Sentence: "This scanner was used before and is not set up now.",
		}}
	}
	if h.options.Devices != nil {
		for _, state := range h.options.Devices() {
			row := known[state.Device]
			row.Device, row.Tally.Device, row.State = state.Device, state.Device, state
			known[state.Device] = row
		}
	}
	rows := make([]deviceRow, 0, len(known))
	for _, id := range slices.Sorted(maps.Keys(known)) {
		row := known[id]
		pass, owned, err := v.PassOf(id)
		if err != nil {
			return nil, err
		}
		if owned {
			row.Pass, row.Count = pass.ID, pass.Count
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (h *Hub) snapDevices(v agent.View) (*snapshot, error) {
	rows, err := h.deviceRows(v)
	if err != nil {
		return nil, err
	}
	list := make([]json.RawMessage, len(rows))
	for i, row := range rows {
		list[i] = encode(row)
		h.listed[row.Device] = true
	}
	places, err := v.Places()
	if err != nil {
		return nil, err
	}
	// Where shelves have labels one comes before the first item. A new catalogue
	// means new snapshots.
	s := &snapshot{values: map[string]any{"labels": len(places) > 0}}
	if damage := h.damage(); damage != nil {
		s.values["damage"] = damage
	}
	s.list("devices", list)
	return s, nil
}

// damage returns what is to be told of the database. It goes with the devices,
// which everybody sees: whoever counts should fetch somebody.
func (h *Hub) damage() *agent.Error {
	if h.options.Damage == nil {
		return nil
	}
	return h.options.Damage()
}

// deviceFrames tells of the scanners that are not as they were told last.
func (h *Hub) deviceFrames(v agent.View, b *batch) error {
	rows, err := h.deviceRows(v)
	if err != nil {
		return err
	}
	gone := h.listed
	h.listed = map[agent.DeviceID]bool{}
	for _, row := range rows {
		h.listed[row.Device] = true
		delete(gone, row.Device)
		if now := string(encode(row)); h.devices[row.Device] != now {
			h.devices[row.Device] = now
			b.state("devices", "device", row)
		}
	}
	for id := range gone {
		delete(h.devices, id)
		b.state("devices", "gone", goneDevice{id})
	}
	return nil
}

// goneDevice tells that a scanner was removed that never delivered anything.
type goneDevice struct {
	Device agent.DeviceID `json:"device"`
}
