package scanner

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// piece is what arrives at a moment after noon.
type piece struct {
	ms   int
	text string
}

func (p piece) at() time.Time { return noon.Add(time.Duration(p.ms) * time.Millisecond) }

// frames feeds pieces and then lets a minute pass. Frames are shown as text,
// "~" marks one ended by quiet, "!n" one too long with n bytes.
func frames(rule Framing, pieces ...piece) []string {
	f := NewFramer(rule)
	var got []string
	add := func(fs []Frame) {
		for _, fr := range fs {
			s := string(fr.Raw)
			if fr.Flags.Has(EndedByQuiet) {
				s += "~"
			}
			if fr.Flags.Has(TooLong) {
				s += fmt.Sprintf("!%d", fr.Length)
			}
			got = append(got, s)
		}
	}
	for _, p := range pieces {
		add(f.Feed([]byte(p.text), p.at()))
	}
	add(f.Quiet(noon.Add(time.Minute)))
	return got
}

func TestFramesEndWhereAScanEnds(t *testing.T) {
	x5000 := strings.Repeat("x", 5000)
	for name, c := range map[string]struct {
		rule   Framing
		pieces []piece
		want   []string
	}{
		"carriage return":            {pieces: []piece{{0, "A1\rB2\r"}}, want: []string{"A1", "B2"}},
		"line feed":                  {pieces: []piece{{0, "A1\nB2\n"}}, want: []string{"A1", "B2"}},
		"both":                       {pieces: []piece{{0, "A1\r\nB2\r\n"}}, want: []string{"A1", "B2"}},
		"both, in two chunks":        {pieces: []piece{{0, "A1\r"}, {200, "\nB2\r\n"}}, want: []string{"A1", "B2"}},
		"tab":                        {pieces: []piece{{0, "A1\tB2\t"}}, want: []string{"A1", "B2"}},
		"STX and ETX":                {pieces: []piece{{0, "\x02A1\x03\x02B2\x03"}}, want: []string{"A1", "B2"}},
		"quiet":                      {pieces: []piece{{0, "A1"}, {60, "B2"}}, want: []string{"A1~", "B2~"}},
		"a short pause is no end":    {pieces: []piece{{0, "A"}, {59, "1"}}, want: []string{"A1~"}},
		"NULs are dropped":           {pieces: []piece{{0, "\x00A\x001\x00\r\x00\x00"}}, want: []string{"A1"}},
		"nothing but NULs":           {pieces: []piece{{0, "\x00\x00\rA1\r\x00\rB2\r\n\x00\r\n"}}, want: []string{"\x00\x00", "A1", "\x00", "B2", "\x00"}},
		"NULs between CR and LF":     {pieces: []piece{{0, "A1\r\x00\nB2\r\x00\n"}}, want: []string{"A1", "B2"}},
		"NULs without an end":        {pieces: []piece{{0, "\x00\x00"}, {700, "\x00"}, {1400, "A1\r"}}, want: []string{"A1"}},
		"nothing between ends":       {pieces: []piece{{0, "\r\n\r\n\t\x03\x02\r"}}, want: nil},
		"GS belongs to the code":     {pieces: []piece{{0, "0104\x1d10A\r"}}, want: []string{"0104\x1d10A"}},
		"a slow one that has an end": {pieces: []piece{{0, "A1\r"}, {100, "B"}, {300, "2\r"}}, want: []string{"A1", "B2"}},
		"it no longer sends an end":  {pieces: []piece{{0, "A1\r"}, {100, "B2"}, {700, "C3"}, {770, "D4"}}, want: []string{"A1", "B2~", "C3~", "D4~"}},
		"only tab":                   {rule: Framing{Suffix: "\t"}, pieces: []piece{{0, "A\r1\tB"}, {100, "2\t\r"}}, want: []string{"A\r1", "B2"}},
		"only quiet":                 {rule: Framing{NoSuffix: true}, pieces: []piece{{0, "A\r1"}, {70, "B2"}}, want: []string{"A\r1~", "B2~"}},
		"own gap":                    {rule: Framing{Gap: time.Second}, pieces: []piece{{0, "A"}, {900, "1"}, {2000, "B2"}}, want: []string{"A1~", "B2~"}},
		"longest":                    {pieces: []piece{{0, x5000[:4096] + "\r"}}, want: []string{x5000[:4096]}},
		"too long":                   {pieces: []piece{{0, x5000 + "\rA1\r"}}, want: []string{x5000[:64] + "!5000", "A1"}},
		"too long, ended by quiet":   {pieces: []piece{{0, x5000}, {60, "A1\r"}}, want: []string{x5000[:64] + "~!5000", "A1"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := frames(c.rule, c.pieces...); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestFrameKnowsItsFirstAndLastByte(t *testing.T) {
	f := NewFramer(Framing{})
	f.Feed([]byte("\n4006"), piece{ms: 10}.at())
	got := f.Feed([]byte("381\r"), piece{ms: 30}.at())
	if len(got) != 1 || got[0].First != (piece{ms: 10}).at() || got[0].Last != (piece{ms: 30}).at() {
		t.Fatalf("%+v", got)
	}
	f.Feed([]byte("12"), piece{ms: 40}.at())
	due, ok := f.Deadline()
	if !ok || due != (piece{ms: 540}).at() {
		t.Fatalf("the end by quiet is due at %v, %v", due, ok)
	}
	if got := f.Quiet(due.Add(-1)); len(got) != 0 {
		t.Fatalf("ended early: %+v", got)
	}
	if got := f.Quiet(due); len(got) != 1 || got[0].Last != (piece{ms: 40}).at() {
		t.Fatalf("%+v", got)
	}
	if _, ok := f.Deadline(); ok {
		t.Fatal("there is a deadline between frames")
	}
}

func TestWhatFollowsLostInputIsNoScan(t *testing.T) {
	f := NewFramer(Framing{})
	f.Feed([]byte("40063"), noon)
	if n := f.Drop(noon); n != 5 {
		t.Fatalf("threw %d bytes away", n)
	}
	got := f.Feed([]byte("81333931\rA1\r"), noon)
	if len(got) != 1 || string(got[0].Raw) != "A1" {
		t.Fatalf("%+v", got)
	}
	f.Feed([]byte("12"), noon)
	if n := f.Cut(); n != 2 {
		t.Fatalf("cut %d bytes off", n)
	}
	if got := f.Feed([]byte("B2\r"), noon); len(got) != 1 || string(got[0].Raw) != "B2" {
		t.Fatalf("%+v", got)
	}
}

// Bytes that arrive at one time make the same frames however they are chunked.
func TestChunksDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := Framing{Max: rapid.IntRange(1, 20).Draw(t, "max")}
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab\r\n\t\x00\x02\x03"))).Draw(t, "bytes")
		var cut []piece
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "chunk")
			cut = append(cut, piece{0, rest[:n]})
			rest = rest[n:]
		}
		whole, parts := frames(rule, piece{0, text}), frames(rule, cut...)
		if !slices.Equal(whole, parts) {
			t.Fatalf("whole %q, in chunks %q", whole, parts)
		}
	})
}

