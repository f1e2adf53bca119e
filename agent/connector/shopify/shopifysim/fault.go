package shopifysim

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Always is a Fault's Times that does not run out before ClearFaults.
const Always = -1

// Fault is something that goes wrong with requests.
type Fault struct {
	// Operation is the name of the operation it strikes, such as "SetQuantities",
	// or "token" for the token endpoint. Empty is any.
	Operation string
	// Skip is how many matching requests pass unharmed first.
	Skip int
	// Times is how many requests it strikes then: 1 if zero, Always without end.
	Times int
	// Executed says that the request is carried out before the answer is spoilt.
	Executed bool
	Effect   Effect
}

// Effect is what a Fault does to an exchange.
type Effect struct {
	// delay passes before the request is carried out. A mutation has claimed its
	// key by then.
	delay time.Duration
	// userError fails a mutation with a code on a line of its input.
	userError *lineError
	// spoil writes the answer in the place of the shop; nil leaves it alone.
	spoil func(w http.ResponseWriter, answer []byte)
}

type lineError struct {
	line int
	code string
}

// Cut closes the connection without an answer.
func Cut() Effect {
	return Effect{spoil: func(http.ResponseWriter, []byte) { panic(http.ErrAbortHandler) }}
}

// Status answers with an HTTP status; retryAfter is sent where it is not zero.
func Status(code int, retryAfter time.Duration) Effect {
	return Effect{spoil: func(w http.ResponseWriter, _ []byte) {
		if retryAfter > 0 {
			w.Header().Set("Retry-After", strconv.FormatFloat(retryAfter.Seconds(), 'f', 1, 64))
		}
		writeJSON(w, code, map[string]any{"errors": http.StatusText(code)})
	}}
}

// HTML answers with a web page where JSON was promised, as proxies and captive
// portals do.
func HTML() Effect {
	return Effect{spoil: func(w http.ResponseWriter, _ []byte) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!DOCTYPE html><title>Sign in to the network</title>"))
	}}
}

// Truncated breaks the connection off in the middle of the answer.
func Truncated() Effect {
	return Effect{spoil: func(w http.ResponseWriter, answer []byte) {
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)+1))
		_, _ = w.Write(answer[:len(answer)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}}
}

// Huge answers with a valid JSON document of at least so many bytes.
func Huge(bytes int) Effect {
	return Effect{spoil: func(w http.ResponseWriter, _ []byte) {
		block := []byte(strings.Repeat("a", 1<<16))
		_, _ = w.Write([]byte(`{"data":null,"padding":"`))
		for sent := 0; sent < bytes; sent += len(block) {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
		_, _ = w.Write([]byte(`"}`))
	}}
}

// Slow lets time pass before the request is carried out and answered properly.
func Slow(delay time.Duration) Effect { return Effect{delay: delay} }

// UserError fails a mutation with a user error on a line of its input, counted
// from 0; nothing is changed.
func UserError(line int, code string) Effect {
	return Effect{userError: &lineError{line, code}}
}

// TopLevel answers with a GraphQL error such as INTERNAL_SERVER_ERROR.
func TopLevel(code string) Effect {
	return Effect{spoil: func(w http.ResponseWriter, _ []byte) {
		writeJSON(w, http.StatusOK, failure(problem{message: "The simulated shop failed.", code: code}))
	}}
}

// Fail adds a fault. Faults that match the same request take turns in the order
// they were added.
func (s *Shop) Fail(fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if fault.Times == 0 {
		fault.Times = 1
	}
	s.faults.plan = append(s.faults.plan, &fault)
}

// LoseReplies carries out the next n requests of an operation and cuts the
// connection instead of answering.
func (s *Shop) LoseReplies(operation string, n int) {
	s.Fail(Fault{Operation: operation, Times: n, Executed: true, Effect: Cut()})
}

// DropRequests cuts the connection at the next n requests of an operation before
// they are carried out.
func (s *Shop) DropRequests(operation string, n int) {
	s.Fail(Fault{Operation: operation, Times: n, Effect: Cut()})
}

// Throttle holds the bucket of query points empty while on.
func (s *Shop) Throttle(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bucket.level(s.options.Now())
	s.bucket.empty = on
}

// Offline closes every connection at once while on.
func (s *Shop) Offline(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.offline = on
}

// ClearFaults forgets all faults, Throttle and Offline included.
func (s *Shop) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = faults{}
	s.bucket.empty = false
}

type faults struct {
	plan    []*Fault
	offline bool
}

// take returns the fault that strikes a request, or nil.
func (f *faults) take(operation string) *Fault {
	for i, fault := range f.plan {
		switch {
		case fault.Operation != "" && fault.Operation != operation:
			continue
		case fault.Skip > 0:
			fault.Skip--
			continue
		case fault.Times != Always:
			fault.Times--
		}
		if fault.Times == 0 {
			f.plan = slices.Delete(f.plan, i, i+1)
		}
		struck := *fault
		return &struck
	}
	return nil
}

func wait(ctx context.Context, delay time.Duration) {
	if delay <= 0 {
		return
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
