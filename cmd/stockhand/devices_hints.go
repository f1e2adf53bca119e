package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/scanner"
)

// hints are what to do next, for somebody who has never set up a scanner.
func hints(l deviceList, rights []string) []string {
	var all []string
	all = append(all, sameScanner(l.Devices)...)
	likely := slices.ContainsFunc(l.Devices, func(d foundDevice) bool { return d.Likely })
	working := slices.ContainsFunc(l.Devices, func(d foundDevice) bool { return d.State == string(scanner.Reading) })
	waiting := slices.ContainsFunc(l.Devices, func(d foundDevice) bool { return d.State == notSetUp })
	switch {
	case working:
	case len(l.Devices) == 0:
		all = append(all, "No scanner is plugged in, as far as this computer can tell.", firstSteps())
	case !likely:
		all = append(all, "None of these says that it is a scanner. One of them may be one all the same: a scanner can look like a keyboard or a cable.", firstSteps())
	}
	if !working {
		all = append(all, rights...)
	}
	if waiting {
		all = append(all, next(l.Running))
	}
	return all
}

// sameScanner says which devices are interfaces of one scanner. Read by both, each
// scan comes twice.
func sameScanner(devices []foundDevice) (all []string) {
	of := map[string][]string{}
	for _, d := range devices {
		if d.Hardware != "" {
			of[d.Hardware] = append(of[d.Hardware], d.Device)
		}
	}
	for _, hardware := range slices.Sorted(maps.Keys(of)) {
		if ids := of[hardware]; len(ids) > 1 {
			all = append(all, fmt.Sprintf("%s are one piece of hardware (USB %s): set up one of them only.", strings.Join(ids, " and "), hardware))
		}
	}
	return all
}

// firstSteps teaches what a scanner needs before a computer can see it.
func firstSteps() string {
	return strings.TrimSpace(`
1. Plug the scanner in; of a cordless one, its cradle or its dongle. It beeps or
   lights up when it has power. If not, try another socket, without a hub.
   Then look again: stockhand devices

2. Tell it how to talk: scan one of these setup codes in its manual or quick-start
   sheet.

   HID POS      best: also says what kind of code it read, and can beep for you.
                Honeywell "USB HID Bar Code Scanner" (interface 131), Zebra and
                Datalogic "USB HID POS" or "HID POS", under USB interface or device type
   USB serial   as good: Honeywell "USB Serial" (interface 130), others "virtual COM",
                "CDC", "USB-COM"
   keyboard     how most of them come; Honeywell interface 124. ` + keyboardWords + `
   A scanner that is set to IBM, SurePOS, OPOS or SNAPI cannot be read as it is: scan
   one of the codes above.

3. An old RS-232 scanner needs its own power supply and a serial port or a cable of
   the kind FTDI; a Bluetooth one must first be paired with the computer.`)
}

// next says how a scanner is taken into use, and how to see what it sends.
func next(running bool) string {
	start := "Start the agent (stockhand run), then add"
	if running {
		start = "Add"
	}
	return strings.TrimSpace(start + ` a scanner by a code that it scans, here or on the page under Scanners:
  stockhand devices pair
See what anything plugged in sends, without storing it:
  stockhand devices --listen all`)
}
