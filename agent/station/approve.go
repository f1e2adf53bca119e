package station

import (
	"context"
	"fmt"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// Approve turns variances into adjustments.
type Approve struct {
	Count agent.CountID  `json:"count"`
	Items []ApprovedItem `json:"items,omitempty"`
	// AllReady approves every variance that is certain.
	AllReady bool   `json:"all_ready,omitempty"`
	Reason   string `json:"reason,omitempty"` // for all items without one of their own
}

// ApprovedItem is one item of Approve.
type ApprovedItem struct {
	Item   agent.ItemID `json:"item"`
	Reason string       `json:"reason,omitempty"`
	// Use is the variance that a person chose where it is an interval.
	Use *int64 `json:"use,omitempty"`
}

// approve turns variances into adjustments: one transaction holds the approval,
// the deliveries and who answers for them.
func (s *Station) approve(ctx context.Context, c command, a Approve) ([]agent.Adjustment, error) {
	if err := c.caller.Require(agent.MayApprove); err != nil {
		return nil, err
	}
	adjustments, err := write(ctx, s, c, func(v agent.View) ([]agent.Adjustment, []agent.Event, error) {
		count, err := findCount(v, a.Count)
		if err != nil {
			return nil, nil, err
		}
		variances, err := s.approvables(v, count)
		if err != nil {
			return nil, nil, err
		}
		adjustments, err := adjust(v, c, variances, a)
		if err != nil || len(adjustments) == 0 {
			return nil, nil, err
		}
		return adjustments, []agent.Event{agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: adjustments})}, nil
	})
	s.nudge()
	return adjustments, err
}

// approvables returns what can be approved of a count: everything once it is
// closed, and once it is done what came to be known too late.
func (s *Station) approvables(v agent.View, count agent.Count) ([]agent.Variance, error) {
	if count.State != agent.CountClosed && count.State != agent.CountDone {
		return nil, clash("count_state", fmt.Sprintf("The count %s is %s: only a closed count can be approved.", quote(count.Name), count.State),
			"Close the count first.")
	}
	variances, err := s.review(v, count)
	if count.State == agent.CountDone {
		variances = slices.DeleteFunc(variances, func(v agent.Variance) bool { return !v.Late })
	}
	return variances, err
}

// adjust makes the adjustments that were asked for, or refuses all of them.
func adjust(v agent.View, c command, variances []agent.Variance, a Approve) ([]agent.Adjustment, error) {
	n, err := v.Next("adjustment")
	if err != nil {
		return nil, err
	}
	var made []agent.Adjustment
	for _, pick := range picks(variances, a) {
		variance, use, err := approvable(pick, a.Reason)
		if err != nil {
			return nil, err
		}
		reason := pick.asked.Reason
		if reason == "" {
			reason = a.Reason
		}
		adjustment := adjustmentOf(variance, use, c.caller.Actor, reason)
		adjustment.Decided = pick.asked.Use != nil && !variance.Variance.Certain()
		adjustment.ID = agent.AdjustmentID(fmt.Sprintf("adjustment-%d", n+int64(len(made))))
		made = append(made, adjustment)
	}
	return made, nil
}

func adjustmentOf(v agent.Variance, use int64, by agent.Actor, reason string) agent.Adjustment {
	return agent.Adjustment{
		Count: v.Count, Item: v.Item, Location: v.Location,
		Counted: v.Counted, Expected: v.Counted - use, Variance: use,
		Book: v.Book, CutOff: v.CutOff, Reason: reason, By: by, Sentence: v.Sentence,
	}
}

type pick struct {
	variance agent.Variance
	found    bool
	asked    ApprovedItem
}

// picks pairs what was asked for with what is known.
func picks(variances []agent.Variance, a Approve) []pick {
	var list []pick
	if a.AllReady {
		for _, v := range variances {
			if v.Status == agent.Ready {
				list = append(list, pick{v, true, ApprovedItem{Item: v.Item}})
			}
		}
		return list
	}
	byItem := make(map[agent.ItemID]agent.Variance, len(variances))
	for _, v := range variances {
		byItem[v.Item] = v
	}
	for _, asked := range a.Items {
		v, found := byItem[asked.Item]
		list = append(list, pick{v, found, asked})
		delete(byItem, asked.Item) // an item named twice is found once
	}
	return list
}

// approvable returns the variance to approve, or says why it can't be.
func approvable(p pick, reason string) (agent.Variance, int64, error) {
	v := p.variance
	if !p.found {
		return v, 0, missing("no_variance", "The item "+quote(string(p.asked.Item))+" is not part of this count, or is named twice.")
	}
	use := v.Variance.Lo
	if p.asked.Use != nil {
		use = *p.asked.Use
	}
	switch {
	case v.Status != agent.Ready && (p.asked.Use == nil || v.Status != agent.NeedsRecount && v.Status != agent.Tolerated):
		return v, 0, clash("not_ready", "The item "+quote(string(v.Item))+" can not be approved now: "+v.Sentence, todo(v))
	case use < v.Variance.Lo || use > v.Variance.Hi:
		return v, 0, refuse("not_possible", "By what is known the variance of "+quote(string(v.Item))+" "+lies(v.Variance)+".",
			"Look at it again and choose what is possible, or ask for a recount.")
	case v.Investigate && p.asked.Reason == "" && reason == "":
		return v, 0, refuse("reason_needed", "The variance of "+quote(string(v.Item))+" is over the limit and needs a reason.",
			"Choose a reason and approve again.")
	}
	return v, use, nil
}

// todo says what to do about an item that can't be approved as it is.
func todo(v agent.Variance) string {
	if v.Status == agent.NeedsRecount || v.Status == agent.Tolerated {
		return "Ask for a recount, or choose the variance yourself."
	}
	return "Look at the count again."
}

func lies(i agent.Interval) string {
	if i.Certain() {
		return fmt.Sprintf("is %+d", i.Lo)
	}
	return fmt.Sprintf("lies between %+d and %+d", i.Lo, i.Hi)
}
