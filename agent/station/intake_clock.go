package station

import (
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// warnedClock is by how much a till's clock may be wrong before somebody is told.
const warnedClock = 5 * time.Second

// checkSent refuses a till whose clock is so wrong that its times are of no use.
func (s *Station) checkSent(a TakeMovements) error {
	if a.SentAt.IsZero() {
		return nil
	}
	if by := a.SentAt.Sub(s.clock.Now()); by.Abs() > longestSlack {
		return refuse("bad_clock", "The clock of the till is "+wrongBy(by)+".", "Set the clock of the till and its time zone, then tell it again. sent_at is when it is sent, not when it was made ready.")
	}
	return nil
}

// wrongBy says how wrong a clock is.
func wrongBy(by time.Duration) string {
	side := " ahead"
	if by < 0 {
		side = " behind"
	}
	return by.Abs().Round(time.Second).String() + side
}

// compareClocks finds out by how much the source's clock is ahead: by when this was sent,
// or as it was seen last. The way takes time, so that a clock may be a little more ahead,
// or less behind, than it seems: the slack covers that.
func (in *intake) compareClocks(v agent.View) error {
	w, _, err := markOf(v, in.station.opts.Location, in.told.Source)
	if in.clock = w.Clock; !in.call.SentAt.IsZero() {
		in.clock = in.call.SentAt.Sub(in.station.clock.Now()).Truncate(time.Microsecond)
	}
	in.told.ClockAhead = in.clock.Seconds()
	if in.clock.Abs() > warnedClock {
		in.told.ClockNote = fmt.Sprintf("The clock of the till is %s. What it tells is uncertain by so much, and more items are asked about for it. Set the clock.", wrongBy(in.clock))
	}
	return err
}

// slack is by how much the source's clock may be wrong. One that tells of what is yet to
// come is wrong by that at least, in all that it tells; one that is seen to be wrong by
// more than was assumed is so by that.
func (in *intake) slack() time.Duration {
	assumed, wrong := in.call.slack(), in.fast
	if off := in.clock.Abs(); off > assumed {
		wrong = max(wrong, off)
	}
	if wrong > 0 {
		return max(assumed, wrong) + assumed
	}
	return assumed
}

// ahead is by how much a time is yet to come, as far as that is believed.
func (in *intake) ahead(at time.Time) time.Duration {
	by := at.Sub(in.station.clock.Now())
	if by > ahead {
		return 0
	}
	return max(by, 0)
}
