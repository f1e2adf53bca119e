package usbtest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

const (
	// promised is how soon after it was plugged in again a scanner reads.
	promised = 2 * time.Second
	// allowed is what the test accepts: the emulated computer is slower than any
	// real one, and how much slower depends on what else the host does.
	allowed = 5 * promised
)

// storm lets a scanner send codes and unplugs it in the middle of some of them,
// as people do: what did not arrive is scanned again when the scanner is back.
type storm struct {
	*watch
	scanner  emulated
	random   *rand.Rand
	expected []string        // what has been scanned successfully
	reopened []time.Duration // from plugging in to being ready
	gone     int             // whole scans that went with the cable
}

func newStorm(e emulated, w *watch) *storm {
	return &storm{watch: w, scanner: e, random: rand.New(rand.NewPCG(uint64(len(w.id)), 3))}
}

// run sends at least as many codes, with as many unplugs spread over them.
func (s *storm) run(t *testing.T, codes, unplugs int) {
	defer s.explain(t)
	s.untilState(t, scanner.Reading)
	for i := 0; i < codes; i = len(s.expected) {
		if n := len(s.reopened); n < unplugs && n*codes <= i*unplugs {
			s.unplugInAScan(t, i)
		} else {
			s.scan(t, i)
		}
	}
	s.untilReads(t, len(s.expected))
	s.mustBe(t, s.expected)
	s.report(t)
}

// code returns the i-th code of this scanner.
func (s *storm) code(i int) string { return fmt.Sprintf("%08d", i) }

func (s *storm) scan(t *testing.T, i int) {
	s.expect(i)
	s.scanner.scan(t, s.code(i))
	if s.scanner.inFlight == 1 {
		s.untilReads(t, len(s.expected))
	}
}

// expect expects code i to be read next.
func (s *storm) expect(i int) {
	s.expected = append(s.expected, s.scanner.arrivesAs(s.code(i)))
}

// unplugInAScan unplugs in the middle of code i: every other time some time after
// all before it have arrived, else at once and with some of them on their way.
func (s *storm) unplugInAScan(t *testing.T, i int) {
	s.untilReads(t, len(s.expected))
	pause := time.Duration(s.random.Int64N(int64(50 * time.Millisecond)))
	if len(s.reopened)%2 == 1 {
		pause = 0
		for range s.scanner.inFlight - 1 {
			s.scanner.scan(t, s.code(i))
			i++
		}
	}
	code := s.code(i)
	s.scanner.part(t, code[:1+s.random.IntN(len(code)-1)])
	time.Sleep(pause) // so far it gets
	s.scanner.unplug(t)
	s.untilState(t, scanner.Missing)
	plugged := s.scanner.plug(t)
	s.untilState(t, scanner.Reading)
	s.reopened = append(s.reopened, s.at-plugged)
	s.takeStock(t, i)
}

// takeStock sees which of the codes before the n-th have arrived. They must be
// whole and the first ones of those that were sent.
func (s *storm) takeStock(t *testing.T, n int) {
	for i := len(s.expected); i < n && i < len(s.reads); i++ {
		s.expect(i)
	}
	s.gone += n - len(s.expected)
	s.mustBe(t, s.expected)
}

// explain says how things stood, if the storm failed.
func (s *storm) explain(t *testing.T) {
	if !t.Failed() {
		return
	}
	t.Logf("%d of %d codes were read, %d unplugs, state %+v", len(s.reads), len(s.expected), len(s.reopened), s.state)
	for _, n := range s.notices {
		t.Logf("notice: %+v", n)
	}
}

func (s *storm) report(t *testing.T) {
	slices.Sort(s.reopened)
	told := s.noticed(scanner.CutOff) + s.noticed(scanner.InputLost) // of a stream, of reports
	t.Logf("%d codes, none lost, none twice; %d unplugs in mid-scan, %d told as cut off, %d whole codes went with the cable and were scanned again",
		len(s.expected), len(s.reopened), told, s.gone)
	if n := len(s.reopened); n > 0 {
		t.Logf("reading again after (guest's clock) median %v, longest %v; promised %v",
			s.reopened[n/2].Round(time.Millisecond), s.reopened[n-1].Round(time.Millisecond), promised)
		if s.reopened[n-1] > allowed {
			t.Errorf("a scanner was back after %v only", s.reopened[n-1])
		}
		if told == 0 {
			t.Error("no scan was told as cut off")
		}
	}
	for _, r := range s.reads {
		if r.Flags != 0 {
			t.Errorf("the scan %q has the flags %b", r.Raw, r.Flags)
		}
	}
}
