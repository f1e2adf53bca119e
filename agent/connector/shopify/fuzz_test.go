package shopify

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// canned answers every request with the same bytes, without a network.
type canned struct {
	status int
	body   []byte
}

func (c canned) RoundTrip(*http.Request) (*http.Response, error) {
	header := http.Header{"Date": {opening.UTC().Format(http.TimeFormat)}, "X-Shopify-Api-Version": {"2026-10"}}
	return &http.Response{StatusCode: c.status, Header: header, Body: io.NopCloser(bytes.NewReader(c.body))}, nil
}

// answered is a connector that gets one answer to everything.
func answered(status int, body []byte) *Connector {
	clock := &handClock{now: opening}
	secrets, err := newAuth(func(string) (string, error) { return testToken, nil })
	if err != nil {
		panic(err)
	}
	log := slog.New(slog.DiscardHandler)
	c := &Connector{client: newClient("https://shop.example", secrets, clock, log), log: log, sizes: startSizes}
	c.client.http.Transport = canned{status, body}
	c.client.sleep = func(_ context.Context, d time.Duration) error { clock.pass(d); return nil }
	return c
}

const fuzzItem, fuzzPlace = "gid://shopify/InventoryItem/11", "gid://shopify/Location/71"

// Whatever comes in the place of an answer, nothing falls over, only a receipt
// counts as applied, what is not done is explained, and lines are those that there
// are.
func FuzzAnswers(f *testing.F) {
	for _, body := range []string{
		"", "null", "[]", "{}", `{"data":null}`, `{"data":{}}`, `{"errors":[]}`, `{"errors":[{}]}`, `{"errors":"Not Found"}`, "<html>",
		`{"data":{"inventorySetQuantities":{"inventoryAdjustmentGroup":{"id":"g","createdAt":"2026-11-24T09:00:00Z","changes":[{"name":"on_hand","delta":1,"item":{"id":"` + fuzzItem + `"}}]},"userErrors":[]}}}`,
		`{"data":{"inventorySetQuantities":{"inventoryAdjustmentGroup":null,"userErrors":[{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities","7"],"message":"m"}]}}}`,
		`{"data":{"inventorySetQuantities":{"inventoryAdjustmentGroup":null,"userErrors":[{"code":"IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED","field":null,"message":"m"}]}}}`,
		`{"errors":[{"message":"m","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":1e300,"throttleStatus":{"restoreRate":-1}}}}`,
		`{"data":{"nodes":[{"__typename":"InventoryItem","id":"` + fuzzItem + `","tracked":true,"inventoryLevel":{"id":"l","createdAt":"2026-11-24T09:00:00Z","isActive":true,"quantities":[{"name":"on_hand","quantity":2},{"name":"available","quantity":2},{"name":"committed","quantity":0}]}}]}}`,
		`{"data":{"orders":{"nodes":[{"id":"o","name":"#1","createdAt":"2026-11-24T09:00:00Z","processedAt":"2026-11-24T09:00:00Z","updatedAt":"2026-11-24T09:00:00Z","fulfillments":[{"id":"f","createdAt":"2026-11-24T09:00:00Z","updatedAt":"2026-11-24T09:00:00Z","status":"CANCELLED","location":{"id":"` + fuzzPlace + `"},"fulfillmentLineItems":{"nodes":[{"id":"x","quantity":1,"lineItem":{"variant":{"inventoryItem":{"id":"` + fuzzItem + `"}}}}],"pageInfo":{"hasNextPage":false}}}],"refunds":[]}],"pageInfo":{"hasNextPage":true,"endCursor":"c"}}}}`,
		`{"data":{"shop":{"currencyCode":"EUR"},"productVariants":{"nodes":[{"id":"v","price":"1","displayName":"n","inventoryItem":{"id":"` + fuzzItem + `"}}],"pageInfo":{"hasNextPage":false}}}}`,
		`{"access_token":"t","expires_in":1e308}`,
	} {
		f.Add(200, []byte(body))
	}
	f.Add(200, []byte(`{"data":{"nodes":[{"__typename":"InventoryItem","id":"`+fuzzItem+`","variants":null},null],"shopifyqlQuery":{"parseErrors":[],"tableData":{"rows":[]}}}}`))
	f.Add(200, []byte(`{"data":{"inventoryTransfers":{"nodes":[{"id":"t","status":"IN_PROGRESS","lineItems":{"nodes":[{"id":"l"}],"pageInfo":{"hasNextPage":false}},"shipments":{"nodes":[{"id":"s","status":"DRAFT"}],"pageInfo":{"hasNextPage":false}}}],"pageInfo":{"hasNextPage":false}}}}`))
	f.Add(302, []byte(""))
	f.Add(503, []byte("<html>"))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 100 || status > 999 {
			return
		}
		c := answered(status, body)
		doc, err := c.Plan(operation(planned(fuzzItem, 1, 1, 1)))
		if err != nil {
			t.Fatal(err)
		}
		request := agent.Request{Location: fuzzPlace, Document: doc, Lines: operation(planned(fuzzItem, 1, 1, 1)).Lines, FirstSent: opening, Attempts: 1}
		for range 2 {
			holds(t, c.Send(t.Context(), request), body)
			request.Attempts++
		}
		if o := c.Find(t.Context(), request); o.Class != agent.OutcomeRepeated && o.Problem == nil {
			t.Errorf("looking up ends as %+v", o)
		}
		books, err := c.Levels(t.Context(), fuzzPlace, []agent.ItemID{fuzzItem, "SKU-1"})
		if len(books) > 1 || err != nil && agent.AsError(err).Code == "internal" {
			t.Errorf("levels: %v, %v", books, err)
		}
		items := []agent.ItemID{fuzzItem, "SKU-1"}
		for _, err := range []error{
			second(c.Catalog(t.Context(), fuzzPlace, "")), second(c.Movements(t.Context(), fuzzPlace, "")), second(c.Locations(t.Context())),
			second(c.Survey(t.Context(), fuzzPlace, items)), second(c.History(t.Context(), fuzzPlace, items, opening.Add(-time.Hour))), second(c.Transfers(t.Context(), fuzzPlace)),
		} {
			if err != nil && agent.AsError(err).Code == "internal" {
				t.Errorf("an error without words: %v", err)
			}
		}
		if len(c.Check(t.Context())) == 0 {
			t.Error("the check finds nothing")
		}
	})
}

