package usbtest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
	"github.com/stockhand/stockhand/scanner/usbtest"
)

// watch is what the agent has told of one scanner, as far as it was looked at.
type watch struct {
	agent   *program
	id      string
	seen    int // lines of the agent
	reads   []scanner.Read
	notices []usbtest.Notice
	state   usbtest.State
	at      time.Duration // the guest's time of the state
}

// until looks at what the agent tells until ok holds.
func (w *watch) until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("%s: %d reads, state since %v: %+v", w.id, len(w.reads), w.at, w.state)
		}
	}()
	for !ok() {
		_, w.seen = w.agent.await(t, w.seen, w.id+": "+what, w.take)
	}
}

// take reports whether a line is about the scanner, and remembers it.
func (w *watch) take(l usbtest.Line) bool {
	switch {
	case l.Read != nil && l.Read.Device == w.id:
		w.reads = append(w.reads, *l.Read)
	case l.State != nil && l.State.Device == w.id:
		w.state, w.at = *l.State, l.At
	case l.Notice != nil && l.Notice.Device == w.id:
		w.notices = append(w.notices, *l.Notice)
	default:
		return false
	}
	return true
}

func (w *watch) untilState(t testing.TB, name scanner.StateName) {
	t.Helper()
	w.until(t, "the state "+string(name), func() bool { return w.state.Name == name })
}

// opened is how often the scanner has become ready to scan, among the lines from
// the n-th on that were looked at.
func (w *watch) opened(n int) (times int) {
	lines, _, _ := w.agent.said(n)
	for _, l := range lines[:w.seen-n] {
		if l.State != nil && l.State.Device == w.id && l.State.Name == scanner.Reading {
			times++
		}
	}
	return times
}

func (w *watch) untilReads(t testing.TB, n int) {
	t.Helper()
	w.until(t, "its next scan", func() bool { return len(w.reads) >= n })
}

// mustBe fails unless the scans are exactly the codes, numbered from 1.
func (w *watch) mustBe(t testing.TB, codes []string) {
	t.Helper()
	scannertest.Seen{Reads: w.reads}.MustBe(t, codes)
}

func (w *watch) noticed(kind scanner.NoticeKind) int {
	return len(slices.DeleteFunc(slices.Clone(w.notices), func(n usbtest.Notice) bool { return n.Kind != kind }))
}
