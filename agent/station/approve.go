package station

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// Approve turns variances into adjustments.
type Approve struct {
	Count agent.CountID  `json:"count"`
	Items []ApprovedItem `json:"items,omitempty"`
	// AllReady approves every variance that is certain and that nothing speaks against.
	// It goes without Items.
	AllReady bool   `json:"all_ready,omitempty"`
	Reason   string `json:"reason,omitempty"` // for all items without one of their own
}

// ApprovedItem is one item of Approve.
type ApprovedItem struct {
	Item   agent.ItemID `json:"item"`
	Reason string       `json:"reason,omitempty"`
	// Use is the variance that a person chose where it is an interval.
	Use *int64 `json:"use,omitempty"`
	// Seen is what the person was shown: other numbers are not approved. Nil where
	// nothing was shown.
	Seen *Seen `json:"seen,omitempty"`
}

// Seen is what an item's line showed to whoever approves it.
type Seen struct {
	Counted  int64          `json:"counted"`
	Variance agent.Interval `json:"variance"`
}

// Approved is what became of an approval, line by line.
type Approved struct {
	Adjustments []agent.Adjustment `json:"adjustments"`
	// Already are adjustments that were approved before, with the same numbers.
	Already []agent.Adjustment `json:"already,omitempty"`
	// Refused are lines that changed since they were shown. The others went through.
	Refused []RefusedLine `json:"refused,omitempty"`
}

// RefusedLine is a line that was not approved, and why.
type RefusedLine struct {
	Item    agent.ItemID `json:"item"`
	Problem *agent.Error `json:"problem"`
}

// approve turns variances into adjustments: one transaction holds the approval,
// the deliveries and who answers for them.
//
// A line that changed since it was shown is refused by itself, and one that was
// approved before as it was shown is left as it is: two people may look at one
// page. A request that is wrong in itself is refused as a whole.
func (s *Station) approve(ctx context.Context, c command, a Approve) (Approved, error) {
	if err := c.caller.Require(agent.MayApprove); err != nil {
		return Approved{}, err
	}
	if a.AllReady && len(a.Items) > 0 {
		return Approved{}, refuse("bad_arguments", "All that is ready, and single items besides, can not be approved at once.",
			"Approve the items first, then all that is ready.")
	}
	approved, err := writeJudged(ctx, s, c, a.Count, func(v agent.View, j *judged) (Approved, []agent.Event, error) {
		count, err := findCount(v, a.Count)
		if err != nil {
			return Approved{}, nil, err
		}
		if err := mayApprove(v, c, count); err != nil {
			return Approved{}, nil, err
		}
		variances, err := s.approvables(v, count, j)
		if err != nil {
			return Approved{}, nil, err
		}
		approved, err := adjust(v, c, count, variances, a)
		if err != nil || len(approved.Adjustments) == 0 {
			return approved, nil, err
		}
		return approved, []agent.Event{agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: approved.Adjustments})}, nil
	})
	s.nudge()
	return approved, err
}

// approvables returns what can be approved of a count: everything once it is
// closed, and once it is done what came to be known too late.
func (s *Station) approvables(v agent.View, count agent.Count, j *judged) ([]agent.Variance, error) {
	if count.State != agent.CountClosed && count.State != agent.CountDone {
		return nil, clash("count_state", fmt.Sprintf("The count %s is %s: only a closed count can be approved.", quote(count.Name), count.State),
			"Close the count first.")
	}
	variances, err := j.now(v, s, count)
	if count.State == agent.CountDone {
		variances = slices.DeleteFunc(slices.Clone(variances), func(v agent.Variance) bool { return !v.Late && v.Status != agent.Settled })
	}
	return variances, err
}

// adjust makes the adjustments that were asked for and can be made.
func adjust(v agent.View, c command, count agent.Count, variances []agent.Variance, a Approve) (Approved, error) {
	approved := Approved{Adjustments: []agent.Adjustment{}}
	n, err := v.Next("adjustment")
	if err != nil {
		return approved, err
	}
	before, err := newestApprovals(v, a.Count)
	if err != nil {
		return approved, err
	}
	for _, pick := range picks(variances, a) {
		if old, was := before[pick.variance.Item]; was && pick.repeats(old) {
			approved.Already = append(approved.Already, old)
			continue
		}
		variance, use, err := approvable(pick, a.Reason)
		if count.Policy.ApproveByOther && (err == nil || agent.AsError(err).Code == "not_ready") {
			err = cmp.Or(notOwn(v, c, variance), err)
		}
		if e := agent.AsError(err); err != nil && e.Class == agent.Clash {
			approved.Refused = append(approved.Refused, RefusedLine{pick.asked.Item, e})
			continue
		}
		if err != nil {
			return approved, err
		}
		reason := cmp.Or(pick.asked.Reason, a.Reason)
		adjustment := adjustmentOf(variance, use, c.caller.Actor, reason)
		adjustment.Decided = variance.Decided || pick.asked.Use != nil && !variance.Variance.Certain()
		adjustment.Despite = variance.Aside
		adjustment.ID = agent.AdjustmentID(fmt.Sprintf("adjustment-%d", n+int64(len(approved.Adjustments))))
		approved.Adjustments = append(approved.Adjustments, adjustment)
	}
	return approved, approved.allRefused()
}

