package scanner_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// fake is a scanner whose every move is a function of the test.
type fake struct {
	open     func(try int) error
	run      func(ctx context.Context, try int, in *scanner.Inlet) error
	feedback func(context.Context, scanner.Verdict) error
	close    func()

	mu     sync.Mutex
	opens  []time.Time
	closed int
}

func (f *fake) Open(context.Context) (scanner.Conn, error) {
	f.mu.Lock()
	f.opens = append(f.opens, time.Now())
	try := len(f.opens)
	f.mu.Unlock()
	if f.open != nil {
		if err := f.open(try); err != nil {
			return nil, err
		}
	}
	return &fakeConn{f, try}, nil
}

type fakeConn struct {
	*fake
	try int
}

func (c *fakeConn) Run(ctx context.Context, in *scanner.Inlet) error {
	if c.run != nil {
		if err := c.run(ctx, c.try, in); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

func (c *fakeConn) Feedback(ctx context.Context, v scanner.Verdict) error {
	if c.feedback == nil {
		return nil
	}
	return c.feedback(ctx, v)
}

func (c *fakeConn) Close() error {
	if c.close != nil {
		c.close()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed++
	return nil
}

// supervised runs a device for a time in a bubble of virtual time.
func supervised(t *testing.T, f *fake, framing scanner.Framing, sink scanner.Sink, span time.Duration, meanwhile func(*scanner.Supervisor)) {
	t.Helper()
	s, err := scanner.New([]scanner.Device{{ID: "fake:1", Name: "Fake", Driver: f, Framing: framing}}, sink)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), span)
	defer cancel()
	var running sync.WaitGroup
	running.Go(func() { _ = s.Run(ctx) })
	if meanwhile != nil {
		meanwhile(s)
	}
	running.Wait()
	if f.closed != len(f.opens) && f.open == nil {
		t.Errorf("opened %d times, closed %d times", len(f.opens), f.closed)
	}
}

func now() time.Time { return time.Now().UTC() }

func pauses(opens []time.Time) []time.Duration {
	var d []time.Duration
	for i := 1; i < len(opens); i++ {
		d = append(d, opens[i].Sub(opens[i-1]))
	}
	return d
}

// Looking for what is not there is cheap: it is found within two seconds of being
// plugged in, even if nobody tells. What others use is asked for less often.
func TestTriesGetRarerAndNeverEnd(t *testing.T) {
	const ms = time.Millisecond
	rare(t, errors.New("not there"), 250*ms, 500*ms, 1000*ms, 1500*ms, 1500*ms)
	rare(t, &scanner.Fault{State: scanner.Busy, Sentence: "minicom uses it."}, 250*ms, 500*ms, 1000*ms, 2000*ms, 4000*ms, 5000*ms, 5000*ms)
}

func rare(t *testing.T, fault error, want ...time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := &fake{open: func(int) error { return fault }}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{}, log, 20*time.Second, nil)
		if got := pauses(f.opens); !slices.Equal(got[:len(want)], want) || slices.Max(got) != want[len(want)-1] {
			t.Fatalf("pauses %v, want %v", got, want)
		}
		if n := len(log.Seen().States); n != 2 {
			t.Fatalf("the same state was told %d times", n)
		}
	})
}

func TestTriesAreQuickAgainAfterItWorked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{
			open: func(try int) error {
				if try < 5 {
					return errors.New("not there")
				}
				return nil
			},
			run: func(ctx context.Context, try int, _ *scanner.Inlet) error {
				if try == 5 {
					time.Sleep(time.Second)
					return scanner.Gone(errors.New("pulled out"))
				}
				return nil
			},
		}
		supervised(t, f, scanner.Framing{}, scannertest.NewLog(), 20*time.Second, nil)
		got := pauses(f.opens)
		if last := got[len(got)-1]; last != time.Second+250*time.Millisecond {
			t.Fatalf("pauses %v: the try after an unplug came %v after the open", got, last)
		}
	})
}

// A port that opens and fails at once must not be opened in a tight loop.
func TestAnOpenThatDoesNotLastIsNoSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{run: func(context.Context, int, *scanner.Inlet) error { return errors.New("no") }}
		supervised(t, f, scanner.Framing{}, scannertest.NewLog(), 20*time.Second, nil)
		if len(f.opens) > 8 {
			t.Fatalf("opened %d times in 20 s", len(f.opens))
		}
	})
}

func TestLookTriesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{open: func(int) error { return errors.New("not there") }}
		supervised(t, f, scanner.Framing{}, scannertest.NewLog(), 12*time.Second, func(s *scanner.Supervisor) {
			time.Sleep(10 * time.Second)
			s.Look()
			synctest.Wait()
			f.mu.Lock()
			defer f.mu.Unlock()
			if last := f.opens[len(f.opens)-1]; last != time.Now() {
				t.Errorf("the last try was %v ago", time.Since(last))
			}
		})
	})
}

