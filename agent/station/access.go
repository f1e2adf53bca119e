package station

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Given is an access as it is shown: what proves it stays in the database.
type Given struct {
	ID    string     `json:"id"`
	Name  string     `json:"name"`
	Role  agent.Role `json:"role"`
	Given time.Time  `json:"given"`
}

func (s *Station) accesses(ctx context.Context, c command, _ struct{}) ([]Given, error) {
	if err := c.caller.Require(agent.MayAdmin); err != nil {
		return nil, err
	}
	list := []Given{}
	err := s.store.Read(ctx, func(v agent.View) error {
		accesses, err := v.Accesses()
		for _, a := range accesses {
			list = append(list, Given{a.ID, a.Name, a.Role, a.Given})
		}
		return err
	})
	return list, err
}

// OneAccess names an access by its id or its name.
type OneAccess struct {
	Access string `json:"access"`
}

// revoke takes an access away. Whoever uses it just now is cut off.
func (s *Station) revoke(ctx context.Context, c command, a OneAccess) (Given, error) {
	if err := c.caller.Require(agent.MayAdmin); err != nil {
		return Given{}, err
	}
	return write(ctx, s, c, func(v agent.View) (Given, []agent.Event, error) {
		accesses, err := v.Accesses()
		if err != nil {
			return Given{}, nil, err
		}
		for _, g := range accesses {
			if g.ID == a.Access || g.Name == a.Access {
				return Given{g.ID, g.Name, g.Role, g.Given}, []agent.Event{agent.NewEvent(agent.AccessRevoked, agent.AccessFact{ID: g.ID})}, nil
			}
		}
		return Given{}, nil, missing("no_access", fmt.Sprintf("Nobody has the access %q.", a.Access))
	})
}
