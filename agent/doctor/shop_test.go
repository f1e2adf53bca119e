package doctor_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
	"github.com/stockhand/stockhand/agent/connector/shopify"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
	"github.com/stockhand/stockhand/agent/doctor"
	"github.com/stockhand/stockhand/queue"
)

const token = "shpat_doctor_test"

// handClock moves when it is told to.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// rig is a simulated shop behind real HTTP, the real connector to it, and a real store.
type rig struct {
	testing.TB
	shop  *shopifysim.Shop
	clock *handClock
	link  agent.Connector
	store *queue.Queue
	// items are those of the catalogue; counted is what somebody counted of them.
	items   []agent.Item
	counted map[agent.ItemID]int64
	cutOff  time.Time // of what was counted
	sync    *doctor.Sync
}

func newRig(t testing.TB, options func(*shopifysim.Options)) *rig {
	t.Helper()
	r := &rig{TB: t, clock: &handClock{now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}, counted: map[agent.ItemID]int64{}}
	o := shopifysim.Options{Now: r.clock.Now, Token: token, Scopes: shopifysim.EveryScope, BucketSize: 20_000}
	if options != nil {
		options(&o)
	}
	r.shop = shopifysim.New(o)
	server := httptest.NewServer(r.shop)
	t.Cleanup(server.Close)
	var err error
	r.link, err = shopify.Open(connector.Settings{
		Decode: func(into any) error {
			return toml.Unmarshal([]byte("endpoint = \""+server.URL+"\"\nsearch_lag = \"0s\""), into)
		},
		Secret: func(name string) (string, error) {
			if name == "shopify.token" {
				return token, nil
			}
			return "", errors.New("no such secret")
		},
		Dir: t.TempDir(), Clock: r.clock,
	})
	must(t, err)
	r.link = connector.OneAtATime(r.link)
	r.store, err = queue.Open(t.Context(), filepath.Join(t.TempDir(), "stockhand.db"), queue.Options{Version: "test", AllowFUSE: true})
	must(t, err)
	t.Cleanup(func() { _ = r.store.Close() })
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func got[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

// item adds an item to the shop and to the catalogue.
func (r *rig) item(it shopifysim.Item) agent.ItemID {
	id := agent.ItemID(r.shop.AddItem(it).Item)
	entry := agent.Item{ID: id, SKU: it.SKU, Name: it.Title, Tracked: it.Tracked}
	if it.Barcode != "" {
		entry.Codes = []agent.Barcode{{Text: it.Barcode, Pack: 1}}
	}
	r.items = append(r.items, entry)
	return id
}

func (r *rig) stocked(sku string, units int64) agent.ItemID {
	return r.item(shopifysim.Item{SKU: sku, Title: sku, Tracked: true, Stocked: true, OnHand: units})
}

func (r *rig) at() agent.LocationID { return agent.LocationID(r.shop.Main()) }

func line(item agent.ItemID, units int64) shopifysim.Line {
	return shopifysim.Line{Item: string(item), Quantity: units}
}

// review judges what was counted by the shop's own numbers.
func (r *rig) review(ctx context.Context, count agent.CountID) ([]agent.Variance, error) {
	var all []agent.Variance
	for _, item := range r.items {
		counted, was := r.counted[item.ID]
		if !was {
			continue
		}
		books, err := r.link.Levels(ctx, r.at(), []agent.ItemID{item.ID})
		if err != nil || len(books) == 0 {
			return nil, err
		}
		v := counted - books[0].OnHand
		status := agent.Ready
		if v == 0 {
			status = agent.Matches
		}
		all = append(all, agent.Variance{
			Count: count, Item: item.ID, Location: r.at(), Status: status, Counted: counted, Book: books[0],
			Expected: agent.Exactly(books[0].OnHand), Variance: agent.Exactly(v), CutOff: agent.Stamp{At: cmp.Or(r.cutOff, r.clock.Now())},
			Investigate: max(v, -v) > 2 && 20*max(v, -v) > books[0].OnHand,
		})
	}
	return all, nil
}

// examine has the doctor look at everything, a minute later.
func (r *rig) examine() doctor.Report {
	r.Helper()
	r.clock.pass(time.Minute)
	next, n := r.items, 0
	_, err := r.store.Replace(r.Context(), agent.System("test"), r.clock.Now(), "shopify", func() (agent.Item, bool, error) {
		if n == len(next) {
			return agent.Item{}, false, nil
		}
		n++
		return next[n-1], true, nil
	}, nil, nil)
	must(r, err)
	if len(r.counted) > 0 {
		r.put(agent.NewEvent(agent.CountOpened, agent.Count{
			ID: "count-1", Name: "Tea", Type: agent.Cycle, Location: r.at(), State: agent.CountOpen, Policy: agent.Policy{}.WithDefaults(), Opened: agent.Stamp{At: r.clock.Now()},
		}))
	}
	p := doctor.Patient{Store: r.store, Connector: r.link, Location: r.at(), Now: r.clock.Now, Review: r.review}
	p.Sync = func(context.Context) (*doctor.Sync, error) { return r.sync, nil }
	return doctor.Run(r.Context(), r.clock.Now(), p.Checks(), nil)
}

func (r *rig) put(events ...agent.Event) {
	r.Helper()
	_, err := r.store.Write(r.Context(), agent.Command{}, func(agent.View) (agent.Facts, error) {
		return agent.Facts{Actor: agent.System("test"), At: r.clock.Now(), Events: events}, nil
	})
	must(r, err)
}

// bad are the codes of what is not fine.
func bad(r doctor.Report) []string {
	codes := []string{}
	for _, f := range r.Findings {
		if f.Severity != agent.Fine {
			codes = append(codes, f.Code)
		}
	}
	return codes
}

func shown(r doctor.Report) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "\n  %s %s: %s %s %s %q", f.Severity, f.Code, f.What, f.Means, f.Do, f.Evidence)
	}
	return b.String()
}

