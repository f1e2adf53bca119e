package station_test

import (
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/queue"
)

// awaited returns what the next item of the scanner's pass counts as.
func (f *floor) awaited() (next agent.Awaited) {
	f.t.Helper()
	f.testShop.read(func(v agent.View) error {
		pass, owned, err := v.PassOf(gun)
		if err != nil || !owned {
			return err
		}
		next, _, err = v.Awaited(pass.ID)
		return err
	})
	return next
}

// restart ends the agent as a power cut would and starts it on the same file.
func (f *floor) restart() {
	f.t.Helper()
	if err := f.queue.Close(); err != nil {
		f.t.Fatal(err)
	}
	q, err := queue.Open(f.t.Context(), f.path, queue.Options{Version: "test", AllowFUSE: true})
	if err != nil {
		f.t.Fatal(err)
	}
	f.queue = q
	f.t.Cleanup(func() { _ = q.Close() })
	if f.Station, err = station.Start(f.t.Context(), q, f.clock, agent.RunFact{Version: "test"}, station.Options{Location: here}); err != nil {
		f.t.Fatal(err)
	}
}

// replays checks that the log alone tells the same.
func (f *floor) replays() {
	f.t.Helper()
	report, err := f.queue.Replay(f.t.Context())
	if err != nil || len(report.Findings) > 0 {
		f.t.Errorf("replay: %v %+v", err, report.Findings)
	}
}

func (f *floor) condition(count agent.CountID, item agent.ItemID, bin agent.Bin, good, damaged int64) {
	f.t.Helper()
	if line, _ := f.line(count, item, bin); line.Good != good || line.Damaged != damaged {
		f.t.Errorf("%s in %q: %d good and %d damaged, want %d and %d", item, bin, line.Good, line.Damaged, good, damaged)
	}
}

func TestACommandSaysWhatTheNextItemCountsAs(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	f.hear("BIN-A", station.Moved)
	f.hear("SH.C.X12", station.Awaits)
	if next := f.awaited(); next.Times != 12 || next.Cond != agent.Good {
		t.Fatalf("%+v", next)
	}
	in := f.hear(colaEAN, station.Counted)
	if in.Scan.Quantity != 12 || in.Scan.Cond != agent.Good {
		t.Fatalf("%+v", in.Scan)
	}
	if next := f.awaited(); next != (agent.Awaited{}) {
		t.Errorf("it does not end with the item: %+v", next)
	}
	f.hear(colaEAN, station.Counted)
	f.condition(count, cola, binA, 13, 0)

	f.hear("SH.C.DAMAGED", station.Awaits)
	f.hear("SH.C.X3", station.Awaits) // in any order
	f.hear(sixPack, station.Counted)
	f.condition(count, cola, binA, 13, 18)
	f.hear("SH.C.X3", station.Awaits)
	f.hear("SH.C.DAMAGED", station.Awaits)
	f.hear("SH.C.DAMAGED", station.Awaits) // said twice it is as true as once
	f.hear(colaEAN, station.Counted)
	f.condition(count, cola, binA, 13, 21)
	f.hear("SH.C.X3", station.Awaits)
	f.hear("sh.c.x5", station.NotKnown) // not our prefix, and it is kept for five things of unknown kind
	f.hear("SH.C.x7", station.Awaits)
	f.hear("SH.C.X2", station.Awaits) // the newest counts
	f.hear(colaEAN, station.Counted)
	f.condition(count, cola, binA, 15, 21)
	f.replays()
}

// Whoever says twelve and then has the power cut has still said twelve.
func TestWhatWasSaidOfTheNextItemSurvivesARestart(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	f.hear("BIN-A", station.Moved)
	f.hear("SH.C.X12", station.Awaits)
	f.restart()
	f.hear("SH.C.DAMAGED", station.Awaits)
	f.restart()
	f.hear(colaEAN, station.Counted)
	f.condition(count, cola, binA, 0, 12)
	f.restart()
	f.hear("SH.C.UNDO", station.Undone)
	f.hear(colaEAN, station.Counted)
	f.condition(count, cola, binA, 1, 0)
}

