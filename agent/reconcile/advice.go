package reconcile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// advice says what a variance means and what to do about it.
func (r *reckoning) advice(v agent.Variance) string {
	if v.Left {
		return r.ended(v)
	}
	if v.Held != "" {
		return r.heldBack(v)
	}
	switch v.Status {
	case agent.Matches:
		return "There is nothing to do."
	case agent.Ready:
		return r.toApprove(v)
	case agent.Tolerated:
		return fmt.Sprintf("%s lies between %s and %s, which is within tolerance: nothing is sent.", r.whatIs(), signed(v.Variance.Lo), signed(v.Variance.Hi))
	case agent.NeedsRecount:
		return fmt.Sprintf("%s lies between %s and %s: %s.", r.whatIs(), signed(v.Variance.Lo), signed(v.Variance.Hi), r.toDecide(v))
	case agent.Waiting:
		return "Waiting for " + v.Waits + ". " + r.patience(v.Waits)
	case agent.NotComplete:
		return r.toComplete(v)
	case agent.NotAdjustable:
		return v.Problem.Error()
	case agent.Settled:
		if later, found := r.countedLater(); found {
			return fmt.Sprintf("It was counted again later by %s, at %s, and what that says holds: there is nothing to do here.", later.Count, r.clock(later.Window.To.At))
		}
		if r.overtaken() {
			return "A later count has put the shop's number right since: there is nothing to do."
		}
		return r.wasApproved(signed(v.Variance.Lo))
	}
	return ""
}

// whatIs names what a range is of: where something was approved, only of what remains.
func (r *reckoning) whatIs() string {
	if r.approved.onWay == 0 {
		return "The variance"
	}
	return signed(r.approved.onWay) + " was approved; what remains"
}

// wasApproved says what became of an approval: one that did not reach the shop asks for
// somebody.
func (r *reckoning) wasApproved(all string) string {
	choose := ": choose whether to count again, to use the count or to keep the shop's number."
	if r.over() {
		choose = ": choose whether to use the count or to keep the shop's number."
	}
	last := signed(r.approved.last.Variance) + " was approved"
	switch r.approved.state {
	case agent.Conflict:
		return last + " and not sent, because the shop's number was changed meanwhile" + choose
	case agent.Rejected:
		return last + ", and the shop's system refused it. Look why" + choose
	case agent.InDoubt:
		return last + ", and nobody knows whether it arrived" + choose
	case agent.Pending:
		if r.Files && len(r.Applied) > 0 {
			return last + " and is not sent yet. It waits until the shop's files are certain to hold what was sent before: import what still lies in out, then export levels.csv again, unless the shop's system does both by itself."
		}
	}
	return all + " was approved, and nothing has changed since: there is nothing to do."
}

func (r *reckoning) toApprove(v agent.Variance) string {
	n := v.Variance.Lo
	var text string
	switch {
	case v.Late && !r.approved.any:
		text = fmt.Sprintf("This became known after the count was finished: approve %s to put it right.", signed(n))
	case v.Late:
		text = fmt.Sprintf("This became known after %s was approved: approve %s to put it right.", signed(r.approved.onWay), signed(n))
	case r.approved.any:
		text = fmt.Sprintf("%s was approved and is not sent yet: approve %s in its place.", signed(r.approved.unsent), signed(n))
	case n < 0:
		text = fmt.Sprintf("%d missing: approve to correct the books.", -n)
	default:
		text = fmt.Sprintf("%d too many: approve to correct the books.", n)
	}
	switch {
	case v.Investigate:
		text += " It is over the limit, so a reason is needed."
	case v.ReasonNeeded:
		text += " It is over the tolerance, so a reason is needed."
	}
	return text
}

func (r *reckoning) toDecide(v agent.Variance) string {
	switch {
	case !RecountHelps(v):
		return "counting again does not tell. " + r.toLookUp()
	case r.over():
		return "choose a number between them"
	}
	return "count the item again, or choose a number between them"
}

// RecountHelps reports whether something about a variance is in doubt that counting again
// makes certain. Whether the shop's number holds what was sold long before is not.
func RecountHelps(v agent.Variance) bool {
	doubts := 0
	for _, e := range v.Effects {
		if e.Expected.Certain() {
			continue
		}
		if doubts++; e.Verdict != agent.Before || e.Movement.Kind.OfNumber() || e.Movement.Kind == agent.Adjusted {
			return true
		}
	}
	return doubts == 0
}

// toLookUp says how to learn whether the shop's number holds what a till sold.
func (r *reckoning) toLookUp() string {
	look := "Look in the shop's system whether it has what the till sold, and choose a number between them"
	if r.Feed {
		return look + ", or have it tell the same receipts"
	}
	return look + "; a till that tells posted with its sales leaves no doubt"
}

// patience says what ends a waiting. A shop's system that speaks by files says nothing
// more by itself.
func (r *reckoning) patience(waits string) string {
	what := "levels.csv"
	if r.Feed {
		what = "the movements and then levels.csv"
	}
	till, silent := r.behind(r.final())
	switch {
	case r.approved.doubt:
		return "Decide about it first."
	case silent && strings.HasPrefix(waits, "what "+till.Source+" sold"):
		return fmt.Sprintf("If it tells nothing more: stockhand movements import --gone --source %q.", till.Source)
	case r.Files && len(r.Applied) > 0:
		return fmt.Sprintf("Import what still lies in out into the shop's system, then export %s again, unless it does both by itself.", what)
	case r.Files:
		return fmt.Sprintf("Export %s again from the shop's system, unless it does so by itself.", what)
	}
	return "There is nothing to do: it goes on by itself."
}

func (r *reckoning) toComplete(v agent.Variance) string {
	var opened, others []string
	for _, bin := range v.Missing {
		if slices.Contains(r.Opened, bin) {
			opened = append(opened, string(bin))
		} else {
			others = append(others, string(bin))
		}
	}
	var parts []string
	where := strings.Join(others, " and ")
	switch {
	case len(v.Missing) == 0:
		return "Count it, or confirm that there is none."
	case len(others) == 0:
	case len(v.Lines) == 0:
		parts = append(parts, fmt.Sprintf("It is kept in %s: count it there, or confirm that there is none.", where))
	default:
		parts = append(parts, fmt.Sprintf("It is also kept in %s, where nobody counted it: count it there, or confirm that there is none.", where))
	}
	for _, bin := range opened {
		parts = append(parts, fmt.Sprintf("It is kept in %s, where somebody was and nothing was scanned: count the bin, or confirm that it is empty.", bin))
	}
	return strings.Join(parts, " ")
}
