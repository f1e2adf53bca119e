package keyboard

import (
	"slices"
	"strings"
	"time"
)

// press is a key that a made-up scanner presses, with its modifiers.
type press struct {
	code uint16
	mods Mods
}

// typed returns how a scanner that is set to a layout types a text; false if it
// cannot.
func (l *Layout) typed(text string, caps bool) ([]press, bool) {
	var all []press
	for _, c := range text {
		p, ok := l.typedRune(c, caps)
		if !ok {
			return nil, false
		}
		all = append(all, p...)
	}
	return all, true
}

func (l *Layout) typedRune(c rune, caps bool) ([]press, bool) {
	switch c {
	case '\r':
		return []press{{code: keyEnter}}, true
	case '\t':
		return []press{{code: keyTab}}, true
	case 0x1d:
		return []press{{27, Ctrl}}, true // ] on a US keyboard
	}
	if p, dead, ok := l.position(c, caps); ok && !dead {
		return []press{p}, true
	} else if ok {
		return []press{p, {code: keySpace}}, true
	}
	for accent := range accents {
		a, dead, ok := l.position(accent, caps)
		if !ok || !dead {
			continue
		}
		for _, base := range "aeiounyAEIOUNY" {
			both, _ := combine(accent, base)
			if p, dead, ok := l.position(base, caps); both == c && ok && !dead {
				return []press{a, p}, true
			}
		}
	}
	return nil, false
}

// position finds a character on the layout, rather a plain one than a dead one.
func (l *Layout) position(c rune, caps bool) (p press, dead, ok bool) {
	for _, code := range append(slices.Concat(rows[:]...), keySpace) {
		for _, mods := range []Mods{0, Shift, AltGr, AltGr | Shift} {
			s := l.at(code, mods, caps)
			if s.Char == c && (!ok || dead && !s.Dead) {
				p, dead, ok = press{code, mods}, s.Dead, true
			}
		}
	}
	return p, dead, ok
}

// reports are the events of a keyboard that presses keys one after the other.
func reports(presses []press, at time.Duration) []Event {
	var all []Event
	add := func(kind, code uint16, value int32) {
		all = append(all, Event{At: at, Type: kind, Code: code, Value: value})
	}
	for _, p := range presses {
		for _, value := range []int32{1, 0} {
			for _, m := range modifierKeys {
				if p.mods&m.mod != 0 && m.code != keyRightShift && m.code != keyRightCtrl && m.code != keyRightMeta {
					add(typeKey, m.code, value)
				}
			}
			add(4, 4, 0x70004) // MSC_SCAN, which every keyboard sends
			add(typeKey, p.code, value)
			add(typeSync, syncReport, 0)
		}
	}
	return all
}

// decode reads events under a layout. Lost is what was said to be lost.
func decode(l *Layout, caps bool, events []Event) (text string, lost []string) {
	out := &paper{}
	t := typist{decoder: NewDecoder(l, caps), out: out, at: fromZero, pause: DefaultPause}
	t.take(events)
	t.endDeadKey()
	return out.text.String(), out.lost
}

var zero = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func fromZero(d time.Duration) time.Time { return zero.Add(d) }

// paper is an outlet that keeps everything.
type paper struct {
	text  strings.Builder
	sizes []int
	times []time.Time
	lost  []string
}

func (p *paper) Bytes(chunk []byte, at time.Time) {
	p.text.Write(chunk)
	p.sizes, p.times = append(p.sizes, len(chunk)), append(p.times, at)
}

func (p *paper) Lost(reason string, _ time.Time) {
	p.text.WriteString("|")
	p.lost = append(p.lost, reason)
}
