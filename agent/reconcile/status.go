package reconcile

import (
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// status says what can be done about the item now, and what is waited for.
func (r *reckoning) status(total agent.Interval, blocked bool) (status agent.Status, waits string, until time.Time) {
	if r.settled(total) && !r.recounted() || r.overtaken() {
		return agent.Settled, "", time.Time{}
	}
	switch {
	case blocked:
		return agent.NotAdjustable, "", time.Time{}
	case len(r.missing) > 0 || len(r.lines) == 0:
		return agent.NotComplete, "", time.Time{}
	}
	if waits, until = r.waits(); waits != "" {
		return agent.Waiting, waits, until
	}
	switch rest := total.Minus(agent.Exactly(r.approved.onWay)); {
	case r.settled(total):
		return agent.Settled, "", time.Time{}
	case r.approved.doubt:
		return agent.Waiting, "the decision about an adjustment of which nobody knows whether it arrived", time.Time{}
	case r.approved.other:
		return agent.Waiting, "an adjustment of another count that is on its way", time.Time{}
	case !rest.Certain() && r.within(rest.Lo) && r.within(rest.Hi):
		return agent.Tolerated, "", time.Time{}
	case !rest.Certain():
		return agent.NeedsRecount, "", time.Time{}
	case rest.Lo == 0 && r.approved.unsent == 0:
		return agent.Matches, "", time.Time{}
	}
	return agent.Ready, "", time.Time{}
}

// final is from when on the sources have told everything that concerns the item, if
// they tell it in time. A sale that left the shelf before the cut-off may be paid for a
// basket time later.
func (r *reckoning) final() time.Time { return r.cutOff.Latest().Add(r.policy.BasketTime) }

// waits says what is not complete yet.
func (r *reckoning) waits() (what string, until time.Time) {
	cutOff := r.cutOff.Latest()
	switch {
	case !r.basis.found || !r.Feed && !r.basis.certain:
		return "the shop's statement of what is on hand", cutOff
	case r.policy.Method == agent.Snapshot:
		return "", time.Time{}
	}
	until = r.final()
	if r.Feed && !r.fed(until) {
		return "what was sold up to " + r.clock(until), until
	}
	if till, found := r.behind(until); found {
		return fmt.Sprintf("what %s sold up to %s: it has told up to %s", till.Source, r.clock(until), r.clock(till.Local)), until
	}
	if r.Feed && !r.basis.final {
		return "the shop's statement of what is on hand after " + r.clock(cutOff), cutOff
	}
	return "", time.Time{}
}

// fed reports whether the shop's own feed has told everything up to a time.
func (r *reckoning) fed(until time.Time) bool {
	some := false
	for _, w := range r.live() {
		if r.ofTill(w) {
			continue
		}
		if some = true; w.Local.Before(until) {
			return false
		}
	}
	return some
}

// problem says why the item can't be adjusted whatever was counted.
func (r *reckoning) problem() *agent.Error {
	books := inOrder(r.Books)
	var newest agent.Book
	tracked := r.Item.Item.Tracked
	if len(books) > 0 {
		newest = books[len(books)-1]
		if r.over() && r.basis.certain {
			newest = r.basis.book // what the shop does with the item later is not this count's
		}
		tracked = newest.Tracked
	}
	switch {
	case r.Gone && !r.over() && len(r.lines) == 0:
		return leftCatalogue()
	case !tracked:
		return &agent.Error{
			Code: "untracked", Class: agent.Refuse, What: "The shop keeps no quantity of this item.",
			Means: "It can be counted, but there is nothing to correct.",
			Do:    "Switch on the tracking of its quantity in the shop, then count it again.",
		}
	case len(books) > 0 && !newest.Stocked:
		return &agent.Error{
			Code: "not_stocked", Class: agent.Refuse, What: "The shop does not stock this item at this location.",
			Means: "What was counted can't be put on its books.",
			Do:    "Stock the item at this location in the shop, then look again.",
		}
	}
	return nil
}

// leftCatalogue says why an item will not be counted or corrected any more.
func leftCatalogue() *agent.Error {
	return &agent.Error{
		Code: "left_catalogue", Class: agent.Missing, What: "The shop has no such item any more: it left the catalogue after the count was opened.",
		Means: "There is nothing to correct.", Do: "Finish the count without it.",
	}
}

// nobodyToTell says why the item will never be compared as things are.
func nobodyToTell() *agent.Error {
	return &agent.Error{
		Code: "no_upstream", Class: agent.Refuse, What: "No shop system is connected that says what should be there.",
		Means: "What was counted is kept, and nothing is compared or sent.",
		Do:    "Export the count, or name a connector as upstream in the configuration and start the agent again.",
	}
}
