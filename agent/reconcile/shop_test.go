package reconcile_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// The simulated shop. Counting takes its time: 1.2 seconds a unit where units are
// scanned, less where a quantity is typed; empty places are confirmed at the end
// of a zone. Goods lie in baskets between shelf and till. The upstream's clock is
// not ours, tells whole seconds, and its feed lags.
const (
	openFor   = 4 * time.Hour
	posting   = openFor + time.Hour // when everything is approved and uploaded
	closing   = posting + time.Hour // the last sale is over
	zoneSize  = 50                  // items of one pass
	basketMax = 15 * time.Minute
	doubt     = 2 * time.Second
	skew      = 7 * time.Second // the upstream's clock minus ours
)

// opened is when the shop and the count are opened.
var opened = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

const (
	front agent.Bin = "front"
	back  agent.Bin = "back"
)

// shopDay is one day of a shop with many items.
type shopDay struct {
	rand  *rand.Rand
	items []*shopItem
}

// shopItem is one item: where it truly lies, what the book says, what was sold,
// and what was counted.
type shopItem struct {
	id     agent.ItemID
	stock  map[agent.Bin]int64 // in the morning
	wrong  int64               // stock - book, in the morning
	places []agent.Bin
	sales  []sale
	lines  []agent.Line
}

// sale is one unit: taken from a shelf, paid for later, posted later still.
type sale struct {
	taken, paid, posted time.Duration
	bin                 agent.Bin
}

func newShopDay(seed uint64, items, sales int) *shopDay {
	d := &shopDay{rand: rand.New(rand.NewPCG(seed, 2))}
	for i := range items {
		d.items = append(d.items, d.newItem(i))
	}
	d.sell(sales)
	d.count(front, 0, func(*shopItem) int64 { return 0 })
	d.count(back, 20*time.Minute, func(*shopItem) int64 { return 0 })
	return d
}

func (d *shopDay) newItem(i int) *shopItem {
	item := &shopItem{
		id: agent.ItemID(fmt.Sprintf("item-%04d", i)), places: []agent.Bin{front},
		stock: map[agent.Bin]int64{front: d.rand.Int64N(23)},
	}
	if d.rand.Float64() < 0.3 {
		item.places = append(item.places, back)
		item.stock[back] = d.rand.Int64N(20)
	}
	if d.rand.Float64() < 0.4 {
		item.wrong = 1 + d.rand.Int64N(3)
		if d.rand.Float64() < 0.7 {
			item.wrong = -item.wrong
		}
	}
	return item
}

// sell draws sales until all are over; few items sell much.
func (d *shopDay) sell(n int) {
	n = n * int(closing) / int(openFor)
	for range n {
		item := d.items[min(int(d.rand.ExpFloat64()*float64(len(d.items))/5), len(d.items)-1)]
		taken := time.Duration(d.rand.Int64N(int64(closing - basketMax)))
		paid := taken + time.Duration(d.rand.Int64N(int64(basketMax-3*doubt)))
		item.sales = append(item.sales, sale{taken: taken, paid: paid, posted: paid + time.Duration(d.rand.Int64N(int64(20*time.Second)))})
	}
	for _, item := range d.items {
		item.takeInTurn()
	}
}

// takeInTurn takes goods from the front while there are any, then from the back.
// What nobody could take was not sold.
func (item *shopItem) takeInTurn() {
	slices.SortFunc(item.sales, func(a, b sale) int { return cmp.Compare(a.taken, b.taken) })
	left := map[agent.Bin]int64{front: item.stock[front], back: item.stock[back]}
	sold := item.sales[:0]
	for _, s := range item.sales {
		for _, bin := range item.places {
			if s.bin == "" && left[bin] > 0 {
				left[bin]--
				s.bin = bin
			}
		}
		if s.bin != "" {
			sold = append(sold, s)
		}
	}
	item.sales = sold
}

// shelf is what lies in a bin at a time.
func (item *shopItem) shelf(bin agent.Bin, at time.Duration) int64 {
	n := item.stock[bin]
	for _, s := range item.sales {
		if s.bin == bin && s.taken <= at {
			n--
		}
	}
	return n
}

// count walks all items of a bin, zone after zone. round is negative where an
// item is not asked for.
func (d *shopDay) count(bin agent.Bin, from time.Duration, round func(*shopItem) int64) {
	var walk []*shopItem
	for _, item := range d.items {
		if slices.Contains(item.places, bin) && round(item) >= 0 {
			walk = append(walk, item)
		}
	}
	d.rand.Shuffle(len(walk), func(i, j int) { walk[i], walk[j] = walk[j], walk[i] })
	now := from
	for zone := range slices.Chunk(walk, zoneSize) {
		now = d.pass(zone, bin, now, round)
	}
}

