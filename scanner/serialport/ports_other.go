//go:build !linux

package serialport

import (
	"context"
	"fmt"
	"strings"

	"go.bug.st/serial"
	"go.bug.st/serial/enumerator"
)

// List asks the system. On Windows that reads the registry and opens nothing.
func (t Tree) List(ctx context.Context) ([]Port, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	names, err := serial.GetPortsList()
	if err != nil {
		return nil, fmt.Errorf("list serial ports: %w", err)
	}
	// Details are an extra: a port that has none is still a port.
	details, _ := enumerator.GetDetailedPortsList()
	known := map[string]*enumerator.PortDetails{}
	for _, d := range details {
		known[d.Name] = d
	}
	wireless := bluetoothPorts()
	ports := make([]Port, len(names))
	for i, name := range names {
		ports[i] = Port{Path: name, wireless: wireless[name]}
		if d := known[name]; d != nil && d.IsUSB {
			ports[i].USB = USB{Vendor: strings.ToLower(d.VID), Product: strings.ToLower(d.PID), Serial: d.SerialNumber}
			ports[i].Manufacturer, ports[i].ProductName = d.Manufacturer, d.Product
		}
	}
	return ports, nil
}

// physical is not known here.
func (t Tree) physical(string) string { return "" }

// usbDevices is not known here without the system's device manager.
func (t Tree) usbDevices() []USB { return nil }
