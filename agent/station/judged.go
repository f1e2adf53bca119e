package station

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// judgedBefore is how often a count is judged before anything is written. If something
// of the whole count changed each time, it is judged while others wait.
const judgedBefore = 4

// errOvertaken says that a judgement has to be made anew.
var errOvertaken = errors.New("the count changed since it was judged")

// judged is the judgement of a whole count, made before anything is written: of a long
// count that takes a while, and no scan shall wait for it. What came since about single
// items is judged anew when it is used.
type judged struct {
	*judging
	head      agent.Seq // up to where it knows the log; 0 where nothing was judged yet
	variances []agent.Variance
}

// writeJudged carries out a command that decides by the judgement of a whole count.
func writeJudged[T any](ctx context.Context, s *Station, c command, id agent.CountID, decide func(agent.View, *judged) (T, []agent.Event, error)) (T, error) {
	for try := 1; ; try++ {
		j, err := s.judge(ctx, id)
		if err != nil {
			var none T
			return none, err
		}
		if try == judgedBefore {
			j.head = 0
		}
		result, err := write(ctx, s, c, func(v agent.View) (T, []agent.Event, error) { return decide(v, j) })
		if !errors.Is(err, errOvertaken) {
			return result, err
		}
	}
}

// judge judges a count that can be decided about. Of any other it knows nothing.
func (s *Station) judge(ctx context.Context, id agent.CountID) (*judged, error) {
	j := &judged{}
	return j, s.store.Read(ctx, func(v agent.View) error {
		count, found, err := v.Count(id)
		if err != nil || !found || count.State != agent.CountClosed && count.State != agent.CountDone {
			return err // whoever decides refuses it, or has decided before
		}
		var items []agent.Item
		if j.judging, items, err = s.judging(v, count); err != nil {
			return err
		}
		if j.variances, err = j.all(v, items); err != nil {
			return err
		}
		_, j.head, err = v.Head()
		return err
	})
}

// now returns the judgement as it is by now. The order is that of before.
func (j *judged) now(v agent.View, s *Station, count agent.Count) ([]agent.Variance, error) {
	if j.head == 0 {
		return s.review(v, count)
	}
	touched := map[agent.ItemID]bool{}
	if err := j.since(v, touched); err != nil {
		return nil, err
	}
	return j.variances, j.anew(v, touched)
}

// since follows the log and collects the items that it tells about. What concerns more
// than single items overtakes the judgement.
func (j *judged) since(v agent.View, touched map[agent.ItemID]bool) error {
	for {
		rows, err := v.Log(j.head, looksBack)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			j.head = row.Seq
			if row.Scan != nil {
				err = j.sinceScan(*row.Scan)
			} else {
				err = j.sinceEvent(v, *row.Event, touched)
			}
			if err != nil {
				return err
			}
		}
	}
}

// sinceScan says whether a scan changes lines that were judged.
func (j *judged) sinceScan(scan agent.Scan) error {
	_, ended := j.ended[scan.Device]
	if ended || scan.Count == j.count.ID || slices.ContainsFunc(j.earlier, func(c agent.Count) bool { return c.ID == scan.Count }) {
		return errOvertaken
	}
	return nil
}

// aside are the events that no judgement depends on.
var aside = []agent.Kind{
	agent.RunStarted, agent.AccessGranted, agent.AccessRevoked, agent.DevicePaired, agent.DeviceUnpaired,
	agent.PersonAdded, agent.PersonChanged, agent.PersonRemoved, agent.PersonSignedIn, agent.PersonSignedOut,
	agent.CountOpened, agent.CountClassed, agent.PassMoved, agent.RequestAttempted, agent.DamagedAsked, agent.DamagedMoved,
	agent.UploadPaused, agent.UploadResumed,
}

func (j *judged) sinceEvent(v agent.View, e agent.Event, touched map[agent.ItemID]bool) error {
	switch e.Kind {
	case agent.BookStated:
		return touch(e, func(f agent.BookFact) error {
			for _, b := range f.Books {
				touched[b.Item] = true
			}
			return nil
		})
	case agent.MovementsReceived:
		return touch(e, func(f agent.MovementsFact) error {
			for _, m := range f.Movements {
				touched[m.Item] = true
			}
			return nil
		})
	case agent.AdjustmentApproved:
		return touch(e, func(f agent.AdjustmentFact) error {
			for _, a := range f.Adjustments {
				touched[a.Item] = true
			}
			return nil
		})
	case agent.RequestPlanned:
		return touch(e, func(r agent.Request) error {
			for _, l := range r.Lines {
				touched[l.Item] = true
			}
			return nil
		})
	case agent.DeliveryChanged:
		return touch(e, func(f agent.DeliveryFact) error { return touchDelivery(v, f.Adjustment, touched) })
	case agent.RequestOutcome:
		return touch(e, func(f agent.AnswerFact) (err error) {
			for _, change := range f.Changes {
				err = errors.Join(err, touchDelivery(v, change.Adjustment, touched))
			}
			for _, a := range f.Applied {
				touched[a.Item] = true
			}
			return err
		})
	case agent.PassClosed:
		return touch(e, func(f agent.PassFact) error {
			if pass, _, err := v.Pass(f.Pass); err != nil || pass.Count == j.count.ID {
				return cmp.Or(err, errOvertaken)
			}
			return nil
		})
	case agent.PassOpened:
		return touch(e, func(p agent.Pass) error {
			if p.Count == j.count.ID {
				return errOvertaken
			}
			return nil
		})
	}
	if slices.Contains(aside, e.Kind) {
		return nil
	}
	return errOvertaken
}

// touch reads what an event tells.
func touch[T any](e agent.Event, told func(T) error) error {
	fact, err := agent.Decode[T](e)
	if err != nil {
		return err
	}
	return told(fact)
}

func touchDelivery(v agent.View, id agent.AdjustmentID, touched map[agent.ItemID]bool) error {
	d, found, err := v.Delivery(id)
	if found {
		touched[d.Adjustment.Item] = true
	}
	return err
}

// anew judges items by what is known now.
func (j *judged) anew(v agent.View, touched map[agent.ItemID]bool) (err error) {
	if len(touched) == 0 {
		return nil
	}
	if j.marks, err = v.Watermarks(j.count.Location); err != nil {
		return err
	}
	for n := range j.variances {
		id := j.variances[n].Item
		if !touched[id] {
			continue
		}
		items, err := itemsOf(v, []agent.ItemID{id})
		if err != nil {
			return err
		}
		if j.deliveries[id], err = deliveriesFor(v, j.count, id); err != nil {
			return err
		}
		if j.variances[n], err = j.one(v, items[0]); err != nil {
			return err
		}
	}
	return nil
}
