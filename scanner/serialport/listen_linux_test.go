package serialport

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// earpiece is a candidate that is listened to until the test ends.
type earpiece struct {
	t      *testing.T
	master *os.File
	heard  chan scanner.Hearing
	ended  chan error
	stop   context.CancelFunc
}

// listenTo makes a pty the port of a name and listens to its candidate.
func listenTo(t *testing.T, name string) *earpiece {
	t.Helper()
	tree := shop(t)
	master, far, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	path := tree.dev(name)
	_ = os.Remove(path)
	if err := os.Symlink(far.Name(), path); err != nil {
		t.Fatal(err)
	}
	far.Close()
	ctx, stop := context.WithCancel(t.Context())
	e := &earpiece{t, master, make(chan scanner.Hearing, 10), make(chan error, 1), stop}
	for _, c := range candidates(t, tree) {
		if p := fmt.Sprint(c.Settings, c.Name); name == "ttyACM0" && c.Likely || strings.Contains(p, name) || name == "ttyUSB0" && c.Unnumbered {
			go func() { e.ended <- c.Listen(ctx, func(h scanner.Hearing) { e.heard <- h }) }()
			t.Cleanup(func() { stop(); master.Close() })
			e.awaitSpeed(unix.B9600)
			e.ready()
			return e
		}
	}
	t.Fatalf("%s is no candidate", name)
	return nil
}

// awaitSpeed waits until the port is raw and has a speed: then it is listened to.
func (e *earpiece) awaitSpeed(speed uint32) {
	e.t.Helper()
	deadline := time.Now().Add(scannertest.Patience)
	for {
		mode, err := unix.IoctlGetTermios(int(e.master.Fd()), unix.TCGETS)
		if err == nil && mode.Cflag&unix.CBAUD == speed && mode.Iflag&unix.PARMRK != 0 {
			return
		}
		if time.Now().After(deadline) {
			e.t.Fatalf("the port did not get the speed: %+v, %v", mode, err)
		}
		time.Sleep(time.Millisecond)
	}
}

// ready sends until it is heard: what came before somebody listened is thrown away.
// It returns everything that was heard.
func (e *earpiece) ready() (all string) {
	e.t.Helper()
	deadline := time.After(scannertest.Patience)
	for i := 0; ; i++ {
		ping := fmt.Sprintf("READY %d\r", i)
		e.send(ping)
		again := time.After(4 * hearingPause)
		for waiting := true; waiting; {
			select {
			case h := <-e.heard:
				all += string(h.Meanings[0].Raw)
				if strings.Contains(all, ping) {
					return all
				}
			case <-again:
				waiting = false
			case err := <-e.ended:
				e.t.Fatalf("listening ended: %v", err)
			case <-deadline:
				e.t.Fatal("nothing was heard")
			}
		}
	}
}

func (e *earpiece) send(text string) {
	e.t.Helper()
	if _, err := e.master.WriteString(text); err != nil {
		e.t.Fatal(err)
	}
}

func (e *earpiece) hear() scanner.Hearing {
	e.t.Helper()
	select {
	case h := <-e.heard:
		return h
	case err := <-e.ended:
		e.t.Fatalf("listening ended: %v", err)
	case <-time.After(scannertest.Patience):
		e.t.Fatal("nothing was heard")
	}
	return scanner.Hearing{}
}

func meant(h scanner.Hearing) string {
	var all []string
	for _, m := range h.Meanings {
		all = append(all, fmt.Sprintf("%q %v", m.Raw, m.Settings))
	}
	return strings.Join(all, "; ")
}

// What stands around a code is heard as it is: a person is to see it, and pairing
// learns from it.
func TestListeningKeepsWhatStandsAroundACode(t *testing.T) {
	e := listenTo(t, "ttyACM0")
	for _, sent := range []string{"\x02T2:]E04006381333931\r\n", "]C10104006381333931\x1d10A\t", "4006381333931"} {
		e.send(sent)
		h := e.hear()
		if got, want := meant(h), fmt.Sprintf("%q map[]", sent); got != want || h.Candidate != "serial:usb-0c2e-0b6a-19A2" || h.Lost {
			t.Fatalf("heard %s from %s, want %s", got, h.Candidate, want)
		}
		if h.First.IsZero() || h.Last.Before(h.First) || !scannertest.Monotonic(h.Last) {
			t.Fatalf("%v to %v", h.First, h.Last)
		}
	}
}

// A cable may run at any speed. What cannot be text is shown, and the next scan is
// heard at the next speed.
func TestTheSpeedIsFound(t *testing.T) {
	e := listenTo(t, "ttyUSB0")
	for _, next := range []uint32{unix.B115200, unix.B19200, unix.B38400, unix.B9600, unix.B115200} {
		e.send("\xf8\x80\x1e\xe6\x07")
		if h := e.hear(); len(h.Meanings) != 1 || len(h.Meanings[0].Settings) != 1 {
			t.Fatalf("heard %s", meant(h))
		}
		e.awaitSpeed(next)
	}
	for range 2 { // and stays where it fits
		e.send("4006381333931\r")
		if got := meant(e.hear()); got != `"4006381333931\r" map[baud:115200]` {
			t.Fatalf("heard %s", got)
		}
	}
}

