package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Counter is a simulated person with a scanner in one hand and the page before
// the eyes. Like a careful person, a Counter goes on to the next article only when
// the page shows that all scans of this one are stored, and after an interruption
// looks at the page to see which arrived, and scans those again that did not.
type Counter struct {
	name    string
	device  agent.DeviceID
	scanner *Scanner
	page    *page
	shelves *Shelves
	goods   []good
	ids     []agent.ItemID // of the goods, as the shop knows them
	zone    string
	bins    []string
	rand    *rand.Rand
	pause   time.Duration // between two scans, on average

	job     agent.CountID // the count being walked
	sitting sitting       // in which the trigger was pulled last
	want    int64         // scans that the page is to show when all have arrived

	sent      atomic.Int64 // triggers pulled
	repeated  atomic.Int64 // of them, because the page did not show the scan before
	published atomic.Int64 // scans that the page has shown
}

const (
	// typedFrom is from how many units on a shelf a Counter types the quantity.
	typedFrom = 5
	// secondLook is how long a Counter looks at the page after an interruption.
	secondLook = 100 * time.Millisecond
)

// CountZone walks the Counter's zone from either end: the first counting. It ends
// early if the count is closed meanwhile.
func (c *Counter) CountZone(ctx context.Context, count agent.CountID) error {
	bins := slices.Clone(c.bins)
	if c.rand.IntN(2) == 1 {
		slices.Reverse(bins)
	}
	pass, err := c.begin(ctx, count, 0, bins[0])
	if err != nil {
		return err
	}
	for _, bin := range bins {
		if err := c.scan(ctx, bin); err != nil {
			return err
		}
		for i, g := range c.goods {
			if !lies(g, bin) || c.shelves.Look(i, bin) == 0 {
				continue
			}
			if c.page.state(count) != agent.CountOpen {
				return nil
			}
			if err := c.count(ctx, pass, i, bin); err != nil {
				return err
			}
		}
	}
	// What is known here and was not there is gone.
	return c.page.do(ctx, "pass.close", map[string]any{"pass": pass, "uncounted": agent.ZeroUncounted}, nil)
}

// Recount counts goods once more, in all their bins.
func (c *Counter) Recount(ctx context.Context, count agent.CountID, round int64, goods []int) error {
	pass, err := c.begin(ctx, count, round, c.bins[0])
	if err != nil {
		return err
	}
	for _, i := range goods {
		for _, s := range c.goods[i].Spots {
			if err := c.scan(ctx, s.Bin); err != nil {
				return err
			}
			if err := c.recountOne(ctx, pass, i, s.Bin); err != nil {
				return err
			}
		}
	}
	return c.page.do(ctx, "pass.close", map[string]any{"pass": pass}, nil)
}

func (c *Counter) recountOne(ctx context.Context, pass agent.PassID, i int, bin string) error {
	if c.shelves.Look(i, bin) > 0 {
		return c.count(ctx, pass, i, bin)
	}
	return c.enter(ctx, pass, i, bin, 0)
}

func (c *Counter) begin(ctx context.Context, count agent.CountID, round int64, bin string) (agent.PassID, error) {
	var pass agent.Pass
	c.job = count
	err := c.page.do(ctx, "pass.open", map[string]any{
		"count": count, "zone": c.zone, "bin": bin, "device": c.device, "round": round,
	}, &pass)
	return pass.ID, err
}

func lies(g good, bin string) bool {
	for _, s := range g.Spots {
		if s.Bin == bin {
			return true
		}
	}
	return false
}

// count counts one good in one bin: few units one by one, many at a glance.
func (c *Counter) count(ctx context.Context, pass agent.PassID, i int, bin string) error {
	units := c.shelves.BeginCounting(i, bin)
	defer c.shelves.EndCounting(i, bin)
	c.rest(ctx)
	if units >= typedFrom {
		seen := c.shelves.Look(i, bin)
		c.rest(ctx) // goods may be taken between the glance and the keys
		return c.enter(ctx, pass, i, bin, seen)
	}
	scanned := int64(0)
	for c.shelves.ScanOne(i, bin) {
		if err := c.pull(ctx, c.goods[i].Barcode); err != nil {
			return err
		}
		scanned++
		c.rest(ctx)
	}
	if scanned == 0 { // the last unit was taken while the hand went out for it
		return c.enter(ctx, pass, i, bin, 0)
	}
	if err := c.confirm(ctx, c.goods[i].Barcode); err != nil || scanned == 1 {
		return err
	}
	return c.accept(ctx, i, bin)
}

// accept taps on the scans that the agent keeps aside because they came faster
// than a trigger can be pulled: in a simulated shop hands are that fast.
func (c *Counter) accept(ctx context.Context, i int, bin string) error {
	var shown struct{ Scans []agent.ShownScan }
	err := c.page.do(ctx, "count.scans", map[string]any{"count": c.job, "item": c.ids[i], "bin": bin}, &shown)
	if err != nil {
		return err
	}
	var aside []agent.Seq
	for _, s := range shown.Scans {
		if s.Device == c.device && s.Op == agent.Note && !s.Voided && slices.Contains(s.Flags, agent.Repeated.Names()[0]) {
			aside = append(aside, s.Seq)
		}
	}
	if len(aside) == 0 {
		return nil
	}
	return c.page.do(ctx, "scan.accept", map[string]any{"seqs": aside}, nil)
}

// enter types a quantity.
func (c *Counter) enter(ctx context.Context, pass agent.PassID, i int, bin string, quantity int64) error {
	return c.page.do(ctx, "entry.set", map[string]any{
		"pass": pass, "item": c.ids[i], "bin": bin, "quantity": quantity,
	}, nil)
}

// scan scans a barcode once and waits until the page shows it. The barcode of a
// bin is the bin's name.
func (c *Counter) scan(ctx context.Context, code string) error {
	if err := c.pull(ctx, code); err != nil {
		return err
	}
	return c.confirm(ctx, code)
}

// pull pulls the trigger. What is scanned after an interruption that the page has
// shown is left to confirm.
func (c *Counter) pull(ctx context.Context, code string) (err error) {
	if c.want == c.published.Load() { // nothing is under way
		if c.sitting, err = c.page.reading(ctx, c.device); err != nil {
			return err
		}
	}
	c.want++
	if !c.page.still(c.device, c.sitting) {
		return nil
	}
	return c.send(code)
}

func (c *Counter) send(code string) error {
	c.sent.Add(1)
	if err := c.scanner.Scan(code); err != nil {
		return fmt.Errorf("%s scans: %w", c.name, err)
	}
	return nil
}

// confirm waits until the page shows all scans. Those that an interruption has
// cost are made again; all that are under way are of one barcode.
func (c *Counter) confirm(ctx context.Context, code string) error {
	for {
		arrived, err := c.page.stored(ctx, c.device, c.want, c.sitting)
		if err != nil {
			return err
		}
		if arrived {
			c.published.Store(c.want)
			return nil
		}
		if c.sitting, err = c.page.reading(ctx, c.device); err != nil {
			return err
		}
		if err := sleep(ctx, secondLook); err != nil {
			return err
		}
		if !c.page.still(c.device, c.sitting) {
			continue
		}
		for have := c.page.storedFrom(c.device); have < c.want; have++ {
			c.repeated.Add(1)
			if err := c.send(code); err != nil {
				return err
			}
		}
	}
}

// rest lasts as long as a hand needs.
func (c *Counter) rest(ctx context.Context) {
	_ = sleep(ctx, time.Duration((0.5+c.rand.Float64())*float64(c.pause)))
}
