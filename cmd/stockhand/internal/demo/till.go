package demo

import (
	"sync"

	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// shopTill is the till of the simulated shop: what is paid for there changes the
// shop's stock.
type shopTill struct {
	shop *shopifysim.Shop
	ids  []string // of the goods, as the shop knows them

	mu   sync.Mutex
	sold []soldUnit // that nobody has brought back
}

type soldUnit struct {
	order string
	good  int
}

// Sell records a paid sale of one unit.
func (t *shopTill) Sell(receipt string, good int) error {
	order, err := t.shop.SellPOS(shopifysim.Sale{Receipt: receipt, Lines: []shopifysim.Line{{Item: t.ids[good], Quantity: 1}}})
	if err == nil {
		t.remember(order, good)
	}
	return err
}

// Ship records that one unit of a web order left the shelf.
func (t *shopTill) Ship(good int) error {
	order, err := t.shop.PlaceOrder("", shopifysim.Line{Item: t.ids[good], Quantity: 1})
	if err != nil {
		return err
	}
	if _, err = t.shop.Fulfil(order); err == nil {
		t.remember(order, good)
	}
	return err
}

func (t *shopTill) remember(order string, good int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sold = append(t.sold, soldUnit{order, good})
}

// TakeBack records the return of the unit that was sold longest ago and says
// which good it was.
func (t *shopTill) TakeBack() (good int, ok bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.sold) == 0 {
		return 0, false, nil
	}
	back := t.sold[0]
	t.sold = t.sold[1:]
	_, err = t.shop.Refund(back.order, true)
	return back.good, err == nil, err
}
