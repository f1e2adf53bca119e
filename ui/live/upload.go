package live

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// deliveryRow is a delivery with the names of its item.
type deliveryRow struct {
	agent.Delivery
	SKU  string `json:"sku"`
	Name string `json:"name"`
}

// requestRow is a request without its body.
type requestRow struct {
	ID        agent.RequestID    `json:"id"`
	State     agent.RequestState `json:"state"`
	Attempts  int64              `json:"attempts"`
	Lines     int                `json:"lines"`
	Mode      string             `json:"mode"`
	Outcome   *agent.Outcome     `json:"outcome,omitempty"`
	FirstSent time.Time          `json:"first_sent,omitzero"`
	NextAt    time.Time          `json:"next_at,omitzero"`
}

// depthRow is how much waits for the upstream, and since when.
type depthRow struct {
	Depth  int        `json:"depth"`
	Oldest *time.Time `json:"oldest"`
}

func requestOf(r agent.Request) requestRow {
	return requestRow{
		ID: r.ID, State: r.State, Attempts: r.Attempts, Lines: len(r.Lines), Mode: r.Document.Mode,
		Outcome: r.Outcome, FirstSent: r.FirstSent, NextAt: r.NextAt,
	}
}

func depthOf(deliveries []agent.Delivery) depthRow {
	var d depthRow
	for _, one := range deliveries {
		if one.State.Resolved() {
			continue
		}
		d.Depth++
		if d.Oldest == nil || one.Approved.Before(*d.Oldest) {
			d.Oldest = &one.Approved
		}
	}
	return d
}

func (h *Hub) snapUpload(v agent.View) (*snapshot, error) {
	deliveries, err := v.Deliveries()
	if err != nil {
		return nil, err
	}
	depth := depthOf(deliveries)
	s := &snapshot{values: map[string]any{"upstream": h.upstream(), "depth": depth.Depth, "oldest": depth.Oldest}}
	rows, err := deliveryRows(v, newestOf(deliveries))
	if err != nil {
		return nil, err
	}
	s.list("deliveries", encoded(rows))
	requests, err := v.Requests()
	if err != nil {
		return nil, err
	}
	var list []json.RawMessage
	for _, r := range requests[max(0, len(requests)-shownTraffic):] {
		list = append(list, encode(requestOf(r)))
	}
	s.list("requests", list)
	return s, nil
}

// newestOf leaves out all but the newest of the deliveries that are done with.
func newestOf(deliveries []agent.Delivery) []agent.Delivery {
	var kept []agent.Delivery
	done := 0
	for _, d := range slices.Backward(deliveries) {
		if d.State.Resolved() {
			done++
		}
		if !d.State.Resolved() || done <= shownTraffic {
			kept = append(kept, d)
		}
	}
	slices.Reverse(kept)
	return kept
}

func deliveryRows(v agent.View, deliveries []agent.Delivery) ([]deliveryRow, error) {
	ids := make([]agent.ItemID, len(deliveries))
	for i, d := range deliveries {
		ids[i] = d.Adjustment.Item
	}
	names, err := itemsOf(v, ids)
	rows := make([]deliveryRow, len(deliveries))
	for i, d := range deliveries {
		item := names[d.Adjustment.Item]
		rows[i] = deliveryRow{Delivery: d, SKU: item.SKU, Name: item.Name}
	}
	return rows, err
}

// outboxFrames tells what happened to deliveries and requests.
func (h *Hub) outboxFrames(v agent.View, b *batch, c collected, wanted func(string) bool) error {
	if len(c.deliveries) > 0 || len(c.approved) > 0 {
		h.outboxReviews(v, b, c)
	}
	if !wanted("upload") {
		return nil
	}
	var changed []agent.Delivery
	for id := range c.approved {
		of, err := v.DeliveriesOf(id)
		if err != nil {
			return err
		}
		changed = append(changed, of...)
	}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(c.deliveries))) {
		d, found, err := v.Delivery(id)
		if err != nil {
			return err
		}
		if found && !c.approved[d.Adjustment.Count] {
			changed = append(changed, d)
		}
	}
	rows, err := deliveryRows(v, changed)
	for _, row := range rows {
		b.state("upload", "delivery", row)
	}
	return errors.Join(err, requestFrames(v, b, c.requests))
}

func requestFrames(v agent.View, b *batch, ids []agent.RequestID) error {
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		r, found, err := v.Request(id)
		if err != nil {
			return err
		}
		if found {
			b.state("upload", "request", requestOf(r))
		}
	}
	return nil
}

// outboxReviews marks the reviews that show a delivery which changed.
func (h *Hub) outboxReviews(v agent.View, b *batch, c collected) {
	for id := range c.approved {
		b.reviews[id] = true
	}
	for _, id := range c.deliveries {
		if d, found, err := v.Delivery(id); err == nil && found {
			b.reviews[d.Adjustment.Count] = true
		}
	}
}

func (h *Hub) depthFrame(v agent.View, b *batch) error {
	open, err := v.Deliveries(agent.Pending, agent.Sending, agent.Staged, agent.InDoubt, agent.Rejected, agent.Conflict)
	if err == nil {
		b.state("upload", "depth", depthOf(open))
	}
	return err
}

// upstream returns how the upstream is doing, nil where there is none.
func (h *Hub) upstream() *Upstream {
	if h.options.Upstream == nil {
		return nil
	}
	if now := h.options.Upstream(); now.State != "" {
		return &now
	}
	return nil
}

// refresh tells what changed outside the log: the upstream and the scanners.
func (h *Hub) refresh(ctx context.Context) {
	b := &batch{from: h.pos, to: h.pos}
	err := h.options.Store.Read(ctx, func(v agent.View) error {
		if !h.followed("devices") {
			return nil
		}
		return h.deviceFrames(v, b)
	})
	if err != nil && ctx.Err() == nil {
		h.log.Warn("the scanners' states could not be told", "error", err)
	}
	if damage := h.damage(); (damage != nil) != h.damaged {
		h.damaged = damage != nil
		b.state("devices", "damage", damage)
	}
	if h.followed("pairing") {
		if now := string(encode(h.pairing())); now != h.paired {
			h.paired = now
			b.state("pairing", "state", json.RawMessage(now))
		}
	}
	if now := string(encode(h.upstream())); h.followed("upload") && now != h.stated {
		h.stated = now
		b.state("upload", "upstream", json.RawMessage(now))
	}
	h.hand(b)
}

// hand gives frames to the pages that do not come from the log.
func (h *Hub) hand(b *batch) {
	if len(b.states) == 0 {
		return
	}
	for p := range h.pages {
		if p.behind.IsZero() && !p.give(b, p.topics) {
			h.lag(p)
		}
	}
}
