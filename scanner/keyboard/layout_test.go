package keyboard

import (
	"testing"
	"unicode/utf8"
)

// All that a code can contain in ASCII can be typed on every layout, and is read
// back as it was.
func TestEveryPrintableCharacterOfEveryLayout(t *testing.T) {
	for _, l := range Layouts {
		for _, caps := range []bool{false, true} {
			for c := rune(' '); c <= '~'; c++ {
				presses, ok := l.typedRune(c, caps)
				if !ok {
					t.Errorf("%s has no %q", l.Name, c)
					continue
				}
				if got, lost := decode(l, caps, reports(presses, 0)); got != string(c) || lost != nil {
					t.Errorf("%s, caps %v: %q was read as %q, lost %q", l.Name, caps, c, got, lost)
				}
			}
		}
	}
}

// Also what is not ASCII.
func TestEveryKeyOfEveryLayoutIsReadAsItIsWrittenDown(t *testing.T) {
	for _, s := range sheets {
		l := LayoutNamed(s.name)
		for level, mods := range []Mods{0, Shift, AltGr, AltGr | Shift} {
			for row, line := range s.levels[level] {
				for column, c := range []rune(line) {
					if c == ' ' {
						continue
					}
					events := reports([]press{{rows[row][column], mods}}, 0)
					if got, lost := decode(l, false, events); got != string(c) || lost != nil {
						t.Errorf("%s, row %d, column %d, level %d: %q instead of %q, lost %q", s.name, row, column, level, got, c, lost)
					}
				}
			}
		}
	}
}

// Where the letters and signs are that tell the countries apart, by the position
// on a US keyboard.
func TestKnownPositions(t *testing.T) {
	us := LayoutNamed("us")
	for name, pairs := range map[string]string{
		"us":     "qq zz -- @@ ]] ##",
		"uk":     `qq @" "@ #£ |~ ~¬`,
		"de":     `yz zy -ß [ü ;ö 'ä /- _? ?_ :Ö @" "Ä &/ *( () )= ]+ \# #§ `,
		"fr":     "qa aq wz zw m, ;m 1& 2é 6- 8_ 0à !1 )0 ,; <. -) ",
		"es":     `;ñ -' /- _? ?_ @" &/ =¡ \ç `,
		"it":     `;ò 'à [è {é -' =ì @" \ù `,
		"nordic": `[å ;ö 'ä -+ /- _? ?_ @" $¤ \' `,
		"dk":     `[å ;æ 'ø -+ /- _? ?_ `,
		"no":     `[å ;ø 'æ -+ =\ _? ?_ `,
	} {
		var have []rune
		for _, c := range pairs + " " {
			if c != ' ' {
				have = append(have, c)
				continue
			}
			if len(have) == 2 {
				presses, ok := us.typedRune(have[0], false)
				got, lost := decode(LayoutNamed(name), false, reports(presses, 0))
				if !ok || got != string(have[1]) || lost != nil {
					t.Errorf("%s: the key of %q makes %q, want %q", name, have[0], got, have[1])
				}
			}
			have = have[:0]
		}
	}
}

// A scanner that is set to the USA and read as if it were German: the mistakes
// people will report.
func TestAnAmericanScannerReadAsAGermanOne(t *testing.T) {
	for sent, want := range map[string]string{
		"4006381333931":      "4006381333931",
		"LOT-4711":           "LOTß4711",
		"zyZY":               "yzYZ",
		"https://x.y/01":     "httpsÖ--x.z-01",
		"A_B?C":              "A?B_C",
		"]E04006381333931":   "+E04006381333931",
		"(01)04006381333931": ")01=04006381333931",
		"a=b":                "a´b",
		"user@shop#1":        "user\"shop§1",
		"^6":                 "&6",
		"50%;":               "50%ö",
	} {
		presses, ok := LayoutNamed("us").typed(sent, false)
		got, lost := decode(LayoutNamed("de"), false, reports(presses, 0))
		if !ok || got != want || lost != nil {
			t.Errorf("%q was read as %q, want %q, lost %q", sent, got, want, lost)
		}
	}
}

func TestCodePagesAreComplete(t *testing.T) {
	if len(dosTable) != 128 || len(windowsTable) != 32 {
		t.Fatalf("%d and %d characters", len(dosTable), len(windowsTable))
	}
	seen := map[rune]bool{}
	for _, c := range dosTable {
		if seen[c] || c == utf8.RuneError {
			t.Errorf("%q twice or invalid", c)
		}
		seen[c] = true
	}
}

func TestNoKeyIsBothTextAndControl(t *testing.T) {
	for code := range uint16(0x300) {
		if carriesText(code) && controls[code] != 0 {
			t.Errorf("key %d", code)
		}
		for _, l := range Layouts {
			if l.keys[code] != (levels{}) && !carriesText(code) {
				t.Errorf("key %d of %s would be ignored", code, l.Name)
			}
		}
	}
}
