package rehearsal

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// manager opens the count, has counted again what is not certain, and approves the
// rest.
type manager struct {
	day      *day
	who      agent.Caller
	counters [2]*counter // front and back room
	asked    map[int]int // how often somebody was asked about a good
	outcome  outcome
}

// outcome is what came of a day. Goods are told by their numbers.
type outcome struct {
	scenario scenario
	sold     int
	adjusted int // adjustments that the shop has
	asked    int // goods that somebody was asked about when the count was closed
	again    int // goods asked about at any time
	recounts int // goods in all recounts
	rounds   int
	clashes  int           // deliveries that met a change which nothing explained
	took     time.Duration // from the closing of the count until nothing was left to decide
	// unflagged are goods with a wrong quantity about which nobody was asked, wrong all
	// others; by how many units.
	unflagged, wrong map[int]int64
	late             lateOutcome
}

// lateOutcome is what came of sales that were told after everything was posted.
type lateOutcome struct {
	sales       int
	wrong       int // goods that they made wrong
	compensated int // by an approval alone
	counted     int // by counting again
	unflagged   map[int]int64
}

func newManager(d *day) *manager {
	m := &manager{day: d, who: caller("manager", agent.Manager), asked: map[int]int{}}
	m.counters = [2]*counter{newCounter(d, "front", 3), newCounter(d, "back", 4)}
	m.outcome = outcome{scenario: d.scenario, unflagged: map[int]int64{}}
	return m
}

// rehearse is the manager's day.
func (m *manager) rehearse() {
	count := m.open(agent.Full)
	var walks sync.WaitGroup
	for i, c := range m.counters {
		walks.Go(func() {
			for _, zone := range m.zones(i) {
				c.walk(count, 0, zone)
			}
		})
	}
	walks.Wait()
	m.command("count.close", count, nil)
	closed := time.Now()
	m.settle(count, nil)
	m.outcome.took = time.Since(closed)
	m.judge(count)
	m.command("count.finish", count, nil)
	if m.day.scenario.late > 0 {
		m.afterwards(count)
	}
	m.sum()
}

func (m *manager) open(kind agent.CountType) agent.CountID {
	var count agent.Count
	m.day.office.must(m.who, "count.open", map[string]any{"type": kind}, &count)
	return count.ID
}

func (m *manager) command(op string, count agent.CountID, more map[string]any) {
	args := map[string]any{"count": count}
	for k, v := range more {
		args[k] = v
	}
	m.day.office.must(m.who, op, args, nil)
}

// zones lists what one of the counters walks, zone after zone, bin after bin.
func (m *manager) zones(part int) [][]spot {
	var all []spot
	for i, g := range m.day.goods {
		if part < len(g.bins) {
			all = append(all, spot{i, g.bins[part]})
		}
	}
	var zones [][]spot
	for zone := range slices.Chunk(all, zoneSize) {
		zones = append(zones, zone)
	}
	return zones
}

// settle decides until nothing is left to decide. Where only some goods are meant,
// the others are left alone.
func (m *manager) settle(count agent.CountID, only map[agent.ItemID]bool) {
	judged := only != nil
	for {
		m.clashes(count)
		open := m.review(count, only)
		if len(with(open, agent.Ready)) > 0 {
			m.approve(count)
			continue
		}
		if waiting := with(open, agent.Waiting); len(waiting) > 0 || m.undelivered(count) > 0 {
			m.wait(waiting)
			continue
		}
		unclear := with(open, agent.NeedsRecount, agent.NotComplete, agent.NotAdjustable)
		if !judged {
			judged = true
			m.outcome.asked = len(unclear)
			m.judgeUnasked(count, unclear)
		}
		if len(unclear) == 0 {
			return
		}
		m.recount(count, unclear)
	}
}

func (m *manager) review(count agent.CountID, only map[agent.ItemID]bool) []agent.Variance {
	var all []agent.Variance
	m.day.office.must(m.who, "count.review", map[string]any{"count": count}, &all)
	return slices.DeleteFunc(all, func(v agent.Variance) bool {
		return v.Status == agent.Matches || v.Status == agent.Settled || v.Status == agent.Tolerated || only != nil && !only[v.Item]
	})
}

func with(all []agent.Variance, statuses ...agent.Status) []agent.Variance {
	var some []agent.Variance
	for _, v := range all {
		if slices.Contains(statuses, v.Status) {
			some = append(some, v)
		}
	}
	return some
}

// approve approves what is certain. What became uncertain meanwhile is seen at the
// next look.
func (m *manager) approve(count agent.CountID) {
	err := m.day.office.call(m.who, "count.approve", map[string]any{"count": count, "all_ready": true, "reason": "counted"}, nil)
	if err != nil && agent.AsError(err).Class != agent.Clash {
		m.day.t.Fatal(err)
	}
}

// wait lets time pass until the last of the goods need not wait any more, as far as
// that is known.
func (m *manager) wait(waiting []agent.Variance) {
	until := time.Now().Add(30 * time.Second)
	for _, v := range waiting {
		if v.Until.After(until) {
			until = v.Until
		}
	}
	time.Sleep(time.Until(until))
}

