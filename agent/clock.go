package agent

import "time"

// ClockStep is a step of the agent's clock: it was set, by hand or by a time
// server. Which rows were stored before it is told by Seq, never by a time.
type ClockStep struct {
	Seq Seq
	At  time.Time     // what the clock showed when the step was noticed
	By  time.Duration // positive: it was set forward
}

// Before returns what the clock showed at the most before the step.
func (s ClockStep) Before() time.Time { return s.At.Add(-s.By) }

// SetBack returns a time as early as steps can have put it, that were noticed after
// it: by how far the clock was set back since. It is for asking what was stored
// since then; a time that is too early asks for too much.
func SetBack(at time.Time, steps []ClockStep) time.Time {
	for _, s := range steps {
		if s.By < 0 && !s.Before().Before(at) {
			at = at.Add(s.By)
		}
	}
	return at
}
