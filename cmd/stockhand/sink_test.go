package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/scanner"
)

// answers is a station that gives one answer.
type answers struct {
	heard station.Heard
	err   error
	flags agent.ScanFlag
	read  agent.Read
}

func (a *answers) Ingest(_ context.Context, r agent.Read) (station.Ingested, error) {
	a.read = r
	return station.Ingested{Heard: a.heard, Scan: agent.Scan{Flags: a.flags}}, a.err
}

// Only what is on disk and recognised is told to be stored.
func TestTheScannerIsToldWhatBecameOfItsScan(t *testing.T) {
	full := &agent.Error{Code: "disk-full", Class: agent.Retry, What: "The disk is full.", Do: "Make room."}
	for _, tt := range []struct {
		heard station.Heard
		err   error
		want  scanner.Verdict
		flags agent.ScanFlag
	}{
		{station.Counted, nil, scanner.Stored, 0},
		{station.Moved, nil, scanner.Stored, 0},
		{station.Twice, nil, scanner.Stored, 0},
		{station.NotKnown, nil, scanner.Unknown, 0},
		{station.NotOwned, nil, scanner.Unknown, 0},
		{station.Unreadable, nil, scanner.Unknown, 0},
		{station.Counted, full, scanner.Refused, 0},
		{station.Counted, errors.New("anything"), scanner.Refused, 0},
		{station.Awaits, nil, scanner.Stored, 0},
		{station.Undone, nil, scanner.Stored, 0},
		{station.Finished, nil, scanner.Stored, 0},
		{station.Greeted, nil, scanner.Stored, 0},
		{station.SameSerial, nil, scanner.Unknown, 0},
		{station.NotStock, nil, scanner.Unknown, 0},
		{station.Moved, nil, scanner.Unknown, agent.Dropped}, // twelve of the next item were said, and it did not come
	} {
		e := &ears{station: &answers{heard: tt.heard, err: tt.err, flags: tt.flags}, log: slog.New(slog.DiscardHandler), changed: func() {}}
		if got := e.Read(t.Context(), scanner.Read{Device: "d"}); got != tt.want {
			t.Errorf("%s, %v: the scanner is told %v, want %v", tt.heard, tt.err, got, tt.want)
		}
	}
}

func TestAReadKeepsEverythingThatTheDriverSaid(t *testing.T) {
	a := &answers{}
	e := &ears{station: a, log: slog.New(slog.DiscardHandler), changed: func() {}}
	at := time.Now()
	e.Read(t.Context(), scanner.Read{Device: "d", Sequence: 7, Raw: []byte("x"), At: at, Flags: scanner.EndedByQuiet | scanner.TooLong | scanner.Repeated})
	if r := a.read; r.Device != "d" || r.Sequence != 7 || string(r.Raw) != "x" || !r.At.Equal(at) || r.Flags != agent.EndedByQuiet|agent.TooLong|agent.Repeated {
		t.Fatalf("got %+v", r)
	}
}

// That scans are not stored is known as long as it lasts, and told when it begins
// and ends.
func TestThatScansAreNotStoredIsShownUntilTheyAre(t *testing.T) {
	a := &answers{err: &agent.Error{Code: "disk-full", What: "The disk is full."}}
	changes := 0
	e := &ears{station: a, log: slog.New(slog.DiscardHandler), changed: func() { changes++ }}
	for range 3 {
		e.Read(t.Context(), scanner.Read{Device: "d"})
	}
	if r, ok := e.refusalOf("d"); !ok || r.problem.Code != "disk-full" || changes != 1 {
		t.Fatalf("refused: %v, %+v; told %d times", ok, r, changes)
	}
	a.err = nil
	e.Read(t.Context(), scanner.Read{Device: "d"})
	if _, ok := e.refusalOf("d"); ok || changes != 2 {
		t.Fatalf("refused: %v; told %d times", ok, changes)
	}
}

// What a scanner sends never reaches a log that people send around.
func TestNoBarcodeIsLogged(t *testing.T) {
	var log strings.Builder
	a := &answers{err: errors.New("no")}
	e := &ears{station: a, log: slog.New(slog.NewTextHandler(&log, nil)), changed: func() {}}
	e.Read(t.Context(), scanner.Read{Device: "d", Raw: []byte("4006381333931")})
	if !strings.Contains(log.String(), "not stored") || strings.Contains(log.String(), "4006381333931") {
		t.Fatalf("logged: %s", log.String())
	}
}
