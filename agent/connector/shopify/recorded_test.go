package shopify

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// The reply was lost, the key is dead, and a person changed the same number since: the
// levels can't tell any more whether the request is in them. The history can, and it
// never says so of a request that did not arrive.
func TestTheHistoryProvesThatARequestArrived(t *testing.T) {
	for name, way := range ways() {
		for _, arrives := range []bool{true, false} {
			r := newRig(t, wish{shop: func(o *shopifysim.Options) { everyScope(o); o.History = way }})
			tea, mug := r.item("TEA", 40), r.item("MUG", 12)
			request := r.request(1, target{tea, 44}, target{mug, 10})
			if arrives {
				r.shop.LoseReplies("SetQuantities", 1)
			} else {
				r.shop.DropRequests("SetQuantities", 1)
			}
			if o := r.Send(r.Context(), request); o.Class != agent.OutcomeUnknown {
				t.Fatalf("%s: it ends as %+v", name, o)
			}
			r.clock.pass(30 * time.Second)
			check(t, r.shop.SetByHand(string(tea), 41, "Anna"))
			check(t, r.shop.SetByHand(string(mug), 12, "Anna"))
			r.clock.pass(24 * time.Hour)
			o := r.Find(r.Context(), request)
			if arrives && (o.Class != agent.OutcomeRepeated || o.Ref == "") || !arrives && o.Class == agent.OutcomeRepeated {
				t.Errorf("%s, arrived %v: found as %+v, %v", name, arrives, o, o.Problem)
			}
		}
	}
}

// An agent that was set up anew begins its numbers again: the same document on another
// change is no proof.
func TestADocumentOfTheSameNameIsNoProof(t *testing.T) {
	r := newRig(t, wish{shop: everyScope})
	tea := r.item("TEA", 40)
	r.mustApply(r.request(1, target{tea, 44}))
	r.clock.pass(time.Minute)
	again := r.request(1, target{tea, 50})
	again.Document.Key += "0"
	r.shop.DropRequests("SetQuantities", 1)
	r.Send(r.Context(), again)
	check(t, r.shop.SetByHand(string(tea), 43, "Anna"))
	r.clock.pass(24 * time.Hour)
	if o := r.Find(r.Context(), again); o.Class == agent.OutcomeRepeated {
		t.Errorf("found as %+v", o)
	}
}

// What never moved needs no feed and no history to prove it: on hand says when it
// changed last, and a web order does not change it. Where its time moves with what is
// available as well, the proof is missing more often and never wrong.
func TestOnHandItselfProvesThatNothingMoved(t *testing.T) {
	for _, loose := range []bool{false, true} {
		r := newRig(t, wish{shop: func(o *shopifysim.Options) { o.LooseStamps = loose }})
		tea := r.item("TEA", 40)
		r.clock.pass(time.Hour)
		counted := r.clock.shop()
		r.clock.pass(time.Minute)
		must(t)(r.shop.PlaceOrder("", line(tea, 3)))
		r.clock.pass(time.Minute)
		b := r.level(tea)
		if proven := b.Settled() && !b.Changed.After(counted); proven == loose || b.OnHand != 40 {
			t.Errorf("loose %v: the level is %+v", loose, b)
		}
		r.sell(tea, 2, "R1")
		r.clock.pass(time.Minute)
		if b := r.level(tea); !b.Changed.After(counted) || b.OnHand != 38 {
			t.Errorf("loose %v: after a sale the level is %+v", loose, b)
		}
	}
}
