package shopify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

func TestSettingsAreRefusedWithASentence(t *testing.T) {
	token := map[string]string{"shopify.token": testToken}
	for _, tt := range []struct {
		section string
		secrets map[string]string
		base    string // empty: refused
	}{
		{`shop = "tea-and-mugs"`, token, "https://tea-and-mugs.myshopify.com"},
		{`shop = " Tea-and-Mugs.myshopify.com"`, token, "https://tea-and-mugs.myshopify.com"},
		{`shop = "tea"`, map[string]string{"shopify.client-id": "app", "shopify.client-secret": "hush-hush"}, "https://tea.myshopify.com"},
		{`endpoint = "http://127.0.0.1:8080/"`, token, "http://127.0.0.1:8080"},
		{`endpoint = "http://[::1]:8080"`, token, "http://[::1]:8080"},
		{`endpoint = "http://localhost:8080"`, token, "http://localhost:8080"},
		{`endpoint = "https://shop.example"`, token, "https://shop.example"},
		{`endpoint = "http://192.168.1.9"`, token, ""},
		{`endpoint = "http://127.0.0.1.example.com"`, token, ""},
		{`endpoint = "ftp://127.0.0.1"`, token, ""},
		{`endpoint = "https://user:pass@shop.example"`, token, ""},
		{`endpoint = "https://shop.example/admin"`, token, ""},
		{`shop = "evil.example/"`, token, ""},
		{`shop = "evil.example#"`, token, ""},
		{`shop = ""`, token, ""},
		{`sohp = "tea"`, token, ""},
		{"shop = \"tea\"\nsearch_lag = \"soon\"", token, ""},
		{"shop = \"tea\"\nsearch_lag = \"1h\"", token, ""},
		{`shop = "tea"`, nil, ""},
		{`shop = "tea"`, map[string]string{"shopify.client-id": "app"}, ""},
		{`shop = "tea"`, map[string]string{"shopify.token": " \n"}, ""},
	} {
		c, err := open(connector.Settings{
			Decode: func(into any) error {
				return toml.NewDecoder(strings.NewReader(tt.section)).DisallowUnknownFields().Decode(into)
			},
			Secret: func(name string) (string, error) {
				if text := tt.secrets[name]; text != "" {
					return text, nil
				}
				return "", errors.New("there is none")
			},
			Clock: &handClock{now: opening},
		})
		switch {
		case tt.base == "" && err == nil:
			t.Errorf("%s with %d secrets was accepted", tt.section, len(tt.secrets))
		case tt.base != "" && err != nil:
			t.Errorf("%s: %v", tt.section, err)
		case tt.base != "" && c.client.base != tt.base:
			t.Errorf("%s: requests go to %s", tt.section, c.client.base)
		}
		if err != nil && strings.Contains(err.Error(), testToken) {
			t.Errorf("the token is printed: %v", err)
		}
	}
}

func TestOpenReachesForNobody(t *testing.T) {
	r := newRig(t, wish{})
	if _, err := Open(r.settings("")); err != nil {
		t.Fatal(err)
	}
	if n := len(r.shop.Counters().Requests); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}

var credentials = map[string]string{"shopify.client-id": "app", "shopify.client-secret": "hush-hush"}

func TestATokenOfTheAppsCredentialsIsRenewedInTime(t *testing.T) {
	r := newRig(t, wish{secrets: credentials})
	tea := r.item("TEA", 40)
	exchanges := func() int { return r.shop.Counters().Requests["token"] }
	r.level(tea)
	r.clock.pass(19 * time.Hour)
	if r.level(tea); exchanges() != 1 {
		t.Fatalf("%d tokens were fetched in 19 hours", exchanges())
	}
	r.clock.pass(time.Hour)
	if r.level(tea); exchanges() != 2 {
		t.Fatalf("%d tokens were fetched in 20 hours: it lives 24 and is renewed after four fifths", exchanges())
	}
	r.clock.pass(20 * time.Hour)
	r.shop.Fail(shopifysim.Fault{Operation: "token", Effect: shopifysim.Status(503, 0)})
	if r.level(tea); exchanges() != 3 {
		t.Error("a token that lives was not used where no new one could be had")
	}
	r.secretKept()
}

func TestARefusedTokenIsRenewedOnceWithTheSameRequest(t *testing.T) {
	r := newRig(t, wish{secrets: credentials})
	tea := r.item("TEA", 40)
	request := r.request(1, target{tea, 38})
	r.shop.RevokeTokens()
	r.mustApply(request)
	r.onHand(tea, 38)

	next := r.request(2, target{tea, 37})
	r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Times: shopifysim.Always, Effect: shopifysim.Status(401, 0)})
	before := r.shop.Counters().Requests["SetQuantities"]
	o := r.Send(t.Context(), next)
	if !o.Pause || o.Problem.Code != "shopify.token" || r.shop.Counters().Requests["SetQuantities"]-before != 2 {
		t.Errorf("ends as %+v after %d attempts", o, r.shop.Counters().Requests["SetQuantities"]-before)
	}
	r.secretKept(o.Problem.Error())
}

