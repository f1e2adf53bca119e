package serialport

import (
	"strings"

	winreg "golang.org/x/sys/windows/registry"
)

// bluetoothPorts are the ports that lead to a device by Bluetooth. Opening one
// calls the device, which takes seconds if it is not there.
func bluetoothPorts() map[string]bool {
	key, err := winreg.OpenKey(winreg.LOCAL_MACHINE, `HARDWARE\DEVICEMAP\SERIALCOMM`, winreg.QUERY_VALUE)
	if err != nil {
		return nil // then there are no ports
	}
	defer key.Close()
	names, _ := key.ReadValueNames(-1)
	found := map[string]bool{}
	for _, name := range names {
		port, _, err := key.GetStringValue(name)
		if err == nil && strings.Contains(strings.ToLower(name), "bthmodem") {
			found[port] = true
		}
	}
	return found
}
