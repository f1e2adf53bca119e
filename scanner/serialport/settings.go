package serialport

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"go.bug.st/serial"

	"github.com/stockhand/stockhand/scanner"
)

// DefaultBaud is what scanners on RS-232 usually come with. USB virtual COM
// ports ignore the speed.
const DefaultBaud = 9600

// Decode makes a device of its section of the configuration:
//
//	port     = "/dev/ttyUSB0" or "COM3"; or, to follow the scanner to any socket:
//	vid, pid = "0c2e", "0b61"   the USB vendor and product id
//	serial   = "19A2"           the USB serial number, if the scanner has one
//	socket   = "1-2.3"          the USB socket, if it has none
//	baud     = 9600, data_bits = 8, parity = "none" (odd, even, mark, space),
//	stop_bits = 1
//	suffix   = "auto" (cr, lf, crlf, tab, etx, none), gap = "60ms"
//	feedback = "none" (ack, bel, honeywell, honeywell-2020, datalogic, cipherlab)
func Decode(s *scanner.Settings) (scanner.Device, error) {
	d := &Driver{
		Where: Where{
			Path: s.Text("port", ""),
			USB: USB{
				Vendor:  strings.ToLower(s.Text("vid", "")),
				Product: strings.ToLower(s.Text("pid", "")),
				Serial:  s.Text("serial", ""),
				Socket:  s.Text("socket", ""),
			},
		},
		Feedback: s.Feedback(),
		Tree:     System,
	}
	mode, err := decodeMode(s)
	d.Mode = mode
	device := scanner.Device{ID: d.Where.Identity(), Driver: d, Framing: s.Framing(scanner.Framing{})}
	return device, errors.Join(err, d.Where.check())
}

func decodeMode(s *scanner.Settings) (serial.Mode, error) {
	parities := map[string]serial.Parity{
		"none": serial.NoParity, "odd": serial.OddParity, "even": serial.EvenParity,
		"mark": serial.MarkParity, "space": serial.SpaceParity,
	}
	stops := map[int]serial.StopBits{1: serial.OneStopBit, 2: serial.TwoStopBits}
	baud, bits := s.Number("baud", DefaultBaud), s.Number("data_bits", 8)
	name, stop := s.Text("parity", "none"), s.Number("stop_bits", 1)
	parity, knownParity := parities[name]
	stopBits, knownStop := stops[stop]
	var errs []error
	if baud <= 0 {
		errs = append(errs, fmt.Errorf("baud = %d: it must be above 0, usually 9600 or 115200", baud))
	}
	if bits < 5 || bits > 8 {
		errs = append(errs, fmt.Errorf("data_bits = %d: it must be 5 to 8", bits))
	}
	if !knownParity {
		errs = append(errs, fmt.Errorf("parity %q is not known: use none, odd, even, mark or space", name))
	}
	if !knownStop {
		errs = append(errs, fmt.Errorf("stop_bits = %d: it must be 1 or 2", stop))
	}
	return serial.Mode{BaudRate: baud, DataBits: bits, Parity: parity, StopBits: stopBits}, errors.Join(errs...)
}

var usbID = regexp.MustCompile(`^[0-9a-f]{4}$`)

func (w Where) check() error {
	switch {
	case w.Path == "" && w.USB == (USB{}):
		return errors.New(`say which scanner it is: port = "..." or vid = "..." and pid = "..."`)
	case w.Path != "" && w.USB != (USB{}):
		return errors.New(`give either port or vid and pid, not both`)
	case w.Path == "" && !(usbID.MatchString(w.USB.Vendor) && usbID.MatchString(w.USB.Product)):
		return errors.New(`vid and pid are four hexadecimal digits each, such as "0c2e"`)
	}
	return nil
}