// A token that is revoked in the middle of an upload stops it before anything is done:
// with the app's credentials for one exchange, with a token of the admin until a person
// stores another one. Then the same bytes are carried out, once.
func TestATokenThatIsRevokedInTheMiddleOfAnUpload(t *testing.T) {
	for name, secrets := range map[string]map[string]string{"credentials": maps.Clone(credentials), "token": {"shopify.token": testToken}} {
		r := newRig(t, wish{secrets: secrets})
		tea, mug := r.item("TEA", 40), r.item("MUG", 12)
		first, second := r.request(1, target{tea, 38}), r.request(2, target{mug, 11})
		r.mustApply(first)
		r.shop.RevokeTokens()
		if name == "token" {
			o := r.Send(t.Context(), second)
			if o.Class != agent.OutcomeLater || !o.Pause || o.Problem.Code != "shopify.token" {
				t.Errorf("with a revoked token it ends as %+v", o)
			}
			r.onHand(mug, 12)
			r.secretKept(o.Problem.Error())
			delete(secrets, "shopify.token")
			maps.Copy(secrets, credentials)
		}
		r.mustApply(second)
		if o := r.again(second); o.Class != agent.OutcomeRepeated {
			t.Errorf("%s: a repeat ends as %+v", name, o)
		}
		r.onHand(tea, 38)
		r.onHand(mug, 11)
		r.secretKept()
	}
}

func TestARedirectToAnotherHostIsNamedAndNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, secrets := range []map[string]string{credentials, {"shopify.token": testToken}} {
			r := newRig(t, wish{secrets: maps.Clone(secrets)})
			var followed atomic.Int32
			thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
			bend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { http.Redirect(w, q, thief.URL, status) }))
			r.client.base = bend.URL
			_, err := r.Locations(t.Context())
			if e := agent.AsError(err); e.Code != "shopify.moved" || !strings.Contains(e.What, strings.TrimPrefix(thief.URL, "http://")) || followed.Load() != 0 {
				t.Errorf("%d ends as %v, and was followed %d times", status, err, followed.Load())
			}
			r.secretKept(fmt.Sprint(err))
			bend.Close()
			thief.Close()
		}
	}
}

func TestAChangedSecretNeedsNoRestart(t *testing.T) {
	secrets := map[string]string{"shopify.token": "shpat_of_yesterday"}
	r := newRig(t, wish{secrets: secrets})
	tea := r.item("TEA", 40)
	if _, err := r.Levels(t.Context(), r.at(), []agent.ItemID{tea}); agent.AsError(err).Code != "shopify.token" {
		t.Fatalf("a wrong token ends as %v", err)
	}
	secrets["shopify.token"] = testToken
	r.level(tea)
}

func TestWrongCredentialsAreNamed(t *testing.T) {
	r := newRig(t, wish{secrets: map[string]string{"shopify.client-id": "app", "shopify.client-secret": "hush-hush-wrong"}})
	tea := r.item("TEA", 40)
	_, err := r.Levels(t.Context(), r.at(), []agent.ItemID{tea})
	if e := agent.AsError(err); e.Code != "shopify.credentials" || e.Class != agent.Refuse {
		t.Errorf("reading ends as %v", err)
	}
	r.secretKept(fmt.Sprint(err))
}

// While no token can be had the request certainly was not sent.
func TestARequestWaitsForItsToken(t *testing.T) {
	for name, effect := range map[string]shopifysim.Effect{
		"cut": shopifysim.Cut(), "503": shopifysim.Status(503, 0), "a web page": shopifysim.HTML(), "half": shopifysim.Truncated(), "huge": shopifysim.Huge(9 << 20),
	} {
		r := newRig(t, wish{secrets: credentials})
		tea := r.item("TEA", 40)
		request := r.request(1, target{tea, 38})
		r.clock.pass(time.Minute)
		r.client.auth.token = ""
		r.shop.Fail(shopifysim.Fault{Operation: "token", Executed: true, Effect: effect})
		if o := r.Send(t.Context(), request); o.Class != agent.OutcomeLater || o.Pause {
			t.Errorf("%s: ends as %+v, %v", name, o, o.Problem)
		}
		r.once(request, tea, 38, agent.OutcomeApplied)
		r.secretKept()
	}
}

