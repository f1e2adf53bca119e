package shopify

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

func TestAHealthyShopIsFineInEveryRespect(t *testing.T) {
	r := newRig(t, wish{})
	r.level(r.item("TEA", 1))
	for _, code := range []string{"shopify.reached", "shopify.scopes", "shopify.version", "shopify.clock", "shopify.search-lag", "shopify.location"} {
		if f := find(r.Check(t.Context()), code); f.Severity != agent.Fine {
			t.Errorf("%s: %+v", code, f)
		}
	}
}

func TestEachMissingScopeIsNamedWithWhatItIsFor(t *testing.T) {
	for _, missing := range scopes {
		r := newRig(t, wish{})
		held := slices.DeleteFunc(slices.Clone(shopifysim.AllScopes), func(s string) bool { return s == missing.name || s == "write_inventory" })
		r.shop.SetScopes(held...)
		f := slices.IndexFunc(r.Check(t.Context()), func(f agent.Finding) bool {
			return f.Severity == agent.Broken && strings.Contains(f.What, missing.name) && f.Means == missing.gives && strings.Contains(f.Do, missing.name)
		})
		if f < 0 {
			t.Errorf("%s is missing and not named: %+v", missing.name, r.Check(t.Context()))
		}
	}
}

func TestWhoMayWriteMayRead(t *testing.T) {
	r := newRig(t, wish{})
	r.shop.SetScopes("write_products", "write_inventory", "read_locations", "write_orders")
	if f := find(r.Check(t.Context()), "shopify.scopes"); f.Severity != agent.Fine {
		t.Errorf("%+v", f)
	}
}

func TestWhatAPersonMustPutRightIsBroken(t *testing.T) {
	for name, tt := range map[string]struct {
		code string
		do   func(*rig)
	}{
		"a version of tomorrow": {"shopify.version", nil},
		"a closed location":     {"shopify.location", func(r *rig) { _ = r.shop.CloseLocation(r.shop.Main()) }},
		"a fulfilment service's location": {"shopify.location", func(r *rig) {
			r.used = agent.LocationID(r.shop.AddFulfilmentService("Parcels & Co."))
		}},
		"a location that is gone": {"shopify.location", func(r *rig) { r.used = "gid://shopify/Location/1" }},
		"no access":               {"shopify.token", func(r *rig) { r.shop.RevokeTokens() }},
		"no shop":                 {"shopify.not-found", func(r *rig) { r.shop.Fail(shopifysim.Fault{Effect: shopifysim.Status(404, 0)}) }},
		"nonsense":                {"shopify.nonsense", func(r *rig) { r.garble([]byte(`{"data":{}}`)) }},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, wish{shop: func(o *shopifysim.Options) {
				if tt.do == nil {
					o.Version = "2027-10"
				}
			}})
			r.level(r.item("TEA", 1))
			if tt.do != nil {
				tt.do(r)
			}
			findings := r.Check(t.Context())
			if f := find(findings, tt.code); f.Severity != agent.Broken || f.Means == "" || f.Do == "" {
				t.Errorf("%+v", findings)
			}
		})
	}
}

func TestBeforeALocationIsChosenAllAreJudged(t *testing.T) {
	r := newRig(t, wish{})
	r.shop.AddFulfilmentService("Parcels & Co.")
	if f := find(r.Check(t.Context()), "shopify.location"); f.Severity != agent.Fine || !strings.Contains(f.What, "1 of 2") {
		t.Errorf("%+v", f)
	}
	all, err := r.Locations(t.Context())
	if err != nil || len(all) != 1 || all[0].Name != "Main" {
		t.Errorf("to choose from are %+v, %v: a fulfilment service's stock is not ours to count", all, err)
	}
	if err := r.shop.CloseLocation(r.shop.Main()); err != nil {
		t.Fatal(err)
	}
	if f := find(r.Check(t.Context()), "shopify.location"); f.Severity != agent.Broken {
		t.Errorf("%+v", f)
	}
}

func TestADifferenceOfTheClocksIsTold(t *testing.T) {
	for _, ahead := range []time.Duration{-3 * time.Hour, 10 * time.Minute} {
		r := newRig(t, wish{})
		r.clock.skew(ahead)
		if f := find(r.Check(t.Context()), "shopify.clock"); f.Severity != agent.Warning || f.Do == "" {
			t.Errorf("the shop is ahead by %v: %+v", ahead, f)
		}
	}
}
