//go:build !linux && !windows

package serialport

// bluetoothPorts are not known here.
func bluetoothPorts() map[string]bool { return nil }
