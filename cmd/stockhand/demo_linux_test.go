package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/demo"
)

// self returns the program under test, which this test binary is when it is
// called by that name.
func self(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("stockhand")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// shortRun is the smallest run that proves anything.
func shortRun(t *testing.T, seed uint64) demo.Options {
	return demo.Options{Binary: self(t), Dir: t.TempDir(), Keep: true, Seed: seed, Goods: 110, For: 8 * time.Second}
}

// start begins a run and returns what waits for its report. Runs mostly wait, so
// that several at once take no longer than one.
func start(t *testing.T, o demo.Options) (end func(*testing.T) demo.Report) {
	var report demo.Report
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		report, err = demo.Headless(t.Context(), o)
	}()
	return func(t *testing.T) demo.Report {
		<-done
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("\n%s", report)
		if len(report.Problems) > 0 && o.Policy == "" {
			log, err := os.ReadFile(filepath.Join(o.Dir, "agent.log"))
			t.Logf("the agent's log (%v):\n%s", err, log)
		}
		return report
	}
}

func TestAShopThatSellsIsCountedRight(t *testing.T) {
	killed, twin := shortRun(t, 2), shortRun(t, 3)
	killed.KillEvery = 1200 * time.Millisecond
	twin.Policy = agent.Snapshot
	undisturbed, interrupted, snapshot := start(t, shortRun(t, 1)), start(t, killed), start(t, twin)

	t.Run("undisturbed", func(t *testing.T) {
		if report := undisturbed(t); !report.OK {
			t.Errorf("not right: %v", report.Problems)
		}
	})
	t.Run("killed again and again", func(t *testing.T) {
		if report := interrupted(t); !report.OK {
			t.Errorf("not right: %v", report.Problems)
		}
	})
	// The twin: with the policy that many products have, the same shop must end
	// wrong, or the demo would not notice what it is there to notice.
	t.Run("but not by a snapshot of the book", func(t *testing.T) {
		if report := snapshot(t); report.OK || len(report.Differing) == 0 {
			t.Error("the snapshot policy ended right")
		}
	})
}
