package keyboard

import "time"

// Mods are the modifiers that hold for a stroke. They are a bit set.
type Mods uint8

// The modifiers. AltGr is the right Alt key.
const (
	Shift Mods = 1 << iota
	Ctrl
	Alt
	AltGr
	Meta
)

// Stroke is a key that was pressed, together with what was held down. It is all
// that a layout needs, so one list of strokes can be read under each layout.
type Stroke struct {
	Code uint16
	Mods Mods
	// AltCode is the number that was typed on the keypad while Alt was held,
	// with its leading zeros; Code and Mods mean nothing then.
	AltCode string
	At      time.Duration // Event.At
}

const (
	// maxPacket bounds the keys of one packet. A report of a keyboard has six
	// keys, of a gaming one some dozens.
	maxPacket = 256
	// maxAltCode is the longest number that stands for a character.
	maxAltCode = 7
)

// Strokes makes strokes of the events of one keyboard. It is a pure function of
// the events; the zero value is a keyboard with no key down.
//
// A packet, all that lies between two SYN_REPORT, is one report of the device and
// a snapshot: a modifier that it shows holds for its keys, in whichever order the
// events come.
type Strokes struct {
	held    [8]bool // modifierKeys that are down
	pressed Mods    // modifiers that went down in this packet
	keys    []uint16
	altUp   bool // Alt went up in this packet
	alt     string
	lost    bool // events are missing: nothing is trusted until the packet ends
	out     []Stroke
}

var modifierKeys = [8]struct {
	code uint16
	mod  Mods
}{
	{keyLeftShift, Shift},
	{keyRightShift, Shift},
	{keyLeftCtrl, Ctrl},
	{keyRightCtrl, Ctrl},
	{keyLeftAlt, Alt},
	{keyRightAlt, AltGr},
	{keyLeftMeta, Meta},
	{keyRightMeta, Meta},
}

// Take takes one event. At the end of a packet it returns the strokes in it,
// valid until the next call, or says that events were lost before it. After a
// loss every key is taken to be up: a modifier that was held belongs to the scan
// that the loss has spoilt.
func (s *Strokes) Take(e Event) (strokes []Stroke, lost bool) {
	switch {
	case e.Type == typeSync && e.Code == syncDropped:
		s.lose()
	case e.Type == typeSync && e.Code == syncReport:
		return s.endPacket(e.At)
	case e.Type == typeKey && !s.lost:
		s.key(e)
	}
	return nil, false
}

func (s *Strokes) lose() {
	out := s.out
	*s = Strokes{keys: s.keys[:0], out: out, lost: true}
}

func (s *Strokes) key(e Event) {
	for i, m := range modifierKeys {
		if m.code == e.Code {
			s.modifier(i, m.mod, e.Value)
			return
		}
	}
	if e.Value != 1 {
		return // up, or repeated by the kernel because it is held
	}
	if len(s.keys) == maxPacket {
		s.lose() // no keyboard does this
		return
	}
	s.keys = append(s.keys, e.Code)
}

func (s *Strokes) modifier(i int, mod Mods, value int32) {
	s.held[i] = value != 0
	switch {
	case value == 1:
		s.pressed |= mod
	case value == 0 && mod == Alt:
		s.altUp = true
	}
}

func (s *Strokes) endPacket(at time.Duration) (strokes []Stroke, lost bool) {
	lost = s.lost
	s.out = s.out[:0]
	s.endAltCode(at)
	mods := s.pressed | s.holding()
	for _, code := range s.keys {
		if mods&(Alt|Ctrl) == Alt && s.altDigit(code) {
			continue
		}
		s.out = append(s.out, Stroke{Code: code, Mods: mods, At: at})
	}
	s.keys, s.pressed, s.altUp, s.lost = s.keys[:0], 0, false, false
	return s.out, lost
}

func (s *Strokes) holding() (mods Mods) {
	for i, down := range s.held {
		if down {
			mods |= modifierKeys[i].mod
		}
	}
	return mods
}

// altDigit takes a digit of the keypad as part of a number.
func (s *Strokes) altDigit(code uint16) bool {
	c := keypad[code]
	if c < '0' || c > '9' {
		return false
	}
	if len(s.alt) <= maxAltCode { // one too many makes it invalid
		s.alt += string(c)
	}
	return true
}

// endAltCode ends the number when Alt goes up. Keys of the same packet come
// after it.
func (s *Strokes) endAltCode(at time.Duration) {
	if s.altUp && s.alt != "" {
		s.out = append(s.out, Stroke{AltCode: s.alt, At: at})
	}
	if s.altUp {
		s.alt = ""
	}
}
