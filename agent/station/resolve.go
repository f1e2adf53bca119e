package station

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// named is an item that a text means, and how many base units the text stands for.
type named struct {
	item agent.Item
	pack int64
}

// names finds items by what people and tills call them.
type names struct {
	view  agent.View
	skus  map[string][]agent.Item // made when it is first needed
	rules barcode.Rules
}

// byID finds an item by the upstream's identity of it.
func (n *names) byID(id agent.ItemID) (named, bool, error) {
	item, found, err := n.view.Item(id)
	return named{item, 1}, found, err
}

// bySKU finds an item by its SKU, written exactly so.
func (n *names) bySKU(sku string) (named, bool, error) {
	if n.skus == nil {
		items, err := n.view.Items()
		if err != nil {
			return named{}, false, err
		}
		n.skus = make(map[string][]agent.Item, len(items))
		for _, item := range items {
			n.skus[item.SKU] = append(n.skus[item.SKU], item)
		}
	}
	fit := n.skus[sku]
	if len(fit) > 1 {
		return named{}, false, ambiguous("SKU", sku, fit[0].ID, fit[1].ID)
	}
	if len(fit) == 0 || sku == "" {
		return named{}, false, nil
	}
	return named{fit[0], 1}, true, nil
}

// byBarcode finds an item by a barcode, understood as a scanner's read is. A
// barcode of a pack stands for its units.
func (n *names) byBarcode(text string) (named, bool, error) {
	matches, _, err := find(n.view, n.rules.Parse([]byte(text)))
	if err != nil || len(matches) == 0 {
		return named{}, false, err
	}
	if len(matches) > 1 {
		return named{}, false, ambiguous("barcode", text, agent.ItemID(matches[0].SKU), agent.ItemID(matches[1].SKU))
	}
	item, found, err := n.view.Item(matches[0].Item)
	return named{item, max(1, matches[0].Pack)}, found, err
}

func ambiguous(what, text string, a, b agent.ItemID) error {
	return refuse("ambiguous_item", fmt.Sprintf("The %s %s belongs to several items: %s and %s.", what, quote(text), a, b), "Name the item by its id or its SKU.")
}

// any finds an item by its id, its SKU or a barcode, in this order.
func (n *names) any(text string) (named, bool, error) {
	for _, find := range []func(string) (named, bool, error){
		func(text string) (named, bool, error) { return n.byID(agent.ItemID(text)) }, n.bySKU, n.byBarcode,
	} {
		if found, ok, err := find(text); err != nil || ok {
			return found, ok, err
		}
	}
	return named{}, false, nil
}

// similar returns the SKU that was probably meant, or "".
func (n *names) similar(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	var fit []string
	for sku := range n.skus {
		if strings.ToLower(sku) == text {
			fit = append(fit, sku)
		}
	}
	if len(fit) == 0 {
		return ""
	}
	return slices.Min(fit)
}
