package station_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// allowed is who may ask for what. An operation that is missing here fails the
// test: whoever adds one decides about its right here first.
var allowed = map[string][]agent.Role{
	"count.list":           counters,
	"count.scans":          counters,
	"catalog.search":       counters,
	"unknown.list":         counters,
	"catalog.teach":        managers,
	"catalog.forget":       managers,
	"catalog.taught":       managers,
	"count.widen":          counters,
	"count.left":           counters,
	"place.choices":        counters,
	"count.strays":         counters,
	"zone.uncounted":       counters,
	"zone.settle":          counters,
	"count.check":          managers,
	"count.choices":        managers,
	"plan.open":            managers,
	"plan.certificate":     managers,
	"pass.open":            counters,
	"pass.move":            counters,
	"pass.close":           counters,
	"pass.await":           counters,
	"pass.empty":           counters,
	"scan.read":            counters,
	"entry.set":            counters,
	"entry.void":           counters,
	"scan.accept":          counters,
	"damaged.list":         managers,
	"damaged.ask":          managers,
	"damaged.moved":        managers,
	"count.open":           managers,
	"count.loose":          managers,
	"count.close":          managers,
	"count.reopen":         managers,
	"count.cancel":         managers,
	"count.finish":         managers,
	"count.recount":        managers,
	"count.review":         managers,
	"count.export":         managers,
	"count.metrics":        managers,
	"item.history":         managers,
	"movements.take":       tellers,
	"movements.told":       tellers,
	"access.token":         admins,
	"plan.show":            managers,
	"count.approve":        managers,
	"delivery.decide":      managers,
	"delivery.choices":     managers,
	"count.recount-advice": managers,
	"people.add":           admins,
	"people.change":        admins,
	"people.remove":        admins,
	"people.list":          admins,
	"person.choices":       counters,
	"person.sign-in":       counters,
	"person.sign-out":      counters,
	"person.here":          counters,
	"access.link":          admins,
	"access.list":          admins,
	"access.revoke":        admins,
}

var (
	counters = []agent.Role{agent.Counter, agent.Manager, agent.Admin}
	managers = []agent.Role{agent.Manager, agent.Admin}
	admins   = []agent.Role{agent.Admin}
	tellers  = []agent.Role{agent.POS, agent.Admin}
	roles    = []agent.Role{agent.Counter, agent.Manager, agent.POS, agent.Admin, "", "Admin", "nobody"}
)

func TestEveryOperationChecksTheRole(t *testing.T) {
	s := openShop(t)
	for _, name := range s.Operations() {
		may, known := allowed[name]
		if !known {
			t.Errorf("nobody decided who may ask for %s", name)
			continue
		}
		for _, role := range roles {
			who := agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: "somebody"}, Role: role, Origin: "here"}
			before := s.head()
			_, err := s.try(who, name, struct{}{})
			forbidden := errors.Is(err, &agent.Error{Code: "forbidden"})
			if want := !slices.Contains(may, role); forbidden != want {
				t.Errorf("%s by %q: forbidden %v, want %v (%v)", name, role, forbidden, want, err)
			}
			if forbidden && s.head() != before {
				t.Errorf("%s by %q was forbidden and changed the log", name, role)
			}
		}
	}
}

// A counter never gets to see an expected quantity.
func TestCountersAreBlind(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	args := map[string]any{"count": count}
	for _, name := range []string{"count.review", "count.export", "count.approve"} {
		s.refused("forbidden", clerk, name, args)
	}
}

func TestUnknownOperationsAndArguments(t *testing.T) {
	s := openShop(t)
	s.refused("unsupported", boss, "count.burn", struct{}{})
	s.refused("bad_arguments", boss, "count.close", map[string]any{"cuont": "count-1"})
	s.refused("bad_arguments", boss, "count.close", []int{1})
}
