package reconcile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// Recounting is a recount that was asked for and has not ended, as far as one item goes.
// The zero value is none.
type Recounting struct {
	Round int64
	// By is who counts the item again and where, as "Anna in A"; empty where nothing of it
	// was entered yet.
	By string
}

// Shared is a bin in which several passes of one round counted an item. What they counted
// is added up; nobody knows whether they counted the same goods.
type Shared struct {
	Bin   agent.Bin
	Units []int64 // of each pass, the first pass first
}

// hold takes a line out of what can be approved in passing where more is known than its
// numbers say: it waits for a recount, or somebody has to look.
func (r *reckoning) hold(v *agent.Variance, total agent.Interval) {
	if r.Count.State != agent.CountClosed {
		return
	}
	open := v.Status == agent.Ready || v.Status == agent.NeedsRecount
	counting := r.Recount.By != "" && (open || v.Status == agent.Tolerated || v.Status == agent.Matches)
	if counting || open && r.Recount.Round > 0 {
		v.Status, v.Waits, v.Held = agent.Waiting, fmt.Sprintf("recount %d", r.Recount.Round), r.recounting()
		return
	}
	speaks := r.speaking(v.Status)
	var why []string
	for _, n := range speaks {
		v.Aside = append(v.Aside, n.Seqs...)
		why = append(why, n.where())
	}
	slices.Sort(v.Aside)
	v.Aside = slices.Compact(v.Aside)
	if v.Status == agent.Ready {
		why = append(why, r.countedTwice(total)...)
		if r.Gone {
			why = append(why, "it left the catalogue after the count was opened")
		}
	}
	if len(why) > 0 {
		v.Status, v.Held = agent.NeedsRecount, strings.Join(why, ", and ")
	}
}

func (r *reckoning) recounting() string {
	if r.Recount.By == "" {
		return "which was asked for and is not entered yet"
	}
	return "which is being entered: " + r.Recount.By
}

// speaking returns the scans that speak against a line: those that no later counting of
// their bin has in it. Against one that was approved only what was not known then.
func (r *reckoning) speaking(status agent.Status) []Noted {
	approved := status == agent.Settled && r.onItsWay()
	if !approved && status != agent.Ready && status != agent.NeedsRecount {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.Noted), func(n Noted) bool {
		recounted := slices.ContainsFunc(r.lines, func(l agent.Line) bool { return l.Bin == n.Bin && l.Round > n.Round })
		return recounted || !n.Held || approved && (!n.Late || !r.isNew(n)) || !approved && r.knew(n)
	})
}

// onItsWay reports whether what was approved asks for no decision of its own.
func (r *reckoning) onItsWay() bool {
	switch r.approved.state {
	case agent.Pending, agent.Sending, agent.Staged, agent.Delivered:
		return r.approved.any && !r.overtaken()
	}
	return false
}

func (r *reckoning) isNew(n Noted) bool {
	return slices.ContainsFunc(n.Seqs, func(seq agent.Seq) bool { return !slices.Contains(r.approved.last.Despite, seq) })
}

// knew reports whether whoever approved last knew of scans: what came to be known since
// is no reason to ask about them again.
func (r *reckoning) knew(n Noted) bool {
	return r.approved.any && len(n.Seqs) > 0 && !r.isNew(n)
}

// where says what was scanned and in which bin, as a clause.
func (n Noted) where() string {
	if n.Bin == "" {
		return n.Why
	}
	return "in " + string(n.Bin) + " " + n.Why
}

// countedTwice says in which bins passes may have counted the same goods: too many were
// counted in all, or several counted the same number.
func (r *reckoning) countedTwice(total agent.Interval) []string {
	var all []string
	for _, t := range r.Shared {
		least, same := slices.Min(t.Units), len(slices.Compact(slices.Sorted(slices.Values(t.Units)))) < len(t.Units)
		if total.Lo > 0 || same && least > 1 {
			each := make([]string, len(t.Units))
			for i, n := range t.Units {
				each[i] = fmt.Sprint(n)
			}
			where := "in " + string(t.Bin) + " "
			if t.Bin == "" {
				where = ""
			}
			all = append(all, fmt.Sprintf("%s%d passes counted it, %s, perhaps the same goods", where, len(each), strings.Join(each, " and ")))
		}
	}
	return all
}

// heldBack says what is known besides the numbers, and what can be done.
func (r *reckoning) heldBack(v agent.Variance) string {
	choice := fmt.Sprintf("approve %s for this item by itself", signed(v.Variance.Lo))
	if !v.Variance.Certain() {
		choice = fmt.Sprintf("choose a number between %s and %s", signed(v.Variance.Lo), signed(v.Variance.Hi))
	}
	if v.Status == agent.Waiting {
		return fmt.Sprintf("Waiting for %s, %s. Let it end, or %s.", v.Waits, v.Held, choice)
	}
	text := "But "
	if r.approved.any && v.Variance == agent.Exactly(0) || r.approved.unsent != 0 && v.Variance == agent.Exactly(r.approved.unsent) {
		text = signed(r.approved.last.Variance) + " was approved. But "
	}
	first := "count the item again"
	if r.Gone {
		first = "look whether the shop still has it"
	}
	return fmt.Sprintf("%s%s: %s, or %s.", text, v.Held, first, choice)
}