// busy is a shop in which much goes on and nothing is wrong.
func busy(r *rig) (tea, mug agent.ItemID, second string) {
	tea, mug = r.stocked("TEA", 100), r.stocked("MUG", 30)
	second = r.shop.AddLocation("Harbour")
	must(r, r.shop.Stock(string(tea), second, 30))
	r.clock.pass(time.Hour)
	for i := range 4 {
		got(r.shop.SellPOS(shopifysim.Sale{Receipt: fmt.Sprint("R", i), Lines: []shopifysim.Line{line(tea, 2)}}))(r)
		r.clock.pass(time.Minute)
	}
	order := got(r.shop.PlaceOrder("", line(tea, 3), line(mug, 2)))(r)
	r.clock.pass(time.Minute)
	got(r.shop.Fulfil(order, line(tea, 1)))(r) // in two parcels
	r.clock.pass(time.Minute)
	got(r.shop.Fulfil(order))(r)
	r.clock.pass(time.Minute)
	got(r.shop.Refund(order, true, line(mug, 1)))(r)
	got(r.shop.PlaceOrder("", line(mug, 4)))(r)
	done := got(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 5)))(r)
	must(r, r.shop.ReceiveShipment(got(r.shop.ShipTransfer(done))(r)))
	r.clock.pass(time.Minute)
	must(r, r.shop.SetByHand(string(mug), r.shop.OnHand(string(mug))-1, "Anna"))
	r.clock.pass(time.Hour)
	return tea, mug, second
}

