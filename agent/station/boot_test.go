package station_test

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// begin again starts the next run of the agent, with what the two clocks show then.
func (s *testShop) runAgain(boot string, sinceBoot time.Duration) {
	s.t.Helper()
	var err error
	run := agent.RunFact{Version: "test", Boot: boot, SinceBoot: sinceBoot}
	if s.Station, err = station.Start(s.t.Context(), s.queue, s.clock, run, station.Options{Location: here, Feed: true}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *testShop) stepsOfClock() (by []time.Duration) {
	s.t.Helper()
	s.read(func(v agent.View) error {
		steps, err := v.ClockSteps()
		for _, step := range steps {
			by = append(by, step.By)
		}
		return err
	})
	return by
}

// A clock that is set while the agent is down is seen when it starts again, each step
// once, and one that it saw while it ran is not told a second time.
func TestAClockThatIsSetWhileTheAgentIsDownIsSeen(t *testing.T) {
	s := openShop(t)
	s.runAgain("boot-1", time.Hour)
	s.clock.pass(10 * time.Minute)
	s.put(event(agent.ClockStepped, agent.ClockFact{By: 2 * time.Minute})) // seen while it ran
	s.clock.pass(2 * time.Minute)
	s.clock.pass(5*time.Minute - 40*time.Minute) // down for five minutes; set back by 40
	s.runAgain("boot-1", time.Hour+15*time.Minute)
	if got := s.stepsOfClock(); len(got) != 2 || got[1] != -40*time.Minute {
		t.Fatalf("the steps are %v", got)
	}
	s.clock.pass(time.Minute)
	s.runAgain("boot-1", time.Hour+16*time.Minute)
	s.clock.pass(time.Minute + 300*time.Millisecond) // kept right
	s.runAgain("boot-1", time.Hour+17*time.Minute)
	if got := s.stepsOfClock(); len(got) != 2 {
		t.Errorf("the steps are %v: one was told twice, or none was made", got)
	}
}

// Across a start of the machine nothing can be compared: no step is guessed, and the
// run says that it is not known.
func TestAcrossAStartOfTheMachineNoStepIsGuessed(t *testing.T) {
	s := openShop(t)
	s.runAgain("boot-1", 5*time.Hour)
	s.clock.pass(-3 * time.Hour)
	s.runAgain("boot-2", time.Minute)
	s.runAgain("", 0) // a system that names no boot
	if got := s.stepsOfClock(); len(got) != 0 {
		t.Errorf("the steps are %v", got)
	}
	var rebooted []bool
	s.read(func(v agent.View) error {
		rows, err := v.Log(0, 1_000)
		for _, row := range rows {
			if row.Event != nil && row.Event.Kind == agent.RunStarted {
				run, failed := agent.Decode[agent.RunFact](*row.Event)
				if failed != nil {
					return failed
				}
				rebooted = append(rebooted, run.Rebooted)
			}
		}
		return err
	})
	if len(rebooted) != 4 || rebooted[1] || !rebooted[2] || rebooted[3] {
		t.Errorf("rebooted: %v", rebooted)
	}
}

// A count that was open over it has its times on the right side of the step: what was
// sold before the walk is before it, though the clock says otherwise.
func TestACountOpenOverAStepIsJudgedByTheRightTimes(t *testing.T) {
	s := openShop(t)
	s.runAgain("boot-1", time.Hour)
	count, pass := s.begin(binA)
	s.count(pass, soap, binA, 3)
	ask[station.ClosedPass](s, clerk, "pass.close", station.ClosePass{Pass: pass.ID})
	s.clock.pass(2*time.Minute - 30*time.Minute)
	s.runAgain("boot-1", time.Hour+3*time.Minute)
	s.read(func(v agent.View) error {
		lines, err := v.LinesOf(count.ID, soap)
		steps, failed := v.ClockSteps()
		if len(lines) != 1 || len(steps) != 1 || lines[0].Last > steps[0].Seq {
			t.Errorf("lines %+v, steps %+v", lines, steps)
		}
		if err == nil {
			err = failed
		}
		return err
	})
}
