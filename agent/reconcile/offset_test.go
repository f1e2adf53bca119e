package reconcile_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// differs is an item with a variance.
func differs(id, name, code string, variance int64, bins ...agent.Bin) reconcile.Differing {
	return reconcile.Differing{
		Item: agent.Item{
			ID: agent.ItemID(id), SKU: id, Name: name, Codes: []agent.Barcode{{Text: code, Pack: 1}},
			Price: agent.Money{Minor: 199, Currency: "EUR"},
		},
		Variance: agent.Exactly(variance), Bins: bins,
	}
}

// The shelves, in walking order.
func shelves() []agent.Place {
	return []agent.Place{{Bin: "A-01", Zone: "A"}, {Bin: "A-02", Zone: "A"}, {Bin: "A-03", Zone: "A"}, {Bin: "B-01", Zone: "B"}}
}

func TestItemsThatMayHaveBeenMixedUp(t *testing.T) {
	const cola, soap = "4006381333931", "5012345678900"
	for _, c := range []struct {
		name          string
		missing, over reconcile.Differing
		want          string // a part of the sentence; "" for no hint
	}{
		{
			"one bin, one price, one size", differs("COLA-R", "Cola", cola, -3, "A-01"), differs("X77", "Tea", soap, 3, "A-01"),
			"Cola (COLA-R) is 3 short and Tea (X77) is 3 over: both lie in A-01 and they cost the same.",
		},
		{
			"names alike", differs("C100", "Cola bottle large", cola, -3, "A-01"), differs("Z777", "Cola bottle small", soap, 3, "A-01"),
			"Cola bottle large (C100) is 3 short and Cola bottle small (Z777) is 3 over: their names are alike, both lie in A-01 and they cost the same.",
		},
		{
			"barcodes that differ in one digit and the check digit", differs("C100", "Cola", "4006381333931", -3, "A-01"), differs("Z777", "Tea", "4006381333948", 3, "B-01"),
			"their barcodes differ in one place and they cost the same",
		},
		{
			"SKUs with two characters swapped", differs("AB-123", "Cola", cola, -3), differs("AB-132", "Tea", soap, 3),
			"their SKUs differ in one place",
		},
		{
			"neighbours of one price", differs("C100", "Cola", cola, -3, "A-01"), differs("Z777", "Tea", soap, 3, "A-02"),
			"they lie side by side and they cost the same",
		},
		{"the end of one zone and the start of another are no neighbours", differs("C100", "Cola", cola, -3, "A-03"), differs("Z777", "Tea", soap, 3, "B-01"), ""},
		{"nothing alike but the size", differs("C100", "Cola", cola, -3, "A-01"), differs("Z777", "Tea", soap, 3, "B-01"), ""},
		{"one bin, and quite another size", differs("C100", "Cola", cola, -3, "A-01"), differs("Z777", "Tea", soap, 30, "A-01"), ""},
		{"both missing", differs("C100", "Cola bottle large", cola, -3, "A-01"), differs("Z777", "Cola bottle small", soap, -3, "A-01"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			hints := reconcile.Offsets([]reconcile.Differing{c.over, c.missing}, shelves())
			switch {
			case c.want == "":
				if len(hints) != 0 {
					t.Errorf("says %q", hints[0].Sentence)
				}
			case len(hints) != 1 || !strings.Contains(hints[0].Sentence, c.want) || hints[0].Missing != c.missing.Item.ID:
				t.Errorf("says %+v, want %q", hints, c.want)
			}
		})
	}
}

// A range that holds the opposite of another variance may be as large; one that may
// be nothing says nothing.
func TestOffsetsOfRanges(t *testing.T) {
	missing, over := differs("C100", "Cola bottle large", "4006381333931", 0, "A-01"), differs("Z777", "Cola bottle small", "5012345678900", 4, "A-01")
	missing.Variance = agent.Interval{Lo: -4, Hi: -2}
	hints := reconcile.Offsets([]reconcile.Differing{missing, over}, nil)
	if len(hints) != 1 || !strings.Contains(hints[0].Sentence, "is 2 to 4 short") {
		t.Errorf("says %+v", hints)
	}
	missing.Variance = agent.Interval{Lo: -4, Hi: 0}
	if hints := reconcile.Offsets([]reconcile.Differing{missing, over}, nil); len(hints) != 0 {
		t.Errorf("says %+v", hints)
	}
}

