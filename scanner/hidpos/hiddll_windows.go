package hidpos

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	hidDLL = windows.NewLazySystemDLL("hid.dll")

	procGetPreparsedData   = hidDLL.NewProc("HidD_GetPreparsedData")
	procFreePreparsedData  = hidDLL.NewProc("HidD_FreePreparsedData")
	procGetAttributes      = hidDLL.NewProc("HidD_GetAttributes")
	procGetSerialNumber    = hidDLL.NewProc("HidD_GetSerialNumberString")
	procGetProduct         = hidDLL.NewProc("HidD_GetProductString")
	procSetFeature         = hidDLL.NewProc("HidD_SetFeature")
	procSetNumInputBuffers = hidDLL.NewProc("HidD_SetNumInputBuffers")

	procGetCaps          = hidDLL.NewProc("HidP_GetCaps")
	procGetValueCaps     = hidDLL.NewProc("HidP_GetValueCaps")
	procGetButtonCaps    = hidDLL.NewProc("HidP_GetButtonCaps")
	procGetUsageValue    = hidDLL.NewProc("HidP_GetUsageValue")
	procGetValueArray    = hidDLL.NewProc("HidP_GetUsageValueArray")
	procGetUsages        = hidDLL.NewProc("HidP_GetUsages")
	procMaxUsages        = hidDLL.NewProc("HidP_MaxUsageListLength")
	procInitializeReport = hidDLL.NewProc("HidP_InitializeReportForID")
	procSetUsages        = hidDLL.NewProc("HidP_SetUsages")
	procSetUsageValue    = hidDLL.NewProc("HidP_SetUsageValue")
)

// statusSuccess is HIDP_STATUS_SUCCESS.
const statusSuccess = 0x0011_0000

// deviceCaps is HIDP_CAPS.
type deviceCaps struct {
	usage, page                                uint16
	inputBytes, outputBytes, featureBytes      uint16
	_                                          [17]uint16
	nodes                                      uint16
	inputButtons, inputValues, inputData       uint16
	outputButtons, outputValues, outputData    uint16
	featureButtons, featureValues, featureData uint16
}

// fieldCaps is HIDP_VALUE_CAPS and HIDP_BUTTON_CAPS, which have the same length
// and differ in the middle.
type fieldCaps struct {
	page                uint16
	report              byte
	alias               byte
	_                   [4]uint16 // bits, collection and its usage
	isRange             byte
	_                   [5]byte
	valueSize, valueN   uint16     // of values only
	_                   [17]uint16 // units and limits
	usageLow, usageHigh uint16     // high only in a range
	_                   [6]uint16
}

// The lengths that hid.dll expects.
var (
	_ [64]byte = [unsafe.Sizeof(deviceCaps{})]byte{}
	_ [72]byte = [unsafe.Sizeof(fieldCaps{})]byte{}
	_ [56]byte = [unsafe.Offsetof(fieldCaps{}.usageLow)]byte{}
	_ [18]byte = [unsafe.Offsetof(fieldCaps{}.valueSize)]byte{}
)

// attributes is HIDD_ATTRIBUTES.
type attributes struct {
	size                     uint32
	vendor, product, version uint16
}

// preparsed is what hid.dll made of a report descriptor. It is used by one
// goroutine at a time, but for press and blank, which only read it.
type preparsed struct {
	data uintptr
	caps deviceCaps
}

func newPreparsed(h windows.Handle) (*preparsed, error) {
	p := &preparsed{}
	if r, _, err := procGetPreparsedData.Call(uintptr(h), uintptr(unsafe.Pointer(&p.data))); byte(r) == 0 {
		return nil, err
	}
	if !p.getCaps() {
		p.free()
		return nil, errDescriptor
	}
	return p, nil
}

func (p *preparsed) getCaps() bool {
	r, _, _ := procGetCaps.Call(p.data, uintptr(unsafe.Pointer(&p.caps)))
	return uint32(r) == statusSuccess
}

func (p *preparsed) free() { _, _, _ = procFreePreparsedData.Call(p.data) }

func (p *preparsed) capabilities(k kind) []capability {
	var values, buttons uint16
	switch k {
	case input:
		values, buttons = p.caps.inputValues, p.caps.inputButtons
	case output:
		values, buttons = p.caps.outputValues, p.caps.outputButtons
	case feature:
		values, buttons = p.caps.featureValues, p.caps.featureButtons
	}
	return append(p.list(procGetValueCaps, k, values, false), p.list(procGetButtonCaps, k, buttons, true)...)
}

