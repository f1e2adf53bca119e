package upload

import "github.com/stockhand/stockhand/agent"

// unexplained returns what on hand changed by between two settled statements that
// no movement and no delivery of ours explains.
func unexplained(from, to agent.Book, movements []agent.Movement, applied []agent.Applied) int64 {
	rest := to.OnHand - from.OnHand
	for _, m := range movements {
		was, _ := from.Contains(m)
		is, _ := to.Contains(m)
		if is && !was {
			rest -= m.Quantity
		}
	}
	for _, a := range applied {
		if a.After >= from.Seq && a.After < to.Seq {
			rest -= a.Delta
		}
	}
	return rest
}
