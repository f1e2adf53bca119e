package keyboard

import (
	"fmt"
	"unicode/utf8"
)

// Decoder turns the strokes of one keyboard into the text it meant, in UTF-8,
// with Enter as CR, Tab as TAB and GS as 0x1D. It is pure.
type Decoder struct {
	layout *Layout
	start  bool // whether Caps Lock is on at the start, as the scanner sees it
	caps   bool
	dead   rune // waits for the next character; 0 if none does
}

// NewDecoder returns a decoder for a scanner that is set to a layout. Caps says
// whether it takes Caps Lock to be on, and swaps small and capital letters.
func NewDecoder(layout *Layout, caps bool) *Decoder {
	return &Decoder{layout: layout, start: caps, caps: caps}
}

// NoCharacter says that a stroke means nothing in the layout. The text around it
// is not what the scanner read.
type NoCharacter struct {
	Stroke Stroke
	Layout string
}

// Error is a part of a sentence: "a scan was lost because ...".
func (n *NoCharacter) Error() string {
	if n.Stroke.AltCode != "" {
		return fmt.Sprintf("it typed the number %s with Alt, which stands for no character", n.Stroke.AltCode)
	}
	return fmt.Sprintf("it pressed key %d, which makes no character in the layout %q; the layout in its settings is probably not the one the scanner is set to", n.Stroke.Code, n.Layout)
}

// Append appends the text of a stroke to dst. A *NoCharacter leaves dst as it is.
func (d *Decoder) Append(dst []byte, s Stroke) ([]byte, error) {
	if s.AltCode != "" {
		c, ok := altCharacter(s.AltCode)
		if !ok {
			return dst, &NoCharacter{s, d.layout.Name}
		}
		return d.character(dst, c), nil
	}
	if s.Code == keyCapsLock {
		d.caps = !d.caps
		return dst, nil
	}
	if c := controls[s.Code]; c != 0 {
		return d.character(dst, c), nil
	}
	if !carriesText(s.Code) || s.Mods&Meta != 0 || s.Mods&(Ctrl|Alt) == Alt {
		return dst, nil // a command to a program, no part of a code
	}
	return d.key(dst, s)
}

func (d *Decoder) key(dst []byte, s Stroke) ([]byte, error) {
	if s.Mods&(Ctrl|Alt|AltGr) == Ctrl {
		if c, ok := d.control(s); ok {
			return d.character(dst, c), nil
		}
		return dst, &NoCharacter{s, d.layout.Name}
	}
	switch sym := d.layout.at(s.Code, s.Mods, d.caps); {
	case sym.Char == 0:
		return dst, &NoCharacter{s, d.layout.Name}
	case sym.Dead:
		dst = d.Flush(dst)
		d.dead = sym.Char
		return dst, nil
	default:
		return d.character(dst, sym.Char), nil
	}
}

// Waiting reports whether a dead key waits for the character after it.
func (d *Decoder) Waiting() bool { return d.dead != 0 }

// Flush appends a dead key that still waits as a character of its own.
func (d *Decoder) Flush(dst []byte) []byte {
	if d.dead != 0 {
		dst = utf8.AppendRune(dst, d.dead)
		d.dead = 0
	}
	return dst
}

// Reset forgets everything, after keys were lost.
func (d *Decoder) Reset() { d.caps, d.dead = d.start, 0 }

func (d *Decoder) character(dst []byte, c rune) []byte {
	if both, ok := combine(d.dead, c); ok && d.dead != 0 {
		d.dead = 0
		return utf8.AppendRune(dst, both)
	}
	return utf8.AppendRune(d.Flush(dst), c)
}

// control returns the control character of a key with Ctrl: of its character in
// the layout or, since many scanners know Ctrl only in its American form, of the
// character that the position has there.
func (d *Decoder) control(s Stroke) (rune, bool) {
	if c, ok := controlOf(d.layout.at(s.Code, s.Mods&^Ctrl, false).Char); ok {
		return c, true
	}
	us := Layouts[0]
	if c, ok := controlOf(us.at(s.Code, 0, false).Char); ok {
		return c, true
	}
	return controlOf(us.at(s.Code, Shift, false).Char)
}

// controlOf maps @, A to Z, [, \, ], ^ and _ to the control characters 0 to 31.
func controlOf(c rune) (rune, bool) {
	switch {
	case c >= 'a' && c <= 'z':
		return c - 'a' + 1, true
	case c >= '@' && c <= '_':
		return c - '@', true
	}
	return 0, false
}
