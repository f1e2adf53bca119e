// Package keyboard reads scanners that act as a keyboard ("keyboard wedge"), on
// Linux by evdev, without cgo and without udev.
//
// A keyboard sends key positions, not characters. What a position means follows
// from the country that the scanner is set to, whatever the computer is set to;
// so the layout is a setting of the device, and the tables are this package's
// own. Events, keys, layouts and Learn are pure and run on every system; only
// finding, opening and reading are Linux.
//
// # The traps
//
//   - A keyboard nobody claims types into whatever has the focus. On a PC without
//     a screen that is the login prompt of the first console: every scan becomes a
//     failed login. So a paired scanner is grabbed: its keys come here and nowhere
//     else. A keyboard nobody paired is never grabbed: it may be the only one.
//   - A grab while a key is down leaves that key pressed for everybody else. So the
//     grab waits until all keys are up.
//   - There is one grab. Whoever comes second gets EBUSY and not one key: a state
//     that people must see.
//   - The kernel keeps 64 events for a reader, four per character at least. A
//     reader that is late by 16 characters loses all of them, and the kernel says so
//     with SYN_DROPPED. Check digits do not protect against a lost character, so the
//     whole scan is thrown away, and that is said. Nothing here waits but the read.
//   - A key that makes no character in the configured layout also costs the scan:
//     the layout is wrong, and what is left of the scan would be another code.
//   - Keys come with the times at which the kernel saw them, on CLOCK_MONOTONIC,
//     which is the clock of Go's monotonic times. The silence between two scans is
//     therefore the scanner's, not that of a busy computer. (CLOCK_REALTIME, the
//     default, jumps when the clock is set.)
//   - Some scanners look at the Caps Lock light and swap small and capital letters
//     while it is on, and a desktop switches it on for all keyboards at once. So it
//     is kept off on a scanner that is read here.
//   - The keyboard that QEMU emulates holds 16 key events. Type with at least 10 ms
//     between them, or characters vanish before the guest sees them.
//
// # Pairing
//
// Find cannot tell a scanner from the keyboard that people type on, so pairing
// listens to both, without a grab. What is typed slower than a scanner types is not
// passed on: it may be a password.
//
// # Other systems
//
// Windows opens keyboards for itself alone, and a service has no access to the
// desktop they type into. There, the page in the browser reads the scanner while
// it has the focus; better is to scan the setup barcode that turns the scanner
// into a COM port or a HID POS device, which the service can read at any time.
// Open says so.
package keyboard
