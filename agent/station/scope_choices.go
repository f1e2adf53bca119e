package station

import (
	"context"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
)

// ScopeChoices is what a count can be about here.
type ScopeChoices struct {
	Items   int64           `json:"items"`
	Zones   []ZoneChoice    `json:"zones"`
	Classes []plan.ClassSum `json:"classes"`
	// Jobs are what the plan proposes, without the lists of their items.
	Jobs []JobChoice `json:"jobs"`
}

// ZoneChoice is a zone with how much it holds.
type ZoneChoice struct {
	Zone agent.Zone `json:"zone"`
	Bins int64      `json:"bins"`
}

// JobChoice is a job that the plan proposes.
type JobChoice struct {
	Job     plan.Kind       `json:"job"`
	Type    agent.CountType `json:"type"`
	Name    string          `json:"name"`
	Items   int64           `json:"items"`
	Minutes int64           `json:"minutes"`
	Why     string          `json:"why"`
}

// scopeChoices lists what somebody who opens a count can choose from.
func (s *Station) scopeChoices(ctx context.Context, c command, _ struct{}) (ScopeChoices, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return ScopeChoices{}, err
	}
	facts, err := s.planFacts(ctx)
	if err != nil {
		return ScopeChoices{}, err
	}
	p := plan.Make(facts)
	choices := ScopeChoices{Items: int64(len(facts.Items)) + facts.Untracked, Zones: []ZoneChoice{}, Classes: p.Classes, Jobs: []JobChoice{}}
	for _, j := range p.Proposals {
		choices.Jobs = append(choices.Jobs, JobChoice{Job: j.Kind, Type: j.Type, Name: j.Name, Items: int64(len(j.Items)), Minutes: j.Minutes, Why: j.Why})
	}
	err = s.store.Read(ctx, func(v agent.View) error {
		places, err := v.Places()
		choices.Zones = append(choices.Zones, zonesOf(places)...)
		return err
	})
	return choices, err
}

// zonesOf returns the zones of places, in walking order.
func zonesOf(places []agent.Place) []ZoneChoice {
	var zones []ZoneChoice
	at := map[agent.Zone]int{}
	for _, p := range places {
		if p.Zone == "" {
			continue
		}
		if _, known := at[p.Zone]; !known {
			at[p.Zone] = len(zones)
			zones = append(zones, ZoneChoice{Zone: p.Zone})
		}
		zones[at[p.Zone]].Bins++
	}
	return zones
}
