package serialport

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

func TestGarbageIsBoundedAndTheNextScanIsRead(t *testing.T) {
	long := strings.Repeat("9", 5000)
	binary := "\xff\xfe\x80\x00\x01\x7f"
	for name, c := range map[string]struct {
		sent, raw string
		length    int
		flags     scanner.Flag
	}{
		"5,000 bytes":           {long + "\r", long[:64], 5000, scanner.TooLong},
		"NULs":                  {"\x00\x004\x00006\x00\r\x00", "4006", 4, 0},
		"binary":                {binary + "\r", strings.ReplaceAll(binary, "\x00", ""), 5, 0},
		"no terminator":         {"4006381333931", "4006381333931", 13, scanner.EndedByQuiet},
		"5,000 and no end":      {long, long[:64], 5000, scanner.TooLong | scanner.EndedByQuiet},
		"a QR of 7,000 digits":  {strings.Repeat("0123456789", 700) + "\r", strings.Repeat("0123456789", 7)[:64], 7000, scanner.TooLong},
		"half a UTF-8 letter":   {"K\xc3\r", "K\xc3", 2, 0},
		"a menu's answer":       {"]Z6TERMID131\r", "]Z6TERMID131", 12, 0},
		"what a tty would edit": {"\x03\x04\x15A\x11\x13\x1a\x7f1\x1c\r", "\x04\x15A\x11\x13\x1a\x7f1\x1c", 9, 0},
	} {
		t.Run(name, func(t *testing.T) {
			cable := newCable(t)
			device := cable.device()
			if c.flags.Has(scanner.EndedByQuiet) {
				device.Framing = scanner.Framing{Gap: 2 * time.Second} // longer than any pause of its sender
			}
			log := scannertest.NewLog()
			scannertest.Start(t, log, device)
			log.AwaitState(t, scanner.Reading)
			cable.send(c.sent)
			r := log.AwaitReads(t, 1).Reads[0]
			if string(r.Raw) != c.raw || r.Length != c.length || r.Flags != c.flags {
				t.Fatalf("read %q of %d bytes, flags %b", r.Raw, r.Length, r.Flags)
			}
			cable.send("NEXT\r")
			if r := log.AwaitReads(t, 2).Reads[1]; string(r.Raw) != "NEXT" {
				t.Fatalf("then read %q", r.Raw)
			}
		})
	}
}

// beside reads a bad scanner and a good one side by side. Whatever the bad one
// does, the good one loses nothing, and the bad one reads again afterwards.
func beside(t *testing.T, sink *scannertest.Log, store scanner.Sink, evil func(bad *cable)) scannertest.Seen {
	t.Helper()
	bad, good := newCable(t), newCable(t)
	first, second := bad.device(), good.device()
	second.ID = "serial:good"
	scannertest.Start(t, store, first, second)
	sink.Await(t, "both scanners", func(s scannertest.Seen) bool { return countReading(s) == 2 })
	codes := scannertest.Codes(500)
	var both sync.WaitGroup
	both.Go(func() { evil(bad) })
	both.Go(func() {
		for _, code := range codes {
			good.send(code + "\r")
		}
	})
	seen := sink.Await(t, "the good scanner's scans", func(s scannertest.Seen) bool { return len(only(s, "serial:good").Reads) >= len(codes) })
	goods := only(seen, "serial:good")
	goods.MustBe(t, codes)
	both.Wait()
	return seen
}

// only keeps the reads of one device.
func only(s scannertest.Seen, id string) (one scannertest.Seen) {
	for _, r := range s.Reads {
		if r.Device == id {
			one.Reads = append(one.Reads, r)
		}
	}
	return one
}

// endsWith waits until a device has read a code.
func endsWith(t *testing.T, log *scannertest.Log, code string) scannertest.Seen {
	t.Helper()
	return log.Await(t, "the scan "+code, func(s scannertest.Seen) bool {
		bad := only(s, "serial:test").Reads
		return len(bad) > 0 && string(bad[len(bad)-1].Raw) == code
	})
}

// A broken cable makes noise as fast as the port carries it: some megabytes of
// random bytes.
func TestNoise(t *testing.T) {
	log := scannertest.NewLog()
	var line *cable
	beside(t, log, log, func(bad *cable) {
		line = bad
		chance := rand.New(rand.NewPCG(1, 2))
		noise := make([]byte, 64<<10)
		for range 32 {
			for i := range noise {
				noise[i] = byte(chance.Uint32())
			}
			bad.send(string(noise))
		}
	})
	line.send("\rAFTER THE NOISE\r")
	endsWith(t, log, "AFTER THE NOISE")
}

