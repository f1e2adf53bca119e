package shopifysim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/Khan/genqlient/graphql"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

const (
	token    = "shpat_test"
	endpoint = "/admin/api/2026-10/graphql.json"
	document = "gid://stockhand/CycleCount/1.1"
)

var opening = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// rig is a shop behind real HTTP on loopback, and the generated client.
type rig struct {
	*testing.T
	shop   *shopifysim.Shop
	clock  *clock
	url    string
	client graphql.Client
}

func open(t *testing.T, change ...func(*shopifysim.Options)) *rig {
	t.Helper()
	c := &clock{now: opening}
	options := shopifysim.Options{Now: c.Now, Token: token, ClientID: "id", ClientSecret: "secret"}
	for _, f := range change {
		f(&options)
	}
	shop := shopifysim.New(options)
	server := httptest.NewServer(shop)
	t.Cleanup(server.Close)
	r := &rig{T: t, shop: shop, clock: c, url: server.URL}
	r.client = r.as(token)
	return r
}

// as is the generated client with an access token.
func (r *rig) as(token string) graphql.Client {
	transport := &http.Transport{}
	r.Cleanup(transport.CloseIdleConnections)
	return graphql.NewClient(r.url+endpoint, &http.Client{Transport: signed{token, transport}})
}

type signed struct {
	token string
	next  http.RoundTripper
}

func (s signed) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Shopify-Access-Token", s.token)
	return s.next.RoundTrip(r)
}

// mug is a tracked item with units on the shelf.
func (r *rig) mug(units int64) string {
	return r.shop.AddItem(shopifysim.Item{SKU: "MUG", Barcode: "4006381333931", Title: "Mug", Cost: "4.20", Tracked: true, Stocked: true, OnHand: units}).Item
}

// line sets an item from a quantity to another; a negative from is no compare.
func (r *rig) line(item string, from, to int) admin.InventoryQuantityInput {
	line := admin.InventoryQuantityInput{InventoryItemId: item, LocationId: r.shop.Main(), Quantity: to}
	if from >= 0 {
		line.ChangeFromQuantity = &from
	}
	return line
}

// set makes one SetQuantities; the error is the transport's or GraphQL's.
func (r *rig) set(key string, lines ...admin.InventoryQuantityInput) (*admin.SetPayload, error) {
	reference := document
	answer, _, err := admin.SetQuantities(context.Background(), r.client, admin.InventorySetQuantitiesInput{
		Name: "on_hand", Reason: "cycle_count_available", ReferenceDocumentUri: &reference, Quantities: lines,
	}, key)
	if err != nil {
		return nil, err
	}
	return answer.InventorySetQuantities, nil
}

// mustSet is a set that succeeds.
func (r *rig) mustSet(key string, lines ...admin.InventoryQuantityInput) *admin.SetPayload {
	r.Helper()
	payload, err := r.set(key, lines...)
	if err != nil {
		r.Fatal(err)
	}
	if len(payload.UserErrors) > 0 {
		r.Fatalf("the set was refused: %+v", payload.UserErrors[0])
	}
	return payload
}

// refused is a set that ends in user errors; it returns the first.
func (r *rig) refused(key string, lines ...admin.InventoryQuantityInput) (code string, field []string) {
	r.Helper()
	payload, err := r.set(key, lines...)
	if err != nil {
		r.Fatal(err)
	}
	if len(payload.UserErrors) == 0 || payload.InventoryAdjustmentGroup != nil {
		r.Fatalf("the set went through: %+v", payload)
	}
	first := payload.UserErrors[0]
	return string(*first.Code), first.Field
}

// adjust changes available by delta without a compare.
func (r *rig) adjust(key, item string, delta int) *admin.AdjustPayload {
	r.Helper()
	answer, _, err := admin.AdjustQuantities(context.Background(), r.client, admin.InventoryAdjustQuantitiesInput{
		Name: "available", Reason: "correction",
		Changes: []admin.InventoryChangeInput{{InventoryItemId: item, LocationId: r.shop.Main(), Delta: delta}},
	}, key)
	if err != nil {
		r.Fatal(err)
	}
	return answer.InventoryAdjustQuantities
}

// post sends bytes as they are and returns the answer's status, headers and JSON.
func (r *rig) post(body string) (*http.Response, map[string]any) {
	r.Helper()
	request, err := http.NewRequest(http.MethodPost, r.url+endpoint, bytes.NewBufferString(body))
	if err != nil {
		r.Fatal(err)
	}
	request.Header.Set("X-Shopify-Access-Token", token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		r.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil {
		r.Fatalf("%v in %s", err, text)
	}
	return response, answer
}

// topCode is the code of an answer's first top-level error, empty without one.
func topCode(answer map[string]any) string {
	listed, _ := answer["errors"].([]any)
	if len(listed) == 0 {
		return ""
	}
	extensions, _ := listed[0].(map[string]any)["extensions"].(map[string]any)
	code, _ := extensions["code"].(string)
	return code
}

func (r *rig) onHand(item string, want int64) {
	r.Helper()
	if got := r.shop.OnHand(item); got != want {
		r.Errorf("on hand is %d, want %d", got, want)
	}
}

// level reads what the API says about an item.
func (r *rig) level(item string) *admin.Level {
	r.Helper()
	answer, _, err := admin.LevelsByItems(context.Background(), r.client, []string{item}, r.shop.Main())
	if err != nil {
		r.Fatal(err)
	}
	found, ok := (*answer.Nodes[0]).(*admin.LevelNodeInventoryItem)
	if !ok {
		r.Fatalf("%q is answered with %T", item, answer.Nodes[0])
	}
	return found.InventoryLevel
}

func quantity(l *admin.Level, name string) admin.Quantity {
	for _, q := range l.Quantities {
		if q.Name == name {
			return q
		}
	}
	return admin.Quantity{}
}

// feed reads every order updated since a time.
func (r *rig) feed(since time.Time) []admin.Order {
	r.Helper()
	var all []admin.Order
	var after *string
	for {
		answer, _, err := admin.OrdersPage(context.Background(), r.client, 2, after, "updated_at:>='"+since.Format(time.RFC3339)+"'", 5)
		if err != nil {
			r.Fatal(err)
		}
		all = append(all, answer.Orders.Nodes...)
		if !answer.Orders.PageInfo.HasNextPage {
			return all
		}
		after = answer.Orders.PageInfo.EndCursor
	}
}

func (r *rig) decode(from io.Reader, into any) {
	r.Helper()
	if err := json.NewDecoder(from).Decode(into); err != nil {
		r.Fatal(err)
	}
}
