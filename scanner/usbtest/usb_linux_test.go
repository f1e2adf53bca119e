package usbtest_test

import (
	"os"
	"strconv"
	"testing"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

// size says how many codes each scanner sends, and how often it is unplugged.
func size(t *testing.T) (codes, unplugs int) {
	t.Helper()
	codes, _ = strconv.Atoi(os.Getenv("USBTEST_CODES"))
	unplugs, _ = strconv.Atoi(os.Getenv("USBTEST_UNPLUGS"))
	if codes == 0 {
		t.Skip("starts a virtual machine: make test-usb runs it")
	}
	return codes, unplugs
}

func TestScanners(t *testing.T) {
	codes, unplugs := size(t)
	m := startMachine(t)
	all := []emulated{
		newCable(m, "FTDI"), newACM(t, m, "ACM", 0),
		newTypist(m, "KEYS"), newKeyboard(t, m, "WEDGE", 1),
		newPOS(t, m, usbtest.Gadget{
			Name: "POS", Vendor: 0x1209, Product: 0x8c03, Serial: "POS", Title: "HID POS scanner", Parts: []usbtest.Part{usbtest.HIDPOS},
		}, 2),
		newPOS(t, m, usbtest.Gadget{Name: "UHID", Vendor: 0x1209, Product: 0x8c04, Serial: "UHID", Title: "HID POS scanner without USB"}, 0),
	}
	var sections []map[string]any
	for _, e := range all {
		e.plug(t)
		sections = append(sections, e.section)
	}
	var ids []string
	m.agent.do(t, "start", sections, &ids)
	t.Run("storms", func(t *testing.T) {
		for i, e := range all {
			t.Run(e.name, func(t *testing.T) {
				t.Parallel()
				newStorm(m, e, ids[i]).run(t, codes, unplugs)
			})
		}
	})
	var left usbtest.Leaks
	m.agent.do(t, "stop", nil, &left)
	if len(left.Goroutines)+len(left.Files) > 0 {
		t.Errorf("left behind: files %q, goroutines:\n%s", left.Files, left.Goroutines)
	}
}
