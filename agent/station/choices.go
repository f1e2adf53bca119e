package station

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// OneDelivery names a delivery by its adjustment.
type OneDelivery struct {
	Adjustment agent.AdjustmentID `json:"adjustment"`
}

// Choices are the shop's numbers to which the decisions about a delivery lead, by what
// is known now. A recount leads to what is counted then.
type Choices struct {
	Adjustment agent.AdjustmentID `json:"adjustment"`
	// Theirs is what the shop has: its newest statement, and what is known to have moved
	// since. Keeping it changes nothing.
	Theirs int64 `json:"theirs"`
	// Stated is when the newest statement was made; zero where there is none.
	Stated time.Time `json:"stated,omitzero"`
	// Mine is what the shop would have by the count; nil where that is not certain.
	Mine *int64 `json:"mine"`
	// Problem says why it is not.
	Problem *agent.Error `json:"problem,omitempty"`
	// Recount is whether the count still takes recounts.
	Recount bool `json:"recount"`
	// Gone is true where the catalogue has no such item any more: then only what is there
	// can be left.
	Gone bool `json:"gone,omitempty"`
}

// choices tells what the decisions about a delivery would do.
func (s *Station) choices(ctx context.Context, c command, a OneDelivery) (found Choices, err error) {
	if err := c.caller.Require(agent.MayApprove); err != nil {
		return found, err
	}
	err = s.store.Read(ctx, func(v agent.View) error {
		d, err := undecided(v, a.Adjustment)
		if err != nil {
			return err
		}
		if found, err = s.choicesOf(v, d); err != nil {
			return err
		}
		count, err := findCount(v, d.Adjustment.Count)
		found.Recount = count.State == agent.CountClosed && !found.Gone
		return err
	})
	return found, err
}

// undecided finds a delivery that waits for a person.
func undecided(v agent.View, id agent.AdjustmentID) (agent.Delivery, error) {
	d, found, err := v.Delivery(id)
	switch {
	case err != nil:
		return d, err
	case !found:
		return d, missing("no_delivery", "There is no delivery of "+quote(string(id))+".")
	case d.State != agent.Conflict && d.State != agent.InDoubt && d.State != agent.Rejected:
		return d, clash("nothing_to_decide", fmt.Sprintf("This delivery is %s: there is nothing to decide.", d.State), "Look at it again.")
	}
	return d, nil
}

func (s *Station) choicesOf(v agent.View, d agent.Delivery) (Choices, error) {
	c := Choices{Adjustment: d.Adjustment.ID, Theirs: d.Observed}
	if err := stillSold(v, d); err != nil {
		e := agent.AsError(err)
		c.Gone, c.Problem = e.Class == agent.Missing, e
		if !c.Gone {
			return c, err
		}
		return c, nil
	}
	variance, err := s.varianceWithout(v, d)
	if err != nil {
		return c, err
	}
	book, found, err := newestBook(v, d.Adjustment)
	if err != nil {
		return c, err
	}
	if found {
		c.Stated = book.Stated
		if c.Theirs, err = carried(v, book); err != nil {
			return c, err
		}
	}
	if err := certain(variance); err != nil {
		c.Problem = agent.AsError(err)
		return c, nil
	}
	mine := c.Theirs + variance.Variance.Lo
	c.Mine = &mine
	return c, nil
}

// stillSold refuses what can not be done with an item that left the catalogue.
func stillSold(v agent.View, d agent.Delivery) error {
	_, found, err := v.Item(d.Adjustment.Item)
	if err != nil || found {
		return err
	}
	return &agent.Error{
		Code: "left_catalogue", Class: agent.Missing, What: "The catalogue has no such item any more.",
		Means: "It can be neither counted again nor corrected.", Do: "Keep the shop's number as it is.",
	}
}

// newestBook returns what the shop stated last about the item of an adjustment.
func newestBook(v agent.View, a agent.Adjustment) (agent.Book, bool, error) {
	books, err := v.Books(a.Location, a.Item, a.Book.At.At)
	if err != nil || len(books) == 0 {
		return agent.Book{}, false, err
	}
	newest := books[0]
	for _, b := range books {
		if b.Seq > newest.Seq {
			newest = b
		}
	}
	return newest, true, nil
}

// carried returns a statement with what certainly moved after it.
func carried(v agent.View, book agent.Book) (int64, error) {
	now := book.OnHand
	movements, err := v.MovementsOf(book.Location, book.Item, book.At.Earliest().Add(-history))
	if err != nil {
		return 0, err
	}
	for _, m := range movements {
		if contained, known := book.Contains(m); known && !contained {
			now += m.Quantity
		}
	}
	applied, err := v.AppliedTo(book.Location, book.Item)
	for _, a := range applied {
		if a.After >= book.Seq {
			now += a.Delta
		}
	}
	return now, err
}

// certain refuses to use a count whose difference is not one number now.
func certain(v agent.Variance) error {
	if v.Variance.Certain() && v.Status != agent.Waiting {
		return nil
	}
	return clash("not_certain", "The variance of this item is not certain now: "+v.Sentence, "Wait, or ask for a recount of the item.")
}

// unchanged refuses a decision whose outcome is another than the one that was shown.
func (s *Station) unchanged(v agent.View, d agent.Delivery, a Decide) error {
	if a.Leads == nil || a.Decision == DecideRecount {
		return nil
	}
	now, err := s.choicesOf(v, d)
	if err != nil {
		return err
	}
	leads := &now.Theirs
	if a.Decision == DecideUseMine {
		leads = now.Mine
	}
	if leads == nil || *leads == *a.Leads { // what is not certain says so itself
		return nil
	}
	return clash("numbers_moved", fmt.Sprintf("The shop's number moved while you looked: it would be %d now, not %d.", *leads, *a.Leads),
		"Look at the new numbers, then decide.")
}
