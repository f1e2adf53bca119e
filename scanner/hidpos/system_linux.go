package hidpos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner"
)

// tree is where the system describes its devices; tests give it a folder of
// their own, and nodes that they play.
type tree struct {
	sys, dev string
	openNode func(path string) (rawNode, error)
}

var thisSystem system = tree{sys: "/sys", dev: "/dev", openNode: openHidraw}

// list reads /sys/class/hidraw, which shows the report descriptors without
// opening a device. USB devices without HID are listed too: one of them may be
// the scanner in another mode, or only just plugged in.
func (t tree) list(ctx context.Context) ([]hidDevice, error) {
	class := filepath.Join(t.sys, "class", "hidraw")
	nodes, err := os.ReadDir(class)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list HID devices: %w", err)
	}
	var found []hidDevice
	for _, n := range nodes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		folder, err := filepath.EvalSymlinks(filepath.Join(class, n.Name(), "device"))
		if err == nil { // it may be gone already
			found = append(found, t.describe(n.Name(), folder))
		}
	}
	return append(found, t.bareUSB(found)...), nil
}

// describe reads what the system knows of one hidraw device.
func (t tree) describe(name, folder string) hidDevice {
	event := uevent(folder)
	d := hidDevice{path: filepath.Join(t.dev, name), name: event["HID_NAME"], Serial: event["HID_UNIQ"], Interface: -1}
	d.Vendor, d.Product = hidID(event["HID_ID"])
	if usb := t.above(folder, "idVendor"); usb != "" {
		d.Serial, d.Socket, d.physical = attribute(usb, "serial"), filepath.Base(usb), filepath.Base(usb)
		if i, err := strconv.ParseInt(attribute(t.above(folder, "bInterfaceNumber"), "bInterfaceNumber"), 16, 16); err == nil {
			d.Interface = int(i)
		}
	}
	descriptor, err := os.ReadFile(filepath.Join(folder, "report_descriptor"))
	if err != nil {
		d.err = err
		return d
	}
	l, err := layoutOf(descriptor)
	d.isScanner, d.err = err == nil && l.isScanner(), err
	d.handle = hidrawHandle{folder: folder, layout: l, noRule: !bytes.HasPrefix(descriptor, ruled)}
	if d.isScanner && errors.Is(unix.Access(d.path, unix.R_OK|unix.W_OK), unix.EACCES) {
		d.err = explain(d, unix.EACCES)
	}
	return d
}

// hidrawHandle is what is known of a hidraw device beside its name.
type hidrawHandle struct {
	folder string // of this device as long as it is plugged in
	layout *layout
	noRule bool // the udev rule for scanners does not know it
}

// ruled is how the descriptors begin that the udev rule for scanners knows.
var ruled = []byte{0x05, 0x8c}

// hidID takes the vendor and product id out of "0003:00000C2E:00000B61".
func hidID(id string) (vendor, product string) {
	parts := strings.Split(strings.ToLower(id), ":")
	if len(parts) != 3 || len(parts[1]) < 4 || len(parts[2]) < 4 {
		return "", ""
	}
	return parts[1][len(parts[1])-4:], parts[2][len(parts[2])-4:]
}

// above climbs from a device to the one above it that has an attribute.
func (t tree) above(device, name string) string {
	root, err := filepath.EvalSymlinks(t.sys)
	if err != nil {
		return ""
	}
	for d := device; strings.HasPrefix(d, root) && d != root; d = filepath.Dir(d) {
		if attribute(d, name) != "" {
			return d
		}
	}
	return ""
}

// hub is the class of a USB hub, which is no scanner. While a hub asks what was
// plugged into one of its sockets, for minutes if that is broken, who reads its
// number waits.
const hub = "09"

func (t tree) bareUSB(known []hidDevice) []hidDevice {
	folder := filepath.Join(t.sys, "bus", "usb", "devices")
	entries, _ := os.ReadDir(folder) // a computer may have no USB
	var found []hidDevice
	for _, e := range entries {
		d := filepath.Join(folder, e.Name())
		vendor := attribute(d, "idVendor")
		if vendor != "" && attribute(d, "bDeviceClass") != hub && !slices.ContainsFunc(known, func(k hidDevice) bool { return k.Socket == e.Name() }) {
			found = append(found, hidDevice{
				Vendor: strings.ToLower(vendor), Product: strings.ToLower(attribute(d, "idProduct")),
				Serial: attribute(d, "serial"), Socket: e.Name(), Interface: -1,
				path: "the USB device in socket " + e.Name(), physical: e.Name(), bare: true,
			})
		}
	}
	return found
}

// open opens a device that was listed, unless another one has its name by now.
func (t tree) open(d hidDevice) (node, error) {
	raw, err := t.openNode(d.path)
	if err != nil {
		return nil, explain(d, err)
	}
	known := d.handle.(hidrawHandle)
	folder, err := filepath.EvalSymlinks(filepath.Join(t.sys, "class", "hidraw", filepath.Base(d.path), "device"))
	if err != nil || folder != known.folder {
		raw.Close()
		return nil, scanner.Gone(fmt.Errorf("open %s: it is another device now", d.path))
	}
	return newHidraw(raw, known.layout), nil
}

func uevent(folder string) map[string]string {
	values := map[string]string{}
	for line := range strings.SplitSeq(attribute(folder, "uevent"), "\n") {
		if key, value, ok := strings.Cut(line, "="); ok {
			values[key] = strings.TrimSpace(value)
		}
	}
	return values
}

func attribute(folder, name string) string {
	if folder == "" {
		return ""
	}
	b, _ := os.ReadFile(filepath.Join(folder, name)) // absent and empty mean the same
	return strings.TrimSpace(string(b))
}
