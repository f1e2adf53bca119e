package serialport

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/stockhand/stockhand/scanner"
)

// Tree is where the system describes its devices. Only Linux looks at it; tests
// give it a folder of their own.
type Tree struct {
	Sys, Dev, Proc string
}

// System is the tree of the running system.
var System = Tree{Sys: "/sys", Dev: "/dev", Proc: "/proc"}

// USB identifies a USB device. Ids are four lower-case hexadecimal digits.
type USB struct {
	Vendor, Product string
	Serial          string // empty if the device has none
	Socket          string // where it is plugged in, such as 1-2.3; it changes with the socket
}

// Port is one serial port that exists.
type Port struct {
	Path         string // /dev/ttyACM0, COM3
	ByID         string // the lasting link to it under /dev/serial/by-id, if there is one
	USB          USB    // empty for other ports
	Manufacturer string
	ProductName  string
	driver       string // the system's, where it has a name
	wireless     bool   // it leads to something by Bluetooth
	baud         int    // the only speed to hear it at; 0 if any will do
}

// Where returns the lasting way to find this port again.
func (p Port) Where() Where {
	switch {
	case p.USB.Vendor == "":
		return Where{Path: p.Path}
	case p.USB.Serial != "":
		return Where{USB: USB{Vendor: p.USB.Vendor, Product: p.USB.Product, Serial: p.USB.Serial}}
	}
	return Where{USB: p.USB}
}

// Where says how to find a port: by its path or by the USB device behind it.
type Where struct {
	Path string
	USB  USB // used if Path is empty; an empty Serial or Socket fits all
}

// Identity is the stable name of the device found this way. A scanner with a
// serial number keeps it in every socket.
func (w Where) Identity() string {
	if w.Path != "" {
		return "serial:" + w.Path
	}
	id := "serial:usb-" + w.USB.Vendor + "-" + w.USB.Product
	if w.USB.Serial != "" {
		id += "-" + w.USB.Serial
	}
	if w.USB.Socket != "" {
		id += "@" + w.USB.Socket
	}
	return id
}

func (w Where) fits(u USB) bool {
	same := func(want, have string) bool { return want == "" || strings.EqualFold(want, have) }
	return same(w.USB.Vendor, u.Vendor) && same(w.USB.Product, u.Product) &&
		same(w.USB.Serial, u.Serial) && same(w.USB.Socket, u.Socket)
}

// List returns the serial ports that exist, without opening any.
func List(ctx context.Context) ([]Port, error) { return System.List(ctx) }

// find returns the path of the port now.
func (w Where) find(ctx context.Context, tree Tree) (string, error) {
	if w.Path != "" {
		return w.Path, nil
	}
	ports, err := tree.List(ctx)
	if err != nil {
		return "", scanner.Gone(fmt.Errorf("look for the port of %s: %w", w.Identity(), err))
	}
	var found []string
	for _, p := range ports {
		if w.fits(p.USB) {
			found = append(found, p.Path)
		}
	}
	switch len(found) {
	case 0:
		return "", w.notFound(tree, ports)
	case 1:
		return found[0], nil
	}
	return "", &scanner.Fault{
		State:    scanner.WrongMode,
		Sentence: fmt.Sprintf("Several scanners fit %s: %s. It is not clear which one is meant.", w.Identity(), strings.Join(found, ", ")),
		Remedy:   `Add "serial" or "socket" to its section; "stockhand devices" shows them.`,
	}
}

// notFound tells a scanner that is away from one that is there as something
// else, a keyboard for instance, and from one without a number in another socket.
func (w Where) notFound(tree Tree, ports []Port) error {
	elsewhere := w
	elsewhere.USB.Socket = ""
	for _, p := range ports {
		if w.USB.Socket != "" && p.USB.Serial == w.USB.Serial && elsewhere.fits(p.USB) {
			return scanner.Elsewhere(w.USB.Socket, p.USB.Socket)
		}
	}
	for _, u := range tree.usbDevices() {
		other := u.Product != w.USB.Product
		sameOne := w.USB.Serial != "" && u.Serial == w.USB.Serial || w.USB.Serial == "" && !other
		if u.Vendor == w.USB.Vendor && sameOne {
			return &scanner.Fault{
				State:    scanner.WrongMode,
				Sentence: "The scanner is plugged in but is not set up as a serial port; it may act as a keyboard.",
				Remedy:   `Scan the setup barcode for "USB serial" or "USB virtual COM" from its manual.`,
				Err:      fmt.Errorf("USB device %s:%s in socket %s has no serial port", u.Vendor, u.Product, u.Socket),
			}
		}
	}
	return scanner.Gone(fmt.Errorf("no serial port belongs to %s", w.Identity()))
}

func (t Tree) dev(name string) string { return filepath.Join(t.Dev, name) }
