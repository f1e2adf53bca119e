package reconcile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// Differing is an item with a variance, for the search of what may have been taken
// for something else.
type Differing struct {
	Item     agent.Item
	Variance agent.Interval
	// Bins are where it is known or was counted.
	Bins []agent.Bin
}

// sign returns on which side of nothing a variance certainly lies.
func (d Differing) sign() int {
	switch {
	case d.Variance.Hi < 0:
		return -1
	case d.Variance.Lo > 0:
		return 1
	}
	return 0
}

// size returns how far from nothing a variance certainly is.
func (d Differing) size() int64 { return min(abs(d.Variance.Lo), abs(d.Variance.Hi)) }

// Offset is a hint that two items may have been mixed up: one is missing here, the
// other one is over there.
type Offset struct {
	Missing agent.ItemID   `json:"missing"`
	Over    agent.ItemID   `json:"over"`
	Lost    agent.Interval `json:"lost"`  // the variance of what is missing
	Found   agent.Interval `json:"found"` // the variance of what is over
	// Score orders the hints; it means nothing by itself.
	Score int      `json:"score"`
	Why   []string `json:"why"`
	// Sentence says it in words.
	Sentence string `json:"sentence"`
}

const (
	// sameSize and likeSize are what opposite variances of one size, or nearly, say.
	sameSize, likeSize = 3, 1
	// leastScore is from how much on a pair is told of, mostOffsets how many pairs are,
	// and mostOfOne how many of one item.
	leastScore, mostOffsets, mostOfOne = 5, 20, 3
	// nearest is how many items of the other sign are looked at for each likeness, and
	// mostSuspects how many items in all: those with the greatest variances.
	nearest, mostSuspects = 8, 10_000
)

// Offsets returns pairs of items with opposite variances that may have been mixed up,
// the likeliest first. places are the bins in walking order: neighbours there are
// neighbours. A hint costs one look; nothing is corrected by it.
func Offsets(items []Differing, places []agent.Place) []Offset {
	o := offsets{at: map[agent.Bin]int{}, zones: map[agent.Bin]agent.Zone{}}
	for n, p := range places {
		o.at[p.Bin], o.zones[p.Bin] = n, p.Zone
	}
	for _, d := range items {
		if d.sign() != 0 {
			o.items = append(o.items, suspectOf(d))
		}
	}
	slices.SortFunc(o.items, func(a, b suspect) int {
		return cmp.Or(cmp.Compare(a.size(), b.size()), cmp.Compare(a.Item.ID, b.Item.ID))
	})
	o.items = o.items[max(0, len(o.items)-mostSuspects):]
	o.search()
	return o.best()
}

type offsets struct {
	items []suspect
	at    map[agent.Bin]int
	zones map[agent.Bin]agent.Zone
	found []scored
}

// scored is a pair that may have been mixed up, by its places among the items.
type scored struct {
	missing, over int32
	score         int
}

// shared is something by which items are alike, and one of the items that have it.
type shared struct {
	key  uint64
	item int32
}

// search looks at the pairs worth a look. Comparing every item with every other one
// would take hours; so only those are compared that share a sign of likeness, and of
// very many only those whose sizes are nearest: the items are in the order of size.
func (o *offsets) search() {
	var all []shared
	for n := range o.items {
		o.keys(&o.items[n], func(key uint64) { all = append(all, shared{key, int32(n)}) })
	}
	slices.SortFunc(all, func(a, b shared) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.item, b.item)) })
	var missing, over []int32
	for from := 0; from < len(all); {
		missing, over = missing[:0], over[:0]
		to := from
		for ; to < len(all) && all[to].key == all[from].key; to++ {
			if n := all[to].item; o.items[n].sign() < 0 {
				missing = append(missing, n)
			} else {
				over = append(over, n)
			}
		}
		o.pair(missing, over)
		from = to
	}
}

func (o *offsets) pair(missing, over []int32) {
	if len(over) == 0 {
		return
	}
	for _, m := range missing {
		size := o.items[m].size()
		at, _ := slices.BinarySearchFunc(over, size, func(n int32, size int64) int { return cmp.Compare(o.items[n].size(), size) })
		for _, n := range over[max(0, at-nearest/2):min(len(over), at+nearest/2)] {
			if score, _ := o.weigh(&o.items[m], &o.items[n]); score >= leastScore {
				o.found = append(o.found, scored{m, n, score})
			}
		}
	}
	if len(o.found) > 1<<16 {
		o.sort()
		o.found = o.found[:min(len(o.found), 1<<12)]
	}
}

