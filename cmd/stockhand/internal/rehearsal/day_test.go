package rehearsal

import (
	"cmp"
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// scenario is one day.
type scenario struct {
	name   string
	items  int
	sales  int           // in four hours
	basket time.Duration // the longest time between shelf and till, and the count's setting
	late   float64       // share of sales at a till that is offline until all is posted
	ahead  time.Duration // of the shop's clock
	set    time.Duration // by how much the shop's clock is set while people count
	lag    time.Duration // until the shop's search knows an order; 2 s if zero
	outage time.Duration // without the internet, from the middle of the counting on
	method agent.Method
	seed   uint64
}

// The hours of a day. Customers come before the count is opened and go on coming
// until long after it was closed.
const (
	countAfter = 30 * time.Minute
	perSales   = 4 * time.Hour
	trading    = 9 * time.Hour
)

// morning is when the shop opens.
var morning = time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)

// day is a shop, its people and the agent.
type day struct {
	t        *testing.T
	scenario scenario
	shop     *shopifysim.Shop
	shelves  *shelves
	goods    []good
	byItem   map[agent.ItemID]int
	office   *office
	till     *till
}

// play plays a day and returns what came of it. It must run in a bubble of virtual
// time.
func play(t *testing.T, s scenario) outcome {
	t.Helper()
	time.Sleep(time.Until(morning))
	d := &day{t: t, scenario: s, byItem: map[agent.ItemID]int{}}
	d.shop = shopifysim.New(shopifysim.Options{Now: d.shopTime, Token: token, SearchLag: cmp.Or(s.lag, 2*time.Second)})
	d.stock(rand.New(rand.NewPCG(s.seed, 1)))
	wire := newWire()
	server := &http.Server{Handler: slow(d.shop, s.seed)}
	var around sync.WaitGroup
	around.Go(func() { _ = server.Serve(wire) })
	d.office = openOffice(t, d.shop, connect(t, wire), agent.Policy{BasketTime: max(s.basket, time.Second), Method: s.method})
	d.till = newTill(d)
	d.catalogue()
	d.office.run()
	around.Go(d.till.run)
	if s.outage > 0 {
		around.Go(d.loseInternet)
	}
	defer time.Sleep(time.Second) // for answers that nobody waited for
	defer around.Wait()
	defer server.Close()
	defer d.office.close()

	time.Sleep(countAfter)
	m := newManager(d)
	m.rehearse()
	return m.outcome
}

// middle is when people count.
func (d *day) middle() time.Time { return morning.Add(countAfter + 20*time.Minute) }

// shopTime is what the shop's clock shows.
func (d *day) shopTime() time.Time {
	now := time.Now()
	if d.scenario.set != 0 && now.After(d.middle()) {
		now = now.Add(d.scenario.set)
	}
	return now.Add(d.scenario.ahead)
}

// loseInternet lets the shop be out of reach for a while.
func (d *day) loseInternet() {
	time.Sleep(time.Until(d.middle()))
	d.shop.Offline(true)
	time.Sleep(d.scenario.outage)
	d.shop.Offline(false)
}

// catalogue reads the shop's catalogue and adds the places, which a Shopify shop does
// not know.
func (d *day) catalogue() {
	ctx, admin := context.Background(), agent.Actor{Kind: agent.PersonActor, ID: "admin"}
	if _, _, err := d.office.feed.Sync(ctx, d.office.queue, admin, nil); err != nil {
		d.t.Fatal(err)
	}
	var items []agent.Item
	err := d.office.queue.Read(ctx, func(v agent.View) (err error) {
		items, err = v.Items()
		return err
	})
	if err != nil || len(items) != len(d.goods) {
		d.t.Fatalf("%d of %d articles came from the shop: %v", len(items), len(d.goods), err)
	}
	next := func() (agent.Item, bool, error) {
		if len(items) == 0 {
			return agent.Item{}, false, nil
		}
		item := items[0]
		items = items[1:]
		item.Bins = d.goods[d.byItem[item.ID]].bins
		return item, true, nil
	}
	if _, err := d.office.queue.Replace(ctx, admin, time.Now(), "rehearsal", next, d.places(), nil); err != nil {
		d.t.Fatal(err)
	}
}

// onHand is what the shop's books say of a good.
func (d *day) onHand(i int) int64 { return d.shop.OnHand(string(d.goods[i].id)) }

// evening is when the last customer comes.
func (d *day) evening() time.Time { return morning.Add(trading) }
