package keyboard

import (
	"strings"
	"unicode"
)

// Layout says which characters a country's keyboard has where.
type Layout struct {
	Name  string // as in the configuration: "de"
	Title string // as people say: "Germany, Austria"

	keys    map[uint16]levels
	decimal rune
}

// levels are the characters of a key: plain, Shift, AltGr, AltGr with Shift.
type levels [4]symbol

// symbol is what a key makes on one level; Char is 0 if it makes nothing.
type symbol struct {
	Char rune
	Dead bool // it waits for the next character
}

// Layouts are the known ones, the usual ones first.
var Layouts = readSheets()

// LayoutNamed returns a layout, nil if there is none of that name.
func LayoutNamed(name string) *Layout {
	for _, l := range Layouts {
		if l.Name == name {
			return l
		}
	}
	return nil
}

func readSheets() []*Layout {
	all := make([]*Layout, len(sheets))
	for i, s := range sheets {
		all[i] = s.layout()
	}
	return all
}

func (s sheet) layout() *Layout {
	l := &Layout{Name: s.name, Title: s.title, keys: map[uint16]levels{}, decimal: '.'}
	if s.decimal != 0 {
		l.decimal = s.decimal
	}
	for level, lines := range s.levels {
		for row, line := range lines {
			s.readLine(l, level, row, line)
		}
	}
	l.keys[keySpace] = levels{{Char: ' '}, {Char: ' '}, {Char: ' '}, {Char: ' '}}
	l.keys[keyKPDot] = levels{{Char: l.decimal}, {Char: l.decimal}}
	for code, c := range keypad {
		l.keys[code] = levels{{Char: c}, {Char: c}}
	}
	return l
}

func (s sheet) readLine(l *Layout, level, row int, line string) {
	for column, c := range []rune(line) {
		if c == ' ' {
			continue
		}
		key := l.keys[rows[row][column]]
		key[level] = symbol{Char: c, Dead: strings.ContainsRune(s.dead[level], c)}
		l.keys[rows[row][column]] = key
	}
}

// at returns what a key makes with the modifiers held. Programs on Windows take
// Ctrl with Alt for AltGr, and so do scanners that are made for them.
func (l *Layout) at(code uint16, mods Mods, caps bool) symbol {
	key := l.keys[code]
	shift := mods&Shift != 0
	if caps && key.isLetter() {
		shift = !shift
	}
	level := 0
	if shift {
		level = 1
	}
	if mods&AltGr != 0 || mods&(Ctrl|Alt) == Ctrl|Alt {
		level += 2
	}
	return key[level]
}

// isLetter reports whether Caps Lock works on the key.
func (k levels) isLetter() bool {
	small, capital := k[0].Char, k[1].Char
	return small != capital && unicode.ToUpper(small) == capital
}
