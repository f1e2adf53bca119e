package station_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/metrics"
	"github.com/stockhand/stockhand/agent/station"
)

func (s *testShop) figures(count agent.CountID) station.Figures {
	s.t.Helper()
	return ask[station.Figures](s, boss, "count.metrics", station.OneCount{Count: count})
}

// priced puts a cost of 1.00 on everything.
func (s *testShop) priced() {
	s.t.Helper()
	items := stocked()
	for n := range items {
		items[n].Cost = agent.Money{Minor: 100, Currency: "EUR"}
	}
	s.stock(items...)
}

func TestACountInFigures(t *testing.T) {
	s := openShop(t)
	s.priced()
	count := s.counted() // 11 of 12, 5 of 5, 1 of 3
	f := s.figures(count)
	a := f.Accuracy
	if a.Exact != (metrics.Share{Lo: 1, Hi: 1, Of: 3}) || a.SignedError != agent.Exactly(-3) || a.Absolute != agent.Exactly(3) || len(f.Definitions) < 11 {
		t.Errorf("%+v", a)
	}
	var zones []string
	for _, z := range f.Zones {
		zones = append(zones, fmt.Sprintf("%s/%t/%d of %d", z.Name, z.Several, z.Accuracy.Exact.Lo, z.Accuracy.Items))
	}
	if got, want := strings.Join(zones, ", "), "shop/false/1 of 2, /true/0 of 1"; got != want {
		t.Errorf("zones are %s, want %s", got, want)
	}
	if len(f.Counters) != 1 || f.Counters[0].Name != clerk.Actor.ID {
		t.Errorf("counters %+v", f.Counters)
	}
	if l := f.Shrinkage[0]; l.Loss.Lo != 300 || l.Expected.Lo != 2_000 || l.Rates[0].Verdict != metrics.Over || l.Rates[1].Verdict != metrics.Unknown {
		t.Errorf("shrinkage %+v", l)
	}
	if !f.SalesFrom.IsZero() || f.Finish != nil {
		t.Errorf("sales from %s, finish %+v", f.SalesFrom, f.Finish)
	}
	if f.Speed.Lines != 4 || f.Speed.Units != 17 || f.Speed.Active != 4*time.Minute {
		t.Errorf("speed %+v", f.Speed)
	}
}

// Approving and delivering changes nothing about how wrong the books were.
func TestFiguresStayWhenTheBooksArePutRight(t *testing.T) {
	s := openShop(t)
	s.priced()
	count := s.counted()
	before := s.figures(count)
	s.send(s.approveOne(count, soap), agent.Delivered)
	s.settle()
	after := s.figures(count)
	if fmt.Sprint(before.Accuracy) != fmt.Sprint(after.Accuracy) || fmt.Sprint(before.Shrinkage) != fmt.Sprint(after.Shrinkage) {
		t.Errorf("before %+v, after %+v", before.Accuracy, after.Accuracy)
	}
}

// What was sold is what one shrinkage rate divides by, and from when on it is known
// is said.
func TestShrinkageOfWhatWasSold(t *testing.T) {
	s := openShop(t)
	s.priced()
	paid := s.clock.Now().Add(-time.Hour)
	s.sell(crisps, binA, 4, paid)
	s.onHand[crisps] += 4
	count := s.counted()
	f := s.figures(count)
	if l := f.Shrinkage[0]; l.Sold != 400 || !l.Rates[1].Loss.Known || l.Rates[1].Loss.Lo != 0.75 {
		t.Errorf("shrinkage %+v", l)
	}
	if !f.SalesFrom.Equal(paid) {
		t.Errorf("sales from %s", f.SalesFrom)
	}
}

// A loss that was approved as damage is known.
func TestALossThatWasDamageIsNoUnknownLoss(t *testing.T) {
	s := openShop(t)
	s.priced()
	count := s.counted()
	ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: soap}}, Reason: station.Damage})
	if l := s.figures(count).Shrinkage[0]; l.Loss.Lo != 100 || l.WrittenOff.Lo != 200 {
		t.Errorf("shrinkage %+v", l)
	}
}

