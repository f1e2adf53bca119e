package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/serialport"
)

// bench is a place where a scanner can be plugged in: a tree of devices with one
// serial port, which is a pty.
type bench struct {
	tree serialport.Tree
	wire *os.File // the scanner's end
}

func newBench(t *testing.T) *bench {
	t.Helper()
	wire, port, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = wire.Close(), port.Close() })
	b := &bench{wire: wire, tree: serialport.Tree{Sys: filepath.Join(t.TempDir(), "sys"), Dev: filepath.Join(t.TempDir(), "dev"), Proc: "/proc"}}
	for _, folder := range []string{filepath.Join(b.tree.Sys, "class/tty/ttyUSB0/device"), b.tree.Dev} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(port.Name(), filepath.Join(b.tree.Dev, "ttyUSB0")); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) send(t *testing.T, text string) {
	t.Helper()
	if _, err := b.wire.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// do asks for an operation as a manager's page does.
func (s *shop) do(t *testing.T, role agent.Role, op string, args any, result any) error {
	t.Helper()
	text, err := json.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	caller := agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: "somebody"}, Role: role, Origin: "page"}
	answer, err := s.works.dispatch(t.Context(), caller, "", op, text)
	if err != nil || result == nil {
		return err
	}
	text, err = json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return json.Unmarshal(text, result)
}

