package station

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/metrics"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// walk follows the entries of the count, page by page. What is kept of them is how
// the passes went, which does not grow with the number of scans of one item.
func (s *Station) walk(ctx context.Context, f *figures) error {
	var after agent.Seq
	for {
		var page []agent.Entered
		err := s.store.Read(ctx, func(v agent.View) (err error) {
			page, err = v.Entered(f.count.ID, after, entriesAtOnce)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, e := range page {
			f.entered(e)
		}
		after = page[len(page)-1].Seq
	}
}

func (f *figures) entered(e agent.Entered) {
	f.pace.Add(metrics.Worked{Pass: e.Pass, Counter: e.Counter.ID, At: e.At, Units: e.Quantity})
	if e.Quantity != 0 { // an empty place is no walk along it
		f.walks.Add(reconcile.Step{Pass: e.Pass, Zone: f.zoneOf(e.Bin, e.Pass), Bin: e.Bin, Item: e.Item, At: e.At, Set: e.Op == agent.Set})
	}
}

// working returns how many people have an open pass.
func (f *figures) working() int64 {
	people := map[agent.Actor]bool{}
	for _, p := range f.passes {
		if p.Open() {
			people[p.Person] = true
		}
	}
	return int64(len(people))
}

// judge returns what the count says of an item, for hints.
func (f *figures) judge(rules metrics.Rules) func(agent.ItemID) reconcile.Judged {
	return func(id agent.ItemID) reconcile.Judged {
		known := f.item(id)
		j := reconcile.Judged{Name: cmp.Or(known.Name, known.SKU, string(id))}
		if at, found := f.at[id]; found {
			item := f.items[at]
			_, within := rules.Tolerated(item)
			j.Known = item.Status != agent.NotComplete && item.Status != agent.NotAdjustable
			j.Counted, j.Expected, j.Over = item.Counted, item.Expected, !within
		}
		return j
	}
}

// binsOf returns where an item lies that differs, if somebody can still think about
// it; otherwise nothing.
func (f *figures) binsOf(v agent.Variance) []agent.Bin {
	if v.Book.At.IsZero() || v.Status != agent.Ready && v.Status != agent.NeedsRecount && v.Status != agent.Tolerated {
		return nil
	}
	bins := append([]agent.Bin{}, f.item(v.Item).Bins...)
	for _, l := range v.Lines {
		if !slices.Contains(bins, l.Bin) {
			bins = append(bins, l.Bin)
		}
	}
	return bins
}

// differing returns the items with a variance about which somebody can still think.
func (f *figures) differing() []reconcile.Differing {
	var list []reconcile.Differing
	for n, item := range f.items {
		if f.bins[n] != nil {
			variance := agent.Exactly(item.Counted).Minus(item.Expected)
			list = append(list, reconcile.Differing{Item: f.item(item.ID), Variance: variance, Bins: f.bins[n]})
		}
	}
	return list
}

// verify finds the lines that another person counted again.
func (f *figures) verify(v agent.View) error {
	for _, id := range slices.Sorted(maps.Keys(f.parts)) {
		walks := byRound(f.parts[id])
		for n := 1; n < len(walks); n++ {
			first, second := walks[n-1], walks[n]
			a, b := f.onlyPerson(first), f.onlyPerson(second)
			if first[0].Bin != second[0].Bin || a == "" || b == "" || a == b {
				continue
			}
			one, err := f.comparison(v, first, second)
			if err != nil {
				return err
			}
			one.Counter = a
			f.verified = append(f.verified, one)
		}
	}
	return nil
}

// byRound divides an item's parts by bin and round; they are in that order.
func byRound(parts []agent.Part) [][]agent.Part {
	var walks [][]agent.Part
	for n, p := range parts {
		if n == 0 || p.Bin != parts[n-1].Bin || p.Round != parts[n-1].Round {
			walks = append(walks, nil)
		}
		last := &walks[len(walks)-1]
		*last = append(*last, p)
	}
	return walks
}

// onlyPerson returns who made all of some parts; "" if several did.
func (f *figures) onlyPerson(parts []agent.Part) string {
	person := parts[0].Counters[0].ID
	for _, p := range parts {
		if len(p.Counters) != 1 || p.Counters[0].ID != person {
			return ""
		}
	}
	return person
}

// comparison compares two countings of a bin, what moved meanwhile considered.
func (f *figures) comparison(v agent.View, first, second []agent.Part) (metrics.Verification, error) {
	a, b := sumOf(first), sumOf(second)
	c := metrics.Verification{First: a.Quantity, Second: b.Quantity}
	basket := f.count.Policy.WithDefaults().BasketTime
	moves, err := v.MovementsOf(f.count.Location, a.Item, a.Window.From.Earliest().Add(-basket))
	only := len(f.item(a.Item).Bins) < 2
	for _, p := range f.parts[a.Item] {
		only = only && p.Bin == a.Bin
	}
	c.Between = metrics.Between(reconcile.Once(moves), a.Bin, only, a.Window, b.Window, basket)
	return c, err
}

// sumOf adds the parts of one bin and round up.
func sumOf(parts []agent.Part) agent.Part {
	sum := parts[0]
	for _, p := range parts[1:] {
		sum.Quantity += p.Quantity
		if p.Window.From.Earliest().Before(sum.Window.From.Earliest()) {
			sum.Window.From = p.Window.From
		}
		if p.Window.To.Latest().After(sum.Window.To.Latest()) {
			sum.Window.To = p.Window.To
		}
	}
	return sum
}
