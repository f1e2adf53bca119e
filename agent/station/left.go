package station

import (
	"cmp"
	"context"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// Most lines of a list that are told at once.
const (
	defaultLeft = 100
	maxLeft     = 1_000
)

// LeftOf asks what of a count's list or places nobody has counted yet.
type LeftOf struct {
	Count agent.CountID `json:"count"`
	Bin   *agent.Bin    `json:"bin,omitempty"` // only what lies there
	Limit int           `json:"limit,omitempty"`
}

// LeftToCount is the answer to LeftOf. It tells no quantity: whoever counts shall see
// what to look for and not how many.
type LeftToCount struct {
	Total int64 `json:"total"` // items in bins that the count asks for
	Left  int64 `json:"left"`
	// Bins are those in which something is left, in walking order. The empty one
	// holds what is known to lie nowhere in particular.
	Bins []LeftBin `json:"bins"`
	// Lines are the first of what is left.
	Lines []LeftLine `json:"lines"`
}

// LeftBin is how much of a bin is left.
type LeftBin struct {
	Bin   agent.Bin  `json:"bin"`
	Zone  agent.Zone `json:"zone,omitempty"`
	Total int64      `json:"total"`
	Left  int64      `json:"left"`
}

// LeftLine is an item that nobody counted in a bin yet.
type LeftLine struct {
	Bin  agent.Bin    `json:"bin"`
	Item agent.ItemID `json:"item"`
	SKU  string       `json:"sku"`
	Name string       `json:"name"`
}

func (s *Station) leftOf(ctx context.Context, c command, a LeftOf) (LeftToCount, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return LeftToCount{}, err
	}
	if a.Limit <= 0 || a.Limit > maxLeft {
		a.Limit = defaultLeft
	}
	var left LeftToCount
	err := s.store.Read(ctx, func(v agent.View) error {
		count, err := findCount(v, a.Count)
		if err != nil {
			return err
		}
		left, err = leftIn(v, count, a)
		return err
	})
	return left, err
}

// leftIn lists what a count asks for by name and has no line of. A free count asks for
// nothing by name.
func leftIn(v agent.View, count agent.Count, a LeftOf) (LeftToCount, error) {
	left := LeftToCount{Bins: []LeftBin{}, Lines: []LeftLine{}}
	if count.Scope.Free() && count.Type != agent.Full {
		return left, nil
	}
	lines, err := v.Lines(count.ID)
	if err != nil {
		return left, err
	}
	places, err := v.Places()
	if err != nil {
		return left, err
	}
	asked, err := askedLines(v, count)
	if err != nil {
		return left, err
	}
	counted, somewhere := map[place]bool{}, map[agent.ItemID]bool{}
	for _, l := range lines {
		counted[place{item: l.Item, bin: l.Bin}] = true
		somewhere[l.Item] = true
	}
	bins := map[agent.Bin]*LeftBin{}
	for _, l := range asked {
		bin := bins[l.Bin]
		if bin == nil {
			bin = &LeftBin{Bin: l.Bin}
			bins[l.Bin] = bin
		}
		bin.Total++
		left.Total++
		if counted[place{item: l.Item, bin: l.Bin}] || l.Bin == "" && somewhere[l.Item] {
			continue
		}
		bin.Left++
		left.Left++
		if a.Bin == nil || *a.Bin == l.Bin {
			left.Lines = append(left.Lines, l)
		}
	}
	left.order(bins, places)
	left.Lines = left.Lines[:min(len(left.Lines), a.Limit)]
	return left, nil
}

// order puts bins and lines into walking order: that of the places, then by name.
func (l *LeftToCount) order(bins map[agent.Bin]*LeftBin, places []agent.Place) {
	position := make(map[agent.Bin]int, len(places))
	for n, p := range places {
		if bin := bins[p.Bin]; bin != nil && bin.Zone == "" {
			bin.Zone = p.Zone
		}
		if _, known := position[p.Bin]; !known {
			position[p.Bin] = n
		}
	}
	where := func(bin agent.Bin) int {
		if n, known := position[bin]; known {
			return n
		}
		return len(places)
	}
	for _, bin := range bins {
		if bin.Left > 0 {
			l.Bins = append(l.Bins, *bin)
		}
	}
	slices.SortFunc(l.Bins, func(a, b LeftBin) int {
		return cmp.Or(cmp.Compare(where(a.Bin), where(b.Bin)), cmp.Compare(a.Bin, b.Bin))
	})
	slices.SortStableFunc(l.Lines, func(a, b LeftLine) int {
		return cmp.Or(cmp.Compare(where(a.Bin), where(b.Bin)), cmp.Compare(a.Bin, b.Bin), cmp.Compare(a.Name, b.Name))
	})
}

// askedLines returns what a count asks for by name: an item in each of its known bins
// that are in the scope.
func askedLines(v agent.View, count agent.Count) ([]LeftLine, error) {
	items, err := scope(v, count, nil, nil)
	if err != nil {
		return nil, err
	}
	in := map[agent.Bin]bool{}
	if count.Scope.HasPlaces() {
		bins, err := scopedBins(v, count.Scope)
		if err != nil {
			return nil, err
		}
		for _, bin := range bins {
			in[bin] = true
		}
	}
	var list []LeftLine
	for _, item := range items {
		if gone(item) {
			continue // nobody can scan it any more
		}
		before := len(list)
		for _, bin := range unique(item.Bins) {
			if in[bin] || len(in) == 0 {
				list = append(list, LeftLine{Bin: bin, Item: item.ID, SKU: item.SKU, Name: item.Name})
			}
		}
		if len(list) == before {
			list = append(list, LeftLine{Item: item.ID, SKU: item.SKU, Name: item.Name})
		}
	}
	return list, nil
}
