package serialport

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner"
)

// opens tells what is opened in a folder from now on, until it is called.
func opens(t *testing.T, folder string) func() int {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		t.Skipf("this computer does not tell what is opened: %v", err)
	}
	if _, err := unix.InotifyAddWatch(fd, folder, unix.IN_OPEN); err != nil {
		t.Fatal(err)
	}
	return func() (n int) {
		defer unix.Close(fd)
		buf := make([]byte, 64<<10)
		size, _ := unix.Read(fd, buf) // nothing to read is an error
		for at := 0; at+unix.SizeofInotifyEvent <= size; n++ {
			length := int(buf[at+12]) | int(buf[at+13])<<8
			if name := strings.TrimRight(string(buf[at+unix.SizeofInotifyEvent:at+unix.SizeofInotifyEvent+length]), "\x00"); !strings.HasPrefix(name, "tty") {
				n-- // the folder itself, or one in it
			}
			at += unix.SizeofInotifyEvent + length
		}
		return n
	}
}

// The library's way of listing sets every port to 9600 baud, also one in use. Ours
// must not as much as open one.
func TestFindingOpensNoPort(t *testing.T) {
	tree := shop(t)
	for _, name := range []string{"ttyUSB0", "ttyS0"} {
		put(t, tree.Dev, name, "")
	}
	opened := opens(t, tree.Dev)
	if _, err := tree.Find(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := (Where{USB: USB{Vendor: "0c2e", Product: "0b6a"}}).find(t.Context(), tree); err != nil {
		t.Fatal(err)
	}
	if n := opened(); n != 0 {
		t.Fatalf("%d ports were opened", n)
	}
	// The check itself can fail.
	opened = opens(t, tree.Dev)
	f, err := os.Open(filepath.Join(tree.Dev, "ttyACM0"))
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if n := opened(); n != 1 {
		t.Fatalf("one port was opened, %d are told", n)
	}
}

func candidates(t *testing.T, tree Tree) map[string]scanner.Candidate {
	t.Helper()
	found, err := tree.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	byPath := map[string]scanner.Candidate{}
	for _, c := range found {
		byPath[c.ID] = c
	}
	if len(byPath) != len(found) {
		t.Fatalf("two of %d candidates have the same identity", len(found))
	}
	return byPath
}

func TestCandidatesSayHowToFindThemAgain(t *testing.T) {
	tree := shop(t)
	put(t, tree.Sys, "devices/pci0000:00/usb1/1-2/manufacturer", "Honeywell\n")
	found := candidates(t, tree)
	for id, want := range map[string]scanner.Candidate{
		"serial:usb-0c2e-0b6a-19A2": {
			Name: "Honeywell 1450g", Physical: "1-2", Likely: true,
			Settings: map[string]any{"vid": "0c2e", "pid": "0b6a", "serial": "19A2"},
		},
		"serial:usb-0403-6001@1-3.1": {
			Name: "FT232R", Physical: "1-3.1", Unnumbered: true,
			Settings: map[string]any{"vid": "0403", "pid": "6001", "socket": "1-3.1"},
		},
		"serial:" + tree.dev("ttyS0"): {Name: "Serial port ttyS0", Settings: map[string]any{"port": tree.dev("ttyS0")}},
	} {
		got, ok := found[id]
		if !ok || got.Listen == nil || got.Driver != "serial" {
			t.Errorf("%s: found %t, %+v", id, ok, got)
			continue
		}
		got.Listen, want.ID, want.Driver = nil, id, "serial"
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		// What a candidate says is what opens it, by the same name.
		section := map[string]any{"driver": "serial"}
		for k, v := range got.Settings {
			section[k] = v
		}
		if d, err := registry.Device(section); err != nil || d.ID != id {
			t.Errorf("%s: its settings make %q, %v", id, d.ID, err)
		}
	}
	if len(found) != 3 {
		t.Errorf("%d candidates", len(found))
	}
}

// plugIn adds a USB device with a port for each name.
func plugIn(t *testing.T, tree Tree, socket, vid, serial, product string, names ...string) {
	t.Helper()
	folder := "devices/pci0000:00/usb1/" + socket
	put(t, tree.Sys, folder+"/idVendor", vid)
	put(t, tree.Sys, folder+"/idProduct", "6001")
	put(t, tree.Sys, folder+"/serial", serial)
	put(t, tree.Sys, folder+"/product", product)
	for i, name := range names {
		device := fmt.Sprintf("%s/%s:1.%d", folder, socket, i)
		put(t, tree.Sys, device+"/uevent", "")
		link(t, tree.Sys, device, "class/tty/"+name+"/device")
	}
}

// Cheap scanners all have the same number, and some devices have two ports.
func TestANumberThatSeveralHaveIsNone(t *testing.T) {
	tree := shop(t)
	plugIn(t, tree, "1-5", "1a86", "0001", "Barcode Scanner", "ttyUSB5")
	plugIn(t, tree, "1-6", "1a86", "0001", "Barcode Scanner", "ttyUSB6")
	plugIn(t, tree, "1-7", "0403", "DUAL", "FT2232", "ttyUSB7", "ttyUSB8")
	put(t, tree.Dev, "ttyUSB8", "")
	link(t, tree.Dev, "ttyUSB8", "serial/by-id/usb-FTDI_DUAL-if01-port0")
	found := candidates(t, tree)
	for _, id := range []string{
		"serial:usb-1a86-6001@1-5", "serial:usb-1a86-6001@1-6",
		"serial:" + tree.dev("ttyUSB7"), "serial:" + tree.dev("serial/by-id/usb-FTDI_DUAL-if01-port0"),
	} {
		if _, ok := found[id]; !ok {
			t.Errorf("%s is not among %v", id, found)
		}
	}
	if c := found["serial:usb-1a86-6001@1-5"]; !c.Likely {
		t.Errorf("%q is no likely scanner", c.Name)
	}
}

func TestModemsAreLeftOutAndBluetoothIsNotCalled(t *testing.T) {
	tree := shop(t)
	plugIn(t, tree, "1-5", "12d1", "1", "HUAWEI Mobile", "ttyUSB5", "ttyUSB6")
	plugIn(t, tree, "1-6", "413c", "1", "Wireless card", "ttyUSB7")
	link(t, tree.Sys, "bus/usb-serial/drivers/option1", "devices/pci0000:00/usb1/1-6/1-6:1.0/driver")
	link(t, tree.Sys, "devices/pci0000:00/usb1/1-2", "class/tty/rfcomm0/device")
	found := candidates(t, tree)
	if len(found) != 4 {
		t.Fatalf("%v", found)
	}
	for _, c := range found {
		if strings.Contains(c.Name, "HUAWEI") || strings.Contains(c.Name, "Wireless") {
			t.Errorf("a modem is found: %+v", c)
		}
		wireless := strings.Contains(fmt.Sprint(c.Settings), "rfcomm")
		if (c.Fault != nil) != wireless {
			t.Errorf("%+v", c)
		}
	}
}

func TestWhoUsesAPortIsSaidWithoutOpeningIt(t *testing.T) {
	tree := shop(t)
	tree.Proc = fakeProc(t, 4711, "minicom", tree.dev("ttyACM0"))
	c := candidates(t, tree)["serial:usb-0c2e-0b6a-19A2"]
	if c.Fault == nil || c.Fault.State != scanner.Busy || !strings.Contains(c.Fault.Sentence, "minicom (process 4711)") {
		t.Fatalf("%+v", c.Fault)
	}
	opened := opens(t, tree.Dev)
	err := c.Listen(t.Context(), nil)
	var f *scanner.Fault
	if !errors.As(err, &f) || f.State != scanner.Busy {
		t.Fatalf("%v", err)
	}
	if opened() != 0 {
		t.Fatal("a port in use was opened")
	}
}

func TestWhoseRightsAreMissingIsSaidWithoutOpeningIt(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may open everything")
	}
	tree := shop(t)
	if err := os.Chmod(tree.dev("ttyACM0"), 0); err != nil {
		t.Fatal(err)
	}
	c := candidates(t, tree)["serial:usb-0c2e-0b6a-19A2"]
	if c.Fault == nil || c.Fault.State != scanner.NoRights {
		t.Fatalf("%+v", c.Fault)
	}
}

func TestFindingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := shop(t).Find(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

// A port knows the USB device it belongs to, also by another name.
func TestAPortKnowsItsHardware(t *testing.T) {
	tree := shop(t)
	for path, want := range map[string]string{
		tree.dev("ttyACM0"): "1-2", tree.dev("serial/by-id/usb-Honeywell_19A2-if00"): "1-2",
		tree.dev("ttyS0"): "", tree.dev("none"): "",
	} {
		if got := tree.physical(path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}
