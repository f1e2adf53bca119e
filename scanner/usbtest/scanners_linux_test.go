package usbtest_test

import (
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

// emulated is one emulated scanner that can be unplugged.
type emulated struct {
	name    string
	section map[string]any // its part of the configuration
	// scan sends a whole scan, part the beginning of one.
	scan, part func(t testing.TB, code string)
	// plug returns the guest's time just before.
	plug   func(t testing.TB) time.Duration
	unplug func(t testing.TB)
}

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
	c.machine.control.do(t, "device_del", map[string]any{"id": c.id()})
	c.line.Close()
}

func (c *cable) id() string { return fmt.Sprintf("%s-%d", c.name, c.plugs) }

// clock is the guest's time now.
func (m *machine) clock(t testing.TB) time.Duration {
	t.Helper()
	return m.player.do(t, "clock", nil, nil).At
}

// makeGadget makes a gadget in the guest, not yet plugged in.
func (m *machine) makeGadget(t testing.TB, g usbtest.Gadget) {
	t.Helper()
	m.player.do(t, "make", g, nil)
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
	m.makeGadget(t, usbtest.Gadget{
		Name: name, Vendor: 0x1209, Product: 0x8c01, Serial: name, Title: "Serial scanner", Parts: []usbtest.Part{usbtest.ACM},
	})
	send := func(t testing.TB, text string) {
		t.Helper()
		m.send(t, name, usbtest.ACM, []byte(text))
	}
	return emulated{
		name:    name,
		section: map[string]any{"driver": "serial", "vid": "1209", "pid": "8c01", "serial": name, "gap": gap},
		scan:    func(t testing.TB, code string) { send(t, code+"\r") },
		part:    send,
		plug:    func(t testing.TB) time.Duration { return m.plugGadget(t, name, socket) },
		unplug:  func(t testing.TB) { m.unplugGadget(t, name) },
	}
}
