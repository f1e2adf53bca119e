package hidpos

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/stockhand/stockhand/scanner"
)

// Where says which scanner is meant.
type Where struct {
	Vendor, Product string // four lower-case hexadecimal digits each
	Serial          string // the USB serial number; empty fits all
	// Socket is where the USB device is plugged in, such as 1-2.3; empty fits
	// all. On Windows it is the last part of the device's instance id.
	Socket string
	// Interface tells several HID POS interfaces of one device apart; -1 fits
	// all.
	Interface int
}

// hidDevice is one HID interface that the system lists.
type hidDevice struct {
	Vendor, Product, Serial, Socket string // as in Where
	Interface                       int    // -1 if it has no number
	path                            string // its name for people: a device file, an instance id
	name                            string // what it calls itself
	physical                        string // see scanner.Candidate.Physical
	// isScanner is true for a HID POS scanner. If it cannot be told, err says
	// why.
	isScanner bool
	err       error
	bare      bool // a USB device whose HID interfaces the system has not set up
	// handle is what the system itself needs to open it.
	handle any
}

// Decode makes a device of its section of the configuration:
//
//	vid, pid  = "0c2e", "0b61"   the USB vendor and product id
//	serial    = "19A2"           the USB serial number, if the scanner has one
//	socket    = "1-2.3"          the USB socket, if it has none
//	interface = 1                if one device has several HID POS interfaces
//	feedback  = "off"            "on" makes it beep for what became of a scan
func Decode(s *scanner.Settings) (scanner.Device, error) {
	d := &Driver{
		Where: Where{
			Vendor:    strings.ToLower(s.Text("vid", "")),
			Product:   strings.ToLower(s.Text("pid", "")),
			Serial:    s.Text("serial", ""),
			Socket:    s.Text("socket", ""),
			Interface: s.Number("interface", -1),
		},
		system: thisSystem,
	}
	feedback := s.Text("feedback", "off")
	d.Beeps = feedback == "on"
	var err error
	if feedback != "on" && feedback != "off" {
		err = fmt.Errorf("feedback %q is not known: use on or off", feedback)
	}
	return scanner.Device{ID: d.Where.Identity(), Driver: d}, errors.Join(err, d.Where.check())
}

var usbID = regexp.MustCompile(`^[0-9a-f]{4}$`)

func (w Where) check() error {
	if !usbID.MatchString(w.Vendor) || !usbID.MatchString(w.Product) {
		return errors.New(`say which scanner it is: vid and pid are four hexadecimal digits each, such as "0c2e"`)
	}
	return nil
}

// Identity is the stable name of the scanner found this way. One with a serial
// number keeps it in every socket.
func (w Where) Identity() string {
	id := "hidpos:usb-" + w.Vendor + "-" + w.Product
	switch {
	case w.Serial != "" && w.Socket != "": // several have the same number
		id += "-" + w.Serial + "@" + w.Socket
	case w.Serial != "":
		id += "-" + w.Serial
	case w.Socket != "":
		id = "hidpos:socket-" + w.Socket
	}
	if w.Interface >= 0 {
		id += fmt.Sprintf(":if%d", w.Interface)
	}
	return id
}

func (w Where) fits(d hidDevice) bool {
	same := func(want, have string) bool { return want == "" || strings.EqualFold(want, have) }
	return w.Vendor == d.Vendor && w.Product == d.Product && same(w.Serial, d.Serial) &&
		same(w.Socket, d.Socket) && (w.Interface < 0 || w.Interface == d.Interface)
}

// isOtherMode reports whether d is the scanner, set up as something else: most
// have another product id in each mode.
func (w Where) isOtherMode(d hidDevice) bool {
	switch {
	case w.Vendor != d.Vendor:
		return false
	case w.Serial != "":
		return strings.EqualFold(w.Serial, d.Serial)
	case w.Socket != "":
		return w.Socket == d.Socket
	}
	return w.Product == d.Product
}

// find returns the scanner as it is plugged in now.
func (w Where) find(ctx context.Context, s system) (hidDevice, error) {
	all, err := s.list(ctx)
	if err != nil {
		return hidDevice{}, scanner.Gone(fmt.Errorf("look for %s: %w", w.Identity(), err))
	}
	var found []hidDevice
	for _, d := range all {
		if d.isScanner && w.fits(d) {
			found = append(found, d)
		}
	}
	switch len(found) {
	case 0:
		return hidDevice{}, w.notFound(all)
	case 1:
		return found[0], nil
	}
	return hidDevice{}, w.several(found)
}

func (w Where) several(found []hidDevice) error {
	var paths []string
	for _, d := range found {
		paths = append(paths, d.path)
	}
	return &scanner.Fault{
		State:    scanner.WrongMode,
		Sentence: fmt.Sprintf("Several scanners fit %s: %s. It is not clear which one is meant.", w.Identity(), strings.Join(paths, ", ")),
		Remedy:   `Add "serial", "socket" or "interface" to its section; "stockhand devices" shows them.`,
	}
}

// notFound tells a scanner that is away from one that is there as something
// else, a keyboard for instance, and from one that cannot be understood.
func (w Where) notFound(all []hidDevice) error {
	for _, d := range all {
		if w.fits(d) && errors.Is(d.err, errDescriptor) {
			return &scanner.Fault{
				State:    scanner.WrongMode,
				Sentence: "The scanner is plugged in but describes itself in a way that makes no sense.",
				Remedy:   "Plug it in again. If that does not help, " + lowerSetup,
				Err:      fmt.Errorf("%s: %w", d.path, d.err),
			}
		}
	}
	for _, d := range all {
		if d.bare && w.fits(d) {
			return &scanner.Fault{
				State:    scanner.Missing,
				Sentence: "The scanner is plugged in but not ready yet.",
				Remedy:   "Wait a moment. If it stays so, plug it in again.",
				Err:      fmt.Errorf("%s has no HID device", d.path),
			}
		}
		if w.isOtherMode(d) {
			return &scanner.Fault{
				State:    scanner.WrongMode,
				Sentence: "The scanner is plugged in but is not set up for HID POS; it may act as a keyboard or a serial port.",
				Remedy:   "Scan" + setupCode,
				Err:      fmt.Errorf("%s, %s:%s, is no HID POS device", d.path, d.Vendor, d.Product),
			}
		}
	}
	elsewhere := w
	elsewhere.Socket = ""
	for _, d := range all {
		if w.Socket != "" && d.isScanner && d.Serial == w.Serial && elsewhere.fits(d) {
			return scanner.Elsewhere(w.Socket, d.Socket)
		}
	}
	return scanner.Gone(fmt.Errorf("no HID POS device is %s", w.Identity()))
}

const (
	setupCode = ` the setup barcode for "HID POS" from its manual. At Honeywell that is "USB HID Bar Code Scanner" ` +
		`(interface 131), at Zebra and Datalogic "USB HID POS" under USB interface or USB device type. ` +
		`It has another product id then: add it anew with "stockhand devices".`
	lowerSetup = "scan" + setupCode
)
