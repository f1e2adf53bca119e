package reconcile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// Noted is a bin in which something was scanned that may be the item, and that was
// not counted.
type Noted struct {
	Bin   agent.Bin
	Round int64
	Why   string // what was scanned, as a clause
	// Seqs are the scans, oldest first.
	Seqs []agent.Seq
	// Held is true where they speak against a difference that was worked out without
	// them, and Late where it was not known when they were scanned that they may be it.
	Held, Late bool
}

// unnoted are the bins in which nothing was scanned that may be the item.
func unnoted(bins []agent.Bin, noted []Noted) []agent.Bin {
	return slices.DeleteFunc(slices.Clone(bins), func(bin agent.Bin) bool {
		return slices.ContainsFunc(noted, func(n Noted) bool { return n.Bin == bin })
	})
}

// seen says where the item may lie although nobody counted it there. Once the count
// has ended nothing can be done about it.
func (r *reckoning) seen(status agent.Status) string {
	if status != agent.NotComplete || r.over() {
		return ""
	}
	var text strings.Builder
	said := map[agent.Bin]bool{}
	for _, n := range r.Noted {
		if slices.Contains(r.missing, n.Bin) && !said[n.Bin] {
			said[n.Bin] = true
			fmt.Fprintf(&text, " In %s %s: type its quantity there, 0 if there is none.", n.Bin, n.Why)
		}
	}
	return text.String()
}
