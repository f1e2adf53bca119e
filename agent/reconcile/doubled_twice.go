package reconcile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// neighbours finds three or more items in a row that were counted about twice as
// often as expected, where nothing tells of them yet.
func (d *detector) neighbours(s *sequence) {
	for from := 0; from < len(s.runs); {
		to := from
		for to < len(s.runs) && s.runs[to].item != broken && !s.seen[to] && d.judge(d.items.all[s.runs[to].item]).twice() {
			to++
		}
		if to > from {
			d.counted(s, from, to)
		}
		from = max(to, from+1)
	}
}

// counted tells of neighbours. Where the same ones come in another walk, that is the
// second time.
func (d *detector) counted(s *sequence, from, to int) {
	runs := s.runs[from:to]
	items := d.itemsOf(runs)
	if len(items) < leastTwice {
		return
	}
	h := Doubled{Trace: Twice, Items: items, First: d.time(runs[0]), Passes: [2]agent.PassID{d.passAt(s, from), d.passAt(s, from)}}
	h.Zone, h.Bin = d.where(runs)
	for _, r := range runs {
		h.Scans += int64(max(1, r.scans))
	}
	key := fmt.Sprint(h.Zone, slices.Sorted(slices.Values(items)))
	if old := d.told[key]; old != nil {
		if old.Second.IsZero() {
			old.Second, old.Passes[1] = h.First, h.Passes[1]
		}
		return
	}
	d.told[key] = &h
	d.tell(&h)
}

// together finds two people who counted the same items in the same bins of a zone at
// one time. Working in one zone side by side is no fault as long as they don't.
func (d *detector) together() {
	type line struct{ item, place int32 }
	type pair struct{ a, b int }
	by := map[line]int{}
	common := map[pair][]run{}
	for pass, walk := range d.walks {
		for _, r := range walk {
			l := line{r.item, r.place}
			other, counted := by[l]
			if counted && other != pass && d.overlap(other, pass) {
				p := pair{other, pass}
				common[p] = append(common[p], r)
			}
			by[l] = pass
		}
	}
	order := func(x, y pair) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) }
	for _, p := range slices.SortedFunc(maps.Keys(common), order) {
		runs := common[p]
		h := Doubled{Trace: Together, Items: d.itemsOf(runs), Passes: [2]agent.PassID{d.passes[p.a].ID, d.passes[p.b].ID}}
		if d.allRight(h.Items) {
			continue
		}
		for _, r := range runs {
			h.Scans += int64(max(1, r.scans))
		}
		h.Zone, h.Bin = d.where(runs)
		h.First, h.Second = d.shared(p.a, p.b)
		d.tell(&h)
	}
}

// overlap reports whether two people's passes went on at one time.
func (d *detector) overlap(a, b int) bool {
	from, to := d.shared(a, b)
	return d.passes[a].Person != d.passes[b].Person && !to.Before(from)
}

// shared returns when two passes both went on.
func (d *detector) shared(a, b int) (from, to time.Time) {
	x, y := d.walks[a], d.walks[b]
	return latest(d.time(x[0]), d.time(y[0])), earliest(d.time(x[len(x)-1]), d.time(y[len(y)-1]))
}
