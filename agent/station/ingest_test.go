package station_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/queue"
)

const gun agent.DeviceID = "serial:gun"

const (
	colaEAN = "4006381333931"
	sixPack = "4006381333900"
)

// floor is a shop with barcodes and a scanner.
type floor struct {
	*testShop
	path string
	sent int64
}

// openFloor makes a shop on a queue of its own. Without places no bins are kept.
func openFloor(t *testing.T, places ...agent.Place) *floor {
	t.Helper()
	f := &floor{path: filepath.Join(t.TempDir(), "stockhand.db")}
	q, err := queue.Open(t.Context(), f.path, queue.Options{Version: "test", AllowFUSE: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	f.testShop = &testShop{t: t, queue: q, clock: &handClock{now: morning}}
	f.fill(places)
	if f.Station, err = station.Start(t.Context(), q, f.clock, agent.RunFact{Version: "test"}, station.Options{Location: here}); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *floor) fill(places []agent.Place) {
	f.t.Helper()
	items := []agent.Item{
		{ID: cola, SKU: "C", Name: "Cola", Tracked: true, Codes: []agent.Barcode{{Text: colaEAN, Pack: 1}, {Text: sixPack, Pack: 6}, {Text: "SHARED", Pack: 1}}},
		{ID: crisps, SKU: "K", Name: "Crisps", Tracked: true, Codes: []agent.Barcode{{Text: "96385074", Pack: 1}, {Text: "SHARED", Pack: 1}}},
		{ID: soap, SKU: "S", Name: "Soap", Tracked: true, Codes: []agent.Barcode{{Text: "SOAP 1", Pack: 1}}},
	}
	if len(places) > 0 {
		items[0].Bins, items[1].Bins = []agent.Bin{binA, binB}, []agent.Bin{binA}
	}
	next := func() (item agent.Item, ok bool, err error) {
		if len(items) == 0 {
			return item, false, nil
		}
		item, items = items[0], items[1:]
		return item, true, nil
	}
	if _, err := f.queue.Replace(f.t.Context(), boss.Actor, f.clock.Now(), "test", next, places, nil); err != nil {
		f.t.Fatal(err)
	}
}

func labelled() []agent.Place {
	return []agent.Place{{Bin: binA, Zone: "shop", Label: "BIN-A"}, {Bin: binB, Zone: "store"}}
}

// read makes a read of the scanner, a second after the last one.
func (f *floor) read(raw string, flags agent.ScanFlag) agent.Read {
	f.clock.pass(time.Second)
	f.sent++
	return agent.Read{Device: gun, Sequence: f.sent, Raw: []byte(raw), At: f.clock.Now(), Flags: flags}
}

// hear ingests a read and checks that it is stored as it is said to be.
func (f *floor) hear(raw string, want station.Heard) station.Ingested {
	f.t.Helper()
	return f.hearFlagged(raw, 0, want)
}

func (f *floor) hearFlagged(raw string, flags agent.ScanFlag, want station.Heard) station.Ingested {
	f.t.Helper()
	read := f.read(raw, flags)
	in, err := f.Ingest(f.t.Context(), read)
	if err != nil {
		f.t.Fatalf("%q: %v", raw, err)
	}
	if in.Heard != want {
		f.t.Fatalf("%q was heard as %q, want %q", raw, in.Heard, want)
	}
	stored := f.stored(in.Seq)
	if string(stored.Raw) != raw || stored.Device != gun || stored.Sequence != read.Sequence || !stored.Read.At.Equal(read.At) || stored.Flags&flags != flags {
		f.t.Fatalf("%q was stored as %+v", raw, stored)
	}
	stored.Seq = 0
	if fmt.Sprintf("%+v", stored) != fmt.Sprintf("%+v", in.Scan) {
		f.t.Fatalf("told\n%+v\nstored\n%+v", in.Scan, stored)
	}
	return in
}

func (f *floor) stored(seq agent.Seq) (scan agent.Scan) {
	f.t.Helper()
	f.testShop.read(func(v agent.View) error {
		var found bool
		var err error
		if scan, found, err = v.Scan(seq); err == nil && !found {
			f.t.Fatalf("there is no scan %d", seq)
		}
		return err
	})
	return scan
}

func (f *floor) line(count agent.CountID, item agent.ItemID, bin agent.Bin) (line agent.Line, found bool) {
	f.t.Helper()
	f.testShop.read(func(v agent.View) error {
		lines, err := v.LinesOf(count, item)
		if i := slices.IndexFunc(lines, func(l agent.Line) bool { return l.Bin == bin }); i >= 0 {
			line, found = lines[i], true
		}
		return err
	})
	return line, found
}

// holds checks a line's units.
func (f *floor) holds(count agent.CountID, item agent.ItemID, bin agent.Bin, good int64) {
	f.t.Helper()
	if line, found := f.line(count, item, bin); !found || line.Good != good {
		f.t.Fatalf("%s in %q: %+v, %t; want %d", item, bin, line, found, good)
	}
}

func (f *floor) tally(count agent.CountID) (t agent.Tally) {
	f.t.Helper()
	f.testShop.read(func(v agent.View) (err error) {
		t, err = v.Tally(count)
		return err
	})
	return t
}

func (f *floor) passes(count agent.CountID) (list []agent.Pass) {
	f.t.Helper()
	f.testShop.read(func(v agent.View) (err error) {
		list, err = v.Passes(count)
		return err
	})
	return list
}

func (f *floor) open() agent.CountID {
	f.t.Helper()
	return ask[agent.Count](f.testShop, boss, "count.open", station.OpenCount{}).ID
}

func TestAReadIsCountedWhereverItsDeviceIs(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	in := f.hear("BIN-A", station.Moved)
	if in.Scan.Op != agent.Move || in.Scan.Bin != binA || in.Scan.Count != count {
		t.Fatalf("%+v", in.Scan)
	}
	in = f.hear(colaEAN, station.Counted)
	if in.Name != "Cola" || in.Scan.Op != agent.Add || in.Scan.Quantity != 1 || in.Scan.Item != cola || in.Scan.Bin != binA || in.Scan.Flags != 0 {
		t.Fatalf("%+v", in)
	}
	f.hear("]E0"+colaEAN, station.Counted)
	f.hear("0"+colaEAN+"\r", station.Counted)
	f.hear(sixPack, station.Counted)
	f.holds(count, cola, binA, 9)
	f.hear("B", station.Moved) // a bin without a label is known by its name
	f.hear(sixPack, station.Counted)
	f.holds(count, cola, binB, 6)
	f.holds(count, cola, binA, 9)
	f.hear(" SOAP 1 ", station.Counted)
	f.holds(count, soap, binB, 1)
	if got := f.tally(count); got.Entries != 6 || got.Units != 16 || got.Lines != 3 || got.Noted != 0 {
		t.Errorf("%+v", got)
	}
}

// What is not counted is kept as evidence, with the reason, and changes no line.
func TestWhatIsNotCountedIsKept(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	f.hear("BIN-A", station.Moved)
	for _, tt := range []struct {
		raw   string
		given agent.ScanFlag
		want  station.Heard
		flags agent.ScanFlag
	}{
		{"5901234123457", 0, station.NotKnown, agent.Unknown},
		{"4006381333932", 0, station.NotKnown, agent.Unknown | agent.BadCheckDigit},
		{"SHARED", 0, station.Several, agent.Ambiguous},
		{"", 0, station.NotKnown, agent.Unknown},
		{" \r\n", 0, station.NotKnown, agent.Unknown},
		{"\x00\x00\x00", 0, station.NotStock, agent.NotArticle},
		{"40063\x00" + "81333931", 0, station.NotStock, agent.NotArticle},
		{"\xff\xfe\x80garbage\x1d", agent.EndedByQuiet, station.NotKnown, agent.Unknown | agent.EndedByQuiet},
		{strings.Repeat("9", 5000), 0, station.NotKnown, agent.Unknown},
		{strings.Repeat("9", 64), agent.TooLong, station.Unreadable, agent.TooLong},
		{colaEAN, agent.TooLong, station.Unreadable, agent.TooLong},
		{"'; DROP TABLE scan; --", 0, station.NotKnown, agent.Unknown},
		{`{"op":"count.close"}`, 0, station.NotKnown, agent.Unknown},
		{"pass.close", 0, station.NotKnown, agent.Unknown},
		{"HTTPS://example.com/approve", 0, station.NotKnown, agent.Unknown},
		{strings.Repeat("\U0001F600", 200), 0, station.NotKnown, agent.Unknown},
	} {
		in := f.hearFlagged(tt.raw, tt.given, tt.want)
		if in.Scan.Op != agent.Note || in.Scan.Quantity != 0 || in.Scan.Item != "" || in.Scan.Flags != tt.flags || in.Scan.Count != count || in.Scan.Bin != binA {
			t.Errorf("%.40q is kept as %+v", tt.raw, in.Scan)
		}
	}
	if got := f.tally(count); got.Entries != 16 || got.Noted != 16 || got.Unknown != 11 || got.Lines != 0 {
		t.Errorf("%+v", got)
	}
	f.hear(colaEAN, station.Counted) // and the scanner still works
}

// A scan that ended by silence only is as good as any other if its code is known.
func TestAScanWithoutATerminatorIsCounted(t *testing.T) {
	f := openFloor(t)
	count := f.open()
	if in := f.hearFlagged(colaEAN, agent.EndedByQuiet, station.Counted); in.Scan.Flags != agent.EndedByQuiet {
		t.Errorf("%+v", in.Scan)
	}
	f.holds(count, cola, "", 1)
}

func TestAReadThatBelongsToNoCountIsKeptAndNeverCounted(t *testing.T) {
	f := openFloor(t, labelled()...)
	unowned := func(raw string, want station.Heard) {
		t.Helper()
		in := f.hear(raw, want)
		if in.Scan.Op != agent.Note || in.Scan.Count != "" || in.Scan.Pass != "" || in.Scan.Flags&agent.Unowned == 0 {
			t.Fatalf("%+v", in.Scan)
		}
	}
	unowned(colaEAN, station.NotOwned) // no count is open
	unowned("BIN-A", station.NotOwned)
	first := f.open()
	unowned(colaEAN, station.NoBin) // a count is open, but where is the scanner?
	if in := f.hear(colaEAN, station.NoBin); in.Scan.Flags != agent.Unowned|agent.NoBin {
		t.Fatalf("the stored scan does not say that a label is missing: %v", in.Scan.Flags.Names())
	}
	unowned("no label at all", station.NoBin)
	second := f.open()
	unowned("BIN-A", station.NotOwned) // two counts are open: which one?
	unowned(colaEAN, station.NotOwned)
	if in := f.hearFlagged("x", agent.TooLong, station.Unreadable); in.Scan.Flags != agent.TooLong|agent.Unowned {
		t.Fatalf("%+v", in.Scan)
	}
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: first})
	f.hear("BIN-A", station.Moved) // now it is clear
	f.hear(colaEAN, station.Counted)
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: second})
	unowned(colaEAN, station.NotOwned)
	f.holds(second, cola, binA, 1)
	var devices []agent.DeviceTally
	f.testShop.read(func(v agent.View) (err error) {
		devices, err = v.Devices()
		return err
	})
	if len(devices) != 1 || devices[0].Stored != 11 || devices[0].Unowned != 9 {
		t.Errorf("%+v", devices)
	}
}

