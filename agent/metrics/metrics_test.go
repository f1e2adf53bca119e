package metrics_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/metrics"
)

func euros(minor int64) agent.Money { return agent.Money{Minor: minor, Currency: "EUR"} }

// item is one that was counted where an exact quantity was expected, at 1.00 a unit.
func item(id string, counted, expected int64) metrics.Item {
	return between(id, counted, expected, expected)
}

func between(id string, counted, lo, hi int64) metrics.Item {
	return metrics.Item{
		ID: agent.ItemID(id), Status: agent.Ready, Counted: counted,
		Expected: agent.Interval{Lo: lo, Hi: hi}, Cost: euros(100),
	}
}

func rules() metrics.Rules {
	r := metrics.RulesOf(agent.Policy{Tolerance: agent.Limit{Units: 2}})
	return r
}

func measure(items ...metrics.Item) metrics.Report {
	return metrics.Measure(metrics.Facts{Items: items, Rules: rules()})
}

func money(m agent.Money) string {
	return fmt.Sprintf("%d.%02d %s", m.Minor/100, m.Minor%100, m.Currency)
}

// says returns what a report says by the key of each metric.
func says(r metrics.Report) map[string]string {
	all := map[string]string{}
	for _, m := range r.Accuracy.Metrics(r.Rules, money) {
		all[m.Key] = m.Says
	}
	return all
}

func TestEachMetricSaysWhatItsNamePromises(t *testing.T) {
	for _, c := range []struct {
		name  string
		items []metrics.Item
		want  map[string]string
	}{
		{
			"plus and minus are not netted",
			[]metrics.Item{item("a", 95, 100), item("b", 105, 100)},
			map[string]string{
				"signed_error": "0 units", "shrink": "5.00 EUR", "binary_error": "100.0 % (2 of 2)", "exact": "0.0 % (0 of 2)",
				"error_range_percent": "100.0 % (2 of 2)", "error_range_units": "0.0 % (0 of 2)", "absolute_error": "10 units",
				"mape": "5.0 %", "smape": "5.0 %", "hit_rate": "0.0 % (0 of 2)", "place_accuracy": "95.0 %",
			},
		},
		{
			"all right",
			[]metrics.Item{item("a", 7, 7), item("b", 0, 0)},
			map[string]string{
				"signed_error": "0 units", "shrink": "0.00 EUR", "binary_error": "0.0 % (0 of 2)", "exact": "100.0 % (2 of 2)",
				"error_range_percent": "100.0 % (2 of 2)", "error_range_units": "100.0 % (2 of 2)", "absolute_error": "0 units",
				"mape": "0.0 %, 1 left out because nothing was counted of them", "smape": "0.0 %", "hit_rate": "100.0 % (2 of 2)",
				"place_accuracy": "100.0 %",
			},
		},
		{
			"nothing counted, nothing expected",
			[]metrics.Item{item("gone", 0, 4), item("found", 4, 0)},
			map[string]string{
				"signed_error": "0 units", "shrink": "4.00 EUR", "exact": "0.0 % (0 of 2)", "error_range_percent": "0.0 % (0 of 2)",
				"mape": "100.0 %, 1 left out because nothing was counted of them", "smape": "200.0 %", "place_accuracy": "0.0 %",
			},
		},
		{
			"a sale that may have come before or after is a range",
			[]metrics.Item{between("a", 10, 10, 12), item("b", 20, 20)},
			map[string]string{
				"signed_error": "between -2 and 0 units", "shrink": "between 0.00 EUR and 2.00 EUR",
				"binary_error": "between 0.0 % and 50.0 % (0 to 1 of 2)", "exact": "between 50.0 % and 100.0 % (1 to 2 of 2)",
				"error_range_units": "between 50.0 % and 100.0 % (1 to 2 of 2)", "absolute_error": "between 0 and 2 units",
				"mape": "between 0.0 % and 10.0 %", "hit_rate": "100.0 % (2 of 2)",
			},
		},
		{
			"a range on both sides reaches down to nothing",
			[]metrics.Item{between("a", 10, 7, 11)},
			map[string]string{"signed_error": "between -1 and +3 units", "absolute_error": "between 0 and 3 units", "hit_rate": "between 0.0 % and 100.0 % (0 to 1 of 1)"},
		},
		{
			"books below nothing have no share",
			[]metrics.Item{item("a", 1, -1), item("b", 10, 10)},
			map[string]string{"error_range_percent": "50.0 % (1 of 2)", "place_accuracy": "80.0 %", "shrink": "0.00 EUR"},
		},
		{
			"nothing at all",
			nil,
			map[string]string{"exact": "not known", "mape": "not known", "place_accuracy": "not known", "shrink": "not known", "signed_error": "not known", "absolute_error": "not known"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := says(measure(c.items...))
			for key, want := range c.want {
				if got[key] != want {
					t.Errorf("%s is %q, want %q", key, got[key], want)
				}
			}
		})
	}
}