// failures are the ways in which inventory goes wrong, each set up in the shop.
var failures = []struct {
	name, code string
	evidence   string // some of it
	options    func(*shopifysim.Options)
	happen     func(r *rig, tea, mug agent.ItemID, second string)
}{
	{"tracking is off", "untracked", "MUG: not tracked", nil, func(r *rig, _, mug agent.ItemID, _ string) { must(r, r.shop.Track(string(mug), false)) }},
	{"tracking is locked", "untracked", "kept by an app", nil, func(r *rig, _, _ agent.ItemID, _ string) {
		r.item(shopifysim.Item{SKU: "APP", Stocked: true, Locked: "Its quantity is kept by an app."})
	}},
	{"the token was revoked", "shopify.token", "", nil, func(r *rig, _, _ agent.ItemID, _ string) { r.shop.RevokeTokens() }},
	{"a permission was taken away", "shopify.scope", "", nil, func(r *rig, _, _ agent.ItemID, _ string) {
		r.shop.SetScopes("read_products", "read_inventory", "read_locations", "read_orders")
	}},
	{"the synchronisation stands still", "sync-stopped", "shopify.token", nil, func(r *rig, _, _ agent.ItemID, _ string) {
		r.sync = &doctor.Sync{State: "paused", Since: r.clock.Now(), Problem: &agent.Error{Code: "shopify.token", What: "The shop refuses our access token.", Do: "Make a new one."}, Waiting: 3, Running: true}
	}},
	{"the shop was not reached", "sync-late", "", nil, func(r *rig, _, _ agent.ItemID, _ string) {
		r.sync = &doctor.Sync{State: "offline", Since: r.clock.Now(), LastSuccess: r.clock.Now().Add(-time.Hour), Running: true}
	}},
	{"the shop limits the agent", "throttled", "", nil, func(r *rig, _, _ agent.ItemID, _ string) {
		r.sync = &doctor.Sync{State: "throttled", Since: r.clock.Now(), LastSuccess: r.clock.Now(), Running: true}
	}},
	{"adjustments wait", "backlog", "", nil, func(r *rig, _, _ agent.ItemID, _ string) {
		r.sync = &doctor.Sync{State: "ok", LastSuccess: r.clock.Now(), Running: true, Waiting: 4, Oldest: r.clock.Now().Add(-3 * time.Hour)}
	}},
	{"not stocked here", "not-stocked", "MUG: not stocked here", nil, func(r *rig, _, mug agent.ItemID, _ string) { must(r, r.shop.Unstock(string(mug), "")) }},
	{"never stocked here", "not-stocked", "NEW: not stocked here", nil, func(r *rig, _, _ agent.ItemID, _ string) {
		r.item(shopifysim.Item{SKU: "NEW", Title: "NEW", Tracked: true})
	}},
	{"the agent counts with the books of another location", "wrong-location", "Harbour has", nil, func(r *rig, _, _ agent.ItemID, second string) {
		for i := range 7 {
			id := r.stocked(fmt.Sprint("S", i), int64(20+i))
			must(r, r.shop.Stock(string(id), second, int64(3+2*i)))
			r.counted[id] = int64(3 + 2*i)
		}
	}},
	{"the location was closed", "shopify.location", "", nil, func(r *rig, tea, _ agent.ItemID, second string) {
		must(r, r.shop.CloseLocation(r.shop.Main()))
	}},
	{"a transfer came and was not received", "transfer-explains", "+12, and 12 of transfer", nil, func(r *rig, tea, _ agent.ItemID, second string) {
		got(r.shop.ShipTransfer(got(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 12)))(r)))(r)
		r.counted[tea] = r.shop.OnHand(string(tea)) + 12
	}},
	{"a transfer was put on the books before it came", "transfer-explains", "have not arrived", nil, func(r *rig, tea, _ agent.ItemID, second string) {
		got(r.shop.ShipTransfer(got(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 12)))(r)))(r)
		r.counted[tea] = r.shop.OnHand(string(tea)) - 12
	}},
	{"a transfer left and was not sent", "transfer-explains", "are not sent in the shop", nil, func(r *rig, tea, _ agent.ItemID, second string) {
		got(r.shop.NewTransfer(r.shop.Main(), second, line(tea, 7)))(r)
		r.counted[tea] = r.shop.OnHand(string(tea)) - 7
	}},
	{"incoming without the permission for transfers", "transfer-explains", "12 are incoming", func(o *shopifysim.Options) { o.Scopes = shopifysim.AllScopes }, func(r *rig, tea, _ agent.ItemID, second string) {
		got(r.shop.ShipTransfer(got(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 12)))(r)))(r)
		r.counted[tea] = r.shop.OnHand(string(tea)) + 12
	}},
	{"a transfer was received in part", "transfer-open", "2 of 6 are received", nil, func(r *rig, tea, _ agent.ItemID, second string) {
		sent := got(r.shop.ShipTransfer(got(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 6)))(r)))(r)
		must(r, r.shop.ReceiveShipment(sent, line(tea, 2)))
	}},
	{"a transfer is open for long", "transfer-open", "open for 9 days", nil, func(r *rig, tea, _ agent.ItemID, second string) {
		got(r.shop.ShipTransfer(got(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 6)))(r)))(r)
		r.clock.pass(9 * 24 * time.Hour)
	}},
	{"packed parcels were not counted", "committed-explains", "4 units are missing, and 4 are in open orders", nil, func(r *rig, _, mug agent.ItemID, _ string) {
		r.counted[mug] = r.shop.OnHand(string(mug)) - 4
	}},
	{"somebody typed a number", "override", "by Anna", nil, func(r *rig, tea, _ agent.ItemID, _ string) {
		r.counted[tea] = 90
		r.cutOff = r.clock.Now()
		r.clock.pass(time.Hour)
		must(r, r.shop.SetByHand(string(tea), 90, "Anna"))
	}},
	{"two apps write in turn", "ping-pong", "the app Bundler", nil, func(r *rig, tea, _ agent.ItemID, _ string) {
		for range 2 {
			for app, units := range map[string]int64{"Warehouse": 80, "Bundler": 60} {
				must(r, r.shop.SetByApp(string(tea), "", units, app, ""))
				r.clock.pass(time.Minute)
			}
		}
		must(r, r.shop.SetByApp(string(tea), "", 80, "Warehouse", ""))
		r.clock.pass(time.Minute)
		must(r, r.shop.SetByApp(string(tea), "", 60, "Bundler", ""))
	}},
	{"an app sets to zero", "set-to-zero", "the app Importer", nil, func(r *rig, tea, _ agent.ItemID, _ string) {
		must(r, r.shop.SetByApp(string(tea), "", 0, "Importer", ""))
	}},
	{"an app changes much", "unexplained-change", "the app Importer", nil, func(r *rig, tea, _ agent.ItemID, _ string) {
		must(r, r.shop.SetByApp(string(tea), "", 500, "Importer", ""))
	}},
	{"one order is taken off twice", "duplicate-deduction", "took off 5", nil, func(r *rig, tea, _ agent.ItemID, _ string) {
		order := got(r.shop.PlaceOrder("", line(tea, 5)))(r)
		r.clock.pass(time.Minute)
		must(r, r.shop.SetByApp(string(tea), "", r.shop.OnHand(string(tea))-5, "Marketplace", order))
	}},
	{"below zero", "negative", "on hand -3", nil, func(r *rig, _, mug agent.ItemID, _ string) {
		got(r.shop.SellPOS(shopifysim.Sale{Receipt: "X", Lines: []shopifysim.Line{line(mug, r.shop.OnHand(string(mug))+3)}}))(r)
	}},
	{"sold twice over", "oversold", "available -", nil, func(r *rig, _, mug agent.ItemID, _ string) {
		got(r.shop.PlaceOrder("", line(mug, r.shop.OnHand(string(mug)))))(r)
	}},
	{"goes on being sold", "oversell", "sold on", nil, func(r *rig, _, _ agent.ItemID, _ string) {
		r.item(shopifysim.Item{SKU: "MORE", Tracked: true, Stocked: true, OnHand: 5, Oversell: true})
	}},
	{"two items with one barcode", "shared-barcode", "4006381333931", nil, func(r *rig, _, _ agent.ItemID, _ string) {
		for _, sku := range []string{"ONE", "TWO"} {
			r.item(shopifysim.Item{SKU: sku, Tracked: true, Stocked: true, Barcode: "4006381333931"})
		}
	}},
	{"two items with one SKU", "shared-sku", "TWIN", nil, func(r *rig, _, _ agent.ItemID, _ string) {
		r.stocked("TWIN", 1)
		r.stocked("TWIN", 2)
	}},
	{"a bundle", "bundle", "made of other items", nil, func(r *rig, _, _ agent.ItemID, _ string) {
		r.item(shopifysim.Item{SKU: "SET", Tracked: true, Bundle: true})
	}},
	{"another version is served", "shopify.version", "", func(o *shopifysim.Options) { o.Version = "2027-04" }, func(*rig, agent.ItemID, agent.ItemID, string) {}},
	{"an item was deleted", "gone", "MUG", nil, func(r *rig, _, mug agent.ItemID, _ string) { must(r, r.shop.Remove(string(mug))) }},
	{"another counting agent", "other-agent", "gid://stockhand/CycleCount/count-9.request-1", nil, func(r *rig, tea, _ agent.ItemID, _ string) {
		must(r, r.shop.SetByApp(string(tea), "", r.shop.OnHand(string(tea))-1, "Stockhand", "gid://stockhand/CycleCount/count-9.request-1"))
	}},
	{"a large difference", "discrepancy", "-20", nil, func(r *rig, tea, _ agent.ItemID, _ string) { r.counted[tea] = r.shop.OnHand(string(tea)) - 20 }},
	{"a barcode was typed as a quantity", "quantity-absurd", "4006381333931", nil, func(r *rig, tea, _ agent.ItemID, _ string) { r.counted[tea] = 4_006_381_333_931 }},
}

