package upload

import (
	"time"

	"github.com/stockhand/stockhand/agent"
)

// rounds is how often a line is planned afresh because its quantity moved, before
// a person is asked.
const rounds = 3

// tidy brings an outcome into the form that the contract describes, whatever the
// connector made of the upstream's answer: a known class, lines that exist, a
// problem wherever something is not done, and the reference that is known.
func tidy(o agent.Outcome, r agent.Request) agent.Outcome {
	switch o.Class {
	case agent.OutcomeApplied, agent.OutcomeRepeated, agent.OutcomeStaged, agent.OutcomeConflict,
		agent.OutcomeRejected, agent.OutcomeLater, agent.OutcomeUnknown:
	default:
		o.Class = agent.OutcomeUnknown
	}
	var lines []agent.LineOutcome
	seen := make(map[int]bool)
	for _, l := range o.Lines {
		if l.Index >= 0 && l.Index < len(r.Lines) && !seen[l.Index] {
			seen[l.Index] = true
			lines = append(lines, l)
		}
	}
	o.Lines = lines
	o.After = max(0, min(o.After, maxAfter))
	done := o.Class == agent.OutcomeApplied || o.Class == agent.OutcomeRepeated
	if o.Problem == nil && (!done || o.Pause) {
		o.Problem = unexplainedOutcome(o.Class)
	}
	if done {
		o.Pause = false
	}
	if o.Ref == "" && r.Outcome != nil {
		o.Ref = r.Outcome.Ref
	}
	return o
}

// follow says what follows from an outcome. next is when a request that goes on
// may be tried again; tries tells how often a line was planned in vain.
func follow(r agent.Request, o agent.Outcome, info agent.ConnectorInfo, next time.Time, tries func(agent.AdjustmentID) int64) agent.AnswerFact {
	fact := agent.AnswerFact{Request: r.ID, State: agent.RequestAnswered, Outcome: o}
	switch o.Class {
	case agent.OutcomeApplied, agent.OutcomeRepeated:
		fact.Changes, fact.Applied = delivered(r, o)
	case agent.OutcomeConflict:
		fact.Changes = eachLine(r, o, func(id agent.AdjustmentID, p *agent.Error) agent.DeliveryFact {
			if !guilty(r, o) {
				return agent.DeliveryFact{Adjustment: id, State: agent.Pending} // a smaller request will tell
			}
			if tries(id)+1 >= rounds {
				return agent.DeliveryFact{Adjustment: id, State: agent.Conflict, Problem: keepsMoving(p)}
			}
			return agent.DeliveryFact{Adjustment: id, State: agent.Pending, Problem: p}
		})
	case agent.OutcomeRejected:
		fact.Changes = eachLine(r, o, func(id agent.AdjustmentID, p *agent.Error) agent.DeliveryFact {
			// What no request survives before a person acted is not the lines' fault.
			if o.Pause && len(o.Lines) == 0 {
				return agent.DeliveryFact{Adjustment: id, State: agent.Pending}
			}
			return agent.DeliveryFact{Adjustment: id, State: agent.Rejected, Problem: p}
		})
	case agent.OutcomeStaged:
		fact.State, fact.NextAt = agent.RequestSent, next
		fact.Changes = all(r, agent.Staged, nil)
	case agent.OutcomeLater:
		fact.State, fact.NextAt = agent.RequestSent, next
		if info.KeyLife == 0 && o.Ref == "" {
			// Without keys "later" can only mean that it certainly did not arrive. Stored
			// so, it is still known after a crash.
			fact.State = agent.RequestStored
		}
	case agent.OutcomeUnknown:
		fact.State, fact.NextAt = agent.RequestSent, next
	}
	return fact
}

// delivered ends the lines of a request that was carried out. Lines that the
// upstream excepted were not.
func delivered(r agent.Request, o agent.Outcome) (changes []agent.DeliveryFact, applied []agent.Applied) {
	excepted := make(map[int]*agent.Error)
	for _, l := range o.Lines {
		excepted[l.Index] = orElse(l.Problem, unexplainedOutcome(agent.OutcomeRejected))
	}
	for i, line := range r.Lines {
		if problem, out := excepted[i]; out {
			changes = append(changes, agent.DeliveryFact{Adjustment: line.Adjustment, State: agent.Rejected, Problem: problem})
			continue
		}
		changes = append(changes, agent.DeliveryFact{Adjustment: line.Adjustment, State: agent.Delivered})
		applied = append(applied, agent.Applied{
			Adjustment: line.Adjustment, Item: line.Item, Location: r.Location, Delta: line.Delta, After: line.Observed.Seq,
		})
	}
	return changes, applied
}

// eachLine asks concerns for the lines that an outcome names, or for all if it
// names none; the others go back to be planned with a new key.
func eachLine(r agent.Request, o agent.Outcome, concerns func(agent.AdjustmentID, *agent.Error) agent.DeliveryFact) []agent.DeliveryFact {
	named := make(map[int]*agent.Error)
	for _, l := range o.Lines {
		named[l.Index] = orElse(l.Problem, o.Problem)
	}
	var changes []agent.DeliveryFact
	for i, line := range r.Lines {
		problem, is := named[i]
		if len(named) == 0 {
			problem, is = o.Problem, true
		}
		if is {
			changes = append(changes, concerns(line.Adjustment, problem))
		} else {
			changes = append(changes, agent.DeliveryFact{Adjustment: line.Adjustment, State: agent.Pending})
		}
	}
	return changes
}

func all(r agent.Request, state agent.DeliveryState, problem *agent.Error) []agent.DeliveryFact {
	changes := make([]agent.DeliveryFact, len(r.Lines))
	for i, line := range r.Lines {
		changes[i] = agent.DeliveryFact{Adjustment: line.Adjustment, State: state, Problem: problem}
	}
	return changes
}

// notThere ends a request that certainly did not arrive and whose key is dead: its
// lines are read and planned afresh.
func notThere(r agent.Request, o agent.Outcome) agent.AnswerFact {
	return agent.AnswerFact{Request: r.ID, State: agent.RequestAnswered, Outcome: o, Changes: all(r, agent.Pending, nil)}
}

// undecided gives a request to a person: it must not be repeated.
func undecided(r agent.Request, o agent.Outcome) agent.AnswerFact {
	return agent.AnswerFact{Request: r.ID, State: agent.RequestInDoubt, Outcome: o, Changes: all(r, agent.InDoubt, o.Problem)}
}

func orElse(p, otherwise *agent.Error) *agent.Error {
	if p != nil {
		return p
	}
	return otherwise
}
