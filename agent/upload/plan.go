package upload

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// horizon is how long before a book statement a movement may have occurred that
// the upstream posted after it: a till that was offline for so long.
const horizon = 90 * 24 * time.Hour

// plan makes one request of what is pending. next is when a line may be planned
// that must wait now.
func (u *Uploader) plan(ctx context.Context) (planned bool, next time.Time, err error) {
	picked, err := u.pick(ctx, nil)
	if err != nil {
		return false, next, fmt.Errorf("look for pending deliveries: %w", err)
	}
	batch, next := picked.batch, picked.next
	switch {
	case len(batch) == 0 && !picked.reach.IsZero():
		return true, next, u.followFeed(ctx, picked)
	case len(batch) == 0:
		u.rest(next)
		return false, next, nil
	case batch[0].Adjustment.Variance == 0:
		return true, next, u.settleZero(ctx, batch[0])
	}
	books, err := u.observe(ctx, batch)
	if err != nil {
		return false, next, err
	}
	d, err := u.planBatch(ctx, batch, books)
	if err == nil || errors.Is(err, errNothingToPlan) {
		u.await(batch, d.holds)
	}
	if errors.Is(err, errNothingToPlan) {
		u.enter(OK, unsettled(u.info.Files))
		return true, next, nil // others may be next, or the feed is
	}
	if err != nil {
		return false, next, fmt.Errorf("plan a request: %w", err)
	}
	return true, next, nil
}

// planBatch stores what becomes of a batch.
func (u *Uploader) planBatch(ctx context.Context, batch []agent.Delivery, books map[agent.ItemID]agent.Book) (d draft, err error) {
	key, err := u.key()
	if err != nil {
		return d, err
	}
	look, err := u.look(ctx, batch, books)
	if err != nil {
		return d, err
	}
	_, err = u.store.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
		if d, err = u.draft(v, batch, books, look, key); err != nil {
			return agent.Facts{}, err
		}
		return d.facts(u)
	})
	return d, err
}

// rest notes that nothing can be done now.
func (u *Uploader) rest(next time.Time) {
	if next.IsZero() && u.Status().State != Idle {
		u.enter(Idle, nil)
	}
}

// settleZero ends a delivery that has nothing to deliver, unless another approval
// took its place meanwhile.
func (u *Uploader) settleZero(ctx context.Context, d agent.Delivery) error {
	_, err := u.store.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
		now, _, err := v.Delivery(d.Adjustment.ID)
		if err != nil || now.State != agent.Pending {
			return agent.Facts{}, cmp.Or(err, errNothingToPlan)
		}
		return u.facts(agent.NewEvent(agent.DeliveryChanged, agent.DeliveryFact{Adjustment: d.Adjustment.ID, State: agent.Delivered})), nil
	})
	if err != nil && !errors.Is(err, errNothingToPlan) {
		return fmt.Errorf("end a delivery of nothing: %w", err)
	}
	return nil
}

// picked is what can be planned now.
type picked struct {
	batch []agent.Delivery
	next  time.Time // when more can be; zero if only an event brings more
	// reach is up to when the feed of a location must tell what moved, so that a line
	// which waits for that can be planned; zero if none does.
	reach    time.Time
	location agent.LocationID
}

// pick reads what is pending and chooses from it. Adjustments in passed are left
// out.
func (u *Uploader) pick(ctx context.Context, passed map[agent.AdjustmentID]bool) (p picked, err error) {
	err = u.store.Read(ctx, func(v agent.View) error {
		pending, err := v.Deliveries(agent.Pending)
		if err != nil {
			return err
		}
		pending = slices.DeleteFunc(pending, func(d agent.Delivery) bool { return passed[d.Adjustment.ID] })
		if p.location, p.reach, err = u.release(v, pending); err != nil {
			return err
		}
		open, err := v.Deliveries(agent.Sending, agent.Staged, agent.InDoubt)
		p.batch, p.next = choose(pending, open, u.waits, u.clock.Now(), u.size)
		return err
	})
	return p, err
}

// place is an item at a location.
type place struct {
	item     agent.ItemID
	location agent.LocationID
}

func placeOf(d agent.Delivery) place { return place{d.Adjustment.Item, d.Adjustment.Location} }

