package barcode

import (
	"strings"
	"unicode/utf8"
)

// Parse reads one frame by the default rules. It never fails: what is not
// understood is literal text.
func Parse(raw []byte) Code { return Rules{}.Parse(raw) }

// Parse reads one frame. It never fails: what is not understood is literal text.
func (r Rules) Parse(raw []byte) (c Code) {
	if !c.numberOnly(raw) {
		r.parse(&c, raw)
	}
	if len(r.Weighed) > 0 {
		r.weigh(&c)
	}
	return c
}

// numberOnly reads what most frames are: an article number, perhaps with an
// identifier in front, and a terminator. It is false for all others.
func (c *Code) numberOnly(raw []byte) bool {
	id, rest := aim(trim(raw))
	n := len(rest)
	if n != 8 && n != 12 && n != 13 && n != 14 {
		return false
	}
	b := [16]byte{2: '0', '0', '0', '0', '0', '0'} // the most zeros that an EAN-8 lacks
	copy(b[:], id)
	for i, d := range rest {
		if d < '0' || d > '9' {
			return false
		}
		b[16-n+i] = d
	}
	s := string(b[:])
	if len(id) > 0 && (isGS1(s[:2]) || id[0] == 'Z' || id[0] == 'E' && id[1] != '0' && id[1] != '4') {
		return false
	}
	c.Text, c.Symbology = s[16-n:], s[:len(id)]
	c.Key = c.Text
	if n != 8 && CheckDigitFits(c.Text) {
		c.Key = s[2:]
	} else {
		c.number()
	}
	return true
}

// trim cuts blanks and terminators off a frame.
func trim(raw []byte) []byte {
	for len(raw) > 0 && isBlank(raw[len(raw)-1]) {
		raw = raw[:len(raw)-1]
	}
	for len(raw) > 0 && isBlank(raw[0]) {
		raw = raw[1:]
	}
	return raw
}

func isBlank(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

// parse reads a frame of any form.
func (r *Rules) parse(c *Code, raw []byte) {
	text := strings.TrimSpace(strings.ToValidUTF8(string(raw), string(utf8.RuneError)))
	id, text := aim(text)
	if again, rest := aim(text); id != "" && again == id {
		text = rest // added by the scanner and by its driver
	}
	text = strings.TrimSpace(text)
	c.Text, c.Key, c.Symbology = text, text, id
	switch {
	case isNoise(c):
		c.Kind = Noise
	case id == "E1" || id == "E2":
		c.Kind, c.AddOn = Details, text
	case r.own(c), id == "E3" && c.addOn(), c.elementString(), c.link():
	case isGTINLength(text) && allDigits(text):
		c.number()
	case id == "" && allDigits(text) && !c.periodical():
		if _, _, ran := Halves(text); ran {
			c.Kind = Joined
		}
	}
}

// aim takes off an AIM symbology identifier: "]", a letter, and a hexadecimal
// digit (Aztec codes go up to "]zC").
func aim[T string | []byte](text T) (id, rest T) {
	if len(text) < 3 || text[0] != ']' {
		return text[:0], text
	}
	letter, modifier := text[1]|0x20, text[2]
	if letter < 'a' || letter > 'z' || (modifier < '0' || modifier > '9') && (modifier < 'A' || modifier > 'F') {
		return text[:0], text
	}
	return text[1:3], text[3:]
}

// isNoise reports whether a read is no barcode: what a scanner answers, or bytes
// of which half are no text.
func isNoise(c *Code) bool {
	if c.Symbology != "" && c.Symbology[0] == 'Z' {
		return true
	}
	runes, broken := 0, 0
	for _, r := range c.Text {
		runes++
		switch {
		case r == utf8.RuneError:
			broken++
		case r < 0x20 && !belongs(r), r == 0x7f:
			return true
		}
	}
	return broken*2 > runes
}

// belongs reports whether a control character can stand in the text of a barcode:
// FNC1, the separators of ISO/IEC 15434, and what breaks lines.
func belongs(r rune) bool {
	switch r {
	case '\t', '\n', '\r', 0x04, 0x1c, 0x1d, 0x1e, 0x1f:
		return true
	}
	return false
}
