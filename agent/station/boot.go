package station

import (
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// stepSeen is from how much on a clock that was set between two runs is told: less
	// is not told while the agent runs either.
	stepSeen  = time.Second
	lookedFor = 20 // times a thousand rows are looked through for the last run
)

// begins are the facts of a run that begins. Where the clock was set since the last
// run, and the machine was not started again in between, that is a step: it comes
// first, so that the run's own times are those after it. Across a start of the machine
// nothing can be compared, and nothing is guessed.
func begins(v agent.View, run agent.RunFact, location agent.LocationID) (agent.Facts, error) {
	last, seq, found, err := lastRun(v)
	if err != nil {
		return agent.Facts{}, err
	}
	var facts agent.Facts
	by := time.Duration(0)
	if found && last.Boot != "" && run.Boot != "" {
		run.Rebooted = last.Boot != run.Boot
		if !run.Rebooted && last.SinceBoot > 0 && run.SinceBoot > 0 {
			if by, err = steppedSince(v, last, seq, run); err != nil {
				return facts, err
			}
		}
	}
	if by.Abs() >= stepSeen {
		if facts, err = Stepped(v, location, by); err != nil {
			return facts, err
		}
	}
	facts.Events = append(facts.Events, agent.NewEvent(agent.RunStarted, run))
	return facts, nil
}

// steppedSince returns by how much the clock was set since a run of the same boot,
// beyond the steps that are known.
func steppedSince(v agent.View, last agent.RunFact, seq agent.Seq, run agent.RunFact) (time.Duration, error) {
	by := run.Wall.Sub(last.Wall) - (run.SinceBoot - last.SinceBoot)
	steps, err := v.ClockSteps()
	for _, step := range steps {
		if step.Seq > seq {
			by -= step.By
		}
	}
	return by, err
}

// Stepped are the facts of a step of the clock. Up to when sources are complete was
// told by the clock as it was: where it was set back, that goes back with it until
// they are asked again.
func Stepped(v agent.View, location agent.LocationID, by time.Duration) (agent.Facts, error) {
	facts := agent.Facts{Events: []agent.Event{agent.NewEvent(agent.ClockStepped, agent.ClockFact{By: by})}}
	marks, err := v.Watermarks(location)
	for _, mark := range marks {
		if by < 0 && !mark.Local.IsZero() {
			mark.Local = mark.Local.Add(by)
			facts.Watermarks = append(facts.Watermarks, mark)
		}
	}
	return facts, err
}

// lastRun finds the last run in the log: by its beginning, or by a scan, which says of
// which run it is.
func lastRun(v agent.View) (run agent.RunFact, seq agent.Seq, found bool, err error) {
	const chunk = 1_000
	_, head, err := v.Head()
	for n := 0; err == nil && head > 0 && n < lookedFor; n++ {
		from := max(0, head-chunk)
		rows, err := v.Log(from, int(head-from))
		if err != nil {
			return run, 0, false, err
		}
		for i := len(rows) - 1; i >= 0; i-- {
			switch row := rows[i]; {
			case row.Event != nil && row.Event.Kind == agent.RunStarted:
				run, err = agent.Decode[agent.RunFact](*row.Event)
				return run, row.Event.Seq, err == nil, err
			case row.Scan != nil && row.Scan.Run > 0:
				return runAt(v, row.Scan.Run)
			}
		}
		head = from
	}
	return run, 0, false, err
}

func runAt(v agent.View, seq agent.Seq) (run agent.RunFact, at agent.Seq, found bool, err error) {
	rows, err := v.Log(seq-1, 1)
	if err != nil || len(rows) != 1 || rows[0].Event == nil || rows[0].Event.Kind != agent.RunStarted {
		return run, 0, false, err
	}
	run, err = agent.Decode[agent.RunFact](*rows[0].Event)
	return run, seq, err == nil, err
}
