package rehearsal

import (
	"fmt"
	"math/rand/v2"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// zoneSize is how many places are counted in one pass, binSize in one bin.
const (
	zoneSize = 50
	binSize  = 5
)

// good is something that the shop sells.
type good struct {
	id      agent.ItemID // as the shop knows it
	barcode string
	bins    []agent.Bin
}

// stock fills the shelves and the shop's books: 30 % of the goods lie in two bins,
// and of 40 % the books are wrong.
func (d *day) stock(r *rand.Rand) {
	d.shelves = newShelves(rand.New(rand.NewPCG(d.scenario.seed, 7)), d.scenario.items)
	backs := 0
	for i := range d.scenario.items {
		g := good{barcode: ean13(i), bins: []agent.Bin{binOf("F", i)}}
		units := r.Int64N(23)
		d.shelves.put(spot{i, g.bins[0]}, units)
		if r.Float64() < 0.3 {
			g.bins = append(g.bins, binOf("B", backs))
			more := r.Int64N(20)
			d.shelves.put(spot{i, g.bins[1]}, more)
			units += more
			backs++
		}
		if r.Float64() < 0.4 {
			off := 1 + r.Int64N(3)
			if r.Float64() < 0.7 {
				off = -off
			}
			units -= off
		}
		ids := d.shop.AddItem(shopifysim.Item{
			SKU: fmt.Sprintf("SKU-%04d", i), Barcode: g.barcode, Title: fmt.Sprintf("Article %d", i),
			Price: "9.90", Cost: "4.20", Tracked: true, Stocked: true, OnHand: units,
		})
		g.id = agent.ItemID(ids.Item)
		d.goods = append(d.goods, g)
		d.byItem[g.id] = i
	}
}

func binOf(part string, i int) agent.Bin {
	return agent.Bin(fmt.Sprintf("%s%02d-%02d", part, i/zoneSize, i%zoneSize/binSize))
}

func zoneOf(bin agent.Bin) agent.Zone { return agent.Zone(bin[:3]) }

// ean13 makes a valid article number.
func ean13(i int) string {
	digits := fmt.Sprintf("59%010d", i)
	sum := 0
	for k, d := range digits {
		weight := 1 + 2*(k%2)
		sum += weight * int(d-'0')
	}
	return fmt.Sprintf("%s%d", digits, (10-sum%10)%10)
}

// places lists every bin with its zone.
func (d *day) places() []agent.Place {
	var places []agent.Place
	known := map[agent.Bin]bool{}
	for _, g := range d.goods {
		for _, bin := range g.bins {
			if !known[bin] {
				known[bin] = true
				places = append(places, agent.Place{Bin: bin, Zone: zoneOf(bin)})
			}
		}
	}
	return places
}
