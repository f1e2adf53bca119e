package keyboard

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// The names of the tests' keys.
const (
	kA, kB, kE, kQ, kM = keyA, 48, 18, keyQ, 50
	k6, k7             = 7, 8
	kBracket           = 27 // ] on a US keyboard
	kEqual             = 13
	kDown              = 108
	kVolume            = 114
	kKP1, kKP2, kKP3   = 79, 80, 81
	kKP6, kKP9         = 77, 73
)

func down(code uint16) Event   { return Event{Type: typeKey, Code: code, Value: 1} }
func up(code uint16) Event     { return Event{Type: typeKey, Code: code} }
func again(code uint16) Event  { return Event{Type: typeKey, Code: code, Value: 2} }
func report() Event            { return Event{Type: typeSync, Code: syncReport} }
func dropped() Event           { return Event{Type: typeSync, Code: syncDropped} }
func tap(code uint16) []Event  { return []Event{down(code), report(), up(code), report()} }
func taps(c ...uint16) []Event { return slices.Concat(perCode(c, tap)...) }

func perCode(codes []uint16, f func(uint16) []Event) (all [][]Event) {
	for _, c := range codes {
		all = append(all, f(c))
	}
	return all
}

// holding wraps events in a modifier.
func holding(code uint16, events ...[]Event) []Event {
	return slices.Concat([]Event{down(code), report()}, slices.Concat(events...), []Event{up(code), report()})
}

func TestWhatIsTypedIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		layout string
		events []Event
		want   string
	}{
		"plain":                  {"us", taps(kA, kB, keyEnter), "ab\r"},
		"Shift":                  {"us", holding(keyLeftShift, taps(kA, k6)), "A^"},
		"the other Shift":        {"us", holding(keyRightShift, taps(kA)), "A"},
		"both Shifts":            {"us", slices.Concat([]Event{down(keyLeftShift), down(keyRightShift), report(), up(keyLeftShift), report()}, taps(kA), []Event{up(keyRightShift), report()}, taps(kA)), "Aa"},
		"repeated by the kernel": {"us", []Event{down(kA), report(), again(kA), report(), again(kA), report(), up(kA), report()}, "a"},
		"the next key comes before the last one is up":  {"us", []Event{down(kA), report(), up(kA), down(kB), report(), up(kB), report()}, "ab"},
		"several keys in one report":                    {"us", []Event{down(kA), down(kB), down(kE), report(), up(kA), up(kB), up(kE), report()}, "abe"},
		"a modifier behind its key in the report":       {"us", []Event{down(kA), down(keyLeftShift), report(), up(kA), up(keyLeftShift), report()}, "A"},
		"a modifier that goes up as the next key comes": {"us", []Event{down(keyLeftShift), down(kA), report(), up(kA), up(keyLeftShift), down(kB), report(), up(kB), report()}, "Ab"},
		"Caps Lock":                              {"us", taps(keyCapsLock, kA, k6, keyCapsLock, kA), "A6a"},
		"Caps Lock and Shift":                    {"us", slices.Concat(taps(keyCapsLock), holding(keyLeftShift, taps(kA, k6))), "a^"},
		"AltGr":                                  {"de", holding(keyRightAlt, taps(kQ, k7, kE)), "@{€"},
		"Ctrl and Alt for AltGr":                 {"de", holding(keyLeftCtrl, holding(keyLeftAlt, taps(kQ, k7))), "@{"},
		"Ctrl and AltGr":                         {"de", holding(keyLeftCtrl, holding(keyRightAlt, taps(kQ))), "@"},
		"GS as Ctrl and ]":                       {"us", holding(keyLeftCtrl, taps(kBracket)), "\x1d"},
		"the same position on a German keyboard": {"de", holding(keyLeftCtrl, taps(kBracket)), "\x1d"},
		"the same position where it is a dead key": {"nordic", holding(keyRightCtrl, taps(kBracket)), "\x1d"},
		"GS as F8":                                     {"us", taps(kA, keyF8, kB), "a\x1db"},
		"FS, RS, US as F7, F9, F10":                    {"us", taps(keyF7, keyF9, keyF10), "\x1c\x1e\x1f"},
		"Ctrl and letters":                             {"us", holding(keyLeftCtrl, taps(kA, kM, k6)), "\x01\r\x1e"},
		"Ctrl and letters of the layout":               {"fr", holding(keyLeftCtrl, taps(kQ)), "\x01"},
		"the key beside the left Shift":                {"de", slices.Concat(taps(key102nd), holding(keyLeftShift, taps(key102nd)), holding(keyRightAlt, taps(key102nd))), "<>|"},
		"the keypad":                                   {"us", taps(kKP1, kKP2, keyKPDot, keyKPSlash, keyKPAsterisk, keyKPMinus, keyKPPlus, keyKPEnter), "12./*-+\r"},
		"the keypad in Germany":                        {"de", taps(kKP1, keyKPDot, kKP2), "1,2"},
		"Tab":                                          {"us", taps(kA, keyTab), "a\t"},
		"keys that are no part of a code":              {"us", taps(kDown, kVolume, kA, 59, keyLeftMeta, 69, 70), "a"},
		"commands to a program":                        {"us", slices.Concat(holding(keyLeftAlt, taps(kA)), holding(keyLeftMeta, taps(kA)), taps(kB)), "b"},
		"mouse buttons and unknown events":             {"us", []Event{{Type: 2, Code: 0, Value: 5}, down(0x110), {Type: 17, Code: 1, Value: 1}, report()}, ""},
		"a number with Alt, of Windows":                {"us", holding(keyLeftAlt, taps(keyKP0, kKP1, 75, keyKP0)), "Œ"},
		"a number with Alt, of DOS":                    {"us", holding(keyLeftAlt, taps(kKP1, kKP2, 72)), "Ç"},
		"GS as a number with Alt":                      {"us", slices.Concat(holding(keyLeftAlt, taps(keyKP0, keyKP0, kKP2, kKP9)), holding(keyLeftAlt, taps(kKP2, kKP9)), taps(kA)), "\x1d\x1da"},
		"digits with Alt and a key in one report":      {"us", slices.Concat([]Event{down(keyLeftAlt), report()}, taps(kKP6, 76), []Event{up(keyLeftAlt), down(kB), report(), up(kB), report()}), "Ab"},
		"digits of the top row with Alt are no number": {"us", holding(keyLeftAlt, taps(k6, k7)), ""},
		"a dead key and a letter":                      {"de", taps(keyGrave, kE, keyGrave, kA), "êâ"},
		"a dead key and a capital":                     {"de", slices.Concat(taps(kEqual), holding(keyLeftShift, taps(kE))), "É"},
		"a dead key and a space":                       {"de", taps(keyGrave, keySpace, kA), "^a"},
		"a dead key and what has no accent":            {"de", taps(keyGrave, kB, keyGrave, k6), "^b^6"},
		"a dead key twice":                             {"de", taps(keyGrave, keyGrave, kA), "^â"},
		"a dead key at the end":                        {"de", taps(kA, keyGrave, keyEnter), "a^\r"},
		"a dead key and nothing more":                  {"de", taps(kA, keyGrave), "a^"},
		"dead keys in France":                          {"fr", slices.Concat(taps(26, kE), holding(keyLeftShift, taps(26)), taps(kE)), "êë"},
		"a dead key in Spain":                          {"es", slices.Concat(taps(40, kQ, 40, kE), holding(keyRightAlt, taps(5)), taps(49)), "´qéñ"},
	} {
		t.Run(name, func(t *testing.T) {
			got, lost := decode(LayoutNamed(c.layout), false, c.events)
			if got != c.want || lost != nil {
				t.Fatalf("read %q, lost %q; want %q", got, lost, c.want)
			}
		})
	}
}

