package station_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
	"github.com/stockhand/stockhand/agent/station"
)

// A spot check of the plan keeps how it was drawn, so that it can be certified after it.
func TestASpotCheckIsCertified(t *testing.T) {
	s := openShop(t)
	s.state()
	count := ask[agent.Count](s, boss, "plan.open", station.OpenPlanned{Job: plan.Weekly})
	var sample plan.Sample
	if err := json.Unmarshal(count.Sample, &sample); err != nil || sample.Seed == "" || sample.Of() != 3 {
		t.Fatalf("the sample is %+v: %v", sample, err)
	}
	if got := s.listed(count.ID); !slices.Equal(got, sample.Items()) || count.Type != agent.Spot {
		t.Errorf("the list is %v, drawn were %v", got, sample.Items())
	}
	certify := func() station.Certified {
		return ask[station.Certified](s, boss, "plan.certificate", station.OneCount{Count: count.ID})
	}
	pass := s.walk(count.ID, binA, 0)
	s.count(pass, cola, binA, 7)
	s.count(pass, crisps, binA, 5)
	s.count(pass, cola, binB, 5)
	if c := certify(); c.Void == "" || len(c.Open) != 3 {
		t.Errorf("while it is counted: %+v", c)
	}
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	if c := certify(); !strings.Contains(c.Sentence, "This certifies nothing. 1 of the 3 that were drawn was not counted, or not certainly") || c.Open[0].Item != soap {
		t.Errorf("with one that was not counted: %+v", c)
	}
	ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count.ID, Items: []agent.ItemID{soap}})
	s.count(s.walk(count.ID, binA, 1), soap, binA, 1)
	s.settle()
	if c := certify(); c.Sentence != "All 3 checked, 1 wrong: 66.6 % right." || len(c.WrongItems) != 1 || c.WrongItems[0].SKU != "S" {
		t.Errorf("%q %+v", c.Sentence, c)
	}
	s.refused("no_sample", boss, "plan.certificate", station.OneCount{Count: s.counted()})
}

func TestAJobOfThePlanIsOpened(t *testing.T) {
	s := openShop(t)
	s.state()
	s.refused("no_job", boss, "plan.open", station.OpenPlanned{Job: plan.Daily + "x"})
	full := ask[agent.Count](s, boss, "plan.open", station.OpenPlanned{Job: plan.Quarterly, Name: "All of it"})
	if full.Type != agent.Full || !full.Scope.Free() || full.Name != "All of it" {
		t.Errorf("the quarter's: %+v", full)
	}
	daily := ask[agent.Count](s, boss, "plan.open", station.OpenPlanned{Job: plan.Daily})
	for _, job := range s.plan().Proposals {
		if slices.Contains(s.proposed(job.Kind), s.listed(daily.ID)[0]) && job.Kind != plan.Weekly {
			t.Errorf("what is being counted is proposed again: %v", job)
		}
	}
	if daily.Type != agent.Cycle || daily.Scope.Listed == 0 || !strings.HasPrefix(daily.Name, "Cycle count of") {
		t.Errorf("the day's: %+v", daily)
	}
}

