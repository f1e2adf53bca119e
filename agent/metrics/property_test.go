package metrics_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/metrics"
)

// drawItem draws an item whose expected quantity may be a range, and whose books may
// be wrong in any way.
func drawItem(t *rapid.T, id string) metrics.Item {
	lo := rapid.Int64Range(-2, 12).Draw(t, "lo")
	i := between(id, rapid.Int64Range(0, 12).Draw(t, "counted"), lo, lo+rapid.Int64Range(0, 5).Draw(t, "width"))
	i.Cost.Minor = rapid.Int64Range(0, 3).Draw(t, "cost")
	i.Class = rapid.SampledFrom([]string{"A", "B", ""}).Draw(t, "class")
	i.Zones = rapid.SampledFrom([][]string{nil, {"Front"}, {"Store"}, {"Front", "Store"}}).Draw(t, "zones")
	i.WrittenOff = rapid.IntRange(0, 4).Draw(t, "written off") == 0
	i.Sold = rapid.Int64Range(0, 5).Draw(t, "sold")
	return i
}

func drawItems(t *rapid.T, most int) []metrics.Item {
	items := make([]metrics.Item, rapid.IntRange(1, most).Draw(t, "items"))
	for n := range items {
		items[n] = drawItem(t, fmt.Sprint(n))
	}
	return items
}

// worlds calls see with every report that the ranges leave possible.
func worlds(items []metrics.Item, see func(metrics.Report)) {
	exact := append([]metrics.Item{}, items...)
	var choose func(n int)
	choose = func(n int) {
		if n == len(items) {
			see(measure(exact...))
			return
		}
		for b := items[n].Expected.Lo; b <= items[n].Expected.Hi; b++ {
			exact[n].Expected = agent.Exactly(b)
			choose(n + 1)
		}
	}
	choose(0)
}

// figures are all ranges of a report by name, as low and high ends.
func figures(r metrics.Report) map[string][2]float64 {
	a := r.Accuracy
	all := map[string][2]float64{
		"signed": {float64(a.SignedError.Lo), float64(a.SignedError.Hi)}, "absolute": {float64(a.Absolute.Lo), float64(a.Absolute.Hi)},
		"mape": {a.MAPE.Lo, a.MAPE.Hi}, "smape": {a.SMAPE.Lo, a.SMAPE.Hi},
	}
	for name, s := range map[string]metrics.Share{
		"exact": a.Exact, "binary": a.Binary, "percent": a.InPercent, "units": a.InUnits, "hits": a.HitRate,
	} {
		all[name] = [2]float64{float64(s.Lo), float64(s.Hi)}
	}
	ratio := func(name string, q metrics.Ratio) {
		if q.Known {
			all[name] = [2]float64{q.Lo, q.Hi}
		}
	}
	ratio("place", a.Place)
	ratio("deviation", a.Deviation)
	s := r.Shrinkage[0]
	for name, m := range map[string]metrics.Amount{"expected": s.Expected, "loss": s.Loss, "gain": s.Gain, "net": s.Net, "written off": s.WrittenOff} {
		all[name] = [2]float64{float64(m.Lo), float64(m.Hi)}
	}
	for _, rate := range s.Rates {
		ratio("loss of "+rate.Of, rate.Loss)
		ratio("net of "+rate.Of, rate.Net)
	}
	return all
}

// Whatever was expected within the ranges, each figure lies within its own range, and
// both ends of that are reached: nothing is guessed and nothing is vaguer than it is.
func TestRangesHoldEveryPossibleFigureAndNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := drawItems(t, 4)
		reached := map[string][2]float64{}
		worlds(items, func(r metrics.Report) {
			for name, f := range figures(r) {
				ends, seen := reached[name]
				if !seen {
					ends = f
				}
				reached[name] = [2]float64{min(ends[0], f[0]), max(ends[1], f[1])}
			}
		})
		for name, f := range figures(measure(items...)) {
			ends := reached[name]
			if math.Abs(ends[0]-f[0]) > 1e-9 || math.Abs(ends[1]-f[1]) > 1e-9 {
				t.Fatalf("%s is %v, possible is %v of %+v", name, f, ends, items)
			}
		}
	})
}

