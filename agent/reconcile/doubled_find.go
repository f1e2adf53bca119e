package reconcile

import (
	"cmp"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// detector looks for shelves that were scanned twice.
type detector struct {
	*Walks
	judge func(agent.ItemID) Judged
	name  func(agent.Actor) string
	zone  *time.Location
	found []*Doubled
	more  int                 // that were found and not kept
	told  map[string]*Doubled // hints of neighbours by their items
}

// tell keeps a hint. Of very many only the longest are kept.
func (d *detector) tell(h *Doubled) {
	if d.found = append(d.found, h); len(d.found) > 8*mostHints {
		d.keep(mostHints)
	}
}

// keep sorts the hints, the longest first, and drops those beyond most.
func (d *detector) keep(most int) {
	slices.SortStableFunc(d.found, func(a, b *Doubled) int {
		return cmp.Or(cmp.Compare(len(b.Items), len(a.Items)), cmp.Compare(b.Scans, a.Scans), a.First.Compare(b.First))
	})
	kept := min(len(d.found), most)
	d.more += len(d.found) - kept
	clear(d.found[kept:])
	d.found = d.found[:kept]
}

// sequence is all that was counted in one zone in one round, pass after pass, with
// breaks between what was not counted in a row.
type sequence struct {
	runs   []run
	passes []int32 // of each run
	seen   []bool  // runs that a hint tells of
}

// broken is the item of a break.
const broken = -1

// byZone divides the walks by zone and round, in the order of their first step.
func (d *detector) byZone() []*sequence {
	type key struct {
		zone  agent.Zone
		round int64
	}
	byKey := map[key]*sequence{}
	var list []*sequence
	for pass, walk := range d.walks {
		var last *sequence
		for _, r := range walk {
			at := d.places.all[r.place]
			k := key{at.zone, at.round}
			s := byKey[k]
			if s == nil {
				s = &sequence{}
				byKey[k] = s
				list = append(list, s)
			}
			if s != last {
				s.add(run{item: broken}, pass)
			}
			s.add(r, pass)
			last = s
		}
	}
	return list
}

func (s *sequence) add(r run, pass int) {
	s.runs, s.passes, s.seen = append(s.runs, r), append(s.passes, int32(pass)), append(s.seen, false)
}

// repeat is a stretch of runs that came before: from first and length on it is that
// from earlier, or backwards from earlier.
type repeat struct {
	from, earlier, length int
	backwards             bool
}

// repeats finds what came again: five different items in a row, or twelve scans.
// Each run is looked up once and compared with the newest equal place only, so that
// the time grows with the number of runs and no more.
func (d *detector) repeats(s *sequence) {
	known := make(map[uint64]int32, len(s.runs))
	var open *repeat
	for i := range s.runs {
		if open != nil && !open.extend(s) {
			d.again(s, *open)
			open = nil
		}
		key, ok := s.row(i, leastItems, +1)
		if !ok {
			continue
		}
		if open == nil {
			open = s.earlier(known, i, key)
		}
		known[key] = int32(i)
	}
	if open != nil {
		d.again(s, *open)
	}
	d.scansAgain(s)
}

// row returns what n runs from i on are, forwards or backwards, if they are n
// different items.
func (s *sequence) row(i, n, step int) (key uint64, ok bool) {
	if end := i + step*(n-1); end < 0 || end >= len(s.runs) {
		return 0, false
	}
	for k := range n {
		item := s.runs[i+step*k].item
		if item == broken {
			return 0, false
		}
		for m := range k {
			if s.runs[i+step*m].item == item {
				return 0, false
			}
		}
		key = mix(key, uint64(item))
	}
	return key, true
}

// mix adds a number to a hash. Equal hashes are compared afterwards.
func mix(hash, n uint64) uint64 {
	hash = (hash ^ (n + 1)) * 0x9e3779b97f4a7c15
	return hash ^ hash>>29
}

// earlier returns the repeat that begins with the row at i, if there is one.
func (s *sequence) earlier(known map[uint64]int32, i int, key uint64) *repeat {
	if j, found := known[key]; found && s.same(int(j), i, leastItems, false) {
		return &repeat{from: i, earlier: int(j), length: leastItems}
	}
	back, _ := s.row(i+leastItems-1, leastItems, -1)
	if j, found := known[back]; found && s.same(int(j)+leastItems-1, i, leastItems, true) {
		return &repeat{from: i, earlier: int(j) + leastItems - 1, length: leastItems, backwards: true}
	}
	return nil
}

func (s *sequence) same(earlier, from, n int, backwards bool) bool {
	for k := range n {
		j := earlier + k
		if backwards {
			j = earlier - k
		}
		if j < 0 || s.runs[j].item != s.runs[from+k].item {
			return false
		}
	}
	return true
}

// extend makes a repeat longer by one run, if that came before too.
func (r *repeat) extend(s *sequence) bool {
	i, j := r.from+r.length, r.earlier+r.length
	if r.backwards {
		j = r.earlier - r.length
	}
	if i >= len(s.runs) || j < 0 || s.runs[i].item == broken || s.runs[i].item != s.runs[j].item {
		return false
	}
	r.length++
	return true
}

// again tells of a repeat, unless every item was counted as expected, or the pass
// only typed its own quantities anew.
func (d *detector) again(s *sequence, r repeat) {
	turn := r.backwards && r.from == r.earlier
	if turn && s.runs[r.from].scans < 2 {
		r.from, r.earlier, r.length = r.from+1, r.earlier-1, r.length-1 // counted once, before turning round
		if turn = false; r.length < leastItems {
			return
		}
	}
	earlier := r.earlier
	if r.backwards {
		earlier = r.earlier - r.length + 1
	}
	second, first := s.runs[r.from:r.from+r.length], s.runs[earlier:earlier+r.length]
	for k := range r.length {
		s.seen[r.from+k], s.seen[earlier+k] = true, true
	}
	h := Doubled{Trace: SameOrder, Items: d.itemsOf(second), Passes: [2]agent.PassID{d.passAt(s, earlier), d.passAt(s, r.from)}}
	if r.backwards {
		h.Trace = Backwards
	}
	typed := true
	for _, a := range second {
		h.Scans += int64(max(1, a.scans))
		typed = typed && a.scans == 0
	}
	if typed && h.Passes[0] == h.Passes[1] || d.allRight(h.Items) {
		return
	}
	h.Zone, h.Bin = d.where(slices.Concat(first, second))
	h.First, h.Second = d.time(first[0]), d.time(second[0])
	if turn {
		h.Second = d.time(second[1]) // the first of both is one run
	}
	if h.Second.Before(h.First) {
		h.First, h.Second, h.Passes = h.Second, h.First, [2]agent.PassID{h.Passes[1], h.Passes[0]}
	}
	d.tell(&h)
}

func (d *detector) passAt(s *sequence, i int) agent.PassID { return d.passes[s.passes[i]].ID }

func (d *detector) time(r run) time.Time { return time.Unix(d.Walks.zero+int64(r.at), 0).UTC() }

func (d *detector) allRight(items []agent.ItemID) bool {
	return !slices.ContainsFunc(items, func(id agent.ItemID) bool { return !d.judge(id).right() })
}

func (d *detector) itemsOf(runs []run) []agent.ItemID {
	var list []agent.ItemID
	seen := map[int32]bool{}
	for _, r := range runs {
		if !seen[r.item] {
			seen[r.item] = true
			list = append(list, d.items.all[r.item])
		}
	}
	return list
}

// where returns the zone of runs, and their bin if it is the same.
func (d *detector) where(runs []run) (agent.Zone, agent.Bin) {
	at := d.places.all[runs[0].place]
	for _, r := range runs {
		if d.places.all[r.place].bin != at.bin {
			return at.zone, ""
		}
	}
	return at.zone, at.bin
}
