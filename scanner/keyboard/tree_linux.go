package keyboard

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// system is where Linux describes its devices and has their files. Tests give it
// folders and a control of their own.
type system struct {
	sys, dev string
	control  control
}

var theSystem = system{sys: "/sys", dev: "/dev/input", control: kernel{}}

const (
	busUSB       = "0003"
	busBluetooth = "0005"
	buttonLeft   = 0x110 // of a mouse
)

// keyboards lists the USB and Bluetooth devices that have the keys of a scanner.
// It reads /sys and opens nothing. The keyboard of a laptop and what programs
// simulate are none of them.
func (s system) keyboards(ctx context.Context) ([]keyboard, error) {
	class := filepath.Join(s.sys, "class", "input")
	entries, err := os.ReadDir(class)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list keyboards: %w", err)
	}
	var all []keyboard
	index := map[Where]int{}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		k, ok := s.keyboardOf(class, e.Name())
		if !ok {
			continue
		}
		if i, known := index[k.Where]; known {
			all[i].nodes = append(all[i].nodes, k.nodes...)
			continue
		}
		index[k.Where] = len(all)
		all = append(all, k)
	}
	return all, nil
}

func (s system) keyboardOf(class, event string) (keyboard, bool) {
	if !strings.HasPrefix(event, "event") {
		return keyboard{}, false
	}
	input, err := filepath.EvalSymlinks(filepath.Join(class, event, "device"))
	if err != nil || !canScan(attribute(input, "capabilities/key")) {
		return keyboard{}, false
	}
	k := keyboard{name: attribute(input, "name"), nodes: []string{filepath.Join(s.dev, event)}}
	switch attribute(input, "id/bustype") {
	case busUSB:
		usb := s.usbAbove(input)
		if usb == "" {
			return keyboard{}, false // made by a program
		}
		k.Where, k.physical = usbOf(usb), filepath.Base(usb)
	case busBluetooth:
		k.Where = Where{
			Vendor: attribute(input, "id/vendor"), Product: attribute(input, "id/product"),
			Serial: attribute(input, "uniq"),
		}
		k.physical = k.Serial
	default:
		return keyboard{}, false
	}
	return k, k.check() == nil
}

// canScan reports whether a device has the keys that every scanner needs and no
// buttons of a mouse.
func canScan(capabilities string) bool {
	words := strings.Fields(capabilities)
	has := func(code int) bool {
		i := len(words) - 1 - code/bits.UintSize
		if i < 0 {
			return false
		}
		word, err := strconv.ParseUint(words[i], 16, bits.UintSize)
		return err == nil && word&(1<<(code%bits.UintSize)) != 0
	}
	return has(keyEnter) && has(key1) && has(keyA) && !has(buttonLeft)
}

// usbAbove climbs from a device to the USB device it is part of.
func (s system) usbAbove(device string) string {
	root, err := filepath.EvalSymlinks(s.sys)
	if err != nil {
		return ""
	}
	for d := device; strings.HasPrefix(d, root) && d != root; d = filepath.Dir(d) {
		if attribute(d, "idVendor") != "" {
			return d
		}
	}
	return ""
}

// hub is the class of a USB hub, which is no scanner. While a hub asks what was
// plugged into one of its sockets, for minutes if that is broken, who reads its
// number waits.
const hub = "09"

// bare finds the scanner as a USB device that is no keyboard: it is not ready yet,
// or it was set up as something else.
func (s system) bare(w Where) (usb Where, found bool) {
	folder := filepath.Join(s.sys, "bus", "usb", "devices")
	entries, _ := os.ReadDir(folder) // a computer may have no USB
	for _, e := range entries {
		device := filepath.Join(folder, e.Name())
		if attribute(device, "bDeviceClass") == hub {
			continue
		}
		u := usbOf(device)
		sameOne := w.Serial != "" && u.Serial == w.Serial ||
			w.Serial == "" && u.Product == w.Product && (w.Socket == "" || w.Socket == u.Socket)
		if u.Vendor == w.Vendor && sameOne {
			return u, true
		}
	}
	return Where{}, false
}

func usbOf(folder string) Where {
	return Where{
		Vendor:  strings.ToLower(attribute(folder, "idVendor")),
		Product: strings.ToLower(attribute(folder, "idProduct")),
		Serial:  attribute(folder, "serial"),
		Socket:  filepath.Base(folder),
	}
}

func attribute(folder, name string) string {
	b, _ := os.ReadFile(filepath.Join(folder, name)) // absent and empty mean the same
	return strings.TrimSpace(string(b))
}
