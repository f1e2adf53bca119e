package station_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// A count that was started by mistake can be got rid of, and nothing that was scanned
// in it is gone.
func TestACancelledCountKeepsItsEvidence(t *testing.T) {
	s := openShop(t)
	s.labelled()
	count, pass := s.scoped(station.OpenScope{}, binA)
	s.state()
	s.scan("C")
	s.scan("nobody knows this")
	s.count(pass, soap, binA, 2)
	ask[agent.Count](s, boss, "count.cancel", station.OneCount{Count: count.ID})
	x := ask[station.Export](s, boss, "count.export", station.OneCount{Count: count.ID})
	if len(x.Scans) != 3 || len(x.Lines) != 2 || x.Count.State != agent.CountCancelled || x.Tally.Unknown != 1 {
		t.Errorf("%d scans and %d lines are kept of %+v", len(x.Scans), len(x.Lines), x.Count)
	}
	if h := s.history("S", 0, 0); !slices.ContainsFunc(h.Entries, func(e station.Told) bool {
		return e.What == station.ToldTyped && *e.Quantity == 2 && e.Count == count.ID
	}) {
		t.Errorf("the item does not tell of it: %+v", h.Entries)
	}
	if d := s.deliveries(count.ID); len(d) != 0 {
		t.Errorf("it would send %+v", d)
	}
	if in := s.scan("C"); in.Heard == station.Counted {
		t.Error("it goes on counting")
	}
}

// Whoever goes on after a break, or after the power was cut, finds what is left to
// count as it was, and goes on in the same pass.
func TestWhatIsLeftIsThereAfterARestart(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := ask[agent.Count](f.testShop, boss, "count.open", station.OpenCount{Scope: station.OpenScope{Items: []agent.ItemID{cola, crisps}}})
	pass := ask[agent.Pass](f.testShop, clerk, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: gun})
	f.hear(colaEAN, station.Counted)
	left := func() string {
		return asJSON(t, ask[station.LeftToCount](f.testShop, clerk, "count.left", station.LeftOf{Count: count.ID}))
	}
	before := left()
	f.restart()
	if after := left(); after != before {
		t.Errorf("left were\n%s\nand are\n%s", before, after)
	}
	if in := f.hear("96385074", station.Counted); in.Scan.Pass != pass.ID || in.Scan.Bin != binA {
		t.Errorf("it went on as %+v", in.Scan)
	}
	f.holds(count.ID, cola, binA, 1)
	l := ask[station.LeftToCount](f.testShop, clerk, "count.left", station.LeftOf{Count: count.ID})
	if l.Left != 1 || l.Lines[0].Item != cola || l.Lines[0].Bin != binB {
		t.Errorf("left are %+v", l)
	}
	if list := ask[[]agent.Count](f.testShop, boss, "count.list", struct{}{}); len(list) != 1 || list[0].ID != count.ID {
		t.Errorf("the counts are %+v", list)
	}
}

// Each barcode of an item leads to it, in a count and at a till.
func TestEachBarcodeOfAnItemCountsAndSells(t *testing.T) {
	s := openShop(t)
	items := stocked()
	items[2].Codes = []agent.Barcode{{Text: colaEAN, Pack: 1}, {Text: "96385074", Pack: 1}, {Text: "SOAP", Pack: 1}}
	s.stock(items...)
	count, _ := s.scoped(station.OpenScope{}, binA)
	for n, code := range items[2].Codes {
		if in := s.scan(code.Text); in.Heard != station.Counted || in.Scan.Item != soap {
			t.Errorf("%s was %s of %q", code.Text, in.Heard, in.Scan.Item)
		}
		s.take(told(row(code.Text, -1, morning, `"barcode":"`+code.Text+`"`)))
		if sold, _ := s.moved(soap); sold != -int64(n+1) || s.lineOf(count.ID, soap) != int64(n+1) {
			t.Errorf("after %s: %d counted, %d moved", code.Text, s.lineOf(count.ID, soap), sold)
		}
	}
}

// What a count found is not rewritten by what becomes of the books and the catalogue
// when it is finished: neither of what was approved, nor of what nobody decided.
func TestAFinishedCountIsNotRewritten(t *testing.T) {
	s := openShop(t)
	count := s.counted() // cola 11 of 12, crisps 5 of 5, soap 1 of 3
	s.send(s.approveOne(count, soap), agent.Delivered)
	s.settle()
	ask[agent.Count](s, boss, "count.finish", station.FinishCount{Count: count, LeaveUndecided: true})
	exported := func() (x station.Export) {
		x = ask[station.Export](s, boss, "count.export", station.OneCount{Count: count})
		slices.SortFunc(x.Variances, func(a, b agent.Variance) int { return strings.Compare(string(a.Item), string(b.Item)) })
		return x
	}
	before := exported()
	s.clock.pass(24 * time.Hour)
	renamed := stocked()
	renamed[0].Name, renamed[0].Cost = "Cola Zero", agent.Money{Minor: 900, Currency: "EUR"}
	s.stock(append(renamed, agent.Item{ID: "tea", SKU: "T", Name: "Tea", Tracked: true, Bins: []agent.Bin{binA}})...)
	for _, item := range []agent.ItemID{cola, crisps, soap} {
		s.typeOver(item, 99)
	}
	s.settle()
	s.sell(cola, binA, 2, s.clock.Now())
	s.settle()
	after := exported()
	if a, b := asJSON(t, before.Lines), asJSON(t, after.Lines); a != b {
		t.Errorf("the lines were %s and are %s", a, b)
	}
	if a, b := asJSON(t, before.Deliveries), asJSON(t, after.Deliveries); a != b {
		t.Errorf("what was approved was %s and is %s", a, b)
	}
	for i, was := range before.Variances {
		is := after.Variances[i]
		if is.Item != was.Item || is.Counted != was.Counted || is.Expected != was.Expected || is.Variance != was.Variance || is.Status != was.Status || is.Left != was.Left {
			t.Errorf("%s was %s, %d of %+v: %s\nand is %s, %d of %+v: %s", was.Item, was.Status, was.Counted, was.Expected, was.Sentence, is.Status, is.Counted, is.Expected, is.Sentence)
		}
	}
}

// What somebody takes into a count is compared like everything else, and still when
// the count is long over.
func TestWhatIsTakenInKeepsWhatWasExpected(t *testing.T) {
	s := openShop(t)
	s.labelled()
	count, pass := s.scoped(station.OpenScope{Items: []agent.ItemID{crisps}}, binA)
	s.state()
	s.count(pass, crisps, binA, 5)
	if in := s.scan("S"); in.Heard != station.NotAsked {
		t.Fatalf("it was %s", in.Heard)
	}
	ask[station.WidenedCount](s, clerk, "count.widen", station.WidenCount{Count: count.ID, Items: []agent.ItemID{soap}})
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	s.judged(count.ID, soap, agent.Ready, -2, -2)
	ask[agent.Count](s, boss, "count.finish", station.FinishCount{Count: count.ID, LeaveUndecided: true})
	s.typeOver(soap, 40)
	s.settle()
	if v := s.judged(count.ID, soap, agent.Ready, -2, -2); v.Counted != 1 || v.Expected != agent.Exactly(3) {
		t.Errorf("%s", v.Sentence)
	}
}
