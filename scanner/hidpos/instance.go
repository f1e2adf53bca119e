package hidpos

import "strings"

// instanceID makes the instance id of a device of the path of its interface:
// `\\?\hid#vid_0c2e&pid_1007&mi_00#7&18b4d1ce&0&0000#{...}` belongs to
// `HID\VID_0C2E&PID_1007&MI_00\7&18B4D1CE&0&0000`.
func instanceID(path string) string {
	id := strings.TrimPrefix(path, `\\?\`)
	if end := strings.LastIndex(id, "#{"); end >= 0 {
		id = id[:end]
	}
	return strings.ToUpper(strings.ReplaceAll(id, "#", `\`))
}

// usbDevice climbs from a HID device to the USB device it is part of: past its
// interface, which bears "&MI_", where the device has several. It returns "" if
// there is none.
func usbDevice(id string, parent func(id string) (string, bool)) string {
	const farEnough = 8
	for range farEnough {
		up, ok := parent(id)
		if !ok {
			return ""
		}
		id = strings.ToUpper(up)
		if strings.HasPrefix(id, `USB\`) && !strings.Contains(id, "&MI_") {
			return id
		}
	}
	return ""
}

// socketOrSerial splits the last part of a USB device's instance id: Windows
// puts the serial number there, or makes up something with "&" that depends on
// the socket.
func socketOrSerial(id string) (socket, serial string) {
	last := id[strings.LastIndex(id, `\`)+1:]
	if strings.Contains(last, "&") {
		return last, ""
	}
	return "", last
}

// interfaceNumber returns the number after "&MI_" in a HID device's instance id,
// -1 if the device has one interface only.
func interfaceNumber(id string) int {
	_, rest, ok := strings.Cut(strings.ToUpper(id), "&MI_")
	if !ok || len(rest) < 2 {
		return -1
	}
	n := 0
	for _, c := range []byte(rest[:2]) {
		digit := strings.IndexByte("0123456789ABCDEF", c)
		if digit < 0 {
			return -1
		}
		n = 16*n + digit
	}
	return n
}
