package serialport

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// List reads the ports from /sys/class/tty. A tty without a device behind it is
// a console or a pty; a ttyS of type 0 is a place on the board without a port.
func (t Tree) List(ctx context.Context) ([]Port, error) {
	class := filepath.Join(t.Sys, "class", "tty")
	ttys, err := os.ReadDir(class)
	if err != nil {
		return nil, fmt.Errorf("list serial ports: %w", err)
	}
	links := t.byID()
	var ports []Port
	for _, tty := range ttys {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		name := tty.Name()
		device, err := filepath.EvalSymlinks(filepath.Join(class, name, "device"))
		if err != nil || strings.HasPrefix(name, "ttyS") && attribute(filepath.Join(class, name), "type") == "0" {
			continue
		}
		p := Port{Path: t.dev(name), ByID: links[name], driver: driverOf(device), wireless: strings.HasPrefix(name, "rfcomm")}
		if usb := t.usbAbove(device); usb != "" {
			p.USB = usbOf(usb)
			p.Manufacturer, p.ProductName = attribute(usb, "manufacturer"), attribute(usb, "product")
		}
		ports = append(ports, p)
	}
	return ports, nil
}

// driverOf names the part of the kernel that drives a device.
func driverOf(device string) string {
	target, err := os.Readlink(filepath.Join(device, "driver"))
	if err != nil {
		return ""
	}
	return filepath.Base(target)
}

// physical is the USB device that a port belongs to, see scanner.Candidate.
func (t Tree) physical(path string) string {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return ""
	}
	device, err := filepath.EvalSymlinks(filepath.Join(t.Sys, "class", "tty", filepath.Base(real), "device"))
	if err != nil {
		return ""
	}
	usb := t.usbAbove(device)
	if usb == "" {
		return ""
	}
	return filepath.Base(usb)
}

// byID maps tty names to the links that udev made for them.
func (t Tree) byID() map[string]string {
	folder := t.dev("serial/by-id")
	entries, _ := os.ReadDir(folder) // without udev there is none
	links := map[string]string{}
	for _, e := range entries {
		link := filepath.Join(folder, e.Name())
		if target, err := os.Readlink(link); err == nil {
			links[filepath.Base(target)] = link
		}
	}
	return links
}

// usbAbove climbs from a device to the USB device it is part of.
func (t Tree) usbAbove(device string) string {
	root, err := filepath.EvalSymlinks(t.Sys)
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

func (t Tree) usbDevices() []USB {
	folder := filepath.Join(t.Sys, "bus", "usb", "devices")
	entries, _ := os.ReadDir(folder) // a computer may have no USB
	var found []USB
	for _, e := range entries {
		if d := filepath.Join(folder, e.Name()); attribute(d, "idVendor") != "" && attribute(d, "bDeviceClass") != hub {
			found = append(found, usbOf(d))
		}
	}
	return found
}

func usbOf(folder string) USB {
	return USB{
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
