package metrics

import (
	"slices"
	"strings"
)

// Shrinkage is what is missing and what is over, at cost, in one currency. Other
// currencies have their own: they are never added.
type Shrinkage struct {
	Currency string `json:"currency"`
	Items    int64  `json:"items"`
	Expected Amount `json:"expected"`     // value of what should be there
	Loss     Amount `json:"unknown_loss"` // value of what is missing, item by item
	Gain     Amount `json:"unknown_gain"` // value of what is over, item by item
	// WrittenOff is the value of what is missing and was approved as damaged or expired.
	WrittenOff Amount `json:"written_off"`
	// Net is the gain less all that is missing. It hides both.
	Net Amount `json:"net"`
	// Damaged is the value of what was counted as damaged. It is known, on hand, and
	// no part of the loss.
	Damaged int64 `json:"known_damage"`
	Sold    int64 `json:"sold"` // value of what was sold in the period, at cost
	// Rates are the two that are called shrinkage rate.
	Rates []Rate `json:"rates"`
}

// Rate is a shrinkage rate: its denominator is a part of its name.
type Rate struct {
	Of   string `json:"of"` // "expected" or "sales"
	Loss Ratio  `json:"loss"`
	Net  Ratio  `json:"net"` // loss less gain
	// Verdict compares the loss with the limit.
	Verdict string `json:"verdict"`
}

// The denominators of shrinkage rates.
const (
	OfExpected = "expected"
	OfSales    = "sales"
)

// shrinkage works out what is missing in each currency. Items without a cost are left
// out; Accuracy says how many they are.
func shrinkage(items []*Item, by Rules) []Shrinkage {
	all := []Shrinkage{}
	byCurrency := map[string][]*Item{}
	for _, i := range items {
		if i.Cost.Currency != "" {
			byCurrency[i.Cost.Currency] = append(byCurrency[i.Cost.Currency], i)
		}
	}
	for currency, items := range byCurrency {
		all = append(all, shrunk(currency, items, by.Shrinkage))
	}
	slices.SortFunc(all, func(a, b Shrinkage) int { return strings.Compare(a.Currency, b.Currency) })
	return all
}

// shrunk works out what is missing of items that all have a cost in one currency.
func shrunk(currency string, items []*Item, limit int64) Shrinkage {
	s := Shrinkage{
		Currency: currency, Items: int64(len(items)), Expected: Amount{Currency: currency},
		Loss: Amount{Currency: currency}, Gain: Amount{Currency: currency}, Net: Amount{Currency: currency},
		WrittenOff: Amount{Currency: currency},
	}
	for _, i := range items {
		v, cost := i.variance(), i.Cost.Minor
		s.Expected.widen(stock(i, i.Expected.Lo), stock(i, i.Expected.Hi))
		if i.WrittenOff {
			s.WrittenOff.widen(loss(i, v.Hi), loss(i, v.Lo))
		} else {
			s.Loss.widen(loss(i, v.Hi), loss(i, v.Lo))
		}
		s.Gain.widen(max(0, v.Lo)*cost, max(0, v.Hi)*cost)
		s.Net.widen(v.Lo*cost, v.Hi*cost)
		s.Damaged += i.Damaged * cost
		s.Sold += i.Sold * cost
	}
	s.Rates = []Rate{s.ofExpected(items).judge(limit), s.ofSales().judge(limit)}
	return s
}

func (a *Amount) widen(lo, hi int64) { a.Lo, a.Hi = a.Lo+lo, a.Hi+hi }

// stock is the value of an expected quantity. Less than nothing has none.
func stock(i *Item, expected int64) int64 { return max(0, expected) * i.Cost.Minor }

// ofExpected divides by the value of what should be there.
func (s Shrinkage) ofExpected(items []*Item) Rate {
	r := Rate{Of: OfExpected}
	r.Loss = ratio(items, func(i *Item, b int64) int64 {
		if i.WrittenOff {
			return 0
		}
		return loss(i, i.Counted-b)
	}, stock)
	if r.Loss.Known {
		// Both grow with what was expected, so here the ends belong together.
		r.Net = Ratio{
			Lo: -float64(s.Net.Hi) / float64(s.Expected.Lo), Hi: -float64(s.Net.Lo) / float64(s.Expected.Hi), Known: true,
		}
	}
	return r
}

// ofSales divides by the value of what was sold in the period.
func (s Shrinkage) ofSales() Rate {
	r := Rate{Of: OfSales}
	if s.Sold > 0 {
		sold := float64(s.Sold)
		r.Loss = Ratio{Lo: float64(s.Loss.Lo) / sold, Hi: float64(s.Loss.Hi) / sold, Known: true}
		r.Net = Ratio{Lo: -float64(s.Net.Hi) / sold, Hi: -float64(s.Net.Lo) / sold, Known: true}
	}
	return r
}

// judge compares the loss with a limit. Gains are not set against it.
func (r Rate) judge(basisPoints int64) Rate {
	limit := float64(basisPoints) / 10_000
	switch {
	case !r.Loss.Known:
		r.Verdict = Unknown
	case r.Loss.Hi <= limit:
		r.Verdict = Within
	case r.Loss.Lo > limit:
		r.Verdict = Over
	default:
		r.Verdict = Unclear
	}
	return r
}