func TestEachFailureIsNamed(t *testing.T) {
	for _, f := range failures {
		t.Run(f.name, func(t *testing.T) {
			r := newRig(t, f.options)
			tea, mug, second := busy(r)
			f.happen(r, tea, mug, second)
			report := r.examine()
			i := slices.IndexFunc(report.Findings, func(found agent.Finding) bool { return found.Code == f.code && found.Severity != agent.Fine })
			if i < 0 {
				t.Fatalf("no finding %q:%s", f.code, shown(report))
			}
			found := report.Findings[i]
			if f.evidence != "" && !strings.Contains(strings.Join(found.Evidence, "\n"), f.evidence) {
				t.Errorf("the evidence for %s has no %q: %q", f.code, f.evidence, found.Evidence)
			}
			if found.What == "" || found.Do == "" || found.Means == "" && f.code != "shopify.token" {
				t.Errorf("%s says too little: %+v", f.code, found)
			}
			if strings.Contains(shown(report), token) {
				t.Error("the token is told")
			}
		})
	}
}

// Sales, parcels, a refund, a transfer that came, an item corrected by a person, open
// orders: all that goes on in a shop, and nothing of it is wrong.
func TestAHealthyShopGivesNoFinding(t *testing.T) {
	for name, options := range map[string]func(*shopifysim.Options){
		"every permission":     nil,
		"needed permissions":   func(o *shopifysim.Options) { o.Scopes = shopifysim.AllScopes },
		"parts only":           func(o *shopifysim.Options) { o.History.PartsOnly = true },
		"rows told twice":      func(o *shopifysim.Options) { o.History.Repeats = true },
		"without orders":       func(o *shopifysim.Options) { o.History.WithoutOrders = true },
		"orders without names": func(o *shopifysim.Options) { o.History.BareOrders = true },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, options)
			tea, mug, _ := busy(r)
			r.counted[tea], r.counted[mug] = r.shop.OnHand(string(tea)), r.shop.OnHand(string(mug))-1
			r.sync = &doctor.Sync{State: "ok", LastSuccess: r.clock.Now(), Running: true}
			report := r.examine()
			if codes := bad(report); len(codes) > 0 || report.Severity != agent.Fine || len(report.Findings) == 0 {
				t.Errorf("found %q:%s", codes, shown(report))
			}
		})
	}
}

