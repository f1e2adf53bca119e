package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// till is where goods are paid for.
type till interface {
	// Sell records a paid sale of one unit.
	Sell(receipt string, good int) error
	// Ship records that one unit of a web order left the shelf.
	Ship(good int) error
	// TakeBack records the return of one unit that was sold before, if there is one.
	TakeBack() (good int, ok bool, err error)
}

// Customers buy while the shop is counted. Goods leave the shelf some time before
// they are paid for, and some customers want just what is being counted.
type Customers struct {
	shelves *Shelves
	till    till
	goods   []good
	rand    *rand.Rand
	every   time.Duration // between two customers, on average, until enough were teased
	calm    time.Duration // and afterwards
	basket  time.Duration // longest time between shelf and till
	// tease is how many sales are to fall into counting windows before customers
	// leave the counters alone.
	tease int
	// away reports whether nobody comes in just now; nil: the shop is open.
	away func() bool
	gone chan struct{} // closed when the last customer has paid

	mu    sync.Mutex
	moved int
	errs  []error
	wait  sync.WaitGroup
}

// Run lets customers come until ctx ends, then waits until all have paid.
func (c *Customers) Run(ctx context.Context) {
	defer close(c.gone)
	defer c.wait.Wait()
	for n := 0; ; n++ {
		every := c.every
		if c.shelves.InsideWindow() >= c.tease {
			every = c.calm
		}
		pause := time.Duration(c.rand.ExpFloat64() * float64(every))
		if sleep(ctx, min(pause, 5*every)) != nil {
			return
		}
		if c.away == nil || !c.away() {
			c.visit(n)
		}
	}
}

// visit is one customer, order or return.
func (c *Customers) visit(n int) {
	delay := time.Duration(c.rand.Int64N(int64(c.basket)))
	if n%12 == 11 {
		c.giveBack(delay)
		return
	}
	if good, bin, ok := c.choose(n); ok && c.shelves.Take(good, bin) {
		c.wait.Go(func() { c.pay(n, good, delay) })
	}
}

// choose picks a good and the bin it is taken from: at first every second time the
// very one that somebody counts.
func (c *Customers) choose(n int) (good int, bin string, ok bool) {
	if n%2 == 0 && c.shelves.InsideWindow() < c.tease {
		if good, bin, ok = c.shelves.InCounting(); ok {
			return good, bin, true
		}
	}
	good = c.rand.IntN(len(c.goods))
	spots := c.goods[good].Spots
	return good, spots[c.rand.IntN(len(spots))].Bin, true
}

func (c *Customers) pay(n, good int, delay time.Duration) {
	time.Sleep(delay)
	if n%5 == 4 {
		c.done(c.till.Ship(good))
	} else {
		c.done(c.till.Sell(fmt.Sprintf("R-%05d", n), good))
	}
	c.shelves.Paid(good)
}

// giveBack is a return: it is recorded at the till, then put on the shelf.
func (c *Customers) giveBack(delay time.Duration) {
	good, ok, err := c.till.TakeBack()
	if !ok && err == nil {
		return
	}
	c.done(err)
	if !ok {
		return
	}
	c.shelves.Returned(good)
	spots := c.goods[good].Spots
	bin := spots[c.rand.IntN(len(spots))].Bin
	c.wait.Go(func() {
		time.Sleep(delay)
		c.shelves.PutBack(good, bin)
	})
}

func (c *Customers) done(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.errs = append(c.errs, err)
		return
	}
	c.moved++
}

// Moved returns how many sales, shipments and returns were recorded.
func (c *Customers) Moved() (n int, errs []error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.moved, c.errs
}
