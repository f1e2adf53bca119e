package metrics

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// Share is a number of items out of Of: at least Lo and at most Hi of them.
type Share struct {
	Lo int64 `json:"lo"`
	Hi int64 `json:"hi"`
	Of int64 `json:"of"`
}

// count adds an item that belongs to the share for certain, maybe or not.
func (s *Share) count(sure, maybe bool) {
	s.Of++
	if sure {
		s.Lo++
	}
	if maybe {
		s.Hi++
	}
}

// rest returns the share of the others.
func (s Share) rest() Share { return Share{Lo: s.Of - s.Hi, Hi: s.Of - s.Lo, Of: s.Of} }

// Says writes the share in words.
func (s Share) Says() string {
	switch {
	case s.Of == 0:
		return nothing
	case s.Lo == s.Hi:
		return fmt.Sprintf("%s (%d of %d)", percent(float64(s.Lo)/float64(s.Of)), s.Lo, s.Of)
	}
	of := float64(s.Of)
	return fmt.Sprintf("%s (%d to %d of %d)", between(percent(float64(s.Lo)/of), percent(float64(s.Hi)/of)), s.Lo, s.Hi, s.Of)
}

// Ratio is a fraction that lies between Lo and Hi, or is not known.
type Ratio struct {
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
	// Known is false where there is nothing to divide by.
	Known bool `json:"known"`
}

// Says writes the ratio in words.
func (r Ratio) Says() string {
	switch {
	case !r.Known:
		return nothing
	case percent(r.Lo) == percent(r.Hi):
		return percent(r.Lo)
	}
	return between(percent(r.Lo), percent(r.Hi))
}

// Mean is a mean over Of items, LeftOut others not among them.
type Mean struct {
	Ratio
	Of      int64 `json:"of"`
	LeftOut int64 `json:"left_out,omitempty"`
}

// mean divides two sums by their number.
func mean(lo, hi float64, of, leftOut int64) Mean {
	m := Mean{Of: of, LeftOut: leftOut}
	if of > 0 {
		m.Ratio = Ratio{Lo: lo / float64(of), Hi: hi / float64(of), Known: true}
	}
	return m
}

// Says writes the mean in words.
func (m Mean) Says() string {
	text := m.Ratio.Says()
	if m.LeftOut > 0 {
		text += fmt.Sprintf(", %d left out because nothing was counted of them", m.LeftOut)
	}
	return text
}

// Amount is money of one currency that lies between Lo and Hi, in minor units.
type Amount struct {
	Currency string `json:"currency"`
	Lo       int64  `json:"lo"`
	Hi       int64  `json:"hi"`
}

// amounts adds money up, each currency by itself.
type amounts []Amount

func (a *amounts) add(currency string, lo, hi int64) {
	n := slices.IndexFunc(*a, func(x Amount) bool { return x.Currency == currency })
	if n < 0 {
		n = len(*a)
		*a = append(*a, Amount{Currency: currency})
	}
	(*a)[n].Lo += lo
	(*a)[n].Hi += hi
}

// sorted returns the amounts by currency.
func (a amounts) sorted() []Amount {
	slices.SortFunc(a, func(x, y Amount) int { return strings.Compare(x.Currency, y.Currency) })
	return a
}

// nothing is what is said where there is nothing to divide by.
const nothing = "not known"

// percent writes a share with one decimal. What is not quite all, or not quite
// nothing, is not written as if it were.
func percent(f float64) string {
	text := fmt.Sprintf("%.1f %%", f*100)
	switch {
	case f == 0:
		return "0.0 %"
	case text == "100.0 %" && f < 1:
		return "over 99.9 %"
	case f > 0 && text == "0.0 %":
		return "under 0.1 %"
	case text == "-0.0 %":
		return "0.0 %"
	}
	return text
}

func between(lo, hi string) string { return "between " + lo + " and " + hi }

// units writes a quantity that may be a range.
func units(i agent.Interval) string {
	if i.Certain() {
		return fmt.Sprintf("%d", i.Lo)
	}
	return between(fmt.Sprint(i.Lo), fmt.Sprint(i.Hi))
}
