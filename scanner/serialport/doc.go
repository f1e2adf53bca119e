// Package serialport reads scanners on serial ports: USB virtual COM ports,
// USB-serial bridges, RS-232 and Bluetooth SPP, by go.bug.st/serial.
//
// The library has traps, and this package is built around them:
//
//   - Listing ports on Linux opens and reprograms ports that others use. Here
//     the list is read from /sys and no port is touched.
//   - Closing a port while another goroutine reads lets that read take bytes of
//     an unrelated descriptor. Here one goroutine opens, reads and closes.
//   - A read can be woken only by closing or by a timeout. On Linux a second
//     descriptor of the port waits in Go's poller instead: it ends at once when
//     asked to, costs no wake-ups while nothing is scanned, and no thread.
//   - A write can block for ever. On Linux answers to the scanner go through the
//     second descriptor, which has a deadline; elsewhere a write that takes too
//     long is aborted.
//   - Reading panics if the port's descriptor is 1024 or above. That is caught.
//   - Exclusive use does not hold against root. On Linux the port is also locked
//     by flock, before anything about it is changed.
//   - A byte that arrives damaged reads as NUL or as something else, and a scan
//     without a digit can look like another code. On Linux the system marks such
//     bytes; their scan is thrown away, and that is said.
//
// # Finding
//
// Find lists the ports a scanner may be on and opens none. Only pairing opens them
// (Candidate.Listen): none that a program is seen to use, none of a known modem,
// none that calls somebody by Bluetooth. Where the speed matters, scans that cannot
// be text are heard again at the next one; parity is recognised by the bytes.
//
// On Windows neither the hardware behind a port (Physical) nor damaged bytes are
// known.
package serialport
