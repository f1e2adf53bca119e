package scanner_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// ticking is a scanner that scans something every tenth of a second.
func ticking() *fake {
	return &fake{run: func(ctx context.Context, _ int, in *scanner.Inlet) error {
		for i := 0; ctx.Err() == nil; i++ {
			in.Frame(scanner.Frame{Raw: []byte(scannertest.Code(i)), Length: 13, First: now(), Last: now()})
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		}
		return ctx.Err()
	}}
}

func ticker(id string) scanner.Device {
	return scanner.Device{ID: id, Name: id, Driver: ticking(), Framing: scanner.Framing{Settle: -1}}
}

// running supervises devices in a bubble of virtual time while something is done.
func running(t *testing.T, sink scanner.Sink, do func(*scanner.Supervisor), devices ...scanner.Device) {
	t.Helper()
	s, err := scanner.New(devices, sink)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var all sync.WaitGroup
	all.Go(func() { _ = s.Run(ctx) })
	synctest.Wait()
	do(s)
	cancel()
	all.Wait()
}

func TestADeviceIsAddedWhileOthersRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := scannertest.NewLog()
		running(t, log, func(s *scanner.Supervisor) {
			time.Sleep(time.Second)
			if err := s.Add(ticker("fake:2")); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Second)
			if got := fmt.Sprint(names(s)); got != "[fake:1 reading fake:2 reading]" {
				t.Errorf("%s", got)
			}
		}, ticker("fake:1"))
		if a, b := of(log, "fake:1"), of(log, "fake:2"); a < 20 || b < 10 || b > 11 {
			t.Errorf("%d reads of the first, %d of the second", a, b)
		}
	})
}

func names(s *scanner.Supervisor) (list []string) {
	for _, state := range s.States() {
		list = append(list, state.Device+" "+string(state.Name))
	}
	return list
}

func of(log *scannertest.Log, id string) (n int) {
	for _, r := range log.Seen().Reads {
		if r.Device == id {
			n++
		}
	}
	return n
}

// What a removed scanner had delivered is stored, and nothing of it is left: no
// goroutine (the bubble would not end) and no state.
func TestARemovedDeviceIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := scannertest.NewLog()
		gone := ticker("fake:1")
		running(t, slowSink{log, time.Second}, func(s *scanner.Supervisor) {
			time.Sleep(450 * time.Millisecond)
			if err := s.Remove(t.Context(), "fake:1"); err != nil {
				t.Error(err)
			}
			if f := gone.Driver.(*fake); f.closed != 1 || len(s.States()) != 1 {
				t.Errorf("closed %d times, %v", f.closed, names(s))
			}
			if n := of(log, "fake:1"); n != 5 {
				t.Errorf("%d of 5 reads are stored", n)
			}
			if err := s.Remove(t.Context(), "fake:1"); err == nil || !strings.Contains(err.Error(), "no scanner fake:1") {
				t.Errorf("%v", err)
			}
		}, gone, ticker("fake:2"))
	})
}

// The same scanner with other settings: never open twice, its place and the
// numbers of its reads go on.
func TestAReplacedDeviceGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := scannertest.NewLog()
		old := ticker("fake:1")
		running(t, log, func(s *scanner.Supervisor) {
			time.Sleep(450 * time.Millisecond)
			next := ticker("fake:1")
			open := next.Driver.(*fake).run
			next.Driver.(*fake).run = func(ctx context.Context, try int, in *scanner.Inlet) error {
				if old.Driver.(*fake).closed != 1 {
					t.Error("the new one opened before the old one was closed")
				}
				return open(ctx, try, in)
			}
			if err := s.Replace(t.Context(), next); err != nil {
				t.Error(err)
			}
			time.Sleep(50 * time.Millisecond)
			if got := fmt.Sprint(names(s)); got != "[fake:1 reading fake:2 reading]" {
				t.Error(got)
			}
			if err := s.Remove(t.Context(), "fake:1"); err != nil {
				t.Error(err)
			}
			if err := s.Add(ticker("fake:1")); err != nil {
				t.Error(err)
			}
			synctest.Wait()
		}, old, ticker("fake:2"))
		last := int64(0)
		for _, r := range log.Seen().Reads {
			if r.Device == "fake:1" {
				if r.Sequence != last+1 {
					t.Fatalf("read %d came after read %d", r.Sequence, last)
				}
				last = r.Sequence
			}
		}
		if last != 7 {
			t.Fatalf("%d reads", last)
		}
	})
}

// A store that stands still does not keep a device for good; who has no time does
// not wait for it at all.
func TestRemovingWaitsForTheStoreAsLongAsItMay(t *testing.T) {
	for name, patience := range map[string]time.Duration{"no time": 0, "the drain time": time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				running(t, slowSink{scannertest.NewLog(), time.Hour}, func(s *scanner.Supervisor) {
					time.Sleep(time.Second)
					ctx, cancel := context.WithTimeout(t.Context(), patience)
					defer cancel()
					start := time.Now()
					if err := s.Remove(ctx, "fake:1"); err != nil {
						t.Error(err)
					}
					if took := time.Since(start); took != min(patience, scanner.DrainTime) {
						t.Errorf("it took %v", took)
					}
				}, ticker("fake:1"))
			})
		})
	}
}

func TestDevicesCanBeChangedBeforeAndAfterTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := scannertest.NewLog()
		s, err := scanner.New(nil, log)
		if err != nil {
			t.Fatal(err)
		}
		change := func() {
			t.Helper()
			for _, err := range []error{s.Add(ticker("fake:1")), s.Replace(t.Context(), ticker("fake:1")), s.Remove(t.Context(), "fake:1"), s.Add(ticker("fake:2")), s.Remove(t.Context(), "fake:2")} {
				if err != nil {
					t.Error(err)
				}
			}
		}
		change()
		if err := s.Add(ticker("fake:3")); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_ = s.Run(ctx)
		change()
		if n := len(log.Seen().Reads); n != of(log, "fake:3") || n < 10 {
			t.Fatalf("%d reads", n)
		}
	})
}

func TestWhatCannotBeAddedIsExplained(t *testing.T) {
	s, err := scanner.New([]scanner.Device{ticker("fake:1")}, scannertest.NewLog())
	if err != nil {
		t.Fatal(err)
	}
	for want, err := range map[string]error{
		"are the same device fake:1":   s.Add(ticker("fake:1")),
		"no identity or no driver":     s.Add(scanner.Device{ID: "fake:2"}),
		"has no driver":                s.Replace(t.Context(), scanner.Device{ID: "fake:1"}),
		"there is no scanner fake:2":   s.Replace(t.Context(), ticker("fake:2")),
		"there is no scanner ticktock": s.Remove(t.Context(), "ticktock"),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// Many hands change the devices at once while they read.
func TestManyChangesAtOnce(t *testing.T) {
	log := scannertest.NewLog()
	s, stop := scannertest.Start(t, log)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			id := fmt.Sprint("fake:", worker)
			for range 25 {
				if err := s.Add(ticker(id)); err != nil {
					t.Error(err)
				}
				s.Look()
				if err := s.Replace(t.Context(), ticker(id)); err != nil {
					t.Error(err)
				}
				s.States()
				if err := s.Remove(t.Context(), id); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	stop()
	if states := s.States(); len(states) != 0 {
		t.Fatalf("%+v", states)
	}
}
