package main

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/scanner"
)

// ingester stores a read; it returns without error when the read is on disk.
type ingester interface {
	Ingest(ctx context.Context, read agent.Read) (station.Ingested, error)
}

// ears turns what scanners deliver into entries, and the answer into what the
// scanner is told. It implements scanner.Sink.
type ears struct {
	station ingester
	log     *slog.Logger
	changed func() // a state changed; does not block

	mu      sync.Mutex
	refused map[string]refusal // devices whose newest read was not stored
}

type refusal struct {
	since   time.Time
	problem *agent.Error
	logged  time.Time
	silent  int // refusals since then
}

// logEvery is how often the log tells that the reads of a device are not stored: a
// full disk must not be filled with that.
const logEvery = 10 * time.Second

var _ scanner.Sink = (*ears)(nil)

// Read stores a read. Only what is on disk is told to be stored.
func (e *ears) Read(ctx context.Context, r scanner.Read) scanner.Verdict {
	in, err := e.station.Ingest(ctx, readOf(r))
	e.note(r.Device, err)
	switch {
	case err != nil:
		return scanner.Refused
	case in.Scan.Flags&agent.Dropped != 0:
		return scanner.Unknown // somebody said how many of the next item, and it did not come
	case slices.Contains(good, in.Heard):
		return scanner.Stored
	}
	return scanner.Unknown
}

// good is what became of a read that the scanner tells by its good sound. A repeat
// that sounded bad would be scanned once more.
var good = []station.Heard{station.Counted, station.Moved, station.Twice, station.Awaits, station.Undone, station.Finished, station.Greeted}

func readOf(r scanner.Read) agent.Read {
	read := agent.Read{Device: agent.DeviceID(r.Device), Sequence: r.Sequence, Raw: r.Raw, At: r.At}
	if r.Flags.Has(scanner.EndedByQuiet) {
		read.Flags |= agent.EndedByQuiet
	}
	if r.Flags.Has(scanner.TooLong) {
		read.Flags |= agent.TooLong
	}
	if r.Flags.Has(scanner.Repeated) {
		read.Flags |= agent.Repeated
	}
	return read
}

// note remembers whether the device's newest read was stored, for the page.
func (e *ears) note(device string, err error) {
	e.mu.Lock()
	before, was := e.refused[device]
	if err == nil {
		delete(e.refused, device)
	} else {
		now := refusal{since: time.Now(), problem: agent.AsError(err)}
		if was {
			now.since, now.logged, now.silent = before.since, before.logged, before.silent+1
		}
		if time.Since(now.logged) >= logEvery {
			e.log.Error("a read was not stored", "code", now.problem.Code, "device", device, "besides", now.silent, "error", err)
			now.logged, now.silent = time.Now(), 0
		}
		if e.refused == nil {
			e.refused = map[string]refusal{}
		}
		e.refused[device] = now
	}
	e.mu.Unlock()
	if was != (err != nil) {
		e.changed()
	}
}

// State logs a device's new state.
func (e *ears) State(s scanner.State) {
	level := slog.LevelInfo
	if s.Err != nil {
		level = slog.LevelWarn
	}
	attrs := []any{"code", "scanner-" + string(s.Name), "device", s.Device}
	if s.Err != nil {
		attrs = append(attrs, "error", s.Err)
	}
	e.log.Log(context.Background(), level, s.Sentence, attrs...)
	e.changed()
}

// Notice logs what happened to a device.
func (e *ears) Notice(n scanner.Notice) {
	attrs := []any{"code", "scanner-" + string(n.Kind), "device", n.Device, "count", n.Count}
	if n.Err != nil {
		attrs = append(attrs, "error", n.Err)
	}
	e.log.Warn(n.Sentence, attrs...)
}

// refusalOf returns why the device's newest read was not stored, if it was not.
func (e *ears) refusalOf(device string) (refusal, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r, ok := e.refused[device]
	return r, ok
}
