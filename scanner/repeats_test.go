package scanner_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

const cola = "4006381333931"

// sends is a scanner that sends each code a pause after the one before.
func sends(pause time.Duration, codes ...string) *fake {
	return &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
		time.Sleep(time.Second)
		for _, code := range codes {
			in.Bytes([]byte(code+"\r"), now())
			time.Sleep(pause)
		}
		return nil
	}}
}

// marks tells which reads were marked as repeated: "-r" is a scan and its repeat.
func marks(reads []scanner.Read) string {
	var b strings.Builder
	for _, r := range reads {
		if r.Flags.Has(scanner.Repeated) {
			b.WriteByte('r')
		} else {
			b.WriteByte('-')
		}
	}
	return b.String()
}

// Counting the same item five times is usual. Only what comes faster than anybody
// pulls a trigger is marked, and everything is delivered.
func TestWhatComesAgainTooSoonIsMarkedAndNotDropped(t *testing.T) {
	for name, c := range map[string]struct {
		pause  time.Duration
		repeat time.Duration
		codes  []string
		want   string
	}{
		"a quick hand":                   {80 * time.Millisecond, 0, []string{cola, cola, cola}, "---"},
		"faster than a hand":             {79 * time.Millisecond, 0, []string{cola, cola, cola}, "-rr"},
		"different codes, however fast":  {0, 0, []string{cola, "96385074", cola}, "---"},
		"a batch memory":                 {time.Millisecond, 0, []string{cola, cola, "1", "1", cola}, "-r-r-"},
		"a presentation scanner":         {400 * time.Millisecond, 500 * time.Millisecond, []string{cola, cola, cola}, "-rr"},
		"the item left the presentation": {500 * time.Millisecond, 500 * time.Millisecond, []string{cola, cola}, "--"},
		"the beginning is the same":      {0, 0, []string{strings.Repeat("9", 5000), strings.Repeat("9", 5001)}, "--"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := scannertest.NewLog()
				s, err := scanner.New([]scanner.Device{{ID: "fake:1", Driver: sends(c.pause, c.codes...), Repeat: c.repeat}}, log)
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				_ = s.Run(ctx)
				if got := marks(log.Seen().Reads); got != c.want {
					t.Fatalf("marked %q, want %q", got, c.want)
				}
			})
		})
	}
}

// The disk refuses a scan and takes it when the scanner sends it again at once:
// it is the only one there is, so it is no repeat.
func TestWhatWasNotStoredHasNoRepeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &judge{Log: scannertest.NewLog(), verdicts: []scanner.Verdict{scanner.Refused, scanner.Stored, scanner.Stored}}
		supervised(t, sends(10*time.Millisecond, cola, cola, cola), scanner.Framing{}, log, time.Minute, nil)
		if got := marks(log.Seen().Reads); got != "--r" {
			t.Fatalf("marked %q", got)
		}
	})
}

// interfaces are the interfaces of one scanner, each a device of its own.
func interfaces(t *testing.T, sink scanner.Sink, devices ...scanner.Device) {
	t.Helper()
	s, err := scanner.New(devices, sink)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_ = s.Run(ctx)
}

// A scanner that is keyboard and HID POS at once delivers each scan twice. Five
// scans of one item are five, and the other five are marked.
func TestTwoInterfacesOfOneScanner(t *testing.T) {
	for name, c := range map[string]struct {
		lag      time.Duration
		physical [2]string
		want     int // of ten reads are marked
	}{
		"of one scanner":           {30 * time.Millisecond, [2]string{"1-2.3", "1-2.3"}, 5},
		"of one, slowly typed":     {390 * time.Millisecond, [2]string{"1-2.3", "1-2.3"}, 5},
		"of two scanners":          {30 * time.Millisecond, [2]string{"1-2.3", "1-2.4"}, 0},
		"of nobody knows what":     {30 * time.Millisecond, [2]string{"", ""}, 0},
		"later than any interface": {20 * time.Second, [2]string{"1-2.3", "1-2.3"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				typed, whole := sends(400*time.Millisecond, cola, cola, cola, cola, cola), sends(400*time.Millisecond, "]E0"+cola, "]E0"+cola, "]E0"+cola, "]E0"+cola, "]E0"+cola)
				begin := typed.run
				typed.run = func(ctx context.Context, try int, in *scanner.Inlet) error {
					time.Sleep(c.lag)
					return begin(ctx, try, in)
				}
				log := scannertest.NewLog()
				interfaces(t, log, scanner.Device{ID: "hidpos:1", Driver: whole, Physical: c.physical[0]},
					scanner.Device{ID: "keyboard:1", Driver: typed, Physical: c.physical[1]})
				reads := log.Seen().Reads
				if got := strings.Count(marks(reads), "r"); len(reads) != 10 || got != c.want {
					t.Fatalf("%d reads, %d marked (%s), want %d", len(reads), got, marks(reads), c.want)
				}
			})
		})
	}
}

