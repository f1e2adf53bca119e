package usbtest_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/usbtest"
)

// atLeisure is time enough, by the guest's clock, for any of six scanners to be
// ready.
const atLeisure = 2500 * time.Millisecond

// openings unplugs scanners at any time after they were plugged in: while the
// system still looks at them, while they are opened, just after.
func openings(t *testing.T, m *machine, all []emulated, times int) {
	watches := m.agent.start(t, sections(all...)...)
	t.Run("all at once", func(t *testing.T) {
		for i, e := range all {
			t.Run(e.name, func(t *testing.T) {
				t.Parallel()
				w, random := watches[i], rand.New(rand.NewPCG(uint64(i), 5))
				from := w.seen
				for range times {
					e.plug(t)
					m.sleep(t, time.Duration(random.Int64N(int64(atLeisure))))
					e.unplug(t)
				}
				m.player.do(t, "gone", e.name, nil)
				plugged := pluggedIn(t, e)
				w.until(t, "it to come back", func() bool { return w.state.Name == scanner.Reading && w.at > plugged })
				t.Logf("unplugged %d times, %d of them before it was ready to scan", times, times+1-w.opened(from))
				e.scan(t, "12345678")
				w.untilReads(t, 1)
				w.mustBe(t, []string{e.arrivesAs("12345678")})
			})
		}
	})
}

// triple is one scanner that is a serial port, a keyboard and a HID POS scanner
// at the same time.
func triple(name, serial string) usbtest.Gadget {
	return usbtest.Gadget{
		Name: name, Vendor: 0x1209, Product: 0x8c05, Serial: serial, Title: "Triple scanner",
		Parts: []usbtest.Part{usbtest.ACM, usbtest.Keyboard, usbtest.HIDPOS},
	}
}

// found is what the drivers find of the devices with a title: n of them, after a
// while.
func (m *machine) found(t *testing.T, title string, n int) []usbtest.Candidate {
	t.Helper()
	for deadline := m.clock(t) + patience; ; m.sleep(t, 100*time.Millisecond) {
		var found []usbtest.Candidate
		m.agent.do(t, "find", nil, &found)
		found = slices.DeleteFunc(found, func(c usbtest.Candidate) bool { return !strings.Contains(c.Name, title) })
		if len(found) == n {
			return found
		}
		if m.clock(t) > deadline {
			t.Fatalf("of the %s the drivers find %+v", title, found)
		}
	}
}

// section is what pairing writes into the configuration.
func section(c usbtest.Candidate) map[string]any {
	s := map[string]any{"driver": c.Driver}
	for key, value := range c.Settings {
		s[key] = value
	}
	return s
}

func socket(t *testing.T, m *machine) {
	m.makeGadget(t, triple("NAMELESS", ""))
	m.plugGadget(t, "NAMELESS", 4)
	found := m.found(t, "Triple", 3)
	var paired []map[string]any
	for _, c := range found {
		if !c.Unnumbered || c.Physical == "" || c.Physical != found[0].Physical {
			t.Errorf("a scanner without a number is found as %+v", c)
		}
		paired = append(paired, section(c))
	}
	watches := m.agent.start(t, paired...)
	for i, w := range watches {
		w.untilState(t, scanner.Reading)
		if w.id != found[i].ID {
			t.Errorf("it is found as %s and called %s", found[i].ID, w.id)
		}
	}
	t.Run("in another socket it is not taken for the same", func(t *testing.T) {
		m.unplugGadget(t, "NAMELESS")
		for _, w := range watches {
			w.untilState(t, scanner.Missing)
		}
		m.plugGadget(t, "NAMELESS", 5)
		m.found(t, "Triple", 3)
		m.send(t, "NAMELESS", usbtest.HIDPOS, usbtest.POSReports("]E0", "4006381333931")...)
		m.unplugGadget(t, "NAMELESS")
	})
	t.Run("back in its own it is", func(t *testing.T) {
		m.plugGadget(t, "NAMELESS", 4)
		defer m.unplugGadget(t, "NAMELESS")
		for _, w := range watches {
			w.untilState(t, scanner.Reading)
			if len(w.reads) > 0 {
				t.Errorf("%s has read %q in another socket", w.id, w.reads[0].Raw)
			}
		}
		m.send(t, "NAMELESS", usbtest.ACM, []byte("A1\r"))
		m.send(t, "NAMELESS", usbtest.Keyboard, usbtest.Keys("b2\r")...)
		m.send(t, "NAMELESS", usbtest.HIDPOS, usbtest.POSReports("]E0", "C3")...)
		for i, code := range map[string]string{"serial": "A1", "keyboard": "b2", "hid-pos": "]E0C3"} {
			w := watches[slices.IndexFunc(found, func(c usbtest.Candidate) bool { return c.Driver == i })]
			w.untilReads(t, 1)
			w.mustBe(t, []string{code})
		}
	})
}

