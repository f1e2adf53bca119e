package shopify

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/faultproxy"
)

// On real connections: whatever befalls the first, the second or the third of three
// requests, the same bytes bring it to its end, once, and the token goes nowhere else.
func TestRequestsOutliveBrokenConnections(t *testing.T) {
	for _, kind := range faultproxy.Kinds {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, wish{})
			elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
			defer elsewhere.Close()
			proxy := faultproxy.New(http.HandlerFunc(r.serve))
			defer proxy.Close()
			server := httptest.NewServer(proxy)
			defer server.Close()
			r.url = server.URL
			r.Connector = r.connect(`search_lag = "0s"`)
			r.client.http.Transport = proxy.Detour(r.client.http.Transport)
			for n := range 3 {
				item := r.item([]string{"TEA", "CUP", "POT"}[n], 40)
				request := r.request(n+1, target{item, 37})
				proxy.Fail(faultproxy.Fault{Kind: kind, Of: "SetQuantities", Other: elsewhere.URL})
				if kind == faultproxy.Slow {
					r.client.http.Timeout = 50 * time.Millisecond
				}
				first := r.Send(t.Context(), request)
				r.client.http.Timeout = answerTime
				if want := outcomeOf(kind); first.Class != want {
					t.Errorf("request %d ends as %q, %v; must be %q", n+1, first.Class, first.Problem, want)
				}
				done := r.again(request)
				for tries := 0; done.Class == agent.OutcomeLater && tries < 100; tries++ {
					done = r.again(request) // the slow one is still under way
				}
				if done.Class != agent.OutcomeApplied && done.Class != agent.OutcomeRepeated {
					t.Errorf("the repeat of request %d ends as %q, %v", n+1, done.Class, done.Problem)
				}
				r.onHand(item, 37)
				if changes := r.shop.History(string(item)); changes[len(changes)-1].Delta != -3 {
					t.Errorf("the shop's history is %v", changes)
				}
				r.secretKept(first.Problem.Error())
			}
			if proxy.Struck() != 3 {
				t.Errorf("%d faults", proxy.Struck())
			}
		})
	}
}

// outcomeOf is what is known after a fault of a kind: only where nothing can have
// arrived may it be called so.
func outcomeOf(kind faultproxy.Kind) agent.OutcomeClass {
	if kind == faultproxy.Untrusted {
		return agent.OutcomeLater
	}
	return agent.OutcomeUnknown
}
