package usbtest_test

import (
	"bytes"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unicode"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

// emulated is one emulated scanner that can be unplugged.
type emulated struct {
	name    string
	section map[string]any // its part of the configuration
	// scan sends a whole scan, part the beginning of one.
	scan, part func(t testing.TB, code string)
	// slower is how much fewer codes it sends in the same time.
	slower int
	// inFlight is how many of its scans may be on their way at a time.
	inFlight int
	// arrives is what is read of a code; the code itself if it is nil.
	arrives func(code string) string
	// plug returns the guest's time just before.
	plug   func(t testing.TB) time.Duration
	unplug func(t testing.TB)
}

// arrivesAs is what is read of a code.
func (e emulated) arrivesAs(code string) string {
	if e.arrives == nil {
		return code
	}
	return e.arrives(code)
}

// The kernel keeps 64 events for who reads a keyboard, three for each key that
// goes down or up, and drops all of them if it gets more before they are read. So
// a scan of nine keys can be lost by no computer, however slow; two can.
const scansInFlight = 4

// gap is the silence that ends a scan in the storms. An emulated computer can
// stand still in the middle of a scan for longer than any scanner does; that
// must not be what is measured.
const gap = "30s"

// cable is a cable with an FTDI chip, which the machine emulates down to its
// registers, and the scanner at its end.
type cable struct {
	machine *machine
	name    string
	plugs   int
	line    net.Conn // the scanner's end while it is plugged in
}

func newCable(m *machine, name string) emulated {
	c := &cable{machine: m, name: name}
	send := func(t testing.TB, text string) {
		t.Helper()
		if _, err := c.line.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return emulated{
		name:    name,
		section: map[string]any{"driver": "serial", "vid": "0403", "pid": "6001", "serial": name, "gap": gap},
		scan:    func(t testing.TB, code string) { send(t, code+"\r") },
		part:    send,
		plug:    c.plug,
		unplug:  c.unplug,

		inFlight: scansInFlight,
	}
}

// plug gives the cable a new line to its scanner each time: what the old one
// still held is gone, as it is when a scanner loses its power.
func (c *cable) plug(t testing.TB) time.Duration {
	t.Helper()
	c.plugs++
	id, path := c.id(), filepath.Join(c.machine.folder, c.id())
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c.machine.control.do(t, "chardev-add", map[string]any{"id": id, "backend": map[string]any{
		"type": "socket", "data": map[string]any{
			"addr": map[string]any{"type": "unix", "data": map[string]any{"path": path}}, "server": false,
		},
	}})
	c.line = c.machine.accept(t, id, l)
	at := c.machine.clock(t)
	c.machine.control.do(t, "device_add", map[string]any{
		"driver": "usb-serial", "id": id, "bus": "usb.0", "chardev": id, "serial": c.name, "always-plugged": true,
	})
	return at
}

func (c *cable) unplug(t testing.TB) {
	t.Helper()
	c.drain(t)
	c.machine.control.do(t, "device_del", map[string]any{"id": c.id()})
	c.line.Close()
}

// drain waits until the machine has taken what the scanner sent: QEMU crashes
// when it gets a byte for a cable that it is taking away. What the cable then
// holds is lost with it.
func (c *cable) drain(t testing.TB) {
	t.Helper()
	raw, err := c.line.(*net.UnixConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		left := 0
		if controlling := raw.Control(func(fd uintptr) { left, err = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) }); controlling != nil {
			t.Fatal(controlling)
		}
		switch {
		case err != nil:
			t.Fatal(err)
		case left == 0:
			return
		case time.Now().After(deadline):
			t.Fatalf("the machine does not take %d bytes from %s", left, c.name)
		}
	}
}

func (c *cable) id() string { return fmt.Sprintf("%s-%d", c.name, c.plugs) }

// clock is the guest's time now.
func (m *machine) clock(t testing.TB) time.Duration {
	t.Helper()
	return m.player.do(t, "clock", nil, nil).At
}

// makeGadget makes a gadget in the guest, for the time of a test and not yet
// plugged in.
func (m *machine) makeGadget(t testing.TB, g usbtest.Gadget) {
	t.Helper()
	m.player.do(t, "make", g, nil)
	t.Cleanup(func() {
		if !m.isDead() {
			m.player.do(t, "remove", g.Name, nil)
		}
	})
}

func (m *machine) plugGadget(t testing.TB, name string, socket int) time.Duration {
	t.Helper()
	var at time.Duration
	m.player.do(t, "plug", usbtest.Plug{Name: name, Socket: socket}, &at)
	return at
}

func (m *machine) unplugGadget(t testing.TB, name string) {
	t.Helper()
	m.player.do(t, "unplug", usbtest.Plug{Name: name}, nil)
}

func (m *machine) send(t testing.TB, name string, part usbtest.Part, chunks ...[]byte) {
	t.Helper()
	m.player.do(t, "send", usbtest.Sending{Name: name, Part: part, Chunks: chunks}, nil)
}

// newACM is a scanner that is a virtual COM port of its own.
func newACM(t testing.TB, m *machine, name string, socket int) emulated {
	t.Helper()
	e := m.newGadget(t, usbtest.Gadget{
		Name: name, Vendor: 0x1209, Product: 0x8c01, Serial: name, Title: "Serial scanner", Parts: []usbtest.Part{usbtest.ACM},
	}, socket)
	send := func(t testing.TB, text string) {
		t.Helper()
		m.send(t, name, usbtest.ACM, []byte(text))
	}
	e.section = map[string]any{"driver": "serial", "vid": "1209", "pid": "8c01", "serial": name, "gap": gap}
	e.scan, e.part = func(t testing.TB, code string) { send(t, code+"\r") }, send
	return e
}

// newKeyboard is a scanner that types.
func newKeyboard(t testing.TB, m *machine, name string, socket int) emulated {
	t.Helper()
	e := m.newGadget(t, usbtest.Gadget{
		Name: name, Vendor: 0x1209, Product: 0x8c02, Serial: name, Title: "Keyboard scanner", Parts: []usbtest.Part{usbtest.Keyboard},
	}, socket)
	send := func(t testing.TB, text string) {
		t.Helper()
		m.send(t, name, usbtest.Keyboard, usbtest.Keys(text)...)
	}
	e.section = map[string]any{"driver": "keyboard", "vid": "1209", "pid": "8c02", "serial": name, "gap": gap}
	e.scan, e.part = func(t testing.TB, code string) { send(t, code+"\r") }, send
	e.inFlight = 1
	return e
}

func posGadget(name string) usbtest.Gadget {
	return usbtest.Gadget{
		Name: name, Vendor: 0x1209, Product: 0x8c03, Serial: name, Title: "HID POS scanner", Parts: []usbtest.Part{usbtest.HIDPOS},
	}
}

// uhidScanner is a HID POS scanner that is not on USB.
func uhidScanner(name string) usbtest.Gadget {
	return usbtest.Gadget{Name: name, Vendor: 0x1209, Product: 0x8c04, Serial: name, Title: "HID POS scanner without USB"}
}

// newPOS is a HID POS scanner. Its codes are so long that each takes two
// reports; a part is the first of them.
func newPOS(t testing.TB, m *machine, g usbtest.Gadget, socket int) emulated {
	t.Helper()
	e := m.newGadget(t, g, socket)
	send := func(t testing.TB, reports [][]byte) {
		t.Helper()
		m.send(t, g.Name, usbtest.HIDPOS, reports...)
	}
	e.section = map[string]any{
		"driver": "hid-pos", "vid": fmt.Sprintf("%04x", g.Vendor), "pid": fmt.Sprintf("%04x", g.Product),
		"serial": g.Serial, "feedback": "on",
	}
	e.arrives = func(code string) string { return posAIM + code + posRest }
	e.scan = func(t testing.TB, code string) { send(t, usbtest.POSReports(posAIM, code+posRest)) }
	e.part = func(t testing.TB, code string) { send(t, usbtest.POSReports(posAIM, code+posRest)[:1]) }
	return e
}

const (
	posAIM  = "]d2"
	posRest = "-0104006381333931172512311021SERIAL-0000000000001-30000012"
)

func (m *machine) newGadget(t testing.TB, g usbtest.Gadget, socket int) emulated {
	t.Helper()
	m.makeGadget(t, g)
	return emulated{
		name:     g.Name,
		inFlight: scansInFlight,

		plug:   func(t testing.TB) time.Duration { return m.plugGadget(t, g.Name, socket) },
		unplug: func(t testing.TB) { m.unplugGadget(t, g.Name) },
	}
}

// typist types on the keyboard that the machine emulates. It holds sixteen
// events and drops the rest, so that the typist must know when they are gone.
type typist struct {
	machine *machine
	name    string
	plugs   int
	seen    int // lines of the player
}

func newTypist(m *machine, name string) emulated {
	k := &typist{machine: m, name: name}
	return emulated{
		name:    name,
		section: map[string]any{"driver": "keyboard", "vid": "0627", "pid": "0001", "serial": name, "gap": gap},
		scan:    func(t testing.TB, code string) { k.write(t, code+"\r") },
		part:    k.write,
		plug:    k.plug,

		slower:   5,
		inFlight: 1,
		unplug: func(t testing.TB) {
			m.control.do(t, "device_del", map[string]any{"id": k.id()})
		},
	}
}

func (k *typist) id() string { return fmt.Sprintf("%s-%d", k.name, k.plugs) }

func (k *typist) plug(t testing.TB) time.Duration {
	t.Helper()
	k.plugs++
	at := k.machine.clock(t)
	k.machine.control.do(t, "device_add", map[string]any{"driver": "usb-kbd", "id": k.id(), "bus": "usb.0", "serial": k.name})
	return at
}

// atATime is how many keys the typist presses at once: Shift counted, they fit
// into the keyboard.
const atATime = 4

// write types a text, a few keys at a time, and waits for each to be let go.
func (k *typist) write(t testing.TB, text string) {
	t.Helper()
	k.seen = k.machine.player.count()
	k.machine.player.do(t, "reports", k.name, nil)
	for chords := range slices.Chunk(chords(text), atATime) {
		var events []map[string]any
		for _, keys := range chords {
			events = append(events, pressed(keys)...)
		}
		k.machine.control.do(t, "input-send-event", map[string]any{"events": events})
		for range chords {
			_, k.seen = k.machine.player.await(t, k.seen, "a key to be let go", func(l usbtest.Line) bool {
				return l.Output != nil && l.Output.From == k.name && len(bytes.Trim(l.Output.Bytes, "\x00")) == 0
			})
		}
	}
}

// pressed returns the events of keys that go down in this order, and up again.
func pressed(keys []string) []map[string]any {
	var events []map[string]any
	event := func(key string, down bool) {
		events = append(events, map[string]any{"type": "key", "data": map[string]any{
			"down": down, "key": map[string]any{"type": "qcode", "data": key},
		}})
	}
	for _, key := range keys {
		event(key, true)
	}
	for _, key := range slices.Backward(keys) {
		event(key, false)
	}
	return events
}

// chords returns the names of the keys for each character.
func chords(text string) [][]string {
	named := map[rune]string{'\r': "ret", '-': "minus", ' ': "spc"}
	var all [][]string
	for _, c := range text {
		switch name, ok := named[c]; {
		case ok:
			all = append(all, []string{name})
		case unicode.IsUpper(c):
			all = append(all, []string{"shift", string(unicode.ToLower(c))})
		default:
			all = append(all, []string{string(c)})
		}
	}
	return all
}
