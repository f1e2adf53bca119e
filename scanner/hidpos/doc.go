// Package hidpos reads USB HID POS scanners (usage page 0x8C), on Linux by
// hidraw and on Windows by hid.dll, without cgo and without a library.
//
// HID POS is the best transport a scanner offers: a service can read it, scans
// come framed and with their AIM symbology identifier, several programs can read
// one scanner, and the computer can make it beep for what became of a scan.
//
// # From a report to a scan
//
//		report -> decode -> join the reports of a scan -> frame -> scanner.Inlet
//
//	  - Makers agree on the usages of the fields and on nothing else: one has a byte
//	    of its own before the identifier, one tells no byte count. So fields are
//	    found by walking the report descriptor, at any bit and of any size. The
//	    descriptor is hostile input: what it claims bounds neither time nor memory.
//	  - Data is cut to the byte count, or by trailing NULs where there is none. A
//	    count that is larger than the field, with nothing to follow, means that the
//	    scan is not whole.
//	  - A scan of several reports is joined while they follow each other within
//	    500 ms under the same identifier. What is not whole by then, and what an
//	    unplug cuts off, is said to be lost and never delivered.
//	  - The identifier is put before the data as "]E0", as other scanners send it,
//	    unless the data has it already. What is none, such as "]Xg", is left out.
//	  - Answers to commands of a maker's program (]Z6, and ]X0 with lines of names
//	    and values) are no scans. Short ]X0 codes, such as Code 32, are.
//
// # Traps
//
//   - The kernel keeps 63 reports for a reader and drops the newest silently;
//     Windows keeps up to 512, if asked to. Nothing here waits but the read. Where
//     63 were there at once, scans may be lost: that is said, and nothing is joined
//     across the gap.
//   - hidraw reports have no time. A busy computer that finds the rest of a scan
//     and the end of its 500 ms together takes the rest: it was there.
//   - A hidraw name is given to the next device at once. After an open it is
//     checked that it still leads to the device that was found.
//   - A write can take the kernel five seconds and cannot be stopped. It is left to
//     a goroutine, which Close waits for.
//   - Honeywell and Youjie scanners that can also type do that until feature report
//     0xFE is set to 1. It is set to 0 again when the scanner is closed.
//   - /dev/hidraw* belongs to root. The rule in install/udev gives the scanners
//     among them, and nothing else, to the group input.
//
// # What is proven
//
// Decoding, joining and framing are tested by tables, properties and fuzzing; the
// Linux driver by the conformance suite with sockets of the kernel in place of
// hidraw, and in package usbtest on a real kernel with emulated USB devices.
//
// The Windows driver has not been tried on Windows, nor with a scanner. Under Wine
// it passes the conformance suite with a named pipe in place of the device, and
// Wine's hid.dll finds the same in reports as the layouts of this package do:
//
//	GOOS=windows go test -exec wine ./scanner/hidpos
//
// What Wine cannot show is finding devices and opening one. It must be Wine 10, or
// an older one with a bcryptprimitives.dll that has ProcessPrng.
//
// Decoding a report takes 0.18 µs and a scan of two reports, up to its frame,
// 0.65 µs, three times that on a very busy computer, without allocation:
//
//	go test -run '^$' -bench 'Decode|Scan$' -benchmem ./scanner/hidpos
package hidpos
