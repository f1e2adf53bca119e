package upload

import (
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// changed explains a conflict: on hand moved and nothing we know says why.
func changed(d agent.Delivery, observed agent.Book, unexplained int64) *agent.Error {
	from := d.Adjustment.Book.OnHand
	what := fmt.Sprintf("The quantity was changed from %d to %d by somebody else since the book was read.", from, observed.OnHand)
	if known := observed.OnHand - from - unexplained; known != 0 {
		what = fmt.Sprintf("The quantity went from %d to %d since the book was read. Sales, other movements and our own adjustments explain %+d of it; somebody else changed it by %+d.",
			from, observed.OnHand, known, unexplained)
	}
	return &agent.Error{
		Code: "conflict.changed", Class: agent.Clash, What: what,
		Means: fmt.Sprintf("Nothing was sent. The count found a difference of %+d to %d, and %d may be right already.", d.Adjustment.Variance, d.Adjustment.Expected, observed.OnHand),
		Do:    "Recount the item, use the count, or keep the quantity of the shop.",
	}
}

// keepsMoving explains a line that was stale in every round.
func keepsMoving(last *agent.Error) *agent.Error {
	e := &agent.Error{
		Code: "conflict.moving", Class: agent.Clash,
		What:  fmt.Sprintf("The shop refused the adjustment %d times because its quantity had just changed.", rounds),
		Means: "Nothing was changed by us. Something keeps changing this item.",
		Do:    "Recount the item in a quiet moment, use the count, or keep the quantity of the shop.",
	}
	if last != nil {
		e.What += " The last answer was: " + last.What
	}
	return e
}

func doubtful(why *agent.Error) *agent.Error {
	e := &agent.Error{
		Code: "delivery.unknown", Class: agent.Clash,
		What:  "No answer came to this adjustment, and it can't be found out whether it arrived.",
		Means: "It may or may not be contained in the shop's quantity. It is not sent again by itself.",
		Do:    "Look at the item's history in the shop, then keep its quantity, use the count, or recount the item.",
	}
	if why != nil {
		e.What += " " + why.What
	}
	return e
}

func unexplainedOutcome(class agent.OutcomeClass) *agent.Error {
	e := &agent.Error{
		Code: "upload." + string(class), Class: agent.Refuse,
		What:  "The shop's answer was \"" + string(class) + "\" without a reason.",
		Means: "The adjustment is not delivered.",
		Do:    "Look at the shop; the log has the request's number.",
	}
	if class == agent.OutcomeLater || class == agent.OutcomeUnknown || class == agent.OutcomeStaged {
		e.Class, e.Do = agent.Retry, "There is nothing to do: it is tried again by itself."
	}
	return e
}

func unknownItem() *agent.Error {
	return &agent.Error{
		Code: "item.unknown", Class: agent.Missing,
		What:  "The shop does not know this item any more.",
		Means: "The adjustment can't be sent.",
		Do:    "Read the catalogue from the shop again. If the item was made anew there, recount it.",
	}
}

func untracked() *agent.Error {
	return &agent.Error{
		Code: "item.untracked", Class: agent.Refuse,
		What:  "The shop does not track this item's quantity.",
		Means: "An adjustment would have no effect.",
		Do:    "Turn on quantity tracking for the item in the shop, then use the count.",
	}
}

func unstocked() *agent.Error {
	return &agent.Error{
		Code: "item.unstocked", Class: agent.Refuse,
		What:  "The item is not stocked at this location in the shop.",
		Means: "A quantity written there would be lost or counted wrongly.",
		Do:    "Activate the item at the location in the shop, then use the count.",
	}
}

func unsettled(files bool) *agent.Error {
	if files {
		return &agent.Error{
			Code: "book.unsettled", Class: agent.Retry,
			What:  "The shop's files do not say for certain what it has of this item now.",
			Means: "It can't be told whether they contain everything that was sold and adjusted, so nothing is sent.",
			Do:    "Import what still lies in out into the shop's system, then export levels.csv again.",
		}
	}
	return &agent.Error{
		Code: "book.unsettled", Class: agent.Retry,
		What:  "The shop's quantity changed a moment ago.",
		Means: "It can't be told yet which sales it contains.",
		Do:    "There is nothing to do: it is read again in a moment.",
	}
}

func behind(files bool) *agent.Error {
	e := &agent.Error{
		Code: "feed.behind", Class: agent.Retry,
		What:  "The shop does not tell yet what was sold just before its newest statement.",
		Means: "It can't be told which sales that statement contains. Nothing is sent before that.",
		Do:    "There is nothing to do: it is tried again by itself.",
	}
	if files {
		e.Do = "Export the movements and then levels.csv again from the shop's system."
	}
	return e
}
