package station

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// fresh is how old a level may be that somebody looks at before a count.
	fresh = 10 * time.Minute
	// patience is how long somebody waits for levels; what did not come by then is read
	// in the background.
	patience = 8 * time.Second
)

// learn has the levels of items read. It returns why not all could be; that the time
// was over is no reason.
func (s *Station) learn(ctx context.Context, items []agent.ItemID) *agent.Error {
	if s.opts.Levels == nil || len(items) == 0 {
		return nil
	}
	short, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := s.opts.Levels.ReadLevels(short, items, s.clock.Now().Add(-fresh))
	if err == nil || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return agent.AsError(err)
}

// learnAbout has the levels of all that a scope names read, whatever is known of them.
func (s *Station) learnAbout(ctx context.Context, count agent.Count, a OpenScope) (*agent.Error, error) {
	if s.opts.Levels == nil {
		return nil, nil
	}
	var err error
	if count.ID == "" {
		whole := agent.Count{Type: agent.Cycle, Location: count.Location}
		if count.Scope, err = s.scopeOf(ctx, whole, a); err != nil {
			return nil, err
		}
	}
	var ids []agent.ItemID
	err = s.store.Read(ctx, func(v agent.View) error {
		all, err := v.Items()
		if err != nil {
			return err
		}
		items, err := aboutItems(v, count, all)
		for _, item := range items {
			if item.Tracked {
				ids = append(ids, item.ID)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.learn(ctx, ids), nil
}

// learnFirst has all levels read where none ever was, so that the first plan knows some.
func (s *Station) learnFirst(ctx context.Context) error {
	if s.opts.Levels == nil {
		return nil
	}
	var ids []agent.ItemID
	err := s.store.Read(ctx, func(v agent.View) error {
		asked, err := v.LevelsAsked(s.opts.Location)
		for id, at := range asked {
			if !at.IsZero() {
				ids = nil
				break
			}
			ids = append(ids, id)
		}
		return err
	})
	if err == nil {
		_ = s.learn(ctx, ids) // the plan says what it does not know
	}
	return err
}

// onTransfers returns the items of open transfers with the names of these.
func onTransfers(under agent.UnderWay) map[agent.ItemID][]string {
	on := map[agent.ItemID][]string{}
	for _, t := range under.Open {
		for _, l := range t.Lines {
			if l.UnderWay() > 0 || l.Asked > l.Received+l.Refused {
				on[l.Item] = append(on[l.Item], t.Name)
			}
		}
	}
	return on
}

// transferNames are the transfers that items are on.
func (k *checking) transferNames(items []FoundItem) string {
	var names []string
	for _, item := range items {
		for _, name := range k.on[item.Item] {
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " (" + someOf(names) + ")"
}

// unaskedSentence says of how many items the shop's number is not known, and why.
func (k *checking) unaskedSentence() string {
	text := fmt.Sprintf("The shop's number of %s is not known yet, so whether below zero or not stocked here is not known either", many(k.unasked, "item", "items"))
	switch {
	case k.problem != nil:
		return text + ": " + strings.TrimSuffix(k.problem.What, ".") + "."
	case k.station.opts.Levels == nil:
		return text + ": it is asked for when an item is counted."
	}
	return text + ": it is being asked for. Look again later."
}

// transfersUnknown says why open transfers are not known; "" where they are.
func (k *checking) transfersUnknown() string {
	const means = " Goods between two places are missing in both: finish transfers before counting, or count what they concern later."
	switch {
	case k.under.Problem != nil:
		return "Which transfers are still open is not known: " + strings.TrimSuffix(k.under.Problem.What, ".") + "." + means
	case !k.under.At.IsZero():
		return ""
	case k.problem != nil && k.station.opts.Transfers:
		return "Which transfers are still open could not be asked." + means
	}
	return "The shop does not say which transfers are still open." + means
}

// unreached adds to a refusal that the shop could not be asked.
func unreached(refused, problem *agent.Error) error {
	told := *refused
	told.What += " The shop could not be asked for the others: " + strings.TrimSuffix(problem.What, ".") + "."
	told.Do = "Try again when the shop answers, or open a count of another type."
	return &told
}
