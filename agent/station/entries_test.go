package station_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// begun is a floor with an open count and a clerk in bin A with the scanner.
func begun(t *testing.T) (*floor, agent.CountID, agent.PassID) {
	t.Helper()
	f := openFloor(t, labelled()...)
	count := f.open()
	pass := ask[agent.Pass](f.testShop, clerk, "pass.open", station.OpenPass{Count: count, Zone: "shop", Bin: binA, Device: gun})
	return f, count, pass.ID
}

func (f *floor) enter(e station.SetEntry) agent.Scan {
	f.t.Helper()
	f.clock.pass(time.Second)
	return ask[agent.Scan](f.testShop, clerk, "entry.set", e)
}

func (f *floor) undo(seq agent.Seq) agent.Scan {
	f.t.Helper()
	f.clock.pass(time.Second)
	return ask[agent.Scan](f.testShop, clerk, "entry.void", station.VoidEntry{Seq: seq})
}

// last returns the newest row.
func (f *floor) last() agent.Seq { return f.head() }

func TestATypedQuantityReplacesWhatThePassEntered(t *testing.T) {
	f, count, pass := begun(t)
	f.hear(colaEAN, station.Counted)
	f.hear(sixPack, station.Counted)
	f.holds(count, cola, binA, 7)
	set := f.enter(station.SetEntry{Pass: pass, Item: cola, Quantity: 5})
	if set.Op != agent.Set || set.Bin != binA || set.Quantity != 5 || set.Cond != agent.Good || set.Device != "" || set.Actor != clerk.Actor {
		t.Errorf("%+v", set)
	}
	f.holds(count, cola, binA, 5)
	f.hear(colaEAN, station.Counted) // one more was found behind
	f.holds(count, cola, binA, 6)
	b := binB
	f.enter(station.SetEntry{Pass: pass, Code: "]E0" + colaEAN, Bin: &b, Quantity: 3})
	f.holds(count, cola, binB, 3)
	f.holds(count, cola, binA, 6)
	f.enter(station.SetEntry{Pass: pass, Code: sixPack, Quantity: 8}) // units, not packs
	f.holds(count, cola, binA, 8)
	f.enter(station.SetEntry{Pass: pass, Item: cola, Quantity: 0})
	f.holds(count, cola, binA, 0)
}

func TestDamagedGoodsAreCountedBesideTheGoodOnes(t *testing.T) {
	f, count, pass := begun(t)
	f.enter(station.SetEntry{Pass: pass, Item: cola, Quantity: 9})
	f.enter(station.SetEntry{Pass: pass, Item: cola, Quantity: 2, Condition: agent.Damaged})
	if line, _ := f.line(count, cola, binA); line.Good != 9 || line.Damaged != 2 || line.Counted() != 11 {
		t.Errorf("%+v", line)
	}
}

func TestAnUndoneEntryCountsNoMore(t *testing.T) {
	f, count, pass := begun(t)
	first := f.hear(colaEAN, station.Counted)
	f.hear(colaEAN, station.Counted)
	pack := f.hear(sixPack, station.Counted)
	void := f.undo(pack.Seq)
	if void.Op != agent.Void || void.Voids != pack.Seq || void.Item != cola || void.Bin != binA || void.Count != count || void.Pass != pass {
		t.Errorf("%+v", void)
	}
	f.holds(count, cola, binA, 2)
	f.undo(first.Seq)
	f.holds(count, cola, binA, 1)
	if got := f.tally(count); got.Entries != 3 || got.Voided != 2 || got.Units != 1 {
		t.Errorf("%+v", got)
	}
	if scan := f.stored(pack.Seq); scan.Op != agent.Add || scan.Quantity != 6 {
		t.Errorf("the undone scan was changed: %+v", scan)
	}
}

// Undoing a typed quantity brings back what it had replaced; undoing everything
// leaves no line, which is not a line of zero.
func TestUndoingATypedQuantityBringsBackTheScans(t *testing.T) {
	f, count, pass := begun(t)
	a, b := f.hear(colaEAN, station.Counted), f.hear(colaEAN, station.Counted)
	f.enter(station.SetEntry{Pass: pass, Item: cola, Quantity: 40})
	typed := f.last()
	f.hear(colaEAN, station.Counted)
	more := f.last()
	f.holds(count, cola, binA, 41)
	f.undo(typed)
	f.holds(count, cola, binA, 3)
	for _, seq := range []agent.Seq{more, b.Seq, a.Seq} {
		f.undo(seq)
	}
	if line, found := f.line(count, cola, binA); found {
		t.Errorf("there is a line without entries: %+v", line)
	}
	f.enter(station.SetEntry{Pass: pass, Item: cola, Quantity: 0})
	f.holds(count, cola, binA, 0)
}

