package serialport

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// put writes a file of a made-up tree.
func put(t *testing.T, root, name, content string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, root, target, name string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(root, target), path); err != nil {
		t.Fatal(err)
	}
}

// shop is a computer with a Honeywell scanner on ttyACM0, an FTDI cable without
// a serial number on ttyUSB0, a real and a phantom board port, a console, and a
// Honeywell scanner that is set up as a keyboard.
func shop(t *testing.T) Tree {
	t.Helper()
	tree := Tree{Sys: filepath.Join(t.TempDir(), "sys"), Dev: filepath.Join(t.TempDir(), "dev"), Proc: "/proc"}
	usbDevice := func(socket, vid, pid, serial, product string) string {
		folder := "devices/pci0000:00/usb1/" + socket
		put(t, tree.Sys, folder+"/idVendor", vid+"\n")
		put(t, tree.Sys, folder+"/idProduct", pid+"\n")
		put(t, tree.Sys, folder+"/product", product+"\n")
		if serial != "" {
			put(t, tree.Sys, folder+"/serial", serial+"\n")
		}
		link(t, tree.Sys, folder, "bus/usb/devices/"+socket)
		return folder
	}
	tty := func(name, device string) {
		put(t, tree.Sys, device+"/uevent", "")
		put(t, tree.Sys, device+"/tty/"+name+"/type", "4\n")
		link(t, tree.Sys, device, device+"/tty/"+name+"/device")
		link(t, tree.Sys, device+"/tty/"+name, "class/tty/"+name)
	}
	tty("ttyACM0", usbDevice("1-2", "0c2e", "0b6a", "19A2", "Honeywell 1450g")+"/1-2:1.0")
	tty("ttyUSB0", usbDevice("1-3.1", "0403", "6001", "", "FT232R")+"/1-3.1:1.0/ttyUSB0")
	usbDevice("1-4", "0c2e", "0b61", "20B3", "Honeywell 1450g")
	tty("ttyS0", "devices/pnp0/00:01")
	tty("ttyS1", "devices/platform/serial8250")
	put(t, tree.Sys, "devices/platform/serial8250/tty/ttyS1/type", "0\n")
	put(t, tree.Sys, "devices/virtual/tty/console/uevent", "")
	link(t, tree.Sys, "devices/virtual/tty/console", "class/tty/console")
	put(t, tree.Dev, "ttyACM0", "")
	link(t, tree.Dev, "ttyACM0", "serial/by-id/usb-Honeywell_19A2-if00")
	return tree
}

func TestListFindsWhatExistsAndOpensNothing(t *testing.T) {
	tree := shop(t)
	ports, err := tree.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []Port{
		{
			Path: filepath.Join(tree.Dev, "ttyACM0"), ByID: filepath.Join(tree.Dev, "serial/by-id/usb-Honeywell_19A2-if00"),
			USB: USB{Vendor: "0c2e", Product: "0b6a", Serial: "19A2", Socket: "1-2"}, ProductName: "Honeywell 1450g",
		},
		{Path: filepath.Join(tree.Dev, "ttyS0")},
		{Path: filepath.Join(tree.Dev, "ttyUSB0"), USB: USB{Vendor: "0403", Product: "6001", Socket: "1-3.1"}, ProductName: "FT232R"},
	}
	if !slices.Equal(ports, want) {
		t.Fatalf("got %+v\nwant %+v", ports, want)
	}
	ids := []string{ports[0].Where().Identity(), ports[1].Where().Identity(), ports[2].Where().Identity()}
	if want := []string{"serial:usb-0c2e-0b6a-19A2", "serial:" + ports[1].Path, "serial:usb-0403-6001@1-3.1"}; !slices.Equal(ids, want) {
		t.Fatalf("identities %v, want %v", ids, want)
	}
}

func TestAUSBScannerIsFoundWhereverItIsPluggedIn(t *testing.T) {
	tree := shop(t)
	acm, ftdi := filepath.Join(tree.Dev, "ttyACM0"), filepath.Join(tree.Dev, "ttyUSB0")
	for _, c := range []struct {
		usb   USB
		path  string
		state scanner.StateName
	}{
		{USB{Vendor: "0c2e", Product: "0b6a", Serial: "19A2"}, acm, ""},
		{USB{Vendor: "0c2e", Product: "0b6a"}, acm, ""},
		{USB{Vendor: "0403", Product: "6001", Socket: "1-3.1"}, ftdi, ""},
		{USB{Vendor: "0403", Product: "6001", Socket: "1-9"}, "", scanner.Missing}, // one of its kind is in another socket
		{USB{Vendor: "0c2e", Product: "0b6a", Serial: "OTHER"}, "", scanner.Missing},
		{USB{Vendor: "0c2e", Product: "0b6a", Serial: "20B3"}, "", scanner.WrongMode}, // it is a keyboard now
		{USB{Vendor: "05f9", Product: "4204"}, "", scanner.Missing},
	} {
		path, err := Where{USB: c.usb}.find(t.Context(), tree)
		var f *scanner.Fault
		if errors.As(err, &f); path != c.path || (f == nil) != (c.state == "") || f != nil && f.State != c.state {
			t.Errorf("%+v: %q, %v", c.usb, path, err)
		}
	}
}

func TestTwoScannersThatFitAreNotGuessed(t *testing.T) {
	tree := shop(t)
	folder := "devices/pci0000:00/usb1/1-7"
	put(t, tree.Sys, folder+"/idVendor", "0403")
	put(t, tree.Sys, folder+"/idProduct", "6001")
	put(t, tree.Sys, folder+"/1-7:1.0/ttyUSB1/uevent", "")
	link(t, tree.Sys, folder+"/1-7:1.0/ttyUSB1", "class/tty/ttyUSB1/device")
	_, err := Where{USB: USB{Vendor: "0403", Product: "6001"}}.find(t.Context(), tree)
	var f *scanner.Fault
	if !errors.As(err, &f) || !strings.Contains(f.Sentence, "ttyUSB0, ") || !strings.Contains(f.Remedy, `"socket"`) {
		t.Fatalf("%v", err)
	}
}

// A scanner without a number is known by its socket: in another one it is said where,
// and not that it is no serial port.
func TestAScannerInAnotherSocketIsNoKeyboard(t *testing.T) {
	_, err := Where{USB: USB{Vendor: "0403", Product: "6001", Socket: "1-9"}}.find(t.Context(), shop(t))
	var f *scanner.Fault
	if !errors.As(err, &f) || !strings.Contains(f.Sentence, "one of its kind is in socket 1-3.1") || !strings.Contains(f.Remedy, "pair it again") {
		t.Fatalf("%v", err)
	}
}

func TestAHubThatGetsNoAnswerHoldsNobodyUp(t *testing.T) {
	tree := shop(t)
	scannertest.BusyHub(t, tree.Sys)
	_, err := Where{USB: USB{Vendor: "0c2e", Product: "0b6a", Serial: "another"}}.find(t.Context(), tree)
	if f := (*scanner.Fault)(nil); !errors.As(err, &f) || f.State != scanner.Missing {
		t.Fatalf("%v", err)
	}
}