func TestACertificateThatProvesNothing(t *testing.T) {
	r := newRig(t, wish{})
	request := r.request(1, target{r.item("TEA", 40), 38})
	var asked atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	r.client.base = server.URL
	o := r.Send(t.Context(), request)
	if o.Class != agent.OutcomeLater || o.Problem.Code != "shopify.certificate" || asked.Load() != 0 {
		t.Errorf("ends as %+v, %v; %d requests arrived", o, o.Problem, asked.Load())
	}
}

func TestReadingNamesWhatIsWrong(t *testing.T) {
	for code, effect := range map[string]shopifysim.Effect{
		"shopify.portal": shopifysim.HTML(), "shopify.no-answer": shopifysim.Truncated(), "shopify.nonsense": shopifysim.Huge(9 << 20),
		"shopify.failing": shopifysim.Status(502, 0), "shopify.frozen": shopifysim.Status(402, 0), "shopify.scope": shopifysim.TopLevel("ACCESS_DENIED"),
		"shopify.request": shopifysim.TopLevel("undefinedField"),
	} {
		r := newRig(t, wish{})
		tea := r.item("TEA", 40)
		for _, read := range []func() error{
			func() error { _, err := r.Levels(t.Context(), r.at(), []agent.ItemID{tea}); return err },
			func() error { _, err := r.Catalog(t.Context(), r.at(), ""); return err },
			func() error { _, err := r.Locations(t.Context()); return err },
			func() error { _, err := r.Movements(t.Context(), r.at(), ""); return err },
		} {
			r.shop.Fail(shopifysim.Fault{Times: shopifysim.Always, Effect: effect})
			err := read()
			r.shop.ClearFaults()
			if e := agent.AsError(err); err == nil || e.Code != code || e.What == "" || e.Do == "" {
				t.Errorf("%s: ends as %v", code, err)
			}
			r.secretKept(fmt.Sprint(err))
		}
	}
}

func TestALocationOfAnotherSystemIsNamed(t *testing.T) {
	r := newRig(t, wish{})
	_, err := r.Levels(t.Context(), "main", []agent.ItemID{r.item("TEA", 1)})
	if e := agent.AsError(err); e.Class != agent.Refuse || !strings.Contains(e.What, `"main"`) || !strings.Contains(e.Do, "[upstream]") {
		t.Errorf("ends as %v", err)
	}
	if _, err := r.Movements(t.Context(), "main", ""); err == nil {
		t.Error("movements of nowhere were read")
	}
}

// A catalogue has many pages and nobody else to try one of them again.
func TestACatalogueOutlivesAMomentsFault(t *testing.T) {
	r := newRig(t, wish{})
	for i := range 120 {
		r.item(fmt.Sprint("S", i), 1)
	}
	r.shop.Fail(shopifysim.Fault{Operation: "CatalogPage", Skip: 1, Effect: shopifysim.Status(502, 0)})
	r.shop.Fail(shopifysim.Fault{Operation: "BarcodesByVariants", Skip: 2, Effect: shopifysim.Cut()})
	if items, _ := r.catalogue(); len(items) != 120 {
		t.Errorf("%d of 120 items", len(items))
	}
}

// An answer that is JSON and says nothing must not pass for an empty shop.
func TestAnAnswerThatSaysNothingIsNoEmptyShop(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 1)
	r.level(tea)
	for _, body := range []string{
		`{"data":{}}`, `{"data":{"nodes":null}}`, `{"data":{"nodes":[]}}`, `{"data":{"orders":{},"productVariants":{},"locations":{},"shop":{"currencyCode":"EUR"}}}`,
		`{"data":{"nodes":[{"__typename":"InventoryItem","id":"gid://shopify/InventoryItem/1","tracked":true}]}}`,
		`{"data":{"nodes":[{"__typename":"InventoryItem","id":"` + string(tea) + `","tracked":true,"inventoryLevel":{"isActive":true}}]}}`,
		`{"data":{"orders":{"nodes":[],"pageInfo":{"hasNextPage":true}},"productVariants":{"nodes":[],"pageInfo":{"hasNextPage":true}},"locations":{"nodes":[],"pageInfo":{"hasNextPage":true}},"shop":{"currencyCode":"EUR"}}}`,
	} {
		for name, read := range map[string]func() (int, error){
			"levels":    func() (int, error) { b, err := r.Levels(t.Context(), r.at(), []agent.ItemID{tea}); return len(b), err },
			"catalogue": func() (int, error) { p, _, err := r.variants(t.Context(), nil, nil); return len(p.Rows), plain(err) },
			"movements": func() (int, error) { p, err := r.Movements(t.Context(), r.at(), ""); return len(p.Rows), err },
			"locations": func() (int, error) { l, err := r.Locations(t.Context()); return len(l), err },
		} {
			r.garble([]byte(body))
			if n, err := read(); err == nil || n > 0 || agent.AsError(err).Code != "shopify.nonsense" {
				t.Errorf("%s from %s: %d, %v", name, body, n, err)
			}
		}
	}
}

