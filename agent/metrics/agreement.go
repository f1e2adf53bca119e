package metrics

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
)

// Verification is a line that was counted again by another person.
type Verification struct {
	Counter string // who counted first
	First   int64
	Second  int64
	// Between is what moved into the bin between the two, as far as it is known.
	Between agent.Interval
}

// Agreement is how often the count of one person was confirmed by another one.
type Agreement struct {
	Counter string `json:"counter"`
	Lines   int64  `json:"lines"` // that can be compared
	// Unclear lines can't be compared: something moved about the time of counting.
	Unclear int64 `json:"unclear,omitempty"`
	// Rate is nil below MinLines: of a few lines it would say nothing about a person.
	Rate *Wilson `json:"rate,omitempty"`
}

// MinLines is from how many lines on an agreement is shown.
const MinLines = 30

// Wilson is a share with the interval in which its true value lies with 95 %
// confidence.
type Wilson struct {
	Equal int64   `json:"equal"`
	Share float64 `json:"share"`
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
}

// Says writes an agreement in words.
func (a Agreement) Says() string {
	if a.Rate == nil {
		return fmt.Sprintf("%d lines were counted again: shown from %d", a.Lines, MinLines)
	}
	return fmt.Sprintf("%d of %d equal, which is %s; the true share lies %s (95 %%)", a.Rate.Equal, a.Lines,
		percent(a.Rate.Share), between(percent(a.Rate.Lo), percent(a.Rate.Hi)))
}

// agreement adds verifications up by who counted first, in the order of names.
func agreement(list []Verification) []Agreement {
	byName, equal := map[string]*Agreement{}, map[string]int64{}
	for _, v := range list {
		a := byName[v.Counter]
		if a == nil {
			a = &Agreement{Counter: v.Counter}
			byName[v.Counter] = a
		}
		switch moved := v.Second - v.First; {
		case moved < v.Between.Lo || moved > v.Between.Hi:
			a.Lines++
		case v.Between.Certain():
			a.Lines++
			equal[v.Counter]++
		default:
			a.Unclear++
		}
	}
	all := make([]Agreement, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		a := *byName[name]
		if a.Lines >= MinLines {
			w := WilsonOf(equal[name], a.Lines)
			a.Rate = &w
		}
		all = append(all, a)
	}
	return all
}

// WilsonOf returns the share k of n with its Wilson interval.
func WilsonOf(k, n int64) Wilson {
	w := Wilson{Equal: k}
	if n > 0 {
		w.Share = float64(k) / float64(n)
	}
	w.Lo, w.Hi = plan.Wilson(k, n, confidence)
	return w
}

// confidence of the interval, in basis points.
const confidence = 9_500

// Between returns what movements did to a bin between two countings of it. only is
// true where the item lies in no other bin, so that what moved moved there.
func Between(moves []agent.Movement, bin agent.Bin, only bool, first, second agent.Window, basket time.Duration) agent.Interval {
	sum := agent.Interval{}
	for _, m := range moves {
		if m.Kind == agent.Adjusted || m.Bin != bin && m.Bin != "" {
			continue // no goods moved, or others
		}
		from, to := moved(m, basket)
		if to.Before(first.From.Earliest()) || from.After(second.To.Latest()) {
			continue
		}
		here := m.Bin == bin && bin != "" || only
		if here && from.After(first.To.Latest()) && to.Before(second.From.Earliest()) {
			sum = sum.Plus(agent.Exactly(m.Quantity))
		} else {
			sum = sum.Plus(agent.Interval{Lo: min(0, m.Quantity), Hi: max(0, m.Quantity)})
		}
	}
	return sum
}

// moved returns when goods may have left their shelf or come to it: up to basket
// before they were paid for, or as long after they were given back.
func moved(m agent.Movement, basket time.Duration) (from, to time.Time) {
	from, to = m.Occurred.Earliest(), m.Occurred.Latest()
	if m.Kind != agent.Return {
		from = from.Add(-basket)
	}
	if m.Kind != agent.Sale {
		to = to.Add(basket)
	}
	return from, to
}
