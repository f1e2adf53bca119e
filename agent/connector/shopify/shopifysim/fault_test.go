package shopifysim_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Khan/genqlient/graphql"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

func TestALostReplyIsRepeatedWithoutASecondApplication(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	r.shop.LoseReplies("SetQuantities", 2)
	for range 2 {
		if _, err := r.set("k1", r.line(mug, 12, 9)); err == nil {
			t.Fatal("the reply arrived")
		}
		r.onHand(mug, 9)
	}
	r.mustSet("k1", r.line(mug, 12, 9))
	r.onHand(mug, 9)
	if c := r.shop.Counters(); c.Applied != 1 || c.Replayed != 2 || c.Faulted != 2 {
		t.Errorf("counted %+v", c)
	}
}

func TestADroppedRequestIsNotCarriedOut(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	r.shop.DropRequests("SetQuantities", 1)
	if _, err := r.set("k1", r.line(mug, 12, 9)); err == nil {
		t.Fatal("the reply arrived")
	}
	r.onHand(mug, 12)
	r.mustSet("k1", r.line(mug, 12, 9))
	r.onHand(mug, 9)
}

func TestEachFaultSpoilsTheAnswerBeforeOrAfterTheWork(t *testing.T) {
	tests := []struct {
		name   string
		effect shopifysim.Effect
		want   string // in the client's error
	}{
		{"cut", shopifysim.Cut(), "EOF"},
		{"401", shopifysim.Status(401, 0), "401"},
		{"402", shopifysim.Status(402, 0), "402"},
		{"403", shopifysim.Status(403, 0), "403"},
		{"404", shopifysim.Status(404, 0), "404"},
		{"423", shopifysim.Status(423, 0), "423"},
		{"429", shopifysim.Status(429, 2*time.Second), "429"},
		{"430", shopifysim.Status(430, 0), "430"},
		{"500", shopifysim.Status(500, 0), "500"},
		{"502", shopifysim.Status(502, 0), "502"},
		{"503", shopifysim.Status(503, 0), "503"},
		{"a web page", shopifysim.HTML(), "invalid character '<'"},
		{"half an answer", shopifysim.Truncated(), "unexpected EOF"},
		{"an internal error", shopifysim.TopLevel("INTERNAL_SERVER_ERROR"), "simulated shop failed"},
	}
	for _, test := range tests {
		for _, executed := range []bool{false, true} {
			r := open(t)
			mug := r.mug(12)
			r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Executed: executed, Effect: test.effect})
			if _, err := r.set("k1", r.line(mug, 12, 9)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: got %v", test.name, err)
			}
			want := int64(12)
			if executed {
				want = 9
			}
			r.onHand(mug, want)
			r.mustSet("k1", r.line(mug, 12, 9))
			r.onHand(mug, 9)
		}
	}
}

func TestRetryAfterIsSent(t *testing.T) {
	r := open(t)
	r.shop.Fail(shopifysim.Fault{Effect: shopifysim.Status(http.StatusTooManyRequests, 2*time.Second)})
	response, _ := r.post(`{"query":"{shop{id}}"}`)
	if got := response.Header.Get("Retry-After"); response.StatusCode != http.StatusTooManyRequests || got != "2.0" {
		t.Errorf("HTTP %d, Retry-After %q", response.StatusCode, got)
	}
}

func TestAHugeAnswerIsHuge(t *testing.T) {
	r := open(t)
	r.shop.Fail(shopifysim.Fault{Effect: shopifysim.Huge(3 << 20)})
	_, answer := r.post(`{"query":"{shop{id}}"}`)
	if padding, _ := answer["padding"].(string); len(padding) < 3<<20 {
		t.Errorf("the answer has %d bytes of padding", len(padding))
	}
}

func TestAPlantedUserErrorStrikesItsLine(t *testing.T) {
	r := open(t)
	mug, plate := r.mug(12), r.mug(5)
	r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Skip: 1, Effect: shopifysim.UserError(1, "INVALID_INVENTORY_ITEM")})
	r.mustSet("k1", r.line(mug, 12, 11), r.line(plate, 5, 4))
	code, field := r.refused("k2", r.line(mug, 11, 9), r.line(plate, 4, 3))
	if code != "INVALID_INVENTORY_ITEM" || strings.Join(field, ".") != "input.quantities.1" {
		t.Errorf("got %s at %v", code, field)
	}
	r.onHand(mug, 11)
	r.mustSet("k3", r.line(mug, 11, 9), r.line(plate, 4, 3))
}