func (s *shop) pairing(t *testing.T) pairingShown {
	t.Helper()
	var p pairingShown
	if err := s.do(t, agent.Manager, "pairing.state", nothing{}, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// begin starts a pairing at a bench and waits until its port is listened to.
func (s *shop) begin(t *testing.T, b *bench) pairingShown {
	t.Helper()
	s.works.pairing.finds = []scanner.Find{b.tree.Find}
	var p pairingShown
	if err := s.do(t, agent.Manager, "pairing.begin", nothing{}, &p); err != nil {
		t.Fatal(err)
	}
	until(t, "the new scanner is listened to", func() bool { return len(s.pairing(t).Candidates) == 1 })
	return p
}

// heard scans the first code again and again, as a person does who sees nothing
// happen, until the scanner is found.
func (s *shop) heard(t *testing.T, b *bench, code string) pairingShown {
	t.Helper()
	next := time.Now()
	until(t, "the scanner is recognised", func() bool {
		if time.Now().After(next) {
			next = time.Now().Add(time.Second)
			b.send(t, code)
		}
		return len(s.pairing(t).Findings) > 0
	})
	return s.pairing(t)
}

func TestAScannerIsPairedByACodeAndScansAtOnce(t *testing.T) {
	s, b := openShop(t, t.TempDir()), newBench(t)
	p := s.begin(t, b)
	if p.Codes[0].Text == "" || len(p.Codes[0].Rows) != 1 {
		t.Fatalf("there is no code to scan: %+v", p.Codes)
	}
	p = s.heard(t, b, "]C0"+p.Codes[0].Text+"\r\n")
	f := p.Findings[0]
	if f.Learned["suffix"] != "crlf" || f.Learned["aim"] != "on" || len(f.Faults) > 0 {
		t.Errorf("learned %v with faults %v", f.Learned, f.Faults)
	}
	if h := p.Heard[0]; h.Bytes == "" || h.Text == "" || h.Step != "identify" {
		t.Errorf("the test box shows %+v", h)
	}
	before := s.stored(t)
	var paired agent.PairedDevice
	if err := s.do(t, agent.Manager, "pairing.finish", onePairing{agent.DeviceID(f.Candidate), "Blue one"}, &paired); err != nil {
		t.Fatal(err)
	}
	if s.pairing(t).Active {
		t.Error("the pairing goes on after the scanner was taken")
	}
	if n := s.stored(t); n != before {
		t.Errorf("%d scans were stored while pairing: what is scanned there never counts", n-before)
	}
	s.reads(t, string(paired.Device))
	b.send(t, "]E04006381333931\r\n")
	until(t, "the paired scanner's scan is stored", func() bool { return s.stored(t) == before+1 })
	if d := s.state(string(paired.Device)); d.Title != "Blue one" || !d.Paired {
		t.Errorf("it is shown as %+v", d)
	}
}

// reads waits until a scanner is ready.
func (s *shop) reads(t *testing.T, device string) {
	t.Helper()
	until(t, device+" reads", func() bool { return s.state(device).Name == string(scanner.Reading) })
}

func (s *shop) state(device string) deviceState {
	for _, d := range s.works.deviceStates() {
		if string(d.Device) == device {
			return d
		}
	}
	return deviceState{}
}

func TestAPairedScannerIsThereAfterARestartUntilItIsRemoved(t *testing.T) {
	data, b := t.TempDir(), newBench(t)
	port := filepath.Join(b.tree.Dev, "ttyUSB0")
	t.Run("paired", func(t *testing.T) {
		s := openShop(t, data)
		p := s.begin(t, b)
		f := s.heard(t, b, p.Codes[0].Text+"\t").Findings[0]
		if err := s.do(t, agent.Manager, "pairing.finish", onePairing{agent.DeviceID(f.Candidate), "Blue one"}, nil); err != nil {
			t.Fatal(err)
		}
		s.reads(t, "serial:"+port)
	})
	t.Run("restarted", func(t *testing.T) {
		s := openShop(t, data)
		s.reads(t, "serial:"+port)
		before := s.stored(t)
		b.send(t, "4006381333931\t")
		until(t, "its scan is stored", func() bool { return s.stored(t) == before+1 })
		if err := s.do(t, agent.Manager, "device.unpair", onePairing{Device: agent.DeviceID("serial:" + port)}, nil); err != nil {
			t.Fatal(err)
		}
		if s.state("serial:"+port).Name != "" {
			t.Error("it is still read after it was removed")
		}
	})
	t.Run("restarted again", func(t *testing.T) {
		if s := openShop(t, data); s.state("serial:"+port).Name != "" {
			t.Error("it came back by a restart")
		}
	})
}

func TestPairingIsForManagersAndTakesOnlyWhatWasHeard(t *testing.T) {
	s, b := openShop(t, t.TempDir()), newBench(t)
	for op, args := range map[string]any{
		"pairing.begin": nothing{}, "pairing.state": nothing{}, "pairing.end": nothing{},
		"pairing.finish": onePairing{"serial:x", "X"}, "device.unpair": onePairing{Device: "serial:x"},
	} {
		if err := s.do(t, agent.Counter, op, args, nil); agent.AsError(err).Code != "forbidden" {
			t.Errorf("%s by a counter: %v", op, err)
		}
	}
	finish := func() string {
		return agent.AsError(s.do(t, agent.Manager, "pairing.finish", onePairing{"serial:x", "X"}, nil)).Code
	}
	if code := finish(); code != "no_pairing" {
		t.Errorf("without a pairing: %s", code)
	}
	s.begin(t, b)
	if code := finish(); code != "not_heard" {
		t.Errorf("a device that sent nothing: %s", code)
	}
}

func TestAPairingEndsByItself(t *testing.T) {
	s, b := openShop(t, t.TempDir()), newBench(t)
	s.begin(t, b)
	s.works.pairing.mu.Lock()
	s.works.pairing.current.until = time.Now()
	s.works.pairing.mu.Unlock()
	until(t, "the pairing ends", func() bool { return !s.pairing(t).Active })
}

func TestTheTerminalPairsToo(t *testing.T) {
	s, b := openShop(t, t.TempDir()), newBench(t)
	s.works.pairing.finds = []scanner.Find{b.tree.Find}
	sheet := filepath.Join(t.TempDir(), "codes.html")
	out := background(t, "devices", "pair", "--config", s.works.config.path, "--name", "Blue one", "--sheet", sheet)
	until(t, "the new scanner is listened to", func() bool { return len(s.pairing(t).Candidates) == 1 })
	code, next := s.pairing(t).Codes[0].Text, time.Now()
	until(t, "the terminal says that it is ready", func() bool {
		if time.Now().After(next) {
			next = time.Now().Add(time.Second)
			b.send(t, code+"\r")
		}
		return out.shows("Blue one is ready.")
	})
	page, err := os.ReadFile(sheet)
	if err != nil || bytes.Count(page, []byte("<svg")) != 7 {
		t.Errorf("the sheet has %d codes, want 7: %v", bytes.Count(page, []byte("<svg")), err)
	}
}

// Six managers who begin and end at will neither hang nor harm each other.
func TestPairingsThatBeginAndEndAtOnceAllEnd(t *testing.T) {
	s, b := openShop(t, t.TempDir()), newBench(t)
	s.works.pairing.finds = []scanner.Find{b.tree.Find}
	var managers sync.WaitGroup
	for range 6 {
		managers.Go(func() {
			for range 50 {
				for _, op := range []string{"pairing.begin", "pairing.end"} {
					if err := s.do(t, agent.Manager, op, nothing{}, nil); err != nil {
						t.Errorf("%s: %v", op, err)
					}
				}
			}
		})
	}
	managers.Wait()
	if s.pairing(t).Active {
		t.Error("a pairing is still under way")
	}
}

func TestAPrefixIsTakenOffOnceOnly(t *testing.T) {
	s, b := openShop(t, t.TempDir()), newBench(t)
	p := s.begin(t, b)
	f := s.heard(t, b, "A"+p.Codes[0].Text+"\r").Findings[0]
	if f.Learned["prefix"] != "A" {
		t.Fatalf("learned %v", f.Learned)
	}
	var paired agent.PairedDevice
	if err := s.do(t, agent.Manager, "pairing.finish", onePairing{agent.DeviceID(f.Candidate), "Blue one"}, &paired); err != nil {
		t.Fatal(err)
	}
	s.reads(t, string(paired.Device))
	b.send(t, "AA12\r") // the label A12
	until(t, "its scan is stored", func() bool { return s.stored(t) == 1 })
	if raw := string(s.scans(t)[0].Raw); raw != "A12" {
		t.Errorf("the label A12 is stored as %q", raw)
	}
}
