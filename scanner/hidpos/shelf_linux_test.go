package hidpos

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// shelf is a computer with USB sockets: a made-up /sys, and sockets of the
// kernel that play the hidraw nodes. Each program that opens a node gets its own
// copy of every report, as in Linux.
type shelf struct {
	t    testing.TB
	tree tree

	mu      sync.Mutex
	plugged int // how many devices there ever were
	nodes   map[string]*plug
}

// plug is a device that is plugged in.
type plug struct {
	mu       sync.Mutex
	ends     []*os.File // of those that have opened it
	opened   int
	features [][]byte
	refuses  error // of opening it
	stalls   error // of feature reports
}

func newShelf(t testing.TB) *shelf {
	s := &shelf{t: t, nodes: map[string]*plug{}}
	s.tree = tree{sys: filepath.Join(t.TempDir(), "sys"), dev: filepath.Join(t.TempDir(), "dev"), openNode: s.open}
	s.write("class/hidraw/.keep", "")
	os.Remove(filepath.Join(s.tree.sys, "class/hidraw/.keep"))
	t.Cleanup(func() {
		for name := range s.nodes {
			s.unplug(name)
		}
	})
	return s
}

func (s *shelf) write(name, content string) {
	s.t.Helper()
	path := filepath.Join(s.tree.sys, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelf) link(target, name string) {
	s.t.Helper()
	path := filepath.Join(s.tree.sys, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.Symlink(filepath.Join(s.tree.sys, target), path)); err != nil {
		s.t.Fatal(err)
	}
}

// usb puts a USB device into a socket and returns its folder.
func (s *shelf) usb(socket, vid, pid, serial, product string) string {
	folder := "devices/pci0000:00/usb1/" + socket
	s.write(folder+"/idVendor", vid+"\n")
	s.write(folder+"/idProduct", pid+"\n")
	s.write(folder+"/product", product+"\n")
	if serial != "" {
		s.write(folder+"/serial", serial+"\n")
	}
	os.Remove(filepath.Join(s.tree.sys, "bus/usb/devices", socket))
	s.link(folder, "bus/usb/devices/"+socket)
	return folder
}

// hidraw makes an interface of a device appear as a node.
func (s *shelf) hidraw(node, folder string, number int, vid, pid, name string, descriptor []byte) *plug {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plugged++
	interf := fmt.Sprintf("%s/%s:1.%d", folder, filepath.Base(folder), number)
	s.write(interf+"/bInterfaceNumber", fmt.Sprintf("%02x\n", number))
	s.hid(node, fmt.Sprintf("%s/0003:%s:%s.%04X", interf, vid, pid, s.plugged), vid, pid, name, "", descriptor)
	s.nodes[node] = &plug{}
	return s.nodes[node]
}

func (s *shelf) hid(node, device, vid, pid, name, unique string, descriptor []byte) {
	s.write(device+"/uevent", fmt.Sprintf("DRIVER=hid-generic\nHID_ID=0003:0000%s:0000%s\nHID_NAME=%s\nHID_UNIQ=%s\n", vid, pid, name, unique))
	s.write(device+"/report_descriptor", string(descriptor))
	s.link(device, device+"/hidraw/"+node+"/device")
	s.link(device+"/hidraw/"+node, "class/hidraw/"+node)
	path := filepath.Join(s.tree.dev, node)
	if err := errors.Join(os.MkdirAll(s.tree.dev, 0o700), os.WriteFile(path, nil, 0o600)); err != nil {
		s.t.Fatal(err)
	}
}

// unplug takes a node away and hangs up.
func (s *shelf) unplug(node string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.nodes[node]
	if p == nil {
		return
	}
	delete(s.nodes, node)
	os.Remove(filepath.Join(s.tree.sys, "class/hidraw", node))
	os.Remove(filepath.Join(s.tree.dev, node))
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.ends {
		e.Close()
	}
	p.ends = nil
}

// open plays opening a node.
func (s *shelf) open(path string) (rawNode, error) {
	s.mu.Lock()
	p := s.nodes[filepath.Base(path)]
	s.mu.Unlock()
	if p == nil {
		return rawNode{}, &fs.PathError{Op: "open", Path: path, Err: unix.ENOENT}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuses != nil {
		return rawNode{}, &fs.PathError{Op: "open", Path: path, Err: p.refuses}
	}
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return rawNode{}, err
	}
	p.opened++
	p.ends = append(p.ends, os.NewFile(uintptr(fds[0]), path+" of the scanner"))
	return rawNode{os.NewFile(uintptr(fds[1]), path), p.setFeature}, nil
}

func (p *plug) setFeature(_ *os.File, report []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.features = append(p.features, slices.Clone(report))
	return p.stalls
}

func (p *plug) switches() [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.features)
}

func (p *plug) openers() []*os.File {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.ends)
}

// send makes the scanner send reports to everybody who has opened it. It waits
// where a reader is slow; a real scanner would go on.
func (p *plug) send(t testing.TB, reports ...[]byte) {
	for _, r := range reports {
		for _, e := range p.openers() {
			if _, err := e.Write(r); err != nil && !errors.Is(err, unix.EPIPE) && !errors.Is(err, os.ErrClosed) {
				t.Errorf("send a report: %v", err)
			}
		}
	}
}

// heard returns the next report that the host sent.
func (p *plug) heard(t testing.TB) []byte {
	t.Helper()
	ends, buf := p.openers(), make([]byte, 64)
	n, err := ends[len(ends)-1].Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	return buf[:n]
}

// desk is one scanner in its socket, which can be plugged in again.
type desk struct {
	*shelf
	descriptor []byte
	layout     *layout
	*plug
}

const deskNode = "hidraw0"

func newDesk(t testing.TB, descriptor []byte) *desk {
	d := &desk{shelf: newShelf(t), descriptor: descriptor, layout: mustLayout(t, descriptor)}
	d.plugIn()
	return d
}

func (d *desk) plugIn() {
	folder := d.usb("1-2.3", "0c2e", "0b61", "19A2", "Voyager 1450g")
	d.plug = d.hidraw(deskNode, folder, 0, "0C2E", "0B61", "Honeywell Voyager 1450g", d.descriptor)
}

func (d *desk) pull() {
	d.unplug(deskNode)
	// The USB device goes with it.
	for _, f := range []string{"bus/usb/devices/1-2.3", "devices/pci0000:00/usb1/1-2.3"} {
		os.RemoveAll(filepath.Join(d.tree.sys, f))
	}
}

func (d *desk) driver() *Driver {
	return &Driver{Where: Where{Vendor: "0c2e", Product: "0b61", Serial: "19A2", Interface: -1}, system: d.tree}
}

func (d *desk) device() scanner.Device {
	driver := d.driver()
	return scanner.Device{ID: driver.Where.Identity(), Name: "Test", Driver: driver}
}

func (d *desk) scan(aim, data string) { d.send(d.t, d.layout.reports(2, aim, data)...) }

// part sends the first report of two.
func (d *desk) part(data string) {
	report := d.layout.reports(2, "]E0", data)[0]
	for _, f := range d.layout.scans[2].continued {
		put(report, f.at, f.size, 1)
	}
	d.send(d.t, report)
}

func (d *desk) rig() scannertest.Rig {
	var due time.Time
	return scannertest.Rig{
		Device: d.device(),
		Scan: func(code string) {
			due = later(due.Add(interval), time.Now().Add(-kept*interval))
			time.Sleep(time.Until(due))
			d.scan("", code)
		},
		Part:   d.part,
		Unplug: d.pull,
		Plug:   d.plugIn,
	}
}