func TestTheLikeliestOffsetComesFirst(t *testing.T) {
	hints := reconcile.Offsets([]reconcile.Differing{
		differs("C100", "Cola bottle large", "4006381333931", -3, "A-01"),
		differs("Z777", "Cola bottle small", "5012345678900", 3, "A-01"),
		differs("C101", "Cola bottle medium", "4006381333948", 3, "A-01"),
		differs("Q5", "Tea", "96385074", 2, "A-01"),
	}, shelves())
	if len(hints) < 2 || hints[0].Over != "C101" || hints[1].Over != "Z777" || hints[0].Score <= hints[1].Score {
		t.Errorf("order %+v", hints)
	}
}

func drawDiffering(t *rapid.T) []reconcile.Differing {
	var items []reconcile.Differing
	for n := range rapid.IntRange(0, 30).Draw(t, "items") {
		d := differs(fmt.Sprintf("%05d", rapid.IntRange(0, 99_999).Draw(t, "sku")), rapid.SampledFrom([]string{"Cola large", "Cola small", "Soap", "Tea green"}).Draw(t, "name"),
			fmt.Sprintf("%08d", rapid.IntRange(0, 999).Draw(t, "code")), rapid.Int64Range(-5, 5).Draw(t, "variance"),
			rapid.SampledFrom([]agent.Bin{"A-01", "A-02", "A-03", "B-01"}).Draw(t, "bin"))
		d.Item.ID = agent.ItemID(fmt.Sprint(n))
		items = append(items, d)
	}
	return items
}

// Each hint is about one item that is missing and one that is over, no item is in
// more than three, and the order of the items changes nothing.
func TestOffsetsAreOpposites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := drawDiffering(t)
		hints := reconcile.Offsets(items, shelves())
		used := map[agent.ItemID]int{}
		for _, h := range hints {
			if h.Lost.Hi >= 0 || h.Found.Lo <= 0 || len(h.Why) == 0 || h.Sentence == "" {
				t.Fatalf("%+v", h)
			}
			used[h.Missing]++
			used[h.Over]++
			if used[h.Missing] > 3 || used[h.Over] > 3 {
				t.Fatalf("one item is in many hints: %+v", hints)
			}
		}
		if !slices.IsSortedFunc(hints, func(a, b reconcile.Offset) int { return b.Score - a.Score }) {
			t.Fatalf("order %+v", hints)
		}
		shuffle := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		shuffle.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		if again := reconcile.Offsets(items, shelves()); !reflect.DeepEqual(again, hints) {
			t.Fatalf("in order %+v, shuffled %+v", hints, again)
		}
	})
}

// BenchmarkOffsets shows that the search does not grow with the square of the number
// of items that differ, also where all of them lie in one bin and all SKUs are alike.
func BenchmarkOffsets(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		for name, bins := range map[string]int{"many-bins": 1_000, "one-bin": 1} {
			var items []reconcile.Differing
			var places []agent.Place
			for k := range bins {
				places = append(places, agent.Place{Bin: agent.Bin(fmt.Sprint(k)), Zone: "Z"})
			}
			for k := range n {
				bin := agent.Bin(fmt.Sprint(k % bins))
				items = append(items, differs(fmt.Sprintf("S%06d", k*7), fmt.Sprintf("Thing %d of kind %d", k, k%97), fmt.Sprintf("%013d", k*13), int64(k%11-5), bin))
			}
			b.Run(fmt.Sprintf("%s/items-%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					reconcile.Offsets(items, places)
				}
			})
		}
	}
}