// Where a piece of hardware is known only once it is open, the connection tells.
func TestAConnectionTellsItsHardware(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := scannertest.NewLog()
		interfaces(t, log, scanner.Device{ID: "hidpos:1", Driver: placed{sends(0, cola)}},
			scanner.Device{ID: "keyboard:1", Driver: placed{sends(0, cola)}})
		if got := strings.Count(marks(log.Seen().Reads), "r"); got != 1 {
			t.Fatalf("%d reads are marked", got)
		}
	})
}

// placed is a scanner that knows its socket when it is open.
type placed struct{ *fake }

func (p placed) Open(ctx context.Context) (scanner.Conn, error) {
	conn, err := p.fake.Open(ctx)
	return placedConn{conn}, err
}

type placedConn struct{ scanner.Conn }

func (placedConn) Physical() string { return "1-2.3" }

// The first interface's scan was not stored: what the second one delivers is it.
func TestATwinOfWhatWasNotStoredCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		second := sends(0, cola)
		begin := second.run
		second.run = func(ctx context.Context, try int, in *scanner.Inlet) error {
			time.Sleep(50 * time.Millisecond)
			return begin(ctx, try, in)
		}
		log := &judge{Log: scannertest.NewLog(), verdicts: []scanner.Verdict{scanner.Refused, scanner.Stored}}
		interfaces(t, log, scanner.Device{ID: "hidpos:1", Driver: sends(0, cola), Physical: "1-2"},
			scanner.Device{ID: "keyboard:1", Driver: second, Physical: "1-2"})
		if got := marks(log.Seen().Reads); got != "--" {
			t.Fatalf("marked %q", got)
		}
	})
}

// awaiting is a scanner that waits for the answer to each scan.
type awaiting struct{ *fake }

func (a awaiting) Open(ctx context.Context) (scanner.Conn, error) {
	conn, err := a.fake.Open(ctx)
	return awaitingConn{conn}, err
}

type awaitingConn struct{ scanner.Conn }

func (awaitingConn) Awaits() bool { return true }

// A scanner that waits for an answer loses patience while the disk is slow and
// sends its scan again: that is the same scan. After the answer it is a new one,
// and after a refusal it is the scan that was refused.
func TestAScannerThatWaitsForItsAnswerSendsAgain(t *testing.T) {
	for name, c := range map[string]struct {
		disk    time.Duration
		verdict scanner.Verdict
		want    string
	}{
		"before the answer":  {3 * time.Second, scanner.Stored, "-r"},
		"after the answer":   {time.Second, scanner.Stored, "--"},
		"after it was NAKed": {time.Second, scanner.Refused, "--"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := scannertest.NewLog()
				log.Verdict = c.verdict
				interfaces(t, slowSink{log, c.disk}, scanner.Device{ID: "fake:1", Driver: awaiting{sends(2*time.Second, cola, cola)}})
				if got := marks(log.Seen().Reads); got != c.want {
					t.Fatalf("marked %q, want %q", got, c.want)
				}
			})
		})
	}
}

// Whatever comes, the first scan is never marked, nor one that differs from the
// scan before it, nor one that comes after a hand's time.
func TestOnlyWhatIsEqualAndSoonIsMarked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		window := time.Duration(rapid.Int64Range(1, int64(time.Second)).Draw(t, "window"))
		r, at, last := scanner.NewRepeats(window, false), time.Unix(0, 0), ""
		for i := range rapid.IntRange(1, 30).Draw(t, "scans") {
			pause := time.Duration(rapid.Int64Range(0, 2*int64(window)).Draw(t, "pause"))
			raw := rapid.SampledFrom([]string{"A", "B"}).Draw(t, "raw")
			at = at.Add(pause)
			got := r.Frame(scanner.Frame{Raw: []byte(raw), Length: 1, First: at, Last: at})
			r.Answered(scanner.Stored, at)
			if want := i > 0 && raw == last && pause < window; got != want {
				t.Fatalf("scan %d: %q after %q and %v is marked: %v", i, raw, last, pause, got)
			}
			last = raw
		}
	})
}

// Devices ask about their common hardware at the same time.
func TestManyInterfacesAtOnce(t *testing.T) {
	log := scannertest.NewLog()
	var devices []scanner.Device
	for _, id := range []string{"a", "b", "c", "d"} {
		devices = append(devices, scanner.Device{ID: id, Physical: "1-1", Driver: &fake{run: func(_ context.Context, _ int, in *scanner.Inlet) error {
			for i := range 500 {
				in.Frame(scanner.Frame{Raw: []byte(scannertest.Code(i)), Length: 13, First: now(), Last: now()})
			}
			return nil
		}}, Framing: scanner.Framing{Settle: -1}})
	}
	s, err := scanner.New(devices, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = s.Run(ctx) })
	log.AwaitReads(t, 2000)
	cancel()
	running.Wait()
}
