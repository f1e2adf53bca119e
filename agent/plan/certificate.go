package plan

import (
	"fmt"
	"math"
	"sort"

	"github.com/stockhand/stockhand/agent"
)

// Finding is what a spot check found of one item.
type Finding string

// The findings. An item that was not counted, or of which the count could not tell,
// has none.
const (
	IsRight Finding = "right" // exactly what the books had
	IsWrong Finding = "wrong"
)

// Certificate says how many items are right, as far as a spot check can tell.
type Certificate struct {
	// Void says why nothing can be said; empty if something can.
	Void    string `json:"void,omitempty"`
	Of      int64  `json:"of"`
	Checked int64  `json:"checked"`
	Wrong   int64  `json:"wrong"`
	// Least and Most bound the share that is right, with Confidence.
	Least      float64 `json:"least"`
	Most       float64 `json:"most"`
	Confidence float64 `json:"confidence"`
	Sentence   string  `json:"sentence"`
}

// Certify says what findings about the items of a sample mean for all items that it
// was drawn from. Findings about other items say nothing.
//
// Source: right means exactly right, without tolerance (inventory record accuracy as
// ECR Retail Loss defines it).
func (s Sample) Certify(findings map[agent.ItemID]Finding) Certificate {
	c := Certificate{Of: s.Of(), Most: 1, Confidence: float64(s.Confidence) / 10_000}
	var asked int64
	for _, stratum := range s.Strata {
		for _, item := range stratum.Items {
			asked++
			switch findings[item] {
			case IsRight:
				c.Checked++
			case IsWrong:
				c.Checked++
				c.Wrong++
			}
		}
	}
	switch {
	case s.Seed == "" || asked == 0:
		c.Void = "The items were not drawn by the agent, so they say nothing about the others."
	case c.Checked < asked:
		c.Void = fmt.Sprintf("%s of the %d that were drawn %s not counted, or not certainly, and just these may be wrong.", thousands(asked-c.Checked), asked, were(asked-c.Checked))
	}
	if c.Void != "" {
		c.Sentence = "This certifies nothing. " + c.Void
		return c
	}
	s.bound(&c)
	c.Sentence = c.sentence()
	return c
}

// bound works out between what shares the truth lies.
func (s Sample) bound(c *Certificate) {
	switch {
	case c.Checked == c.Of:
		c.Least = float64(c.Of-c.Wrong) / float64(c.Of)
		c.Most, c.Confidence = c.Least, 1
	case c.Wrong == 0:
		c.Least = float64(c.Of-s.mostHidden()) / float64(c.Of)
	default:
		c.Least, c.Most = Wilson(c.Checked-c.Wrong, c.Checked, s.Confidence)
	}
}

func (c *Certificate) sentence() string {
	found := "none wrong"
	if c.Wrong > 0 {
		found = fmt.Sprintf("%s wrong", thousands(c.Wrong))
	}
	switch {
	case c.Checked == c.Of:
		return fmt.Sprintf("All %s checked, %s: %s right.", thousands(c.Of), found, percent(c.Least))
	case c.Wrong == 0:
		return fmt.Sprintf("%s of %s checked, %s: at least %s right with %s confidence.",
			thousands(c.Checked), thousands(c.Of), found, percent(c.Least), percent(c.Confidence))
	}
	return fmt.Sprintf("%s of %s checked, %s: between %s and %s right with %s confidence.",
		thousands(c.Checked), thousands(c.Of), found, percentNear(c.Least), percentNear(c.Most), percent(c.Confidence))
}

// mostHidden returns how many items can be wrong at most, with the sample's
// confidence, if none of the drawn ones is.
func (s Sample) mostHidden() int64 {
	n := make([]int64, len(s.Strata))
	for i, stratum := range s.Strata {
		n[i] = int64(len(stratum.Items))
	}
	// The likelihood falls with every further wrong item.
	found := sort.Search(int(s.Of()), func(wrong int) bool { return likeliest(s.Strata, n, int64(wrong)) <= risk(s.Confidence) })
	return int64(max(0, found-1))
}

// SampleSize returns how many of all items must be checked and found right, so that
// with a confidence more than the share right of all is. Both are basis points.
//
// Source: discovery sampling without replacement: the least n for which the
// hypergeometric likelihood to draw none of the wrong items is at most one less the
// confidence.
func SampleSize(all, right, confidence int64) int64 {
	if all <= 0 {
		return 0
	}
	wrong := leastWrong(all, right)
	n := sort.Search(int(all), func(n int) bool { return none(all, wrong, int64(n)) <= risk(confidence) })
	return int64(n)
}

// leastWrong returns the least number of wrong items that must be ruled out.
func leastWrong(all, right int64) int64 {
	return max(1, (all*(10_000-right)+9_999)/10_000)
}

func risk(confidence int64) float64 { return float64(10_000-confidence) / 10_000 }

// none is the likelihood that n items, drawn from all without replacement, are none
// of the wrong ones.
func none(all, wrong, n int64) float64 {
	return likeliest([]Stratum{{Of: all}}, []int64{n}, wrong)
}

// likeliest is the likelihood to draw none of the wrong items where they lie in the
// strata in the way that hides them best. Each further wrong item in a stratum
// hides less well than the one before, so taking the best place for each in turn
// finds that way.
func likeliest(strata []Stratum, n []int64, wrong int64) float64 {
	likelihood := 1.0
	in := make([]int64, len(strata))
	for range wrong {
		best, where := 0.0, -1
		for i, s := range strata {
			if left := s.Of - in[i]; left > 0 {
				if hides := float64(left-n[i]) / float64(left); hides > best {
					best, where = hides, i
				}
			}
		}
		if where < 0 {
			return 0 // more are wrong than were left out
		}
		likelihood *= best
		in[where]++
	}
	return likelihood
}

// Wilson returns the interval in which the share of right ones lies with a
// confidence in basis points, if so many of n were right.
//
// Source: E. B. Wilson, Probable inference, the law of succession, and statistical
// inference, JASA 22 (1927). It leaves out that the sample is a part of a finite
// whole and drawn by class, which both make it wider than need be.
func Wilson(right, n, confidence int64) (least, most float64) {
	if n == 0 {
		return 0, 1
	}
	z := math.Sqrt2 * math.Erfinv(1-risk(confidence))
	p, size := float64(right)/float64(n), float64(n)
	middle := (p + z*z/(2*size)) / (1 + z*z/size)
	half := z / (1 + z*z/size) * math.Sqrt(p*(1-p)/size+z*z/(4*size*size))
	return max(0, middle-half), min(1, middle+half)
}