// sort brings the likeliest pairs to the front, each once.
func (o *offsets) sort() {
	slices.SortFunc(o.found, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(o.items[b.missing].size(), o.items[a.missing].size()),
			cmp.Compare(o.items[a.missing].Item.ID, o.items[b.missing].Item.ID), cmp.Compare(o.items[a.over].Item.ID, o.items[b.over].Item.ID))
	})
	o.found = slices.Compact(o.found)
}

// best returns the likeliest pairs, few of each item.
func (o *offsets) best() []Offset {
	o.sort()
	used := map[int32]int{}
	told := []Offset{}
	for _, p := range o.found {
		if len(told) == mostOffsets {
			break
		}
		if used[p.missing] < mostOfOne && used[p.over] < mostOfOne {
			used[p.missing]++
			used[p.over]++
			told = append(told, o.tell(&o.items[p.missing], &o.items[p.over]))
		}
	}
	return told
}

// evidence is what speaks for a mix-up, a bit for each of its reasons.
type evidence int

// reasons are what can speak for a mix-up, and how much.
var reasons = []struct {
	points int
	words  string
}{
	{3, "their barcodes differ in one place"},
	{3, "their SKUs differ in one place"},
	{2, "their names are alike"},
	{2, "both lie in %s"},
	{1, "they lie side by side"},
	{1, "they cost the same"},
}

const (
	likeBarcode evidence = 1 << iota
	likeSKU
	likeName
	sameBin
	neighbourBin
	samePrice
)

// weigh says how much speaks for a mix-up of two items, and what.
func (o *offsets) weigh(missing, over *suspect) (score int, why evidence) {
	note := func(holds bool, e evidence) {
		if holds {
			why |= e
		}
	}
	note(likeCodes(missing, over), likeBarcode)
	note(near(missing.sku, over.sku), likeSKU)
	note(likeNames(missing.words, over.words), likeName)
	bin, next := o.close(missing.Bins, over.Bins)
	note(bin != "", sameBin)
	note(bin == "" && next, neighbourBin)
	price := missing.Item.Price
	note(price.Currency != "" && price == over.Item.Price, samePrice)
	// The size alone says nothing: many items lack one. Nor does a price alone.
	if why&(likeBarcode|likeSKU|likeName) == 0 && (why&(sameBin|neighbourBin) == 0 || why&samePrice == 0) {
		return 0, 0
	}
	for n, r := range reasons {
		if why&(1<<n) != 0 {
			score += r.points
		}
	}
	switch sum := missing.Variance.Plus(over.Variance); {
	case sum.Lo <= 0 && sum.Hi >= 0:
		score += sameSize
	case min(missing.size(), over.size())*2 >= max(missing.size(), over.size()):
		score += likeSize
	}
	return score, why
}

func (o *offsets) tell(missing, over *suspect) Offset {
	score, evidence := o.weigh(missing, over)
	bin, _ := o.close(missing.Bins, over.Bins)
	var why []string
	for n, r := range reasons {
		if evidence&(1<<n) != 0 {
			why = append(why, strings.ReplaceAll(r.words, "%s", string(bin)))
		}
	}
	return Offset{
		Missing: missing.Item.ID, Over: over.Item.ID, Lost: missing.Variance, Found: over.Variance, Score: score, Why: why,
		Sentence: fmt.Sprintf("%s is %s short and %s is %s over: %s. They may have been taken for each other; look at both before you correct them.",
			named(missing.Item), amountOf(missing.Variance), named(over.Item), amountOf(over.Variance), listed(why)),
	}
}

// named returns what people call an item, with its SKU.
func named(i agent.Item) string {
	switch {
	case i.Name == "" && i.SKU == "":
		return string(i.ID)
	case i.Name == "":
		return i.SKU
	case i.SKU == "":
		return i.Name
	}
	return fmt.Sprintf("%s (%s)", i.Name, i.SKU)
}

// amountOf writes a variance without its sign.
func amountOf(i agent.Interval) string {
	lo, hi := min(abs(i.Lo), abs(i.Hi)), max(abs(i.Lo), abs(i.Hi))
	if lo == hi {
		return fmt.Sprint(lo)
	}
	return fmt.Sprintf("%d to %d", lo, hi)
}

func listed(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
