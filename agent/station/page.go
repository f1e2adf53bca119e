package station

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// pageSlack is how exactly a page knows when something was done in it.
	pageSlack = 250 * time.Millisecond
	// pageDrift is the same for what was done before this run of the agent: the page
	// compared clocks with an earlier one.
	pageDrift = 2 * time.Second
	// longestHeld is how long a page keeps what it could not send.
	longestHeld = 24 * time.Hour
	// stepNoticed is how long after a step of the clock, at the most, it is noticed.
	stepNoticed = time.Minute
	// longestTyped is how long a barcode can be that is typed into a page, in bytes.
	longestTyped = 4096
)

// PageDevice is the scanner that types into one browser, by the browser's access.
func PageDevice(access string) agent.DeviceID { return agent.DeviceID("page:" + access) }

// ReadScan is what a scanner typed into a page, and when by the agent's clock.
type ReadScan struct {
	Raw string    `json:"raw"`
	At  time.Time `json:"at,omitzero"`
}

// PageScan is what became of it.
type PageScan struct {
	Heard Heard     `json:"heard"`
	Seq   agent.Seq `json:"seq"`
}

// readScan stores what a scanner typed into a page as any scanner's read. Only the
// passes that were opened for that browser take it.
func (s *Station) readScan(ctx context.Context, c command, a ReadScan) (PageScan, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return PageScan{}, err
	}
	if a.Raw == "" || c.caller.Origin == "" {
		return PageScan{}, refuse("bad_arguments", "Nothing was scanned.", "Scan again.")
	}
	var clock []agent.ClockStep
	if err := s.store.Read(ctx, func(v agent.View) (err error) {
		clock, err = v.ClockSteps()
		return err
	}); err != nil {
		return PageScan{}, err
	}
	at, uncertainty := s.pageTime(a.At, clock)
	read := agent.Read{Device: PageDevice(c.caller.Origin), Raw: []byte(a.Raw), At: at, Uncertainty: uncertainty}
	if len(read.Raw) > longestTyped {
		read.Raw, read.Flags = read.Raw[:longestTyped], agent.TooLong
	}
	in, err := s.ingest(ctx, c.key(), read)
	if err != nil {
		return PageScan{}, fmt.Errorf("store what was scanned into the page: %w", err)
	}
	return PageScan{in.Heard, in.Seq}, nil
}

// pageTime is when something was done in a page, as the page says, and how exactly
// that is known. It is never later than it arrived. What a page held while the agent
// was away keeps its time; where the page says one that cannot be, anything since the
// longest time that a page holds something is possible. Without one it was just now.
//
// A page tells times by the agent's clock as it was when the page last reached it. If
// the clock was set back since, what it says may be of the time before: see setBack.
func (s *Station) pageTime(at time.Time, clock []agent.ClockStep) (time.Time, time.Duration) {
	now := s.clock.Now()
	age := now.Sub(at)
	if by := setBack(at, now, clock); !at.IsZero() && by < 0 {
		if age < 0 { // only the clock of before can have shown it
			return now.Add(min(0, -age+by)), pageDrift
		}
		return now.Add(-age + by/2), pageDrift - by/2
	}
	switch {
	case at.IsZero(), age < 0 && age >= -pageDrift:
		return now, pageSlack
	case age < 0, age > longestHeld:
		return now, longestHeld
	case age > now.Sub(s.start):
		return now.Add(-age), pageDrift
	}
	return now.Add(-age), pageSlack // keeps the monotonic reading
}

// setBack returns by how much the clock was set back since a page can have said a time,
// if both the clock of before and the one of now can have shown it: 0 if it was not. A
// time that is neither is a matter of reckoning, which knows the steps as well. What
// was done just now was not done before a step of more than a minute, but by chance.
func setBack(at, now time.Time, clock []agent.ClockStep) (by time.Duration) {
	for _, step := range clock {
		if step.By >= 0 || step.At.Before(now.Add(-longestHeld)) {
			continue
		}
		just := now.Sub(at).Abs() <= pageDrift && step.By < -time.Minute
		if !just && !at.Before(step.At.Add(-stepNoticed)) && !at.After(step.Before().Add(stepNoticed)) {
			by += step.By
		}
	}
	return by
}
