package shopify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

const testToken = "shpat_this_must_never_be_printed"

var opening = time.Date(2026, 11, 24, 9, 0, 0, 250_000_000, time.UTC)

// handClock moves when it is told to.
type handClock struct {
	mu    sync.Mutex
	now   time.Time
	ahead time.Duration // of the shop's clock
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// shop is the shop's clock.
func (c *handClock) shop() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now.Add(c.ahead)
}

func (c *handClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *handClock) skew(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = d
}

// guarded is a writer for logs of several goroutines.
type guarded struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (g *guarded) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.Write(p)
}

func (g *guarded) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.String()
}

// rig is a simulated shop behind real HTTP on loopback with a connector to it.
type rig struct {
	testing.TB
	*Connector
	shop    *shopifysim.Shop
	clock   *handClock
	log     *guarded
	url     string
	secrets map[string]string

	mu     sync.Mutex
	answer []byte // of the next request, in the place of the shop's
	before func(*http.Request)
	// redirect is where the next request is sent to.
	redirect string
}

type wish struct {
	shop    func(*shopifysim.Options)
	section string
	secrets map[string]string
}

func newRig(t testing.TB, w wish) *rig {
	t.Helper()
	r := &rig{TB: t, clock: &handClock{now: opening}, log: &guarded{}, secrets: w.secrets}
	options := shopifysim.Options{Now: r.clock.shop, Token: testToken, ClientID: "app", ClientSecret: "hush-hush", BucketSize: 20_000}
	if w.shop != nil {
		w.shop(&options)
	}
	r.shop = shopifysim.New(options)
	server := httptest.NewServer(http.HandlerFunc(r.serve))
	t.Cleanup(server.Close)
	r.url = server.URL
	if r.secrets == nil {
		r.secrets = map[string]string{"shopify.token": testToken}
	}
	if w.section == "" {
		w.section = `search_lag = "0s"`
	}
	r.Connector = r.connect(w.section)
	return r
}

// connect opens a connector as the agent does after a start.
func (r *rig) connect(section string) *Connector {
	r.Helper()
	c, err := open(r.settings(section))
	if err != nil {
		r.Fatal(err)
	}
	c.client.sleep = func(_ context.Context, d time.Duration) error { r.clock.pass(d); return nil }
	r.Cleanup(c.client.http.CloseIdleConnections)
	return c
}

func (r *rig) settings(section string) connector.Settings {
	return connector.Settings{
		Decode: func(into any) error {
			d := toml.NewDecoder(strings.NewReader("endpoint = \"" + r.url + "\"\n" + section)).DisallowUnknownFields()
			return d.Decode(into)
		},
		Secret: func(name string) (string, error) {
			if text, ok := r.secrets[name]; ok {
				return text, nil
			}
			return "", errors.New("no such secret")
		},
		Dir: r.TempDir(), Clock: r.clock, Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

func (r *rig) serve(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	answer, before, redirect := r.answer, r.before, r.redirect
	r.answer, r.redirect = nil, ""
	r.mu.Unlock()
	if before != nil {
		before(request)
	}
	if redirect != "" {
		http.Redirect(w, request, redirect, http.StatusTemporaryRedirect)
		return
	}
	if answer != nil {
		w.Header().Set("Date", r.clock.shop().UTC().Format(http.TimeFormat))
		_, _ = w.Write(answer)
		return
	}
	r.shop.ServeHTTP(w, request)
}

// garble answers the next request with other bytes.
func (r *rig) garble(answer []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = append(make([]byte, 0, len(answer)), answer...)
}

func (r *rig) at() agent.LocationID { return agent.LocationID(r.shop.Main()) }

// item is a tracked item with units on the shelf.
func (r *rig) item(sku string, units int64) agent.ItemID {
	return agent.ItemID(r.shop.AddItem(shopifysim.Item{SKU: sku, Title: sku, Tracked: true, Stocked: true, OnHand: units}).Item)
}

func (r *rig) sell(item agent.ItemID, units int64, receipt string) string {
	r.Helper()
	id, err := r.shop.SellPOS(shopifysim.Sale{Receipt: receipt, Lines: []shopifysim.Line{{Item: string(item), Quantity: units}}})
	if err != nil {
		r.Fatal(err)
	}
	return id
}

// request is a planned request that brings items to targets; the levels were read
// just before, two seconds after the last change.
func (r *rig) request(n int, targets ...target) agent.Request {
	r.Helper()
	r.clock.pass(2 * time.Second)
	op := agent.Operation{
		Request: agent.RequestID(fmt.Sprintf("request-%d", n)), Key: fmt.Sprintf("%032x", 0xfeed00+n), Location: r.at(), Count: "count-1",
	}
	for i, want := range targets {
		b := r.level(want.item)
		op.Lines = append(op.Lines, agent.Planned{
			Adjustment: agent.AdjustmentID(fmt.Sprintf("adjustment-%d", i+1)), Item: want.item, Observed: b,
			Delta: want.units - b.OnHand, Target: want.units,
		})
	}
	doc, err := r.Plan(op)
	if err != nil {
		r.Fatal(err)
	}
	return agent.Request{ID: op.Request, Location: op.Location, Document: doc, Lines: op.Lines, State: agent.RequestSent, FirstSent: r.clock.Now(), Attempts: 1}
}

type target struct {
	item  agent.ItemID
	units int64
}

func (r *rig) level(item agent.ItemID) agent.Book {
	r.Helper()
	books, err := r.Levels(r.Context(), r.at(), []agent.ItemID{item})
	if err != nil || len(books) != 1 {
		r.Fatalf("the level of %s is %v, %v", item, books, err)
	}
	return books[0]
}

func (r *rig) onHand(item agent.ItemID, want int64) {
	r.Helper()
	if got := r.shop.OnHand(string(item)); got != want {
		r.Errorf("on hand is %d, must be %d", got, want)
	}
}

// again is the next attempt of a request, some seconds later.
func (r *rig) again(request agent.Request) agent.Outcome {
	r.clock.pass(4 * time.Second)
	request.Attempts++
	return r.Send(r.Context(), request)
}

// mustApply sends a request that is carried out now.
func (r *rig) mustApply(request agent.Request) agent.Outcome {
	r.Helper()
	o := r.Send(r.Context(), request)
	if o.Class != agent.OutcomeApplied || o.Ref == "" || len(o.Lines) > 0 {
		r.Fatalf("the request ends as %+v, %v", o, o.Problem)
	}
	return o
}

// secretKept fails if a secret stands in a text.
func (r *rig) secretKept(texts ...string) {
	r.Helper()
	for _, text := range append(texts, r.log.String()) {
		for _, secret := range []string{testToken, "hush-hush", "shpat_simulated"} {
			if strings.Contains(text, secret) {
				r.Errorf("a secret is printed: %s", text)
			}
		}
	}
}

func jsonInto(text string, into any) error { return json.Unmarshal([]byte(text), into) }