// A scanner that sends without an end is said to do so while it does, and takes no
// memory for it.
func TestEndlessInput(t *testing.T) {
	log := scannertest.NewLog()
	var line *cable
	beside(t, log, log, func(bad *cable) {
		line = bad
		for range 1024 {
			bad.send(strings.Repeat("9", 4096))
		}
	})
	seen := log.Await(t, "the notice", func(s scannertest.Seen) bool { return len(s.Noticed(scanner.Overlong)) > 0 })
	if n := seen.Noticed(scanner.Overlong); len(n) != 1 || n[0].Device != "serial:test" || n[0].Count <= scanner.DefaultMax {
		t.Fatalf("%+v", n)
	}
	line.send("\rTHE END\r")
	bad := only(endsWith(t, log, "THE END"), "serial:test").Reads
	if r := bad[0]; len(bad) != 2 || r.Length != 1024*4096 || !r.Flags.Has(scanner.TooLong) || len(r.Raw) > 64 {
		t.Fatalf("%d reads, the first of %d bytes, flags %b", len(bad), r.Length, r.Flags)
	}
}

// NULs are nothing, however many they are.
func TestNULs(t *testing.T) {
	log := scannertest.NewLog()
	beside(t, log, log, func(bad *cable) {
		for range 256 {
			bad.send(strings.Repeat("\x00", 4096))
		}
		bad.send("A\x001\r")
	})
	if seen := endsWith(t, log, "A1"); len(only(seen, "serial:test").Reads) != 1 {
		t.Fatalf("%q", seen.Codes())
	}
}

// A store that stands still for one scanner does not keep the others from reading.
func TestAStoreThatStandsStillForOneScanner(t *testing.T) {
	log := scannertest.NewLog()
	gate := make(chan struct{})
	open := sync.OnceFunc(func() { close(gate) })
	defer open()
	beside(t, log, gatedFor{log, "serial:test", gate}, func(bad *cable) {
		for _, code := range scannertest.Codes(100) {
			bad.send(code + "\r")
		}
	})
	open()
	seen := log.Await(t, "what waited", func(s scannertest.Seen) bool { return len(only(s, "serial:test").Reads) == 100 })
	late := only(seen, "serial:test")
	late.MustBe(t, scannertest.Codes(100))
}

// gatedFor is a store that stands still for one device.
type gatedFor struct {
	*scannertest.Log
	device string
	gate   chan struct{}
}

func (g gatedFor) Read(ctx context.Context, r scanner.Read) scanner.Verdict {
	if r.Device == g.device {
		<-g.gate
	}
	return g.Log.Read(ctx, r)
}

// A device that goes away while it is being opened, again and again: at last it
// reads, and nothing is left of the tries.
func TestADeviceThatVanishesWhileItIsOpened(t *testing.T) {
	before := len(descriptors(t))
	c := newCable(t)
	log := scannertest.NewLog()
	s, stop := scannertest.Start(t, log, c.device())
	chance := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		s.Look()
		time.Sleep(time.Duration(chance.Int64N(int64(time.Millisecond))))
		c.unplug()
		c.plug()
	}
	c.unplug()
	log.AwaitState(t, scanner.Missing)
	c.plug()
	s.Look()
	log.AwaitState(t, scanner.Reading)
	c.send("STILL HERE\r")
	endsWith(t, log, "STILL HERE")
	stop()
	c.unplug()
	if after := descriptors(t); len(after) > before {
		t.Fatalf("%d descriptors before, then %q", before, after)
	}
}

// Two agents want one port. The second one says that it is in use, takes no byte of
// the first one's, and reads as soon as the first one has ended.
func TestTwoAgentsOnOnePort(t *testing.T) {
	c := newCable(t)
	one, two := scannertest.NewLog(), scannertest.NewLog()
	first, err := scanner.New([]scanner.Device{c.device()}, one)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = first.Run(ctx) })
	defer running.Wait()
	defer stop()
	one.AwaitState(t, scanner.Reading)
	s, _ := scannertest.Start(t, two, c.device())
	busy := two.AwaitState(t, scanner.Busy)
	if busy.Sentence == "" || busy.Remedy == "" {
		t.Fatalf("%+v", busy)
	}
	codes := scannertest.Codes(200)
	for _, code := range codes {
		s.Look()
		c.send(code + "\r")
	}
	one.AwaitReads(t, len(codes)).MustBe(t, codes)
	stop()
	running.Wait()
	s.Look()
	two.AwaitState(t, scanner.Reading)
	c.send("MINE NOW\r")
	two.AwaitReads(t, 1).MustBe(t, []string{"MINE NOW"})
}
