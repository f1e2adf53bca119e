package scanner_test

import (
	"context"
	"errors"
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
