package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

// gadget is a USB device of the loopback controller, described to the kernel in
// configfs.
type gadget struct {
	host   *host
	spec   usbtest.Gadget
	folder string

	mu    sync.Mutex
	ends  map[usbtest.Part]*os.File // the scanner's own ends, open since they were first used
	ended sync.WaitGroup            // those who read them
}

// setting is a file in configfs and what is written to it.
type setting struct {
	path string
	text []byte
}

func makeGadget(h *host, spec usbtest.Gadget) (*gadget, error) {
	g := &gadget{
		host: h, spec: spec, folder: "/sys/kernel/config/usb_gadget/" + spec.Name,
		ends: map[usbtest.Part]*os.File{},
	}
	for _, s := range g.settings() {
		path := filepath.Join(g.folder, s.path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, s.text, 0o644); err != nil {
			return nil, err
		}
	}
	config := filepath.Join(g.folder, "configs/c.1")
	if err := os.MkdirAll(config, 0o755); err != nil {
		return nil, err
	}
	for _, part := range spec.Parts {
		if err := os.MkdirAll(g.function(part), 0o755); err != nil {
			return nil, err
		}
		if err := os.Symlink(g.function(part), filepath.Join(config, filepath.Base(g.function(part)))); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (g *gadget) settings() []setting {
	number := func(n uint16) []byte { return fmt.Appendf(nil, "%#04x", n) }
	all := []setting{
		{"idVendor", number(g.spec.Vendor)},
		{"idProduct", number(g.spec.Product)},
		{"strings/0x409/manufacturer", []byte("Rig")},
		{"strings/0x409/product", []byte(g.spec.Title)},
	}
	if g.spec.Serial != "" {
		all = append(all, setting{"strings/0x409/serialnumber", []byte(g.spec.Serial)})
	}
	for _, part := range g.spec.Parts {
		all = append(all, g.hidSettings(part)...)
	}
	return all
}

func (g *gadget) hidSettings(part usbtest.Part) []setting {
	folder, boot, length, descriptor := "functions/"+filepath.Base(g.function(part))+"/", "0", usbtest.POSReport, usbtest.POSDescriptor
	switch part {
	case usbtest.ACM:
		return nil
	case usbtest.Keyboard:
		boot, length, descriptor = "1", usbtest.KeyboardReport, usbtest.KeyboardDescriptor
	}
	return []setting{
		{folder + "protocol", []byte(boot)},
		{folder + "subclass", []byte(boot)},
		{folder + "report_length", fmt.Append(nil, length)},
		{folder + "report_desc", descriptor},
	}
}

// function is the folder of one interface. The name must be unique in the guest.
func (g *gadget) function(part usbtest.Part) string {
	kind := "hid"
	if part == usbtest.ACM {
		kind = "acm"
	}
	return filepath.Join(g.folder, "functions", fmt.Sprintf("%s.%s-%s", kind, g.spec.Name, part))
}

// plug connects the gadget to a socket.
func (g *gadget) plug(socket int) error {
	return os.WriteFile(g.folder+"/UDC", fmt.Appendf(nil, "dummy_udc.%d", socket), 0o644)
}

// unplug disconnects it, in whatever it is doing.
func (g *gadget) unplug() error {
	err := os.WriteFile(g.folder+"/UDC", []byte("\n"), 0o644)
	g.mu.Lock()
	for part, end := range g.ends {
		end.Close()
		delete(g.ends, part)
	}
	g.mu.Unlock()
	g.ended.Wait()
	return err
}

// remove takes back what makeGadget has made. The folders are not empty, but the
// kernel fills and empties them itself.
func (g *gadget) remove() error {
	var errs []error
	for _, part := range g.spec.Parts {
		errs = append(errs, os.Remove(filepath.Join(g.folder, "configs/c.1", filepath.Base(g.function(part)))), unix.Rmdir(g.function(part)))
	}
	for _, folder := range []string{"configs/c.1", "strings/0x409", "."} {
		errs = append(errs, unix.Rmdir(filepath.Join(g.folder, folder)))
	}
	return errors.Join(errs...)
}

// sendTime is how long the guest may take to accept what a scanner sends.
const sendTime = 30 * time.Second

func (g *gadget) send(s usbtest.Sending) error {
	end, err := g.end(s.Part)
	if err != nil {
		return err
	}
	if err := end.SetWriteDeadline(time.Now().Add(sendTime)); err != nil {
		return err
	}
	for i, chunk := range s.Chunks {
		if _, err := end.Write(chunk); err != nil {
			return fmt.Errorf("chunk %d of %d: %w", i+1, len(s.Chunks), err)
		}
	}
	return nil
}

// end opens the scanner's own end of an interface, and from then on tells the
// host what the guest sends to it.
func (g *gadget) end(part usbtest.Part) (*os.File, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if end, ok := g.ends[part]; ok {
		return end, nil
	}
	path, err := g.path(part)
	if err != nil {
		return nil, err
	}
	end, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	if part == usbtest.ACM {
		if err := makeRaw(end); err != nil {
			end.Close()
			return nil, err
		}
	}
	g.ends[part] = end
	g.ended.Go(func() { g.tellOutput(part, end) })
	return end, nil
}

func (g *gadget) tellOutput(part usbtest.Part, end *os.File) {
	buf := make([]byte, 1024)
	for {
		n, err := end.Read(buf)
		if err != nil {
			return // unplugged
		}
		g.host.say(usbtest.Line{Output: &usbtest.Output{From: g.spec.Name + "/" + string(part), Bytes: buf[:n]}})
	}
}

// path is the scanner's own end of an interface.
func (g *gadget) path(part usbtest.Part) (string, error) {
	if part == usbtest.ACM {
		number, err := os.ReadFile(g.function(part) + "/port_num")
		return "/dev/ttyGS" + strings.TrimSpace(string(number)), err
	}
	want, err := os.ReadFile(g.function(part) + "/dev")
	if err != nil {
		return "", err
	}
	devices, _ := filepath.Glob("/sys/class/hidg/*/dev")
	for _, d := range devices {
		if have, _ := os.ReadFile(d); string(have) == string(want) {
			return "/dev/" + filepath.Base(filepath.Dir(d)), nil
		}
	}
	return "", errors.New("the kernel has no device for it")
}

// makeRaw takes what a terminal does with its bytes off the scanner's end: a
// scanner has no terminal.
func makeRaw(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var setting error
	err = raw.Control(func(fd uintptr) {
		t, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
		if err != nil {
			setting = err
			return
		}
		t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
		setting = unix.IoctlSetTermios(int(fd), unix.TCSETS, t)
	})
	return errors.Join(err, setting)
}
