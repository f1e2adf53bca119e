package live

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// review is what was last told of the variances of one count. They are worked
// out beside the hub's goroutine, at most twice a second, while somebody looks.
type review struct {
	rows      map[agent.ItemID]string
	order     []agent.ItemID
	undecided int
	waits     bool // something waits for what no row of the log announces
	dirty     bool
	running   bool
	began     time.Time
	waiting   map[*page]bool // for a first snapshot
}

// varianceRow is a variance with the names of its item and its newest delivery.
type varianceRow struct {
	agent.Variance
	SKU      string         `json:"sku"`
	Name     string         `json:"name"`
	Delivery *deliveryState `json:"delivery"`
}

type deliveryState struct {
	Adjustment agent.AdjustmentID  `json:"adjustment"`
	State      agent.DeliveryState `json:"state"`
	Problem    *agent.Error        `json:"problem,omitempty"`
	Target     int64               `json:"target"`
	Observed   int64               `json:"observed"`
	Changed    time.Time           `json:"changed"`
}

// wantReview sends a review to a page, now or when it is worked out.
func (h *Hub) wantReview(p *page, id agent.CountID) {
	r := h.reviews[id]
	if r == nil {
		r = &review{dirty: true, waiting: map[*page]bool{}}
		h.reviews[id] = r
	}
	if r.rows != nil {
		h.snapReview(p, id, r)
	} else {
		r.waiting[p] = true
	}
	h.runReview(id, r, time.Now())
}

func (h *Hub) snapReview(p *page, id agent.CountID, r *review) {
	list := make([]json.RawMessage, len(r.order))
	for i, item := range r.order {
		list[i] = json.RawMessage(r.rows[item])
	}
	s := &snapshot{}
	s.list("rows", list)
	s.send(p, "review/"+string(id))
}

// wakeReviews marks what a batch made out of date.
func (h *Hub) wakeReviews(b *batch) {
	now := time.Now()
	for id, r := range h.reviews {
		r.dirty = r.dirty || b.books || b.all || b.reviews[id]
		h.runReview(id, r, now)
	}
}

// tendReviews works out again what is out of date, and forgets what nobody has
// looked at for a while.
func (h *Hub) tendReviews(now time.Time) {
	for id, r := range h.reviews {
		followed := h.followed("review/" + string(id))
		if !followed && !r.running && now.Sub(r.began) > time.Minute {
			delete(h.reviews, id)
			continue
		}
		if r.waits && now.Sub(r.began) >= reviewWaiting {
			r.dirty = true
		}
		h.runReview(id, r, now)
	}
}

// runReview begins to work out a review, unless that is not due.
func (h *Hub) runReview(id agent.CountID, r *review, now time.Time) {
	if !r.dirty || r.running || now.Sub(r.began) < reviewPace || !h.followed("review/"+string(id)) {
		return
	}
	r.dirty, r.running, r.began = false, true, now
	h.serving.Go(func() {
		ctx, cancel := context.WithTimeout(h.ctx, commandWait)
		defer cancel()
		found, err := h.judge(ctx, id)
		h.tell(func() { h.heardReview(id, r, found, err) })
	})
}

// judged is what a review found.
type judged struct {
	rows      []varianceRow
	undecided int
	waits     bool
}

// judge asks the agent for the variances of a count and adds names and deliveries.
func (h *Hub) judge(ctx context.Context, id agent.CountID) (judged, error) {
	var j judged
	caller := agent.Caller{Actor: agent.System("page"), Role: agent.Manager}
	result, err := h.options.Dispatch(ctx, caller, "", "count.review", encode(map[string]agent.CountID{"count": id}))
	if err != nil {
		return j, err
	}
	variances, ok := result.([]agent.Variance)
	if !ok {
		return j, fmt.Errorf("count.review answered with a %T", result)
	}
	for _, v := range variances {
		switch v.Status {
		case agent.Waiting:
			j.waits = j.waits || v.Held == ""
		case agent.Ready, agent.NeedsRecount, agent.NotComplete, agent.NotAdjustable:
			j.undecided++
		}
	}
	err = h.options.Store.Read(ctx, func(v agent.View) (err error) {
		j.rows, err = varianceRows(v, id, variances)
		return err
	})
	return j, err
}

func varianceRows(v agent.View, id agent.CountID, variances []agent.Variance) ([]varianceRow, error) {
	ids := make([]agent.ItemID, len(variances))
	for i, variance := range variances {
		ids[i] = variance.Item
	}
	names, err := itemsOf(v, ids)
	if err != nil {
		return nil, err
	}
	deliveries, err := v.DeliveriesOf(id)
	if err != nil {
		return nil, err
	}
	newest := map[agent.ItemID]*deliveryState{}
	for _, d := range deliveries {
		newest[d.Adjustment.Item] = &deliveryState{d.Adjustment.ID, d.State, d.Problem, d.Target, d.Observed, d.Changed}
	}
	rows := make([]varianceRow, len(variances))
	for i, variance := range variances {
		item := names[variance.Item]
		rows[i] = varianceRow{variance, item.SKU, item.Name, newest[variance.Item]}
	}
	return rows, nil
}

// heardReview tells what a review changed.
func (h *Hub) heardReview(id agent.CountID, r *review, found judged, err error) {
	r.running = false
	if err != nil && agent.AsError(err).Class != agent.Missing { // of a count that is not there, nothing is shown
		h.log.Warn("the variances could not be worked out for the pages", "code", agent.AsError(err).Code, "error", err)
		r.dirty, r.began = true, time.Now().Add(reviewWaiting)
		return
	}
	topic := "review/" + string(id)
	b := &batch{from: h.pos, to: h.pos}
	fresh := map[agent.ItemID]string{}
	r.order = r.order[:0]
	for _, row := range found.rows {
		now := string(encode(row))
		if r.rows[row.Item] != now {
			b.state(topic, "variance", row)
		}
		fresh[row.Item] = now
		r.order = append(r.order, row.Item)
	}
	first := r.rows == nil
	r.rows, r.waits = fresh, found.waits
	for p := range r.waiting {
		if p.topics[topic] && p.behind.IsZero() {
			h.snapReview(p, id, r)
		}
	}
	clear(r.waiting)
	if !first {
		h.hand(b)
	}
	h.tellUndecided(id, r, found.undecided)
}

// tellUndecided tells the counts' list how many lines wait for a person.
func (h *Hub) tellUndecided(id agent.CountID, r *review, undecided int) {
	if r.undecided == undecided {
		return
	}
	r.undecided = undecided
	b := &batch{from: h.pos, to: h.pos}
	err := h.options.Store.Read(h.ctx, func(v agent.View) error { return h.countState(v, b, id, h.followed) })
	if err != nil {
		h.log.Warn("a count's row could not be told", "error", err)
		return
	}
	h.hand(b)
}
