package hidpos

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

func TestConformance(t *testing.T) {
	scannertest.Run(t, func(t *testing.T) scannertest.Rig { return newDesk(t, honeywell).rig() })
}

// reading starts the scanner's device and waits until it is ready.
func (d *desk) reading(device scanner.Device, verdict scanner.Verdict) (*scannertest.Log, *scanner.Supervisor, func()) {
	log := scannertest.NewLog()
	log.Verdict = verdict
	s, stop := scannertest.Start(d.t, log, device)
	log.AwaitState(d.t, scanner.Reading)
	return log, s, stop
}

func TestTheIdentifierStandsBeforeTheData(t *testing.T) {
	d := newDesk(t, honeywell)
	log, _, _ := d.reading(d.device(), scanner.None)
	d.scan("]E0", "4006381333931")
	d.scan("]d2", gs1)
	log.AwaitReads(t, 2).MustBe(t, []string{"]E04006381333931", "]d2" + gs1})
}

// Scans cut off between two reports, again and again: each is said to be lost,
// none is taken for a scan, and no descriptor is left.
func TestUnplugStorm(t *testing.T) {
	d := newDesk(t, honeywell)
	device := d.device()
	device.Framing.Settle = -1
	log, s, stop := d.reading(device, scanner.None)
	d.scan("", scannertest.Code(0))
	log.AwaitReads(t, 1)
	before := openFiles(t)
	const rounds = 200
	for round := 1; round < rounds; round++ {
		d.part("40063")
		d.pull()
		log.AwaitState(t, scanner.Missing)
		d.plugIn()
		s.Look()
		log.AwaitState(t, scanner.Reading)
		d.scan("", scannertest.Code(round))
		log.AwaitReads(t, round+1)
	}
	after := openFiles(t)
	stop()
	seen := log.Seen()
	seen.MustBe(t, scannertest.Codes(rounds))
	// It is said once a second at most.
	if lost := seen.Noticed(scanner.InputLost); len(lost) == 0 || !strings.Contains(lost[0].Sentence, "the connection ended") {
		t.Fatalf("%+v", lost)
	}
	if after > before {
		t.Fatalf("%d files open before, %d after", before, after)
	}
}

func openFiles(t testing.TB) int {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(fds)
}

// The rest of a scan never comes: people are told without another scan.
func TestAScanWhoseRestDoesNotCome(t *testing.T) {
	d := newDesk(t, honeywell)
	log, _, _ := d.reading(d.device(), scanner.None)
	d.part("40063")
	seen := log.Await(t, "the notice", func(s scannertest.Seen) bool { return len(s.Noticed(scanner.InputLost)) == 1 })
	if n := seen.Noticed(scanner.InputLost)[0]; !strings.Contains(n.Sentence, lostRest) {
		t.Fatalf("%+v", n)
	}
	d.scan("]E0", "4006381333931")
	log.AwaitReads(t, 1).MustBe(t, []string{"]E04006381333931"})
}

// A report that is too short for what it says is said to be lost, and so is the
// scan it belongs to.
func TestABrokenReport(t *testing.T) {
	d := newDesk(t, honeywell)
	log, _, _ := d.reading(d.device(), scanner.None)
	d.part("40063")
	d.send(t, []byte{2, 13, ']', 'E', '0'})
	d.scan("]E0", "4006381333931")
	seen := log.AwaitReads(t, 1)
	seen.MustBe(t, []string{"]E04006381333931"})
	if lost := seen.Noticed(scanner.InputLost); len(lost) != 1 || !strings.Contains(lost[0].Sentence, lostBroken) {
		t.Fatalf("%+v", lost)
	}
}

// Reports of triggers and batteries, and answers to commands of a program of the
// maker, are not counted.
func TestOnlyScansAreRead(t *testing.T) {
	d := newDesk(t, honeywell)
	log, _, _ := d.reading(d.device(), scanner.None)
	d.send(t, []byte{3, 1}, []byte{7})
	d.scan("]X0", strings.Repeat("Product Name: Voyager\r\n", 6))
	d.scan("]Z6", "REVINF\x06.")
	d.scan("]X0", "A012345678")
	seen := log.AwaitReads(t, 1)
	seen.MustBe(t, []string{"]X0A012345678"})
	if n := seen.Noticed(scanner.Aside); len(n) != 2 || n[0].Sentence != answered {
		t.Fatalf("%+v", n)
	}
}

