package upload

import (
	"maps"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// unexplained returns what on hand changed by since a statement, up to a settled
// one, that no movement and no delivery of ours explains. What somebody typed over
// explains nothing: between two numbers a person decides.
//
// Where the earlier statement was made in the very tick of a movement it may
// contain the movement or not: then both explain.
func unexplained(from, to agent.Book, movements []agent.Movement, applied []agent.Applied) int64 {
	rest := to.OnHand - from.OnHand
	var unclear []int64
	for _, m := range movements {
		is, _ := to.Contains(m)
		was, known := from.Contains(m)
		switch {
		case !is || was || m.Kind == agent.Edited:
		case known:
			rest -= m.Quantity
		default:
			unclear = append(unclear, m.Quantity)
		}
	}
	for _, a := range applied {
		if a.After >= from.Seq && a.After < to.Seq {
			rest -= a.Delta
		}
	}
	if canSum(unclear, rest) {
		return 0
	}
	for _, quantity := range unclear {
		rest -= quantity
	}
	return rest
}

// canSum reports whether some of the quantities, or none, add up to a total.
func canSum(quantities []int64, total int64) bool {
	sums := map[int64]bool{0: true}
	for _, q := range quantities {
		for _, sum := range slices.Collect(maps.Keys(sums)) {
			sums[sum+q] = true
		}
	}
	return sums[total]
}