func (m *manager) deliveries(count agent.CountID) (all []agent.Delivery) {
	err := m.day.office.queue.Read(context.Background(), func(v agent.View) (err error) {
		all, err = v.DeliveriesOf(count)
		return err
	})
	if err != nil {
		m.day.t.Fatal(err)
	}
	return all
}

func (m *manager) undelivered(count agent.CountID) (n int) {
	for _, d := range m.deliveries(count) {
		if !d.State.Resolved() {
			n++
		}
	}
	return n
}

// clashes has counted again what met a change that nothing explained.
func (m *manager) clashes(count agent.CountID) {
	for _, d := range m.deliveries(count) {
		if d.State != agent.Conflict && d.State != agent.InDoubt && d.State != agent.Rejected {
			continue
		}
		m.outcome.clashes++
		m.day.t.Logf("%s of %s is %s: %v", d.Adjustment.ID, d.Adjustment.Item, d.State, d.Problem)
		m.day.office.must(m.who, "delivery.decide", map[string]any{"adjustment": d.Adjustment.ID, "decision": "recount"}, nil)
		m.count(count, []int{m.day.byItem[d.Adjustment.Item]}, m.round(count))
	}
}

// round returns the number of the newest recount.
func (m *manager) round(count agent.CountID) (round int64) {
	err := m.day.office.queue.Read(context.Background(), func(v agent.View) error {
		all, err := v.Recounts(count)
		for _, r := range all {
			round = max(round, r.Round)
		}
		return err
	})
	if err != nil {
		m.day.t.Fatal(err)
	}
	return round
}

// mostRounds is more than any day needs: customers have left long before.
const mostRounds = 60

// recount has goods counted once more, which takes its time.
func (m *manager) recount(count agent.CountID, unclear []agent.Variance) {
	items := make([]agent.ItemID, len(unclear))
	goods := make([]int, len(unclear))
	for i, v := range unclear {
		items[i], goods[i] = v.Item, m.day.byItem[v.Item]
	}
	if m.outcome.rounds++; m.outcome.rounds > mostRounds {
		m.day.t.Fatalf("after %d recounts this is not certain: %s", mostRounds, unclear[0].Sentence)
	}
	var asked agent.Recount
	m.day.office.must(m.who, "count.recount", map[string]any{"count": count, "items": items, "why": "not certain"}, &asked)
	time.Sleep(2 * time.Minute)
	m.count(count, goods, asked.Round)
}

// count has goods counted in all their bins.
func (m *manager) count(count agent.CountID, goods []int, round int64) {
	var spots []spot
	for _, i := range goods {
		m.asked[i]++
		m.outcome.recounts++
		for _, bin := range m.day.goods[i].bins {
			spots = append(spots, spot{i, bin})
		}
	}
	slices.SortFunc(spots, func(a, b spot) int { return cmp.Or(cmp.Compare(a.bin, b.bin), cmp.Compare(a.good, b.good)) })
	c := m.counters[0]
	c.careful = true
	c.walk(count, round, spots)
}

// judgeUnasked looks at what is settled without anybody having been asked.
func (m *manager) judgeUnasked(count agent.CountID, unclear []agent.Variance) {
	asked := map[int]bool{}
	for _, v := range unclear {
		asked[m.day.byItem[v.Item]] = true
	}
	wrong, _ := m.day.shelves.wrong(m.day.onHand)
	for good, off := range wrong {
		if !asked[good] && m.asked[good] == 0 {
			m.outcome.unflagged[good] = off
		}
	}
	m.explain(count, m.outcome.unflagged)
}

// explain logs what the agent says of goods of which the shop's number is wrong.
func (m *manager) explain(count agent.CountID, wrong map[int]int64) {
	if len(wrong) == 0 || m.day.scenario.method != agent.CutOff {
		return
	}
	var all []agent.Variance
	m.day.office.must(m.who, "count.review", map[string]any{"count": count}, &all)
	for _, v := range all {
		if off, is := wrong[m.day.byItem[v.Item]]; is {
			m.day.t.Logf("the shop has %+d of %s, which is %s: %s", off, v.Item, v.Status, v.Sentence)
		}
	}
}

// judge looks at everything once nothing is left to decide.
func (m *manager) judge(count agent.CountID) {
	wrong, _ := m.day.shelves.wrong(m.day.onHand)
	for good, off := range wrong {
		if m.asked[good] == 0 {
			m.outcome.unflagged[good] = off
		}
	}
	m.outcome.again = len(m.asked)
	m.explain(count, wrong)
}

// sum compares everything in the end.
func (m *manager) sum() {
	m.outcome.wrong, _ = m.day.shelves.wrong(m.day.onHand)
	sold, late := m.day.till.told()
	m.outcome.sold = sold + late
	err := m.day.office.queue.Read(context.Background(), func(v agent.View) error {
		all, err := v.Deliveries(agent.Delivered)
		m.outcome.adjusted = len(all)
		return err
	})
	if err != nil {
		m.day.t.Error(err)
	}
	report, err := m.day.office.queue.Replay(context.Background())
	if err != nil || !report.OK() {
		m.day.t.Errorf("what is shown does not follow from the log: %+v %v", report.Findings, err)
	}
}
