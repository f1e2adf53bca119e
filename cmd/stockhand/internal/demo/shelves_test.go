package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTheLedgerAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := NewShelves(rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed"))), 2)
		laid, taken, carried := [2]int64{}, [2]int64{}, [2]int64{}
		steps := rapid.SliceOfN(rapid.IntRange(0, 5), 1, 60).Draw(t, "steps")
		for n, step := range steps {
			good, bin := n%2, fmt.Sprint("B", n%3)
			switch step {
			case 0:
				s.Put(good, bin, 2)
				laid[good] += 2
			case 1:
				if s.Take(good, bin) {
					taken[good]++
					carried[good]++
				}
			case 2:
				if carried[good] > 0 {
					s.Paid(good)
					carried[good]--
				}
			case 3:
				s.BeginCounting(good, bin)
			case 4:
				s.ScanOne(good, bin)
			case 5:
				s.EndCounting(good, bin)
			}
		}
		bare, with := s.Totals(false), s.Totals(true)
		for good := range laid {
			if bare[good] != laid[good]-taken[good] || with[good] != bare[good]+carried[good] || bare[good] < 0 {
				t.Fatalf("good %d: laid %d, taken %d, carried %d; the ledger says %d and %d",
					good, laid[good], taken[good], carried[good], bare[good], with[good])
			}
		}
	})
}

func TestWhoeverCountsScansEachUnitOnce(t *testing.T) {
	s := NewShelves(rand.New(rand.NewPCG(1, 1)), 1)
	s.Put(0, "B", 4)
	s.BeginCounting(0, "B")
	scanned := 0
	for s.ScanOne(0, "B") {
		scanned++
	}
	if scanned != 4 || s.InsideWindow() != 0 {
		t.Fatalf("%d units scanned, %d sales in the window", scanned, s.InsideWindow())
	}
	if s.Take(0, "B"); s.ScanOne(0, "B") || s.InsideWindow() != 1 {
		t.Error("a unit that was scanned and taken is scanned again, or its sale was not noticed")
	}
	s.EndCounting(0, "B")
	if s.Take(0, "B"); s.InsideWindow() != 1 {
		t.Error("a sale after the counting falls into its window")
	}
}

// drawer is a till that keeps what was recorded.
type drawer struct {
	mu                  sync.Mutex
	sold, shipped, back map[int]int64
}

func (d *drawer) record(to map[int]int64, good int) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	to[good]++
	return nil
}

func (d *drawer) Sell(_ string, good int) error { return d.record(d.sold, good) }
func (d *drawer) Ship(good int) error           { return d.record(d.shipped, good) }

func (d *drawer) TakeBack() (int, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for good := range d.sold {
		d.sold[good]--
		if d.sold[good] == 0 {
			delete(d.sold, good)
		}
		d.back[good]++
		return good, true, nil
	}
	return 0, false, nil
}

func TestWhatLeftTheShelvesWasPaidForWhenTheShopIsEmpty(t *testing.T) {
	goods := makeGoods(40)
	s := NewShelves(rand.New(rand.NewPCG(2, 2)), len(goods))
	stockUp(rand.New(rand.NewPCG(2, 3)), goods, s)
	before := s.Totals(false)
	d := &drawer{sold: map[int]int64{}, shipped: map[int]int64{}, back: map[int]int64{}}
	c := &Customers{
		shelves: s, till: d, goods: goods, rand: rand.New(rand.NewPCG(2, 4)), gone: make(chan struct{}),
		every: 200 * time.Microsecond, calm: 200 * time.Microsecond, basket: time.Millisecond, tease: 5,
	}
	s.BeginCounting(3, goods[3].Spots[0].Bin)
	ctx, cancel := context.WithCancel(t.Context())
	go c.Run(ctx)
	for {
		if moved, _ := c.Moved(); moved > 100 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-c.gone
	after, carried := s.Totals(false), s.Totals(true)
	for good := range goods {
		if left := before[good] - after[good]; left != d.sold[good]+d.shipped[good] || carried[good] != after[good] {
			t.Errorf("good %d: %d left the shelves, %d were sold and %d shipped; %d with what is carried, %d without",
				good, left, d.sold[good], d.shipped[good], carried[good], after[good])
		}
	}
	if s.InsideWindow() == 0 {
		t.Error("nobody took what was being counted")
	}
}

func TestTheBookIsWrongForSomeGoodsAndRightForMost(t *testing.T) {
	goods := makeGoods(300)
	s := NewShelves(rand.New(rand.NewPCG(7, 2)), len(goods))
	book := stockUp(rand.New(rand.NewPCG(7, 1)), goods, s)
	wrong, two := 0, 0
	for i, units := range s.Totals(false) {
		if units != book[i] {
			wrong++
		}
		if len(goods[i].Spots) == 2 {
			two++
		}
	}
	if wrong < 60 || wrong > 140 || two != 75 {
		t.Errorf("%d books are wrong, %d goods lie in two bins", wrong, two)
	}
}