// mayApprove refuses whoever is nobody where two people are wanted.
func mayApprove(v agent.View, c command, count agent.Count) error {
	if !count.Policy.ApproveByOther {
		return nil
	}
	return isSomebody(v, c.caller.Actor)
}

// allRefused is the refusal of a request of which nothing is left.
func (a Approved) allRefused() error {
	if len(a.Refused) == 0 || len(a.Adjustments)+len(a.Already) > 0 {
		return nil
	}
	why := *a.Refused[0].Problem
	if more := len(a.Refused) - 1; more > 0 {
		why.What = fmt.Sprintf("None of the %d lines can be approved now. The first: %s", len(a.Refused), why.What)
	}
	return &why
}

// newestApprovals returns the newest adjustment of each item of a count that was
// not superseded.
func newestApprovals(v agent.View, count agent.CountID) (map[agent.ItemID]agent.Adjustment, error) {
	deliveries, err := v.DeliveriesOf(count)
	newest := make(map[agent.ItemID]agent.Adjustment)
	for _, d := range deliveries {
		if d.State != agent.Superseded {
			newest[d.Adjustment.Item] = d.Adjustment
		}
	}
	return newest, err
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

// repeats reports whether a line was approved before, as it was shown, and nothing
// has changed since.
func (p pick) repeats(old agent.Adjustment) bool {
	switch {
	case !p.found || p.variance.Status != agent.Settled:
		return false
	case p.asked.Use != nil && *p.asked.Use != old.Variance:
		return false
	case p.asked.Seen == nil:
		return true
	}
	shown := p.asked.Seen
	return shown.Counted == old.Counted && shown.Variance.Lo <= old.Variance && old.Variance <= shown.Variance.Hi
}

// asShown refuses a line that shows other numbers now than were approved.
func asShown(p pick) error {
	v, shown := p.variance, p.asked.Seen
	if shown == nil || shown.Counted == v.Counted && shown.Variance == v.Variance {
		return nil
	}
	return clash("changed", fmt.Sprintf("The line of %s changed since it was shown: it showed %d counted and a variance that %s; now %d are counted and the variance %s.",
		quote(string(v.Item)), shown.Counted, lies(shown.Variance), v.Counted, lies(v.Variance)), "Look at the line again and approve what it says now.")
}

// approvable returns the variance to approve, or says why it can't be.
func approvable(p pick, reason string) (agent.Variance, int64, error) {
	v := p.variance
	if !p.found {
		return v, 0, missing("no_variance", "The item "+quote(string(p.asked.Item))+" is not part of this count, or is named twice.")
	}
	if err := asShown(p); err != nil {
		return v, 0, err
	}
	use := v.Variance.Lo
	if p.asked.Use != nil {
		use = *p.asked.Use
	}
	switch {
	case v.Status != agent.Ready && (p.asked.Use == nil || !choosable(v)):
		return v, 0, clash("not_ready", "The item "+quote(string(v.Item))+" can not be approved now: "+v.Sentence, todo(v))
	case use < v.Variance.Lo || use > v.Variance.Hi:
		return v, 0, refuse("not_possible", "By what is known the variance of "+quote(string(v.Item))+" "+lies(v.Variance)+".",
			"Look at it again and choose what is possible, or ask for a recount.")
	case v.ReasonNeeded && p.asked.Reason == "" && reason == "":
		return v, 0, refuse("reason_needed", "The variance of "+quote(string(v.Item))+" is over the "+overWhat(v)+" and needs a reason.",
			"Choose a reason and approve again.")
	}
	return v, use, nil
}

// choosable reports whether a person may choose a variance that is not ready.
func choosable(v agent.Variance) bool {
	return v.Status == agent.NeedsRecount || v.Status == agent.Tolerated || v.Held != ""
}

// todo says what to do about an item that can't be approved as it is.
func todo(v agent.Variance) string {
	if choosable(v) {
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

func overWhat(v agent.Variance) string {
	if v.Investigate {
		return "limit"
	}
	return "tolerance"
}
