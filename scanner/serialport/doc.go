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
package serialport
