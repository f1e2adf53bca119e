package demo

import (
	"fmt"
	"math/rand/v2"

	"github.com/stockhand/stockhand/agent/barcode"
)

// good is one article of the simulated shop.
type good struct {
	SKU, Name, Barcode string
	Price              int64 // cents
	Spots              []spot
}

// spot is a bin in which a good lies.
type spot struct {
	Zone, Bin string
}

var zones = []struct {
	Name string
	Bins []string
}{
	{"Shop floor", []string{"F1", "F2", "F3", "F4", "F5", "F6"}},
	{"Stockroom", []string{"S1", "S2", "S3", "S4"}},
}

var (
	kinds  = []string{"Mug", "Bowl", "Plate", "Carafe", "Tea towel", "Candle", "Vase", "Basket", "Cushion", "Lamp", "Tray", "Notebook", "Brush", "Soap", "Jar"}
	looks  = []string{"blue", "sand", "green", "white", "red"}
	extras = []string{"small", "medium", "large", "striped"}
)

// makeGoods returns n articles with valid barcodes. Of each four, two lie on the
// shop floor, one in the stockroom and one in both.
func makeGoods(n int) []good {
	floor, store := zones[0], zones[1]
	goods := make([]good, n)
	for i := range goods {
		payload := fmt.Sprintf("200%09d", i+1)
		goods[i] = good{
			SKU: fmt.Sprintf("SKU-%04d", i+1),
			Name: fmt.Sprintf("%s, %s, %s", kinds[i%len(kinds)], looks[i/len(kinds)%len(looks)],
				extras[i/len(kinds)/len(looks)%len(extras)]),
			Barcode: payload + string(barcode.CheckDigit(payload)),
			Price:   int64(290 + i*37%4200),
		}
		if i%4 != 3 {
			goods[i].Spots = append(goods[i].Spots, spot{floor.Name, floor.Bins[i*len(floor.Bins)/n]})
		}
		if i%4 == 0 || i%4 == 3 {
			goods[i].Spots = append(goods[i].Spots, spot{store.Name, store.Bins[i*len(store.Bins)/n]})
		}
	}
	return goods
}

// stockUp puts goods on the shelves and returns what the shop's book says about
// them: for two of five of the goods the book is wrong, as books are.
func stockUp(r *rand.Rand, goods []good, shelves *Shelves) (book []int64) {
	for i, g := range goods {
		for n, s := range g.Spots {
			units := 1 + r.Int64N(6)
			if n > 0 {
				units = r.Int64N(8) // a stockroom bin can be empty
			}
			shelves.Put(i, s.Bin, units)
		}
	}
	book = shelves.Totals(false)
	for i := range book {
		if r.IntN(5) < 2 {
			book[i] = max(0, book[i]+wrong(r))
		}
	}
	return book
}

// wrong returns by how much a wrong book is off: up to three units either way.
func wrong(r *rand.Rand) int64 {
	if off := 1 + r.Int64N(3); r.IntN(2) == 0 {
		return off
	} else {
		return -off
	}
}

// mislay makes the shop's book wrong again, as days do: goods are lost or found
// without anybody telling the shop.
func (w *world) mislay() {
	for i, g := range w.goods {
		bin := g.Spots[w.rand.IntN(len(g.Spots))].Bin
		switch w.rand.IntN(6) {
		case 0:
			w.shelves.Lose(i, bin)
		case 1:
			w.shelves.Put(i, bin, 1+w.rand.Int64N(2))
		}
	}
}