// Whoever scans a bin's label begins to walk there; without labels the only count
// that is open is meant, and its person may have begun with it.
func TestAPassIsOpenedForAScannerThatBegins(t *testing.T) {
	t.Run("at a bin's label", func(t *testing.T) {
		f := openFloor(t, labelled()...)
		count := f.open()
		f.clock.pass(time.Hour)
		f.hear("BIN-A", station.Moved)
		passes := f.passes(count)
		if len(passes) != 1 {
			t.Fatalf("%+v", passes)
		}
		p := passes[0]
		if p.Device != gun || p.Bin != binA || p.Zone != "shop" || p.Person.ID != string(gun) || !p.Started.At.Equal(f.clock.Now()) {
			t.Errorf("%+v", p)
		}
		f.hear("B", station.Moved)
		f.hear(colaEAN, station.Counted)
		if passes = f.passes(count); len(passes) != 1 || passes[0].Bin != binB {
			t.Errorf("%+v", passes)
		}
	})
	t.Run("where no bins are kept", func(t *testing.T) {
		f := openFloor(t)
		count := f.open()
		f.clock.pass(time.Hour)
		f.hear("unknown", station.NotKnown)
		f.hear(colaEAN, station.Counted)
		passes := f.passes(count)
		if len(passes) != 1 || !passes[0].Started.At.Equal(morning) {
			t.Fatalf("%+v", passes)
		}
	})
	t.Run("but not for what is too long", func(t *testing.T) {
		f := openFloor(t)
		count := f.open()
		f.hearFlagged("x", agent.TooLong, station.Unreadable)
		if passes := f.passes(count); len(passes) != 0 {
			t.Fatalf("%+v", passes)
		}
	})
	t.Run("but not beside a person's own pass", func(t *testing.T) {
		f := openFloor(t, labelled()...)
		count := f.open()
		pass := ask[agent.Pass](f.testShop, clerk, "pass.open", station.OpenPass{Count: count, Bin: binB, Device: gun})
		if in := f.hear(colaEAN, station.Counted); in.Scan.Pass != pass.ID || in.Scan.Bin != binB {
			t.Fatalf("%+v", in.Scan)
		}
	})
}

