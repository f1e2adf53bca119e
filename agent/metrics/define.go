package metrics

import (
	"fmt"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// Metric is one figure with its name, because figures of different names can't be
// compared.
type Metric struct {
	Key     string `json:"key"` // its name in Accuracy
	Name    string `json:"name"`
	Formula string `json:"formula"`        // in words
	Says    string `json:"says,omitempty"` // its value in words
}

// definition is what a figure is called and how it is made.
type definition struct {
	key, name string
	formula   func(Rules) string
	says      func(Accuracy, Money) string
}

// Money writes an amount of minor units of a currency as people read it.
type Money func(agent.Money) string

func plain(text string) func(Rules) string { return func(Rules) string { return text } }

// definitions are the figures in the order in which they are shown: the eight of ECR
// Retail Loss, then those that others use.
var definitions = []definition{
	{
		"signed_error", "Signed error",
		plain("sum of counted less expected: what is over hides what is missing"),
		func(a Accuracy, _ Money) string { return a.unitsSay(plus(a.SignedError)) },
	},
	{
		"shrink", "Shrink",
		plain("value at cost of what is missing, item by item; nothing that is over is set against it"),
		func(a Accuracy, m Money) string { return a.shrinkSays(m) },
	},
	{
		"binary_error", "Binary error",
		plain("share of the items that differ by any number of units"),
		func(a Accuracy, _ Money) string { return a.Binary.Says() },
	},
	{
		"exact", "Inventory record accuracy (IRA)",
		plain("share of the items that match to the unit: the rest of the binary error, with no tolerance"),
		func(a Accuracy, _ Money) string { return a.Exact.Says() },
	},
	{
		"error_range_percent", "Error range in per cent",
		func(r Rules) string {
			return fmt.Sprintf("share of the items that differ by at most %s of the expected quantity", points(r.BasisPoints))
		},
		func(a Accuracy, _ Money) string { return a.InPercent.Says() },
	},
	{
		"error_range_units", "Error range in units",
		func(r Rules) string {
			return fmt.Sprintf("share of the items that differ by at most %d %s", r.Units, plural(r.Units, "unit", "units"))
		},
		func(a Accuracy, _ Money) string { return a.InUnits.Says() },
	},
	{
		"absolute_error", "Absolute error",
		plain("sum of the differences without their signs"),
		func(a Accuracy, _ Money) string { return a.unitsSay(units(a.Absolute)) },
	},
	{
		"mape", "Mean absolute percentage error (MAPE)",
		plain("mean of the difference divided by the counted quantity; items of which nothing was counted are left out"),
		func(a Accuracy, _ Money) string { return a.MAPE.Says() },
	},
	{
		"smape", "Symmetric MAPE (sMAPE)",
		plain("mean of twice the difference divided by counted and expected together; 200 % where one of them is nothing"),
		func(a Accuracy, _ Money) string { return a.SMAPE.Says() },
	},
	{
		"hit_rate", "Hit rate within tolerance",
		func(r Rules) string {
			return "share of the items within the tolerance of their class or of the count: " + tolerance(r.Tolerance)
		},
		func(a Accuracy, _ Money) string { return a.HitRate.Says() },
	},
	{
		"place_accuracy", "Accuracy of the place (OCA)",
		plain("one less the absolute error divided by the expected units, never below nothing"),
		func(a Accuracy, _ Money) string { return a.Place.Says() },
	},
}

// Definitions returns the names and formulas of all figures, without values.
func Definitions(by Rules) []Metric {
	list := make([]Metric, len(definitions))
	for i, d := range definitions {
		list[i] = Metric{Key: d.key, Name: d.name, Formula: d.formula(by)}
	}
	return list
}

// Metrics returns every figure with its name, its formula and its value in words.
func (a Accuracy) Metrics(by Rules, money Money) []Metric {
	list := Definitions(by)
	for i, d := range definitions {
		list[i].Says = d.says(a, money)
	}
	return list
}

// unitsSay writes a sum of units. Of nothing there is none.
func (a Accuracy) unitsSay(sum string) string {
	if a.Items == 0 {
		return nothing
	}
	return sum + " units"
}

func (a Accuracy) shrinkSays(money Money) string {
	parts := make([]string, len(a.Shrink))
	for i, s := range a.Shrink {
		parts[i] = s.Says(money)
	}
	text := strings.Join(parts, " and ")
	if len(parts) == 0 {
		text = nothing
	}
	if a.NoCost > 0 {
		text += fmt.Sprintf(", %d %s without a cost left out", a.NoCost, plural(a.NoCost, "item", "items"))
	}
	return text
}

// Says writes an amount in words.
func (a Amount) Says(money Money) string {
	lo, hi := money(agent.Money{Minor: a.Lo, Currency: a.Currency}), money(agent.Money{Minor: a.Hi, Currency: a.Currency})
	if a.Lo == a.Hi {
		return lo
	}
	return between(lo, hi)
}

// plus writes a difference with its sign.
func plus(i agent.Interval) string {
	sign := func(n int64) string {
		if n == 0 {
			return "0"
		}
		return fmt.Sprintf("%+d", n)
	}
	if i.Certain() {
		return sign(i.Lo)
	}
	return between(sign(i.Lo), sign(i.Hi))
}

func plural(n int64, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// points writes basis points as per cent.
func points(n int64) string {
	return strings.TrimSuffix(strings.TrimSuffix(fmt.Sprintf("%d.%02d", n/100, n%100), "0"), ".0") + " %"
}

func tolerance(l agent.Limit) string {
	var parts []string
	if l.Units != 0 {
		parts = append(parts, fmt.Sprintf("%d %s", l.Units, plural(l.Units, "unit", "units")))
	}
	if l.BasisPoints != 0 {
		parts = append(parts, points(l.BasisPoints))
	}
	text := strings.Join(parts, " or ")
	if l.Money.Minor != 0 {
		text = strings.TrimPrefix(text+", with a limit in money", ", ")
	}
	if text == "" {
		return "none is set"
	}
	return text
}

// Says writes what was left out, in words; empty where nothing was.
func (l LeftOut) Says() string {
	var parts []string
	for _, p := range []struct {
		n   int64
		why string
	}{
		{l.Incomplete, "not counted in all their bins"},
		{l.NotAdjustable, "without a quantity at the shop"},
		{l.Waiting, "still waiting for what was sold"},
		{l.Absurd, "with a quantity or cost that cannot be"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.why))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s left out: %s", l.All(), plural(l.All(), "item", "items"), strings.Join(parts, ", "))
}

// Name says what a rate divides by.
func (r Rate) Name() string {
	if r.Of == OfSales {
		return "Shrinkage of sales"
	}
	return "Shrinkage of expected stock"
}

// Formula says how a rate is made.
func (r Rate) Formula() string {
	if r.Of == OfSales {
		return "value of what is missing divided by the value of what was sold in the period, both at cost"
	}
	return "value of what is missing divided by the value of what should be there, both at cost"
}

// Says writes a rate and its verdict in words.
func (r Rate) Says(by Rules) string {
	limit := points(by.Shrinkage)
	text := r.Loss.Says()
	switch {
	case r.Verdict == Within:
		text += ", within the limit of " + limit
	case r.Verdict == Over:
		text += ", over the limit of " + limit
	case r.Verdict == Unclear:
		text += ", and the limit of " + limit + " lies between"
	case r.Of == OfSales:
		return text + ", because no sales of the period are known"
	default:
		return text + ", because it is not certain that anything was expected"
	}
	return text + "; less what is over it is " + r.Net.Says()
}
