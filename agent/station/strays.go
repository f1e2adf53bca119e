package station

import (
	"context"
	"maps"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// maxStrays is how many scans without a pass are looked through.
const maxStrays = 20_000

// Stray is a scanner whose scans came without a pass while a count was open. They
// belong to no count, and whoever made them may think that they count.
type Stray struct {
	Device agent.DeviceID `json:"device"`
	Times  int64          `json:"times"`
	More   bool           `json:"more,omitempty"` // there were more than could be looked through
}

// straysOf lists them, by scanner.
func (s *Station) straysOf(ctx context.Context, c command, a OneCount) ([]Stray, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return nil, err
	}
	list := []Stray{}
	err := s.store.Read(ctx, func(v agent.View) error {
		count, err := findCount(v, a.Count)
		if err != nil {
			return err
		}
		scans, err := v.Scans(agent.ScanQuery{Since: a.Count, Only: agent.Unowned, Limit: maxStrays})
		times := map[agent.DeviceID]int64{}
		for _, scan := range scans {
			if count.State == agent.CountOpen || !scan.Read.At.After(count.Closed.At) {
				times[scan.Device]++
			}
		}
		for _, device := range slices.Sorted(maps.Keys(times)) {
			list = append(list, Stray{device, times[device], len(scans) == maxStrays})
		}
		return err
	})
	return list, err
}
