package scannertest

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

// Patience is how long the suite waits for something that must happen. It is
// long because it only matters when the promise is broken.
const Patience = 20 * time.Second

// Log is a sink that remembers everything.
type Log struct {
	// Verdict is what Read answers.
	Verdict scanner.Verdict

	mu      sync.Mutex
	reads   []scanner.Read
	states  []scanner.State
	notices []scanner.Notice
	changed chan struct{}
}

// NewLog returns an empty log.
func NewLog() *Log { return &Log{changed: make(chan struct{})} }

// Read remembers a read.
func (l *Log) Read(_ context.Context, r scanner.Read) scanner.Verdict {
	l.change(func() { l.reads = append(l.reads, r) })
	return l.Verdict
}

// State remembers a state.
func (l *Log) State(s scanner.State) {
	l.change(func() { l.states = append(l.states, s) })
}

// Notice remembers a notice.
func (l *Log) Notice(n scanner.Notice) {
	l.change(func() { l.notices = append(l.notices, n) })
}

func (l *Log) change(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
	close(l.changed)
	l.changed = make(chan struct{})
}

// Seen is a copy of what a log holds.
type Seen struct {
	Reads   []scanner.Read
	States  []scanner.State
	Notices []scanner.Notice
}

// Seen returns what was logged so far.
func (l *Log) Seen() Seen {
	s, _ := l.snapshot()
	return s
}

func (l *Log) snapshot() (Seen, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Seen{
		l.reads[:len(l.reads):len(l.reads)], l.states[:len(l.states):len(l.states)],
		l.notices[:len(l.notices):len(l.notices)],
	}, l.changed
}

// Codes returns the reads as texts.
func (s Seen) Codes() []string {
	codes := make([]string, len(s.Reads))
	for i, r := range s.Reads {
		codes[i] = string(r.Raw)
	}
	return codes
}

// Noticed returns the notices of a kind.
func (s Seen) Noticed(kind scanner.NoticeKind) []scanner.Notice {
	var found []scanner.Notice
	for _, n := range s.Notices {
		if n.Kind == kind {
			found = append(found, n)
		}
	}
	return found
}

// Await waits until what was logged satisfies ok.
func (l *Log) Await(t testing.TB, what string, ok func(Seen) bool) Seen {
	t.Helper()
	deadline := time.After(Patience)
	for {
		seen, changed := l.snapshot()
		if ok(seen) {
			return seen
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("waited %v for %s; %s", Patience, what, seen.summary())
		}
	}
}

// AwaitState waits until the newest state has a name.
func (l *Log) AwaitState(t testing.TB, name scanner.StateName) scanner.State {
	t.Helper()
	seen := l.Await(t, "the state "+string(name), func(s Seen) bool {
		return len(s.States) > 0 && s.States[len(s.States)-1].Name == name
	})
	return seen.States[len(seen.States)-1]
}

// AwaitReads waits for n reads.
func (l *Log) AwaitReads(t testing.TB, n int) Seen {
	t.Helper()
	return l.Await(t, fmt.Sprintf("%d reads", n), func(s Seen) bool { return len(s.Reads) >= n })
}

func (s Seen) summary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d reads", len(s.Reads))
	for _, st := range s.States {
		fmt.Fprintf(&b, "\n  state %s: %s (%v)", st.Name, st.Sentence, st.Err)
	}
	for _, n := range s.Notices {
		fmt.Fprintf(&b, "\n  notice %s: %s", n.Kind, n.Sentence)
	}
	return b.String()
}

// Start runs a supervisor for devices until the test ends or stop is called.
// Stop fails the test if Run does not return or leaves a goroutine behind.
func Start(t testing.TB, sink scanner.Sink, devices ...scanner.Device) (s *scanner.Supervisor, stop func()) {
	t.Helper()
	before := goroutines()
	s, err := scanner.New(devices, sink)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Run(ctx)
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case <-ended:
		case <-time.After(Patience):
			t.Fatalf("the supervisor did not stop:\n%s", stacks())
		}
		noneLeft(t, before)
	})
	t.Cleanup(stop)
	return s, stop
}

// noneLeft fails if goroutines of the scanner packages are left which were not
// there before. A goroutine may need a moment to end after it was waited for.
func noneLeft(t testing.TB, before map[string]bool) {
	t.Helper()
	deadline := time.Now().Add(Patience)
	for {
		var left []string
		for id := range goroutines() {
			if !before[id] {
				left = append(left, id)
			}
		}
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("goroutines %v were left behind:\n%s", left, stacks())
		}
		runtime.Gosched()
	}
}

// goroutines returns the ids of those that run code of the scanner packages
// outside of tests.
func goroutines() map[string]bool {
	found := map[string]bool{}
	for stack := range strings.SplitSeq(stacks(), "\n\n") {
		id, _, _ := strings.Cut(strings.TrimPrefix(stack, "goroutine "), " ")
		if strings.Contains(stack, "stockhand/scanner") && !strings.Contains(stack, "testing.tRunner(") {
			found[id] = true
		}
	}
	return found
}

func stacks() string {
	buf := make([]byte, 1<<20)
	return string(buf[:runtime.Stack(buf, true)])
}
