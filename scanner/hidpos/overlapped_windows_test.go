package hidpos

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/windows"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// bench is a scanner at the far end of a named pipe, read as a HID device is.
type bench struct {
	t    *testing.T
	pre  *preparsed
	l    *layout
	name string

	mu     sync.Mutex
	n      int
	handle windows.Handle // of the scanner's end; 0 if it is unplugged
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, pre: parse(t, honeywell), l: mustLayout(t, honeywell)}
	b.plugIn()
	t.Cleanup(b.pull)
	return b
}

func (b *bench) plugIn() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n++
	b.name = fmt.Sprintf(`\\.\pipe\hidpos-%d-%s-%d`, os.Getpid(), strings.ReplaceAll(b.t.Name(), "/", "-"), b.n)
	name, err := windows.UTF16PtrFromString(b.name)
	if err != nil {
		b.t.Fatal(err)
	}
	b.handle, err = windows.CreateNamedPipe(name, windows.PIPE_ACCESS_DUPLEX,
		windows.PIPE_TYPE_MESSAGE|windows.PIPE_READMODE_MESSAGE, 1, 1<<16, 1<<16, 0, nil)
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) pull() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.handle != 0 {
		windows.CloseHandle(b.handle)
		b.handle = 0
	}
}

// bench is the system too.
func (b *bench) list(context.Context) ([]hidDevice, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.handle == 0 {
		return nil, nil
	}
	return []hidDevice{{Vendor: "05e0", Product: "2100", Serial: "1", Interface: -1, path: b.name, isScanner: true}}, nil
}

func (b *bench) open(d hidDevice) (node, error) {
	h, err := openPath(d.path, windows.GENERIC_READ|windows.GENERIC_WRITE, windows.FILE_FLAG_OVERLAPPED)
	if err != nil {
		return nil, explain(d, err)
	}
	return newOverlapped(h, b.pre, func() {})
}

func (b *bench) device() scanner.Device {
	return scanner.Device{ID: "hidpos:test", Name: "Test", Driver: &Driver{
		Where: Where{Vendor: "05e0", Product: "2100", Interface: -1}, system: b,
	}}
}

func (b *bench) send(reports ...[]byte) {
	b.mu.Lock()
	h := b.handle
	b.mu.Unlock()
	for _, r := range reports {
		var n uint32
		if err := windows.WriteFile(h, r, &n, nil); err != nil {
			b.t.Errorf("send a report: %v", err)
		}
	}
}

func (b *bench) part(code string) {
	report := b.l.reports(2, "]E0", code)[0]
	report[63] = 1
	b.send(report)
}

func TestConformance(t *testing.T) {
	scannertest.Run(t, func(t *testing.T) scannertest.Rig {
		b := newBench(t)
		var due time.Time
		return scannertest.Rig{
			Device: b.device(),
			Scan: func(code string) {
				due = later(due.Add(interval), time.Now().Add(-kept*interval))
				time.Sleep(time.Until(due))
				b.send(b.l.reports(2, "", code)...)
			},
			Part:   b.part,
			Unplug: b.pull,
			Plug:   b.plugIn,
		}
	})
}

func TestAScanWhoseRestDoesNotCome(t *testing.T) {
	b, log := newBench(t), scannertest.NewLog()
	scannertest.Start(t, log, b.device())
	log.AwaitState(t, scanner.Reading)
	b.part("40063")
	log.Await(t, "the notice", func(s scannertest.Seen) bool { return len(s.Noticed(scanner.InputLost)) == 1 })
	b.send(b.l.reports(2, "]d2", gs1)...)
	log.AwaitReads(t, 1).MustBe(t, []string{"]d2" + gs1})
}

func TestTheScannerBeepsForWhatBecameOfItsScan(t *testing.T) {
	b, log := newBench(t), scannertest.NewLog()
	log.Verdict = scanner.Unknown
	device := b.device()
	device.Driver.(*Driver).Beeps = true
	scannertest.Start(t, log, device)
	log.AwaitState(t, scanner.Reading)
	b.send(b.l.reports(2, "]E0", "4006381333931")...)
	heard := make([]byte, 64)
	var n uint32
	if err := windows.ReadFile(b.handle, heard, &n, nil); err != nil || !slices.Equal(heard[:n], []byte{4, 1 << 4}) {
		t.Fatalf("the scanner was sent % x, %v", heard[:n], err)
	}
}

// A write that nobody takes ends with its context, and the node can be closed
// and woken, in any order.
func TestWritesEnd(t *testing.T) {
	b := newBench(t)
	found, _ := b.list(t.Context())
	n, err := b.open(found[0])
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	for err = nil; err == nil; {
		err = n.write(ctx, make([]byte, 4096))
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	buf := make([]byte, n.size())
	if _, err := n.read(buf, time.Now()); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	n.wake()
	if _, err := n.read(buf, time.Time{}); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	if err := n.close(); err != nil {
		t.Fatal(err)
	}
	n.wake()
}
