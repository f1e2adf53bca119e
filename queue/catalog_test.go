package queue

import (
	"context"
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

// importUntilKilled is a child that imports catalogues, each under a name of its
// own, for as long as it lives.
func importUntilKilled(path string) error {
	q, err := Open(context.Background(), path, Options{AllowFUSE: true})
	if err != nil {
		return err
	}
	fmt.Println("open")
	for n := 1; ; n++ {
		_, err := q.Replace(context.Background(), anna, start, "child", edition(n, catalogue(2000)), nil, func(items int64) { fmt.Println("at", items) })
		if err != nil {
			return err
		}
		fmt.Println("done", n)
	}
}

// edition gives every item of a catalogue the same name.
func edition(n int, next func() (agent.Item, bool, error)) func() (agent.Item, bool, error) {
	return func() (agent.Item, bool, error) {
		item, ok, err := next()
		item.Name = fmt.Sprint("edition ", n)
		return item, ok, err
	}
}
