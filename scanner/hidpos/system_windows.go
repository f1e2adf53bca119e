package hidpos

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/stockhand/stockhand/scanner"
)

var (
	cfgmgrDLL = windows.NewLazySystemDLL("cfgmgr32.dll")

	procLocateDevNode = cfgmgrDLL.NewProc("CM_Locate_DevNodeW")
	procGetParent     = cfgmgrDLL.NewProc("CM_Get_Parent")
	procGetDeviceID   = cfgmgrDLL.NewProc("CM_Get_Device_IDW")

	hidInterfaces = windows.GUID{
		Data1: 0x4d1e55b2, Data2: 0xf16f, Data3: 0x11cf,
		Data4: [8]byte{0x88, 0xcb, 0x00, 0x11, 0x11, 0x00, 0x00, 0x30},
	}
)

// hidSystem is Windows.
type hidSystem struct{}

var thisSystem system = hidSystem{}

// list asks the configuration manager for the HID interfaces and each of them
// what it is, by a handle that can neither read nor write.
func (hidSystem) list(ctx context.Context) ([]hidDevice, error) {
	if err := hidDLL.Load(); err != nil {
		return nil, fmt.Errorf("list HID devices: %w", err)
	}
	paths, err := windows.CM_Get_Device_Interface_List("", &hidInterfaces, windows.CM_GET_DEVICE_INTERFACE_LIST_PRESENT)
	if err != nil && err != error(windows.ERROR_NO_SUCH_DEVICE_INTERFACE) {
		return nil, managerError(err)
	}
	var found []hidDevice
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if d, ok := describeHID(path); ok {
			found = append(found, d)
		}
	}
	return found, nil
}

// managerError does not wrap an error of the configuration manager: to print or
// compare one, a function is called that Wine does not have.
func managerError(err error) error {
	if code, ok := err.(windows.CONFIGRET); ok {
		return fmt.Errorf("list HID devices: error %#x of the configuration manager", uint32(code))
	}
	return fmt.Errorf("list HID devices: %w", err)
}

// describeHID returns false for what may not be asked or has gone meanwhile.
func describeHID(path string) (d hidDevice, ok bool) {
	h, err := openPath(path, 0, 0)
	if err != nil {
		return d, false
	}
	defer windows.CloseHandle(h)
	a, err := attributesOf(h)
	if err != nil {
		return d, false
	}
	id := instanceID(path)
	usb := usbDevice(id, parentOf)
	d = hidDevice{
		Vendor: fmt.Sprintf("%04x", a.vendor), Product: fmt.Sprintf("%04x", a.product),
		Interface: interfaceNumber(id), path: id, handle: path,
		name: strings.TrimSpace(text(procGetProduct, h)), physical: usb,
	}
	d.Socket, d.Serial = socketOrSerial(usb)
	if serial := strings.TrimSpace(text(procGetSerialNumber, h)); serial != "" {
		d.Serial = serial
	}
	p, err := newPreparsed(h)
	if err != nil {
		d.err = err
		return d, true
	}
	defer p.free()
	d.isScanner = newParsed(p, int(p.caps.inputBytes)).isScanner()
	return d, true
}

func (hidSystem) open(d hidDevice) (node, error) {
	h, err := openPath(d.handle.(string), windows.GENERIC_READ|windows.GENERIC_WRITE, windows.FILE_FLAG_OVERLAPPED)
	if err != nil {
		return nil, explain(d, err)
	}
	n, err := overlap(h)
	if err != nil {
		windows.CloseHandle(h)
		return nil, explain(d, err)
	}
	return n, nil
}

// inputBuffers is how many reports Windows keeps for this program: the most it
// allows.
const inputBuffers = 512

func overlap(h windows.Handle) (*overlapped, error) {
	p, err := newPreparsed(h)
	if err != nil {
		return nil, err
	}
	// With fewer it would work too, as long as this program is not slow.
	_, _, _ = procSetNumInputBuffers.Call(uintptr(h), inputBuffers)
	o, err := newOverlapped(h, p, p.free)
	if err != nil {
		p.free()
	}
	return o, err
}

func openPath(path string, access, flags uint32) (windows.Handle, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	return windows.CreateFile(name, access, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE,
		nil, windows.OPEN_EXISTING, flags, 0)
}

// explain turns an error of opening a scanner into a fault with a sentence and a
// remedy.
func explain(d hidDevice, err error) error {
	cause := fmt.Errorf("open %s: %w", d.path, err)
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		return &scanner.Fault{
			State:    scanner.Busy,
			Sentence: "Another program has claimed the scanner for itself.",
			Remedy:   "Close that program, or leave the scanner to it and count with another one.",
			Err:      cause,
		}
	}
	return scanner.Gone(cause)
}

// parentOf returns the instance id of the device above another one.
func parentOf(id string) (string, bool) {
	name, err := windows.UTF16PtrFromString(id)
	if err != nil {
		return "", false
	}
	var node, up uint32
	if r, _, _ := procLocateDevNode.Call(uintptr(unsafe.Pointer(&node)), uintptr(unsafe.Pointer(name)), 0); r != 0 {
		return "", false
	}
	if r, _, _ := procGetParent.Call(uintptr(unsafe.Pointer(&up)), uintptr(node), 0); r != 0 {
		return "", false
	}
	var buf [201]uint16 // MAX_DEVICE_ID_LEN and its end
	if r, _, _ := procGetDeviceID.Call(uintptr(up), uintptr(unsafe.Pointer(&buf[0])), uintptr(len(buf)), 0); r != 0 {
		return "", false
	}
	return windows.UTF16ToString(buf[:]), true
}