// The kernel keeps few reports: reading never waits for the store.
func TestASlowStoreDoesNotHoldTheReaderBack(t *testing.T) {
	d := newDesk(t, honeywell)
	log, gate := scannertest.NewLog(), make(chan struct{})
	scannertest.Start(t, gated{log, gate}, d.device())
	log.AwaitState(t, scanner.Reading)
	codes := scannertest.Codes(scanner.RingSize - 10)
	for _, c := range codes {
		d.scan("", c) // far more than the socket holds
	}
	close(gate)
	log.AwaitReads(t, len(codes)).MustBe(t, codes)
}

// gated is a store that stands still until its gate is closed.
type gated struct {
	*scannertest.Log
	gate chan struct{}
}

func (g gated) Read(ctx context.Context, r scanner.Read) scanner.Verdict {
	<-g.gate
	return g.Log.Read(ctx, r)
}

func TestTheScannerBeepsForWhatBecameOfItsScan(t *testing.T) {
	for verdict, want := range map[scanner.Verdict][]byte{
		scanner.Stored: {4, 1 << 3}, scanner.Unknown: {4, 1 << 4}, scanner.Refused: {4, 1 << 2},
	} {
		d := newDesk(t, honeywell)
		device := d.device()
		device.Driver.(*Driver).Beeps = true
		_, _, stop := d.reading(device, verdict)
		d.scan("]E0", "4006381333931")
		if got := d.heard(t); !slices.Equal(got, want) {
			t.Errorf("%v: the scanner was sent % x, want % x", verdict, got, want)
		}
		stop()
	}
}

// Beeps are sent only where they are switched on, and where the scanner knows
// none that is said once.
func TestBeepsThatAreNotSent(t *testing.T) {
	d := newDesk(t, zebra)
	device := d.device()
	log, _, stop := d.reading(device, scanner.Stored)
	d.scan("", scannertest.Code(0))
	log.AwaitReads(t, 1)
	stop()
	if n := log.Seen().Noticed(scanner.NoFeedback); len(n) != 0 {
		t.Fatalf("switched off: %+v", n)
	}
	device.Driver.(*Driver).Beeps = true
	log, _, _ = d.reading(device, scanner.Stored)
	d.scan("", scannertest.Code(0))
	log.Await(t, "the notice", func(s scannertest.Seen) bool { return len(s.Noticed(scanner.NoFeedback)) == 1 })
}

// A scanner that takes no reports fills its line. Reading goes on, people are
// told, and stopping works.
func TestAScannerThatTakesNoBeep(t *testing.T) {
	d := newDesk(t, honeywell)
	device := d.device()
	device.Driver.(*Driver).Beeps = true
	log, _, stop := d.reading(device, scanner.Stored)
	for sent := 0; len(log.Seen().Noticed(scanner.NoFeedback)) == 0; sent++ {
		d.scan("", scannertest.Code(sent))
		log.AwaitReads(t, sent+1)
	}
	stop()
}

// A scanner that can also type sends HID POS reports while it is open, and types
// before and after.
func TestAScannerIsSwitchedWhileItIsOpen(t *testing.T) {
	d := newDesk(t, honeywell)
	_, _, stop := d.reading(d.device(), scanner.None)
	if got := d.switches(); len(got) != 1 || !slices.Equal(got[0], []byte{0xfe, 1}) {
		t.Fatalf("after the open: % x", got)
	}
	stop()
	if got := d.switches(); len(got) != 2 || !slices.Equal(got[1], []byte{0xfe, 0}) {
		t.Fatalf("after the close: % x", got)
	}
}

func TestASwitchThatDoesNotWork(t *testing.T) {
	d := newDesk(t, honeywell)
	d.stalls = errRefused // it knows HID POS only
	log, _, stop := d.reading(d.device(), scanner.None)
	d.scan("", scannertest.Code(0))
	log.AwaitReads(t, 1)
	stop()
	d.stalls = unix.EIO // it was just pulled out
	wantFault(t, d.driver(), scanner.Missing, "not connected", "Plug it in")
	if open := len(d.openers()); open == 0 {
		t.Fatal("it was not even opened")
	}
}

func TestOtherMakersAreNotSwitched(t *testing.T) {
	s := newShelf(t)
	p := s.hidraw("hidraw0", s.usb("1-1", "1eab", "1d10", "", "FM430"), 0, "1EAB", "1D10", "Newland FM430", honeywell)
	c, err := (&Driver{Where: Where{Vendor: "1eab", Product: "1d10", Interface: -1}, system: s.tree}).Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if got := p.switches(); len(got) != 0 {
		t.Fatalf("% x", got)
	}
}

func wantFault(t testing.TB, d *Driver, state scanner.StateName, sentence, remedy string) {
	t.Helper()
	conn, err := d.Open(t.Context())
	var f *scanner.Fault
	if !errors.As(err, &f) {
		t.Fatalf("opened %v, %v", conn, err)
	}
	if f.State != state || !strings.Contains(f.Sentence, sentence) || !strings.Contains(f.Remedy, remedy) {
		t.Fatalf("%s: %s %s (%v)", f.State, f.Sentence, f.Remedy, f.Err)
	}
}

