package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/hidpos"
	"github.com/stockhand/stockhand/scanner/keyboard"
	"github.com/stockhand/stockhand/scanner/serialport"
	"github.com/stockhand/stockhand/scanner/usbtest"
)

// drivers are the drivers under test, by their names in the configuration, and
// finders how each finds scanners.
var drivers = scanner.Registry{
	"serial":   serialport.Decode,
	"keyboard": keyboard.Decode,
	"hid-pos":  hidpos.Decode,
}

var finders = []scanner.Find{serialport.Find, keyboard.Find, hidpos.Find}

// agent reads scanners as the shipped program does and tells the host
// everything that its sink is told.
type agent struct {
	host    *host
	run     *run
	verdict atomic.Uint32        // what becomes of each read
	deafen  func() usbtest.Leaks // ends the listening
}

// run is one supervisor from its start to its end.
type run struct {
	supervisor *scanner.Supervisor
	stop       context.CancelFunc
	ended      chan struct{}
	before     holding // what there was before it began
}

func newAgent(h *host) (handlers, error) {
	a := &agent{host: h}
	a.verdict.Store(uint32(scanner.Stored))
	return handlers{
		"find":    do(a.find),
		"hush":    do(a.hush),
		"listen":  do(a.listen),
		"start":   do(a.start),
		"stop":    do(a.stop),
		"verdict": do(a.answer),
	}, nil
}

// start keeps the scanners of some sections of a configuration open, and
// returns their identities.
func (a *agent) start(sections []map[string]any) (any, error) {
	if a.run != nil {
		return nil, errors.New("it runs already")
	}
	var devices []scanner.Device
	var ids []string
	for _, section := range sections {
		d, err := drivers.Device(section)
		if err != nil {
			return nil, err
		}
		devices, ids = append(devices, d), append(ids, d.ID)
	}
	before := held()
	s, err := scanner.New(devices, sink{a})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	a.run = &run{supervisor: s, stop: cancel, ended: make(chan struct{}), before: before}
	go a.run.keep(ctx, a.host)
	return ids, nil
}

// keep runs the supervisor, and has it look when something is plugged in, until
// ctx ends.
func (r *run) keep(ctx context.Context, h *host) {
	defer close(r.ended)
	var watching sync.WaitGroup
	watching.Go(func() {
		if err := scanner.Watch(ctx, r.supervisor.Look); ctx.Err() == nil {
			h.say(usbtest.Line{Fatal: fmt.Sprintf("nobody tells what is plugged in: %v", err)})
		}
	})
	_ = r.supervisor.Run(ctx)
	watching.Wait()
}

// stop ends the supervisor, if it runs, and returns what it left behind.
func (a *agent) stop(struct{}) (any, error) {
	if a.run == nil {
		return usbtest.Leaks{}, nil
	}
	r := a.run
	a.run = nil
	r.stop()
	select {
	case <-r.ended:
	case <-time.After(time.Minute):
		return nil, fmt.Errorf("the supervisor does not end:\n%s", stacks())
	}
	return leaks(r.before), nil
}

// leaks waits for what was there before to be all there is: a goroutine that
// was waited for may need a moment to go.
func leaks(before holding) usbtest.Leaks {
	var left usbtest.Leaks
	for range 100 {
		left = held().beyond(before)
		if len(left.Goroutines) == 0 && len(left.Files) == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return left
}

// holding is what this process holds: the stacks of its goroutines by their
// names, and what its descriptors stand for, with their numbers.
type holding struct {
	goroutines map[string]string
	files      map[string]int
}

func held() holding {
	h := holding{map[string]string{}, map[string]int{}}
	for stack := range strings.SplitSeq(stacks(), "\n\n") {
		if !strings.Contains(stack, "main.(*host).carryOut") {
			name, _, _ := strings.Cut(stack, " [")
			h.goroutines[name] = stack
		}
	}
	fds, _ := filepath.Glob("/proc/self/fd/*")
	for _, fd := range fds {
		// The descriptor that lists the others is gone by now.
		if target, err := os.Readlink(fd); err == nil {
			h.files[target]++
		}
	}
	return h
}

func (h holding) beyond(before holding) usbtest.Leaks {
	var left usbtest.Leaks
	for name, stack := range h.goroutines {
		if _, ok := before.goroutines[name]; !ok {
			left.Goroutines = append(left.Goroutines, stack)
		}
	}
	for target, n := range h.files {
		for range n - before.files[target] {
			left.Files = append(left.Files, target)
		}
	}
	return left
}

func stacks() string {
	buf := make([]byte, 128<<10)
	return string(buf[:runtime.Stack(buf, true)])
}

// answer sets what becomes of the reads from now on.
func (a *agent) answer(v scanner.Verdict) (any, error) {
	a.verdict.Store(uint32(v))
	return nil, nil
}

// sink tells the host.
type sink struct{ *agent }

func (s sink) Read(_ context.Context, r scanner.Read) scanner.Verdict {
	s.host.say(usbtest.Line{Read: &r})
	return scanner.Verdict(s.verdict.Load())
}

func (s sink) State(st scanner.State) {
	s.host.say(usbtest.Line{State: &usbtest.State{
		Device: st.Device, Name: st.Name, Sentence: st.Sentence, Remedy: st.Remedy,
		Cause: text(st.Err), Discarded: st.Discarded,
	}})
}

func (s sink) Notice(n scanner.Notice) {
	s.host.say(usbtest.Line{Notice: &usbtest.Notice{
		Device: n.Device, Kind: n.Kind, Count: n.Count, Sentence: n.Sentence, Cause: text(n.Err),
	}})
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
