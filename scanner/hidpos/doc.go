// Package hidpos reads USB HID POS scanners.
package hidpos
