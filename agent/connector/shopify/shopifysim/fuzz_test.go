package shopifysim_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// Whatever is posted is answered with JSON, and the shop goes on.
func FuzzRequest(f *testing.F) {
	for _, query := range []string{admin.SetQuantities_Operation, admin.OrdersPage_Operation, admin.LevelsByItems_Operation} {
		body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{
			"key": "k", "first": 2, "lines": 2, "query": "updated_at:>'2026-11-24T09:00:00Z'", "ids": []any{"gid://shopify/InventoryItem/1002"},
			"location": "gid://shopify/Location/1001", "input": map[string]any{"name": "on_hand", "reason": "correction", "quantities": []any{
				map[string]any{"inventoryItemId": "gid://shopify/InventoryItem/1002", "locationId": "gid://shopify/Location/1001", "quantity": 1, "changeFromQuantity": nil},
			}},
		}})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(body))
	}
	f.Add(`{"query":"{shop{id}}","variables":{"a":[1,{"b":null}]}}`)
	f.Add(`{"query":"query($n:Int){orders(first:$n){nodes{id}}}","variables":{"n":1e300}}`)
	f.Add(`{"query":"fragment F on Order{id ...F} {orders(first:1){nodes{...F}}}"}`)
	shop := shopifysim.New(shopifysim.Options{Token: token, BucketSize: 1e12})
	shop.AddItem(shopifysim.Item{SKU: "A", Tracked: true, Stocked: true, OnHand: 3})
	f.Fuzz(func(t *testing.T, body string) {
		request := httptest.NewRequest(http.MethodPost, endpoint, strings.NewReader(body))
		request.Header.Set("X-Shopify-Access-Token", token)
		answer := httptest.NewRecorder()
		shop.ServeHTTP(answer, request)
		if !json.Valid(answer.Body.Bytes()) {
			t.Errorf("the answer is no JSON: %s", answer.Body)
		}
	})
}
