package keyboard

import (
	"bytes"
	"slices"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestEventsOfBothSizes(t *testing.T) {
	want := []Event{
		{At: 3*time.Hour + 5*time.Microsecond, Type: typeKey, Code: key102nd, Value: 1},
		{At: 3*time.Hour + 6*time.Microsecond, Type: typeSync},
		{Type: 0xffff, Code: 0xfffe, Value: -1},
	}
	for _, word := range []int{4, 8} {
		var buf []byte
		for _, e := range want {
			buf = appendEvent(buf, e, word)
		}
		if len(buf) != len(want)*eventSize(word) {
			t.Fatalf("an event of %d bytes", len(buf)/len(want))
		}
		got, rest := parseEvents(nil, append(buf, 1, 2, 3), word)
		if !slices.Equal(got, want) || !bytes.Equal(rest, []byte{1, 2, 3}) {
			t.Errorf("words of %d bytes: %v, rest %v", word, got, rest)
		}
	}
}

// A text in any layout, typed, cut anywhere into reads, is the same text again.
func TestAnyTextSurvives(t *testing.T) {
	letters := map[Choice][]rune{}
	var choices []Choice
	for _, l := range Layouts {
		for _, caps := range []bool{false, true} {
			choices = append(choices, Choice{l, caps})
			letters[Choice{l, caps}] = alphabet(l, caps)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		choice := rapid.SampledFrom(choices).Draw(t, "choice")
		l, caps := choice.Layout, choice.Caps
		text := string(rapid.SliceOfN(rapid.SampledFrom(letters[choice]), 0, 40).Draw(t, "text"))
		presses, ok := l.typed(text, caps)
		if !ok {
			t.Fatalf("%s cannot type %q", l.Name, text)
		}
		var stream []byte
		for _, e := range reports(presses, 0) {
			stream = AppendEvent(stream, e)
		}
		out := &paper{}
		ty := typist{decoder: NewDecoder(l, caps), out: out, at: fromZero, pause: DefaultPause}
		var rest []byte
		for len(stream) > 0 {
			n := rapid.IntRange(1, len(stream)).Draw(t, "read")
			var events []Event
			events, rest = ParseEvents(nil, append(rest, stream[:n]...))
			ty.take(events)
			stream = stream[n:]
		}
		ty.endDeadKey()
		if got := out.text.String(); got != text || out.lost != nil || len(rest) > 0 {
			t.Fatalf("%s: %q was read as %q, lost %q", l.Name, text, got, out.lost)
		}
	})
}

// alphabet is what a layout can type.
func alphabet(l *Layout, caps bool) []rune {
	all := []rune("\r\t\x1d")
	for c := range candidates(l) {
		if _, ok := l.typedRune(c, caps); ok {
			all = append(all, c)
		}
	}
	slices.Sort(all)
	return all
}

func candidates(l *Layout) map[rune]bool {
	all := map[rune]bool{}
	for _, key := range l.keys {
		for _, s := range key {
			all[s.Char] = true
		}
	}
	for accent, pairs := range accents {
		for i := 1; i < len(pairs); i += 2 {
			capital, _ := combine(accent, unicode.ToUpper(pairs[i-1]))
			all[pairs[i]], all[capital] = true, true
		}
	}
	delete(all, 0)
	return all
}

// Whatever a device sends, nothing panics, nothing grows beyond what came in, and
// what comes out is valid text.
func FuzzEvents(f *testing.F) {
	var seed []byte
	for _, e := range slices.Concat(taps(kA, key102nd, keyEnter), holding(keyLeftAlt, taps(kKP1, kKP2)), []Event{dropped(), report()}) {
		seed = AppendEvent(seed, e)
	}
	f.Add(seed, uint8(0))
	f.Add(seed[5:], uint8(7))
	f.Add(bytes.Repeat([]byte{1}, 500), uint8(3))
	f.Fuzz(func(t *testing.T, stream []byte, setting uint8) {
		choice := Choice{Layouts[int(setting>>1)%len(Layouts)], setting&1 != 0}
		for _, word := range []int{4, 8} {
			events, rest := parseEvents(nil, stream, word)
			if len(events)*eventSize(word)+len(rest) != len(stream) {
				t.Fatalf("%d events and %d bytes of %d", len(events), len(rest), len(stream))
			}
			checkBounds(t, choice, events)
		}
		checkBounds(t, choice, likely(stream))
	})
}

// likely makes of two bytes an event that a keyboard could send, which chance alone
// would need long to find.
func likely(stream []byte) (events []Event) {
	for pair := range slices.Chunk(stream, 2) {
		kind, code := pair[0], uint16(0)
		if len(pair) > 1 {
			code = uint16(pair[1])
		}
		switch kind % 8 {
		case 0:
			events = append(events, report())
		case 1:
			events = append(events, dropped())
		case 2:
			events = append(events, again(code))
		case 3:
			events = append(events, up(code))
		case 4:
			events = append(events, down(code))
		default:
			events = append(events, tap(code)...)
		}
	}
	return events
}

func checkBounds(t *testing.T, c Choice, events []Event) {
	var s Strokes
	d := NewDecoder(c.Layout, c.Caps)
	var text []byte
	strokes := 0
	for _, e := range events {
		some, _ := s.Take(e)
		strokes += len(some)
		for _, stroke := range some {
			text, _ = d.Append(text, stroke)
		}
		if len(s.keys) > maxPacket || len(s.alt) > maxAltCode+1 {
			t.Fatalf("%d keys and %d digits are kept", len(s.keys), len(s.alt))
		}
	}
	text = d.Flush(text)
	if strokes > len(events) || len(text) > 8*len(events) {
		t.Fatalf("%d strokes and %d bytes of %d events", strokes, len(text), len(events))
	}
	if !utf8.Valid(text) {
		t.Fatalf("not UTF-8: %q", text)
	}
}
