package queue

import (
	"fmt"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// gtin is the key of the nth item's barcode.
func gtin(n int) string {
	digits := fmt.Sprintf("0400638%06d", n)
	return digits + string(barcode.CheckDigit(digits))
}

// catalogue delivers n items: each with a barcode and a bin of its own hundred.
func catalogue(n int) func() (agent.Item, bool, error) {
	i := -1
	return func() (agent.Item, bool, error) {
		i++
		if i >= n {
			return agent.Item{}, false, nil
		}
		return agent.Item{
			ID: agent.ItemID(fmt.Sprintf("item-%d", i)), SKU: fmt.Sprintf("SKU-%06d", i), Name: fmt.Sprintf("Item number %d", i), Tracked: true,
			Cost: agent.Money{Minor: 199, Currency: "EUR"}, Price: agent.Money{Minor: 399, Currency: "EUR"},
			Codes: []agent.Barcode{{Text: gtin(i)[1:], Pack: 1}}, Bins: []agent.Bin{agent.Bin(fmt.Sprintf("B-%d", i/100))},
		}, true, nil
	}
}