// Every chunk's first byte is its pause in 4 ms. Nothing may panic, be longer
// than allowed, or hold bytes that were not sent in this order.
func FuzzFramer(f *testing.F) {
	f.Add([]byte("\x00A1\r\n\x20B2"), uint8(16), uint8(0))
	f.Add([]byte("\x02\x02\x00A1\x03"), uint8(1), uint8(3))
	f.Add(bytes.Repeat([]byte("\x10long"), 200), uint8(255), uint8(1))
	f.Fuzz(func(t *testing.T, input []byte, limit, suffix uint8) {
		rule := Framing{Max: int(limit) + 1, NoSuffix: suffix%4 == 1, Suffix: []string{"", "", "\r", "\t"}[suffix%4]}
		fr := NewFramer(rule)
		now, sent := noon, []byte(nil)
		check := func(frames []Frame) {
			for _, f := range frames {
				sent = mustHold(t, sent, f, rule.Max)
			}
		}
		for len(input) > 0 {
			n := min(len(input), 1+int(input[0])%9)
			now = now.Add(time.Duration(input[0]) * 4 * time.Millisecond)
			chunk := input[1:n]
			check(fr.Quiet(now))
			sent = append(sent, chunk...)
			check(fr.Feed(chunk, now))
			input = input[n:]
		}
		check(fr.Quiet(now.Add(time.Hour)))
		if _, pending := fr.Deadline(); pending {
			t.Fatal("a frame outlives an hour of quiet")
		}
	})
}

// mustHold finds the bytes of f in sent, in order, and returns what follows.
func mustHold(t *testing.T, sent []byte, f Frame, limit int) []byte {
	if len(f.Raw) == 0 || len(f.Raw) > limit || f.Last.Before(f.First) {
		t.Fatalf("impossible frame %+v", f)
	}
	if tooLong := f.Length > limit; tooLong != f.Flags.Has(TooLong) || !tooLong && f.Length != len(f.Raw) {
		t.Fatalf("wrong length: %+v, longest %d", f, limit)
	}
	for _, b := range f.Raw {
		i := bytes.IndexByte(sent, b)
		if i < 0 {
			t.Fatalf("byte %q of %q was not sent", b, f.Raw)
		}
		sent = sent[i+1:]
	}
	return sent
}
