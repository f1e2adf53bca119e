package usbtest_test

import (
	"os"
	"strconv"
	"testing"
	"time"
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

// One machine serves all tests, since starting it takes longer than most of them.
func TestEmulatedScanners(t *testing.T) {
	codes, unplugs := size(t)
	m := startMachine(t)
	all := everyKind(t, m)
	for _, promise := range []struct {
		name  string
		check func(*testing.T)
	}{
		{"codes arrive whole, in order and once, however often the scanner is unplugged", func(t *testing.T) { storms(t, m, all, codes, unplugs) }},
		{"a scanner unplugged while it is opened comes back", func(t *testing.T) { openings(t, m, all, max(3, unplugs)) }},
		{"a scanner without a number is known by its socket", func(t *testing.T) { socket(t, m) }},
		{"what is not paired yet is heard and not taken", func(t *testing.T) { hearings(t, m) }},
		{"what two interfaces of one scanner deliver is marked", func(t *testing.T) { twins(t, m) }},
		{"a scanner that is ours types nowhere else, and no other keyboard is touched", func(t *testing.T) { console(t, m) }},
		{"a second program is told that the scanner is taken, and gets it afterwards", func(t *testing.T) { second(t, m) }},
		{"a scanner beeps for what became of its scan", func(t *testing.T) { beeps(t, m) }},
		{"what a computer is too slow for is told or waits", func(t *testing.T) { slow(t, m) }},
		{"without our rule the system echoes to a scanner", func(t *testing.T) { echoes(t, m) }},
		{"our rules give the service its rights and keep the echo off", func(t *testing.T) { rules(t, m, all) }},
	} {
		if !t.Run(promise.name, promise.check) && m.isDead() {
			return
		}
	}
}

// everyKind returns one scanner of each kind.
func everyKind(t *testing.T, m *machine) []emulated {
	t.Helper()
	return []emulated{
		newCable(m, "FTDI"),
		newTypist(m, "KEYS"),
		newACM(t, m, "ACM", 0),
		newKeyboard(t, m, "WEDGE", 1),
		newPOS(t, m, posGadget("POS"), 2),
		newPOS(t, m, uhidScanner("UHID"), 0),
	}
}

// pluggedIn plugs scanners in for the time of a test. It returns the guest's time
// just before the last one.
func pluggedIn(t *testing.T, all ...emulated) (at time.Duration) {
	t.Helper()
	for _, e := range all {
		at = e.plug(t)
		t.Cleanup(func() { e.unplug(t) })
	}
	return at
}

func sections(all ...emulated) []map[string]any {
	var s []map[string]any
	for _, e := range all {
		s = append(s, e.section)
	}
	return s
}

func storms(t *testing.T, m *machine, all []emulated, codes, unplugs int) {
	pluggedIn(t, all...)
	watches := m.agent.start(t, sections(all...)...)
	t.Run("all at once", func(t *testing.T) {
		for i, e := range all {
			t.Run(e.name, func(t *testing.T) {
				t.Parallel()
				newStorm(e, watches[i]).run(t, codes/max(1, e.slower), unplugs)
			})
		}
	})
}