// An item that was sold around its counting is a range, and what nobody counted is
// left out.
func TestFiguresOfWhatIsNotCertain(t *testing.T) {
	s := openShop(t)
	count, pass := s.begin(binA)
	s.state()
	s.count(pass, crisps, binA, 5)
	s.count(pass, cola, binA, 7)
	s.sell(crisps, binA, 1, s.clock.Now().Add(-90*time.Second))
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	f := s.figures(count.ID)
	if f.Accuracy.Exact != (metrics.Share{Lo: 0, Hi: 1, Of: 1}) || f.LeftOut != (metrics.LeftOut{Incomplete: 2}) {
		t.Errorf("exact %+v, left out %+v", f.Accuracy.Exact, f.LeftOut)
	}
}

// A line that another person counted again is a verification; one's own recount is
// none.
func TestAgreementIsAboutOtherPeople(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	for round, who := range []agent.Caller{boss, clerk} {
		ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{soap}})
		s.clock.pass(time.Minute)
		pass := ask[agent.Pass](s, who, "pass.open", station.OpenPass{Count: count, Bin: binA, Round: int64(round + 1)})
		s.clock.pass(time.Minute)
		bin := binA
		ask[agent.Scan](s, who, "entry.set", station.SetEntry{Pass: pass.ID, Item: soap, Bin: &bin, Quantity: 1})
	}
	a := s.figures(count).Agreement
	if len(a) != 2 || a[0].Lines != 1 || a[1].Lines != 1 || a[0].Rate != nil {
		t.Errorf("%+v", a)
	}
}

// A shelf that two people typed in the same order is a hint, until one of them takes
// it back.
func TestADoubledShelfIsAHintUntilItIsUndone(t *testing.T) {
	s := openShop(t)
	var items []agent.Item
	for n := range 6 {
		items = append(items, agent.Item{ID: agent.ItemID(fmt.Sprint("item-", n)), SKU: fmt.Sprint(n), Tracked: true, Bins: []agent.Bin{binA}})
	}
	s.stock(items...)
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{})
	var scans []agent.Scan
	for _, who := range []agent.Caller{clerk, boss} {
		pass := ask[agent.Pass](s, who, "pass.open", station.OpenPass{Count: count.ID, Bin: binA})
		for _, item := range items {
			s.clock.pass(20 * time.Second)
			bin := binA
			scans = append(scans, ask[agent.Scan](s, who, "entry.set", station.SetEntry{Pass: pass.ID, Item: item.ID, Bin: &bin, Quantity: 2}))
		}
	}
	said := func() string {
		var all []string
		for _, h := range s.figures(count.ID).Doubled {
			all = append(all, h.Sentence)
		}
		return strings.Join(all, "\n")
	}
	want := fmt.Sprintf("A in shop looks scanned twice, 09:00 and 09:02: 6 items in the same order, by %s and by %s.", clerk.Actor.ID, boss.Actor.ID)
	if got := said(); !strings.Contains(got, want) {
		t.Errorf("says %q, want %q", got, want)
	}
	for _, scan := range scans[6:] {
		ask[agent.Scan](s, boss, "entry.void", station.VoidEntry{Seq: scan.Seq})
	}
	if got := said(); strings.Contains(got, "twice") {
		t.Errorf("says %q although the second walk was undone", got)
	}
}

// Items of one bin and one price that are as much short as over are a hint.
func TestItemsThatWereTakenForEachOther(t *testing.T) {
	s := openShop(t)
	items := stocked()
	for n := range items {
		items[n].Price = agent.Money{Minor: 199, Currency: "EUR"}
	}
	s.stock(items...)
	count, pass := s.begin(binA)
	s.state()
	s.count(pass, crisps, binA, 7)
	s.count(pass, soap, binA, 1)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	o := s.figures(count.ID).Offsets
	if len(o) != 1 || !strings.HasPrefix(o[0].Sentence, "Soap (S) is 2 short and Crisps (K) is 2 over: both lie in A and they cost the same.") {
		t.Errorf("%+v", o)
	}
}

// While a count is open its end is foretold as a range, of what is still expected.
func TestTheEndOfACountIsForetold(t *testing.T) {
	s := openShop(t)
	count, pass := s.begin(binA)
	s.state()
	for n := range 20 {
		s.count(pass, crisps, binA, int64(n))
	}
	s.count(pass, cola, binA, 7)
	f := s.figures(count.ID).Finish
	if f == nil || !f.Known || f.Working != 1 || f.Remaining != 5+3 || f.Early > f.Late {
		t.Errorf("%+v", f)
	}
}