func (p *preparsed) list(proc *windows.LazyProc, k kind, n uint16, button bool) []capability {
	if n == 0 {
		return nil
	}
	raw := make([]fieldCaps, n)
	r, _, _ := proc.Call(uintptr(k), uintptr(unsafe.Pointer(&raw[0])), uintptr(unsafe.Pointer(&n)), p.data)
	if uint32(r) != statusSuccess {
		return nil
	}
	var found []capability
	for _, f := range raw[:min(int(n), len(raw))] {
		page := usage(f.page) << 16
		c := capability{low: page | usage(f.usageLow), report: f.report, size: 1, n: 1, button: button}
		c.high = c.low
		if f.isRange != 0 {
			c.high = page | usage(f.usageHigh)
		}
		if !button {
			c.size, c.n = int(f.valueSize), int(f.valueN)
		}
		found = append(found, c)
	}
	return found
}

func (p *preparsed) value(u usage, report []byte) (uint32, bool) {
	var v uint32
	r, _, _ := procGetUsageValue.Call(uintptr(input), uintptr(u.page()), 0, uintptr(u&0xffff),
		uintptr(unsafe.Pointer(&v)), p.data, uintptr(unsafe.Pointer(&report[0])), uintptr(len(report)))
	return v, uint32(r) == statusSuccess
}

func (p *preparsed) array(u usage, into, report []byte) bool {
	r, _, _ := procGetValueArray.Call(uintptr(input), uintptr(u.page()), 0, uintptr(u&0xffff),
		uintptr(unsafe.Pointer(&into[0])), uintptr(len(into)), p.data,
		uintptr(unsafe.Pointer(&report[0])), uintptr(len(report)))
	return uint32(r) == statusSuccess
}

func (p *preparsed) pressed(page uint32, report []byte) []usage {
	most, _, _ := procMaxUsages.Call(uintptr(input), uintptr(page), p.data)
	n := uint32(most)
	if n == 0 {
		return nil
	}
	raw := make([]uint16, n)
	r, _, _ := procGetUsages.Call(uintptr(input), uintptr(page), 0, uintptr(unsafe.Pointer(&raw[0])),
		uintptr(unsafe.Pointer(&n)), p.data, uintptr(unsafe.Pointer(&report[0])), uintptr(len(report)))
	if uint32(r) != statusSuccess {
		return nil
	}
	var found []usage
	for _, u := range raw[:min(int(n), len(raw))] {
		found = append(found, usage(page)<<16|usage(u))
	}
	return found
}

func (p *preparsed) blank(k kind, id byte) []byte {
	length := p.caps.outputBytes
	if k == feature {
		length = p.caps.featureBytes
	}
	if length == 0 {
		return nil
	}
	report := make([]byte, length)
	r, _, _ := procInitializeReport.Call(uintptr(k), uintptr(id), p.data, uintptr(unsafe.Pointer(&report[0])), uintptr(length))
	if uint32(r) != statusSuccess {
		return nil
	}
	return report
}

func (p *preparsed) press(u usage, button bool, report []byte) bool {
	at, length := uintptr(unsafe.Pointer(&report[0])), uintptr(len(report))
	if !button {
		r, _, _ := procSetUsageValue.Call(uintptr(output), uintptr(u.page()), 0, uintptr(u&0xffff), 1, p.data, at, length)
		return uint32(r) == statusSuccess
	}
	list, n := [1]uint16{uint16(u)}, uint32(1)
	r, _, _ := procSetUsages.Call(uintptr(output), uintptr(u.page()), 0, uintptr(unsafe.Pointer(&list[0])),
		uintptr(unsafe.Pointer(&n)), p.data, at, length)
	return uint32(r) == statusSuccess
}

// attributesOf returns the vendor and product id.
func attributesOf(h windows.Handle) (attributes, error) {
	a := attributes{size: uint32(unsafe.Sizeof(attributes{}))}
	if r, _, err := procGetAttributes.Call(uintptr(h), uintptr(unsafe.Pointer(&a))); byte(r) == 0 {
		return a, err
	}
	return a, nil
}

// text returns a string of the device, "" if it has none.
func text(proc *windows.LazyProc, h windows.Handle) string {
	var buf [127]uint16 // the longest that USB allows
	if r, _, _ := proc.Call(uintptr(h), uintptr(unsafe.Pointer(&buf[0])), unsafe.Sizeof(buf)); byte(r) == 0 {
		return ""
	}
	return windows.UTF16ToString(buf[:])
}
