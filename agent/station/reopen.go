package station

import (
	"context"
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// reopenCount takes the closing of a count back, so that the first counting goes on. What
// was decided by what had been counted then stands in the way: an approval, and a recount
// that was begun. The passes that the close ended stay closed.
func (s *Station) reopenCount(ctx context.Context, c command, a OneCount) (agent.Count, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return agent.Count{}, err
	}
	return write(ctx, s, c, func(v agent.View) (agent.Count, []agent.Event, error) {
		count, err := turnable(v, a.Count, agent.CountOpen)
		if err == nil {
			err = reopenable(v, count)
		}
		if err != nil {
			return count, nil, err
		}
		count.State, count.Closed = agent.CountOpen, agent.Stamp{}
		return count, []agent.Event{agent.NewEvent(agent.CountChanged, agent.CountFact{Count: a.Count, State: agent.CountOpen, At: s.now()})}, nil
	})
}

func reopenable(v agent.View, count agent.Count) error {
	approved, err := v.Adjustments(count.ID)
	if err != nil {
		return err
	}
	if n := int64(len(approved)); n > 0 {
		return clash("approved", fmt.Sprintf("Of %s %s already.", quote(count.Name), many(n, "difference was approved", "differences were approved")),
			"Ask for a recount of what was not counted rightly, or count it in another count.")
	}
	passes, err := v.Passes(count.ID)
	for _, p := range passes {
		if p.Round > 0 {
			return clash("recount_begun", fmt.Sprintf("A recount of %s was begun.", quote(count.Name)), "Go on in recounts.")
		}
	}
	return err
}
