package reconcile

import (
	"time"

	"github.com/stockhand/stockhand/agent"
)

// stretch is a time that is only known to lie between two instants.
type stretch struct{ from, to time.Time }

// moved returns when a movement's goods left the shelf or reached it.
//
// A sale is paid for after its goods left the shelf, a returned thing reaches the
// shelf after it went through the till. With goods received, shipped and
// transferred people do one before the other as it suits them. Of an unexplained
// change, and of one that somebody made to the number, only the time of the number is
// known.
func (r *reckoning) moved(m agent.Movement) stretch {
	s := stretch{m.Occurred.Earliest(), m.Occurred.Latest()}
	switch m.Kind {
	case agent.Sale:
		s.from = s.from.Add(-r.policy.BasketTime)
	case agent.Return:
		s.to = s.to.Add(r.policy.BasketTime)
	case agent.Unexplained, agent.Edited:
	default:
		s.from = s.from.Add(-r.policy.BasketTime)
		s.to = s.to.Add(r.policy.BasketTime)
	}
	return s
}

// verdict places a movement relative to the cut-offs of the bins that it may
// concern. Goods that moved inside a line's window may have been seen or not.
func (r *reckoning) verdict(m agent.Movement) agent.Verdict {
	if m.Kind.OfNumber() && r.NumberOnly {
		return agent.Before // no goods moved, so the counted quantity holds
	}
	s := r.moved(m)
	var all agent.Verdict
	for _, l := range r.concerned(m.Bin) {
		one := s.against(steps(r.Steps).window(l))
		if all != "" && one != all {
			return agent.Unclear
		}
		all = one
	}
	if all == "" || all == agent.After && m.Kind.OfNumber() {
		return agent.Unclear // goods may not have moved at all
	}
	return all
}

func (s stretch) against(w agent.Window) agent.Verdict {
	switch {
	case s.to.Before(w.From.Earliest()):
		return agent.Before
	case s.from.After(w.To.Latest()):
		return agent.After
	}
	return agent.Unclear
}

// concerned returns the lines of a bin. Where the bin is not known, or was not
// counted, it may be any of them.
func (r *reckoning) concerned(bin agent.Bin) []agent.Line {
	if bin != "" {
		for _, l := range r.lines {
			if l.Bin == bin {
				return []agent.Line{l}
			}
		}
	}
	return r.lines
}