// A verdict on a limit that is not "unclear" holds whatever was expected.
func TestVerdictsHoldInEveryPossibleWorld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := drawItems(t, 3)
		whole := measure(items...)
		worlds(items, func(r metrics.Report) {
			if v := whole.Investigate; (v == metrics.Over || v == metrics.Within) && r.Investigate != v && r.Investigate != metrics.Unknown {
				t.Fatalf("the items are %s and may be %s: %+v", v, r.Investigate, items)
			}
			for n, rate := range whole.Shrinkage[0].Rates {
				if other := r.Shrinkage[0].Rates[n].Verdict; (rate.Verdict == metrics.Over || rate.Verdict == metrics.Within) && other != rate.Verdict {
					t.Fatalf("shrinkage of %s is %s and may be %s: %+v", rate.Of, rate.Verdict, other, items)
				}
			}
			for _, n := range whole.Investigations {
				if n.Certain && !contains(r.Investigations, n.Item) {
					t.Fatalf("%s is to be investigated for certain, and may be within: %+v", n.Item, items)
				}
			}
		})
	})
}

func contains(list []metrics.Investigation, id agent.ItemID) bool {
	for _, n := range list {
		if n.Item == id {
			return true
		}
	}
	return false
}

// The order of the items changes nothing, to the last bit.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := drawItems(t, 20)
		want := measure(items...)
		shuffle := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		shuffle.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		if got := measure(items...); !reflect.DeepEqual(got, want) {
			t.Fatalf("in order %+v, shuffled %+v", want, got)
		}
	})
}

// Classes, zones and counters divide the items: none is in two groups or in none, and
// the sums of the groups are the sums of the whole.
func TestGroupsAddUpToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := measure(drawItems(t, 20)...)
		for name, groups := range map[string][]metrics.Group{"classes": r.Classes, "zones": r.Zones, "counters": r.Counters} {
			var items, exact, loss int64
			signed := agent.Interval{}
			for _, g := range groups {
				items += g.Accuracy.Items
				exact += g.Accuracy.Exact.Lo
				signed = signed.Plus(g.Accuracy.SignedError)
				for _, s := range g.Shrinkage {
					loss += s.Loss.Hi
				}
			}
			a := r.Accuracy
			if items != a.Items || exact != a.Exact.Lo || signed != a.SignedError || loss != r.Shrinkage[0].Loss.Hi {
				t.Fatalf("%s add up to %d items, %d exact, %+v, loss %d; the whole is %+v", name, items, exact, signed, loss, a)
			}
		}
	})
}

// Gains never make a loss smaller.
func TestGainsHideNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := drawItems(t, 10)
		before := measure(items...)
		more := append(items, item("over", 1_000, 0))
		after := measure(more...)
		if after.Shrinkage[0].Loss != before.Shrinkage[0].Loss || after.Accuracy.Absolute.Lo < before.Accuracy.Absolute.Lo ||
			after.Accuracy.Exact.Lo != before.Accuracy.Exact.Lo {
			t.Fatalf("a surplus changed a loss: %+v, %+v", before.Shrinkage, after.Shrinkage)
		}
	})
}

// Wilson's interval holds the share and lies within 0 and 1.
func TestWilsonHoldsTheShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 5_000).Draw(t, "n")
		w := metrics.WilsonOf(rapid.Int64Range(0, n).Draw(t, "k"), n)
		if w.Lo < 0 || w.Hi > 1 || w.Share < w.Lo-1e-12 || w.Share > w.Hi+1e-12 {
			t.Fatalf("%+v", w)
		}
	})
}

// Backwards, as the log is read by pages, entries have the same pace as forwards; and
// dividing a walk's entries among passes of others changes nothing but their own.
func TestPaceReadsEitherWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		forwards, backwards := metrics.NewPace(), metrics.NewPace()
		gaps := rapid.SliceOfN(rapid.IntRange(0, 300), 1, 50).Draw(t, "gaps")
		var list []metrics.Worked
		at := noon
		for _, gap := range gaps {
			at = at.Add(seconds(gap))
			list = append(list, metrics.Worked{
				Pass: agent.PassID(rapid.SampledFrom([]string{"p", "q"}).Draw(t, "pass")), Counter: "Ann", At: at, Units: 1,
			})
		}
		for n := range list {
			forwards.Add(list[n])
			backwards.Add(list[len(list)-1-n])
		}
		_, a := forwards.Speeds(nil)
		_, b := backwards.Speeds(nil)
		if a != b {
			t.Fatalf("forwards %+v, backwards %+v", a, b)
		}
	})
}