func second[T any](_ T, err error) error { return err }

func holds(t *testing.T, o agent.Outcome, body []byte) {
	t.Helper()
	done := o.Class == agent.OutcomeApplied || o.Class == agent.OutcomeRepeated
	if done && !bytes.Contains(bytes.ToLower(body), []byte("inventoryadjustmentgroup")) && !bytes.Contains(body, []byte("quantities")) && !strings.Contains(string(body), `\u`) {
		t.Errorf("%q was taken for done", body)
	}
	if !done && (o.Problem == nil || o.Problem.What == "") {
		t.Errorf("%q ends without words as %+v", body, o)
	}
	for _, l := range o.Lines {
		if l.Index != 0 || l.Problem == nil {
			t.Errorf("%q names the line %+v", body, l)
		}
	}
	if o.After < 0 || o.After > maxAfter {
		t.Errorf("%q makes us wait %v", body, o.After)
	}
}

// Whatever is stored for a cursor, the feed goes on from it or from far enough
// back, and claims nothing about the future.
func FuzzCursor(f *testing.F) {
	for _, c := range []cursor{{}, {Since: opening}, {Since: opening, Look: opening, Began: opening, After: "x", Lag: time.Second}} {
		f.Add(c.String())
	}
	f.Add(`{"since":"0001-01-01T00:00:00Z","lag":9223372036854775807}`)
	f.Add(`{"since":"2026-11-24T08:59:00Z","history":"2099-01-01T00:00:00Z","first":"0001-01-01T00:00:00Z","told":-7}`)
	body := []byte(`{"data":{"orders":{"nodes":[],"pageInfo":{"hasNextPage":false}},"shop":{"id":"1"}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		c := answered(200, body)
		page, err := c.Movements(t.Context(), fuzzPlace, text)
		if err != nil {
			t.Fatal(err)
		}
		if page.Complete.After(opening.Add(2*time.Second)) || page.Next == "" || !json.Valid([]byte(page.Next)) {
			t.Errorf("%q leads to %+v", text, page)
		}
	})
}

func FuzzMoney(f *testing.F) {
	f.Add("12.50", "EUR")
	f.Add("-0.0005", "KWD")
	f.Fuzz(func(t *testing.T, amount, currency string) {
		if m := money(amount, currency); m.Currency != "" && m.Currency != currency {
			t.Errorf("%q %q is read as %+v", amount, currency, m)
		}
	})
}