// What is left is told bin by bin in walking order, and no quantity with it.
func TestWhatIsLeftToCount(t *testing.T) {
	s := openShop(t)
	s.labelled()
	count, pass := s.scoped(station.OpenScope{Items: []agent.ItemID{cola, crisps, "shampoo"}}, binA)
	left := func(a station.LeftOf) station.LeftToCount {
		a.Count = count.ID
		return ask[station.LeftToCount](s, clerk, "count.left", a)
	}
	l := left(station.LeftOf{})
	if l.Total != 4 || l.Left != 4 || len(l.Bins) != 3 || l.Bins[0] != (station.LeftBin{Bin: binA, Zone: "shop", Total: 2, Left: 2}) || l.Bins[2].Bin != "" {
		t.Errorf("at first: %+v", l)
	}
	s.count(pass, crisps, binA, 5)
	s.count(pass, "shampoo", binA, 1)
	l = left(station.LeftOf{})
	if l.Left != 2 || len(l.Bins) != 2 || len(l.Lines) != 2 || l.Lines[0].Name != "Cola" || l.Lines[1].Bin != binB {
		t.Errorf("then: %+v", l)
	}
	if l = left(station.LeftOf{Bin: ptr(binB)}); len(l.Lines) != 1 || l.Left != 2 {
		t.Errorf("of B: %+v", l)
	}
	if text, _ := json.Marshal(l); strings.Contains(string(text), "on_hand") || strings.Contains(string(text), "quantity") {
		t.Errorf("it tells %s", text)
	}
	free := ask[agent.Count](s, boss, "count.open", station.OpenCount{})
	if l := ask[station.LeftToCount](s, clerk, "count.left", station.LeftOf{Count: free.ID}); l.Total != 0 || len(l.Bins) != 0 {
		t.Errorf("a free count: %+v", l)
	}
}

// What would go wrong is said before anybody walks.
func TestACountIsCheckedBeforeItBegins(t *testing.T) {
	s := openShop(t)
	s.labelled()
	s.onHand[soap] = -2
	s.state()
	other, pass := s.scoped(station.OpenScope{Items: []agent.ItemID{crisps}}, binA)
	s.count(pass, crisps, binA, 5)
	got := map[station.Trouble][]string{}
	checked := ask[station.CheckedCount](s, boss, "count.check", station.CheckCount{})
	for _, trouble := range checked.Troubles {
		for _, item := range trouble.Items {
			got[trouble.Trouble] = append(got[trouble.Trouble], item.SKU)
		}
	}
	want := map[station.Trouble][]string{
		station.Untracked: {"T"}, station.Negative: {"S"}, station.InOther: {"K"},
		station.NoShelf: {"H"}, station.OneBarcode: {"T", "U"}, station.NoCost: {"K", "H", "S", "T", "U"},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
	if checked.Items != 6 || len(checked.NotKnown) != 3 || !strings.Contains(checked.NotKnown[1], "of 2 items is not known yet") || !strings.Contains(checked.NotKnown[2], "transfers are still open") {
		t.Errorf("%d items, not known: %q", checked.Items, checked.NotKnown)
	}
	if s := checked.Troubles[1].Sentence; s != "1 item is below zero on the books: something that came was not booked." {
		t.Errorf("%q", s)
	}
	if c := ask[station.CheckedCount](s, boss, "count.check", station.CheckCount{Count: other.ID}); c.Items != 1 {
		t.Errorf("of the other count %d items are checked", c.Items)
	}
	if c := ask[station.CheckedCount](s, boss, "count.check", station.CheckCount{Scope: station.OpenScope{Zones: []agent.Zone{"store"}}}); c.Items != 3 {
		t.Errorf("of the store %d items are checked", c.Items)
	}
	if c := ask[station.CheckedCount](s, boss, "count.check", station.CheckCount{Scope: station.OpenScope{Items: []agent.ItemID{cola}}}); c.Items != 1 {
		t.Errorf("of a list %d items are checked", c.Items)
	}
	s.clock.pass(time.Second)
}

// Whoever opens a count is shown what there is to choose from.
func TestWhatACountCanBeAbout(t *testing.T) {
	s := openShop(t)
	s.labelled()
	c := ask[station.ScopeChoices](s, boss, "count.choices", struct{}{})
	if c.Items != 6 || len(c.Classes) != 4 || len(c.Jobs) == 0 || c.Jobs[0].Items == 0 || c.Jobs[0].Why == "" {
		t.Errorf("%+v", c)
	}
	if want := []station.ZoneChoice{{Zone: "shop", Bins: 1}, {Zone: "store", Bins: 1}}; !slices.Equal(c.Zones, want) {
		t.Errorf("zones %+v", c.Zones)
	}
}
