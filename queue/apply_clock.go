package queue

import (
	"time"

	"github.com/stockhand/stockhand/agent"
)

// unended are the counts in which something can still be entered.
const unended = `SELECT id FROM count WHERE state IN ('open', 'closed')`

// stepClock keeps that the agent's clock was set. Windows of later entries begin
// with a time of their pass, so where the clock was set back the passes' times go
// back with it. Where it was set forward they stay, so that a window begins too
// early rather than too late.
func (l *ledger) stepClock(e agent.Event, f agent.ClockFact) error {
	err := l.exec("INSERT INTO step (seq, at, by) VALUES (?, ?, ?)", int64(e.Seq), at(e.At), f.By.Microseconds())
	l.step = e.Seq
	if err != nil || f.By >= 0 {
		return err
	}
	for _, back := range []string{
		`UPDATE pass SET started = started + ?1, last = last + ?1 WHERE count IN (` + unended + `)`,
		`UPDATE counting SET ended = ended + ?1, before = before + ?1 WHERE pass IN (SELECT id FROM pass WHERE count IN (` + unended + `))`,
		`UPDATE emptied SET "from" = "from" + ?1 WHERE count IN (SELECT no FROM symbol WHERE text IN (` + unended + `))`,
	} {
		if err := l.exec(back, f.By.Microseconds()); err != nil {
			return err
		}
	}
	return nil
}

// begun returns when a pass began. One that began with its count has that count's
// time, which goes back as far as the clock was set back since.
func (l *ledger) begun(p agent.Pass) (time.Time, error) {
	if l.step == 0 {
		return p.Started.At, nil
	}
	back, _, err := first(l.session, value[int64], `SELECT ifnull(sum(min(by, 0)), 0) FROM step
		WHERE seq > (SELECT seq FROM count WHERE id = ? AND opened = ?)`, string(p.Count), at(p.Started.At))
	return p.Started.At.Add(time.Duration(back) * time.Microsecond), err
}
