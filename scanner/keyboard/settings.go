package keyboard

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

// DefaultGap is how long a scanner without a terminator must be quiet for its scan
// to be over. A loaded computer was seen to deliver the keys of one scan with
// pauses of 66 ms.
const DefaultGap = 120 * time.Millisecond

// DefaultPause is half of DefaultGap.
const DefaultPause = DefaultGap / 2

// Driver opens one scanner that acts as a keyboard.
type Driver struct {
	// Where finds it. It is asked at every open, since the names of the event
	// devices change from plug to plug.
	Where Where
	// Layout is the country that the scanner is set to.
	Layout *Layout
	// Caps is true if the scanner takes Caps Lock to be on.
	Caps bool
	// Pause is a silence that lies within a scan for sure: so long a dead key waits
	// for the character after it. It is less than the gap between two scans; 0 is
	// DefaultPause.
	Pause time.Duration

	system system
}

// Decode makes a device of its section of the configuration:
//
//	vid, pid = "0c2e", "0b61"   the USB vendor and product id
//	serial   = "19A2"           its number or Bluetooth address, if it has one
//	socket   = "1-2.3"          the USB socket, if it has none
//	layout   = "us" (uk, de, fr, es, it, nordic, dk, no)
//	caps     = "off" (on: it takes Caps Lock to be on)
//	suffix   = "auto" (cr, lf, crlf, tab, etx, none), gap = "120ms"
func Decode(s *scanner.Settings) (scanner.Device, error) {
	where := Where{
		Vendor:  strings.ToLower(s.Text("vid", "")),
		Product: strings.ToLower(s.Text("pid", "")),
		Serial:  s.Text("serial", ""),
		Socket:  s.Text("socket", ""),
	}
	layout, noLayout := decodeLayout(s.Text("layout", Layouts[0].Name))
	caps, noCaps := decodeCaps(s.Text("caps", "off"))
	framing := s.Framing(scanner.Framing{Gap: DefaultGap})
	device := scanner.Device{
		ID:      where.Identity(),
		Driver:  &Driver{Where: where, Layout: layout, Caps: caps, Pause: framing.Gap / 2, system: theSystem},
		Framing: framing,
		// A scanner with a number may be anywhere.
		Physical: where.Socket,
	}
	return device, errors.Join(where.check(), noLayout, noCaps)
}

func decodeLayout(name string) (*Layout, error) {
	if l := LayoutNamed(strings.ToLower(name)); l != nil {
		return l, nil
	}
	var names []string
	for _, l := range Layouts {
		names = append(names, l.Name)
	}
	return Layouts[0], fmt.Errorf("layout %q is not known: use %s", name, strings.Join(names, ", "))
}

func decodeCaps(text string) (on bool, err error) {
	switch text {
	case "on":
		return true, nil
	case "off":
		return false, nil
	}
	return false, fmt.Errorf("caps %q is not known: use on or off", text)
}

var usbID = regexp.MustCompile(`^[0-9a-f]{4}$`)

func (w Where) check() error {
	if w.Vendor == "" && w.Product == "" {
		return errors.New(`say which scanner it is: vid = "..." and pid = "..."; "stockhand devices" shows them`)
	}
	if !usbID.MatchString(w.Vendor) || !usbID.MatchString(w.Product) {
		return errors.New(`vid and pid are four hexadecimal digits each, such as "0c2e"`)
	}
	return nil
}

// settings returns the section that opens this scanner.
func (w Where) settings() map[string]any {
	m := map[string]any{"driver": "keyboard", "vid": w.Vendor, "pid": w.Product}
	if w.Serial != "" {
		m["serial"] = w.Serial
	}
	if w.Socket != "" {
		m["socket"] = w.Socket
	}
	return m
}
