package scanner

import (
	"testing"
	"time"
	"unsafe"
)

// clockSet returns a time as it would have been read had the wall clock been set by
// so many seconds just before. The monotonic reading is as it was. No function of
// package time makes such a time: only a wall clock that is set does.
func clockSet(t *testing.T, at time.Time, seconds int64) time.Time {
	t.Helper()
	set := at
	*(*uint64)(unsafe.Pointer(&set)) += uint64(seconds) << 30 // the wall clock's seconds, behind 30 bits of nanoseconds
	if set.Sub(at) != 0 || set.Round(0).Sub(at.Round(0)) != time.Duration(seconds)*time.Second {
		t.Fatalf("%v is not %v with its wall clock set by %d s", set, at, seconds)
	}
	return set
}

// bothWays runs a test with the wall clock set back and set forward by an hour.
func bothWays(t *testing.T, test func(t *testing.T, set func(time.Time) time.Time)) {
	for name, by := range map[string]int64{"back": -3600, "forward": 3600} {
		t.Run(name, func(t *testing.T) {
			test(t, func(at time.Time) time.Time { return clockSet(t, at, by) })
		})
	}
}

// A scan is no repeat because the wall clock was set back before it, and a repeat
// is one although the clock was set forward.
func TestRepeatsGoByTheMonotonicClock(t *testing.T) {
	bothWays(t, func(t *testing.T, set func(time.Time) time.Time) {
		at := time.Now()
		for after, want := range map[time.Duration]bool{5 * time.Second: false, time.Millisecond: true} {
			r := NewRepeats(0, true)
			r.Frame(Frame{Raw: []byte("A"), Length: 1, First: at, Last: at})
			r.Answered(Stored, at)
			next := set(at.Add(after))
			if got := r.Frame(Frame{Raw: []byte("A"), Length: 1, First: next, Last: next}); got != want {
				t.Errorf("the same %v later is a repeat: %v, want %v", after, got, want)
			}
		}
	})
}

func TestTwinsGoByTheMonotonicClock(t *testing.T) {
	bothWays(t, func(t *testing.T, set func(time.Time) time.Time) {
		at := time.Now()
		for after, want := range map[time.Duration]bool{5 * time.Second: false, time.Millisecond: true} {
			var both twins
			both.frame("1-2", "hidpos:1", Frame{Raw: []byte("A"), First: at, Last: at})
			next := set(at.Add(after))
			if got := both.frame("1-2", "keyboard:1", Frame{Raw: []byte("A"), First: next, Last: next}); got != want {
				t.Errorf("the same of the other interface %v later is a twin: %v, want %v", after, got, want)
			}
		}
	})
}

// Without a terminator only silence ends a scan, also after the line was held back
// and the wall clock was set.
func TestSilenceGoesByTheMonotonicClock(t *testing.T) {
	bothWays(t, func(t *testing.T, set func(time.Time) time.Time) {
		f := NewFramer(Framing{NoSuffix: true})
		at := time.Now()
		f.Resume(at)
		whole := 0
		for range 10 {
			at = at.Add(3 * time.Second)
			whole += len(f.Feed([]byte("4006381333931"), set(at)))
			whole += len(f.Quiet(set(at.Add(DefaultGap))))
		}
		if whole != 10 {
			t.Errorf("10 scans became %d; %d bytes wait", whole, f.length)
		}
	})
}

// What the ring and the consumer note of the time has its monotonic reading, too:
// compared with a time that has one, a time without goes by the wall clock.
func TestTheRingReadsTheMonotonicClock(t *testing.T) {
	r := newRing(1)
	if err := r.holdBack(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, since := r.listens(); since == since.Round(0) {
		t.Errorf("listening went on at %v, which hangs on the wall clock", since)
	}
}