// choose picks the deliveries of one request: of one location and count, the
// oldest cut-off first, one per item, none whose item is in an open request. A
// delivery of nothing comes alone. next is when the first of those comes due that
// must wait.
func choose(pending, open []agent.Delivery, waits map[agent.AdjustmentID]wait, now time.Time, limit int) (batch []agent.Delivery, next time.Time) {
	taken := make(map[place]bool)
	for _, d := range open {
		taken[placeOf(d)] = true
	}
	slices.SortStableFunc(pending, func(a, b agent.Delivery) int {
		return cmp.Or(a.Adjustment.CutOff.At.Compare(b.Adjustment.CutOff.At), a.Approved.Compare(b.Approved))
	})
	for _, d := range pending {
		a := d.Adjustment
		switch until := waits[a.ID].until; {
		case a.Variance == 0:
			return []agent.Delivery{d}, next
		case taken[placeOf(d)]:
			continue
		case now.Before(until):
			next = earlier(next, until)
			taken[placeOf(d)] = true
			continue
		case len(batch) >= max(limit, 1):
			continue
		case len(batch) > 0 && (a.Location != batch[0].Adjustment.Location || a.Count != batch[0].Adjustment.Count):
			continue
		}
		taken[placeOf(d)] = true
		batch = append(batch, d)
	}
	return batch, next
}

// earlier returns the earlier of two times; zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// observe reads on hand of a batch's items.
func (u *Uploader) observe(ctx context.Context, batch []agent.Delivery) (map[agent.ItemID]agent.Book, error) {
	location := batch[0].Adjustment.Location
	books := make(map[agent.ItemID]agent.Book, len(batch))
	for part := range slices.Chunk(batch, u.options.Batch) {
		stated, err := u.levels(ctx, location, part)
		if err != nil {
			return nil, fmt.Errorf("read levels: %w", err)
		}
		for _, b := range stated {
			books[b.Item] = b
		}
	}
	u.enter(OK, nil)
	return books, nil
}

// follows reports whether a line waits until the feed covers what its statement
// contains.
func (u *Uploader) follows() bool { return u.options.Catcher != nil && u.info.Feed }

// elsewhere is the refusal of a Catcher that reads another location's feed.
var elsewhere = &agent.Error{Code: "feed.location"}

// followFeed catches up with the feed for lines that wait for it. Lines of a location
// whose feed nobody reads, as when the agent was given another one, go to a person:
// they must not keep those of ours.
func (u *Uploader) followFeed(ctx context.Context, p picked) error {
	refusal := u.catchUp(ctx, p.location, p.reach)
	if !errors.Is(refusal, elsewhere) {
		return refusal
	}
	_, err := u.store.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
		pending, err := v.Deliveries(agent.Pending)
		var events []agent.Event
		for _, d := range pending {
			if d.Adjustment.Location == p.location {
				events = append(events, agent.NewEvent(agent.DeliveryChanged, agent.DeliveryFact{Adjustment: d.Adjustment.ID, State: agent.Rejected, Problem: agent.AsError(refusal)}))
			}
		}
		return u.facts(events...), err
	})
	return err
}

// catchUp waits until the feed tells what moved up to an instant.
func (u *Uploader) catchUp(ctx context.Context, at agent.LocationID, until time.Time) error {
	defer u.calling()()
	if err := u.options.Catcher.CatchUp(ctx, at, until); err != nil {
		return fmt.Errorf("catch up with the feed: %w", err)
	}
	return u.store.Read(ctx, func(v agent.View) error {
		complete, err := u.complete(v, at)
		if err == nil && complete.Before(until) {
			err = behind(u.info.Files) // or this would be asked again at once
		}
		return err
	})
}

func (u *Uploader) levels(ctx context.Context, location agent.LocationID, batch []agent.Delivery) ([]agent.Book, error) {
	items := make([]agent.ItemID, len(batch))
	for i, d := range batch {
		items[i] = d.Adjustment.Item
	}
	call, cancel := context.WithTimeout(ctx, u.options.Timeout)
	defer cancel()
	defer u.calling()()
	return u.connector.Levels(call, location, items)
}

// key returns a fresh key: 32 hexadecimal digits.
func (u *Uploader) key() (string, error) {
	var random [16]byte
	if _, err := io.ReadFull(u.options.Random, random[:]); err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	return hex.EncodeToString(random[:]), nil
}