// pass counts the items of one zone and confirms at its end what is not there.
func (d *shopDay) pass(zone []*shopItem, bin agent.Bin, start time.Duration, round func(*shopItem) int64) time.Duration {
	now, previous := start, start
	var empty []*shopItem
	for _, item := range zone {
		now += 500*time.Millisecond + time.Duration(d.rand.Int64N(int64(2*time.Second)))
		if item.shelf(bin, now) == 0 {
			empty = append(empty, item)
			continue
		}
		quantity, end := d.look(item, bin, now)
		now = end
		item.enter(bin, round(item), quantity, previous, now)
		previous = now
	}
	now += 10 * time.Second
	for _, item := range empty {
		item.enter(bin, round(item), 0, start, now)
	}
	return now
}

// look counts one shelf. Whether a unit that is taken meanwhile was counted depends
// on how far the counting is.
func (d *shopDay) look(item *shopItem, bin agent.Bin, from time.Duration) (quantity int64, end time.Duration) {
	n := item.shelf(bin, from)
	end = from + time.Duration(n)*1200*time.Millisecond
	if d.rand.Float64() < 0.3 { // counted by eye and typed
		end = from + 2*time.Second + time.Duration(n)*500*time.Millisecond
	}
	for _, s := range item.sales {
		if s.bin == bin && s.taken > from && s.taken <= end {
			done := float64(s.taken-from) / float64(end-from)
			if d.rand.Float64() > done {
				n--
			}
		}
	}
	return n, end
}

func (item *shopItem) enter(bin agent.Bin, round, quantity int64, from, to time.Duration) {
	item.lines = append(item.lines, agent.Line{
		Count: "count-1", Item: item.id, Bin: bin, Round: round, Good: quantity, Entries: 1,
		Window: agent.Window{From: agent.Stamp{At: opened.Add(from)}, To: agent.Stamp{At: opened.Add(to)}},
	})
}

// counted is what naive policies know: the sum of the newest lines and the end of
// the last one.
func (item *shopItem) counted() (sum int64, last time.Duration) {
	newest := map[agent.Bin]agent.Line{}
	for _, l := range item.lines {
		newest[l.Bin] = l
	}
	for _, l := range newest {
		sum += l.Good
		last = max(last, l.Window.To.At.Sub(opened))
	}
	return sum, last
}

// paid counts the units paid for after one time and up to another.
func (item *shopItem) paid(after, upTo time.Duration) (n int64) {
	for _, s := range item.sales {
		if s.paid > after && s.paid <= upTo {
			n++
		}
	}
	return n
}

// bookAt is the upstream's number.
func (item *shopItem) bookAt(at time.Duration) int64 {
	n := item.stock[front] + item.stock[back] - item.wrong
	for _, s := range item.sales {
		if s.posted <= at {
			n--
		}
	}
	return n
}

// facts is what the agent knows of an item at a time.
func (item *shopItem) facts(now time.Duration) reconcile.Item {
	theirs := func(t time.Duration) time.Time { return opened.Add(t + skew).Truncate(time.Second) }
	in := reconcile.Item{
		Item: agent.Item{ID: item.id, Tracked: true, Bins: item.places}, Feed: true, Lines: item.lines,
		Count:      agent.Count{ID: "count-1", Opened: agent.Stamp{At: opened}, Policy: agent.Policy{BasketTime: basketMax}},
		Watermarks: []agent.Watermark{{Source: "shop", Upstream: theirs(now), Local: opened.Add(now - doubt)}},
	}
	changed := theirs(-time.Hour)
	for i, s := range item.sales {
		if s.posted > now-time.Second {
			continue
		}
		in.Movements = append(in.Movements, agent.Movement{
			Source: "shop", SourceID: fmt.Sprint(i), Kind: agent.Sale, Item: item.id, Quantity: -1,
			Occurred: agent.Stamp{At: opened.Add(s.paid).Truncate(time.Second), Uncertainty: doubt}, Posted: theirs(s.posted),
		})
		if t := theirs(s.posted); t.After(changed) {
			changed = t
		}
	}
	asked := now - 2*time.Second
	in.Books = []agent.Book{
		{OnHand: item.bookAt(0), Tracked: true, Stocked: true, Changed: theirs(-time.Hour), Stated: theirs(0), Tick: time.Second, At: agent.Stamp{At: opened, Uncertainty: doubt}, Seq: 1},
		{OnHand: item.bookAt(asked), Tracked: true, Stocked: true, Changed: item.changed(asked, theirs), Stated: theirs(asked), Tick: time.Second, At: agent.Stamp{At: opened.Add(asked), Uncertainty: doubt}, Seq: 2},
	}
	return in
}

func (item *shopItem) changed(at time.Duration, theirs func(time.Duration) time.Time) time.Time {
	changed := -time.Hour
	for _, s := range item.sales {
		if s.posted <= at {
			changed = max(changed, s.posted)
		}
	}
	return theirs(changed)
}
