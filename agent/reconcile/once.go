package reconcile

import "github.com/stockhand/stockhand/agent"

// Once returns each movement of one item once, oldest first: a till's record and the
// upstream's record of one receipt are one movement.
func Once(all []agent.Movement) []agent.Movement { return merge(all, "") }
