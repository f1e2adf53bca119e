package connector_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent/connector"
)

// link is a connection to an upstream whose clock is ahead of ours.
type link struct {
	ahead time.Duration
	now   time.Time // ours
}

// ask plays one request and lets the offset observe it.
func (l *link) ask(o *connector.Offset, out, back time.Duration) (restarted bool) {
	sent := l.now
	date := sent.Add(out).Add(l.ahead).Truncate(time.Second)
	l.now = sent.Add(out + back)
	return o.Observe(sent, l.now, date)
}

func latency(t *rapid.T, label string) time.Duration {
	return time.Duration(rapid.Int64Range(0, int64(3*time.Second)).Draw(t, label))
}

func start() time.Time { return time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC) }

func TestOffsetAlwaysHoldsTheTrueOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o connector.Offset
		l := &link{ahead: time.Duration(rapid.Int64Range(int64(-48*time.Hour), int64(48*time.Hour)).Draw(t, "ahead")), now: start()}
		// A clock that gains or loses 100 ppm is within what is assumed.
		ppm := rapid.Int64Range(-100, 100).Draw(t, "ppm")
		for range rapid.IntRange(1, 40).Draw(t, "answers") {
			pause := time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "pause"))
			l.now = l.now.Add(pause)
			l.ahead += pause / 1_000_000 * time.Duration(ppm)
			if l.ask(&o, latency(t, "out"), latency(t, "back")) {
				t.Fatalf("a drift of %d ppm was taken for a clock that was set", ppm)
			}
			lo, hi := o.Interval()
			if l.ahead < lo || l.ahead > hi {
				t.Fatalf("the true offset %v is outside [%v, %v]", l.ahead, lo, hi)
			}
			ours := l.now.Add(-time.Minute)
			stamp := o.Local(ours.Add(l.ahead))
			if ours.Before(stamp.Earliest()) || ours.After(stamp.Latest()) {
				t.Fatalf("%v of our time became %v +- %v", ours, stamp.At, stamp.Uncertainty)
			}
		}
	})
}

func TestOffsetNarrowsBelowTheTickOfTheHeader(t *testing.T) {
	var o connector.Offset
	l := &link{ahead: 1234 * time.Millisecond, now: start()}
	for range 200 {
		l.now = l.now.Add(137 * time.Millisecond)
		l.ask(&o, 20*time.Millisecond, 20*time.Millisecond)
	}
	lo, hi := o.Interval()
	if width := hi - lo; width > 250*time.Millisecond {
		t.Fatalf("200 answers left the offset uncertain by %v", width)
	}
}

func TestOffsetStartsAfreshWhenAClockWasSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o connector.Offset
		l := &link{now: start()}
		l.ask(&o, latency(t, "out"), latency(t, "back"))
		step := time.Duration(rapid.Int64Range(int64(8*time.Second), int64(24*time.Hour)).Draw(t, "step"))
		if rapid.Bool().Draw(t, "backwards") {
			step = -step
		}
		l.ahead += step
		if !l.ask(&o, latency(t, "out2"), latency(t, "back2")) {
			t.Fatalf("a step of %v went unnoticed", step)
		}
		if lo, hi := o.Interval(); l.ahead < lo || l.ahead > hi || o.Restarts() != 1 {
			t.Fatalf("after the step %v is outside [%v, %v], %d restarts", l.ahead, lo, hi, o.Restarts())
		}
	})
}

func TestOffsetIgnoresWhatSaysNothing(t *testing.T) {
	var o connector.Offset
	o.Observe(start(), start().Add(-time.Second), start())
	o.Observe(start(), start(), time.Time{})
	if o.Known() {
		t.Fatal("an answer from before its question was believed")
	}
	if s := o.Local(start()); s.Uncertainty < time.Hour {
		t.Fatalf("nothing is known, yet the time is claimed within %v", s.Uncertainty)
	}
}
