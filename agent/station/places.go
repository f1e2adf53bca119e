package station

import (
	"context"

	"github.com/stockhand/stockhand/agent"
)

// mostPlaces is how many bins are told at once to who chooses one of them.
const mostPlaces = 5_000

// PlaceChoices are the places that the catalogue has, in walking order.
type PlaceChoices struct {
	Zones []agent.Zone  `json:"zones"`
	Bins  []PlaceChoice `json:"bins"`
}

// PlaceChoice is a bin and the zone in which it is.
type PlaceChoice struct {
	Bin  agent.Bin  `json:"bin"`
	Zone agent.Zone `json:"zone,omitempty"`
}

// placeChoices lists what somebody who begins a pass can choose from.
func (s *Station) placeChoices(ctx context.Context, c command, _ struct{}) (PlaceChoices, error) {
	choices := PlaceChoices{Zones: []agent.Zone{}, Bins: []PlaceChoice{}}
	if err := c.caller.Require(agent.MayCount); err != nil {
		return choices, err
	}
	err := s.store.Read(ctx, func(v agent.View) error {
		places, err := v.Places()
		for _, zone := range zonesOf(places) {
			choices.Zones = append(choices.Zones, zone.Zone)
		}
		for _, place := range places[:min(len(places), mostPlaces)] {
			choices.Bins = append(choices.Bins, PlaceChoice{place.Bin, place.Zone})
		}
		return err
	})
	return choices, err
}
