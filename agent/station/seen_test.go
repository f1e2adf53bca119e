package station_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// caseOfCola is a case whose number the catalogue does not have: it is known to hold
// cola, and not how many.
const caseOfCola = "14006381333938"

// leaves checks which items an answer leaves open, each with its place, its name and a
// reason.
func (f *floor) leaves(left []station.LeftOpen, bin agent.Bin, scan agent.Seq, items ...agent.ItemID) {
	f.t.Helper()
	var names []agent.ItemID
	for _, l := range left {
		names = append(names, l.Item)
		if l.Bin != bin || l.Scan != scan || l.SKU == "" || l.Name == "" || !strings.Contains(l.Why, " ") {
			f.t.Errorf("left open as %+v, want it in %s because of scan %d", l, bin, scan)
		}
	}
	if slices.Sort(names); !slices.Equal(names, items) {
		f.t.Errorf("left open are %v, want %v", names, items)
	}
}

// unsaid checks that nobody said how many of an item lie in a bin, and that the review
// says why.
func (f *floor) unsaid(count agent.CountID, bin agent.Bin, items ...agent.ItemID) {
	f.t.Helper()
	for _, item := range items {
		if line, found := f.line(count, item, bin); found {
			f.t.Errorf("%s was scanned in %s and is said to be %d there", item, bin, line.Counted())
		}
		if v := f.review(count)[item]; v.Status != agent.NotComplete || !strings.Contains(v.Sentence, "In "+string(bin)+" ") || !strings.Contains(v.Sentence, "type its quantity there, 0 if there is none.") {
			f.t.Errorf("%s is %s: %q", item, v.Status, v.Sentence)
		}
	}
}

// Goods that were scanned are not gone, although nobody knows which of two items they
// are, or how many, or whether one of them was scanned twice.
func TestWhatWasScannedIsNotConfirmedToBeGone(t *testing.T) {
	for name, tt := range map[string]struct {
		scan func(f *floor) agent.Seq
		may  []agent.ItemID
	}{
		"one of two items":                {func(f *floor) agent.Seq { return f.hear("SHARED", station.Several).Seq }, []agent.ItemID{cola, crisps}},
		"a case of nobody knows how many": {func(f *floor) agent.Seq { return f.hear(caseOfCola, station.NoPack).Seq }, []agent.ItemID{cola}},
		"a repeat of what was undone": {func(f *floor) agent.Seq {
			first := f.hear("96385074", station.Counted)
			note := f.again("96385074")
			f.undo(first.Seq)
			return note
		}, []agent.ItemID{crisps}},
		"two barcodes in one scan": {func(f *floor) agent.Seq {
			return f.hear("96385074"+"12345670", station.NotKnown).Seq
		}, []agent.ItemID{crisps}},
		"an acceptance that was undone": {func(f *floor) agent.Seq {
			first := f.hear("96385074", station.Counted)
			note := f.again("96385074")
			f.undo(f.accept(note)[0].Seq)
			f.undo(first.Seq)
			return note
		}, []agent.ItemID{crisps}},
	} {
		t.Run(name, func(t *testing.T) {
			f, count, pass := begun(t)
			seq := tt.scan(f)
			done := ask[station.EmptiedBin](f.testShop, clerk, "pass.empty", station.EmptyBin{Pass: pass})
			f.leaves(done.LeftOpen, binA, seq, tt.may...)
			if want := int64(2 - len(tt.may)); done.Zeroed != want {
				t.Errorf("%d items are confirmed to be gone, want %d", done.Zeroed, want)
			}
			f.unsaid(count, binA, tt.may...)
			for _, item := range tt.may { // it was looked for, and it is gone
				f.enter(station.SetEntry{Pass: pass, Item: item, Quantity: 0})
				f.holds(count, item, binA, 0)
			}
			if done := ask[station.EmptiedBin](f.testShop, clerk, "pass.empty", station.EmptyBin{Pass: pass}); len(done.LeftOpen) > 0 || done.Zeroed > 0 {
				t.Errorf("when everything was said: %+v", done)
			}
		})
	}
}

