package station_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
	"github.com/stockhand/stockhand/agent/station"
)

// labelled puts a catalogue with barcodes in force: the items of these tests by their
// SKU, shampoo that lies nowhere in particular, and two items with one barcode.
func (s *testShop) labelled() {
	items := stocked()
	for i := range items {
		items[i].Codes = []agent.Barcode{{Text: items[i].SKU, Pack: 1}}
	}
	items[0].Cost = agent.Money{Minor: 100, Currency: "EUR"}
	items = append(items,
		agent.Item{ID: "shampoo", SKU: "H", Name: "Shampoo", Tracked: true, Codes: []agent.Barcode{{Text: "H", Pack: 1}}},
		agent.Item{ID: "tea", SKU: "T", Name: "Tea", Bins: []agent.Bin{binB}, Codes: []agent.Barcode{{Text: "X", Pack: 1}}},
		agent.Item{ID: "teabag", SKU: "U", Name: "Tea bag", Tracked: true, Bins: []agent.Bin{binB}, Codes: []agent.Barcode{{Text: "X", Pack: 1}}},
	)
	s.stock(items...)
}

// scan reads a barcode with the scanner of these tests.
func (s *testShop) scan(text string) station.Ingested {
	s.t.Helper()
	s.clock.pass(time.Second)
	in, err := s.Ingest(s.t.Context(), agent.Read{Device: "gun", Raw: []byte(text), At: s.clock.Now()})
	if err != nil {
		s.t.Fatal(err)
	}
	return in
}

// scoped opens a count of a scope and a pass with the scanner.
func (s *testShop) scoped(scope station.OpenScope, bin agent.Bin) (agent.Count, agent.Pass) {
	s.t.Helper()
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{Scope: scope})
	return count, ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count.ID, Bin: bin, Device: "gun"})
}

func (s *testShop) lineOf(count agent.CountID, item agent.ItemID) (units int64) {
	s.t.Helper()
	s.read(func(v agent.View) error {
		lines, err := v.LinesOf(count, item)
		for _, l := range lines {
			units += l.Counted()
		}
		return err
	})
	return units
}

func (s *testShop) listed(count agent.CountID) (items []agent.ItemID) {
	s.t.Helper()
	s.read(func(v agent.View) (err error) {
		items, err = v.Listed(count)
		return err
	})
	return items
}

// What is not on the list is kept, said, and taken in by one tap, at the time at
// which it was scanned.
func TestADirectedListAsksForItsItemsOnly(t *testing.T) {
	s := openShop(t)
	s.labelled()
	count, pass := s.scoped(station.OpenScope{Names: []string{"C", " K "}, Items: []agent.ItemID{cola}}, binA)
	if got := s.listed(count.ID); !slices.Equal(got, []agent.ItemID{cola, crisps}) || count.Scope.Listed != 2 || len(count.Scope.Items) != 0 {
		t.Fatalf("the list is %v of %+v", got, count.Scope)
	}
	if in := s.scan("C"); in.Heard != station.Counted {
		t.Errorf("an item of the list was %s", in.Heard)
	}
	stray := s.scan("S")
	if stray.Heard != station.NotAsked || stray.Scan.Flags&agent.NotAsked == 0 || stray.Scan.Op != agent.Note {
		t.Errorf("another item was %s %v", stray.Heard, stray.Scan.Flags.Names())
	}
	s.scan("S")
	s.refused("not_asked", clerk, "entry.set", station.SetEntry{Pass: pass.ID, Item: soap, Quantity: 2})
	if got := s.lineOf(count.ID, soap); got != 0 {
		t.Errorf("%d of it were counted", got)
	}

	s.clock.pass(time.Hour)
	widened := ask[station.WidenedCount](s, clerk, "count.widen", station.WidenCount{Count: count.ID, Items: []agent.ItemID{soap}})
	if len(widened.Taken) != 2 || widened.Taken[0].Seq == 0 || !widened.Taken[0].Read.At.Equal(stray.Scan.Read.At) || widened.Scope.Listed != 3 {
		t.Errorf("taken in: %+v", widened)
	}
	if in := s.scan("S"); in.Heard != station.Counted {
		t.Errorf("after that it was %s", in.Heard)
	}
	if got := s.lineOf(count.ID, soap); got != 3 {
		t.Errorf("%d of it are counted, want 3", got)
	}
	before := s.head()
	again := ask[station.WidenedCount](s, boss, "count.widen", station.WidenCount{Count: count.ID, Items: []agent.ItemID{soap}})
	if len(again.Taken) != 0 || s.head() != before {
		t.Errorf("taken in twice: %+v", again)
	}
	// Undone, the first of them is a kept scan again.
	ask[agent.Scan](s, clerk, "entry.void", station.VoidEntry{Seq: widened.Taken[0].Seq})
	if got := s.lineOf(count.ID, soap); got != 2 {
		t.Errorf("%d of it are left, want 2", got)
	}
	other := ask[station.WidenedCount](s, clerk, "count.widen", station.WidenCount{Count: count.ID, Items: []agent.ItemID{"shampoo"}})
	if len(other.Taken) != 0 {
		t.Errorf("another item takes %+v in again", other.Taken)
	}
	back := ask[station.WidenedCount](s, clerk, "count.widen", station.WidenCount{Count: count.ID, Items: []agent.ItemID{soap}})
	if len(back.Taken) != 1 || s.lineOf(count.ID, soap) != 3 {
		t.Errorf("taken in again: %+v", back.Taken)
	}
}

