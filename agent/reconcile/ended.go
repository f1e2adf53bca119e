package reconcile

import (
	"fmt"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// over reports whether the count takes no recounts any more.
func (r *reckoning) over() bool {
	return r.Count.State == agent.CountDone || r.Count.State == agent.CountCancelled
}

// leftOpen reports whether nobody decided about a variance before its count ended.
// Of a finished count it can still be approved what came to be known too late.
func (r *reckoning) leftOpen(v agent.Variance) bool {
	switch v.Status {
	case agent.Ready, agent.NeedsRecount, agent.Waiting, agent.NotComplete:
		return r.Count.State == agent.CountCancelled || r.over() && !v.Late && !r.approved.doubt
	}
	return false
}

// ended says what became of a variance that was left open.
func (r *reckoning) ended(v agent.Variance) string {
	how := "is finished"
	if r.Count.State == agent.CountCancelled {
		how = "was cancelled"
	}
	return strings.TrimSpace(fmt.Sprintf("%s The count %s: the shop's number stays as it is.", undecided(v), how))
}

func undecided(v agent.Variance) string {
	switch n := v.Variance.Lo; v.Status {
	case agent.NeedsRecount:
		return fmt.Sprintf("The variance lies between %s and %s, and nobody decided which it is.", signed(n), signed(v.Variance.Hi))
	case agent.Waiting:
		return "It was still waiting for " + v.Waits + "."
	case agent.NotComplete:
		return notCounted(v)
	default:
		if n < 0 {
			return fmt.Sprintf("%d missing, which nobody approved.", -n)
		}
		return fmt.Sprintf("%d too many, which nobody approved.", n)
	}
}

func notCounted(v agent.Variance) string {
	if len(v.Lines) == 0 || len(v.Missing) == 0 {
		return ""
	}
	bins := make([]string, len(v.Missing))
	for i, bin := range v.Missing {
		bins[i] = string(bin)
	}
	return "It is also kept in " + strings.Join(bins, " and ") + ", where nobody counted it."
}
