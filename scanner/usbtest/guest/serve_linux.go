package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

// handlers are what a program of the guest can be told to do.
type handlers map[string]func(args json.RawMessage) (any, error)

// do makes a handler of a function with arguments of its own type.
func do[T any](f func(T) (any, error)) func(json.RawMessage) (any, error) {
	return func(raw json.RawMessage) (any, error) {
		var args T
		if len(raw) > 0 {
			if err := json.Unmarshal(raw, &args); err != nil {
				return nil, err
			}
		}
		return f(args)
	}
}

// host is the line to the host. Its say may be called by any goroutine.
type host struct {
	mu   sync.Mutex
	port *os.File
}

// serve does what the host says on a port until the host hangs up. Commands are
// carried out at once, beside each other: one scanner must not wait for another.
func serve(port *os.File, start func(*host) (handlers, error)) error {
	h := &host{port: port}
	known, err := start(h)
	if err != nil {
		return err
	}
	h.say(usbtest.Line{}) // here I am
	lines := bufio.NewScanner(port)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c usbtest.Command
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return fmt.Errorf("%s: %w", lines.Text(), err)
		}
		go h.carryOut(known, c)
	}
	return lines.Err()
}

func (h *host) carryOut(known handlers, c usbtest.Command) {
	answer := &usbtest.Answer{ID: c.ID}
	result, err := any(nil), fmt.Errorf("nobody knows how to do %q", c.Do)
	if f, ok := known[c.Do]; ok {
		result, err = f(c.Args)
	}
	if err == nil {
		answer.Result, err = json.Marshal(result)
	}
	if err != nil {
		answer.Error = err.Error()
	}
	h.say(usbtest.Line{Answer: answer})
}

func (h *host) say(l usbtest.Line) {
	l.At = clock()
	text, err := json.Marshal(l)
	if err != nil {
		panic(err) // all our lines can be written
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, err := h.port.Write(append(text, '\n')); err != nil {
		fmt.Fprintln(os.Stderr, "guest: the host does not listen:", err)
	}
}

// clock is the time since the guest's start, the same for all its programs.
func clock() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &t); err != nil {
		panic(err) // every kernel has this clock
	}
	return time.Duration(t.Nano())
}

// openPort finds a virtual serial port by the name that the host gave it.
func openPort(name string) (*os.File, error) {
	deadline := clock() + time.Minute
	for {
		names, _ := filepath.Glob("/sys/class/virtio-ports/*/name")
		for _, n := range names {
			if text, _ := os.ReadFile(n); strings.TrimSpace(string(text)) == name {
				return os.OpenFile("/dev/"+filepath.Base(filepath.Dir(n)), os.O_RDWR, 0)
			}
		}
		if clock() > deadline {
			return nil, fmt.Errorf("there is no virtual port %q", name)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
