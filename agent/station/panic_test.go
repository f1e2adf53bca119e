package station_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// An operation that panics, wherever it is, fails alone: who asked is told, nothing of
// it is stored, and everything else goes on.
func TestAnOperationThatPanicsFailsAlone(t *testing.T) {
	for name, fail := range map[string]func(ctx context.Context, f *floor){
		"by itself": func(context.Context, *floor) {
			var none *floor
			none.sent++
		},
		"while it reads": func(ctx context.Context, f *floor) {
			_ = f.queue.Read(ctx, func(agent.View) error { panic("read") })
		},
		"while it decides what to store": func(ctx context.Context, f *floor) {
			_, err := f.queue.Write(ctx, agent.Command{}, func(agent.View) (agent.Facts, error) { panic("decide") })
			panic(err)
		},
		"after it stored": func(ctx context.Context, f *floor) {
			f.put(event(agent.AccessGranted, agent.Access{ID: "x", Role: agent.Counter, Hash: "y"}))
			panic("after")
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, count, _ := begun(t)
			f.Handle("test.fail", func(ctx context.Context, _ agent.Caller, _ string, _ json.RawMessage) (any, error) {
				fail(ctx, f)
				return "done", nil
			})
			result, err := f.try(boss, "test.fail", struct{}{})
			e := agent.AsError(err)
			if result != nil || e.Code != "internal" || e.Class != agent.Fault || e.What == "" || e.Means == "" || e.Do == "" {
				t.Fatalf("answered with %v, %+v", result, e)
			}
			if cause := e.Err.Error(); !strings.Contains(cause, "panic_test.go") || !strings.Contains(cause, "test.fail") {
				t.Errorf("the log is not told where it was: %s", cause)
			}
			if told, _ := json.Marshal(e); strings.Contains(string(told), "goroutine") {
				t.Errorf("who asked is shown the stack: %s", told)
			}
			for range 10 { // more than there are connections to read by
				_, _ = f.try(boss, "test.fail", struct{}{})
			}
			f.hear(colaEAN, station.Counted)
			f.holds(count, cola, binA, 1)
			if report, err := f.queue.Replay(t.Context()); err != nil || len(report.Findings) > 0 {
				t.Errorf("the store is harmed: %+v, %v", report.Findings, err)
			}
		})
	}
}
