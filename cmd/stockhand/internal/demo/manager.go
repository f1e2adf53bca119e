package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Manager is a simulated person who opens a count, closes it, has unclear items
// counted again, approves the rest and decides about conflicts.
type Manager struct {
	page  *page
	staff *staff

	recounted map[agent.ItemID]bool
	clashed   map[agent.ItemID]int // conflicts of each item
	rounds    int
	conflicts []string // what the page said about them
	open      []agent.Variance
}

func newManager(p *page, s *staff) *Manager {
	return &Manager{page: p, staff: s, recounted: map[agent.ItemID]bool{}, clashed: map[agent.ItemID]int{}}
}

// openCount opens the count of the whole shop.
func (m *Manager) openCount(ctx context.Context) (agent.CountID, error) {
	var count agent.Count
	err := m.page.do(ctx, "count.open", map[string]any{"name": "The whole shop", "type": agent.Full}, &count)
	if err == nil {
		err = m.page.look(ctx, count.ID)
	}
	return count.ID, err
}

func (m *Manager) closeCount(ctx context.Context, count agent.CountID) error {
	return m.page.do(ctx, "count.close", map[string]any{"count": count}, nil)
}

// finishCount ends a count. What came to be known since everything was decided is
// decided first.
func (m *Manager) finishCount(ctx context.Context, count agent.CountID) error {
	for {
		err := m.page.do(ctx, "count.finish", map[string]any{"count": count}, nil)
		if e := agent.AsError(err); err == nil || e.Code != "undecided" && e.Code != "deliveries_open" {
			return err
		}
		if err := m.settle(ctx, count); err != nil {
			return err
		}
	}
}

// settle goes on until nothing is left to decide: it approves what is certain and
// has counted again what is not.
func (m *Manager) settle(ctx context.Context, count agent.CountID) error {
	for {
		over, err := m.decide(ctx, count)
		if err != nil || over {
			return err
		}
		if err := sleep(ctx, 300*time.Millisecond); err != nil {
			return err
		}
	}
}

// decide does what can be done about a count now. It reports whether nothing is
// left to do.
func (m *Manager) decide(ctx context.Context, count agent.CountID) (over bool, err error) {
	if !m.staff.idle(m.page.recounts(count)) {
		return false, nil
	}
	undelivered, err := m.deliveries(ctx, count)
	if err != nil {
		return false, err
	}
	if err := m.review(ctx, count); err != nil {
		return false, err
	}
	unclear, ready := m.with(agent.NeedsRecount, agent.NotComplete), m.with(agent.Ready)
	if len(ready) > 0 {
		if err := m.approve(ctx, count); err != nil {
			return false, err
		}
	}
	if len(unclear) > 0 && len(m.with(agent.Waiting)) == 0 {
		return false, m.ask(ctx, count, unclear)
	}
	return len(m.open) == 0 && undelivered == 0, nil
}

// review looks at the count again and keeps what is not settled.
func (m *Manager) review(ctx context.Context, count agent.CountID) error {
	var variances []agent.Variance
	if err := m.page.do(ctx, "count.review", map[string]any{"count": count}, &variances); err != nil {
		return err
	}
	m.open = slices.DeleteFunc(variances, func(v agent.Variance) bool {
		return v.Status == agent.Matches || v.Status == agent.Settled || v.Status == agent.Tolerated
	})
	return nil
}

// with returns the items whose variance has one of the statuses.
func (m *Manager) with(statuses ...agent.Status) []agent.ItemID {
	var items []agent.ItemID
	for _, v := range m.open {
		if slices.Contains(statuses, v.Status) {
			items = append(items, v.Item)
		}
	}
	return items
}

// ask has items counted once more, and waits until the page shows that.
func (m *Manager) ask(ctx context.Context, count agent.CountID, items []agent.ItemID) error {
	var asked agent.Recount
	if err := m.page.do(ctx, "count.recount", map[string]any{"count": count, "items": items, "why": "not certain"}, &asked); err != nil {
		return err
	}
	for _, item := range items {
		m.recounted[item] = true
	}
	return m.shown(ctx, count, asked.Round)
}

func (m *Manager) shown(ctx context.Context, count agent.CountID, round int64) error {
	m.rounds++
	return m.page.until(ctx, func() bool { return m.page.seen.count(count).recounts[round].Round == round })
}

// approve approves everything that is certain. What became uncertain meanwhile is
// seen at the next look.
func (m *Manager) approve(ctx context.Context, count agent.CountID) error {
	err := m.page.do(ctx, "count.approve", map[string]any{
		"count": count, "all_ready": true, "reason": "Counting difference",
	}, nil)
	if isClash(err) {
		return nil
	}
	return err
}

// deliveries decides every conflict by a recount, as a careful person does, and
// returns how many deliveries are not resolved.
func (m *Manager) deliveries(ctx context.Context, count agent.CountID) (open int, err error) {
	var export struct {
		Deliveries []agent.Delivery `json:"deliveries"`
	}
	if err := m.page.do(ctx, "count.export", map[string]any{"count": count}, &export); err != nil {
		return 0, err
	}
	for _, d := range export.Deliveries {
		if !d.State.Resolved() {
			open++
		}
		if d.State != agent.Conflict && d.State != agent.InDoubt && d.State != agent.Rejected {
			continue
		}
		if err := m.conflict(ctx, d); err != nil {
			return open, err
		}
	}
	return open, nil
}

// patience is how many conflicts of one item a Manager answers with a recount
// before leaving the shop's number as it is.
const patience = 3

func (m *Manager) conflict(ctx context.Context, d agent.Delivery) error {
	why := "no reason"
	if d.Problem != nil {
		why = d.Problem.Error()
	}
	m.conflicts = append(m.conflicts, fmt.Sprintf("%s of %s is %s: %s", d.Adjustment.ID, d.Adjustment.Item, d.State, why))
	item, count := d.Adjustment.Item, d.Adjustment.Count
	decision, before := "recount", int64(len(m.page.recounts(count)))
	if m.clashed[item]++; m.clashed[item] > patience {
		decision = "keep-theirs"
	}
	err := m.page.do(ctx, "delivery.decide", map[string]any{"adjustment": d.Adjustment.ID, "decision": decision}, nil)
	switch {
	case isClash(err):
		return nil
	case err != nil || decision != "recount":
		return err
	}
	m.recounted[item] = true
	return m.shown(ctx, count, before+1)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