// What is no number of goods, or is said where nothing can follow, changes nothing and
// is kept.
func TestCommandsThatMakeNoSense(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	f.hear("SH.C.X12", station.NotStock) // no pass
	f.hear("SH.C.FINISH", station.NotStock)
	f.hear("BIN-A", station.Moved)
	for _, name := range []string{"X0", "X-1", "X+1", "X10000", "X1e9", "X012", "X", "X 12", "X1.5", "X٣", "UNDO ALL", "CLOSE", "APPROVE", "X99999999999999999999", ""} {
		f.keeps("SH.C."+name, map[bool]station.Heard{true: station.NotStock, false: station.NotKnown}[name != ""],
			map[bool]agent.ScanFlag{true: agent.NotArticle, false: agent.Unknown}[name != ""])
		if next := f.awaited(); next.Seq != 0 {
			t.Errorf("%q awaits %+v", name, next)
		}
	}
	f.hear("SH.C.UNDO", station.Undone)   // the code without a command, which is only text
	f.hear("SH.C.UNDO", station.NotStock) // nothing is left: the pass began here
	f.hear("SH.C.DAMAGED", station.Awaits)
	f.hear("SH.C.FINISH", station.NotStock) // something is still to come
	f.hear("SH.C.UNDO", station.Undone)
	f.hear("SH.C.FINISH", station.Finished)
	if passes := f.passes(count); len(passes) != 1 || passes[0].Open() {
		t.Errorf("%+v", passes)
	}
	f.hear("SH.C.FINISH", station.NotStock)
	if got := f.tally(count); got.Lines != 0 || got.Units != 0 {
		t.Errorf("%+v", got)
	}
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: count})
	in := f.hear("SH.C.X12", station.NotStock)
	if in.Scan.Flags != agent.NotArticle|agent.Unowned || in.Scan.Count != "" {
		t.Errorf("%+v", in.Scan)
	}
	f.replays()
}

// A pass that is open while its count is closed takes no command any more.
func TestACommandInAClosedCountChangesNothing(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	f.hear("BIN-A", station.Moved)
	f.hear(colaEAN, station.Counted)
	f.hear("SH.C.X12", station.Awaits)
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: count})
	for _, raw := range []string{"SH.C.UNDO", "SH.C.NEXT", "SH.C.DAMAGED", "SH.C.FINISH", "SH.C.X2"} {
		f.hear(raw, station.NotStock)
	}
	f.condition(count, cola, binA, 1, 0)
}

func TestAnotherBinEndsWhatWasSaidOfTheNextItem(t *testing.T) {
	for _, way := range []string{"B", "SH.B.B", "BIN-A"} {
		f := openFloor(t, labelled()...)
		count := f.open()
		f.hear("BIN-A", station.Moved)
		f.hear("SH.C.X12", station.Awaits)
		in := f.hear(way, station.Moved)
		if in.Scan.Flags&agent.Dropped == 0 || f.awaited().Seq != 0 {
			t.Errorf("%s: %+v", way, in.Scan)
		}
		f.hear(colaEAN, station.Counted)
		f.condition(count, cola, in.Scan.Bin, 1, 0)
	}
}

// Noise, a badge or a barcode that is too long to be one is no item.
func TestWhatIsNoItemLeavesWhatWasSaidOfTheNextOne(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	f.hear("BIN-A", station.Moved)
	f.hear("SH.C.X12", station.Awaits)
	f.hear("\x00\x00", station.NotStock)
	f.hear("SH.C.NONSENSE", station.NotStock)
	f.hearFlagged(strings.Repeat("9", 64), agent.TooLong, station.Unreadable)
	f.hear(colaEAN, station.Counted)
	f.condition(count, cola, binA, 12, 0)
}