// The eight metrics of ECR Retail Loss are all there, each under its name and with
// its formula, and so are the figures beside them.
func TestEveryMetricHasItsNameAndFormula(t *testing.T) {
	var names []string
	for _, m := range measure().Accuracy.Metrics(rules(), money) {
		names = append(names, m.Name)
		if m.Formula == "" || m.Key == "" || m.Says == "" {
			t.Errorf("%+v lacks something", m)
		}
	}
	want := []string{
		"Signed error", "Shrink", "Binary error", "Inventory record accuracy (IRA)", "Error range in per cent", "Error range in units",
		"Absolute error", "Mean absolute percentage error (MAPE)", "Symmetric MAPE (sMAPE)", "Hit rate within tolerance", "Accuracy of the place (OCA)",
	}
	if !slices.Equal(names, want) {
		t.Errorf("the metrics are %q", names)
	}
}

func TestWhatCannotBeJudgedIsLeftOutAndStated(t *testing.T) {
	items := []metrics.Item{item("good", 5, 5)}
	for n, status := range []agent.Status{agent.NotComplete, agent.NotAdjustable, agent.Waiting} {
		i := item(fmt.Sprint(n), 1, 100)
		i.Status = status
		items = append(items, i)
	}
	huge := item("huge", 1, math.MinInt64)
	items = append(items, huge)
	r := measure(items...)
	if want := (metrics.LeftOut{Incomplete: 1, NotAdjustable: 1, Waiting: 1, Absurd: 1}); r.LeftOut != want {
		t.Errorf("left out %+v", r.LeftOut)
	}
	if r.Accuracy.Exact != (metrics.Share{Lo: 1, Hi: 1, Of: 1}) {
		t.Errorf("exact %+v", r.Accuracy.Exact)
	}
	if want := "4 items left out: 1 not counted in all their bins, 1 without a quantity at the shop, 1 still waiting for what was sold, 1 with a quantity or cost that cannot be"; r.LeftOut.Says() != want {
		t.Errorf("says %q", r.LeftOut.Says())
	}
}

// What is not quite all is not rounded up to all.
func TestAlmostAllIsNotAll(t *testing.T) {
	var items []metrics.Item
	for n := range 5_000 {
		items = append(items, item(fmt.Sprint(n), 1, 1))
	}
	items[0].Counted = 0
	if got := says(measure(items...))["exact"]; got != "over 99.9 % (4999 of 5000)" {
		t.Errorf("IRA is %q", got)
	}
	if got := says(measure(items...))["binary_error"]; got != "under 0.1 % (1 of 5000)" {
		t.Errorf("binary error is %q", got)
	}
}

func TestShrinkageHasTwoDenominatorsAndHidesNoLoss(t *testing.T) {
	lost, found := item("lost", 94, 100), item("found", 105, 100)
	lost.Damaged, lost.Sold = 3, 150
	r := measure(lost, found)
	s := r.Shrinkage[0]
	if s.Loss.Lo != 600 || s.Gain.Lo != 500 || s.Net.Lo != -100 || s.Damaged != 300 || s.Expected.Lo != 20_000 || s.Sold != 15_000 {
		t.Fatalf("%+v", s)
	}
	for n, want := range []string{
		"3.0 %, over the limit of 2 %; less what is over it is 0.5 %", // of 200.00 that were expected
		"4.0 %, over the limit of 2 %; less what is over it is 0.7 %", // of 150.00 that were sold
	} {
		if got := s.Rates[n].Says(r.Rules); got != want {
			t.Errorf("%s: %q, want %q", s.Rates[n].Name(), got, want)
		}
	}
}

