package serialport

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// The same trouble has many names. Each is one of the states.
func TestEveryErrorIsAState(t *testing.T) {
	for errno, want := range map[syscall.Errno]scanner.StateName{
		syscall.ENOENT: scanner.Missing, syscall.ENXIO: scanner.Missing, syscall.ENODEV: scanner.Missing, syscall.EIO: scanner.Missing,
		syscall.EACCES: scanner.NoRights, syscall.EPERM: scanner.NoRights, syscall.EBUSY: scanner.Busy,
		syscall.ENOTTY: scanner.WrongMode, syscall.EINVAL: scanner.WrongMode, syscall.EISDIR: scanner.WrongMode,
	} {
		f := faultIn(System.explain("/dev/ttyUSB0", fmt.Errorf("open: %w", errno)))
		if f.State != want || f.Sentence == "" || f.Remedy == "" || !errors.Is(f, errno) {
			t.Errorf("%v: %+v, want %s", errno, f, want)
		}
		// Once a port was open, all of it means that it was taken away.
		if f := faultIn(lost("/dev/ttyUSB0", errno)); f.State != scanner.Missing {
			t.Errorf("%v in the midst of reading: %+v", errno, f)
		}
	}
}

// disturbedLine is a scanner whose line damages what it says.
type disturbedLine struct{ chunks []string }

func (d disturbedLine) Open(context.Context) (scanner.Conn, error) { return d, nil }

func (d disturbedLine) Run(ctx context.Context, in *scanner.Inlet) error {
	c := conn{}
	for _, chunk := range d.chunks {
		c.take(in, []byte(chunk))
	}
	<-ctx.Done()
	return ctx.Err()
}

func (disturbedLine) Feedback(context.Context, scanner.Verdict) error { return nil }
func (disturbedLine) Close() error                                    { return nil }

// A damaged byte would read as NUL and vanish, and 4006381333931 without a digit
// passes for a UPC-A in one case of ten. So the scan is thrown away, and that is
// said; the scans around it arrive.
func TestADamagedScanIsThrownAwayAndSaid(t *testing.T) {
	log := scannertest.NewLog()
	scannertest.Start(t, log, scanner.Device{
		ID: "serial:test", Framing: scanner.Framing{Settle: -1, Patience: time.Hour},
		Driver: disturbedLine{[]string{"A1\r40063", "8\xff", "\x00", "133", "3931\rB2\rC\xff\xff3\r"}},
	})
	seen := log.AwaitReads(t, 3)
	seen.MustBe(t, []string{"A1", "B2", "C\xff3"})
	if n := seen.Noticed(scanner.InputLost); len(n) != 1 || !strings.Contains(n[0].Sentence, "speed or parity") {
		t.Fatalf("%+v", seen.Notices)
	}
}
