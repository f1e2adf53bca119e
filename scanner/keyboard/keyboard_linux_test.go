package keyboard

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

func start(t *testing.T, devices ...scanner.Device) (*scannertest.Log, *scanner.Supervisor) {
	t.Helper()
	log := scannertest.NewLog()
	s, _ := scannertest.Start(t, log, devices...)
	log.Await(t, "all scanners", func(s scannertest.Seen) bool {
		reading := 0
		for _, st := range s.States {
			if st.Name == scanner.Reading {
				reading++
			}
		}
		return reading == len(devices)
	})
	return log, s
}

// What the kernel of 64-bit and 32-bit systems is asked, as <linux/input.h> has it.
func TestRequestsAndSizesAreTheKernels(t *testing.T) {
	if eventSize(wordSize) != int(unsafe.Sizeof(unix.Timeval{}))+8 || wordSize*8 != bits.UintSize {
		t.Errorf("an event of %d bytes", eventSize(wordSize))
	}
	for want, have := range map[uint]uint{0x40044590: eviocGrab, 0x400445a0: eviocSetTime, 0x80604518: eviocGetKeys} {
		if have != want {
			t.Errorf("%#x instead of %#x", have, want)
		}
	}
}

// A pipe is no event device: the real requests are refused, and that is said.
func TestWhatIsNoEventDeviceIsRefused(t *testing.T) {
	s, g := plugged(t)
	s.control = kernel{}
	d := g.device("us").Driver.(*Driver)
	d.system = s.system
	_, err := d.Open(t.Context())
	var f *scanner.Fault
	if !errors.As(err, &f) || f.State != scanner.WrongMode || !errors.Is(err, unix.ENOTTY) {
		t.Fatalf("%v", err)
	}
}

// The event times are those of the keys, not of the read.
func TestAScanHasTheTimeOfItsKeys(t *testing.T) {
	_, g := plugged(t)
	log, _ := start(t, g.device("us"))
	presses, _ := LayoutNamed("us").typed("4006", false)
	first := readClock()
	g.send(0, slices.Concat(
		reports(presses, first.monotonic-300*time.Millisecond),
		reports([]press{{code: keyEnter}}, first.monotonic-250*time.Millisecond)))
	r := log.AwaitReads(t, 1).Reads[0]
	if at := first.now.Sub(r.FirstAt).Round(time.Millisecond); at != 300*time.Millisecond {
		t.Errorf("the first key was pressed %v before the read", at)
	}
	if took := r.At.Sub(r.FirstAt).Round(time.Millisecond); took != 50*time.Millisecond || r.Flags != 0 {
		t.Errorf("%v from the first key to the last, flags %b", took, r.Flags)
	}
}

// Nothing ends the scan but silence, and its last key is a dead one.
func TestNoTerminator(t *testing.T) {
	_, g := plugged(t)
	d := g.device("de")
	d.Framing.Gap = time.Second
	log, _ := start(t, d)
	presses, _ := LayoutNamed("de").typed("4006-ß", false)
	g.send(0, reports(append(presses, press{code: keyGrave}), now()))
	r := log.AwaitReads(t, 1).Reads[0]
	if string(r.Raw) != "4006-ß^" || r.Flags != scanner.EndedByQuiet {
		t.Fatalf("%q, flags %b", r.Raw, r.Flags)
	}
}

// The kernel threw events away: that scan is lost and said, the next one is read.
func TestDroppedEventsCostTheScanAndAreSaid(t *testing.T) {
	_, g := plugged(t)
	log, _ := start(t, g.device("us"))
	g.types("FIRST\r40063")
	g.send(0, []Event{{At: now(), Type: typeSync, Code: syncDropped}, {At: now(), Type: typeSync, Code: syncReport}})
	g.types("33931\rNEXT\r")
	seen := log.AwaitReads(t, 2)
	seen.MustBe(t, []string{"FIRST", "NEXT"})
	if n := seen.Noticed(scanner.InputLost); len(n) != 1 || !strings.Contains(n[0].Sentence, "because the computer was too slow") {
		t.Fatalf("notices %+v", n)
	}
}

