package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// Whatever comes over the wire, it is stored for what it is, and the good scans
// around it are neither lost nor changed.
func TestBadFramesTakeNoGoodScanWithThem(t *testing.T) {
	s := openShop(t, t.TempDir())
	if _, err := s.works.dispatch(t.Context(), admin(), "", "count.open", []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	noise := "\x91\xfe5\xf1^q\x1b[31m\x07\xff"
	frames := []struct {
		wire, raw string
		flag      agent.ScanFlag
	}{
		{"GOOD-1\r", "GOOD-1", 0},
		{noise + "\r", noise, 0},
		{"GOOD-2\r", "GOOD-2", 0},
		{"GOOD\x00-3\r", "GOOD-3", 0},
		{strings.Repeat("A", 5_000) + "\r", "", agent.TooLong},
		{"GOOD-4\r", "GOOD-4", 0},
		{"GOOD-5", "GOOD-5", agent.EndedByQuiet},
		{"GOOD-6\r\n", "GOOD-6", 0},
	}
	for i, f := range frames {
		if _, err := s.wire.WriteString(f.wire); err != nil {
			t.Fatal(err)
		}
		until(t, "the frame is stored", func() bool { return s.stored(t) > int64(i) })
	}
	scans := s.scans(t)
	if len(scans) != len(frames) {
		t.Fatalf("%d frames were sent, %d are stored: %+v", len(frames), len(scans), scans)
	}
	for i, f := range frames {
		got := scans[i]
		if f.raw != "" && !bytes.Equal(got.Raw, []byte(f.raw)) || f.raw == "" && len(got.Raw) >= len(f.wire) {
			t.Errorf("frame %d is stored as %q", i+1, got.Raw)
		}
		const form = agent.TooLong | agent.EndedByQuiet
		if got.Flags&form != f.flag || got.Sequence != int64(i+1) {
			t.Errorf("frame %d has the flags %v and the number %d", i+1, got.Flags.Names(), got.Sequence)
		}
		if got.Op == agent.Add {
			t.Errorf("frame %d, which no item has, is counted", i+1)
		}
	}
	if report, err := s.works.queue.Verify(t.Context()); err != nil || !report.OK() {
		t.Errorf("verify: %+v, %v", report, err)
	}
}