// After a count closes only what differs is asked for, and the reason is said.
func TestTheReasonOfADifferenceIsSaidAfterTheCount(t *testing.T) {
	r := newRig(t, nil)
	tea, mug, second := busy(r)
	got(r.shop.ShipTransfer(got(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 12)))(r)))(r)
	p := doctor.Patient{Store: r.store, Connector: r.link, Location: r.at(), Now: r.clock.Now, Review: r.review}
	look := func() doctor.Report { return doctor.Run(t.Context(), r.clock.Now(), p.CountChecks("count-1"), nil) }

	r.counted[tea], r.counted[mug] = r.shop.OnHand(string(tea)), r.shop.OnHand(string(mug))
	before := r.shop.Counters().Requests["SurveyByItems"]
	if report := look(); len(bad(report)) > 0 || r.shop.Counters().Requests["SurveyByItems"] != before {
		t.Errorf("nothing differs:%s", shown(report))
	}
	r.counted[tea] += 12
	r.counted[mug] -= 4
	report := look()
	if codes := bad(report); !slices.Equal(codes, []string{"transfer-explains", "committed-explains", "discrepancy"}) {
		t.Fatalf("found %q:%s", codes, shown(report))
	}
	if f := report.Findings[0]; f.Action == nil || f.Action.Op != "count.recount" || !slices.Equal(f.Items, []agent.ItemID{tea}) {
		t.Errorf("told %+v", f)
	}
}

// Before a count the items that are asked about are looked at, and no others.
func TestItemsAreLookedAtBeforeTheyAreCounted(t *testing.T) {
	r := newRig(t, nil)
	tea, mug, _ := busy(r)
	must(t, r.shop.Track(string(mug), false))
	must(t, r.shop.Track(string(tea), false))
	r.put() // the store has a log
	p := doctor.Patient{Store: r.store, Connector: r.link, Location: r.at(), Now: r.clock.Now, Items: []agent.ItemID{mug}}
	report := doctor.Run(t.Context(), r.clock.Now(), p.ItemChecks(), nil)
	about := doctor.About(report.Findings, []agent.ItemID{mug})
	if len(about) != 1 || about[0].Code != "untracked" || !slices.Equal(about[0].Items, []agent.ItemID{mug}) || about[0].Total != 1 {
		t.Errorf("found %+v:%s", about, shown(report))
	}
	if n := len(doctor.About(report.Findings, []agent.ItemID{tea})); n != 0 {
		t.Errorf("%d findings about an item that was not asked for", n)
	}
}
