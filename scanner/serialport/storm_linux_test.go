package serialport

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.bug.st/serial"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// storms is how often a scanner is pulled out in the midst of its scans.
// UNPLUG_STORMS says it for a release; the small number is for every day.
func storms(t *testing.T) int {
	n, err := strconv.Atoi(cmp.Or(os.Getenv("UNPLUG_STORMS"), "40"))
	if err != nil || n < 1 {
		t.Fatalf("UNPLUG_STORMS is %q: it must be a number from 1", os.Getenv("UNPLUG_STORMS"))
	}
	return n
}

// cables is how many scanners are pulled out at the same time.
const cables = 8

// tapped is a driver whose every read is written down, connection by connection.
type tapped struct {
	*Driver
	mu    sync.Mutex
	lives []*bytes.Buffer
}

func (d *tapped) Open(ctx context.Context) (scanner.Conn, error) {
	c, err := d.Driver.Open(ctx)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lives = append(d.lives, &bytes.Buffer{})
	l := c.(*conn).line
	l.port = tap{l.port, d.lives[len(d.lives)-1]}
	return c, nil
}

type tap struct {
	serial.Port
	read *bytes.Buffer
}

func (p tap) Read(buf []byte) (int, error) {
	n, err := p.Port.Read(buf)
	p.read.Write(buf[:n])
	return n, err
}

// frames are the whole scans that the reader saw, and how many it saw a part of.
func (d *tapped) frames() (whole []string, cut int) {
	for _, life := range d.lives {
		parts := bytes.Split(life.Bytes(), []byte("\r"))
		for _, p := range parts[:len(parts)-1] {
			whole = append(whole, string(p))
		}
		if len(parts[len(parts)-1]) > 0 {
			cut++
		}
	}
	return whole, cut
}

// descriptors returns what this process has open.
func descriptors(t *testing.T) []string {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, fd := range open {
		if to, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil {
			names = append(names, to)
		}
	}
	return names
}

// Scanners are pulled out at any byte of their scans, and put in again, again and
// again. Every scan that the reader saw whole is delivered, once and in order; no
// part of one is; each scanner reads again within two seconds; nothing is left open.
func TestUnplugStorm(t *testing.T) {
	before := len(descriptors(t))
	rounds := (storms(t) + cables - 1) / cables
	var all sync.WaitGroup
	var mu sync.Mutex
	var slowest time.Duration
	whole, parts := 0, 0
	for i := range cables {
		all.Go(func() {
			s := &storm{t: t, cable: newCable(t), chance: rand.New(rand.NewPCG(uint64(i), 1)), log: scannertest.NewLog()}
			s.rage(rounds)
			frames, cut := s.tap.frames()
			if got := s.log.Seen().Codes(); !slices.Equal(got, frames) {
				t.Errorf("cable %d: the reader saw %d whole scans, %d are delivered", i, len(frames), len(got))
			}
			if n := len(s.log.Seen().Noticed(scanner.CutOff)); n != cut {
				t.Errorf("cable %d: %d scans were cut off, %d are told", i, cut, n)
			}
			mu.Lock()
			defer mu.Unlock()
			slowest, whole, parts = max(slowest, s.slowest), whole+len(frames), parts+cut
		})
	}
	all.Wait()
	if slowest > 2*time.Second {
		t.Errorf("a scanner that was put in again read after %v", slowest)
	}
	if after := descriptors(t); len(after) > before {
		t.Errorf("%d descriptors before, then %q", before, after)
	}
	t.Logf("%d unplugs: %d whole scans seen, all delivered; %d cut off, none delivered; slowest to read again %v",
		cables*rounds, whole, parts, slowest.Round(time.Millisecond))
}

type storm struct {
	t       *testing.T
	cable   *cable
	chance  *rand.Rand
	log     *scannertest.Log
	tap     *tapped
	slowest time.Duration
	sent    int
}

func (s *storm) rage(rounds int) {
	device := s.cable.device()
	s.tap = &tapped{Driver: device.Driver.(*Driver)}
	device.Driver = s.tap
	supervisor, err := scanner.New([]scanner.Device{device}, s.log)
	if err != nil {
		s.t.Error(err)
		return
	}
	ctx, cancel := context.WithCancel(s.t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = supervisor.Run(ctx) })
	s.log.AwaitState(s.t, scanner.Reading)
	for range rounds {
		s.pullOut()
	}
	cancel()
	running.Wait()
	s.cable.unplug()
}

// pullOut scans, pulls the plug at any moment, and puts it in again.
func (s *storm) pullOut() {
	var text bytes.Buffer
	for range 1 + s.chance.IntN(20) {
		fmt.Fprintf(&text, "%s\r", scannertest.Code(s.sent))
		s.sent++
	}
	line := text.Bytes()[:text.Len()-s.chance.IntN(14)]
	if s.chance.IntN(2) == 0 { // the reader is in the midst of it, or has it all
		s.cable.send(string(line))
		s.rest(500 * time.Microsecond)
	} else {
		at := s.chance.IntN(len(line))
		s.cable.send(string(line[:at]))
		s.rest(2 * time.Millisecond)
		s.cable.send(string(line[at:]))
	}
	opened := len(readings(s.log))
	s.cable.unplug()
	s.rest(20 * time.Millisecond)
	plugged := time.Now()
	s.cable.plug()
	seen := s.log.Await(s.t, "the scanner to read again", func(seen scannertest.Seen) bool { return countReading(seen) > opened })
	again := seen.States[len(seen.States)-1].Since
	s.slowest = max(s.slowest, again.Sub(plugged))
}

func (s *storm) rest(most time.Duration) { time.Sleep(time.Duration(s.chance.Int64N(int64(most)))) }

func readings(log *scannertest.Log) (all []scanner.State) {
	for _, state := range log.Seen().States {
		if state.Name == scanner.Reading {
			all = append(all, state)
		}
	}
	return all
}
