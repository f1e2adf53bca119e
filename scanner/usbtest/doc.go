// Package usbtest holds the language that the two sides of the USB rig speak.
//
// The rig is a virtual machine with emulated scanners. Inside, the program in
// guest runs scanner.Supervisor with the real drivers on a real kernel; outside,
// the tests of this package plug the scanners in and out, let them scan and
// check what arrives. README.md says what is real and what is not.
package usbtest