func TestAFaultBecomesTheState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("EBUSY")
		f := &fake{open: func(int) error {
			return fmt.Errorf("open: %w", &scanner.Fault{State: scanner.Busy, Sentence: "minicom uses it.", Remedy: "Close it.", Err: cause})
		}}
		supervised(t, f, scanner.Framing{}, scannertest.NewLog(), time.Second, func(s *scanner.Supervisor) {
			synctest.Wait()
			got := s.States()[0]
			if got.Name != scanner.Busy || got.Sentence != "minicom uses it." || got.Remedy != "Close it." || !errors.Is(got.Err, cause) {
				t.Errorf("%+v", got)
			}
		})
	})
}

// A scanner that was just plugged in belongs to nobody for a moment. That is not
// worth telling; that it stays so is.
func TestRightsThatComeAMomentLaterAreNotTold(t *testing.T) {
	rights := &scanner.Fault{State: scanner.NoRights, Sentence: "No rights.", Remedy: "Give them."}
	for name, c := range map[string]struct {
		refusals int
		told     bool
	}{"at once": {1, false}, "never": {1000, true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{open: func(try int) error {
					switch {
					case try <= 5:
						return scanner.Gone(errors.New("not there"))
					case try <= 5+c.refusals:
						return rights
					}
					return nil
				}}
				log := scannertest.NewLog()
				supervised(t, f, scanner.Framing{}, log, time.Minute, nil)
				told := slices.ContainsFunc(log.Seen().States, func(s scanner.State) bool { return s.Name == scanner.NoRights })
				if told != c.told {
					t.Fatalf("%+v", log.Seen().States)
				}
			})
		})
	}
}

func TestADisabledDeviceIsNotOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		log := scannertest.NewLog()
		s, err := scanner.New([]scanner.Device{{ID: "fake:1", Driver: f, Disabled: true}}, log)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_ = s.Run(ctx)
		if len(f.opens) != 0 || log.Seen().States[0].Name != scanner.Disabled {
			t.Fatalf("opened %d times, %+v", len(f.opens), log.Seen().States)
		}
	})
}

// What arrives while nobody has listened yet is thrown away, together with a
// scan that began then, and its size is shown.
func TestWhatWaitedBeforeTheOpenIsDiscarded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
			in.Bytes([]byte("OLD\nTAIL OF A"), now())
			time.Sleep(55 * time.Millisecond)
			in.Bytes([]byte(" SCAN\r"), now())
			time.Sleep(time.Second)
			in.Bytes([]byte("NEW\r"), now())
			return nil
		}}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{}, log, 5*time.Second, nil)
		seen := log.Seen()
		seen.MustBe(t, []string{"NEW"})
		ready := seen.States[len(seen.States)-1]
		if ready.Name != scanner.Reading || ready.Discarded != 19 || !strings.Contains(ready.Sentence, "19 bytes") {
			t.Fatalf("%+v", ready)
		}
	})
}

func TestEndlessInputDoesNotKeepAScannerFromReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
			for range 200 {
				in.Bytes([]byte("x"), now())
				time.Sleep(10 * time.Millisecond)
			}
			in.Bytes([]byte("\rA1\r"), now())
			return nil
		}}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{}, log, 5*time.Second, nil)
		log.Seen().MustBe(t, []string{"A1"})
	})
}

func TestACutOffScanIsANoticeAndNumbersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{run: func(ctx context.Context, try int, in *scanner.Inlet) error {
			time.Sleep(time.Second)
			in.Bytes([]byte(scannertest.Code(try-1)+"\r"), now())
			if try == 3 {
				return nil
			}
			in.Bytes([]byte("40063"), now())
			return scanner.Gone(errors.New("pulled out"))
		}}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{}, log, time.Minute, nil)
		seen := log.Seen()
		seen.MustBe(t, scannertest.Codes(3))
		cuts := seen.Noticed(scanner.CutOff)
		if len(cuts) != 2 || cuts[0].Count != 5 || !strings.Contains(cuts[0].Sentence, "scan it again") {
			t.Fatalf("%+v", seen.Notices)
		}
	})
}

// A scanner without a terminator has finished its scan if it was quiet for long
// enough before the plug was pulled, even if the disk was slow meanwhile.
func TestQuietBeforeTheUnplugEndsAScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{run: func(ctx context.Context, try int, in *scanner.Inlet) error {
			if try > 1 {
				return nil
			}
			time.Sleep(time.Second)
			in.Bytes([]byte("A1"), now())
			time.Sleep(scanner.DefaultGap)
			in.Bytes([]byte("B2"), now())
			time.Sleep(scanner.DefaultGap)
			return scanner.Gone(errors.New("pulled out"))
		}}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{}, slowSink{log, time.Minute}, 10*time.Minute, nil)
		log.Seen().MustBe(t, []string{"A1", "B2"})
	})
}

