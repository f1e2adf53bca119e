package usbtest

import "strings"

// KeyboardDescriptor describes a boot keyboard: eight bytes a report, one of
// modifiers, one reserved, six keys.
var KeyboardDescriptor = []byte{
	0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, // usage page generic desktop, keyboard
	0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02,
	0x95, 0x01, 0x75, 0x08, 0x81, 0x03,
	0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00,
	0xc0,
}

// KeyboardReport is the length of its reports.
const KeyboardReport = 8

const (
	modCtrl  = 0x01
	modShift = 0x02
	keyEnter = 0x28
)

// The keys of a US keyboard from usage 0x1e and 0x2d on, plain and with Shift.
const (
	digits, digitsShifted = "1234567890", "!@#$%^&*()"
	signs, signsShifted   = "-=[]\\\x00;'`,./", "_+{}|\x00:\"~<>?"
)

// Keys returns the reports of a keyboard on which a text is typed, two for each
// character. CR is Enter, GS is Ctrl+]. It panics at what has no key.
func Keys(text string) [][]byte {
	var reports [][]byte
	for _, c := range []byte(text) {
		modifier, key := keyOf(c)
		down, up := make([]byte, KeyboardReport), make([]byte, KeyboardReport)
		down[0], down[2] = modifier, key
		reports = append(reports, down, up)
	}
	return reports
}

func keyOf(c byte) (modifier, key byte) {
	switch {
	case c == '\r':
		return 0, keyEnter
	case c == 0x1d:
		return modCtrl, 0x30
	case c == ' ':
		return 0, 0x2c
	case c >= 'a' && c <= 'z':
		return 0, c - 'a' + 0x04
	case c >= 'A' && c <= 'Z':
		return modShift, c - 'A' + 0x04
	}
	for _, row := range []struct {
		keys     string
		first    byte
		modifier byte
	}{
		{digits, 0x1e, 0},
		{digitsShifted, 0x1e, modShift},
		{signs, 0x2d, 0},
		{signsShifted, 0x2d, modShift},
	} {
		if i := strings.IndexByte(row.keys, c); i >= 0 {
			return row.modifier, row.first + byte(i)
		}
	}
	panic("no key for " + string(rune(c)))
}

// POSDescriptor describes a bar code scanner of usage page 0x8C as most makers
// lay it out: input report 2 with a byte count, three bytes of the AIM
// identifier, 56 of data, two of the vendor and a bit that says that more
// follows; output report 4 with five flags.
var POSDescriptor = []byte{
	0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, // usage page bar code scanner, scanner
	0x09, 0x12, 0xa1, 0x02, 0x85, 0x02, // scanned data report, id 2
	0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x01, 0x05, 0x01, 0x09, 0x3b, 0x81, 0x02, // byte count
	0x05, 0x8c, 0x95, 0x03, 0x09, 0xfb, 0x09, 0xfc, 0x09, 0xfd, 0x81, 0x02, // AIM identifier
	0x95, 0x38, 0x09, 0xfe, 0x82, 0x02, 0x01, // decoded data
	0x06, 0x00, 0xff, 0x95, 0x02, 0x09, 0x01, 0x09, 0x02, 0x81, 0x02, // of the vendor
	0x05, 0x8c, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x09, 0xff, 0x81, 0x02, 0x95, 0x07, 0x81, 0x03, // continued
	0xc0,
	0x09, 0x14, 0xa1, 0x02, 0x85, 0x04, 0x25, 0x01, 0x75, 0x01, 0x95, 0x05, // trigger report, id 4
	0x09, 0x5f, 0x09, 0x60, 0x09, 0x85, 0x09, 0x86, 0x09, 0x87, 0x91, 0x02, // prevent, initiate, error, good, not on file
	0x95, 0x03, 0x91, 0x03,
	0xc0,
	0xc0,
}

const (
	// POSReport is the length of its reports.
	POSReport = 64
	posData   = 56
)

// The bits of its output report.
const (
	POSOutput    = 4 // the report's id
	POSError     = 1 << 2
	POSGoodRead  = 1 << 3
	POSNotOnFile = 1 << 4
)

// POSReports returns the reports of one scan.
func POSReports(aim, data string) [][]byte {
	var reports [][]byte
	for first := true; first || data != ""; first = false {
		part := data[:min(posData, len(data))]
		data = data[len(part):]
		r := make([]byte, POSReport)
		r[0], r[1] = 2, byte(len(part))
		copy(r[2:5], aim)
		copy(r[5:], part)
		if data != "" {
			r[POSReport-1] = 1
		}
		reports = append(reports, r)
	}
	return reports
}