// A scanner that is set to another country than its settings say presses a key
// that means nothing: what is left is no scan.
func TestAWrongLayoutIsSaid(t *testing.T) {
	_, g := plugged(t)
	log, _ := start(t, g.device("us"))
	g.typesOn(0, LayoutNamed("de"), "A<B>C\rNEXT\r")
	seen := log.AwaitReads(t, 1)
	seen.MustBe(t, []string{"NEXT"})
	if n := seen.Noticed(scanner.InputLost); len(n) != 1 || !strings.Contains(n[0].Sentence, `the layout "us"`) {
		t.Fatalf("notices %+v", n)
	}
}

func TestGroupSeparatorsArrive(t *testing.T) {
	for _, l := range Layouts {
		_, g := plugged(t)
		log, _ := start(t, g.device(l.Name))
		const code = "]C10104006381333931172512311 0LOT-4711\x1d21S/N:0_1"
		g.typesOn(0, l, code+"\r")
		log.AwaitReads(t, 1).MustBe(t, []string{code})
	}
}

// A key that is down when the scanner is opened would stay pressed for others.
func TestTheGrabWaitsUntilNoKeyIsDown(t *testing.T) {
	s, g := plugged(t)
	s.hold(g, true)
	log := scannertest.NewLog()
	scannertest.Start(t, log, g.device("us"))
	if busy := log.AwaitState(t, scanner.Busy); !strings.Contains(busy.Sentence, "A key of the scanner is down") || busy.Remedy == "" {
		t.Fatalf("%+v", busy)
	}
	if now, ever := s.grabsNow(); now != 0 || ever != 0 {
		t.Fatalf("%d grabs, %d ever", now, ever)
	}
	s.hold(g, false)
	log.AwaitState(t, scanner.Reading)
	g.types("4006381333931\r")
	log.AwaitReads(t, 1)
}

func TestStoppingWhileAKeyIsDown(t *testing.T) {
	s, g := plugged(t)
	s.hold(g, true)
	ctx, cancel := context.WithCancel(t.Context())
	s.looked = cancel
	if c, err := g.device("us").Driver.Open(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("opened %v, %v", c, err)
	}
}

func TestAnotherProgramHasTheKeys(t *testing.T) {
	s, g := plugged(t)
	s.setRival(true)
	log := scannertest.NewLog()
	sup, _ := scannertest.Start(t, log, g.device("us"))
	if busy := log.AwaitState(t, scanner.Busy); !strings.Contains(busy.Sentence, "Another program") || busy.Remedy == "" {
		t.Fatalf("%+v", busy)
	}
	s.setRival(false)
	sup.Look()
	log.AwaitState(t, scanner.Reading)
}

func TestTwoOfUsCannotShareAScanner(t *testing.T) {
	_, g := plugged(t)
	log, _ := start(t, g.device("us"))
	wantFault(t, g.device("us").Driver, scanner.Busy, "only one can", "Close that program")
	g.types("4006381333931\r")
	log.AwaitReads(t, 1)
}

// Only what somebody paired is grabbed, and stopping gives the keys back.
func TestOnlyThePairedScannerIsGrabbed(t *testing.T) {
	s, g := plugged(t)
	other := s.gun(Where{Vendor: "046d", Product: "c31c", Socket: "1-4"}, 1)
	other.plug()
	log := scannertest.NewLog()
	_, stop := scannertest.Start(t, log, g.device("us"))
	log.AwaitState(t, scanner.Reading)
	if now, ever := s.grabsNow(); now != 1 || ever != 1 {
		t.Fatalf("%d grabs, %d ever", now, ever)
	}
	stop()
	if now, _ := s.grabsNow(); now != 0 {
		t.Fatalf("%d grabs are left", now)
	}
}

func TestAScannerThatTypesOnTwoKeyboards(t *testing.T) {
	s := newShop(t)
	g := s.gun(voyager, 2)
	g.plug()
	log, _ := start(t, g.device("us"))
	g.typesOn(0, LayoutNamed("us"), "ONE\r")
	log.AwaitReads(t, 1)
	g.typesOn(1, LayoutNamed("us"), "TWO\r")
	log.AwaitReads(t, 2).MustBe(t, []string{"ONE", "TWO"})
	if now, _ := s.grabsNow(); now != 2 {
		t.Fatalf("%d grabs", now)
	}
}

