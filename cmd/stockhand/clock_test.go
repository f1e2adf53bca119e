package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/agent"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// turn is what the two clocks did between two looks.
type turn struct{ wall, run time.Duration }

func TestStepsOfTheClock(t *testing.T) {
	const tick = clockEvery
	for _, c := range []struct {
		name  string
		turns []turn
		steps []time.Duration
		woke  int
	}{
		{"it runs", []turn{{tick, tick}, {tick, tick}}, nil, 0},
		{"it is set back", []turn{{tick - 2*time.Hour, tick}, {tick, tick}}, []time.Duration{-2 * time.Hour}, 0},
		{"it is set forward and back", []turn{{tick + time.Hour, tick}, {tick - time.Hour, tick}}, []time.Duration{time.Hour, -time.Hour}, 0},
		{"the machine sleeps", []turn{{9 * time.Hour, 9 * time.Hour}, {tick, tick}}, nil, 1},
		{"it is set while the machine sleeps", []turn{{9*time.Hour + time.Minute, 9 * time.Hour}}, []time.Duration{time.Minute}, 1},
		{"it is kept right", []turn{{tick + 400*time.Millisecond, tick}, {tick - 400*time.Millisecond, tick}}, nil, 0},
		{"it is turned slowly", []turn{{tick + 400*time.Millisecond, tick}, {tick + 400*time.Millisecond, tick}, {tick + 400*time.Millisecond, tick}, {tick, tick}}, []time.Duration{1200 * time.Millisecond}, 0},
		{"a look comes late", []turn{{2 * tick, 2 * tick}}, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			wall, run := noon, time.Hour
			var turns clockTurns
			var steps []time.Duration
			woken := 0
			if by, woke := turns.look(wall, run); by != 0 || woke {
				t.Errorf("the first look says %v %v", by, woke)
			}
			for _, turn := range c.turns {
				wall, run = wall.Add(turn.wall), run+turn.run
				by, woke := turns.look(wall, run)
				if by != 0 {
					steps = append(steps, by)
				}
				if woke {
					woken++
				}
			}
			if len(steps) != len(c.steps) || woken != c.woke {
				t.Fatalf("steps %v, woke %d times", steps, woken)
			}
			for i := range steps {
				if steps[i] != c.steps[i] {
					t.Errorf("steps %v, want %v", steps, c.steps)
				}
			}
		})
	}
}

// The two clocks are read again where the machine stopped between them: that would
// look like a step.
func TestBothClocksAreReadAtOneMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin, reads := time.Now(), 0
		run := func() time.Duration { return time.Since(begin) }
		wall := func() time.Time {
			if reads++; reads == 1 {
				defer time.Sleep(time.Hour)
			}
			return time.Now()
		}
		now, ran := bothClocks(wall, run)
		if reads != 2 || now.Sub(begin) != ran {
			t.Errorf("after %d readings %v and %v", reads, now.Sub(begin), ran)
		}
	})
}

// The clock that nobody can set goes on as time does.
func TestTheOtherClockGoesOn(t *testing.T) {
	wall, run := bothClocks(time.Now, sinceBoot)
	for {
		now, ran := bothClocks(time.Now, sinceBoot)
		if apart := now.Sub(wall) - (ran - run); apart.Abs() >= stepped {
			t.Fatalf("%v apart", apart)
		}
		if now.Sub(wall) > stepped/2 {
			return
		}
	}
}

// A step is recorded, and what was complete by the clock as it was is not taken for
// complete by the clock as it is.
func TestAStepIsRecorded(t *testing.T) {
	w := openTest(t, "")
	here := w.config.location()
	mark := agent.Watermark{Source: "shop", Location: here, Upstream: noon, Local: noon}
	offline := agent.Watermark{Source: "till", Location: here, Offline: true}
	if _, err := w.queue.Write(t.Context(), agent.Command{}, func(agent.View) (agent.Facts, error) {
		return agent.Facts{Actor: agent.System("feed"), At: noon, Watermarks: []agent.Watermark{mark, offline}}, nil
	}); err != nil {
		t.Fatal(err)
	}
	w.tellStep(t.Context(), noon, -2*time.Hour)
	w.tellStep(t.Context(), noon.Add(time.Hour), time.Hour)
	if err := w.queue.Read(context.Background(), func(v agent.View) error {
		steps, err := v.ClockSteps()
		if err != nil || len(steps) != 2 || steps[0].By != -2*time.Hour || !steps[0].At.Equal(noon) || steps[1].By != time.Hour {
			t.Errorf("the steps are %+v %v", steps, err)
		}
		marks, err := v.Watermarks(here)
		if err != nil || len(marks) != 2 || !marks[0].Local.Equal(noon.Add(-2*time.Hour)) || !marks[0].Upstream.Equal(noon) || !marks[1].Local.IsZero() {
			t.Errorf("the sources are complete to %+v %v", marks, err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
