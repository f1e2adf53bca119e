package keyboard

import (
	"fmt"
	"strings"

	"github.com/stockhand/stockhand/scanner"
)

// Where says which scanner is meant, by the USB or Bluetooth device behind its
// keyboard. Ids are four lower-case hexadecimal digits.
type Where struct {
	Vendor, Product string
	Serial          string // its number, or its Bluetooth address; empty fits all
	Socket          string // where it is plugged in, such as 1-2.3; empty fits all
}

// Identity is the stable name of the device found this way. A scanner with a
// number keeps it in every socket.
func (w Where) Identity() string {
	switch {
	case w.Serial != "" && w.Socket != "": // several have the same number
		return fmt.Sprintf("keyboard:usb-%s-%s-%s@%s", w.Vendor, w.Product, w.Serial, w.Socket)
	case isAddress(w.Serial):
		return fmt.Sprintf("keyboard:bluetooth-%s", w.Serial)
	case w.Serial != "":
		return fmt.Sprintf("keyboard:usb-%s-%s-%s", w.Vendor, w.Product, w.Serial)
	case w.Socket != "":
		return "keyboard:socket-" + w.Socket
	}
	return fmt.Sprintf("keyboard:usb-%s-%s", w.Vendor, w.Product)
}

// isAddress recognises a Bluetooth address such as 00:11:22:aa:bb:cc.
func isAddress(serial string) bool {
	return len(serial) == 17 && strings.Count(serial, ":") == 5
}

// keyboard is one piece of hardware that types, with all the event devices that
// it types on: some scanners have more than one.
type keyboard struct {
	Where
	name     string
	physical string
	nodes    []string // paths, such as /dev/input/event3
}

func (w Where) fits(k keyboard) bool {
	same := func(want, have string) bool { return want == "" || strings.EqualFold(want, have) }
	return w.fitsKind(k) && same(w.Serial, k.Serial) && same(w.Socket, k.Socket)
}

// fitsKind reports whether a keyboard is of the same make.
func (w Where) fitsKind(k keyboard) bool {
	return strings.EqualFold(w.Vendor, k.Vendor) && strings.EqualFold(w.Product, k.Product)
}

// pick returns the one keyboard that is meant.
func (w Where) pick(all []keyboard) (keyboard, error) {
	var found []keyboard
	for _, k := range all {
		if w.fits(k) {
			found = append(found, k)
		}
	}
	switch len(found) {
	case 0:
		return keyboard{}, w.notFound(all)
	case 1:
		return found[0], nil
	}
	var where []string
	for _, k := range found {
		where = append(where, "socket "+k.Socket)
	}
	return keyboard{}, &scanner.Fault{
		State:    scanner.WrongMode,
		Sentence: fmt.Sprintf("Several scanners fit %s: %s. It is not clear which one is meant.", w.Identity(), strings.Join(where, ", ")),
		Remedy:   `Add "serial" or "socket" to its section; "stockhand devices" shows them.`,
	}
}

// notFound tells a scanner that is away from one without a number in another
// socket, which could be it or its neighbour.
func (w Where) notFound(all []keyboard) error {
	for _, k := range all {
		if w.Socket != "" && w.fitsKind(k) && w.Serial == k.Serial {
			return scanner.Elsewhere(w.Socket, k.Socket)
		}
	}
	return scanner.Gone(fmt.Errorf("no keyboard belongs to %s", w.Identity()))
}

// makers are the USB vendor ids of makers of scanners.
var makers = map[string]string{
	"0c2e": "Honeywell", "0536": "Honeywell", "23d0": "Youjie",
	"05e0": "Zebra", "05f9": "Datalogic", "065a": "Opticon", "1eab": "Newland",
}

// likely reports whether something speaks for a scanner and not for a keyboard
// that people type on.
func (k keyboard) likely() bool {
	name := strings.ToLower(k.name)
	for _, word := range []string{"barcode", "bar code", "scanner", "honeywell", "symbol", "datalogic", "zebra", "newland"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return makers[k.Vendor] != ""
}
