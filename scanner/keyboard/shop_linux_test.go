package keyboard

import (
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// shop is a computer of which everything but the event devices is real: those are
// named pipes, and what the kernel would answer about them is made up. Its /sys
// has what the driver looks at.
type shop struct {
	t testing.TB
	system

	mu      sync.Mutex
	events  int                // numbers of event devices given out
	down    map[uint64]bool    // by inode: a key is down
	grabs   map[uint64]uintptr // by inode: the descriptor that has the grab
	grabbed int                // how often there was a grab
	rival   bool               // another program has all grabs
	refuse  func() error       // asked whenever a device is opened
	dark    chan bool          // has an entry when a Caps Lock light was switched off
	looked  func()             // told whenever somebody asks whether a key is down
}

func newShop(t testing.TB) *shop {
	s := &shop{t: t, dark: make(chan bool, 1), down: map[uint64]bool{}, grabs: map[uint64]uintptr{}}
	s.system = system{sys: filepath.Join(t.TempDir(), "sys"), dev: t.TempDir(), control: s}
	s.must(os.MkdirAll(filepath.Join(s.sys, "class", "input"), 0o700))
	return s
}

func (s *shop) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) put(name, content string) {
	s.t.Helper()
	path := filepath.Join(s.sys, name)
	s.must(os.MkdirAll(filepath.Dir(path), 0o700))
	s.must(os.WriteFile(path, []byte(content+"\n"), 0o600))
}

func inode(fd uintptr) (uint64, error) {
	var st unix.Stat_t
	err := unix.Fstat(int(fd), &st)
	return st.Ino, err
}

// open opens a pipe that ends when the scanner is unplugged, so for reading only.
func (s *shop) open(path string) (*os.File, error) {
	if s.refuse != nil {
		if err := s.refuse(); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0)
}

func (s *shop) useMonotonic(uintptr) error { return nil }

func (s *shop) capsOff(uintptr) error {
	select {
	case s.dark <- true:
	default:
	}
	return nil
}

func (s *shop) grab(fd uintptr, on bool) error {
	i, err := inode(fd)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, taken := s.grabs[i]
	switch {
	case !on && owner == fd:
		delete(s.grabs, i)
	case !on:
		return unix.EINVAL
	case s.rival || taken && owner != fd:
		return unix.EBUSY
	default:
		s.grabs[i] = fd
		s.grabbed++
	}
	return nil
}

