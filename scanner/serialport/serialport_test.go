//go:build linux

package serialport

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// Scans written as fast as the port takes them are all delivered, in order,
// none twice, each a scan of its own.
func TestTwentyThousandScansInOneGo(t *testing.T) {
	c := newCable(t)
	log := scannertest.NewLog()
	scannertest.Start(t, log, c.device())
	log.AwaitState(t, scanner.Reading)
	codes := scannertest.Codes(20_000)
	go func() {
		for _, code := range codes {
			c.send(code + "\r")
		}
	}()
	log.AwaitReads(t, len(codes)).MustBe(t, codes)
}

// The same while the store stands still and more is scanned than the ring and
// the port together can hold: the line holds the scanner back.
func TestASlowStoreLosesNothing(t *testing.T) {
	c := newCable(t)
	log := scannertest.NewLog()
	gate := make(chan struct{})
	open := sync.OnceFunc(func() { close(gate) })
	scannertest.Start(t, gated{log, gate}, c.device())
	t.Cleanup(open)
	log.AwaitState(t, scanner.Reading)
	codes := scannertest.Codes(scanner.RingSize + 300)
	for i := range codes {
		codes[i] += strings.Repeat(".", 4000)
	}
	go func() {
		for _, code := range codes {
			c.send(code + "\r")
		}
	}()
	log.Await(t, "the notice that the store is behind", func(s scannertest.Seen) bool {
		return len(s.Noticed(scanner.Behind)) > 0
	})
	open()
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

func TestWhatWasScannedBeforeTheOpenDoesNotCount(t *testing.T) {
	c := newCable(t)
	far, err := os.OpenFile(c.path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	c.send("OLD\n") // a tty that nobody made raw hands out whole lines
	log := scannertest.NewLog()
	scannertest.Start(t, log, c.device())
	ready := log.AwaitState(t, scanner.Reading)
	far.Close()
	if ready.Discarded == 0 || ready.Remedy == "" {
		t.Fatalf("%+v", ready)
	}
	c.send("NEW\r")
	log.AwaitReads(t, 1).MustBe(t, []string{"NEW"})
}

func TestAPortThatIsNotThere(t *testing.T) {
	d := Driver{Where: Where{Path: filepath.Join(t.TempDir(), "ttyUSB7")}, Tree: System}
	wantFault(t, &d, scanner.Missing, "not connected", "Plug it in")
}

func TestAFileIsNoPort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantFault(t, &Driver{Where: Where{Path: path}, Tree: System}, scanner.WrongMode, "cannot be used as a serial port", "stockhand devices")
	if b, _ := os.ReadFile(path); string(b) != "content" {
		t.Fatalf("the file was changed to %q", b)
	}
}

func wantFault(t *testing.T, d *Driver, state scanner.StateName, sentence, remedy string) {
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

// A port that another process uses keeps its settings, is named with its user,
// and is taken as soon as it is free.
func TestABusyPort(t *testing.T) {
	c := newCable(t)
	far, err := os.OpenFile(c.path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	if err := unix.Flock(int(far.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	before, err := unix.IoctlGetTermios(int(far.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	device := c.device()
	device.Driver.(*Driver).Tree.Proc = fakeProc(t, 4711, "minicom", far.Name())
	log := scannertest.NewLog()
	s, _ := scannertest.Start(t, log, device)
	busy := log.AwaitState(t, scanner.Busy)
	if !strings.Contains(busy.Sentence, "The program minicom (process 4711) uses the scanner's port "+c.path) {
		t.Fatalf("%+v", busy)
	}
	after, err := unix.IoctlGetTermios(int(far.Fd()), unix.TCGETS)
	if err != nil || *after != *before {
		t.Fatalf("the settings of a port in use were changed: %v", err)
	}
	far.Close()
	s.Look()
	log.AwaitState(t, scanner.Reading)
}

// fakeProc is a /proc in which one process has the port open.
func fakeProc(t *testing.T, pid int, name, path string) string {
	t.Helper()
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		t.Fatal(err)
	}
	proc := t.TempDir()
	put(t, proc, fmt.Sprintf("%d/comm", pid), name+"\n")
	put(t, proc, "1/comm", "init\n")
	put(t, proc, "uptime", "1")
	fd := filepath.Join(proc, fmt.Sprint(pid), "fd")
	if err := os.MkdirAll(fd, 0o700); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"0": "/dev/full", "3": real} {
		if err := os.Symlink(target, filepath.Join(fd, link)); err != nil {
			t.Fatal(err)
		}
	}
	return proc
}

func TestTwoOfUsCannotShareAPort(t *testing.T) {
	c := newCable(t)
	first, err := c.device().Driver.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantFault(t, c.device().Driver.(*Driver), scanner.Busy, "only one program can", "Close that program")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := c.device().Driver.Open(t.Context())
	if err != nil {
		t.Fatalf("not free after the first was closed: %v", err)
	}
	second.Close()
}

func TestTheScannerHearsWhatBecameOfItsScan(t *testing.T) {
	c := newCable(t)
	device := c.device()
	device.Driver.(*Driver).Feedback = scanner.Feedback{Stored: []byte("\x16\x07\r")}
	log := scannertest.NewLog()
	log.Verdict = scanner.Stored
	scannertest.Start(t, log, device)
	log.AwaitState(t, scanner.Reading)
	c.send("4006381333931\r")
	heard := make([]byte, 3)
	if n, err := c.master.Read(heard); err != nil || string(heard[:n]) != "\x16\x07\r" {
		t.Fatalf("heard %q, %v", heard[:n], err)
	}
}

// A scanner with ACK/NAK sends again what was refused, and waits for its answer
// before the next scan. What was refused counts when it comes again; a full disk is
// not asked again and again.
func TestAScannerWithAcknowledgements(t *testing.T) {
	c := newCable(t)
	device := c.device()
	ack, err := scanner.FeedbackProfile("ack")
	if err != nil {
		t.Fatal(err)
	}
	device.Driver.(*Driver).Feedback = ack
	log := &fickle{Log: scannertest.NewLog(), verdicts: []scanner.Verdict{scanner.Refused, scanner.Stored, scanner.Unknown, scanner.Refused}}
	_, stop := scannertest.Start(t, log, device)
	log.AwaitState(t, scanner.Reading)
	heard := make([]byte, 1)
	for i, want := range []string{"\x15", "\x06", "\x06"} {
		c.send("4006381333931\r")
		if n, err := c.master.Read(heard); err != nil || string(heard[:n]) != want {
			t.Fatalf("scan %d: heard %q, %v, want %q", i+1, heard[:n], err, want)
		}
	}
	c.send("4006381333931\r") // refused less than two seconds after the first one
	seen := log.AwaitReads(t, 4)
	if seen.Reads[0].Flags != 0 || seen.Reads[1].Flags != 0 {
		t.Fatalf("what was refused is no repeat: %+v", seen.Reads)
	}
	stop()
	var left [10]byte
	if n, _ := c.master.Read(left[:]); n > 0 && time.Since(seen.Reads[0].At) < againAfter {
		t.Fatalf("the scanner was asked again at once: %q", left[:n])
	}
}

// fickle is a store that changes its mind.
type fickle struct {
	*scannertest.Log
	verdicts []scanner.Verdict
}

func (f *fickle) Read(ctx context.Context, r scanner.Read) scanner.Verdict {
	f.Log.Read(ctx, r)
	v := f.verdicts[0]
	f.verdicts = f.verdicts[1:]
	return v
}

// A scanner that takes no bytes fills its line. Reading goes on, people are
// told, and stopping works.
func TestAScannerThatTakesNoAnswer(t *testing.T) {
	c := newCable(t)
	device := c.device()
	device.Driver.(*Driver).Feedback = scanner.Feedback{Stored: make([]byte, 1<<20)}
	log := scannertest.NewLog()
	log.Verdict = scanner.Stored
	_, stop := scannertest.Start(t, log, device)
	log.AwaitState(t, scanner.Reading)
	codes := scannertest.Codes(500)
	for _, code := range codes {
		c.send(code + "\r")
	}
	log.AwaitReads(t, len(codes)).MustBe(t, codes)
	log.Await(t, "the notice", func(s scannertest.Seen) bool { return len(s.Noticed(scanner.NoFeedback)) == 1 })
	stop()
}

// The library panics when its descriptor is 1024 or above.
func TestTooManyOpenFilesIsAState(t *testing.T) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < 1100 {
		t.Skipf("only %d files may be open", limit.Cur)
	}
	c := newCable(t)
	for range 1024 {
		f, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
	}
	log := scannertest.NewLog()
	scannertest.Start(t, log, c.device())
	log.AwaitState(t, scanner.Reading)
	c.send("4006381333931\r")
	if s := log.AwaitState(t, scanner.Busy); !strings.Contains(s.Sentence, "too many files") {
		t.Fatalf("%+v", s)
	}
}

// Four devices side by side, as in a shop.
func TestDevicesDoNotDisturbEachOther(t *testing.T) {
	log := scannertest.NewLog()
	var devices []scanner.Device
	var sending sync.WaitGroup
	for i := range 4 {
		c := newCable(t)
		d := c.device()
		d.ID = fmt.Sprint("serial:", i)
		devices = append(devices, d)
		sending.Go(func() {
			log.Await(t, "all scanners", func(s scannertest.Seen) bool { return countReading(s) == 4 })
			for _, code := range scannertest.Codes(1000) {
				c.send(code + "\r")
			}
		})
	}
	scannertest.Start(t, log, devices...)
	sending.Wait()
	seen := log.AwaitReads(t, 4000)
	byDevice := map[string]*scannertest.Seen{}
	for _, r := range seen.Reads {
		if byDevice[r.Device] == nil {
			byDevice[r.Device] = &scannertest.Seen{}
		}
		byDevice[r.Device].Reads = append(byDevice[r.Device].Reads, r)
	}
	if len(byDevice) != len(devices) {
		t.Fatalf("reads of %d devices", len(byDevice))
	}
	for _, s := range byDevice {
		s.MustBe(t, scannertest.Codes(1000))
	}
}

func countReading(s scannertest.Seen) (n int) {
	for _, state := range s.States {
		if state.Name == scanner.Reading {
			n++
		}
	}
	return n
}
