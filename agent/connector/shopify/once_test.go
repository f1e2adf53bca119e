package shopify

import (
	"fmt"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
	"pgregory.net/rapid"
)

// effects are what can befall an attempt.
func effects() map[string]shopifysim.Effect {
	return map[string]shopifysim.Effect{
		"cut": shopifysim.Cut(), "half": shopifysim.Truncated(), "page": shopifysim.HTML(), "503": shopifysim.Status(503, 0),
		"429": shopifysim.Status(429, time.Second), "401": shopifysim.Status(401, 0), "throttled": shopifysim.TopLevel("THROTTLED"),
		"internal": shopifysim.TopLevel("INTERNAL_SERVER_ERROR"), "line": shopifysim.UserError(0, "INVALID_INVENTORY_ITEM"),
		"unavailable": shopifysim.UserError(0, "SERVICE_UNAVAILABLE"),
	}
}

// Whatever befalls the attempts of a request, what its outcome says is true: done
// is done once, and what goes back to be planned was not done. Goods are sold and
// brought back meanwhile, some as many as the request takes away; the connector
// is started anew; the key dies.
func TestWhatAnOutcomeSaysIsTrue(t *testing.T) {
	names := []string{"", "", "cut", "half", "page", "503", "429", "401", "throttled", "internal", "line", "unavailable"}
	ends := make(map[string]int)
	rapid.Check(t, func(draw *rapid.T) {
		r := newRig(t, wish{secrets: credentials})
		defer func() { r.client.http.CloseIdleConnections() }()
		tea := r.item("TEA", 40)
		delta := rapid.SampledFrom([]int64{-1, -2, 3}).Draw(draw, "delta")
		request := r.request(1, target{tea, 40 + delta})
		var sales []string
		o := agent.Outcome{Class: agent.OutcomeLater}
		for range rapid.IntRange(1, 8).Draw(draw, "attempts") {
			if name := rapid.SampledFrom(names).Draw(draw, "fault"); name != "" {
				r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Executed: rapid.Bool().Draw(draw, "executed"), Effect: effects()[name]})
			}
			switch rapid.SampledFrom([]string{"nothing", "nothing", "sell", "restart", "refund"}).Draw(draw, "meanwhile") {
			case "sell":
				sales = append(sales, r.sell(tea, rapid.Int64Range(1, 2).Draw(draw, "units"), ""))
			case "restart":
				r.client.http.CloseIdleConnections()
				r.Connector = r.connect(`search_lag = "0s"`)
			case "refund":
				if len(sales) > 0 {
					_, _ = r.shop.Refund(rapid.SampledFrom(sales).Draw(draw, "sale"), true, shopifysim.Line{Item: string(tea), Quantity: 1})
				}
			}
			if o = r.again(request); o.Class != agent.OutcomeLater && o.Class != agent.OutcomeUnknown {
				break
			}
			request.Attempts++
		}
		r.shop.ClearFaults()
		way := "sent"
		if o.Class == agent.OutcomeLater || o.Class == agent.OutcomeUnknown {
			r.clock.pass(keyLife)
			way, o = "found", r.Find(t.Context(), request)
		}
		ends[fmt.Sprint(way, " ", o.Class)]++
		done := 0
		for _, change := range r.shop.History(string(tea)) {
			if change.Who == "app" {
				done++
			}
		}
		switch o.Class {
		case agent.OutcomeApplied, agent.OutcomeRepeated:
			if done != 1 {
				draw.Fatalf("%s: called %q, carried out %d times", way, o.Class, done)
			}
		case agent.OutcomeConflict, agent.OutcomeRejected, agent.OutcomeLater:
			if done != 0 {
				draw.Fatalf("%s: called %q, carried out %d times", way, o.Class, done)
			}
		default:
			draw.Fatalf("%s: everything that moved is in the orders, yet it ends as %q: %v", way, o.Class, o.Problem)
		}
	})
	t.Log(ends)
}
