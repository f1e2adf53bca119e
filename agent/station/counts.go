package station

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// OpenCount is what a count is opened with. Empty fields take their defaults.
type OpenCount struct {
	Name     string           `json:"name"`
	Type     agent.CountType  `json:"type,omitempty"`
	Location agent.LocationID `json:"location,omitempty"`
	Policy   *agent.Policy    `json:"policy,omitempty"`
	// MaxAge is that of the policy, also where the policy is not said.
	MaxAge time.Duration `json:"max_age,omitempty"`
	// Scope is what it shall be about; empty is wherever somebody walks.
	Scope OpenScope `json:"scope,omitzero"`
}

func (s *Station) openCount(ctx context.Context, c command, a OpenCount) (agent.Count, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return agent.Count{}, err
	}
	count, err := s.newCount(c, a)
	var problem *agent.Error
	if err == nil && count.Type == agent.ZeroConfirmation {
		problem, err = s.learnAbout(ctx, count, a.Scope)
	}
	if err == nil {
		count.Scope, err = s.scopeOf(ctx, count, a.Scope)
	}
	if refused := agent.AsError(err); err != nil && problem != nil && refused.Code == "empty_list" {
		return count, unreached(refused, problem)
	}
	if err != nil {
		return count, err
	}
	return s.opened(ctx, c, count)
}

// opened stores a new count under the next number. Its list is not said again: it may
// be very long.
func (s *Station) opened(ctx context.Context, c command, count agent.Count) (agent.Count, error) {
	classes, err := s.classify(ctx, count)
	if err != nil {
		return count, err
	}
	return write(ctx, s, c, func(v agent.View) (agent.Count, []agent.Event, error) {
		n, err := v.Next("count")
		if err != nil {
			return count, nil, err
		}
		count.ID = agent.CountID(fmt.Sprintf("count-%d", n))
		if count.Name == "" {
			count.Name = fmt.Sprintf("Count %d", n)
		}
		short := count
		short.Scope.Items, short.Scope.Listed = nil, int64(len(count.Scope.Items))
		return short, opening(count, classes), nil
	})
}

func (s *Station) newCount(c command, a OpenCount) (agent.Count, error) {
	count := agent.Count{
		Name: a.Name, Type: a.Type, Location: a.Location, Policy: s.opts.Policy,
		State: agent.CountOpen, Opened: s.now(), OpenedBy: c.caller.Actor,
	}
	if count.Type == "" {
		count.Type = agent.Cycle
	}
	if count.Location == "" {
		count.Location = s.opts.Location
	}
	if count.Location != s.opts.Location {
		return count, refuse("bad_location", "This agent does not count at "+quote(string(count.Location))+".", "Leave the location out: a count is of where the agent is.")
	}
	if err := checkName("a count", a.Name); err != nil {
		return count, err
	}
	var err error
	if count.Policy, err = s.policyOf(c, a.Policy); err != nil {
		return count, err
	}
	if a.MaxAge != 0 {
		count.Policy.MaxAge = a.MaxAge
	}
	if age := count.Policy.MaxAge; age < 0 || age > ageLimit {
		return count, refuse("bad_age", "An earlier counting can be 0 to "+fmt.Sprint(int(ageLimit.Hours()/24))+" days old at most.", "Choose a time in between.")
	}
	switch count.Type {
	case agent.Cycle, agent.Spot, agent.Full, agent.ZeroConfirmation:
		return count, nil
	}
	return count, refuse("bad_type", "There is no count type "+quote(string(a.Type))+".",
		"The types are cycle, spot, full and zero-confirmation.")
}

// OneCount names a count.
type OneCount struct {
	Count agent.CountID `json:"count"`
}

// next holds from which states a count may go to another.
var next = map[agent.CountState][]agent.CountState{
	agent.CountOpen:      {agent.CountClosed},
	agent.CountClosed:    {agent.CountOpen},
	agent.CountCancelled: {agent.CountOpen, agent.CountClosed},
	agent.CountDone:      {agent.CountClosed},
}

// CloseCount ends the first counting. Uncounted says what becomes of the items
// that were not counted in the bins of the passes that are still open.
type CloseCount struct {
	Count     agent.CountID   `json:"count"`
	Uncounted agent.Uncounted `json:"uncounted,omitempty"`
}

// ClosedCount is the answer to CloseCount.
type ClosedCount struct {
	agent.Count
	Zeroed   int64      `json:"zeroed,omitempty"` // items confirmed to be gone
	LeftOpen []LeftOpen `json:"left_open,omitempty"`
	// Ended are the passes that were open.
	Ended []LoosePass `json:"ended,omitempty"`
}