// Cut off at every length, again and again: no whole scan is lost, no part of one
// is taken for a scan, and no file stays open.
func TestUnplugStorm(t *testing.T) {
	_, g := plugged(t)
	log, s := start(t, g.device("us"))
	code := scannertest.Code
	files := openFiles(t)
	const rounds = 100
	for round := range rounds {
		g.types(code(round) + "\r" + code(9999)[:round%len(code(0))])
		log.AwaitReads(t, round+1)
		g.unplug()
		log.AwaitState(t, scanner.Missing)
		g.plug()
		s.Look()
		log.AwaitState(t, scanner.Reading)
	}
	log.Seen().MustBe(t, scannertest.Codes(rounds))
	if n := openFiles(t); n > files {
		t.Errorf("%d files are open, %d before", n, files)
	}
}

func openFiles(t *testing.T) int {
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(fds)
}

func TestFourScannersSideBySide(t *testing.T) {
	s := newShop(t)
	var devices []scanner.Device
	var guns []*gun
	for i := range 4 {
		g := s.gun(Where{Vendor: "05e0", Product: "1200", Serial: fmt.Sprint("S", i), Socket: fmt.Sprint("1-", i)}, 1)
		g.plug()
		guns, devices = append(guns, g), append(devices, g.device("us"))
	}
	log, _ := start(t, devices...)
	const each = 300
	done := make(chan bool, len(guns))
	for _, g := range guns {
		go func() {
			for _, code := range scannertest.Codes(each) {
				g.types(code + "\r")
			}
			done <- true
		}()
	}
	for range guns {
		<-done
	}
	seen := log.AwaitReads(t, each*len(guns))
	for _, d := range devices {
		own := scannertest.Seen{Reads: slices.DeleteFunc(slices.Clone(seen.Reads), func(r scanner.Read) bool { return r.Device != d.ID })}
		own.MustBe(t, scannertest.Codes(each))
	}
}

func TestFaultsSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		err      error
		state    scanner.StateName
		sentence string
		remedy   string
	}{
		{unix.EBUSY, scanner.Busy, "Another program", "Close that program"},
		{unix.EACCES, scanner.NoRights, "may not read", "usermod -aG input"},
		{unix.EPERM, scanner.NoRights, "may not read", "service install"},
		{unix.ENODEV, scanner.Missing, "not connected", "Plug it in"},
		{unix.ENOENT, scanner.Missing, "is not there", "container"},
		{unix.ENOTTY, scanner.WrongMode, "not a keyboard", "COM port"},
		{errHeld, scanner.Busy, "is down", "Unplug"},
	} {
		var f *scanner.Fault
		err := explain("/dev/input/event3", &fs.PathError{Op: "open", Path: "event3", Err: c.err})
		if !errors.As(err, &f) || f.State != c.state || !strings.Contains(f.Sentence, c.sentence) || !strings.Contains(f.Remedy, c.remedy) || !errors.Is(err, c.err) {
			t.Errorf("%v: %+v", c.err, err)
		}
	}
}

// A desktop switches the Caps Lock light on for all keyboards, and a scanner that
// goes by it would swap its letters.
func TestTheCapsLockLightIsKeptOff(t *testing.T) {
	s, g := plugged(t)
	start(t, g.device("us"))
	<-s.dark
	g.send(0, []Event{{At: now(), Type: typeLight, Code: lightCaps, Value: 1}, {At: now(), Type: typeSync, Code: syncReport}})
	<-s.dark
}

// The first look comes before udev has given the rights: nobody needs to hear of it.
func TestRightsThatComeLate(t *testing.T) {
	s, g := plugged(t)
	looks := 0
	s.refuse = func() error {
		if looks++; looks < 4 {
			return unix.EACCES
		}
		return nil
	}
	log, _ := start(t, g.device("us"))
	for _, st := range log.Seen().States {
		if st.Name == scanner.NoRights {
			t.Errorf("%+v", st)
		}
	}
	if looks < 4 {
		t.Errorf("%d looks", looks)
	}
}

// Rights that never come are said.
func TestNoRights(t *testing.T) {
	s, g := plugged(t)
	s.refuse = func() error { return unix.EACCES }
	past := time.Now().Add(-time.Minute)
	if err := os.Chtimes(g.paths[0], past, past); err != nil {
		t.Fatal(err)
	}
	wantFault(t, g.device("us").Driver, scanner.NoRights, g.paths[0], "service install")
}

// Between the kernel's news of a device and udev's rights to it lies a moment.
func TestRightsToANewDeviceAreWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "event0")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if !isNew(path) {
		t.Error("a device of this moment is old")
	}
	if err := os.Chtimes(path, time.Time{}, time.Now().Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	if isNew(path) || isNew(path+"1") {
		t.Error("a device of a minute ago is new")
	}
}