func TestAFaultLastsUntilItIsCleared(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	r.shop.Fail(shopifysim.Fault{Times: shopifysim.Always, Effect: shopifysim.Status(503, 0)})
	for range 3 {
		if _, err := r.set("k1", r.line(mug, 12, 9)); err == nil {
			t.Fatal("the fault is over")
		}
	}
	r.shop.ClearFaults()
	r.mustSet("k1", r.line(mug, 12, 9))
}

func TestOfflineAnswersNobody(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	r.shop.Offline(true)
	if _, err := r.set("k1", r.line(mug, 12, 9)); err == nil {
		t.Fatal("an answer came although the shop is offline")
	}
	r.shop.Offline(false)
	r.mustSet("k1", r.line(mug, 12, 9))
	if n := r.shop.Counters().Requests["SetQuantities"]; n != 1 {
		t.Errorf("%d requests arrived, want 1", n)
	}
}

func TestAnEmptyBucketFillsWithTime(t *testing.T) {
	r := open(t, func(o *shopifysim.Options) { o.BucketSize, o.RestoreRate = 25, 5 })
	mug := r.mug(12)
	r.mustSet("k1", r.line(mug, 12, 11))
	r.mustSet("k2", r.line(mug, 11, 10))
	_, err := r.set("k3", r.line(mug, 10, 9))
	if err == nil || !strings.Contains(err.Error(), "Throttled") {
		t.Fatalf("the third mutation of 10 points in a bucket of 25 got %v", err)
	}
	r.onHand(mug, 10)
	r.clock.pass(time.Second)
	r.mustSet("k3", r.line(mug, 10, 9))
	if c := r.shop.Counters(); c.Throttled != 1 {
		t.Errorf("counted %+v", c)
	}
}

func TestThrottledAnswersSayWhatTheyCost(t *testing.T) {
	r := open(t)
	r.shop.Throttle(true)
	response, answer := r.post(`{"query":"{shop{id}}"}`)
	cost := answer["extensions"].(map[string]any)["cost"].(map[string]any)
	status := cost["throttleStatus"].(map[string]any)
	if response.StatusCode != http.StatusOK || topCode(answer) != "THROTTLED" || cost["actualQueryCost"] != nil ||
		cost["requestedQueryCost"] != 1.0 || status["currentlyAvailable"] != 0.0 || status["restoreRate"] != 100.0 {
		t.Errorf("HTTP %d, %v", response.StatusCode, answer)
	}
	r.shop.Throttle(false)
	r.clock.pass(time.Second)
	if _, answer := r.post(`{"query":"{shop{id}}"}`); topCode(answer) != "" {
		t.Errorf("still refused: %v", answer)
	}
}

func TestWhatAQueryCosts(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	ctx := context.Background()
	_, extensions, err := admin.LevelsByItems(ctx, r.client, []string{mug, mug, mug}, r.shop.Main())
	if err != nil {
		t.Fatal(err)
	}
	if cost := extensions["cost"].(map[string]any); cost["requestedQueryCost"] != 15.0 || cost["actualQueryCost"] != 15.0 {
		t.Errorf("three levels cost %v, want an item, a level and three quantities each", cost)
	}
	_, extensions, err = admin.OrdersPage(ctx, r.client, 5, nil, "", 5)
	if err != nil {
		t.Fatal(err)
	}
	// 15 were spent above; of these 272, all but the list and its page info come back.
	cost := extensions["cost"].(map[string]any)
	left := cost["throttleStatus"].(map[string]any)["currentlyAvailable"]
	if cost["requestedQueryCost"] != 272.0 || cost["actualQueryCost"] != 2.0 || left != 2000.0-15-2 {
		t.Errorf("a page without orders cost %v", cost)
	}
	if _, _, err := admin.OrdersPage(ctx, r.client, 50, nil, "", 50); err == nil || !strings.Contains(err.Error(), "exceeds the single query max cost") {
		t.Errorf("a query for everything got %v", err)
	}
}