func TestAScannerThatTakesCapsLockToBeOn(t *testing.T) {
	got, _ := decode(LayoutNamed("us"), true, slices.Concat(taps(kA, k6), holding(keyLeftShift, taps(kA, k6))))
	if got != "A6a^" {
		t.Fatalf("read %q", got)
	}
}

// What cannot be read is said, once for a scan, and nothing stands for it.
func TestWhatCannotBeReadIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		layout string
		events []Event
		want   string // "|" where a loss was said
		reason string
	}{
		"a key that the layout does not have":     {"us", taps(kA, key102nd, kB), "a|b", `key 86, which makes no character in the layout "us"`},
		"three of them in a scan":                 {"us", taps(key102nd, key102nd, keyYen, keyEnter), "|\r", "layout"},
		"one in each of two scans":                {"us", taps(key102nd, keyEnter, key102nd, keyEnter), "|\r|\r", "layout"},
		"AltGr where there is none":               {"us", holding(keyRightAlt, taps(kA)), "|", "key 30"},
		"Ctrl and a key without control code":     {"us", holding(keyLeftCtrl, taps(kKP1)), "|", "key 79"},
		"a number that is no character":           {"us", holding(keyLeftAlt, taps(keyKP0, kKP1, kKP2, kKP9)), "|", "number 0129"},
		"a number with too many digits":           {"us", holding(keyLeftAlt, taps(slices.Repeat([]uint16{kKP1}, 40)...)), "|", "number 11111111"},
		"events that the kernel threw away":       {"us", slices.Concat(taps(kA), []Event{dropped(), up(kB), report()}, taps(kE, keyEnter)), "a|e\r", "too slow"},
		"events thrown away while Shift is held":  {"us", slices.Concat([]Event{down(keyLeftShift), report(), dropped(), up(kB), report()}, taps(kE, keyEnter, kA)), "|e\ra", "too slow"},
		"what lies between a loss and its report": {"us", slices.Concat([]Event{down(kA), dropped(), down(kB), up(kB), report()}, taps(kE)), "|e", "too slow"},
		"a report without end":                    {"us", append(slices.Repeat([]Event{down(kA)}, 1000), report(), down(kB), report()), "|b", "too slow"},
	} {
		t.Run(name, func(t *testing.T) {
			got, lost := decode(LayoutNamed(c.layout), false, c.events)
			if got != c.want || len(lost) == 0 || !strings.Contains(lost[0], c.reason) {
				t.Fatalf("read %q, lost %q; want %q because of %q", got, lost, c.want, c.reason)
			}
		})
	}
}

