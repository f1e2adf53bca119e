package scannertest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

// Rig plays one scanner for the driver under test. A rig starts plugged in.
type Rig struct {
	Device scanner.Device
	// Scan makes the scanner send a whole scan, terminator included if it has
	// one. It may block until the driver takes it.
	Scan func(code string)
	// Part makes it send the beginning of a scan. Nil if the transport
	// delivers scans only as a whole.
	Part func(code string)
	// Unplug takes the device away and Plug brings it back.
	Unplug, Plug func()
}

// Run checks the promises of package scanner with a driver. New is called for
// each of them and returns a rig of its own, cleaned up with t.
func Run(t *testing.T, newRig func(t *testing.T) Rig) {
	for _, promise := range []struct {
		name  string
		check func(*testing.T, Rig)
	}{
		{"scans arrive whole and in order", wholeAndInOrder},
		{"times rise and lie within the test", timesRise},
		{"stopping leaves nothing behind", stops},
		{"a burst loses nothing", burst},
		{"an unplugged scanner is missing and comes back", replug},
		{"a scan cut off by unplugging is no scan", cutOff},
	} {
		t.Run(promise.name, func(t *testing.T) { promise.check(t, newRig(t)) })
	}
}

// Code returns the i-th of a series of different codes of usual length.
func Code(i int) string { return fmt.Sprintf("%013d", i) }

// Codes returns the first n of the series.
func Codes(n int) []string {
	codes := make([]string, n)
	for i := range codes {
		codes[i] = Code(i)
	}
	return codes
}

func start(t *testing.T, rig Rig) (*Log, func()) {
	log := NewLog()
	_, stop := Start(t, log, rig.Device)
	log.AwaitState(t, scanner.Reading)
	return log, stop
}

func scanAll(rig Rig, codes []string) {
	for _, c := range codes {
		rig.Scan(c)
	}
}

// MustBe fails unless the reads are exactly the codes, numbered from 1.
func (s Seen) MustBe(t testing.TB, codes []string) {
	t.Helper()
	if got := s.Codes(); !slices.Equal(got, codes) {
		i := 0
		for i < min(len(got), len(codes)) && got[i] == codes[i] {
			i++
		}
		t.Fatalf("%d reads instead of %d, different from read %d on: got %.200q, want %.200q",
			len(got), len(codes), i+1, got[i:min(i+3, len(got))], codes[i:min(i+3, len(codes))])
	}
	for i, r := range s.Reads {
		if r.Sequence != int64(i+1) {
			t.Fatalf("read %d has number %d", i+1, r.Sequence)
		}
	}
}

func wholeAndInOrder(t *testing.T, rig Rig) {
	log, _ := start(t, rig)
	codes := Codes(100)
	scanAll(rig, codes)
	seen := log.AwaitReads(t, len(codes))
	seen.MustBe(t, codes)
	for _, r := range seen.Reads {
		if r.Device != rig.Device.ID || r.Flags != 0 || r.Length != len(r.Raw) {
			t.Fatalf("read of another device, or flagged: %+v", r)
		}
	}
}

// Monotonic reports whether a time has its monotonic reading, by which two times
// can be compared although the wall clock was set between them.
func Monotonic(at time.Time) bool { return at != at.Round(0) }

func timesRise(t *testing.T, rig Rig) {
	log, _ := start(t, rig)
	last := time.Now()
	for i := range 20 {
		rig.Scan(Code(i))
		r := log.AwaitReads(t, i+1).Reads[i]
		if r.FirstAt.Before(last) || r.At.Before(r.FirstAt) || time.Now().Before(r.At) {
			t.Fatalf("read %d: first byte %v, last byte %v, the scan before %v", i, r.FirstAt, r.At, last)
		}
		if !Monotonic(r.FirstAt) || !Monotonic(r.At) {
			t.Fatalf("the time of a read hangs on the wall clock: %v, %v", r.FirstAt, r.At)
		}
		last = r.At
	}
}

func stops(t *testing.T, rig Rig) {
	log, stop := start(t, rig)
	rig.Scan(Code(1))
	log.AwaitReads(t, 1)
	stop()
	log.Seen().MustBe(t, []string{Code(1)})
}

func burst(t *testing.T, rig Rig) {
	log, _ := start(t, rig)
	codes := Codes(5000)
	go scanAll(rig, codes)
	log.AwaitReads(t, len(codes)).MustBe(t, codes)
}

func replug(t *testing.T, rig Rig) {
	log, _ := start(t, rig)
	const rounds = 3
	for i := range rounds {
		rig.Scan(Code(i))
		log.AwaitReads(t, i+1)
		rig.Unplug()
		if s := log.AwaitState(t, scanner.Missing); s.Sentence == "" || s.Remedy == "" {
			t.Fatalf("the state does not say what to do: %+v", s)
		}
		rig.Plug()
		log.AwaitState(t, scanner.Reading)
	}
	rig.Scan(Code(rounds))
	log.AwaitReads(t, rounds+1).MustBe(t, Codes(rounds+1))
}

func cutOff(t *testing.T, rig Rig) {
	if rig.Part == nil {
		t.Skip("this transport delivers scans only as a whole")
	}
	log, _ := start(t, rig)
	rig.Scan(Code(0))
	log.AwaitReads(t, 1)
	rig.Part("40063")
	rig.Unplug()
	log.AwaitState(t, scanner.Missing)
	rig.Plug()
	log.AwaitState(t, scanner.Reading)
	rig.Scan(Code(1))
	log.AwaitReads(t, 2).MustBe(t, Codes(2))
}