// slowSink has a slow disk.
type slowSink struct {
	*scannertest.Log
	delay time.Duration
}

func (s slowSink) Read(ctx context.Context, r scanner.Read) scanner.Verdict {
	select {
	case <-time.After(s.delay):
		return s.Log.Read(ctx, r)
	case <-ctx.Done():
		return scanner.Refused
	}
}

func TestReadingNeverWaitsAndAnOverflowIsLoud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const sent = 3 * scanner.RingSize
		var took time.Duration
		f := &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
			time.Sleep(time.Second)
			start := time.Now()
			for i := range sent {
				in.Bytes([]byte(scannertest.Code(i)), now())
				in.Bytes([]byte("\r"), now())
			}
			took = time.Since(start)
			time.Sleep(time.Hour)
			in.Bytes([]byte("AFTER\r"), now())
			return nil
		}}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{}, slowSink{log, time.Second}, 2*time.Hour, nil)
		if took != 0 {
			t.Fatalf("the reader waited %v", took)
		}
		seen := log.Seen()
		lost := 0
		for _, n := range seen.Noticed(scanner.InputLost) {
			lost += n.Count
		}
		codes := seen.Codes()
		if lost == 0 || codes[len(codes)-1] != "AFTER" {
			t.Fatalf("lost %d, last read %q", lost, codes[len(codes)-1])
		}
		// Every read that did arrive is one that was sent, whole and in order.
		if whole := codes[:len(codes)-1]; !slices.IsSorted(whole) || !slices.Equal(whole, scannertest.Codes(len(whole))) {
			t.Fatalf("reads are not the beginning of what was sent: %d reads", len(whole))
		}
		if 2*(len(codes)-1)+lost < 2*sent-1 {
			t.Fatalf("%d pieces sent, %d reads and %d lost are told of", 2*sent, len(codes)-1, lost)
		}
	})
}

func TestInputLostBeforeTheDriverSpoilsOnlyItsScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
			time.Sleep(time.Second)
			in.Bytes([]byte("A1\r40063"), now())
			in.Lost("the computer was too slow", now())
			in.Bytes([]byte("931\rB2\r"), now())
			return nil
		}}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{}, log, 5*time.Second, nil)
		seen := log.Seen()
		seen.MustBe(t, []string{"A1", "B2"})
		if n := seen.Noticed(scanner.InputLost); len(n) != 1 || !strings.Contains(n[0].Sentence, "the computer was too slow") {
			t.Fatalf("%+v", seen.Notices)
		}
	})
}

// A line at the wrong speed loses thousands of bytes a second. That is said, and not
// thousands of times.
func TestLostInputIsSaidOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
			time.Sleep(time.Second)
			for range 3000 {
				in.Lost("of noise", now())
				time.Sleep(time.Millisecond)
			}
			in.Bytes([]byte("\rA1\r"), now())
			return nil
		}}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{}, log, 10*time.Second, nil)
		seen := log.Seen()
		seen.MustBe(t, []string{"A1"})
		if n := len(seen.Noticed(scanner.InputLost)); n != 3 {
			t.Fatalf("it was said %d times", n)
		}
	})
}

// A port that another goroutine closes while one reads can hand out bytes of a file
// that was opened meanwhile. So the goroutine that opens a scanner also reads and
// closes it.
func TestOneGoroutineOpensReadsAndCloses(t *testing.T) {
	var seen []string
	note := func() { seen = append(seen, goroutine()) }
	f := &fake{
		open: func(int) error { note(); return nil },
		run: func(_ context.Context, try int, _ *scanner.Inlet) error {
			if note(); try < 3 {
				return errors.New("unplugged")
			}
			return nil
		},
		close: note,
	}
	log := scannertest.NewLog()
	s, stop := scannertest.Start(t, log, scanner.Device{ID: "fake:1", Driver: f})
	log.Await(t, "two unplugs", func(s scannertest.Seen) bool { return len(s.States) > 1 })
	s.Look()
	log.AwaitState(t, scanner.Reading)
	stop()
	slices.Sort(seen)
	if len(seen) < 6 || len(slices.Compact(seen)) != 1 {
		t.Fatalf("done by the goroutines %v", seen)
	}
}

// goroutine names the one that calls.
func goroutine() string {
	buf := make([]byte, 64)
	name, _, _ := strings.Cut(string(buf[:runtime.Stack(buf, false)]), "[")
	return name
}

func TestWhatWasReadIsStoredBeforeRunReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		codes := scannertest.Codes(4)
		f := &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
			time.Sleep(time.Second)
			in.Bytes([]byte(strings.Join(codes, "\r")+"\r"), now())
			time.Sleep(900 * time.Millisecond)
			in.Bytes([]byte("4006"), now())
			return nil
		}}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{}, slowSink{log, time.Second}, 2*time.Second, nil)
		seen := log.Seen()
		seen.MustBe(t, codes)
		if len(seen.Noticed(scanner.CutOff)) != 1 {
			t.Fatalf("what was cut off by stopping is not told: %+v", seen.Notices)
		}
	})
}

func TestAStuckStoreDoesNotKeepRunFromReturning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
			time.Sleep(time.Second)
			in.Bytes([]byte("A1\rB2\r"), now())
			return nil
		}}
		start := time.Now()
		supervised(t, f, scanner.Framing{}, slowSink{scannertest.NewLog(), time.Hour}, 2*time.Second, nil)
		if took := time.Since(start); took != 2*time.Second+scanner.DrainTime {
			t.Fatalf("Run returned after %v", took)
		}
	})
}

func TestAScannerThatTakesNoAnswerGoesOnReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		codes := scannertest.Codes(100)
		f := &fake{
			run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
				time.Sleep(time.Second)
				for _, code := range codes {
					in.Bytes([]byte(code+"\r"), now())
				}
				return nil
			},
			feedback: func(ctx context.Context, _ scanner.Verdict) error { <-ctx.Done(); return ctx.Err() },
		}
		log := scannertest.NewLog()
		log.Verdict = scanner.Stored
		supervised(t, f, scanner.Framing{}, log, time.Minute, nil)
		seen := log.Seen()
		seen.MustBe(t, codes)
		if n := seen.Noticed(scanner.NoFeedback); len(n) != 1 {
			t.Fatalf("%d notices", len(n))
		}
	})
}

// While an answer is on its way newer ones replace each other.
func TestTheNewestAnswerWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said []scanner.Verdict
		f := &fake{
			run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
				time.Sleep(time.Second)
				for range 5 {
					in.Bytes([]byte("A1\r"), now())
					time.Sleep(100 * time.Millisecond)
				}
				return nil
			},
			feedback: func(ctx context.Context, v scanner.Verdict) error {
				time.Sleep(450 * time.Millisecond)
				said = append(said, v)
				return nil
			},
		}
		verdicts := []scanner.Verdict{scanner.Stored, scanner.Stored, scanner.Unknown, scanner.Stored, scanner.Refused}
		supervised(t, f, scanner.Framing{}, &judge{Log: scannertest.NewLog(), verdicts: verdicts}, time.Minute, nil)
		if want := []scanner.Verdict{scanner.Stored, scanner.Refused}; !slices.Equal(said, want) {
			t.Fatalf("the scanner heard %v, want %v", said, want)
		}
	})
}

type judge struct {
	*scannertest.Log
	verdicts []scanner.Verdict
}

func (j *judge) Read(ctx context.Context, r scanner.Read) scanner.Verdict {
	j.Log.Read(ctx, r)
	v := j.verdicts[0]
	j.verdicts = j.verdicts[1:]
	return v
}

func TestTwoDevicesCannotBeTheSame(t *testing.T) {
	d := scanner.Device{ID: "serial:/dev/ttyUSB0", Name: "Till 1", Driver: &fake{}}
	e := d
	e.Name = "Till 2"
	_, err := scanner.New([]scanner.Device{d, e}, scannertest.NewLog())
	if err == nil || !strings.Contains(err.Error(), `"Till 1" and "Till 2" are the same device`) {
		t.Fatalf("%v", err)
	}
}

// What a scanner was set up to send before each code is no part of the code. Where
// it does not stand, or where nothing would be left, nothing is taken off.
func TestAPrefixIsTakenOff(t *testing.T) {
	for sent, want := range map[string]string{
		"T2:4006381333931":    "4006381333931",
		"T2:]E04006381333931": "]E04006381333931",
		"]E0T2:4006381333931": "]E04006381333931",
		"4006381333931":       "4006381333931",
		"]E04006381333931":    "]E04006381333931",
		"4006T2:":             "4006T2:",
		"T2:T2:1":             "T2:1",
		"]E0":                 "]E0",
		"T2:":                 "T2:",
	} {
		synctest.Test(t, func(t *testing.T) {
			log := scannertest.NewLog()
			interfaces(t, log, scanner.Device{ID: "fake:1", Driver: sends(0, sent), Prefix: "T2:"})
			if r := log.Seen().Reads[0]; string(r.Raw) != want || r.Length != len(want) {
				t.Errorf("%q became %q of %d bytes", sent, r.Raw, r.Length)
			}
		})
	}
}
