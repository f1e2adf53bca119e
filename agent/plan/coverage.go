package plan

import (
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Coverage is how much was counted within the time in which everything should be.
//
// Source: the share of SKU-locations counted in the last 91 days, by number and by
// value. An item of which one known bin was left out was not counted.
type Coverage struct {
	Since   time.Time `json:"since"`
	Items   int64     `json:"items"`
	Counted int64     `json:"counted"`
	// Value is what is on hand times its cost, CountedValue of the counted items.
	Value        agent.Money `json:"value,omitzero"`
	CountedValue agent.Money `json:"counted_value,omitzero"`
	// NoValue is how many items are left out of the values, because their cost or
	// what is on hand is not known.
	NoValue  int64  `json:"no_value"`
	Sentence string `json:"sentence"`
}

// Cover reckons the coverage of items at a time.
func Cover(items []Item, now time.Time, r Rules) Coverage {
	r = r.WithDefaults()
	c := Coverage{Since: now.Add(-r.Covered), Items: int64(len(items))}
	currency := commonCurrency(items)
	var value, countedValue float64
	for i := range items {
		counted := !items[i].counted().Before(c.Since)
		if counted {
			c.Counted++
		}
		worth, known := items[i].worth(currency)
		if !known {
			c.NoValue++
			continue
		}
		value += worth
		if counted {
			countedValue += worth
		}
	}
	if c.NoValue < c.Items {
		c.Value = agent.Money{Minor: whole(value), Currency: currency}
		c.CountedValue = agent.Money{Minor: whole(countedValue), Currency: currency}
	}
	c.Sentence = c.sentence(r)
	return c
}

// worth returns what an item's stock costs, as far as the books and its cost are
// known. Less than nothing is worth nothing.
func (i *Item) worth(currency string) (float64, bool) {
	if i.Book.At.At.IsZero() || i.Cost.Currency == "" || i.Cost.Currency != currency || i.Cost.Minor < 0 {
		return 0, false
	}
	return float64(max(0, i.OnHand)) * float64(i.Cost.Minor), true
}

func (c Coverage) sentence(r Rules) string {
	if c.Items == 0 {
		return "There is nothing to count: the catalogue holds no items that are tracked."
	}
	text := thousands(c.Counted) + " of " + items(c.Items) + " " + were(c.Counted) + " counted in the last " +
		thousands(int64(r.Covered/day)) + " days: " + percent(float64(c.Counted)/float64(c.Items)) + " by number"
	share := ""
	if c.Value.Minor > 0 {
		share = percent(float64(c.CountedValue.Minor) / float64(c.Value.Minor))
	}
	switch {
	case c.NoValue == c.Items:
		return text + ". Nothing is known of their value."
	case c.NoValue == 0 && share != "":
		return text + ", " + share + " by value."
	case c.NoValue == 0:
		return text + "."
	case share != "":
		return text + ". By value " + share + " of the " + items(c.Items-c.NoValue) + " whose value is known; of " + thousands(c.NoValue) + " it is not."
	}
	return text + ". Of " + items(c.NoValue) + " the value is not known."
}
