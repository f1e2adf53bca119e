package hidpos

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// windowsParser understands reports as Windows does, by a layout. On Windows
// every report begins with an id, which is 0 where the device has none.
type windowsParser struct {
	*layout
	outputs []capability
}

func (w windowsParser) capabilities(k kind) (found []capability) {
	if k == output {
		return w.outputs
	}
	for id, r := range w.scans {
		add := func(u usage, runs []run, button bool) {
			for _, at := range runs {
				found = append(found, capability{low: u, high: u, report: id, size: at.size, n: at.n, button: button})
			}
		}
		add(usageByteCount, r.count, false)
		for i, u := range []usage{usageAIM1, usageAIM2, usageAIM3} {
			add(u, r.aim[i], false)
		}
		add(usageData, r.data, false)
		for _, f := range r.continued {
			add(usageContinued, []run{f.run}, f.size == 1)
		}
	}
	return found
}

// own takes the id away where the device has none.
func (w windowsParser) own(report []byte) []byte {
	if w.numbered {
		return report
	}
	return report[1:]
}

func (w windowsParser) scanOf(report []byte) *scanReport {
	if !w.numbered {
		return w.scans[0]
	}
	return w.scans[report[0]]
}

func (w windowsParser) value(u usage, report []byte) (uint32, bool) {
	r := w.scanOf(report)
	if r == nil || len(report) != w.longest+len(report)-len(w.own(report)) {
		return 0, false // Windows takes reports of the full length only
	}
	runs := map[usage][]run{usageByteCount: r.count, usageAIM1: r.aim[0], usageAIM2: r.aim[1], usageAIM3: r.aim[2], usageData: r.data}[u]
	if len(runs) == 0 {
		return 0, false
	}
	return uint32(bits(w.own(report), runs[0].at, runs[0].size)), true
}

func (w windowsParser) array(u usage, into, report []byte) bool {
	r := w.scanOf(report)
	if r == nil || u != usageData || len(into) != r.room {
		return false
	}
	return copy(into, r.bytes(w.own(report))) == len(into)
}

func (w windowsParser) pressed(_ uint32, report []byte) (on []usage) {
	for _, f := range w.scanOf(report).continued {
		if f.on(w.own(report)) {
			on = append(on, usageContinued)
		}
	}
	return on
}

func (w windowsParser) blank(k kind, id byte) []byte {
	switch {
	case k == output && w.numbered:
		return []byte{id, 0}
	case k == feature && id == switchReport && w.switchBytes > 0:
		return []byte{id, 0}
	}
	return nil
}

func (w windowsParser) press(u usage, button bool, report []byte) bool {
	f, ok := w.beeps[u]
	if ok && button {
		copy(report, f.output())
	}
	return ok && button
}

// What Windows makes of a report is what we make of it on Linux.
func TestBothWaysToDecodeAgree(t *testing.T) {
	for name, descriptor := range map[string][]byte{"honeywell": honeywell, "zebra": zebra, "clone": clone, "bare": bare} {
		l := mustLayout(t, descriptor)
		p := newParsed(windowsParser{layout: l}, l.longest)
		if !p.isScanner() || p.size() < l.longest {
			t.Fatalf("%s: %+v", name, p)
		}
		rapid.Check(t, func(t *rapid.T) {
			report := rapid.SliceOfN(rapid.Byte(), l.longest, l.longest).Draw(t, "report")
			if l.numbered && rapid.Bool().Draw(t, "numbered") {
				report[0] = 2
			}
			want, wantErr := l.decode(report)
			if !l.numbered {
				report = slices.Insert(report, 0, 0)
			}
			got, err := p.decode(report)
			if !errors.Is(err, wantErr) || err == nil && (got.aim != want.aim || got.more != want.more || !slices.Equal(got.data, want.data)) {
				t.Fatalf("%s: %+v, %v instead of %+v, %v", name, got, err, want, wantErr)
			}
		})
	}
}

func TestWindowsReportsThatAreNoScan(t *testing.T) {
	p := newParsed(windowsParser{layout: mustLayout(t, honeywell)}, 64)
	for want, report := range map[error][]byte{errOther: {}, errBroken: {2, 13, ']'}} {
		if _, err := p.decode(report); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	if newParsed(windowsParser{layout: mustLayout(t, keyboard)}, 8).isScanner() {
		t.Error("a keyboard is taken for a scanner")
	}
}

func TestBeepsAndSwitchOnWindows(t *testing.T) {
	beeps := []capability{
		{low: scannerPage | 0x5f, high: scannerPage | 0x60, report: 4, size: 1, n: 1, button: true},
		{low: usageErrorBeep, high: usageNotOnFile, report: 4, size: 1, n: 1, button: true},
	}
	p := newParsed(windowsParser{layout: mustLayout(t, honeywell), outputs: beeps}, 64)
	if got := p.beep(usageGoodBeep); !slices.Equal(got, []byte{4, 1 << 3}) {
		t.Errorf("% x", got)
	}
	if on, off := p.modeReport(true), p.modeReport(false); !slices.Equal(on, []byte{0xfe, 1}) || !slices.Equal(off, []byte{0xfe, 0}) {
		t.Errorf("% x, % x", on, off)
	}
	silent := newParsed(windowsParser{layout: mustLayout(t, zebra)}, 64)
	if got, mode := silent.beep(usageGoodBeep), silent.modeReport(true); got != nil || mode != nil {
		t.Errorf("% x, % x", got, mode)
	}
}

func TestInstanceIDs(t *testing.T) {
	const path = `\\?\hid#vid_0c2e&pid_1007&mi_00#7&18b4d1ce&0&0000#{4d1e55b2-f16f-11cf-88cb-001111000030}`
	const own = `HID\VID_0C2E&PID_1007&MI_00\7&18B4D1CE&0&0000`
	if got := instanceID(path); got != own {
		t.Fatal(got)
	}
	if n := interfaceNumber(own); n != 0 {
		t.Errorf("interface %d", n)
	}
	if n := interfaceNumber(`HID\VID_05E0&PID_2100\6&6117359&0&0000`); n != -1 {
		t.Errorf("interface %d where there is one only", n)
	}
	parents := map[string]string{
		own: `USB\VID_0C2E&PID_1007&MI_00\6&2a3b&0&0000`,
		`USB\VID_0C2E&PID_1007&MI_00\6&2A3B&0&0000`:        `USB\VID_0C2E&PID_1007\19A2`,
		`HID\{00001124-0000-1000-8000-00805F9B34FB}\8&1&2`: `BTHENUM\{00001124}\8&1`,
	}
	parent := func(id string) (string, bool) { up, ok := parents[id]; return up, ok }
	usb := usbDevice(own, parent)
	if socket, serial := socketOrSerial(usb); usb != `USB\VID_0C2E&PID_1007\19A2` || socket != "" || serial != "19A2" {
		t.Errorf("%s, socket %q, serial %q", usb, socket, serial)
	}
	if socket, serial := socketOrSerial(`USB\VID_05E0&PID_2100\5&1F2E&0&3`); socket != "5&1F2E&0&3" || serial != "" {
		t.Errorf("socket %q, serial %q", socket, serial)
	}
	if got := usbDevice(`HID\{00001124-0000-1000-8000-00805F9B34FB}\8&1&2`, parent); got != "" {
		t.Errorf("a Bluetooth device is the USB device %q", got)
	}
	if got := usbDevice(own, func(id string) (string, bool) { return id, true }); got != "" {
		t.Errorf("a device that is its own parent is %q", got)
	}
}