// A listed item that nobody counted is incomplete and names the bin; what nobody asked
// for is no part of the review.
func TestTheReviewIsOfAllThatWasAskedFor(t *testing.T) {
	s := openShop(t)
	s.labelled()
	count, pass := s.scoped(station.OpenScope{Items: []agent.ItemID{cola, crisps, "shampoo"}}, binA)
	s.state()
	s.count(pass, cola, binA, 7)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	review := s.review(count.ID)
	if len(review) != 3 {
		t.Errorf("%d items are judged", len(review))
	}
	for item, missing := range map[agent.ItemID][]agent.Bin{cola: {binB}, crisps: {binA}, "shampoo": nil} {
		if v := review[item]; v.Status != agent.NotComplete || !slices.Equal(v.Missing, missing) {
			t.Errorf("%s is %s, missing %v: %s", item, v.Status, v.Missing, v.Sentence)
		}
	}
	if v := review[crisps]; !strings.Contains(v.Sentence, "It is kept in A: count it there") {
		t.Errorf("%s", v.Sentence)
	}
}

// A count of one zone asks for all that is known there, and takes nothing elsewhere.
func TestACountOfAZone(t *testing.T) {
	s := openShop(t)
	s.labelled()
	count, pass := s.scoped(station.OpenScope{Zones: []agent.Zone{"shop"}}, binA)
	s.state()
	s.scan("C")
	s.refused("not_asked", clerk, "entry.set", station.SetEntry{Pass: pass.ID, Item: cola, Bin: ptr(binB), Quantity: 2})
	if in := s.scan("B"); in.Heard != station.Moved || in.Scan.Flags&agent.NotAsked == 0 {
		t.Errorf("a bin outside was %s %v", in.Heard, in.Scan.Flags.Names())
	}
	if in := s.scan("C"); in.Heard != station.NotAsked {
		t.Errorf("an item outside was %s", in.Heard)
	}
	ask[station.WidenedCount](s, clerk, "count.widen", station.WidenCount{Count: count.ID, Bins: []agent.Bin{binB}})
	if got := s.lineOf(count.ID, cola); got != 2 {
		t.Errorf("%d cola, want 2 when B is taken in", got)
	}
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	review := s.review(count.ID)
	if review[crisps].Status != agent.NotComplete || review[soap].Status != agent.NotComplete || len(review[cola].Missing) != 0 {
		t.Errorf("%+v", review)
	}
}