// A port that somebody names is heard at the speed that somebody says.
func TestANamedPortIsHeardAtItsSpeed(t *testing.T) {
	c := newCable(t)
	e := &earpiece{t, c.master, make(chan scanner.Hearing, 10), make(chan error, 1), nil}
	ctx, stop := context.WithCancel(t.Context())
	named := At(c.path, 19200)
	go func() { e.ended <- named.Listen(ctx, func(h scanner.Hearing) { e.heard <- h }) }()
	e.awaitSpeed(unix.B19200)
	e.ready()
	for _, sent := range []string{"\xf8\x80", "A1\r"} {
		e.send(sent)
		if got, want := meant(e.hear()), fmt.Sprintf("%q map[baud:19200]", sent); got != want {
			t.Fatalf("heard %s, want %s", got, want)
		}
	}
	stop()
	if err := <-e.ended; err != nil || named.ID != "serial:"+c.path {
		t.Fatalf("%s: %v", named.ID, err)
	}
}

// A scanner that sends parity is understood by what it sends.
func TestParityIsHeard(t *testing.T) {
	e := listenTo(t, "ttyUSB0")
	for parity, bit := range map[string]func(ones int) bool{
		"even": func(ones int) bool { return ones%2 == 1 },
		"odd":  func(ones int) bool { return ones%2 == 0 },
		"mark": func(int) bool { return true },
	} {
		var sent []byte
		for _, b := range []byte("4006381333931-aZyY\r") {
			ones := strings.Count(fmt.Sprintf("%b", b), "1")
			if bit(ones) {
				b |= 0x80
			}
			sent = append(sent, b)
		}
		e.send(string(sent))
		h := e.hear()
		want := fmt.Sprintf("%q map[baud:9600 data_bits:7 parity:%s]", "4006381333931-aZyY\r", parity)
		if got := meant(h); !strings.HasPrefix(got, want) || len(h.Meanings) != 2 {
			t.Errorf("%s: heard %s", parity, got)
		}
		e.send("4006381333931\r") // it stayed at its speed
		if got := meant(e.hear()); !strings.Contains(got, "9600") {
			t.Errorf("%s", got)
		}
	}
}

func TestWhatWaitedWhileNobodyListenedIsNotHeard(t *testing.T) {
	c := newCable(t)
	far, err := os.OpenFile(c.path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	c.send("OLD\n")
	heard := make(chan scanner.Hearing, 1)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- Tree{Proc: t.TempDir()}.listen(ctx, Port{Path: c.path}, func(h scanner.Hearing) { heard <- h })
	}()
	e := earpiece{t: t, master: c.master, heard: heard, ended: ended}
	e.awaitSpeed(unix.B9600)
	if all := e.ready(); strings.Contains(all, "OLD") {
		t.Fatalf("%q", all)
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func TestListeningEndsAndGivesThePortBack(t *testing.T) {
	e := listenTo(t, "ttyACM0")
	e.send("HALF A SC")
	e.stop()
	select {
	case err := <-e.ended:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(scannertest.Patience):
		t.Fatal("it did not end")
	}
	fds, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if to, _ := os.Readlink(fd); strings.HasPrefix(to, "/dev/pts/") && fd != "/proc/self/fd/0" && fd != "/proc/self/fd/1" && fd != "/proc/self/fd/2" {
			t.Errorf("%s is still open", to)
		}
	}
}

func TestAnUnplugEndsListening(t *testing.T) {
	e := listenTo(t, "ttyACM0")
	e.master.Close()
	var f *scanner.Fault
	if err := <-e.ended; !errors.As(err, &f) || f.State != scanner.Missing {
		t.Fatal(err)
	}
}

func TestListeningToAPortInUseIsRefused(t *testing.T) {
	c := newCable(t)
	conn, err := c.device().Driver.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = System.listen(t.Context(), Port{Path: c.path}, nil)
	var f *scanner.Fault
	if !errors.As(err, &f) || f.State != scanner.Busy {
		t.Fatal(err)
	}
	go c.send("A1\r")
	buf := make([]byte, 10)
	if n, err := conn.(interface{ read([]byte) (int, error) }).read(buf); err != nil || string(buf[:n]) != "A1\r" {
		t.Fatalf("who had the port reads %q, %v", buf[:n], err)
	}
}

// However much comes, what is kept of it is bounded.
func TestAHearingIsBounded(t *testing.T) {
	e := &ear{port: Port{Path: "/dev/ttyACM0"}}
	for range 100 {
		e.take(make([]byte, 4096), time.Now())
	}
	if len(e.raw) != maxHearing {
		t.Fatalf("%d bytes", len(e.raw))
	}
}