func TestAReadingWaitsItsTurn(t *testing.T) {
	r := newRig(t, wish{shop: func(o *shopifysim.Options) { o.BucketSize, o.RestoreRate = 300, 50 }})
	var items []agent.ItemID
	for i := range 400 {
		items = append(items, r.item(fmt.Sprint("S", i), 1))
	}
	r.client.patient = time.Minute
	for range 2 {
		books, err := r.Levels(t.Context(), r.at(), items)
		if err != nil || len(books) != 400 {
			t.Fatalf("%d levels, %v", len(books), err)
		}
	}
	if c := r.shop.Counters(); c.Throttled > 0 {
		t.Errorf("the shop had to refuse %d of %d requests", c.Throttled, c.Requests["LevelsByItems"])
	}
	// There are always points left for a write.
	r.mustApply(r.request(1, target{items[0], 2}))
}

func TestAReadingIsNotPatientForEver(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	r.shop.Fail(shopifysim.Fault{Times: shopifysim.Always, Effect: shopifysim.TopLevel("THROTTLED")})
	_, err := r.Levels(t.Context(), r.at(), []agent.ItemID{tea})
	if e := agent.AsError(err); e.Code != "shopify.busy" || e.Class != agent.Retry || e.After <= 0 {
		t.Errorf("ends as %v", err)
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	r.client.sleep = sleep
	r.shop.Fail(shopifysim.Fault{Effect: shopifysim.Status(429, 15*time.Second)})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := r.Levels(ctx, r.at(), []agent.ItemID{tea}); agent.AsError(err).Class != agent.Retry {
		t.Errorf("ends as %v", err)
	}
}

// A statement says no more than it can know: it was made after the request left,
// whatever time the answer took.
func TestAStatementIsNotNewerThanItsRequest(t *testing.T) {
	r := newRig(t, wish{})
	r.clock.skew(-3 * time.Hour)
	tea := r.item("TEA", 40)
	r.clock.pass(10 * time.Second)
	var arrived time.Time
	r.before = func(*http.Request) { r.clock.pass(4 * time.Second); arrived = r.clock.Now() }
	sent := r.clock.Now()
	b := r.level(tea)
	if b.Stated.After(sent.Add(-3*time.Hour)) || b.Stated.Before(sent.Add(-3*time.Hour-6*time.Second)) {
		t.Errorf("asked at %v by our clock, stated as of %v by the shop's", sent, b.Stated)
	}
	if b.At.Earliest().After(arrived) || b.At.Latest().Before(arrived) {
		t.Errorf("the shop looked at %v, the statement says %v +- %v", arrived, b.At.At, b.At.Uncertainty)
	}
}

func TestWhatNeverChangedIsAsOldAsItsLevel(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 0)
	r.clock.pass(time.Hour)
	if b := r.level(tea); !b.Settled() || !b.Changed.Equal(opening.Truncate(time.Second)) || b.OnHand != 0 {
		t.Errorf("an empty shelf is stated as %+v", b)
	}
}

func TestOrdersShowInAvailableAndNotInOnHand(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	changed := r.clock.Now()
	r.clock.pass(time.Minute)
	must(t)(r.shop.PlaceOrder("", shopifysim.Line{Item: string(tea), Quantity: 3}))
	r.clock.pass(2 * time.Second)
	if b := r.level(tea); b.OnHand != 40 || b.Available != 37 || b.Committed != 3 || !b.Changed.Equal(changed.Truncate(time.Second)) {
		t.Errorf("stated as %+v", b)
	}
}

func TestPagesBecomeSmallerWhereTheyAreTooDear(t *testing.T) {
	r := newRig(t, wish{})
	var items []agent.ItemID
	for i := range 300 {
		items = append(items, r.item(fmt.Sprint("S", i), 1))
	}
	r.sizes = sizes{levels: 250, variants: 250, barcodes: 250, orders: 50}
	if books, err := r.Levels(t.Context(), r.at(), items); err != nil || len(books) != 300 {
		t.Errorf("%d levels, %v", len(books), err)
	}
	if page, err := r.Catalog(t.Context(), r.at(), ""); err != nil || len(page.Rows) == 0 {
		t.Errorf("%d items, %v", len(page.Rows), err)
	}
	if _, err := r.Movements(t.Context(), r.at(), ""); err != nil {
		t.Error(err)
	}
	for operation, price := range r.client.budget.costs {
		if price > 1000 {
			t.Errorf("%s costs %v", operation, price)
		}
	}
}
