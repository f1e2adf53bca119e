package upload

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Preview is what would be sent now, and what would not.
type Preview struct {
	// Requests are complete documents. Those with Stored set lie on disk and will be
	// sent as they are; the others get a key of their own when they are planned.
	Requests []PreviewRequest `json:"requests"`
	Held     []Held           `json:"held"`
	// Withheld says why none of it is sent whatever happens.
	Withheld *agent.Error `json:"withheld,omitempty"`
}

// PreviewRequest is one document. On hand of each line before is its
// Observed.OnHand, after it is Target.
type PreviewRequest struct {
	Stored   bool             `json:"stored"`
	Location agent.LocationID `json:"location"`
	Document agent.Document   `json:"document"`
	Lines    []agent.Planned  `json:"lines"`
}

// Held is a pending delivery that would not be sent.
type Held struct {
	Adjustment agent.AdjustmentID  `json:"adjustment"`
	State      agent.DeliveryState `json:"state"` // what it would become; pending if it waits
	Problem    *agent.Error        `json:"problem,omitempty"`
}

// DryRun plans everything that is pending, as Run would do now, and neither stores
// nor sends a request. It reads from the upstream. Movements that are read on the
// way are kept, as they are at any time. It may be called while Run runs.
func (u *Uploader) DryRun(ctx context.Context) (Preview, error) {
	p := Preview{Withheld: u.options.Withheld}
	err := u.store.Read(ctx, func(v agent.View) error {
		open, err := v.Requests(agent.RequestStored, agent.RequestSent)
		for _, r := range open {
			p.Requests = append(p.Requests, PreviewRequest{true, r.Location, r.Document, r.Lines})
		}
		return err
	})
	if err != nil {
		return p, fmt.Errorf("read open requests: %w", err)
	}
	// The preview's own uploader has no memory of what waits: it looks afresh.
	look := New(u.store, u.connector, u.clock, u.options)
	passed := make(map[agent.AdjustmentID]bool)
	for {
		picked, err := look.pick(ctx, passed)
		batch := picked.batch
		if err != nil || len(batch) == 0 {
			return p, err
		}
		for _, d := range batch {
			passed[d.Adjustment.ID] = true
		}
		if err := look.preview(ctx, batch, &p); err != nil {
			return p, err
		}
	}
}

// preview adds to p what would become of a batch.
func (u *Uploader) preview(ctx context.Context, batch []agent.Delivery, p *Preview) error {
	if d := batch[0]; d.Adjustment.Variance == 0 {
		p.Held = append(p.Held, Held{d.Adjustment.ID, agent.Delivered, nil})
		return nil
	}
	books, err := u.observe(ctx, batch)
	if err != nil {
		return err
	}
	if end := lastChange(books); u.follows() && !end.IsZero() {
		if err := u.catchUp(ctx, batch[0].Adjustment.Location, end); err != nil {
			return err
		}
	}
	key, err := u.key()
	if err != nil {
		return err
	}
	look, err := u.look(ctx, batch, books)
	if err != nil {
		return err
	}
	var d draft
	err = u.store.Read(ctx, func(v agent.View) error {
		d, err = u.draft(v, batch, books, look, key)
		return err
	})
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	if r := d.request; r.ID != "" {
		p.Requests = append(p.Requests, PreviewRequest{false, r.Location, r.Document, r.Lines})
	}
	for _, c := range d.changes {
		p.Held = append(p.Held, Held{c.Adjustment, c.State, c.Problem})
	}
	for id := range d.holds {
		p.Held = append(p.Held, Held{id, agent.Pending, unsettled(u.info.Files)})
	}
	return nil
}

// lastChange returns up to when the feed must reach to cover all settled statements.
func lastChange(books map[agent.ItemID]agent.Book) (end time.Time) {
	for _, b := range books {
		if to := b.Changed.Add(b.Tick); b.Settled() && to.After(end) {
			end = to
		}
	}
	return end
}