// What was seen stays seen however the counting ends, and whoever of several saw it.
func TestWhatWasScannedIsLeftOpenHoweverTheCountingEnds(t *testing.T) {
	for name, end := range map[string]func(f *floor, count agent.CountID, pass agent.PassID) []station.LeftOpen{
		"the pass": func(f *floor, _ agent.CountID, pass agent.PassID) []station.LeftOpen {
			return ask[station.ClosedPass](f.testShop, clerk, "pass.close", station.ClosePass{Pass: pass, Uncounted: agent.ZeroUncounted}).LeftOpen
		},
		"the count": func(f *floor, count agent.CountID, _ agent.PassID) []station.LeftOpen {
			return ask[station.ClosedCount](f.testShop, boss, "count.close", station.CloseCount{Count: count, Uncounted: agent.ZeroUncounted}).LeftOpen
		},
		"another's pass": func(f *floor, count agent.CountID, pass agent.PassID) []station.LeftOpen {
			ask[station.ClosedPass](f.testShop, clerk, "pass.close", station.ClosePass{Pass: pass})
			other := ask[agent.Pass](f.testShop, boss, "pass.open", station.OpenPass{Count: count, Bin: binA})
			return ask[station.EmptiedBin](f.testShop, boss, "pass.empty", station.EmptyBin{Pass: other.ID}).LeftOpen
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, count, pass := begun(t)
			seq := f.hear("SHARED", station.Several).Seq
			f.hear("SHARED", station.Several)
			f.leaves(end(f, count, pass), binA, seq, cola, crisps)
			f.unsaid(count, binA, cola, crisps)
		})
	}
}

// What was scanned in one bin says nothing of another, nothing once it was undone or
// counted, and nothing in a recount.
func TestOnlyWhatStandsInTheSameBinIsLeftOpen(t *testing.T) {
	f, count, pass := begun(t)
	f.hear("B", station.Moved)
	f.hear("SHARED", station.Several)
	f.hear("BIN-A", station.Moved)
	f.hear("5901234123457", station.NotKnown)
	f.hear(colaEAN, station.Counted)
	f.accept(f.again(colaEAN))
	if done := ask[station.EmptiedBin](f.testShop, clerk, "pass.empty", station.EmptyBin{Pass: pass}); done.Zeroed != 1 || len(done.LeftOpen) > 0 {
		t.Errorf("%+v", done)
	}
	f.holds(count, cola, binA, 2)
	f.holds(count, crisps, binA, 0)
	if v := f.review(count)[cola]; !strings.Contains(v.Sentence, "In B a barcode was scanned that several items have") {
		t.Errorf("%q", v.Sentence)
	}
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: count})
	ask[agent.Recount](f.testShop, boss, "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{cola}})
	again := f.walk(count, binB, 1)
	if done := ask[station.EmptiedBin](f.testShop, clerk, "pass.empty", station.EmptyBin{Pass: again.ID}); done.Zeroed != 1 || len(done.LeftOpen) > 0 {
		t.Errorf("in the recount: %+v", done)
	}
	f.holds(count, cola, binB, 0)
}

// A barcode that was added to its item after it was scanned means that item.
func TestWhatIsKnownSinceItWasScannedIsLeftOpen(t *testing.T) {
	f, count, pass := begun(t)
	seq := f.hear("5901234123457", station.NotKnown).Seq
	f.stock(agent.Item{ID: soap, SKU: "S", Name: "Soap", Tracked: true, Bins: []agent.Bin{binA}, Codes: []agent.Barcode{{Text: "5901234123457", Pack: 1}}})
	done := ask[station.EmptiedBin](f.testShop, clerk, "pass.empty", station.EmptyBin{Pass: pass})
	f.leaves(done.LeftOpen, binA, seq, soap)
	f.unsaid(count, binA, soap)
}

// A repeated command is answered as the first time.
func TestARepeatedEndingTellsAgainWhatItLeftOpen(t *testing.T) {
	f, count, _ := begun(t)
	f.hear("SHARED", station.Several)
	args := station.CloseCount{Count: count, Uncounted: agent.ZeroUncounted}
	var told []string
	for range 2 {
		got, err := f.tryAs(boss, "close-1", "count.close", args)
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, asJSON(t, got))
	}
	if told[0] != told[1] || !strings.Contains(told[0], `"left_open":[{"item":"cola"`) || !strings.Contains(told[0], `"state":"closed"`) {
		t.Errorf("told\n%s\nand then\n%s", told[0], told[1])
	}
}