// hearings listens to scanners before they are paired.
func hearings(t *testing.T, m *machine) {
	cable := newCable(m, "UNPAIRED")
	m.makeGadget(t, triple("PAIR", "PAIR"))
	m.plugGadget(t, "PAIR", 4)
	t.Cleanup(func() { m.unplugGadget(t, "PAIR") })
	pluggedIn(t, cable)
	m.player.do(t, "console", nil, nil)
	typed := m.player.count()

	const code = "40063813"
	send := map[string]func(){}
	for _, c := range m.found(t, "Triple", 3) {
		part, chunks := usbtest.ACM, [][]byte{[]byte(code + "\r")}
		switch c.Driver {
		case "keyboard":
			part, chunks = usbtest.Keyboard, usbtest.Keys(code+"\r")
		case "hid-pos":
			part, chunks = usbtest.HIDPOS, usbtest.POSReports("]E0", code)
		}
		send[c.ID] = func() { m.send(t, "PAIR", part, chunks...) }
	}
	for _, c := range m.found(t, "QEMU USB SERIAL", 1) {
		send[c.ID] = func() { cable.scan(t, code) }
	}
	from := m.agent.count()
	m.agent.do(t, "listen", slices.Collect(maps.Keys(send)), nil)
	for id, scan := range send {
		m.hear(t, from, id, code, scan)
	}
	m.output(t, "console", typed, code)
	m.agent.endsClean(t, "hush")
}

// hear scans again and again, as a person does, until the agent has heard it.
func (m *machine) hear(t *testing.T, from int, id, code string, scan func()) {
	t.Helper()
	heard := func(l usbtest.Line) bool {
		return l.Hearing != nil && l.Hearing.Candidate == id &&
			slices.ContainsFunc(l.Hearing.Meanings, func(raw string) bool { return strings.Contains(raw, code) })
	}
	for deadline := m.clock(t) + patience; m.clock(t) < deadline; {
		scan()
		m.sleep(t, time.Second)
		if lines, _, _ := m.agent.said(from); slices.ContainsFunc(lines, heard) {
			return
		}
	}
	t.Errorf("%s was not heard", id)
}