func TestWhyAScannerCannotBeOpened(t *testing.T) {
	d := newDesk(t, honeywell)
	d.refuses = unix.EACCES
	wantFault(t, d.driver(), scanner.NoRights, "may not open", "stockhand service install")
	for _, gone := range []error{unix.ENODEV, unix.ENXIO, unix.EIO, unix.ENOENT} {
		d.refuses = gone
		wantFault(t, d.driver(), scanner.Missing, "not connected", "Plug it in")
	}
	d.refuses = unix.EBUSY
	wantFault(t, d.driver(), scanner.Busy, "Another program", "Close that program")
	d.pull()
	wantFault(t, d.driver(), scanner.Missing, "not connected", "Plug it in")
}

// The rule for scanners does not know one that begins its descriptor with a
// keyboard: the remedy is a rule of its own.
func TestAScannerThatTheRuleDoesNotKnow(t *testing.T) {
	d := newDesk(t, slices.Concat(keyboard, honeywell[:0], []byte{0x85, 0x01}, honeywell))
	d.refuses = unix.EACCES
	wantFault(t, d.driver(), scanner.NoRights, "may not open", `ATTRS{idVendor}=="0c2e", ATTRS{idProduct}=="0b61"`)
}

// A scanner that is there but as something else says which code to scan.
func TestTheWrongMode(t *testing.T) {
	s := newShelf(t)
	s.hidraw("hidraw0", s.usb("1-2", "0c2e", "0b01", "19A2", "Voyager"), 0, "0C2E", "0B01", "Honeywell Voyager", keyboard)
	s.usb("1-3", "0c2e", "0b6a", "20B3", "Voyager as a serial port")
	s.hidraw("hidraw1", s.usb("1-4", "23d0", "0c10", "", "Youjie"), 0, "23D0", "0C10", "Youjie", honeywell[:20])
	at := func(w Where) *Driver {
		w.Interface = -1
		return &Driver{Where: w, system: s.tree}
	}
	const setup = `131`
	wantFault(t, at(Where{Vendor: "0c2e", Product: "0b61", Serial: "19A2"}), scanner.WrongMode, "not set up for HID POS", setup)
	wantFault(t, at(Where{Vendor: "0c2e", Product: "0b01"}), scanner.WrongMode, "not set up for HID POS", setup)
	wantFault(t, at(Where{Vendor: "0c2e", Product: "0b61", Serial: "20B3"}), scanner.WrongMode, "not set up for HID POS", setup)
	wantFault(t, at(Where{Vendor: "0c2e", Product: "0b61", Socket: "1-2"}), scanner.WrongMode, "not set up for HID POS", setup)
	wantFault(t, at(Where{Vendor: "23d0", Product: "0c10"}), scanner.WrongMode, "makes no sense", setup)
	wantFault(t, at(Where{Vendor: "0c2e", Product: "0b61", Serial: "OTHER"}), scanner.Missing, "not connected", "Plug it in")
	s.usb("1-5", "0c2e", "0b61", "77", "Voyager, plugged in just now")
	wantFault(t, at(Where{Vendor: "0c2e", Product: "0b61", Serial: "77"}), scanner.Missing, "not ready yet", "Wait a moment")
}

func TestTwoScannersThatFitAreNotGuessed(t *testing.T) {
	s := newShelf(t)
	for i, socket := range []string{"1-1", "1-2"} {
		s.hidraw(fmt.Sprint("hidraw", i), s.usb(socket, "0c2e", "0b61", "", "Voyager"), 0, "0C2E", "0B61", "Voyager", honeywell)
	}
	w := Where{Vendor: "0c2e", Product: "0b61", Interface: -1}
	wantFault(t, &Driver{Where: w, system: s.tree}, scanner.WrongMode, "hidraw0, ", `"socket"`)
	w.Socket = "1-2"
	c, err := (&Driver{Where: w, system: s.tree}).Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if at := c.(scanner.Placed).Physical(); at != "1-2" {
		t.Fatalf("opened the one in %s", at)
	}
}

// Between looking and opening, another device took the name.
func TestAnotherDeviceUnderTheSameName(t *testing.T) {
	d := newDesk(t, honeywell)
	opening := d.tree.openNode
	d.tree.openNode = func(path string) (rawNode, error) {
		d.pull()
		d.plugIn()
		return opening(path)
	}
	wantFault(t, d.driver(), scanner.Missing, "not connected", "Plug it in")
}