func (s *shop) anyDown(fd uintptr) (bool, error) {
	i, err := inode(fd)
	if err != nil {
		return false, err
	}
	if s.looked != nil {
		s.looked()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.down[i], nil
}

func (s *shop) hold(g *gun, down bool) {
	info, err := os.Stat(g.paths[0])
	s.must(err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down[info.Sys().(*syscall.Stat_t).Ino] = down
}

func (s *shop) setRival(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rival = on
}

func (s *shop) grabsNow() (now, ever int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.grabs), s.grabbed
}

// gun is a scanner, plugged in or not.
type gun struct {
	shop    *shop
	where   Where
	name    string
	nodes   int // event devices it has
	paths   []string
	folders []string

	mu   sync.Mutex
	ends []*os.File // where the kernel puts its events
}

// capabilities are keys in the form of /sys: a word of bits for some of them, the
// highest first.
func capabilities(codes ...int) string {
	var words [0x300 / bits.UintSize]uint
	for _, c := range codes {
		words[len(words)-1-c/bits.UintSize] |= 1 << (c % bits.UintSize)
	}
	return strings.TrimLeft(strings.Trim(fmt.Sprintf("%x", words), "[]"), "0 ")
}

var scannerKeys = capabilities(keyEnter, key1, keyA, keyLeftShift, 0x200)

func (s *shop) gun(w Where, nodes int) *gun {
	g := &gun{shop: s, where: w, name: "Scanner " + w.Serial, nodes: nodes}
	s.t.Cleanup(g.unplug)
	return g
}

// plug makes the scanner appear, under numbers that nothing had before.
func (g *gun) plug() {
	g.mu.Lock()
	defer g.mu.Unlock()
	s, usb := g.shop, filepath.Join("devices/pci0000:00/usb1", g.where.Socket)
	s.usb(usb, g.where)
	g.folders = []string{filepath.Join(s.sys, usb)}
	g.paths, g.ends = nil, nil
	for i := range g.nodes {
		s.mu.Lock()
		event := fmt.Sprintf("event%d", s.events)
		s.events++
		s.mu.Unlock()
		path := filepath.Join(s.dev, event)
		s.must(unix.Mkfifo(path, 0o600))
		end, err := os.OpenFile(path, os.O_RDWR, 0)
		s.must(err)
		g.paths, g.ends = append(g.paths, path), append(g.ends, end)
		input := fmt.Sprintf("%s/1-1:1.%d/input/%s", usb, i, event+"in")
		s.input(input, event, busUSB, g.where, g.name, scannerKeys)
		g.folders = append(g.folders, filepath.Join(s.sys, "class/input", event))
	}
}

// usb describes a USB device.
func (s *shop) usb(folder string, w Where) {
	s.put(folder+"/idVendor", w.Vendor)
	s.put(folder+"/idProduct", w.Product)
	if w.Serial != "" {
		s.put(folder+"/serial", w.Serial)
	}
	link := filepath.Join(s.sys, "bus/usb/devices", filepath.Base(folder))
	s.must(os.MkdirAll(filepath.Dir(link), 0o700))
	if err := os.Symlink(filepath.Join(s.sys, folder), link); err != nil && !os.IsExist(err) {
		s.t.Fatal(err)
	}
}

// input describes an input device, the way the kernel does.
func (s *shop) input(folder, event, bus string, w Where, name, keys string) {
	s.put(folder+"/capabilities/key", keys)
	s.put(folder+"/name", name)
	s.put(folder+"/uniq", w.Serial)
	s.put(folder+"/id/bustype", bus)
	s.put(folder+"/id/vendor", w.Vendor)
	s.put(folder+"/id/product", w.Product)
	link := filepath.Join(s.sys, "class/input", event)
	s.must(os.MkdirAll(link, 0o700))
	s.must(os.Symlink(filepath.Join(s.sys, folder), filepath.Join(link, "device")))
}

func (g *gun) unplug() {
	g.mu.Lock()
	defer g.mu.Unlock()
	slices.Reverse(g.folders) // what refers to a device goes before the device
	for _, f := range g.folders {
		os.RemoveAll(f)
	}
	for _, p := range g.paths {
		os.Remove(p)
	}
	for _, end := range g.ends {
		end.Close()
	}
	g.folders, g.paths, g.ends = nil, nil, nil
}

// now is the time of the kernel's events.
func now() time.Duration { return readClock().monotonic }

// send makes one of the event devices report events, at most a page at a time,
// which a pipe takes as a whole.
func (g *gun) send(node int, events []Event) {
	g.mu.Lock()
	end := g.ends[node]
	g.mu.Unlock()
	var buf []byte
	for part := range slices.Chunk(events, 4096/eventSize(wordSize)) {
		buf = buf[:0]
		for _, e := range part {
			buf = AppendEvent(buf, e)
		}
		if _, err := end.Write(buf); err != nil {
			g.shop.t.Errorf("send events: %v", err)
		}
	}
}

// types makes the scanner send a text and waits until it was taken, as a scanner
// is slower than the computer.
func (g *gun) types(text string) { g.typesOn(0, LayoutNamed("us"), text) }

func (g *gun) typesOn(node int, l *Layout, text string) {
	presses, ok := l.typed(text, false)
	if !ok {
		g.shop.t.Errorf("%s cannot type %q", l.Name, text)
	}
	g.send(node, reports(presses, now()))
	g.taken(node)
}

func (g *gun) taken(node int) {
	g.mu.Lock()
	end := g.ends[node]
	g.mu.Unlock()
	raw, err := end.SyscallConn()
	g.shop.must(err)
	for deadline := time.Now().Add(scannertest.Patience); ; {
		var waiting int
		_ = raw.Control(func(fd uintptr) { waiting, err = unix.IoctlGetInt(int(fd), unix.TIOCINQ) })
		g.shop.must(err)
		if waiting == 0 {
			return
		}
		if time.Now().After(deadline) {
			g.shop.t.Fatal("nobody reads the scanner's events")
		}
		time.Sleep(20 * time.Microsecond)
	}
}

// device is the scanner as it is configured, with a gap so long that a busy computer
// ends no scan.
func (g *gun) device(layout string) scanner.Device {
	w := g.where
	if w.Serial != "" {
		w.Socket = ""
	}
	return scanner.Device{
		ID: w.Identity(), Name: "Test",
		Driver:  &Driver{Where: w, Layout: LayoutNamed(layout), system: g.shop.system},
		Framing: scanner.Framing{Gap: time.Minute},
	}
}

func (g *gun) rig() scannertest.Rig {
	return scannertest.Rig{
		Device: g.device("us"),
		Scan:   func(code string) { g.types(code + "\r") },
		Part:   g.types,
		Unplug: g.unplug,
		Plug:   g.plug,
	}
}

var voyager = Where{Vendor: "0c2e", Product: "0b61", Serial: "19A2", Socket: "1-2.3"}

func plugged(t testing.TB) (*shop, *gun) {
	s := newShop(t)
	g := s.gun(voyager, 1)
	g.plug()
	return s, g
}

func TestConformance(t *testing.T) {
	scannertest.Run(t, func(t *testing.T) scannertest.Rig {
		_, g := plugged(t)
		return g.rig()
	})
}