// What cannot be counted keeps how many there were, so that counting it later is right.
func TestAnUncountedScanKeepsHowManyThereWere(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	f.hear("BIN-A", station.Moved)
	f.hear("SH.C.X12", station.Awaits)
	f.hear("SH.C.DAMAGED", station.Awaits)
	in := f.hear("5901234123457", station.NotKnown)
	if in.Scan.Times() != 12 || in.Scan.Cond != agent.Damaged || f.awaited().Seq != 0 {
		t.Errorf("%+v", in.Scan)
	}
	f.hear("SH.C.X12", station.Awaits)
	in = f.hearFlagged(sixPack, agent.Repeated, station.Twice)
	ask[[]agent.Scan](f.testShop, clerk, "scan.accept", station.AcceptScans{Seq: in.Seq})
	f.condition(count, cola, binA, 72, 0)
	f.hear("SH.C.X9999", station.Awaits)
	if in = f.hear(sixPack, station.NoPack); in.Scan.Flags != agent.PackUnknown || in.Scan.Op != agent.Note {
		t.Errorf("more than anybody counts: %+v", in.Scan)
	}
	f.condition(count, cola, binA, 72, 0)
	f.replays()
}

func TestUndoTakesBackWhatHappenedLast(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	f.hear("BIN-A", station.Moved)
	f.hear(colaEAN, station.Counted)
	f.hear("SH.C.X6", station.Awaits)
	f.hear(colaEAN, station.Counted)
	f.hear("5901234123457", station.NotKnown)
	f.hear("B", station.Moved) // by mistake
	f.hearFlagged("SH.C.UNDO", agent.Repeated, station.Twice)
	if in := f.hear("SH.C.UNDO", station.Undone); in.Scan.Op != agent.Move || in.Scan.Bin != binA {
		t.Fatalf("%+v", in.Scan)
	}
	if pass := f.passes(count)[0]; pass.Bin != binA {
		t.Errorf("the pass is in %q", pass.Bin)
	}
	if in := f.hear("SH.C.UNDO", station.Undone); in.Scan.Op != agent.Void {
		t.Fatalf("%+v", in.Scan)
	}
	if got := f.tally(count); got.Unknown != 0 || got.Units != 7 {
		t.Errorf("%+v", got)
	}
	f.hear("SH.C.UNDO", station.Undone)
	if f.awaited().Seq != 0 {
		t.Error("what was said of an item came back with its undoing")
	}
	f.condition(count, cola, binA, 1, 0)
	f.hear("SH.C.UNDO", station.Undone)
	f.hear("SH.C.UNDO", station.NotStock)
	if got := f.tally(count); got.Units != 0 || got.Lines != 0 {
		t.Errorf("%+v", got)
	}
	// Nothing was heard in B: whoever says later that everything was searched did not
	// mean it.
	ask[station.ClosedPass](f.testShop, clerk, "pass.close", station.ClosePass{Pass: f.passes(count)[0].ID, Uncounted: agent.ZeroUncounted})
	if _, found := f.line(count, cola, binB); found {
		t.Error("a bin that was left at once was confirmed to be empty")
	}
	f.condition(count, cola, binA, 0, 0)
	f.replays()
}

func TestAScannerUndoesWhatWasTypedInItsPass(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	pass := ask[agent.Pass](f.testShop, clerk, "pass.open", station.OpenPass{Count: count, Bin: binA, Device: gun})
	f.hear("SH.C.UNDO", station.NotStock)
	f.hear("B", station.Moved)
	f.hear("SH.C.UNDO", station.Undone) // to where the pass was said to begin
	f.hear(colaEAN, station.Counted)
	ask[agent.Scan](f.testShop, clerk, "entry.set", station.SetEntry{Pass: pass.ID, Item: cola, Quantity: 9})
	f.condition(count, cola, binA, 9, 0)
	f.hear("SH.C.UNDO", station.Undone)
	f.condition(count, cola, binA, 1, 0)
	f.replays()
}