func TestALargeQuantityIsEnteredIfItIsMeant(t *testing.T) {
	f, count, pass := begun(t)
	f.enter(station.SetEntry{Pass: pass, Item: cola, Quantity: 12_000, Large: true})
	f.holds(count, cola, binA, 12_000)
}

func TestWhatCannotBeEnteredIsRefusedWithASentence(t *testing.T) {
	f, count, pass := begun(t)
	for name, tt := range map[string]struct {
		entry station.SetEntry
		code  string
	}{
		"too many":             {station.SetEntry{Item: cola, Quantity: station.MaxQuantity + 1}, "bad_quantity"},
		"far too many":         {station.SetEntry{Item: cola, Quantity: station.MaxLarge + 1, Large: true}, "bad_quantity"},
		"a barcode":            {station.SetEntry{Item: cola, Quantity: 4006381333931}, "bad_quantity"},
		"less than nothing":    {station.SetEntry{Item: cola, Quantity: -1}, "bad_quantity"},
		"no such item":         {station.SetEntry{Item: "gin", Quantity: 1}, "no_item"},
		"no such barcode":      {station.SetEntry{Code: "5901234123457", Quantity: 1}, "unknown_barcode"},
		"nothing":              {station.SetEntry{Quantity: 1}, "unknown_barcode"},
		"a shared barcode":     {station.SetEntry{Code: "SHARED", Quantity: 1}, "ambiguous_barcode"},
		"neither good nor bad": {station.SetEntry{Item: cola, Quantity: 1, Condition: "eaten"}, "bad_condition"},
	} {
		tt.entry.Pass = pass
		t.Run(name, func(*testing.T) { f.refused(tt.code, clerk, "entry.set", tt.entry) })
	}
	f.refused("no_pass", clerk, "entry.set", station.SetEntry{Pass: "pass-99", Item: cola, Quantity: 1})
	f.enter(station.SetEntry{Pass: pass, Item: cola, Quantity: station.MaxQuantity})
	ask[station.ClosedPass](f.testShop, clerk, "pass.close", station.ClosePass{Pass: pass})
	f.refused("pass_closed", clerk, "entry.set", station.SetEntry{Pass: pass, Item: cola, Quantity: 1})
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: count})
	f.refused("pass_closed", clerk, "pass.move", station.MovePass{Pass: pass, Bin: binB})
}

func TestWhatCannotBeUndoneIsRefusedWithASentence(t *testing.T) {
	f, count, _ := begun(t)
	scan := f.hear(colaEAN, station.Counted)
	unknown := f.hear("5901234123457", station.NotKnown)
	moved := f.hear("B", station.Moved)
	other := f.hear(colaEAN, station.Counted)
	void := func(seq agent.Seq) station.VoidEntry { return station.VoidEntry{Seq: seq} }
	f.undo(scan.Seq)
	undone := f.last()
	f.refused("already_undone", clerk, "entry.void", void(scan.Seq))
	for name, seq := range map[string]agent.Seq{"nothing": 0, "less": -1, "the future": 1 << 40, "no entry": 1, "an unknown code": unknown.Seq, "a label": moved.Seq, "an undoing": undone} {
		t.Run(name, func(*testing.T) { f.refused("no_entry", clerk, "entry.void", void(seq)) })
	}
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: count})
	f.refused("count_state", clerk, "entry.void", void(other.Seq))
}

// An entry may be undone after its walk, as long as the count is open.
func TestAnEntryOfAClosedPassCanBeUndone(t *testing.T) {
	f, count, pass := begun(t)
	scan := f.hear(colaEAN, station.Counted)
	f.hear(colaEAN, station.Counted)
	ask[station.ClosedPass](f.testShop, clerk, "pass.close", station.ClosePass{Pass: pass})
	f.undo(scan.Seq)
	f.holds(count, cola, binA, 1)
}

// A command that is sent again because its answer was lost is carried out once.
func TestARepeatedCommandIsCarriedOutOnce(t *testing.T) {
	f, count, pass := begun(t)
	scan := f.hear(colaEAN, station.Counted)
	for _, tt := range []struct {
		name string
		args any
	}{
		{"entry.set", station.SetEntry{Pass: pass, Item: crisps, Quantity: 4}},
		{"entry.void", station.VoidEntry{Seq: scan.Seq}},
		{"pass.move", station.MovePass{Pass: pass, Bin: binB}},
		{"pass.close", station.ClosePass{Pass: pass, Uncounted: agent.ZeroUncounted}},
	} {
		first, err := f.tryAs(clerk, "id-of-"+tt.name, tt.name, tt.args)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		head := f.head()
		again, err := f.tryAs(clerk, "id-of-"+tt.name, tt.name, tt.args)
		if err != nil || f.head() != head {
			t.Errorf("%s again: %v, %d rows were added", tt.name, err, f.head()-head)
		}
		if a, b := asJSON(t, first), asJSON(t, again); a != b {
			t.Errorf("%s was answered with\n%s\nand then with\n%s", tt.name, a, b)
		}
	}
	f.holds(count, crisps, binA, 4)
}

