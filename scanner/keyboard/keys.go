package keyboard

// The key codes of Linux that are used here by name. They name positions: keyA is
// where A is on a US keyboard.
const (
	keyEsc        = 1
	key1          = 2
	keyMinus      = 12
	keyBackspace  = 14
	keyTab        = 15
	keyQ          = 16
	keyEnter      = 28
	keyLeftCtrl   = 29
	keyA          = 30
	keyGrave      = 41
	keyLeftShift  = 42
	keyBackslash  = 43
	keyZ          = 44
	keyRightShift = 54
	keyKPAsterisk = 55
	keyLeftAlt    = 56
	keySpace      = 57
	keyCapsLock   = 58
	keyF7         = 65
	keyF8         = 66
	keyF9         = 67
	keyF10        = 68
	keyKP7        = 71
	keyKPMinus    = 74
	keyKPPlus     = 78
	keyKP0        = 82
	keyKPDot      = 83
	key102nd      = 86
	keyRo         = 89
	keyKPEnter    = 96
	keyRightCtrl  = 97
	keyKPSlash    = 98
	keyRightAlt   = 100
	keyLinefeed   = 101
	keyDelete     = 111
	keyKPEqual    = 117
	keyKPComma    = 121
	keyYen        = 124
	keyLeftMeta   = 125
	keyRightMeta  = 126
)

// rows are the keys that carry characters, row by row from the top and from left
// to right: the order in which the layouts are written down.
var rows = [4][]uint16{
	{keyGrave, key1, 3, 4, 5, 6, 7, 8, 9, 10, 11, keyMinus, 13},
	{keyQ, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27},
	{keyA, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, keyBackslash},
	{key102nd, keyZ, 45, 46, 47, 48, 49, 50, 51, 52, 53},
}

// controls are the keys that stand for a control character. Scanners that send
// control characters as keys use F7 to F10 for FS, GS, RS and US.
var controls = map[uint16]rune{
	keyEnter: '\r', keyKPEnter: '\r', keyTab: '\t', keyLinefeed: '\n',
	keyBackspace: '\b', keyEsc: 0x1b, keyDelete: 0x7f,
	keyF7: 0x1c, keyF8: 0x1d, keyF9: 0x1e, keyF10: 0x1f,
}

// keypad holds the characters of the keypad, the decimal key apart.
var keypad = map[uint16]rune{
	keyKP7: '7', 72: '8', 73: '9', 75: '4', 76: '5', 77: '6', 79: '1', 80: '2', 81: '3', keyKP0: '0',
	keyKPAsterisk: '*', keyKPMinus: '-', keyKPPlus: '+', keyKPSlash: '/', keyKPEqual: '=', keyKPComma: ',',
}

// carriesText reports whether a key has a character in some country's layout.
// All others (arrows, function keys, volume) are no part of a code.
func carriesText(code uint16) bool {
	switch {
	case code >= key1 && code <= 13, code >= keyQ && code <= 27, code >= keyA && code <= keyGrave,
		code >= keyBackslash && code <= 53, code == key102nd, code == keyRo, code == keyYen,
		code == keyKPDot, code == keySpace:
		return true
	}
	return keypad[code] != 0
}