func TestShrinkageOfARangeThatHoldsTheLimitIsUnclear(t *testing.T) {
	for _, c := range []struct {
		lo, hi int64
		want   string
	}{
		{100, 102, "within"}, {100, 110, "unclear"}, {110, 120, "over"}, {0, 1, "unknown"},
	} {
		i := between("a", 100, c.lo, c.hi)
		if got := measure(i).Shrinkage[0].Rates[0].Verdict; got != c.want {
			t.Errorf("expected %d to %d: %s, want %s", c.lo, c.hi, got, c.want)
		}
	}
}

// What was written off as damaged or expired is missing, and no unknown loss.
func TestDamageThatWasWrittenOffIsKnown(t *testing.T) {
	broken := item("broken", 95, 100)
	broken.WrittenOff = true
	s := measure(broken, item("lost", 99, 100)).Shrinkage[0]
	if s.Loss.Lo != 100 || s.WrittenOff.Lo != 500 || s.Net.Lo != -600 || s.Rates[0].Loss.Lo != 0.005 || s.Rates[0].Net.Lo != 0.03 {
		t.Errorf("%+v", s)
	}
}

// Without known sales there is no rate of sales, and no 0 % either.
func TestShrinkageOfNoSalesIsNotKnown(t *testing.T) {
	r := measure(item("a", 9, 10))
	if got := r.Shrinkage[0].Rates[1]; got.Loss.Known || got.Verdict != "unknown" || got.Says(r.Rules) != "not known, because no sales of the period are known" {
		t.Errorf("%+v says %q", got, got.Says(r.Rules))
	}
}

func TestCurrenciesAreNeverAdded(t *testing.T) {
	dollars, unknown := item("b", 8, 10), item("c", 7, 10)
	dollars.Cost.Currency, unknown.Cost = "USD", agent.Money{}
	r := measure(item("a", 9, 10), dollars, unknown)
	if len(r.Shrinkage) != 2 || r.Shrinkage[0].Loss.Lo != 100 || r.Shrinkage[1].Loss.Lo != 200 {
		t.Errorf("%+v", r.Shrinkage)
	}
	if want := "1.00 EUR and 2.00 USD, 1 item without a cost left out"; says(r)["shrink"] != want {
		t.Errorf("shrink is %q", says(r)["shrink"])
	}
}

func TestInvestigationNeedsTheShareAndAFloor(t *testing.T) {
	for _, c := range []struct {
		counted, lo, hi int64
		over, certain   bool
	}{
		{10, 10, 10, false, false},
		{8, 10, 10, false, false},    // 20 %, but two units are the floor
		{7, 10, 10, true, true},      // 30 % and three units
		{97, 100, 100, false, false}, // three units, but 3 %
		{94, 100, 100, true, true},
		{3, 0, 0, true, true}, // nothing expected has no share
		{3, -1, -1, true, true},
		{10, 10, 13, true, false},
	} {
		r := measure(between("a", c.counted, c.lo, c.hi))
		if over := len(r.Investigations) == 1; over != c.over || over && r.Investigations[0].Certain != c.certain {
			t.Errorf("counted %d of %d to %d: %+v", c.counted, c.lo, c.hi, r.Investigations)
		}
	}
}

// A class with limits of its own is judged by them.
func TestLimitsOfAClassGoBeforeThoseOfTheCount(t *testing.T) {
	strict, plain := item("a", 9, 10), item("b", 9, 10)
	strict.Tolerance, strict.Investigate = &agent.Limit{}, &agent.Limit{BasisPoints: 100}
	r := measure(strict, plain)
	if r.Accuracy.HitRate != (metrics.Share{Lo: 1, Hi: 1, Of: 2}) || len(r.Investigations) != 1 || r.Investigations[0].Item != "a" {
		t.Errorf("hit rate %+v, investigations %+v", r.Accuracy.HitRate, r.Investigations)
	}
}

