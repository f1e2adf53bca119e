package plan

import (
	"bytes"
	"crypto/sha256"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// Sample is what a spot check looks at, and how it was drawn.
type Sample struct {
	// Seed is what it was drawn by. Without one nobody can prove that it was drawn.
	Seed string `json:"seed"`
	// Right and Confidence are what it shall certify if nothing is wrong, in basis
	// points.
	Right      int64     `json:"right"`
	Confidence int64     `json:"confidence"`
	Strata     []Stratum `json:"strata"`
}

// Stratum is the part of a sample that was drawn from one class.
type Stratum struct {
	Class Class          `json:"class"`
	Of    int64          `json:"of"` // items of the class
	Items []agent.ItemID `json:"items"`
}

// Member is an item from which a sample can be drawn.
type Member struct {
	Item  agent.ItemID
	Class Class
}

// Draw draws a sample from members by a seed: from each class its share, at least
// one, and as many in all that a flawless check certifies what the rules ask for.
// The drawn are those with the smallest SHA-256 of seed, newline and item: whoever
// has the seed can draw them again, and nobody can choose them.
//
// Source: stratified discovery sampling without replacement ("stop and go" sampling
// of auditors, Clamshell Beach Press working paper 57-02); SAP's inventory sampling
// draws by chance with a chosen confidence, too.
func Draw(members []Member, seed string, r Rules) Sample {
	r = r.WithDefaults()
	s := Sample{Seed: seed, Right: r.Right, Confidence: r.Confidence}
	byClass := map[Class][]agent.ItemID{}
	for _, m := range members {
		byClass[m.Class] = append(byClass[m.Class], m.Item)
	}
	for _, c := range Classes {
		if n := int64(len(byClass[c])); n > 0 {
			s.Strata = append(s.Strata, Stratum{Class: c, Of: n})
		}
	}
	for i, n := range shares(s.Strata, r) {
		s.Strata[i].Items = drawn(byClass[s.Strata[i].Class], seed, n)
	}
	return s
}

// drawn returns the n items with the smallest hashes, in that order.
func drawn(all []agent.ItemID, seed string, n int64) []agent.ItemID {
	type lot struct {
		hash [sha256.Size]byte
		item agent.ItemID
	}
	lots := make([]lot, len(all))
	for i, item := range all {
		lots[i] = lot{sha256.Sum256([]byte(seed + "\n" + string(item))), item}
	}
	slices.SortFunc(lots, func(a, b lot) int { return bytes.Compare(a.hash[:], b.hash[:]) })
	list := make([]agent.ItemID, n)
	for i := range list {
		list[i] = lots[i].item
	}
	return list
}

// shares returns how many are drawn from each stratum: in proportion, at least one,
// and more of the least drawn one until a flawless check certifies enough.
func shares(strata []Stratum, r Rules) []int64 {
	var all int64
	for _, s := range strata {
		all += s.Of
	}
	n := make([]int64, len(strata))
	if all == 0 {
		return n
	}
	size := SampleSize(all, r.Right, r.Confidence)
	for i, s := range strata {
		n[i] = max(1, size*s.Of/all)
	}
	for wrong := leastWrong(all, r.Right); likeliest(strata, n, wrong) > risk(r.Confidence); {
		n[leastDrawn(strata, n)]++
	}
	return n
}

func leastDrawn(strata []Stratum, n []int64) int {
	least, share := 0, 2.0
	for i, s := range strata {
		if have := float64(n[i]) / float64(s.Of); have < share {
			least, share = i, have
		}
	}
	return least
}

// Items returns all items of the sample, class by class.
func (s Sample) Items() []agent.ItemID {
	var list []agent.ItemID
	for _, stratum := range s.Strata {
		list = append(list, stratum.Items...)
	}
	return list
}

// Of returns how many items the sample was drawn from.
func (s Sample) Of() int64 {
	var n int64
	for _, stratum := range s.Strata {
		n += stratum.Of
	}
	return n
}

// DrawnFrom reports whether the sample is what its seed draws from members.
func (s Sample) DrawnFrom(members []Member) bool {
	again := Draw(members, s.Seed, Rules{Right: s.Right, Confidence: s.Confidence})
	return s.Seed != "" && slices.EqualFunc(s.Strata, again.Strata, func(a, b Stratum) bool {
		return a.Class == b.Class && a.Of == b.Of && slices.Equal(a.Items, b.Items)
	})
}
