package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/scanner"
)

// shop is an agent, wired as "run" wires it, whose only scanner is a pty.
type shop struct {
	works *works
	wire  *os.File // the scanner's end
}

// openShop starts an agent that reads a pty by the real serial driver, stores in a
// real database and serves the real page.
func openShop(t *testing.T, data string) *shop {
	t.Helper()
	wire, port, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = wire.Close(), port.Close() })
	file := filepath.Join(t.TempDir(), "stockhand.toml")
	text := fmt.Sprintf("[agent]\ndata = %q\n[page]\nport = 0\n[[scanner]]\ndriver = \"serial\"\nport = %q\n", data, port.Name())
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	w, err := openWorks(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{works: w, wire: wire}
	s.start(t)
	return s
}

// start runs the agent until the test ends, and waits until its scanner reads.
func (s *shop) start(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- s.works.run(ctx, &terminal{out: io.Discard, err: io.Discard}, func(string) { close(ready) })
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the agent ended with %v", err)
		}
		if err := s.works.queue.Close(); err != nil {
			t.Errorf("the database closed with %v", err)
		}
	})
	select {
	case <-ready:
	case err := <-ended:
		ended <- err
		t.Fatalf("the agent did not start: %v", err)
	}
	until(t, "the scanner reads", func() bool {
		states := s.works.deviceStates()
		return len(states) > 0 && states[0].Name == string(scanner.Reading)
	})
}

// until waits for something that must happen.
func until(t *testing.T, what string, happened func() bool) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for !happened() {
		if time.Now().After(deadline) {
			t.Fatalf("it did not happen within two minutes that %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// scans returns everything that scanners delivered, in the order of the log.
func (s *shop) scans(t *testing.T) []agent.Scan {
	t.Helper()
	var all []agent.Scan
	err := s.works.queue.Read(t.Context(), func(v agent.View) error {
		after := agent.Seq(0)
		for {
			records, err := v.Log(after, 5000)
			if err != nil || len(records) == 0 {
				return err
			}
			for _, r := range records {
				after = r.Seq
				if r.Scan != nil {
					all = append(all, *r.Scan)
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// stored returns how many scans are on disk.
func (s *shop) stored(t *testing.T) int64 {
	t.Helper()
	var n int64
	err := s.works.queue.Read(t.Context(), func(v agent.View) error {
		devices, err := v.Devices()
		for _, d := range devices {
			n += d.Stored
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestEveryScanOfAFastScannerIsStoredInOrder writes scans into a pty as fast as it
// takes them. All of them are in the log, in order, none twice, and the agent's own
// checks agree.
func TestEveryScanOfAFastScannerIsStoredInOrder(t *testing.T) {
	const n = 20_000
	s := openShop(t, t.TempDir())
	if _, err := s.works.dispatch(t.Context(), admin(), "", "count.open", []byte(`{"name":"fast"}`)); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for i := range n {
		if _, err := fmt.Fprintf(s.wire, "SCAN%08d\r", i); err != nil {
			t.Fatal(err)
		}
	}
	until(t, fmt.Sprintf("%d scans are stored", n), func() bool { return s.stored(t) >= n })
	took := time.Since(began)
	scans := s.scans(t)
	if len(scans) != n {
		t.Fatalf("%d scans were written, %d are stored", n, len(scans))
	}
	for i, scan := range scans {
		if want := fmt.Sprintf("SCAN%08d", i); string(scan.Raw) != want || scan.Sequence != int64(i+1) {
			t.Fatalf("scan %d is %q with the number %d, want %q", i+1, scan.Raw, scan.Sequence, want)
		}
	}
	if report, err := s.works.queue.Verify(t.Context()); err != nil || !report.OK() {
		t.Fatalf("verify: %+v, %v", report, err)
	}
	if report, err := s.works.queue.Replay(t.Context()); err != nil || !report.OK() {
		t.Fatalf("replay: %+v, %v", report, err)
	}
	t.Logf("%d scans in %v, %.0f a second", n, took.Round(time.Millisecond), n/took.Seconds())
}

// TestAScanThatIsNotStoredIsNotAcknowledged fills the disk under a running agent:
// the scanner is told nothing good, the page says what is wrong, and after there is
// room again scans are stored without a restart. What was acknowledged is there.
func TestAScanThatIsNotStoredIsNotAcknowledged(t *testing.T) {
	if ok, err := condition("mount"); err != nil || !ok {
		t.Skip("only root can make a small disk")
	}
	disk := smallDisk(t, "8m")
	s := openShop(t, filepath.Join(disk, "data"))
	scan := func(i int) { fmt.Fprintf(s.wire, "SCAN%08d\r", i) }
	refused := func() bool {
		d := s.works.deviceStates()[0]
		return d.Remedy != "" && bytes.Contains([]byte(d.Sentence), []byte("The disk is full"))
	}
	scan(0)
	until(t, "the first scan is stored", func() bool { return s.stored(t) == 1 })
	filler := fillDisk(t, disk)
	sent := int64(1)
	until(t, "the page says that the disk is full", func() bool {
		scan(int(sent))
		sent++
		return refused()
	})
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	until(t, "scans are stored again", func() bool {
		scan(int(sent))
		sent++
		return !refused()
	})
	seen := map[string]bool{}
	for _, x := range s.scans(t) {
		if seen[string(x.Raw)] {
			t.Errorf("%s is stored twice", x.Raw)
		}
		seen[string(x.Raw)] = true
	}
	if !seen["SCAN00000000"] || int64(len(seen)) > sent {
		t.Fatalf("%d of %d scans are stored, the first: %v", len(seen), sent, seen["SCAN00000000"])
	}
	if report, err := s.works.queue.Verify(t.Context()); err != nil || !report.OK() {
		t.Fatalf("verify: %+v, %v", report, err)
	}
}

// fillDisk takes all room on a disk with one file.
func fillDisk(t *testing.T, disk string) string {
	t.Helper()
	f, err := os.Create(filepath.Join(disk, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	return f.Name()
}