// A report that waits when its time is up has come in time: the computer was
// busy, not the scanner late.
func TestABusyComputerDoesNotLoseTheRest(t *testing.T) {
	d := newDesk(t, honeywell)
	found, err := d.driver().Where.find(t.Context(), d.tree)
	if err != nil {
		t.Fatal(err)
	}
	n, err := d.tree.open(found)
	if err != nil {
		t.Fatal(err)
	}
	defer n.close()
	d.scan("]E0", "4006381333931")
	buf := make([]byte, n.size())
	past := time.Now().Add(-time.Second)
	if got, err := n.read(buf, past); got != 64 || err != nil {
		t.Fatalf("%d, %v", got, err)
	}
	if got, err := n.read(buf, past); got != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("nothing is there: %d, %v", got, err)
	}
	n.wake()
	d.scan("]E0", "4006381333931")
	if got, err := n.read(buf, time.Time{}); got != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("it was woken: %d, %v", got, err)
	}
}

// The kernel keeps 63 reports and drops what comes then, the rest of a scan for
// instance. What comes later is not its rest.
func TestReportsThatTheKernelDropped(t *testing.T) {
	for _, waited := range []bool{false, true} {
		d := newDesk(t, honeywell)
		opened, err := d.driver().Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c, heard := opened.(*conn), &pairingEar{}
		var codes []string
		heard.hear = func(h scanner.Hearing) { codes = append(codes, string(h.Meanings[0].Raw)) }
		n, report := c.node.(*hidraw), make([]byte, 64)
		kept := queued
		if waited { // for the first one, as usual
			kept--
		}
		for i := range kept - 1 {
			d.scan("]E0", scannertest.Code(i))
		}
		d.part("40063") // its rest is dropped
		d.scan("]E0", "NEXT")
		for range kept + 1 {
			if _, err := n.read(report, time.Time{}); err != nil {
				t.Fatal(err)
			}
			c.checkGap(heard, time.Now())
			c.take(report, time.Now(), heard)
		}
		if len(codes) != kept || codes[kept-1] != "]E0NEXT" {
			t.Errorf("%d scans, the last %q", len(codes), codes[len(codes)-1])
		}
		c.Close()
	}
}

// BenchmarkScanToSink is the time from the scanner's report to the store's turn.
func BenchmarkScanToSink(b *testing.B) {
	d := newDesk(b, honeywell)
	sink := arrivals{scannertest.NewLog(), make(chan struct{}, 1)}
	scannertest.Start(b, sink, d.device())
	sink.AwaitState(b, scanner.Reading)
	report := d.layout.reports(2, "]E0", "4006381333931")[0]
	for b.Loop() {
		d.send(b, report)
		<-sink.read
	}
}

// arrivals tells when a read has reached the store.
type arrivals struct {
	*scannertest.Log
	read chan struct{}
}

func (a arrivals) Read(context.Context, scanner.Read) scanner.Verdict {
	a.read <- struct{}{}
	return scanner.None
}

// A scanner without a number is known by its socket: in another one it is said where,
// and never opened in the place of its neighbour.
func TestAScannerInAnotherSocket(t *testing.T) {
	s := newShelf(t)
	s.hidraw("hidraw0", s.usb("1-9", "0c2e", "0b61", "", "Voyager"), 0, "0C2E", "0B61", "Voyager", honeywell)
	d := &Driver{Where: Where{Vendor: "0c2e", Product: "0b61", Socket: "1-2", Interface: -1}, system: s.tree}
	wantFault(t, d, scanner.Missing, "one of its kind is in socket 1-9", `pair it again`)
}

func TestAHubThatGetsNoAnswerHoldsNobodyUp(t *testing.T) {
	s := newShelf(t)
	scannertest.BusyHub(t, s.tree.sys)
	d := &Driver{Where: Where{Vendor: "0c2e", Product: "0b61", Serial: "19A2", Interface: -1}, system: s.tree}
	wantFault(t, d, scanner.Missing, "", "")
}

// Two with one number are told apart by their sockets, also in what they are called.
func TestTwoWithOneNumberHaveTwoNames(t *testing.T) {
	s := newShelf(t)
	s.hidraw("hidraw0", s.usb("1-2", "0c2e", "0b61", "77", "Voyager"), 0, "0C2E", "0B61", "Voyager", honeywell)
	s.hidraw("hidraw1", s.usb("1-3", "0c2e", "0b61", "77", "Voyager"), 0, "0C2E", "0B61", "Voyager", honeywell)
	found, err := find(t.Context(), s.tree)
	if err != nil || len(found) != 2 || found[0].ID == found[1].ID {
		t.Fatalf("%+v, %v", found, err)
	}
}
