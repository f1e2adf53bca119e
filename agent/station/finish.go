package station

import (
	"context"
	"fmt"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// FinishCount ends a count for good: it takes neither recounts nor decisions after
// that.
type FinishCount struct {
	Count agent.CountID `json:"count"`
	// LeaveUndecided agrees that what nobody decided stays as it is in the shop.
	LeaveUndecided bool `json:"leave_undecided,omitempty"`
}

func (s *Station) finishCount(ctx context.Context, c command, a FinishCount) (agent.Count, error) {
	if a.LeaveUndecided {
		return s.turn(ctx, c, a.Count, agent.CountDone)
	}
	if err := c.caller.Require(agent.MayManage); err != nil {
		return agent.Count{}, err
	}
	return writeJudged(ctx, s, c, a.Count, func(v agent.View, j *judged) (agent.Count, []agent.Event, error) {
		return s.turned(v, a.Count, agent.CountDone, func(count agent.Count) error { return s.undecided(v, count, j) })
	})
}

func (s *Station) cancelCount(ctx context.Context, c command, a OneCount) (agent.Count, error) {
	return s.turn(ctx, c, a.Count, agent.CountCancelled)
}

// undelivered refuses to end a count while a delivery of it is not resolved.
func undelivered(v agent.View, count agent.Count) error {
	unresolved, err := v.Deliveries(append([]agent.DeliveryState{agent.Rejected, agent.Conflict}, onTheirWay...)...)
	if err != nil {
		return err
	}
	var open int64
	for _, d := range unresolved {
		if d.Adjustment.Count == count.ID {
			open++
		}
	}
	if open == 0 {
		return nil
	}
	return clash("deliveries_open", fmt.Sprintf("Of %s %s not delivered yet.", quote(count.Name), many(open, "approved adjustment is", "approved adjustments are")),
		"Wait until they are delivered, or decide about those that ask for a decision.")
}

// Undecided is how many lines of a count nobody decided about, by what they lack.
type Undecided map[agent.Status]int64

// UndecidedOf counts them. What came to be known too late is not among them: it can
// be approved even when the count is finished.
func UndecidedOf(variances []agent.Variance) Undecided {
	lines := Undecided{}
	for _, v := range variances {
		switch v.Status {
		case agent.Ready, agent.NeedsRecount, agent.Waiting, agent.NotComplete:
			if !v.Late {
				lines[v.Status]++
			}
		}
	}
	return lines
}

// undecided refuses to finish a count in which something can still be decided.
func (s *Station) undecided(v agent.View, count agent.Count, j *judged) error {
	variances, err := j.now(v, s, count)
	if err != nil {
		return err
	}
	lines := UndecidedOf(variances)
	if len(lines) == 0 {
		return nil
	}
	return &agent.Error{
		Code: "undecided", Class: agent.Refuse,
		What:  fmt.Sprintf("Not everything of %s is decided: %s.", quote(count.Name), lines),
		Means: "Nothing was changed. Once the count is finished nobody can count or approve them any more, and the shop's numbers of them stay as they are.",
		Do:    "Decide about them first, or finish the count and leave them as they are.",
	}
}

// String says them in words.
func (u Undecided) String() string {
	var parts []string
	for _, kind := range []struct {
		status    agent.Status
		one, more string
	}{
		{agent.Ready, "difference is not approved", "differences are not approved"},
		{agent.NeedsRecount, "difference is not certain", "differences are not certain"},
		{agent.Waiting, "line still waits to be judged", "lines still wait to be judged"},
		{agent.NotComplete, "line is not complete", "lines are not complete"},
	} {
		if n := u[kind.status]; n > 0 {
			parts = append(parts, many(n, kind.one, kind.more))
		}
	}
	return strings.Join(parts, ", ")
}

func many(n int64, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}
