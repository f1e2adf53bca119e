package rehearsal

import (
	"maps"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// afterwards is what a manager does about sales that become known when the count is
// over: approve what follows from them, and count what is not certain in a new count.
func (m *manager) afterwards(count agent.CountID) {
	late := &m.outcome.late
	time.Sleep(time.Until(m.day.evening().Add(m.day.scenario.basket + time.Minute)))
	m.day.till.online()
	_, late.sales = m.day.till.told()
	time.Sleep(2 * time.Minute) // until the feed was read
	wrong, _ := m.day.shelves.wrong(m.day.onHand)
	late.wrong = len(wrong)
	open := slices.DeleteFunc(m.review(count, nil), func(v agent.Variance) bool { return !v.Late })
	late.unflagged = m.unflagged(wrong, open)
	m.explain(count, late.unflagged)
	m.approve(count)
	for m.undelivered(count) > 0 {
		m.clashesOver(count)
		time.Sleep(30 * time.Second)
	}
	rest := m.review(count, nil)
	late.compensated = len(open) - len(rest)
	if late.counted = len(rest); len(rest) > 0 {
		m.anew(rest)
	}
}

// unflagged returns what is wrong and not among what the agent says is open.
func (m *manager) unflagged(wrong map[int]int64, open []agent.Variance) map[int]int64 {
	left := maps.Clone(wrong)
	for _, v := range open {
		delete(left, m.day.byItem[v.Item])
	}
	return left
}

// clashesOver keeps the shop's number where an adjustment met a change that nothing
// explained, since a count that is over takes no recount.
func (m *manager) clashesOver(count agent.CountID) {
	for _, d := range m.deliveries(count) {
		if d.State == agent.Conflict || d.State == agent.InDoubt || d.State == agent.Rejected {
			m.outcome.clashes++
			m.day.t.Logf("%s of %s is %s: %v", d.Adjustment.ID, d.Adjustment.Item, d.State, d.Problem)
			m.day.office.must(m.who, "delivery.decide", map[string]any{"adjustment": d.Adjustment.ID, "decision": "keep-theirs"}, nil)
		}
	}
}

// anew counts goods in a count of their own.
func (m *manager) anew(rest []agent.Variance) {
	count := m.open(agent.Spot)
	only := map[agent.ItemID]bool{}
	var goods []int
	for _, v := range rest {
		only[v.Item] = true
		goods = append(goods, m.day.byItem[v.Item])
	}
	slices.Sort(goods)
	m.count(count, goods, 0)
	m.command("count.close", count, nil)
	m.settle(count, only)
	m.command("count.finish", count, map[string]any{"leave_undecided": true}) // what else lies in those bins
}