func (s *Station) closeCount(ctx context.Context, c command, a CloseCount) (ClosedCount, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return ClosedCount{}, err
	}
	z := &clearing{station: s, command: c}
	if a.Uncounted == agent.ZeroUncounted {
		var err error
		z, err = s.clear(ctx, c, func(v agent.View) (agent.CountID, []agent.Pass, error) {
			passes, err := walkingPasses(v, a.Count)
			return a.Count, passes, err
		}, binsOf)
		if err != nil {
			return ClosedCount{}, err
		}
	}
	var count ClosedCount
	_, err := s.record(ctx, c, &count, func(v agent.View) (agent.Facts, error) {
		var err error
		facts := s.facts(c)
		if count.Count, err = turnable(v, a.Count, agent.CountClosed); err != nil {
			return facts, err
		}
		if facts.Scans, err = z.part(v); err != nil {
			return facts, err
		}
		passes, err := v.Passes(a.Count)
		if err != nil {
			return facts, err
		}
		var loose Loose
		loose.walking(passes, count.Count)
		count.Zeroed, count.LeftOpen, count.Ended = z.sum, z.left, loose.Passes
		count.State, count.Closed = agent.CountClosed, s.now()
		facts.Events = closing(passes, count.Closed)
		facts.Events = append(facts.Events, agent.NewEvent(agent.CountChanged,
			agent.CountFact{Count: a.Count, State: count.State, At: count.Closed}))
		facts.Result = count
		return facts, err
	})
	s.nudge()
	return count, err
}

// turn ends a count and closes its open passes.
func (s *Station) turn(ctx context.Context, c command, id agent.CountID, to agent.CountState) (agent.Count, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return agent.Count{}, err
	}
	return write(ctx, s, c, func(v agent.View) (agent.Count, []agent.Event, error) {
		return s.turned(v, id, to, func(agent.Count) error { return nil })
	})
}

// turned returns a count as it ends, unless allowed refuses that.
func (s *Station) turned(v agent.View, id agent.CountID, to agent.CountState, allowed func(agent.Count) error) (agent.Count, []agent.Event, error) {
	count, err := turnable(v, id, to)
	if err != nil {
		return count, nil, err
	}
	if err := undelivered(v, count); err != nil {
		return count, nil, err
	}
	if err := allowed(count); err != nil {
		return count, nil, err
	}
	passes, err := v.Passes(id)
	count.State, count.Closed = to, s.now()
	return count, append(closing(passes, count.Closed), agent.NewEvent(agent.CountChanged, agent.CountFact{Count: id, State: to, At: count.Closed})), err
}

// turnable returns a count that may go to a state.
func turnable(v agent.View, id agent.CountID, to agent.CountState) (agent.Count, error) {
	count, err := findCount(v, id)
	if err != nil || slices.Contains(next[to], count.State) {
		return count, err
	}
	return count, clash("count_state", fmt.Sprintf("The count %s is %s, so it cannot become %s.", quote(count.Name), count.State, to),
		"Look at the count again: somebody may have changed it meanwhile.")
}

// closing ends the passes that are open.
func closing(passes []agent.Pass, at agent.Stamp) []agent.Event {
	var events []agent.Event
	for _, p := range passes {
		if p.Open() {
			events = append(events, agent.NewEvent(agent.PassClosed, agent.PassFact{Pass: p.ID, At: at}))
		}
	}
	return events
}

// AskRecount asks for items of a closed count to be counted once more.
type AskRecount struct {
	Count agent.CountID  `json:"count"`
	Items []agent.ItemID `json:"items"`
	Why   string         `json:"why,omitempty"`
}

func (s *Station) askRecount(ctx context.Context, c command, a AskRecount) (agent.Recount, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return agent.Recount{}, err
	}
	return write(ctx, s, c, func(v agent.View) (agent.Recount, []agent.Event, error) {
		r := agent.Recount{Count: a.Count, Items: a.Items, By: c.caller.Actor, Why: a.Why}
		count, err := findCount(v, a.Count)
		if err != nil {
			return r, nil, err
		}
		if count.State != agent.CountClosed || len(a.Items) == 0 {
			return r, nil, refuse("recount", "A recount needs a closed count and at least one item.",
				"Close the count first, then choose the items to count once more.")
		}
		if err := s.countable(v, count, a.Items); err != nil {
			return r, nil, err
		}
		recounts, err := v.Recounts(a.Count)
		if err != nil {
			return r, nil, err
		}
		r.Round = int64(len(recounts)) + 1
		return r, []agent.Event{agent.NewEvent(agent.RecountAsked, r)}, nil
	})
}

// countable refuses items that are neither in the catalogue nor in the count.
func (s *Station) countable(v agent.View, count agent.Count, items []agent.ItemID) error {
	for _, id := range items {
		_, found, err := v.Item(id)
		if err != nil {
			return err
		}
		if found {
			continue
		}
		lines, err := v.LinesOf(count.ID, id)
		if err != nil {
			return err
		}
		if len(lines) == 0 {
			return missing("no_item", "There is no item "+quote(string(id))+" in the catalogue or in this count.")
		}
	}
	return nil
}
