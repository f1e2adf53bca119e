package station_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// again hears a scan that the scanner may have sent twice.
func (f *floor) again(raw string) agent.Seq {
	f.t.Helper()
	in := f.hearFlagged(raw, agent.Repeated, station.Twice)
	if in.Scan.Op != agent.Note || in.Scan.Quantity != 0 {
		f.t.Fatalf("a possible repeat is stored as %+v", in.Scan)
	}
	return in.Seq
}

func (f *floor) accept(seqs ...agent.Seq) []agent.Scan {
	f.t.Helper()
	f.clock.pass(time.Minute)
	return ask[[]agent.Scan](f.testShop, clerk, "scan.accept", station.AcceptScans{Seqs: seqs})
}

// A scan that may have come twice is kept with its item and does not count. Once a
// person accepts it, it counts as if it had from the beginning: at its own time.
func TestAPossibleRepeatCountsOnceItIsAccepted(t *testing.T) {
	f, count, pass := begun(t)
	f.hear(sixPack, station.Counted)
	note := f.again(sixPack)
	at := f.clock.Now()
	f.holds(count, cola, binA, 6)
	if got := f.tally(count); got.Entries != 2 || got.Noted != 1 || got.Units != 6 {
		t.Fatalf("%+v", got)
	}
	before, _ := f.line(count, cola, binA)
	entry := f.accept(note)[0]
	f.holds(count, cola, binA, 12)
	if entry.Op != agent.Add || entry.Voids != note || entry.Quantity != 6 || entry.Item != cola || entry.Bin != binA ||
		entry.Pass != pass || entry.Actor != clerk.Actor || entry.Device != "" || !entry.Read.At.Equal(at) {
		t.Errorf("%+v", entry)
	}
	after, _ := f.line(count, cola, binA)
	if !after.Window.From.At.Equal(before.Window.From.At) || !after.Window.To.At.Equal(at) {
		t.Errorf("the window was %+v and is %+v; the scan was at %v", before.Window, after.Window, at)
	}
	if got := f.tally(count); got.Entries != 2 || got.Noted != 0 || got.Voided != 0 || got.Units != 12 {
		t.Errorf("%+v", got)
	}
	if scan := f.stored(note); scan.Op != agent.Note {
		t.Errorf("the scan itself was changed: %+v", scan)
	}
	f.undo(f.last()) // what was accepted by mistake
	f.holds(count, cola, binA, 6)
}

// However often it is accepted, alone or with others, it counts once.
func TestAcceptingAgainChangesNothing(t *testing.T) {
	f, count, _ := begun(t)
	f.hear(colaEAN, station.Counted)
	a, b, c := f.again(colaEAN), f.again(colaEAN), f.again(colaEAN)
	if got := f.accept(b, b); len(got) != 1 {
		t.Fatalf("%+v", got)
	}
	all := f.accept(a, b, c)
	f.holds(count, cola, binA, 4)
	head := f.head()
	if again := f.accept(c, b, a); again[0].Seq != head || again[1].Seq != all[1].Seq || f.head() != head {
		t.Fatalf("%+v", again)
	}
	ask[[]agent.Scan](f.testShop, clerk, "scan.accept", station.AcceptScans{Seq: a})
	f.holds(count, cola, binA, 4)
}

// The goods were seen when they were scanned. The window begins with the pass if
// the scan is all there is, since the pass has gone on.
func TestAnAcceptedScanAloneHasAWindow(t *testing.T) {
	f, count, _ := begun(t)
	first := f.hear(colaEAN, station.Counted)
	note := f.again(colaEAN)
	at := f.clock.Now()
	f.undo(first.Seq)
	f.hear("B", station.Moved)
	f.accept(note)
	line, _ := f.line(count, cola, binA)
	if w := line.Window; line.Good != 1 || !w.From.At.Equal(morning) || w.To.At.Before(at) || w.To.At.Before(w.From.At) {
		t.Fatalf("%+v", line)
	}
}

func TestWhatCannotBeAcceptedIsRefusedWithASentence(t *testing.T) {
	f, count, pass := begun(t)
	counted := f.hear(colaEAN, station.Counted)
	note := f.again(colaEAN)
	unknown := f.hearFlagged("5901234123457", agent.Repeated, station.NotKnown)
	typed := f.again("96385074")
	f.enter(station.SetEntry{Pass: pass, Item: crisps, Quantity: 4})
	label := f.hearFlagged("B", agent.Repeated, station.Twice)
	seq := func(s agent.Seq) station.AcceptScans { return station.AcceptScans{Seq: s} }
	f.refused("no_repeat", clerk, "scan.accept", seq(counted.Seq))
	f.refused("no_repeat", clerk, "scan.accept", seq(1<<40))
	f.refused("no_item", clerk, "scan.accept", seq(unknown.Seq))
	f.refused("no_item", clerk, "scan.accept", seq(label.Seq))
	f.refused("typed_since", clerk, "scan.accept", seq(typed))
	f.refused("bad_arguments", clerk, "scan.accept", station.AcceptScans{})
	f.refused("bad_arguments", clerk, "scan.accept", station.AcceptScans{Seqs: make([]agent.Seq, 1001)})
	f.refused("no_item", clerk, "scan.accept", station.AcceptScans{Seqs: []agent.Seq{note, unknown.Seq}}) // all or nothing
	f.holds(count, cola, binA, 1)
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: count})
	f.refused("count_state", clerk, "scan.accept", seq(note))
	stray := f.hearFlagged(colaEAN, agent.Repeated, station.NotOwned)
	f.refused("unowned", clerk, "scan.accept", seq(stray.Seq))
}