// Characters that came one after the other keep their times; those that waited
// together travel together.
func TestTimesAreTheKernels(t *testing.T) {
	out := &paper{}
	ty := typist{decoder: NewDecoder(LayoutNamed("us"), false), out: out, at: fromZero, pause: DefaultPause}
	var events []Event
	for i := range 6 {
		at := time.Duration(i) * time.Millisecond
		if i >= 3 {
			at += 200 * time.Millisecond
		}
		events = append(events, reports([]press{{code: kA}}, at)...)
	}
	ty.take(events)
	want := []time.Time{fromZero(2 * time.Millisecond), fromZero(205 * time.Millisecond)}
	if !slices.Equal(out.times, want) || !slices.Equal(out.sizes, []int{3, 3}) {
		t.Fatalf("chunks of %v bytes at %v", out.sizes, out.times)
	}
}

// A bad key is told again as soon as the scan that it spoilt may be over: else the
// next one would be taken for whole.
func TestEachSpoiltScanIsTold(t *testing.T) {
	bad := func(at time.Duration) []Event { return reports([]press{{code: key102nd}, {code: kA}}, at) }
	for pause, want := range map[time.Duration]string{
		DefaultPause - time.Millisecond: "|aa",
		DefaultPause:                    "|a|a",
	} {
		got, _ := decode(LayoutNamed("us"), false, append(bad(time.Second), bad(time.Second+pause)...))
		if got != want {
			t.Errorf("after %v: %q instead of %q", pause, got, want)
		}
	}
	got, _ := decode(LayoutNamed("us"), false, slices.Concat(bad(0), []Event{dropped(), report()}, bad(0)))
	if got != "|a|a" {
		t.Errorf("around dropped events: %q", got)
	}
}

func TestLearningALayout(t *testing.T) {
	for _, l := range Layouts {
		for _, caps := range []bool{false, true} {
			const sent = "STOCKHAND-K7-aZyY:/_=?#\r"
			presses, _ := l.typed(sent, caps)
			var mine bool
			for _, m := range meanings(strokesOf(reports(presses, 0))) {
				is := m.Settings["layout"] == l.Name && (m.Settings["caps"] == "on") == caps
				mine = mine || is && string(m.Raw) == sent
				if is && string(m.Raw) != sent {
					t.Errorf("%s, caps %v: read as %q", l.Name, caps, m.Raw)
				}
			}
			if !mine {
				t.Errorf("%s, caps %v: not among the meanings", l.Name, caps)
			}
		}
	}
}

func strokesOf(events []Event) (all []Stroke) {
	var s Strokes
	for _, e := range events {
		strokes, _ := s.Take(e)
		all = append(all, strokes...)
	}
	return all
}

func TestEqualTextsAreOneReading(t *testing.T) {
	readings := Learn(strokesOf(taps(k6, k7, keyEnter)))
	if len(readings) != 2 || string(readings[0].Text) != "67\r" || string(readings[1].Text) != "-è\r" {
		t.Fatalf("%+v", readings)
	}
	if n := len(readings[0].Choices); n != len(Layouts)-1 {
		t.Errorf("%d layouts have plain digits", n)
	}
	if c := readings[1].Choices; len(c) != 1 || c[0].Layout.Name != "fr" || c[0].Caps {
		t.Errorf("%+v", c)
	}
}

func TestWhereLayoutsAgreeNoneIsProposed(t *testing.T) {
	m := meanings(strokesOf(taps(kB, kE, keyEnter))[:0])
	if m != nil {
		t.Fatalf("nothing means %v", m)
	}
	m = meanings(strokesOf(taps(kKP1, kKP2, keyEnter)))
	if len(m) != 1 || m[0].Settings != nil || string(m[0].Raw) != "12\r" {
		t.Fatalf("%+v", m)
	}
}

func TestWhatIsNoTextIsNoReading(t *testing.T) {
	for name, events := range map[string][]Event{
		"nothing":                      nil,
		"control codes of no code":     holding(keyLeftCtrl, taps(kA)),
		"a number without character":   holding(keyLeftAlt, taps(keyKP0, kKP1, kKP2, kKP9)),
		"the arrow keys":               taps(kDown, kDown),
		"a key of a Japanese keyboard": taps(keyYen),
	} {
		if r := Learn(strokesOf(events)); r != nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
