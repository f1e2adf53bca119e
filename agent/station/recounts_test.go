package station_test

import (
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
	"github.com/stockhand/stockhand/agent/station"
)

// The advice asks for what differs, forgets what is asked for, and is content when two
// rounds agree.
func TestAdviceFollowsTheRecounts(t *testing.T) {
	s := openShop(t)
	items := stocked()
	items[0].Cost, items[2].Cost = agent.Money{Minor: 100, Currency: "EUR"}, agent.Money{Minor: 90, Currency: "EUR"}
	s.stock(items...)
	count := s.counted() // cola 11 of 12, crisps 5 of 5, soap 1 of 3
	advise := func() (string, reconcile.Advice) {
		advice := ask[reconcile.Advice](s, boss, "count.recount-advice", station.OneCount{Count: count})
		var ids []string
		for _, l := range advice.Lines {
			ids = append(ids, string(l.Item))
		}
		return strings.Join(ids, " "), advice
	}
	if got, advice := advise(); got != "soap cola" || advice.Lines[0].Why == "" || advice.Lines[0].Risk.Minor != 180 {
		t.Errorf("asked for %s: %+v", got, advice)
	}
	r := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{soap}})
	if got, advice := advise(); got != "cola" || advice.Pending != 1 {
		t.Errorf("after asking for soap: %s, %d asked for", got, advice.Pending)
	}
	pass := s.walk(count, binA, r.Round)
	s.count(pass, soap, binA, 1)
	s.settle()
	if got, _ := advise(); got != "cola" {
		t.Errorf("after soap was counted the same again: %s", got)
	}
	s.count(pass, soap, binA, 2)
	s.settle()
	if got, advice := advise(); got != "soap cola" && got != "cola soap" || advice.Pending != 0 {
		t.Errorf("after soap was counted otherwise: %s", got)
	}
	s.refused("no_count", boss, "count.recount-advice", station.OneCount{Count: "count-99"})
	open, _ := s.begin(binA)
	if advice := ask[reconcile.Advice](s, boss, "count.recount-advice", station.OneCount{Count: open.ID}); len(advice.Lines) != 0 {
		t.Errorf("of an open count it says %+v", advice)
	}
}

// A recount leads to bins that nobody has been to before. What else is known in them is
// no part of the count for that; what was asked for is, also if nobody finds it.
func TestARecountPullsNothingInThatNobodyAskedFor(t *testing.T) {
	s := openShop(t)
	s.labelled()
	count, pass := s.begin(binA)
	s.state()
	for _, item := range []agent.ItemID{cola, crisps, soap} {
		s.count(pass, item, binA, 5)
	}
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	r := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count.ID, Items: []agent.ItemID{cola, "shampoo"}})
	s.count(s.walk(count.ID, binB, r.Round), cola, binB, 7)
	got := s.review(count.ID)
	for _, stranger := range []agent.ItemID{"tea", "teabag"} {
		if v, in := got[stranger]; in {
			t.Errorf("%s is %s: %s", stranger, v.Status, v.Sentence)
		}
	}
	if v := got["shampoo"]; v.Status != agent.NotComplete || len(got) != 4 {
		t.Errorf("%d items, and shampoo that was asked for is %q", len(got), v.Status)
	}
}
