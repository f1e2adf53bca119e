package usbtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
	"github.com/stockhand/stockhand/scanner/usbtest"
)

// beeps sees what arrives at the scanners after each kind of verdict.
func beeps(t *testing.T, m *machine) {
	pos, uhid := newPOS(t, m, posGadget("BEEP"), 4), newPOS(t, m, uhidScanner("BEEPUHID"), 0)
	acm := newACM(t, m, "BEEPACM", 5)
	acm.section["feedback"] = "honeywell"
	pluggedIn(t, pos, uhid, acm)
	watches := m.agent.start(t, pos.section, uhid.section, acm.section)
	report := func(flags byte) string { return string([]byte{usbtest.POSOutput, flags}) }
	beep := "\x16\x07\r"
	for i, c := range []struct {
		verdict   scanner.Verdict
		flags     byte
		honeywell string
	}{
		{scanner.Stored, usbtest.POSGoodRead, beep},
		{scanner.Unknown, usbtest.POSNotOnFile, beep + beep},
		{scanner.Refused, usbtest.POSError, beep + beep},
	} {
		m.agent.do(t, "verdict", c.verdict, nil)
		for j, to := range []struct {
			emulated
			part, hears string
		}{
			{pos, "BEEP/hidpos", report(c.flags)}, {uhid, "BEEPUHID", report(c.flags)}, {acm, "BEEPACM/acm", c.honeywell},
		} {
			watches[j].untilState(t, scanner.Reading)
			from := m.player.count()
			to.scan(t, fmt.Sprintf("%08d", i))
			m.output(t, to.part, from, to.hears)
		}
	}
	m.agent.do(t, "verdict", scanner.Stored, nil)
}

// slow stops the agent while scanners send. A serial port holds its scanner back;
// a keyboard cannot, and what the system then drops must be told.
func slow(t *testing.T, m *machine) {
	acm, keys := newACM(t, m, "SLOW", 4), newKeyboard(t, m, "SLOWKEYS", 5)
	delete(keys.section, "gap")
	pluggedIn(t, acm, keys)
	watches := m.agent.start(t, acm.section, keys.section)
	for _, w := range watches {
		w.untilState(t, scanner.Reading)
	}
	codes := scannertest.Codes(2000)
	m.player.do(t, "freeze", usbtest.AgentPort, nil)
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		acm.scan(t, strings.Join(codes, "\r"))
	}()
	keys.scan(t, "this is a code of far more keys than the kernel keeps for anybody")
	m.player.do(t, "thaw", usbtest.AgentPort, nil)
	<-sent
	watches[0].untilReads(t, len(codes))
	watches[0].mustBe(t, codes)
	watches[1].until(t, "the word that a scan was lost", func() bool { return watches[1].noticed(scanner.InputLost) > 0 })
	m.sleep(t, 2*time.Second) // as a person who was told to scan again
	keys.scan(t, "again")
	watches[1].untilReads(t, 1)
	watches[1].mustBe(t, []string{"again"})
}

// sleep waits until the guest's clock has gone on.
func (m *machine) sleep(t *testing.T, d time.Duration) {
	t.Helper()
	for until := m.clock(t) + d; m.clock(t) < until; {
		time.Sleep(d / 20)
	}
}

// early is scanned before anybody has opened the scanner's port.
const early = "]E0EARLY"

// scannedEarly has a scanner send a code before the agent opens its port, and
// returns what was sent to the scanner up to the answer to its next scan.
func scannedEarly(t *testing.T, m *machine, p *program, name string) (heard string, w *watch) {
	t.Helper()
	m.makeGadget(t, usbtest.Gadget{
		Name: name, Vendor: 0x0c2e, Product: 0x0b61, Serial: name, Title: "Serial scanner", Parts: []usbtest.Part{usbtest.ACM},
	})
	from, seen := m.player.count(), p.count()
	m.plugGadget(t, name, 6)
	t.Cleanup(func() { m.unplugGadget(t, name) })
	m.player.await(t, from, "the scanner's port", func(l usbtest.Line) bool {
		return l.Uevent != nil && l.Uevent.Subsystem == "tty" && l.Uevent.Action == "add" && strings.Contains(l.Uevent.Path, "ttyACM")
	})
	m.player.do(t, "settle", nil, nil)
	m.send(t, name, usbtest.ACM, []byte(early+"\r"))
	w = p.start(t, map[string]any{"driver": "serial", "vid": "0c2e", "pid": "0b61", "serial": name, "feedback": "honeywell"})[0]
	w.seen = seen
	w.untilState(t, scanner.Reading)
	m.send(t, name, usbtest.ACM, []byte("4006381333931\r"))
	w.untilReads(t, 1)
	return m.output(t, name+"/acm", from, "\x16\x07\r"), w
}

func echoes(t *testing.T, m *machine) {
	heard, w := scannedEarly(t, m, m.agent, "ECHO")
	t.Logf("the scanner got %q", heard)
	if !strings.Contains(heard, early) {
		t.Errorf("the system did not echo: the rule against it is not tried by this rig")
	}
	w.mustBe(t, []string{"4006381333931"})
}

// rules starts udev with the rules that are shipped.
func rules(t *testing.T, m *machine, all []emulated) {
	pluggedIn(t, all...)
	watches := m.user.start(t, sections(all...)...)
	for i, w := range watches {
		w.untilState(t, scanner.NoRights)
		if w.state.Remedy == "" {
			t.Errorf("of %s it is not said what to do: %+v", all[i].name, w.state)
		}
	}
	m.player.do(t, "udev", nil, nil)
	for i, w := range watches {
		w.untilState(t, scanner.Reading)
		all[i].scan(t, "12345678")
		w.untilReads(t, 1)
	}
	m.user.stop(t)
	heard, w := scannedEarly(t, m, m.user, "NOECHO")
	if strings.Contains(heard, "EARLY") {
		t.Errorf("the scanner got its own scan back: %q", heard)
	}
	t.Logf("the scanner got %q", heard)
	w.mustBe(t, []string{"4006381333931"})
}