// A zone is investigated by what is wrong in it either way.
func TestAZoneIsInvestigatedAsAWhole(t *testing.T) {
	in := func(zone string, i metrics.Item) metrics.Item {
		i.Zones = []string{zone}
		return i
	}
	r := measure(
		in("A", item("a", 10, 12)), in("A", item("b", 12, 10)), // 4 of 22 wrong, none of them over the floor
		in("B", item("c", 100, 101)), in("B", item("d", 100, 100)),
		in("C", between("e", 10, 10, 14)), in("D", item("f", 5, 0)),
	)
	got := map[string]string{}
	for _, z := range r.Zones {
		got[z.Name] = z.Investigate
	}
	if want := fmt.Sprint(map[string]string{"A": "over", "B": "within", "C": "unclear", "D": "unknown"}); fmt.Sprint(got) != want {
		t.Errorf("zones are %v, want %v", got, want)
	}
}

// What lies in two zones has one variance, and nobody knows whose it is.
func TestAnItemOfSeveralZonesIsNotDivided(t *testing.T) {
	a, b, c := item("a", 9, 10), item("b", 5, 5), item("c", 5, 5)
	a.Zones, b.Zones = []string{"Front", "Store"}, []string{"Front"}
	a.Counters, b.Counters, c.Counters = []string{"Bo"}, []string{"Bo"}, []string{"Ann"}
	r := measure(a, b, c)
	var zones []string
	for _, z := range r.Zones {
		zones = append(zones, fmt.Sprintf("%s/%t/%d", z.Name, z.Several, z.Accuracy.Items))
	}
	if want := []string{"Front/false/1", "/true/1", "/false/1"}; !slices.Equal(zones, want) {
		t.Errorf("zones %q, want %q", zones, want)
	}
	if r.Counters[0].Name != "Ann" || r.Counters[1].Name != "Bo" || r.Counters[1].Accuracy.Exact != (metrics.Share{Lo: 1, Hi: 1, Of: 2}) {
		t.Errorf("counters %+v", r.Counters)
	}
}

func TestAgreementIsShownFromThirtyLines(t *testing.T) {
	var list []metrics.Verification
	for n := range 60 {
		v := metrics.Verification{Counter: "Ann", First: 5, Second: 5}
		if n < 3 {
			v.Second = 6
		}
		list = append(list, v)
	}
	for range 29 {
		list = append(list, metrics.Verification{Counter: "Bo", First: 1, Second: 2})
	}
	list = append(list, metrics.Verification{Counter: "Bo", First: 5, Second: 4, Between: agent.Interval{Lo: -1}})
	a := metrics.Measure(metrics.Facts{Verifications: list}).Agreement
	if want := "57 of 60 equal, which is 95.0 %; the true share lies between 86.3 % and 98.3 % (95 %)"; a[0].Says() != want {
		t.Errorf("says %q", a[0].Says())
	}
	if a[1].Rate != nil || a[1].Lines != 29 || a[1].Unclear != 1 || !strings.HasSuffix(a[1].Says(), "shown from 30") {
		t.Errorf("%+v: %s", a[1], a[1].Says())
	}
}

// The published intervals that the formula must give.
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		k, n   int64
		lo, hi float64
	}{
		{57, 60, 0.863, 0.983}, {190, 200, 0.910, 0.973}, {380, 400, 0.924, 0.967}, {0, 30, 0, 0.114}, {30, 30, 0.886, 1},
	} {
		if w := metrics.WilsonOf(c.k, c.n); math.Abs(w.Lo-c.lo) > 0.001 || math.Abs(w.Hi-c.hi) > 0.001 {
			t.Errorf("%d of %d: %.3f to %.3f", c.k, c.n, w.Lo, w.Hi)
		}
	}
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func stamp(minutes int) agent.Stamp {
	return agent.Stamp{At: noon.Add(time.Duration(minutes) * time.Minute)}
}

