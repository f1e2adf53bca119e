package live

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// strayRow is a scanner whose scans came without a pass after a count was opened.
// They belong to no count, and whoever made them may think that they count.
type strayRow struct {
	Device agent.DeviceID `json:"device"`
	Times  int64          `json:"times"`
	// More tells that there were more than could be looked through.
	More bool `json:"more,omitempty"`
}

// strays are the scans without a pass since a count was opened, by scanner.
type strays struct {
	times map[agent.DeviceID]int64
	more  bool
	upTo  agent.Seq // scans up to here are in it
}

// straysOf returns the scans without a pass since a count was opened, up to now.
func (h *Hub) straysOf(v agent.View, id agent.CountID) (*strays, error) {
	if s := h.strays[id]; s != nil {
		return s, nil
	}
	scans, err := v.Scans(agent.ScanQuery{Since: id, Only: agent.Unowned, Limit: seenStrays})
	if err != nil {
		return nil, err
	}
	s := &strays{times: map[agent.DeviceID]int64{}, more: len(scans) == seenStrays}
	for _, scan := range scans {
		s.times[scan.Device]++
	}
	if _, s.upTo, err = v.Head(); err != nil {
		return nil, err
	}
	if h.followed("count/" + string(id)) {
		h.strays[id] = s
	}
	return s, nil
}

func (s *strays) row(device agent.DeviceID) strayRow {
	return strayRow{Device: device, Times: s.times[device], More: s.more}
}

// snapStrays is empty for a count that is not open: nothing is missed any more.
func (h *Hub) snapStrays(v agent.View, s *snapshot, count agent.Count) error {
	list := []json.RawMessage{}
	if count.State == agent.CountOpen {
		all, err := h.straysOf(v, count.ID)
		if err != nil {
			return err
		}
		for _, device := range slices.Sorted(maps.Keys(all.times)) {
			list = append(list, encode(all.row(device)))
		}
	}
	s.list("strays", list)
	return nil
}

// strayFrames tells every open count of scans that came without a pass.
func (h *Hub) strayFrames(v agent.View, b *batch, scans []agent.Scan, wanted func(string) bool) error {
	if len(scans) == 0 {
		return nil
	}
	counts, err := v.Counts()
	if err != nil {
		return err
	}
	for _, count := range counts {
		if topic := "count/" + string(count.ID); count.State == agent.CountOpen && wanted(topic) {
			all, err := h.straysOf(v, count.ID)
			if err != nil {
				return err
			}
			for _, device := range all.add(scans) {
				b.state(topic, "stray", all.row(device))
			}
		}
	}
	return nil
}

// add counts scans and returns their scanners, but for those that scanned only
// before the count was opened.
func (s *strays) add(scans []agent.Scan) (changed []agent.DeviceID) {
	for _, scan := range scans {
		if scan.Seq > s.upTo {
			s.times[scan.Device]++
			s.upTo = scan.Seq
		}
		if s.times[scan.Device] > 0 && !slices.Contains(changed, scan.Device) {
			changed = append(changed, scan.Device)
		}
	}
	return changed
}
