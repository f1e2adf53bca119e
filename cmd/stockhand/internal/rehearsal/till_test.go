package rehearsal

import (
	"cmp"
	"container/heap"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// till is all that customers do: they take goods off the shelves, carry them about,
// pay, and sometimes bring things back.
type till struct {
	day    *day
	rand   *rand.Rand
	future events
	sold   []sold // that can be brought back

	mu                   sync.Mutex
	late                 []sold // paid for at a till that is offline
	Sold, Late, Returned int
}

// sold is one line of a receipt.
type sold struct {
	order, receipt string
	good           int
	units          int64
	paid           time.Time // by the shop's clock
}

type event struct {
	at    time.Time
	order int
	do    func()
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(a, b int) bool {
	return cmp.Or(e[a].at.Compare(e[b].at), cmp.Compare(e[a].order, e[b].order)) < 0
}
func (e events) Swap(a, b int) { e[a], e[b] = e[b], e[a] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	old := *e
	last := old[len(old)-1]
	*e = old[:len(old)-1]
	return last
}

// postLag is the longest time from a payment until the shop's books have it.
const postLag = 20 * time.Second

func newTill(d *day) *till {
	t := &till{day: d, rand: rand.New(rand.NewPCG(d.scenario.seed, 2))}
	customers := d.scenario.sales * int(trading) / int(perSales)
	for n := range customers {
		t.after(t.upTo(trading), func() { t.visit(n) })
	}
	return t
}

func (t *till) upTo(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return time.Duration(t.rand.Int64N(int64(d)))
}

func (t *till) after(d time.Duration, do func()) {
	heap.Push(&t.future, event{time.Now().Add(d), len(t.future), do})
}

// run lets everything happen at its time.
func (t *till) run() {
	for len(t.future) > 0 {
		time.Sleep(time.Until(t.future[0].at))
		heap.Pop(&t.future).(event).do()
	}
}

// visit is a customer: one in 20 brings something back, one in 20 is the web shop's.
func (t *till) visit(n int) {
	switch n % 20 {
	case 7:
		t.giveBack()
	case 13:
		t.buy(n, 1, t.ship)
	case 3, 17:
		t.buy(n, 2, t.pay)
	default:
		t.buy(n, 1, t.pay)
	}
}

// buy takes units at various times and pays for all of them at the end.
func (t *till) buy(n int, units int, pay func(sold)) {
	s := &sold{receipt: fmt.Sprintf("R-%05d", n), good: t.popular()}
	carry := t.upTo(t.day.scenario.basket)
	for range units {
		t.after(t.upTo(carry), func() { t.take(s) })
	}
	t.after(carry, func() {
		if s.units > 0 {
			s.paid = t.day.shopTime()
			pay(*s)
		}
	})
}

// popular chooses a good; few are wanted much.
func (t *till) popular() int {
	goods := len(t.day.goods)
	return min(int(t.rand.ExpFloat64()*float64(goods)/5), goods-1)
}

// take takes a unit from one of the good's bins, most often from the first.
func (t *till) take(s *sold) {
	bins := t.day.goods[s.good].bins
	first := 0
	if t.rand.Float64() < 0.2 {
		first = len(bins) - 1
	}
	for i := range bins {
		if t.day.shelves.take(spot{s.good, bins[(first+i)%len(bins)]}) {
			s.units++
			return
		}
	}
}

// pay tells the shop of a sale a moment later, unless the till is offline.
func (t *till) pay(s sold) {
	if t.rand.Float64() < t.day.scenario.late {
		t.day.shelves.hold(s.good, s.units)
		t.mu.Lock()
		t.late = append(t.late, s)
		t.mu.Unlock()
		return
	}
	t.after(t.upTo(postLag), func() { t.post(s) })
}

func (t *till) post(s sold) {
	err := t.day.shelves.settle(s.good, s.units, func() (err error) {
		s.order, err = t.day.shop.SellPOS(shopifysim.Sale{
			Receipt: s.receipt, Occurred: s.paid, Lines: t.lines(s),
		})
		return err
	})
	t.check(err)
	t.sold = append(t.sold, s)
	t.mu.Lock()
	t.Sold++
	t.mu.Unlock()
}

// told returns how many receipts the shop was told of at once, and how many late.
func (t *till) told() (sold, late int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.Sold, t.Late
}

func (t *till) lines(s sold) []shopifysim.Line {
	return []shopifysim.Line{{Item: string(t.day.goods[s.good].id), Quantity: s.units}}
}

// ship sends an order of the web shop.
func (t *till) ship(s sold) {
	t.check(t.day.shelves.settle(s.good, s.units, func() error {
		order, err := t.day.shop.PlaceOrder("", t.lines(s)...)
		if err == nil {
			_, err = t.day.shop.Fulfil(order)
		}
		return err
	}))
}

// giveBack is a return: the till takes it, and somebody lays it back on the shelf.
func (t *till) giveBack() {
	if len(t.sold) == 0 {
		return
	}
	i := t.rand.IntN(len(t.sold))
	s := t.sold[i]
	t.sold = append(t.sold[:i], t.sold[i+1:]...)
	s.units = 1
	t.check(t.day.shelves.settle(s.good, -1, func() error {
		_, err := t.day.shop.Refund(s.order, true, t.lines(s)...)
		return err
	}))
	bins := t.day.goods[s.good].bins
	bin := bins[t.rand.IntN(len(bins))]
	t.after(t.upTo(t.day.scenario.basket), func() { t.day.shelves.putBack(spot{s.good, bin}) })
	t.mu.Lock()
	t.Returned++
	t.mu.Unlock()
}

// online lets the till tell what it sold while it was offline. It is called when no
// customer is there any more.
func (t *till) online() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.late {
		time.Sleep(time.Second)
		t.day.shelves.hold(s.good, -s.units)
		err := t.day.shelves.settle(s.good, s.units, func() error {
			_, err := t.day.shop.SellPOS(shopifysim.Sale{
				Receipt: s.receipt, Occurred: s.paid, Lines: t.lines(s),
			})
			return err
		})
		t.check(err)
		t.Late++
	}
	t.late = nil
}

func (t *till) check(err error) {
	if err != nil {
		t.day.t.Error(err)
	}
}