// An item that lies in bins is not counted in none of them: its bins would stay
// uncounted whatever is scanned.
func TestWithoutABinNothingIsCountedThatLiesInBins(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	pass := ask[agent.Pass](f.testShop, clerk, "pass.open", station.OpenPass{Count: count, Device: gun})
	if in := f.hear(colaEAN, station.NoBin); in.Scan.Op != agent.Note || in.Scan.Item != cola || in.Scan.Count != count || in.Scan.Flags != agent.NoBin {
		t.Fatalf("%+v", in.Scan)
	}
	f.hear("SOAP 1", station.Counted) // known nowhere in particular
	f.refused("no_bin", clerk, "entry.set", station.SetEntry{Pass: pass.ID, Item: cola, Quantity: 3})
	f.hear("BIN-A", station.Moved)
	f.hear(colaEAN, station.Counted)
	f.holds(count, cola, binA, 1)
	f.holds(count, soap, "", 1)
}

func TestARecountTakesOnlyWhatWasAskedFor(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	f.hear("BIN-A", station.Moved)
	f.hear(colaEAN, station.Counted)
	f.hear("96385074", station.Counted)
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: count})
	ask[agent.Recount](f.testShop, boss, "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{cola}})
	f.hear(colaEAN, station.NotOwned) // nobody walks yet
	ask[agent.Pass](f.testShop, clerk, "pass.open", station.OpenPass{Count: count, Bin: binA, Device: gun, Round: 1})
	if in := f.hear("96385074", station.NotAsked); in.Scan.Op != agent.Note || in.Scan.Item != crisps || in.Scan.Round != 1 || in.Scan.Flags != agent.NotAsked {
		t.Fatalf("%+v", in.Scan)
	}
	f.hear(colaEAN, station.Counted)
	f.hear(colaEAN, station.Counted)
	f.holds(count, cola, binA, 2)
	f.holds(count, crisps, binA, 1)
}