func TestWhatMovedBetweenTwoCountingsIsConsidered(t *testing.T) {
	first, second := agent.Window{From: stamp(0), To: stamp(5)}, agent.Window{From: stamp(60), To: stamp(62)}
	sale := func(minutes int, bin agent.Bin, kind agent.MovementKind) agent.Movement {
		return agent.Movement{Kind: kind, Bin: bin, Quantity: -2, Occurred: stamp(minutes)}
	}
	for _, c := range []struct {
		name string
		sold agent.Movement
		only bool
		want agent.Interval
	}{
		{"clearly between", sale(30, "A", agent.Sale), false, agent.Exactly(-2)},
		{"of another bin", sale(30, "B", agent.Sale), false, agent.Exactly(0)},
		{"of an unknown bin", sale(30, "", agent.Sale), false, agent.Interval{Lo: -2}},
		{"of the only bin", sale(30, "", agent.Sale), true, agent.Exactly(-2)},
		{"paid within a basket time of the first", sale(12, "A", agent.Sale), false, agent.Interval{Lo: -2}},
		{"long before", sale(-20, "A", agent.Sale), false, agent.Exactly(0)},
		{"long after", sale(90, "A", agent.Sale), false, agent.Exactly(0)},
		{"an adjustment of ours moves nothing", sale(30, "A", agent.Adjusted), false, agent.Exactly(0)},
	} {
		if got := metrics.Between([]agent.Movement{c.sold}, "A", c.only, first, second, 15*time.Minute); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestPaceCutsBreaksOff(t *testing.T) {
	p := metrics.NewPace()
	for n, at := range []time.Duration{0, 60 * time.Second, 90 * time.Second, time.Hour, time.Hour + 30*time.Second} {
		p.Add(metrics.Worked{Pass: "pass-1", Counter: "Ann", At: noon.Add(at), Units: int64(min(n, 1)) * 10})
	}
	each, all := p.Speeds(map[string]int64{"Ann": 8})
	if s := each[0]; s.Active != 4*time.Minute || s.Units != 40 || s.UnitsPerHour != 600 || s.LinesPerHour != 120 {
		t.Errorf("%+v", s)
	}
	if all.UnitsPerHour != 600 || all.Counter != "" {
		t.Errorf("%+v", all)
	}
}

// A count of 5, 10, 15 and 20 units a minute in stretches of five minutes.
func counting() *metrics.Pace {
	p := metrics.NewPace()
	for slot, pace := range []int64{5, 10, 15, 20} {
		for minute := range 5 {
			p.Add(metrics.Worked{Pass: "pass-1", Counter: "Ann", At: noon.Add(time.Duration(slot*5+minute) * time.Minute), Units: pace})
		}
	}
	return p
}

func TestFinishIsARange(t *testing.T) {
	f := counting().Finish(1_500, 2)
	if !f.Known || f.Early > f.Likely || f.Likely > f.Late || f.Early <= 0 {
		t.Fatalf("%+v", f)
	}
	if f.Median < 700 || f.Median > 800 || f.Slow < 500 || f.Fast > 1_000 {
		t.Errorf("%+v", f)
	}
	if more := counting().Finish(3_000, 2); more.Likely != 2*f.Likely {
		t.Errorf("twice the units take %s instead of %s", more.Likely, f.Likely)
	}
}

func TestFinishIsNotGuessed(t *testing.T) {
	if f := counting().Finish(100, 0); f.Known {
		t.Error("nobody counts, and an end is foretold")
	}
	p := metrics.NewPace()
	p.Add(metrics.Worked{Pass: "pass-1", Counter: "Ann", At: noon, Units: 1})
	p.Add(metrics.Worked{Pass: "pass-1", Counter: "Ann", At: noon.Add(time.Minute), Units: 1})
	if f := p.Finish(100, 1); f.Known {
		t.Error("an end is foretold from two scans")
	}
	if f := counting().Finish(0, 1); !f.Known || f.Late != 0 {
		t.Errorf("nothing remains, and it takes %s", f.Late)
	}
}