// What was undone stays so, and what was counted by accepting can be looked up.
func TestPossibleRepeatsCanBeListed(t *testing.T) {
	f, count, _ := begun(t)
	f.hear(colaEAN, station.Counted)
	a, b := f.again(colaEAN), f.again(colaEAN)
	f.accept(a)
	f.testShop.read(func(v agent.View) error {
		scans, err := v.Scans(agent.ScanQuery{Count: count, Only: agent.Repeated})
		if err != nil {
			return err
		}
		shown, err := agent.Show(v, scans)
		if err != nil {
			return err
		}
		if len(shown) != 2 || shown[0].Seq != b || shown[0].Voided || shown[1].Seq != a || !shown[1].Voided || shown[0].Flags[0] != "repeated" {
			t.Errorf("%+v", shown)
		}
		return nil
	})
}

// What was accepted and undone is a possible repeat as it was before: it is kept, it
// can be accepted again, and then it counts.
func TestAnUndoneAcceptanceCanBeAcceptedAgain(t *testing.T) {
	f, count, _ := begun(t)
	f.hear(colaEAN, station.Counted)
	note := f.again(colaEAN)
	kept := f.tally(count)
	var entries []agent.Seq
	for range 3 {
		entry := f.accept(note)[0]
		f.holds(count, cola, binA, 2)
		f.refused("already_undone", clerk, "entry.void", station.VoidEntry{Seq: f.undo(entry.Seq).Voids})
		f.holds(count, cola, binA, 1)
		if slices.Contains(entries, entry.Seq) {
			t.Errorf("accepted as row %d, which was undone", entry.Seq)
		}
		entries = append(entries, entry.Seq)
		want := kept
		want.Head = f.last()
		if got := f.tally(count); got != want {
			t.Errorf("the receipt is %+v, want %+v", got, want)
		}
	}
	f.accept(note)
	f.holds(count, cola, binA, 2)
	if report, err := f.queue.Replay(t.Context()); err != nil || len(report.Findings) > 0 {
		t.Errorf("what is stored is not what the log says: %+v, %v", report.Findings, err)
	}
}

// A typed quantity holds everything that was scanned before it; once it is undone it
// holds nothing.
func TestAnUndoneQuantityDoesNotStandInTheWayOfARepeat(t *testing.T) {
	f, count, pass := begun(t)
	f.hear(colaEAN, station.Counted)
	note := f.again(colaEAN)
	first := f.enter(station.SetEntry{Pass: pass, Item: cola, Quantity: 9})
	second := f.enter(station.SetEntry{Pass: pass, Item: cola, Quantity: 8})
	f.undo(second.Seq)
	f.refused("typed_since", clerk, "scan.accept", station.AcceptScans{Seq: note})
	f.undo(first.Seq)
	f.accept(note)
	f.holds(count, cola, binA, 2)
}

// What a scan of it could not count, accepting it does not.
func TestNoMoreIsAcceptedThanCanBeEntered(t *testing.T) {
	s := openShop(t)
	items := stocked()
	items[2].Codes = []agent.Barcode{{Text: soapCase, Pack: 12}}
	s.stock(items...)
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{})
	pass := ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun"})
	ask[agent.Scan](s, clerk, "pass.await", station.AwaitItem{Pass: pass.ID, Times: 9_999})
	in := s.reads(soapCase, agent.Repeated, station.Twice)
	s.refused("bad_quantity", clerk, "scan.accept", station.AcceptScans{Seq: in.Seq})
}

// A serial number that is taught afterwards is one piece, whatever was said before it.
func TestATaughtSerialNumberIsOnePiece(t *testing.T) {
	s := openShop(t)
	s.coded()
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{})
	pass := ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun"})
	ask[agent.Scan](s, clerk, "pass.await", station.AwaitItem{Pass: pass.ID, Times: 12})
	s.reads("]d20108719200056824"+"21S7", 0, station.NotKnown)
	taught := ask[station.Teaching](s, boss, "catalog.teach", station.Teach{Text: "8719200056824", Item: soap, Pack: 1})
	if len(taught.Counted) != 1 || taught.Counted[0].Units != 1 {
		t.Errorf("%+v", taught.Backward)
	}
}
