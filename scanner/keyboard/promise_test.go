package keyboard

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/scanner"
)

// cutter frames what a typist sends, as the supervisor does.
type cutter struct {
	framer *scanner.Framer
	frames []string
	losses int
}

func (c *cutter) Bytes(chunk []byte, at time.Time) {
	for _, f := range c.framer.Feed(chunk, at) {
		c.frames = append(c.frames, string(f.Raw))
	}
}

func (c *cutter) Lost(_ string, at time.Time) {
	c.losses++
	c.framer.Drop(at)
}

// shift is some scans, and what the kernel tells of them.
type shift struct {
	scans  []string // those without a bad key
	events []Event
	spoilt int
	at     time.Duration
}

func (s *shift) scan(t *rapid.T, l *Layout) {
	text := rapid.StringMatching(`[A-Za-z0-9/_-]{1,12}`).Draw(t, "text")
	presses, _ := l.typed(text+"\r", false)
	if rapid.IntRange(0, 4).Draw(t, "bad key") == 0 {
		presses = slices.Insert(presses, rapid.IntRange(0, len(presses)-1).Draw(t, "where"), press{code: keyYen})
		s.spoilt++
	} else {
		s.scans = append(s.scans, text)
	}
	for _, p := range presses {
		s.events = append(s.events, reports([]press{p}, s.at)...)
		s.at += 2 * time.Millisecond
	}
	s.at += rapid.SampledFrom([]time.Duration{0, 70 * time.Millisecond, time.Second}).Draw(t, "pause")
}

// overflow throws some events away, as the kernel does when nobody reads.
func (s *shift) overflow(t *rapid.T) {
	from := rapid.IntRange(0, len(s.events)-1).Draw(t, "from")
	to := rapid.IntRange(from, len(s.events)).Draw(t, "to")
	gone := dropped()
	gone.At = s.events[from].At
	s.events = slices.Replace(s.events, from, to, gone)
	s.spoilt++
}

// Wherever the kernel throws events away, and whichever keys make no character:
// every scan that is delivered was sent like that, in order, none twice, and what
// is missing was said.
func TestNoScanIsDeliveredThatWasNotSent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SampledFrom(Layouts).Draw(t, "layout")
		s := shift{at: time.Second}
		for range rapid.IntRange(1, 8).Draw(t, "scans") {
			s.scan(t, l)
		}
		for range rapid.IntRange(0, 2).Draw(t, "overflows") {
			s.overflow(t)
		}
		c := &cutter{framer: scanner.NewFramer(scanner.Framing{Gap: DefaultGap})}
		ty := typist{decoder: NewDecoder(l, false), out: c, at: fromZero, pause: DefaultPause}
		ty.take(append(s.events, Event{At: s.at, Type: typeSync, Code: syncReport}))
		rest := s.scans
		for _, f := range c.frames {
			i := slices.Index(rest, f)
			if i < 0 {
				t.Fatalf("%q was delivered; sent were %q, delivered %q", f, s.scans, c.frames)
			}
			rest = rest[i+1:]
		}
		if len(c.frames) < len(s.scans) && c.losses == 0 || s.spoilt == 0 && len(c.frames) != len(s.scans) {
			t.Fatalf("%q of %q were delivered, %d losses were said", c.frames, s.scans, c.losses)
		}
	})
}
