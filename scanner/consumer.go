package scanner

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// consumer takes what a device delivered out of the ring, frames it and hands
// it to the sink. It belongs to one goroutine, which lives as long as the
// device's.
type consumer struct {
	*device
	framer  *Framer
	rule    Framing
	repeats *Repeats
	session *session // the connection the bytes come from; nil between two

	toldLost time.Time // when it was said that a scan was lost
	toldLong bool      // it was said that the present frame is too long
	excused  int       // how often in a row the program stood still at the end of a frame

	// While settling, what arrives was scanned before anybody listened.
	settling  bool
	settled   time.Time // when settling ends, unless a frame is under way
	discarded int       // bytes
}

// longestSettle bounds how long a frame that began too early is waited for.
const longestSettle = time.Second

func newConsumer(d *device) *consumer {
	return &consumer{
		device: d, framer: NewFramer(d.Framing), rule: d.Framing.withDefaults(),
		repeats: NewRepeats(d.Repeat, false),
	}
}

// run consumes until the ring is closed and empty. What silence ends is ended
// only when the ring is empty: bytes in it may be older than the silence.
func (c *consumer) run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		if it := c.ring.peek(); it != nil {
			c.take(ctx, it)
			c.ring.advance()
			continue
		}
		c.reportDropped(c.ring.takeDropped(), time.Now())
		if c.ring.over() {
			return
		}
		due, pending := c.deadline()
		if pending {
			timer.Reset(time.Until(due))
		} else {
			timer.Stop()
		}
		select {
		case <-c.ring.filled:
		case <-timer.C:
			if c.stoodStill(time.Now(), due) {
				continue
			}
			if _, pending = c.deadline(); pending && c.ring.peek() == nil {
				c.pass(ctx, time.Now())
			}
		}
	}
}

const (
	// tardy is how late a timer may fire on a computer that keeps up.
	tardy = 20 * time.Millisecond
	// patience is how often in a row silence is waited for anew.
	patience = 3
)

// stoodStill reports whether the program did not run when the silence should have
// ended a frame. Then bytes may wait outside the ring that are older than now: they
// get time to arrive before silence is believed, but not for ever.
func (c *consumer) stoodStill(now, due time.Time) bool {
	if c.settling || now.Sub(due) < tardy || c.excused == patience {
		return false
	}
	c.excused++
	c.framer.Resume(now)
	return true
}

// deadline is when the silence on the line will end something.
func (c *consumer) deadline() (time.Time, bool) {
	listens, since := c.ring.listens()
	if !listens {
		return time.Time{}, false
	}
	c.framer.Resume(since)
	if c.settling {
		return c.settleDue(), true
	}
	return c.framer.Deadline()
}

// settleDue is when the device is ready to scan if nothing more arrives: not in
// the middle of a frame that began too early.
func (c *consumer) settleDue() time.Time {
	due, inFrame := c.framer.Deadline()
	if !inFrame || due.Before(c.settled) {
		return c.settled
	}
	if last := c.settled.Add(longestSettle); due.After(last) {
		return last
	}
	return due
}

func (c *consumer) take(ctx context.Context, it *item) {
	c.excused = 0
	c.reportDropped(it.lostBefore, it.at)
	c.framer.Resume(it.resumed)
	c.pass(ctx, it.at)
	switch it.kind {
	case itemBytes:
		if c.settling {
			c.discarded += len(it.data)
		}
		c.deliver(ctx, c.framer.Feed(it.data, it.at))
		c.tellOverlong()
	case itemFrame:
		c.takeFrame(ctx, it)
	case itemLost:
		c.framer.Drop(it.at)
		c.tellLost(it)
	case itemAside:
		c.notice(Aside, 0, nil, it.reason)
	case itemOpened:
		c.opened(it.session, it.at)
	case itemClosed:
		c.closed()
	}
}

// tellLost says that a scan was lost, once a second at most: a line at the wrong
// speed is nothing but damaged bytes.
func (c *consumer) tellLost(it *item) {
	if c.settling || it.at.Sub(c.toldLost) < time.Second {
		return
	}
	c.toldLost = it.at
	c.notice(InputLost, 0, nil, "A scan was lost because "+it.reason+". Scan it again.")
}

// tellOverlong says that a scan does not end, while it does not.
func (c *consumer) tellOverlong() {
	n := c.framer.Overlong()
	if n > 0 && !c.toldLong && !c.settling {
		c.notice(Overlong, n, nil, fmt.Sprintf("The scanner has sent %d bytes without an end. They are no stock code and only their beginning is kept. If its scans have no terminator, set one up in the scanner; if it sends by itself, unplug it.", n))
	}
	c.toldLong = n > 0
}

func (c *consumer) takeFrame(ctx context.Context, it *item) {
	if c.settling {
		c.discarded += it.length
	}
	c.deliver(ctx, []Frame{{
		Raw: bytes.Clone(it.data), Length: it.length, First: it.first, Last: it.at, Flags: it.flags,
	}})
}

// pass lets time pass: silence ends a frame, settling ends.
func (c *consumer) pass(ctx context.Context, now time.Time) {
	c.deliver(ctx, c.framer.Quiet(now))
	if c.settling && !now.Before(c.settleDue()) {
		c.endSettling(now)
	}
}

func (c *consumer) opened(s *session, at time.Time) {
	c.session, c.discarded = s, 0
	c.repeats.waits = s.awaits
	c.settling, c.settled = true, at.Add(c.rule.Settle)
	if c.rule.Settle == 0 {
		c.endSettling(at)
	}
}

// endSettling announces that the device is ready. What is left of a frame that
// would not end is thrown away.
func (c *consumer) endSettling(now time.Time) {
	c.settling = false
	if _, inFrame := c.framer.Deadline(); inFrame {
		c.framer.Drop(now)
	}
	c.tellReading(c.session, c.discarded)
}

func (c *consumer) closed() {
	cut := c.framer.Cut()
	if cut > 0 && !c.settling {
		c.notice(CutOff, cut, nil, fmt.Sprintf("A scan was cut off after %d bytes because the connection ended. It does not count; scan it again.", cut))
	}
	c.session, c.settling = nil, false
}

func (c *consumer) deliver(ctx context.Context, frames []Frame) {
	if c.settling {
		return
	}
	for _, f := range frames {
		c.read(ctx, f)
	}
}

// read hands one frame to the sink and its verdict to the scanner.
func (c *consumer) read(ctx context.Context, f Frame) {
	f = f.without(c.Prefix)
	again, hardware := c.repeats.Frame(f), c.hardware()
	if twin := c.twins.frame(hardware, c.ID, f); again || twin {
		f.Flags |= Repeated
	}
	c.sequence++
	v := c.sink.Read(ctx, Read{
		Device: c.ID, Sequence: c.sequence, Raw: f.Raw, Length: f.Length,
		FirstAt: f.First, At: f.Last, Flags: f.Flags,
	})
	if v == Refused && hardware != "" {
		c.twins.forget(hardware, c.ID, f)
	}
	if v == None || c.session == nil {
		c.repeats.Answered(v, time.Time{})
		return
	}
	c.repeats.Answered(v, time.Now())
	c.session.say(v)
}

// hardware is what the scans come from, where that is known.
func (c *consumer) hardware() string {
	if c.session == nil {
		return c.Physical
	}
	return c.session.physical
}

func (c *consumer) reportDropped(n int, at time.Time) {
	if n == 0 {
		return
	}
	c.framer.Drop(at)
	c.notice(InputLost, n, nil, fmt.Sprintf("Scans arrived faster than they could be stored and %d pieces were lost. Scan the last items again.", n))
}