func TestAPassThatIsClosedWithZeros(t *testing.T) {
	f, count, pass := begun(t)
	f.hear(colaEAN, station.Counted)
	closed := ask[station.ClosedPass](f.testShop, clerk, "pass.close", station.ClosePass{Pass: pass, Uncounted: agent.ZeroUncounted})
	if closed.Zeroed != 1 || closed.Pass.Open() { // crisps in A; nobody was in B
		t.Errorf("%+v", closed)
	}
	f.holds(count, cola, binA, 1)
	f.holds(count, crisps, binA, 0)
	if line, found := f.line(count, cola, binB); found {
		t.Errorf("nobody was there: %+v", line)
	}
	f.hear(colaEAN, station.NoBin) // the scanner is free again
}

// Taking a scanner over ends the other pass's hold on it, not the pass.
func TestAScannerIsTakenOver(t *testing.T) {
	f, count, first := begun(t)
	f.hear(colaEAN, station.Counted)
	second := ask[agent.Pass](f.testShop, boss, "pass.open", station.OpenPass{Count: count, Bin: binB, Device: gun, Take: true})
	if in := f.hear(colaEAN, station.Counted); in.Scan.Pass != second.ID || in.Scan.Bin != binB {
		t.Errorf("%+v", in.Scan)
	}
	f.enter(station.SetEntry{Pass: first, Item: crisps, Quantity: 2})
	f.holds(count, crisps, binA, 2)
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Whoever enters something is told its row, and can undo it by that.
func TestAnEntryIsToldWithItsRow(t *testing.T) {
	f, _, pass := begun(t)
	args := station.SetEntry{Pass: pass, Item: cola, Quantity: 5}
	for range 2 { // the repeat of a command gets the same answer
		set, err := f.tryAs(clerk, "set-1", "entry.set", args)
		if err != nil || set.(agent.Scan).Seq == 0 || set.(agent.Scan).Seq != f.last() {
			t.Errorf("entered as %+v, %v; the newest row is %d", set, err, f.last())
		}
	}
	for range 2 {
		void, err := f.tryAs(clerk, "void-1", "entry.void", station.VoidEntry{Seq: f.stored(f.last()).Seq})
		if err != nil || void.(agent.Scan).Seq != f.last() {
			t.Errorf("undone as %+v, %v; the newest row is %d", void, err, f.last())
		}
	}
	if moved := ask[agent.Scan](f.testShop, clerk, "pass.move", station.MovePass{Pass: pass, Bin: binB}); moved.Seq == 0 || f.stored(moved.Seq).Op != agent.Move {
		t.Errorf("moved as %+v; the newest row is %d", moved, f.last())
	}
	f.hear(colaEAN, station.Counted)
	one, two := f.again(colaEAN), f.again(colaEAN)
	for i, entry := range f.accept(one, two) {
		if want := f.last() - 1 + agent.Seq(i); entry.Seq != want {
			t.Errorf("accepted as row %d, want %d", entry.Seq, want)
		}
	}
}

// An item all of whose entries were undone was not counted: it is not judged as if
// nothing of it were there.
func TestALineWithoutEntriesIsNoLineOfZero(t *testing.T) {
	f, count, _ := begun(t)
	first := f.hear("96385074", station.Counted)
	f.undo(first.Seq)
	if line, found := f.line(count, crisps, binA); found {
		t.Errorf("there is a line: %+v", line)
	}
	if got := f.tally(count); got.Lines != 0 || got.Units != 0 || got.Voided != 1 {
		t.Errorf("the tally is %+v", got)
	}
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: count})
	v := f.review(count)[crisps]
	if v.Status != agent.NotComplete || v.Variance != agent.Exactly(0) || len(v.Lines) != 0 || len(v.Missing) != 1 {
		t.Errorf("%s %+v: %s", v.Status, v.Variance, v.Sentence)
	}
	if !strings.HasPrefix(v.Sentence, "Nobody counted this yet.") {
		t.Errorf("%s", v.Sentence)
	}
}