// A line's window begins with the entry before it and ends with its last one.
func TestTheWindowOfALineBeginsWithTheEntryBefore(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	f.hear("BIN-A", station.Moved)
	begun := f.clock.Now()
	f.clock.pass(3 * time.Minute)
	f.hear(colaEAN, station.Counted)
	f.clock.pass(time.Minute)
	f.hear(colaEAN, station.Counted)
	last := f.clock.Now()
	f.hear("96385074", station.Counted)
	line, _ := f.line(count, cola, binA)
	if !line.Window.From.At.Equal(begun) || !line.Window.To.At.Equal(last) {
		t.Errorf("%+v, want from %v to %v", line.Window, begun, last)
	}
	if line, _ = f.line(count, crisps, binA); !line.Window.From.At.Equal(last) {
		t.Errorf("%+v, want from %v", line.Window, last)
	}
}

// When Ingest returns, whoever opens the file finds the read.
func TestWhatIngestReturnedIsInTheFile(t *testing.T) {
	f := openFloor(t)
	count := f.open()
	for i := range 20 {
		in := f.hear(colaEAN, station.Counted)
		beside, err := queue.OpenReadOnly(t.Context(), f.path, queue.Options{AllowFUSE: true})
		if err != nil {
			t.Fatal(err)
		}
		err = beside.Read(t.Context(), func(v agent.View) error {
			scan, found, err := v.Scan(in.Seq)
			if err != nil || !found || string(scan.Raw) != colaEAN || scan.Item != cola {
				t.Errorf("scan %d: %+v, %t, %v", in.Seq, scan, found, err)
			}
			lines, err := v.Lines(count)
			if err != nil || len(lines) != 1 || lines[0].Good != int64(i+1) {
				t.Errorf("after %d scans the lines are %+v, %v", i+1, lines, err)
			}
			return err
		})
		if err := beside.Close(); err != nil {
			t.Error(err)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A read that could not be stored is an error, and nothing of it is there.
func TestAReadThatCannotBeStoredIsNotAcknowledged(t *testing.T) {
	f := openFloor(t)
	f.open()
	before := f.head()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if in, err := f.Ingest(ctx, f.read(colaEAN, 0)); err == nil && f.head() == before {
		t.Fatalf("%+v is acknowledged and not stored", in)
	}
}

// Scanners do not wait for each other and do not mix: each one's reads are counted
// in its own pass, none is lost, none twice.
func TestManyScannersAtOnce(t *testing.T) {
	f := openFloor(t)
	count := f.open()
	const scanners, each = 6, 40
	var all sync.WaitGroup
	for n := range scanners {
		all.Go(func() {
			device := agent.DeviceID(fmt.Sprintf("serial:%d", n))
			for i := range each {
				in, err := f.Ingest(t.Context(), agent.Read{Device: device, Sequence: int64(i + 1), Raw: []byte(colaEAN), At: f.clock.Now()})
				if err != nil || in.Heard != station.Counted {
					t.Errorf("%s read %d: %q, %v", device, i, in.Heard, err)
					return
				}
			}
		})
	}
	all.Wait()
	f.holds(count, cola, "", scanners*each)
	passes := f.passes(count)
	if len(passes) != scanners {
		t.Fatalf("%d passes for %d scanners", len(passes), scanners)
	}
	f.testShop.read(func(v agent.View) error {
		for _, p := range passes {
			scans, err := v.Scans(agent.ScanQuery{Pass: p.ID, Limit: 1000})
			if err != nil || len(scans) != each {
				t.Errorf("%s has %d scans, %v", p.ID, len(scans), err)
			}
			for i, scan := range scans { // newest first
				if scan.Device != p.Device || scan.Sequence != int64(each-i) {
					t.Errorf("%s: scan %d of %s is number %d", p.ID, i, scan.Device, scan.Sequence)
				}
			}
		}
		return nil
	})
}

// A count that opens and closes while somebody scans loses no read: each is counted
// or kept.
func TestScanningWhileACountOpensAndCloses(t *testing.T) {
	f := openFloor(t)
	stop := make(chan struct{})
	var turning sync.WaitGroup
	turning.Go(func() {
		for {
			count := f.open()
			if _, err := f.try(boss, "count.close", station.CloseCount{Count: count}); err != nil {
				t.Error(err)
				return
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	heard := map[station.Heard]int{}
	for i := range 200 {
		in, err := f.Ingest(t.Context(), agent.Read{Device: gun, Sequence: int64(i + 1), Raw: []byte(colaEAN), At: morning})
		if err != nil {
			t.Fatalf("read %d: %v", i, err)
		}
		heard[in.Heard]++
	}
	close(stop)
	turning.Wait()
	var devices []agent.DeviceTally
	f.testShop.read(func(v agent.View) (err error) {
		devices, err = v.Devices()
		return err
	})
	if len(devices) != 1 || devices[0].Stored != 200 || heard[station.Counted]+heard[station.NotOwned] != 200 {
		t.Errorf("%v, %+v", heard, devices)
	}
}

// Whatever bytes come, they are stored as they came, and change no line unless an
// item has them.
func TestAnyBytesAreStored(t *testing.T) {
	f := openFloor(t)
	count := f.open()
	random := rand.New(rand.NewPCG(1, 2))
	f.hear("no article", station.NotKnown) // opens a pass: noise does not
	for range 300 {
		raw := make([]byte, random.IntN(80))
		for i := range raw {
			raw[i] = byte(random.IntN(256))
		}
		in, err := f.Ingest(t.Context(), f.read(string(raw), 0))
		if err != nil || in.Heard != station.NotKnown && in.Heard != station.NotStock {
			t.Fatalf("%q: %q, %v", raw, in.Heard, err)
		}
		if got := f.stored(in.Seq); !bytes.Equal(got.Raw, raw) && len(got.Raw)+len(raw) > 0 {
			t.Fatalf("%q was stored as %q", raw, got.Raw)
		}
	}
	if got := f.tally(count); got.Entries != 301 || got.Noted != 301 || got.Lines != 0 {
		t.Errorf("%+v", got)
	}
}