// twins has one scanner deliver each code by two of its interfaces, as some do
// that are set up badly.
func twins(t *testing.T, m *machine) {
	m.makeGadget(t, triple("TWINS", "TWINS"))
	m.plugGadget(t, "TWINS", 4)
	defer m.unplugGadget(t, "TWINS")
	watches := m.agent.start(t,
		map[string]any{"driver": "keyboard", "vid": "1209", "pid": "8c05", "serial": "TWINS"},
		map[string]any{"driver": "hid-pos", "vid": "1209", "pid": "8c05", "serial": "TWINS"},
	)
	keys, pos := watches[0], watches[1]
	keys.untilState(t, scanner.Reading)
	pos.untilState(t, scanner.Reading)
	marked := 0
	for i := range 10 {
		code := string(rune('0'+i)) + "-12345"
		m.send(t, "TWINS", usbtest.HIDPOS, usbtest.POSReports("]C0", code)...)
		m.send(t, "TWINS", usbtest.Keyboard, usbtest.Keys(code+"\r")...)
		pos.untilReads(t, i+1)
		keys.untilReads(t, i+1)
		a, b := pos.reads[i], keys.reads[i]
		twins := b.FirstAt.Sub(a.At) <= scanner.TwinTime
		both := boolToInt(a.Flags.Has(scanner.Repeated)) + boolToInt(b.Flags.Has(scanner.Repeated))
		if both != boolToInt(twins) {
			t.Errorf("%v apart, and %d of the two are marked", b.FirstAt.Sub(a.At), both)
		}
		marked += both
	}
	if marked == 0 {
		t.Error("no two of them came soon enough after each other")
	}
	m.send(t, "TWINS", usbtest.HIDPOS, usbtest.POSReports("]C0", "alone")...)
	pos.untilReads(t, 11)
	if pos.reads[10].Flags.Has(scanner.Repeated) {
		t.Error("a scan of one interface is marked")
	}
	t.Logf("%d of 10 scans were marked as delivered twice", marked)
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// output collects what the guest has sent to a part of a scanner, or typed into
// its console, until that contains a text.
func (m *machine) output(t testing.TB, from string, seen int, text string) string {
	t.Helper()
	var all strings.Builder
	m.player.await(t, seen, "the guest to send "+text+" to "+from, func(l usbtest.Line) bool {
		if l.Output != nil && l.Output.From == from {
			all.Write(l.Output.Bytes)
		}
		return strings.Contains(all.String(), text)
	})
	return all.String()
}

func console(t *testing.T, m *machine) {
	ours, other := newKeyboard(t, m, "OURS", 4), newTypist(m, "OTHER")
	pluggedIn(t, ours, other)
	m.found(t, "Keyboard scanner", 1)
	m.player.do(t, "console", nil, nil)
	from := m.player.count()

	ours.scan(t, "before")
	m.output(t, "console", from, "before")

	w := m.agent.start(t, ours.section)[0]
	w.untilState(t, scanner.Reading)
	ours.scan(t, "secret")
	w.untilReads(t, 1)
	other.scan(t, "free") // a keyboard that nobody has paired
	m.output(t, "console", from, "free")

	m.agent.stop(t)
	ours.scan(t, "after")
	if typed := m.output(t, "console", from, "after"); strings.Contains(typed, "secret") {
		t.Errorf("the scan was also typed into the console: %q", typed)
	}
	w.mustBe(t, []string{"secret"})
}

func second(t *testing.T, m *machine) {
	all := []emulated{newCable(m, "SHARED"), newKeyboard(t, m, "SHAREDKEYS", 4), newPOS(t, m, posGadget("SHAREDPOS"), 5)}
	pluggedIn(t, all...)
	first := m.agent.start(t, sections(all...)...)
	for _, w := range first {
		w.untilState(t, scanner.Reading)
	}
	later := m.second.start(t, sections(all...)...)
	later[0].untilState(t, scanner.Busy)
	later[1].untilState(t, scanner.Busy)
	later[2].untilState(t, scanner.Reading) // HID POS can be shared
	for i, w := range later[:2] {
		if w.state.Sentence == "" || w.state.Remedy == "" {
			t.Errorf("of %s it is not said what to do: %+v", all[i].name, w.state)
		}
	}
	for i, e := range all {
		e.scan(t, "11111111")
		first[i].untilReads(t, 1)
	}
	m.agent.stop(t)
	for i, e := range all {
		later[i].untilState(t, scanner.Reading)
		e.scan(t, "22222222")
		later[i].until(t, "the second scan", func() bool {
			n := len(later[i].reads)
			return n > 0 && string(later[i].reads[n-1].Raw) == e.arrivesAs("22222222")
		})
		first[i].mustBe(t, []string{e.arrivesAs("11111111")})
	}
	for i := range all[:2] {
		later[i].mustBe(t, []string{all[i].arrivesAs("22222222")})
	}
	later[2].mustBe(t, []string{all[2].arrivesAs("11111111"), all[2].arrivesAs("22222222")})
}
