package scanner_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

func TestALineThatCanBeHeldBackLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		codes := scannertest.Codes(3 * scanner.RingSize)
		f := &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
			time.Sleep(time.Second)
			for _, code := range codes {
				if err := in.Room(ctx); err != nil {
					return err
				}
				in.Bytes([]byte(code+"\r"), now())
			}
			return nil
		}}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{}, slowSink{log, time.Second}, 2*time.Hour, nil)
		seen := log.Seen()
		seen.MustBe(t, codes)
		if n := len(seen.Noticed(scanner.Behind)); n != 1 {
			t.Fatalf("that the store is behind was told %d times", n)
		}
	})
}

// While a line is held back nobody knows when its bytes arrived, so the wait is
// not taken for the silence at the end of a scan.
func TestHoldingALineBackDoesNotSplitAScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		codes := scannertest.Codes(2 * scanner.RingSize)
		f := &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
			time.Sleep(time.Second)
			for _, code := range codes {
				for _, part := range []string{code[:5], code[5:] + "\r"} {
					if err := in.Room(ctx); err != nil {
						return err
					}
					in.Bytes([]byte(part), now())
				}
			}
			return nil
		}}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{}, slowSink{log, time.Minute}, 100*time.Hour, nil)
		log.Seen().MustBe(t, codes)
	})
}

// However a line is cut into pieces, and however long the store stands still in
// between: every scan arrives, whole, in order and once.
func TestAnyPaceOfTheStoreLosesNothing(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 7))
			codes := scannertest.Codes(scanner.RingSize + random.IntN(scanner.RingSize))
			line := strings.Join(codes, "\r") + "\r"
			f := &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
				time.Sleep(time.Second)
				for rest := line; rest != ""; {
					if err := in.Room(ctx); err != nil {
						return err
					}
					n := min(len(rest), 1+random.IntN(24))
					in.Bytes([]byte(rest[:n]), now())
					rest = rest[n:]
					time.Sleep(time.Duration(random.Int64N(int64(scanner.DefaultGap))))
				}
				return nil
			}}
			log := scannertest.NewLog()
			supervised(t, f, scanner.Framing{}, &moodySink{Log: log, random: rand.New(rand.NewPCG(seed, 8))}, 10_000*time.Hour, nil)
			log.Seen().MustBe(t, codes)
		})
	}
}

// moodySink stands still for up to an hour now and then.
type moodySink struct {
	*scannertest.Log
	random *rand.Rand
}

func (s *moodySink) Read(ctx context.Context, r scanner.Read) scanner.Verdict {
	if s.random.IntN(200) == 0 {
		time.Sleep(time.Duration(s.random.Int64N(int64(time.Hour))))
	}
	return s.Log.Read(ctx, r)
}

func TestStoppingWhileALineIsHeldBackCutsItsScanOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
			time.Sleep(time.Second)
			in.Bytes([]byte("A1\r"), now())
			for range scanner.RingSize - 1 {
				in.Bytes([]byte("x"), now())
			}
			return in.Room(ctx)
		}}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{}, slowSink{log, time.Minute}, 59*time.Second, nil)
		seen := log.Seen()
		if len(seen.Reads) > 1 || len(seen.Noticed(scanner.CutOff)) != 1 {
			t.Fatalf("%q, %+v", seen.Codes(), seen.Notices)
		}
	})
}

// A scanner without terminators fills the ring to the last piece and falls silent:
// its last scan is delivered with the time at which it was made.
func TestSilenceAfterALineWasHeldBackEndsItsScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var last time.Time
		f := &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
			time.Sleep(time.Second)
			for i := range scanner.RingSize {
				time.Sleep(time.Second)
				last = now()
				in.Bytes([]byte(scannertest.Code(i)), last)
			}
			return in.Room(ctx)
		}}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{NoSuffix: true}, slowSink{log, time.Hour}, 2000*time.Hour, nil)
		seen := log.Seen()
		seen.MustBe(t, scannertest.Codes(scanner.RingSize))
		if r := seen.Reads[len(seen.Reads)-1]; !r.At.Equal(last) || !r.Flags.Has(scanner.EndedByQuiet) {
			t.Fatalf("read at %v, flags %b; the last byte came at %v", r.At, r.Flags, last)
		}
	})
}

func TestAPortThatClosesSlowlyDoesNotMakeAScanOfAPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{
			run: func(_ context.Context, try int, in *scanner.Inlet) error {
				time.Sleep(time.Second)
				in.Bytes([]byte("4006381"), now())
				time.Sleep(scanner.DefaultGap - time.Millisecond)
				return scanner.Gone(errors.New("unplugged"))
			},
			close: func() { time.Sleep(time.Minute) },
		}
		log := scannertest.NewLog()
		supervised(t, f, scanner.Framing{}, log, 30*time.Second, nil)
		seen := log.Seen()
		if len(seen.Reads) != 0 || len(seen.Noticed(scanner.CutOff)) != 1 {
			t.Fatalf("%q, %+v", seen.Codes(), seen.Notices)
		}
	})
}