func TestNextGoesOnInWalkingOrder(t *testing.T) {
	places := []agent.Place{{Bin: binA, Zone: "shop"}, {Bin: "S", Zone: "store"}, {Bin: binB, Zone: "shop"}, {Bin: "C", Zone: "shop"}}
	f := openFloor(t, places...)
	count := f.open()
	pass := ask[agent.Pass](f.testShop, clerk, "pass.open", station.OpenPass{Count: count, Zone: "shop", Device: gun})
	for _, bin := range []agent.Bin{binA, binB, "C"} {
		if in := f.hear("SH.C.NEXT", station.Moved); in.Scan.Bin != bin {
			t.Errorf("%q after %v", in.Scan.Bin, bin)
		}
	}
	f.keeps("SH.C.NEXT", station.NotStock, agent.NotArticle) // the zone ends here
	f.hear("SH.C.UNDO", station.Undone)
	f.hear(colaEAN, station.Counted)
	f.condition(count, cola, binB, 1, 0)
	ask[station.ClosedPass](f.testShop, clerk, "pass.close", station.ClosePass{Pass: pass.ID, Uncounted: agent.ZeroUncounted})
	if _, found := f.line(count, crisps, binA); found {
		t.Error("a bin that was passed by was confirmed to be empty")
	}
	other := ask[agent.Pass](f.testShop, clerk, "pass.open", station.OpenPass{Count: count, Device: gun})
	f.hear("SH.C.NEXT", station.NotStock) // from nowhere
	ask[agent.Scan](f.testShop, clerk, "pass.move", station.MovePass{Pass: other.ID, Bin: "unlisted", New: true})
	f.hear("SH.C.NEXT", station.NotStock)
}

// Undone one by one, the ways from shelf to shelf lead back to where the pass was opened,
// also if it was there again meanwhile.
func TestWaysAreUndoneBackToWhereThePassWasOpened(t *testing.T) {
	f := openFloor(t, agent.Place{Bin: binA, Zone: "shop", Label: "BIN-A"}, agent.Place{Bin: binB, Zone: "shop"})
	count := f.open()
	ask[agent.Pass](f.testShop, clerk, "pass.open", station.OpenPass{Count: count, Bin: binA, Device: gun})
	f.hear("B", station.Moved)
	f.hear("BIN-A", station.Moved)
	for _, bin := range []agent.Bin{binB, binA} {
		if in := f.hear("SH.C.UNDO", station.Undone); in.Scan.Bin != bin {
			t.Errorf("undone, the pass is in %q, want %q", in.Scan.Bin, bin)
		}
	}
	f.hear("SH.C.UNDO", station.NotStock)
	f.hear(colaEAN, station.Counted)
	f.holds(count, cola, binA, 1)
}

// The prefix of our codes can be changed; where an article has one of them anyway,
// neither is assumed.
func TestACommandThatIsAlsoAnArticleIsNeither(t *testing.T) {
	f, count := openShelf(t, station.Options{}, agent.Barcode{Text: "SH.C.X12", Pack: 1}, agent.Barcode{Text: "SH.C.UNDO", Pack: 1}, agent.Barcode{Text: colaEAN, Pack: 1})
	f.counts(colaEAN, colaEAN, 1)
	f.keeps("SH.C.X12", station.Several, agent.Ambiguous)
	f.keeps("SH.C.UNDO", station.Several, agent.Ambiguous)
	f.counts(colaEAN, colaEAN, 1)
	if got := f.tally(count); got.Units != 2 {
		t.Errorf("%+v", got)
	}
}

