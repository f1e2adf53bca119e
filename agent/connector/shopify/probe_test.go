package shopify

import (
	"fmt"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// probed runs a probe and returns what was seen, by code.
func (r *rig) probed(items []agent.ItemID, own ...agent.Request) map[string]agent.Probed {
	r.Helper()
	told, err := r.Probe(r.Context(), r.at(), items, own)
	if err != nil {
		r.Fatal(err)
	}
	by := make(map[string]agent.Probed)
	for _, p := range told {
		if p.Claim == "" || p.ByHand == "" || p.Seen == "" || by[p.Code].Code != "" {
			r.Errorf("told %+v", p)
		}
		by[p.Code] = p
	}
	return by
}

// The simulated shop plays both, so both must be seen.
func TestAProbeSeesWhetherTheTimeOfOnHandMovesWithItAlone(t *testing.T) {
	for loose, want := range map[bool]agent.ProbeResult{false: agent.SeenSo, true: agent.SeenOtherwise} {
		r := newRig(t, wish{shop: func(o *shopifysim.Options) { everyScope(o); o.LooseStamps = loose }})
		tea := r.item("TEA", 40)
		r.clock.pass(time.Minute)
		if p := r.probed([]agent.ItemID{tea})["on-hand-stamp"]; p.Seen != agent.NotSeen {
			t.Errorf("before anything moved: %+v", p)
		}
		r.sell(tea, 1, "R1")
		r.clock.pass(time.Minute)
		must(t)(r.shop.PlaceOrder("", line(tea, 2)))
		r.clock.pass(time.Minute)
		if p := r.probed([]agent.ItemID{tea})["on-hand-stamp"]; p.Seen != want {
			t.Errorf("loose %v: %+v", loose, p)
		}
	}
}

func TestAProbeReadsCostsReceiptsAndLabelsAndWritesNothing(t *testing.T) {
	r := newRig(t, wish{shop: everyScope, secrets: map[string]string{"shopify.client-id": "app", "shopify.client-secret": "hush-hush"}})
	var items []agent.ItemID
	for i := range 60 {
		items = append(items, r.item(fmt.Sprint("S", i), 5))
	}
	request := r.request(1, target{items[0], 7})
	o := r.mustApply(request)
	request.Outcome = &o
	r.clock.pass(time.Hour)
	applied := r.shop.Counters().Applied
	seen := r.probed(items, request)
	for _, code := range []string{"level-cost", "client-credentials", "reason-label", "receipts"} {
		if seen[code].Seen != agent.SeenSo {
			t.Errorf("%s: %+v", code, seen[code])
		}
	}
	for _, p := range byHand {
		if seen[p.Code].Seen != agent.NotSeen {
			t.Errorf("%s: %+v", p.Code, seen[p.Code])
		}
	}
	if now := r.shop.Counters().Applied; now != applied {
		t.Errorf("%d writes were made", now-applied)
	}
	for _, p := range seen {
		r.secretKept(p.Why, p.Claim)
	}
	gone := request
	gone.Outcome = &agent.Outcome{Ref: "gid://shopify/InventoryAdjustmentGroup/1"}
	if p := r.probed(items, gone)["receipts"]; p.Seen != agent.SeenOtherwise {
		t.Errorf("a receipt that is gone: %+v", p)
	}
}

func TestWithoutThePermissionAProbeSaysWhatItCouldNotSee(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	seen := r.probed([]agent.ItemID{tea})
	for _, code := range []string{"on-hand-stamp", "reason-label"} {
		if p := seen[code]; p.Seen != agent.NotSeen || p.Why == "" {
			t.Errorf("%s: %+v", code, p)
		}
	}
	if p := seen["client-credentials"]; p.Seen != agent.NotSeen {
		t.Errorf("%+v", p)
	}
}