// Without a bin nobody can tell whether it lies in one of those that are asked for.
func TestACountOfABinNeedsTheBin(t *testing.T) {
	s := openShop(t)
	s.labelled()
	_, pass := s.scoped(station.OpenScope{Bins: []agent.Bin{binA}}, "")
	if in := s.scan("H"); in.Heard != station.NoBin {
		t.Errorf("without a bin it was %s", in.Heard)
	}
	s.refused("no_bin", clerk, "entry.set", station.SetEntry{Pass: pass.ID, Item: "shampoo", Quantity: 2})
	s.scan("A")
	if in := s.scan("H"); in.Heard != station.Counted {
		t.Errorf("in the bin it was %s", in.Heard)
	}
}

func TestAScopeThatCanNotBe(t *testing.T) {
	s := openShop(t)
	s.labelled()
	for code, scope := range map[string]station.OpenScope{
		"no_zone":        {Zones: []agent.Zone{"attic"}},
		"no_bin":         {Bins: []agent.Bin{binA, "Z9"}},
		"no_item":        {Names: []string{"C", "nothing", "none", "a", "b", "c", "d"}},
		"no_class":       {Classes: []string{"D"}},
		"empty_list":     {Classes: []string{"A"}},
		"ambiguous_item": {Names: []string{"X"}},
	} {
		s.refused(code, boss, "count.open", station.OpenCount{Scope: scope})
		s.refused(code, boss, "count.check", station.CheckCount{Scope: scope})
	}
	s.refused("empty_list", boss, "count.open", station.OpenCount{Type: agent.ZeroConfirmation})
	count := s.counted()
	s.refused("count_state", clerk, "count.widen", station.WidenCount{Count: count, Items: []agent.ItemID{soap}})
	open, _ := s.scoped(station.OpenScope{Items: []agent.ItemID{cola}}, binA)
	s.refused("no_item", clerk, "count.widen", station.WidenCount{Count: open.ID, Items: []agent.ItemID{"beer"}})
	s.refused("bad_arguments", clerk, "count.widen", station.WidenCount{Count: open.ID})
	s.refused("bad_age", boss, "count.open", station.OpenCount{Policy: &agent.Policy{MaxAge: 365 * 24 * time.Hour}})
}

// A scan after the close belongs to no pass any more: it is kept, and said.
func TestAScanAfterTheCloseOfAScopedCount(t *testing.T) {
	s := openShop(t)
	s.labelled()
	count, _ := s.scoped(station.OpenScope{Items: []agent.ItemID{cola}}, binA)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	if in := s.scan("C"); in.Heard != station.NotOwned || in.Scan.Flags&agent.Unowned == 0 {
		t.Errorf("it was %s %v", in.Heard, in.Scan.Flags.Names())
	}
}

// An item that the shop deletes meanwhile is not asked for any more, and that is said.
func TestAnItemOfTheListLeavesTheCatalogue(t *testing.T) {
	s := openShop(t)
	s.labelled()
	count, pass := s.scoped(station.OpenScope{Items: []agent.ItemID{cola, "shampoo"}}, binA)
	s.stock(stocked()...)
	s.state()
	s.count(pass, cola, binA, 7)
	s.count(pass, cola, binB, 5)
	if in := s.scan("H"); in.Heard != station.NotKnown {
		t.Errorf("its barcode was %s", in.Heard)
	}
	if left := ask[station.LeftToCount](s, clerk, "count.left", station.LeftOf{Count: count.ID}); left.Left != 0 || left.Total != 2 {
		t.Errorf("left: %+v", left)
	}
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	if v := s.review(count.ID)["shampoo"]; v.Status != agent.NotAdjustable || v.Problem == nil || v.Problem.Code != "left_catalogue" || !strings.Contains(v.Sentence, "no such item any more") {
		t.Errorf("%+v", v)
	}
	ask[agent.Count](s, boss, "count.finish", station.FinishCount{Count: count.ID})
}