func TestASerialNumberCountsOnce(t *testing.T) {
	gtin := check("0400638133393")
	f, count := openShelf(t, station.Options{}, agent.Barcode{Text: gtin, Pack: 1})
	one, two := "]d201"+gtin+"21ABC\x1d10L1", "]d201"+gtin+"21ABD"
	if in := f.hear(one, station.Counted); in.Scan.Flags != agent.HasSerial {
		t.Errorf("%v", in.Scan.Flags.Names())
	}
	f.counts(two, gtin, 1)
	f.keeps(one, station.SameSerial, agent.SameSerial)
	again := f.keeps("https://example.com/01/"+gtin+"/21/ABC", station.SameSerial, agent.SameSerial) // the same in another form
	f.restart()
	f.keeps(one, station.SameSerial, agent.SameSerial)
	f.units(count, agent.ItemID(gtin), 2)
	ask[[]agent.Scan](f.testShop, clerk, "scan.accept", station.AcceptScans{Seq: again.Seq})
	f.units(count, agent.ItemID(gtin), 3)
	f.hear("SH.C.X3", station.Awaits)
	f.keeps3(two, 3)
	f.units(count, agent.ItemID(gtin), 3)
	f.hear("SH.C.X12", station.Awaits)
	if in := f.hear("]d201"+gtin+"21ABE", station.Counted); in.Scan.Quantity != 1 || in.Scan.Flags != agent.HasSerial|agent.Dropped {
		t.Errorf("a new piece with x 12: %+v", in.Scan)
	}
	f.hear("SH.C.X12", station.Awaits)
	twelve := f.keeps3(one, 12)
	ask[[]agent.Scan](f.testShop, clerk, "scan.accept", station.AcceptScans{Seq: twelve.Seq})
	f.units(count, agent.ItemID(gtin), 5)
	for range 10 {
		f.hear("SH.C.UNDO", station.Undone)
	}
	f.hear(one, station.Counted) // undone, it can be counted again
	f.replays()
}

// keeps3 checks that a serial number with a number of times is kept with it.
func (f *floor) keeps3(raw string, times int64) station.Ingested {
	f.t.Helper()
	in := f.hear(raw, station.SameSerial)
	if in.Scan.Op != agent.Note || in.Scan.Times() != times || in.Scan.Flags != agent.SameSerial {
		f.t.Errorf("%+v", in.Scan)
	}
	return in
}

func (f *floor) units(count agent.CountID, item agent.ItemID, want int64) {
	f.t.Helper()
	if line, _ := f.line(count, item, ""); line.Counted() != want {
		f.t.Errorf("%d of %s, want %d", line.Counted(), item, want)
	}
}

// The page says the same as the barcodes do.
func TestAQuantityTypedFirst(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	f.hear("BIN-A", station.Moved)
	pass := f.passes(count)[0].ID
	said := ask[agent.Scan](f.testShop, clerk, "pass.await", station.AwaitItem{Pass: pass, Times: 12})
	f.hear("SH.C.DAMAGED", station.Awaits)
	f.hear(colaEAN, station.Counted)
	f.condition(count, cola, binA, 0, 12)
	f.refused("already_undone", clerk, "entry.void", station.VoidEntry{Seq: said.Seq})
	said = ask[agent.Scan](f.testShop, clerk, "pass.await", station.AwaitItem{Pass: pass, Times: 5, Condition: agent.Damaged})
	ask[agent.Scan](f.testShop, clerk, "entry.void", station.VoidEntry{Seq: said.Seq})
	f.hear(colaEAN, station.Counted)
	f.condition(count, cola, binA, 1, 12)
	for _, times := range []int64{0, -1, 10_000, 1_000_000_000} {
		f.refused("bad_quantity", clerk, "pass.await", station.AwaitItem{Pass: pass, Times: times})
	}
	f.refused("bad_condition", clerk, "pass.await", station.AwaitItem{Pass: pass, Times: 1, Condition: "lost"})
	handed := ask[agent.Pass](f.testShop, clerk, "pass.open", station.OpenPass{Count: count, Bin: binB})
	f.refused("no_scanner", clerk, "pass.await", station.AwaitItem{Pass: handed.ID, Times: 2})
	// What somebody types for another item, or undoes, meanwhile.
	first := f.hear(colaEAN, station.Counted)
	f.hear("SH.C.X4", station.Awaits)
	ask[agent.Scan](f.testShop, clerk, "entry.void", station.VoidEntry{Seq: first.Seq})
	f.hear(colaEAN, station.Counted)
	f.condition(count, cola, binA, 5, 12)
	f.replays()
}
