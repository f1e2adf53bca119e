package station_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
	"github.com/stockhand/stockhand/agent/station"
)

// dueOf is what a plan says of an item, if it is due.
func dueOf(p station.PlanShown, item agent.ItemID) plan.Due {
	for _, d := range p.Due {
		if d.Item == item {
			return d
		}
	}
	return plan.Due{}
}

// proposed returns the items of a job, asked for one by one.
func (s *testShop) proposed(kind plan.Kind) (items []agent.ItemID) {
	s.t.Helper()
	for _, job := range s.plan().Proposals {
		for n := int64(0); job.Kind == kind && n < job.Items; n++ {
			p := ask[station.PlanShown](s, boss, "plan.show", station.ShowPlan{Job: kind, From: int(n), Limit: 1})
			items = append(items, p.Items[0].Item)
		}
	}
	return items
}

func (s *testShop) plan() station.PlanShown {
	s.t.Helper()
	return ask[station.PlanShown](s, boss, "plan.show", station.ShowPlan{})
}

// A plan follows a shop from its first day on: never counted, counted, sold, sold out,
// wrong, due again.
func TestThePlanFollowsTheShop(t *testing.T) {
	s := openShop(t)
	p := s.plan()
	if p.DueItems != 3 || p.Coverage.Counted != 0 || p.Items[0].SKU != "C" || len(p.Items) != 3 {
		t.Errorf("on the first day: %+v", p)
	}
	if got := s.proposed(plan.Quarterly); len(got) != 3 || p.Proposals[len(p.Proposals)-1].Type != agent.Full {
		t.Errorf("on the first day %v are proposed", got)
	}

	count := s.counted() // soap is 2 short
	p = s.plan()
	if p.DueItems != 0 || p.Coverage.Counted != 3 {
		t.Errorf("after the count: %+v", p)
	}
	s.send(s.approveOne(count, soap), agent.Delivered)
	s.clock.pass(time.Minute)
	s.sell(crisps, "", 5, s.clock.Now()) // nobody states its number anew
	p = s.plan()
	if d := dueOf(p, crisps); !strings.Contains(d.Sentence, "The books say 0 since 2 March 2026, and nobody has looked since.") {
		t.Errorf("sold out: %+v", d)
	}
	if got := s.proposed(plan.Zeros); !slices.Equal(got, []agent.ItemID{crisps}) {
		t.Errorf("%v are to be confirmed", got)
	}

	s.clock.pass(14 * 24 * time.Hour)
	p = s.plan()
	if d := dueOf(p, soap); !strings.HasPrefix(d.Sentence, "The count of 2 March 2026 found 2 fewer than the books had.") {
		t.Errorf("wrong two weeks ago: %+v", d)
	}
	if cola := dueOf(p, cola); cola.Item != "" {
		t.Errorf("%+v", cola)
	}
	s.clock.pass(77 * 24 * time.Hour)
	if p = s.plan(); p.DueItems != 3 || p.Coverage.Counted != 0 {
		t.Errorf("after a quarter %d are due and %d counted", p.DueItems, p.Coverage.Counted)
	}
}

// What is not kept track of, or not stocked here, has no plan; an item of which a bin
// was left out was not counted.
func TestWhatThePlanIsAbout(t *testing.T) {
	s := openShop(t)
	items := append(stocked(), agent.Item{ID: "tea", SKU: "T", Tracked: true})
	items[2].Tracked = false
	s.stock(items...)
	s.put(event(agent.BookStated, agent.BookFact{Books: []agent.Book{{Item: "tea", Location: here, Tracked: true, At: agent.Stamp{At: morning}}}}))
	_, pass := s.begin(binA)
	s.count(pass, cola, binA, 7)
	p := s.plan()
	if p.DueItems != 2 || !strings.Contains(p.Notes[0], "2 items of the catalogue are left out") {
		t.Errorf("%+v", p)
	}
	if got := s.proposed(plan.Daily); !slices.Equal(got, []agent.ItemID{crisps}) {
		t.Errorf("while cola is being counted %v are proposed", got)
	}
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: "count-1"})
	if d := dueOf(s.plan(), cola); d.Sentence != "It was never counted in B." {
		t.Errorf("%+v", d)
	}
}

// A week's sample stays what it is, however often it is asked for.
func TestASampleIsDrawnOnceAWeek(t *testing.T) {
	s := openShop(t)
	items := make([]agent.Item, 500)
	for i := range items {
		items[i] = agent.Item{ID: agent.ItemID(strings.Repeat("x", i+1)), Tracked: true}
	}
	s.stock(items...)
	first := s.proposed(plan.Weekly)
	if len(first) != 56 {
		t.Errorf("%d of 500 are drawn", len(first))
	}
	s.clock.pass(6 * 24 * time.Hour) // from Monday to Sunday
	if again := s.proposed(plan.Weekly); !slices.Equal(again, first) {
		t.Error("the sample changed within the week")
	}
	s.clock.pass(24 * time.Hour)
	if next := s.proposed(plan.Weekly); slices.Equal(next, first) {
		t.Error("the next week draws the same sample")
	}
	ask[agent.Count](s, boss, "count.open", station.OpenCount{Type: agent.Spot})
	if more := s.proposed(plan.Weekly); more != nil {
		t.Error("a second spot check is proposed in one week")
	}
}

func TestThePlansJobs(t *testing.T) {
	s := openShop(t)
	p := ask[station.PlanShown](s, boss, "plan.show", station.ShowPlan{Limit: 2, Job: plan.Quarterly})
	if p.DueItems != 3 || len(p.Items) != 2 || p.Items[0].Name != "Cola" || len(p.Items[0].Bins) != 2 {
		t.Errorf("%+v", p)
	}
	if job := p.Proposals[len(p.Proposals)-1]; job.Kind != plan.Quarterly || job.Items != 3 || job.Bins != 2 {
		t.Errorf("%+v", job)
	}
	for from, want := range map[int]int{2: 1, 3: 0, 7: 0} {
		if p := ask[station.PlanShown](s, boss, "plan.show", station.ShowPlan{Limit: 2, Job: plan.Quarterly, From: from}); len(p.Items) != want {
			t.Errorf("after %d: %+v", from, p.Items)
		}
	}
	s.refused("no_job", boss, "plan.show", station.ShowPlan{Job: "yearly"})
	s.refused("forbidden", clerk, "plan.show", station.ShowPlan{})
}

// The seconds of a line are measured where enough was counted.
func TestThePaceIsMeasured(t *testing.T) {
	s := openShop(t)
	var items []agent.Item
	for i := range 12 {
		items = append(items, agent.Item{ID: agent.ItemID(strings.Repeat("x", i+1)), Tracked: true, Bins: []agent.Bin{binA}})
	}
	s.stock(items...)
	for range 3 {
		count, pass := s.begin(binA)
		for _, item := range items {
			s.count(pass, item.ID, binA, 1) // a minute each
		}
		ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	}
	if w := s.plan().Work; !w.Measured || w.SecondsPerLine != 60 {
		t.Errorf("%+v", w)
	}
}