// What the shop says is gone is listed by itself, and confirmed or counted.
func TestAZeroConfirmation(t *testing.T) {
	s := openShop(t)
	s.labelled()
	s.onHand[crisps], s.onHand[soap] = 0, -2
	s.state()
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{Type: agent.ZeroConfirmation})
	if got := s.listed(count.ID); !slices.Equal(got, []agent.ItemID{crisps, soap}) {
		t.Fatalf("%v are to be confirmed", got)
	}
	pass := s.walk(count.ID, binA, 0)
	s.count(pass, soap, binA, 1) // one was found
	emptied := ask[station.EmptiedBin](s, clerk, "pass.empty", station.EmptyBin{Pass: pass.ID})
	if emptied.Zeroed != 1 { // cola is known in A, and nobody asked for it
		t.Errorf("%d were confirmed to be gone", emptied.Zeroed)
	}
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	s.judged(count.ID, crisps, agent.Matches, 0, 0)
	s.judged(count.ID, soap, agent.Ready, 3, 3)
}

// Two people in one place are told of each other, and nobody is kept out.
func TestLeasesWarn(t *testing.T) {
	s := openShop(t)
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{})
	open := func(zone agent.Zone, bin agent.Bin) station.OpenedPass {
		return ask[station.OpenedPass](s, clerk, "pass.open", station.OpenPass{Count: count.ID, Zone: zone, Bin: bin})
	}
	first := open("shop", "")
	if len(first.Others) != 0 {
		t.Errorf("the first is not alone: %+v", first)
	}
	second := open("shop", "")
	if len(second.Others) != 1 || second.Others[0].ID != first.ID || second.Others[0].Started.IsZero() {
		t.Errorf("the second was told of %+v", second.Others)
	}
	if third := open("store", binB); len(third.Others) != 0 {
		t.Errorf("elsewhere: %+v", third.Others)
	}
	moved := ask[station.MovedPass](s, clerk, "pass.move", station.MovePass{Pass: first.ID, Bin: binB})
	if len(moved.Others) != 1 {
		t.Errorf("whoever came to B was told of %+v", moved.Others)
	}
	s.read(func(v agent.View) error {
		pass, _, err := v.Pass(first.ID)
		if pass.Zone != "store" || pass.Bin != binB {
			t.Errorf("the pass is in %s %s", pass.Zone, pass.Bin)
		}
		return err
	})
}

// A zone's label starts a pass, or takes it to the zone; in which bin it goes on only
// a bin's label says.
func TestTheLabelOfAZone(t *testing.T) {
	s := openShop(t)
	s.labelled()
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{})
	where := func() (zone agent.Zone, bin agent.Bin) {
		s.read(func(v agent.View) error {
			pass, _, err := v.PassOf("gun")
			zone, bin = pass.Zone, pass.Bin
			return err
		})
		return zone, bin
	}
	if in := s.scan(barcode.DefaultPrefix + "Z.attic"); in.Heard != station.NotStock {
		t.Errorf("a zone that nobody knows was %s", in.Heard)
	}
	if in := s.scan(barcode.DefaultPrefix + "Z.shop"); in.Heard != station.Moved || in.Scan.Count != count.ID {
		t.Errorf("the label was %s", in.Heard)
	}
	if zone, bin := where(); zone != "shop" || bin != "" {
		t.Errorf("the pass began in %q %q", zone, bin)
	}
	if in := s.scan("C"); in.Heard != station.NoBin {
		t.Errorf("an item before the bin was %s", in.Heard)
	}
	s.scan("B")
	if zone, bin := where(); zone != "store" || bin != binB {
		t.Errorf("the bin's label led to %q %q", zone, bin)
	}
	s.scan(barcode.DefaultPrefix + "Z.shop")
	if zone, bin := where(); zone != "shop" || bin != "" {
		t.Errorf("the zone's label led to %q %q", zone, bin)
	}
}

func ptr[T any](v T) *T { return &v }