func TestTokens(t *testing.T) {
	r := open(t)
	if _, _, err := admin.Handshake(context.Background(), r.as("wrong")); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("a wrong token got %v", err)
	}
	if _, status := r.exchange("id", "wrong"); status != http.StatusBadRequest {
		t.Errorf("a wrong secret got HTTP %d", status)
	}
	granted, status := r.exchange("id", "secret")
	if status != http.StatusOK {
		t.Fatalf("the right secret got HTTP %d", status)
	}
	client := r.as(granted)
	hello := func() error { _, _, err := admin.Handshake(context.Background(), client); return err }
	if err := hello(); err != nil {
		t.Errorf("a fresh token got %v", err)
	}
	r.clock.pass(24 * time.Hour)
	if err := hello(); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("a token of yesterday got %v", err)
	}
	r.shop.RevokeTokens()
	if _, _, err := admin.Handshake(context.Background(), r.client); err == nil {
		t.Error("a revoked token still works")
	}
}

// exchange trades credentials for a token.
func (r *rig) exchange(id, secret string) (token string, status int) {
	r.Helper()
	response, err := http.PostForm(r.url+"/admin/oauth/access_token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret},
	})
	if err != nil {
		r.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct {
		Token   string `json:"access_token"`
		Expires int    `json:"expires_in"`
	}
	r.decode(response.Body, &answer)
	if answer.Token != "" && answer.Expires != 86399 {
		r.Errorf("the token lives %d s", answer.Expires)
	}
	return answer.Token, response.StatusCode
}

func TestAMissingScopeIsNamed(t *testing.T) {
	r := open(t)
	mug := r.mug(12)
	r.shop.SetScopes("read_products", "read_inventory")
	if _, err := r.set("k1", r.line(mug, 12, 9)); err == nil || !strings.Contains(err.Error(), "write_inventory") {
		t.Errorf("got %v", err)
	}
	r.onHand(mug, 12)
}

func TestEveryAnswerSaysWhatItIs(t *testing.T) {
	r := open(t, func(o *shopifysim.Options) { o.Version = "2027-01" })
	response, _ := r.post(`{"query":"{shop{id}}"}`)
	if response.Header.Get(shopifysim.SimulationHeader) == "" {
		t.Error("nothing says that this is a simulation")
	}
	if got := response.Header.Get("Date"); got != "Tue, 24 Nov 2026 09:00:00 GMT" {
		t.Errorf("the date is %q, want that of the shop's clock", got)
	}
	if got := response.Header.Get("X-Shopify-API-Version"); got != "2027-01" {
		t.Errorf("the version is %q, want the one that is served", got)
	}
}

func TestRequestsThatAreNone(t *testing.T) {
	r := open(t)
	tests := []struct {
		body   string
		status int
		code   string
	}{
		{"", 400, ""},
		{"[]", 400, ""},
		{`{"query":""}`, 400, ""},
		{`{"query":"{shop"}`, 200, "parseError"},
		{`{"query":"query A{shop{id}} query B{shop{id}}","operationName":"C"}`, 200, "BAD_REQUEST"},
		{`{"query":"{orders(first:0){nodes{id}}}"}`, 200, "BAD_REQUEST"},
		{`{"query":"{orders(first:1,after:\"?\"){nodes{id}}}"}`, 200, "INVALID_CURSOR"},
		{`{"query":"{orders(first:99999999999999999999){nodes{id}}}"}`, 200, "argumentLiteralsIncompatible"},
	}
	for _, test := range tests {
		response, answer := r.post(test.body)
		if response.StatusCode != test.status || topCode(answer) != test.code || answer["errors"] == nil {
			t.Errorf("%s: HTTP %d %v", test.body, response.StatusCode, answer)
		}
	}
	var page admin.LocationsResponse
	lost := graphql.NewClient(r.url+"/admin/api/tomorrow/graphql.json", http.DefaultClient)
	if err := lost.MakeRequest(context.Background(), &graphql.Request{Query: "{shop{id}}"}, &graphql.Response{Data: &page}); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a version that cannot be got %v", err)
	}
}
