package station

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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

// revoke takes an access away. Whoever uses it just now is cut off, and of a till nothing
// is waited for any more.
func (s *Station) revoke(ctx context.Context, c command, a OneAccess) (Given, error) {
	if err := c.caller.Require(agent.MayAdmin); err != nil {
		return Given{}, err
	}
	var taken Given
	_, err := s.record(ctx, c, &taken, func(v agent.View) (agent.Facts, error) {
		accesses, err := v.Accesses()
		if err != nil {
			return agent.Facts{}, err
		}
		named := func(g agent.Access) bool { return g.ID == a.Access || g.Name == a.Access }
		i := slices.IndexFunc(accesses, named)
		if i < 0 {
			return agent.Facts{}, missing("no_access", fmt.Sprintf("Nobody has the access %q.", a.Access))
		}
		g := accesses[i]
		taken = Given{g.ID, g.Name, g.Role, g.Given}
		facts := s.facts(c, agent.NewEvent(agent.AccessRevoked, agent.AccessFact{ID: g.ID}))
		facts.Result = taken
		if g.Role == agent.POS {
			facts.Watermarks, err = s.goneWith(v, cmp.Or(g.Name, g.ID))
		}
		return facts, err
	})
	return taken, err
}

// goneWith returns the watermarks of a till's sources as those of sources that tell
// nothing more.
func (s *Station) goneWith(v agent.View, till string) ([]agent.Watermark, error) {
	marks, err := sourcesOf(v, s.opts.Location, till)
	for i := range marks {
		marks[i].Offline = true
	}
	return marks, err
}

// stillIs refuses what is asked for by an access that was taken away, or at which
// somebody else has signed in or out, since its page said who it is. Whoever was told
// that it is so can rely on it: it is looked at where something is stored.
func stillIs(v agent.View, caller agent.Caller) error {
	if caller.Access == "" {
		return nil
	}
	access, found, err := v.Access(caller.Access)
	if err != nil {
		return err
	}
	if !found {
		return &agent.Error{Code: agent.CodeRevoked, Class: agent.Refuse, What: "The access was taken away.", Means: "Nothing was changed.", Do: "Ask for a new link."}
	}
	who, err := agent.WorkingAt(v, access.ID)
	if err != nil {
		return err
	}
	if now := agent.CallerOf(access, who); now != caller {
		return &agent.Error{
			Code: agent.CodeReplaced, Class: agent.Refuse, What: "Somebody else has signed in or out here meanwhile.",
			Means: "Nothing was changed.", Do: "Look who is signed in, then do it again.",
		}
	}
	return nil
}
