package rehearsal

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// counter is a person with a scanner. Counting takes time, and what is on a shelf
// changes meanwhile.
type counter struct {
	day      *day
	who      agent.Caller
	device   agent.DeviceID
	rand     *rand.Rand
	sequence int64
	pass     agent.PassID
	careful  bool // types every zero, and leaves none to the end of the pass
}

func newCounter(d *day, name string, stream uint64) *counter {
	return &counter{
		day: d, who: caller(name, agent.Counter), device: agent.DeviceID("scanner-of-" + name),
		rand: rand.New(rand.NewPCG(d.scenario.seed, stream)),
	}
}

// walk counts goods bin after bin in one pass.
func (c *counter) walk(count agent.CountID, round int64, spots []spot) {
	var pass agent.Pass
	c.day.office.must(c.who, "pass.open", map[string]any{
		"count": count, "zone": zoneOf(spots[0].bin), "device": c.device, "round": round,
	}, &pass)
	c.pass = pass.ID
	var here agent.Bin
	var aside []spot
	for _, s := range spots {
		if s.bin != here {
			c.resume(aside)
			here, aside = s.bin, nil
			c.rest(time.Second, 3*time.Second)
			c.scan(string(s.bin), 0, station.Moved)
		}
		left := c.one(s)
		c.resume(aside)
		if aside = nil; left {
			aside = []spot{s}
		}
	}
	c.resume(aside)
	c.rest(5*time.Second, 15*time.Second)
	uncounted := agent.ZeroUncounted
	if c.careful {
		uncounted = agent.KeepUncounted
	}
	c.day.office.must(c.who, "pass.close", map[string]any{"pass": c.pass, "uncounted": uncounted}, nil)
}

// resume goes back to what was put aside and counts the rest of it.
func (c *counter) resume(aside []spot) {
	for _, s := range aside {
		c.scanAll(s, 0)
	}
}

// one counts one good in one bin. It reports whether some of it was put aside.
func (c *counter) one(s spot) (aside bool) {
	if c.chance(0.01) {
		c.rest(2*time.Minute, 4*time.Minute) // somebody asks for something
	}
	c.rest(500*time.Millisecond, 2500*time.Millisecond)
	units := c.day.shelves.begin(s)
	if units == 0 {
		if c.careful || c.chance(0.5) {
			c.rest(time.Second, 3*time.Second)
			c.enter(s, 0, agent.Good)
		}
		return false
	}
	if c.chance(0.02) && c.day.shelves.next(s) {
		c.rest(2*time.Second, 4*time.Second)
		c.enter(s, 1, agent.Damaged)
	}
	switch {
	case c.chance(0.3):
		c.byEye(s, 0)
	case c.chance(0.1):
		c.byEye(s, c.scanSome(s, 2))
	case units > 2 && c.chance(0.03):
		return c.scanSome(s, units-1) > 0
	default:
		c.scanAll(s, units)
	}
	return false
}

// scanSome scans units one by one, up to a number.
func (c *counter) scanSome(s spot, most int64) (scanned int64) {
	for c.rest(800*time.Millisecond, 1600*time.Millisecond); scanned < most && c.day.shelves.next(s); scanned++ {
		c.scan(c.day.goods[s.good].barcode, 0, station.Counted)
		c.rest(800*time.Millisecond, 1600*time.Millisecond)
	}
	return scanned
}

// scanAll scans units one by one until none is left. lay is how many lay there when
// it began.
func (c *counter) scanAll(s spot, lay int64) {
	barcode := c.day.goods[s.good].barcode
	var doubted []agent.Seq
	scanned := 0
	for c.rest(800*time.Millisecond, 1600*time.Millisecond); c.day.shelves.next(s); scanned++ {
		if lay > 0 && c.chance(0.01) { // the scanner may have sent one scan twice
			doubted = append(doubted, c.scan(barcode, agent.Repeated, station.Twice))
		} else {
			c.scan(barcode, 0, station.Counted)
		}
		c.rest(800*time.Millisecond, 1600*time.Millisecond)
	}
	if len(doubted) > 0 {
		c.rest(time.Second, 5*time.Second)
		c.day.office.must(c.who, "scan.accept", map[string]any{"seqs": doubted}, nil)
	}
	switch {
	case lay > 0 && scanned == 0: // the last unit was taken while the hand went out for it
		c.enter(s, 0, agent.Good)
	case scanned > 0 && c.chance(0.03): // one scan too many, undone at once
		wrong := c.scan(barcode, 0, station.Counted)
		c.rest(time.Second, 4*time.Second)
		c.day.office.must(c.who, "entry.void", map[string]any{"seq": wrong}, nil)
	}
}

// byEye counts what is left at a glance and types the sum with what was scanned.
func (c *counter) byEye(s spot, scanned int64) {
	for c.rest(time.Second, 2*time.Second); c.day.shelves.next(s); scanned++ {
		c.rest(300*time.Millisecond, 700*time.Millisecond)
	}
	c.rest(1500*time.Millisecond, 4*time.Second)
	c.enter(s, scanned, agent.Good)
}

// enter types a quantity.
func (c *counter) enter(s spot, quantity int64, condition agent.Condition) {
	c.day.office.must(c.who, "entry.set", map[string]any{
		"pass": c.pass, "item": c.day.goods[s.good].id, "bin": s.bin, "quantity": quantity, "condition": condition,
	}, nil)
}

// scan pulls the trigger. The answer comes when the scan is on the disk.
func (c *counter) scan(code string, flags agent.ScanFlag, want station.Heard) agent.Seq {
	c.sequence++
	in, err := c.day.office.station.Ingest(context.Background(), agent.Read{
		Device: c.device, Sequence: c.sequence, Raw: []byte(code), At: time.Now(), Flags: flags,
	})
	if err != nil || in.Heard != want {
		c.day.t.Fatal(fmt.Errorf("the scan of %s is %s, want %s: %w", code, in.Heard, want, err))
	}
	return in.Seq
}

func (c *counter) chance(share float64) bool { return c.rand.Float64() < share }

func (c *counter) rest(from, to time.Duration) {
	time.Sleep(from + time.Duration(c.rand.Int64N(int64(to-from))))
}
