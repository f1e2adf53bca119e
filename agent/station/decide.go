package station

import (
	"context"
	"fmt"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// Decision is a person's answer to a conflict or an unknown.
type Decision string

// The decisions.
const (
	DecideRecount    Decision = "recount"     // count the item again: the default
	DecideUseMine    Decision = "use-mine"    // the shelf is as it was counted: the other change only changed the number
	DecideKeepTheirs Decision = "keep-theirs" // leave the shop's number as it is
)

// Decide answers a delivery that waits for a person.
type Decide struct {
	Adjustment agent.AdjustmentID `json:"adjustment"`
	Decision   Decision           `json:"decision"`
	// Leads is the shop's number that the person saw the decision lead to. Where it is
	// another by now the person is asked again; nil takes any.
	Leads *int64 `json:"leads,omitempty"`
}

// decide ends a delivery that waits for a person and begins what the person chose.
func (s *Station) decide(ctx context.Context, c command, a Decide) (agent.Delivery, error) {
	if err := c.caller.Require(agent.MayApprove); err != nil {
		return agent.Delivery{}, err
	}
	d, err := write(ctx, s, c, func(v agent.View) (agent.Delivery, []agent.Event, error) {
		d, err := undecided(v, a.Adjustment)
		if err == nil {
			err = s.unchanged(v, d, a)
		}
		if err != nil {
			return d, nil, err
		}
		events, err := s.follow(v, c, d, a.Decision)
		d.State = agent.Superseded
		return d, append([]agent.Event{agent.NewEvent(agent.DeliveryChanged,
			agent.DeliveryFact{Adjustment: a.Adjustment, State: agent.Superseded})}, events...), err
	})
	s.nudge()
	return d, err
}

// follow returns what a decision leads to.
func (s *Station) follow(v agent.View, c command, d agent.Delivery, decision Decision) ([]agent.Event, error) {
	if decision == DecideRecount || decision == DecideUseMine {
		if err := stillSold(v, d); err != nil {
			return nil, err
		}
	}
	switch decision {
	case DecideRecount:
		return recountOf(v, c, d)
	case DecideUseMine, DecideKeepTheirs:
		again, err := s.again(v, c, d, decision)
		if err != nil {
			return nil, err
		}
		return []agent.Event{agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: []agent.Adjustment{again}})}, nil
	}
	return nil, refuse("bad_decision", "There is no decision "+quote(string(decision))+".", "The decisions are recount, use-mine and keep-theirs.")
}

// recountOf asks for the item of a delivery to be counted once more.
func recountOf(v agent.View, c command, d agent.Delivery) ([]agent.Event, error) {
	adj := d.Adjustment
	count, err := findCount(v, adj.Count)
	if err != nil {
		return nil, err
	}
	if count.State != agent.CountClosed {
		return nil, clash("count_state", fmt.Sprintf("The count %s is %s and takes no recount any more.", quote(count.Name), count.State),
			"Use your count or keep the shop's number; or keep it and count the item in a new count.")
	}
	why := "the quantity was changed by somebody else"
	if d.Problem != nil {
		why = d.Problem.What
	}
	recounts, err := v.Recounts(adj.Count)
	return []agent.Event{agent.NewEvent(agent.RecountAsked, agent.Recount{
		Count: adj.Count, Round: int64(len(recounts)) + 1, Items: []agent.ItemID{adj.Item}, By: c.caller.Actor, Why: why,
	})}, err
}

// again makes the adjustment that a person chose over a change by somebody else.
// Keeping theirs adjusts by nothing; using ours takes every known movement and
// leaves the unexplained change out, since the person says it moved no goods.
func (s *Station) again(v agent.View, c command, d agent.Delivery, decision Decision) (agent.Adjustment, error) {
	variance, err := s.varianceWithout(v, d)
	if err != nil {
		return agent.Adjustment{}, err
	}
	use := int64(0)
	if decision == DecideUseMine {
		if err := certain(variance); err != nil {
			return agent.Adjustment{}, err
		}
		if err := mayUse(v, c, variance); err != nil {
			return agent.Adjustment{}, err
		}
		use = variance.Variance.Lo
	}
	adj := adjustmentOf(variance, use, c.caller.Actor, string(decision))
	n, err := v.Next("adjustment")
	adj.ID, adj.Decided = agent.AdjustmentID(fmt.Sprintf("adjustment-%d", n)), true
	return adj, err
}

// varianceWithout judges the item of a delivery as if it had not been approved,
// and as if unexplained changes of the book had moved no goods.
func (s *Station) varianceWithout(v agent.View, d agent.Delivery) (agent.Variance, error) {
	count, err := findCount(v, d.Adjustment.Count)
	if err != nil {
		return agent.Variance{}, err
	}
	j, item, err := s.judgingOne(v, count, d.Adjustment.Item)
	if err != nil {
		return agent.Variance{}, err
	}
	in := j.known(item)
	in.NumberOnly = true
	in.Deliveries = slices.DeleteFunc(in.Deliveries, func(o agent.Delivery) bool { return o.Adjustment.ID == d.Adjustment.ID })
	return judge(v, in, j.earlier)
}
