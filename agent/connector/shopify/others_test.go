package shopify

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
	"pgregory.net/rapid"
)

func TestChangesByOthersAreToldFromTheHistory(t *testing.T) {
	for name, way := range ways() {
		r, second := two(t, wish{shop: func(o *shopifysim.Options) { everyScope(o); o.History = way }})
		tea := r.item("TEA", 40)
		check(t, r.shop.Stock(string(tea), second, 30))
		check(t, r.shop.SetByHand(string(tea), 41, "Anna")) // before anything is known: told in no way
		r.clock.pass(30 * time.Minute)
		var b book
		b.sweep(r)
		b.follow(r, 2*time.Minute)
		r.sell(tea, 2, "R1")
		r.clock.pass(20 * time.Second)
		check(t, r.shop.SetByHand(string(tea), 30, "Anna"))
		byHand := r.clock.shop().Truncate(time.Second)
		r.clock.pass(20 * time.Second)
		check(t, r.shop.SetByApp(string(tea), "", 33, "Bundler", "gid://bundler/Run/7"))
		b.follow(r, 2*time.Minute)
		sent := must(t)(r.shop.ShipTransfer(must(t)(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 10)))))
		check(t, r.shop.ReceiveShipment(sent, line(tea, 6)))
		order := must(t)(r.shop.PlaceOrder("", line(tea, 4))) // commits, and moves nothing
		b.follow(r, time.Minute)
		r.mustApply(r.request(1, target{tea, 44}))
		b.follow(r, 20*time.Second)
		must(t)(r.shop.Fulfil(order))
		b.follow(r, 10*time.Minute)

		var told []string
		for _, m := range b.order {
			told = append(told, fmt.Sprintf("%s %+d", m.Kind, m.Quantity))
			if m.Kind == agent.Edited && m.Quantity == -9 && !m.Posted.Equal(byHand) {
				t.Errorf("%s: changed at %v, told as %v", name, byHand, m.Posted)
			}
			if m.Kind == agent.Transfer && !strings.HasPrefix(m.Receipt, "#T") {
				t.Errorf("%s: the transfer's receipt is %q", name, m.Receipt)
			}
			if m.Kind != agent.Sale && m.Kind != agent.Shipment && m.Source != historySource || m.Location != r.at() || m.Receipt == "" {
				t.Errorf("%s: told %+v", name, m)
			}
		}
		slices.Sort(told)
		want := []string{"edit +3", "edit -9", "sale -2", "shipment -4", "transfer +6"}
		if !slices.Equal(told, want) {
			t.Errorf("%s: told %v, want %v", name, told, want)
		}
	}
}

// How late the history is nobody promises, so no row of it came before a time that
// its own source called complete: there is no such time. What the feed calls complete
// is about orders, and moves on while the history is silent.
func TestALateHistoryNeitherStopsTheFeedNorMakesItLie(t *testing.T) {
	for _, lag := range []time.Duration{0, 25 * time.Minute, 3 * time.Hour} {
		r := newRig(t, wish{shop: func(o *shopifysim.Options) { everyScope(o); o.History.Lag = lag }})
		tea := r.item("TEA", 40)
		var b book
		b.sweep(r)
		check(t, r.shop.SetByHand(string(tea), 30, "Anna"))
		r.sell(tea, 1, "R1")
		for range int((lag + 2*time.Hour) / time.Minute) {
			r.clock.pass(time.Minute)
			b.sweep(r)
			if behind := r.clock.shop().Sub(b.complete); behind > 5*time.Second {
				t.Fatalf("lag %v: complete up to %v ago", lag, behind)
			}
		}
		if b.sum(tea) != -11 || len(b.order) != 2 {
			t.Errorf("lag %v: told %+v", lag, b.order)
		}
		for _, m := range b.order {
			if (m.Source == source) != (m.Kind == agent.Sale) {
				t.Errorf("lag %v: %+v is told as of the source that is called complete", lag, m)
			}
		}
	}
}

// Where the permission comes or goes, what one source told the other does not repeat.
func TestAPermissionThatComesAndGoesTellsNothingTwice(t *testing.T) {
	r, second := two(t, wish{shop: scopesWithoutHistory})
	tea := r.item("TEA", 100)
	check(t, r.shop.Stock(string(tea), second, 100))
	var b book
	b.sweep(r)
	transfer := must(t)(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 40)))
	sent := must(t)(r.shop.ShipTransfer(transfer))
	total := int64(0)
	for i := range 8 {
		if scopes := shopifysim.EveryScope; i%2 == 0 {
			r.shop.SetScopes(scopes...)
		} else {
			var o shopifysim.Options
			scopesWithoutHistory(&o)
			r.shop.SetScopes(o.Scopes...)
		}
		b.follow(r, 70*time.Minute)
		check(t, r.shop.ReceiveShipment(sent, line(tea, 2)))
		total += 2
		b.follow(r, 3*time.Minute)
		if got := b.sum(tea); got > total {
			t.Fatalf("in turn %d %d were received and %d are told", i, total, got)
		}
	}
	if got := b.sum(tea); got < total-4 {
		t.Errorf("%d were received and %d are told", total, got)
	}
}

func TestWithoutPermissionsTheFeedTellsWhatOrdersMoved(t *testing.T) {
	r, second := two(t, wish{})
	tea := r.item("TEA", 40)
	var b book
	b.sweep(r)
	r.sell(tea, 2, "R1")
	check(t, r.shop.SetByHand(string(tea), 30, "Anna"))
	must(t)(r.shop.ShipTransfer(must(t)(r.shop.NewTransfer(r.shop.Main(), second, line(tea, 3)))))
	b.follow(r, 3*time.Hour)
	if b.sum(tea) != -2 || len(b.order) != 1 {
		t.Errorf("told %+v", b.order)
	}
	c := r.shop.Counters()
	if n := c.Requests["AdjustmentHistory"] + c.Requests["TransfersPage"]; n > 8 {
		t.Errorf("permissions that are not held were asked for %d times in three hours", n)
	}
}

// day is a random day of a shop, and what a receiver of its feed must be told.
type day struct {
	*rig
	draw     *rapid.T
	b        book
	second   string
	items    []agent.ItemID
	orders   []string
	sent     []string
	parcels  []string
	requests int
	ours     map[agent.ItemID]int64
	exact    bool // everything will be told
}

func (d *day) n(most int64) int64 { return rapid.Int64Range(1, most).Draw(d.draw, "units") }

func (d *day) item() agent.ItemID { return rapid.SampledFrom(d.items).Draw(d.draw, "item") }

// one lets one thing happen.
func (d *day) one() {
	item := d.item()
	pick := func(from []string) string { return rapid.SampledFrom(append(from, "none")).Draw(d.draw, "which") }
	switch what := rapid.SampledFrom([]string{
		"sell", "sell", "order", "fulfil", "refund", "cancel", "parcel", "send", "fetch", "receive", "reject", "hand", "app", "adjust", "start",
	}).Draw(d.draw, "what"); what {
	case "sell":
		d.orders = append(d.orders, d.sell(item, d.n(3), ""))
	case "order":
		d.orders = append(d.orders, must(d)(d.shop.PlaceOrder("", line(item, d.n(4)))))
	case "fulfil":
		if id, err := d.shop.Fulfil(pick(d.orders)); err == nil {
			d.parcels = append(d.parcels, id)
		}
	case "refund":
		_, _ = d.shop.Refund(pick(d.orders), rapid.Bool().Draw(d.draw, "restock"))
	case "cancel":
		_ = d.shop.CancelOrder(pick(d.orders))
	case "parcel":
		_ = d.shop.CancelFulfilment(pick(d.parcels))
	case "send", "fetch":
		from, to := d.shop.Main(), d.second
		if what == "fetch" {
			from, to = to, from
		}
		d.sent = append(d.sent, must(d)(d.shop.ShipTransfer(must(d)(d.shop.NewTransfer(from, to, line(item, d.n(5)), line(d.item(), d.n(2)))))))
	case "receive":
		_ = d.shop.ReceiveShipment(pick(d.sent), line(item, d.n(3)))
	case "reject":
		_ = d.shop.RejectShipment(pick(d.sent), line(item, 1))
	case "hand":
		check(d, d.shop.SetByHand(string(item), 90+d.n(20), "Anna"))
	case "app":
		check(d, d.shop.SetByApp(string(item), "", 90+d.n(20), "Bundler", ""))
	case "adjust":
		d.adjust(item)
	case "start":
		d.Connector = d.connect(`search_lag = "2s"`)
	}
}

// adjust lets us write a quantity.
func (d *day) adjust(item agent.ItemID) {
	was, wanted := d.shop.OnHand(string(item)), 90+d.n(20)
	if was == wanted {
		return // nothing is sent then
	}
	d.requests++
	d.mustApply(d.request(d.requests, target{item, wanted}))
	d.ours[item] += d.shop.OnHand(string(item)) - was
}

// changed are the true changes of on hand here since the day began, without ours.
func (d *day) changed(item agent.ItemID) (all []shopifysim.Change) {
	for _, c := range d.shop.History(string(item)) {
		if c.Location == d.shop.Main() && c.Who != "app" && c.What != "stocked" {
			all = append(all, c)
		}
	}
	return all
}

// judge holds what was told to what was so.
func (d *day) judge() {
	for _, item := range d.items {
		moved, left := int64(0), d.changed(item)
		truth := slices.Clone(left)
		for _, c := range truth {
			moved += c.Delta
		}
		if total := d.shop.OnHand(string(item)) - 100; moved+d.ours[item] != total {
			d.Fatalf("the test lost count: %d and %d are not %d", moved, d.ours[item], total)
		}
		parts := make(map[bool]int64) // what transfers brought and took
		for _, m := range d.b.order {
			if m.Item != item {
				continue
			}
			i := slices.IndexFunc(left, func(c shopifysim.Change) bool {
				return c.Delta == m.Quantity && c.At.Sub(m.Posted).Abs() <= 3*time.Second && fits(m.Kind, c)
			})
			switch {
			case i >= 0:
				left = slices.Delete(left, i, i+1)
			case m.Source == transferSource:
				parts[m.Quantity > 0] += m.Quantity
			default:
				d.draw.Fatalf("%s %+d at %v is told, and nothing of the kind was or it is told twice: %+v", m.Kind, m.Quantity, m.Posted, truth)
			}
		}
		d.partsFit(parts, left)
		if d.exact && d.b.sum(item) != moved {
			d.draw.Fatalf("%s moved by %+d, told are %+d; not told: %+v", item, moved, d.b.sum(item), left)
		}
	}
}

// partsFit holds what was told of transfers without a time of their own, or in other
// parts, to what is left of them.
func (d *day) partsFit(parts map[bool]int64, left []shopifysim.Change) {
	for gain, told := range parts {
		so := int64(0)
		for _, c := range left {
			if strings.HasPrefix(c.What, "movement") && (c.Delta > 0) == gain {
				so += c.Delta
			}
		}
		if told > 0 && told > so || told < 0 && told < so {
			d.draw.Fatalf("%+d of transfers are told beyond what is left of them, %+d", told, so)
		}
	}
}

// fits reports whether a change can be told as a kind of movement.
func fits(kind agent.MovementKind, c shopifysim.Change) bool {
	ofOrder := c.Who == "till" || c.Who == "web" || c.Who == "pos"
	switch kind {
	case agent.Edited:
		return c.Who == "Anna" || c.Who == "Bundler" || ofOrder // where rows name no order they are told apart by number
	case agent.Transfer:
		return strings.HasPrefix(c.What, "movement")
	}
	return ofOrder
}

// Whatever happens in a shop, however its history behaves and whenever the agent
// starts anew: nothing is told twice, and what can be known is told exactly. The rest
// is the difference of the books, which names it as not explained.
func TestADayIsToldOnceAndExactly(t *testing.T) {
	names := make([]string, 0)
	for name := range ways() {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(draw *rapid.T) {
		name := rapid.SampledFrom(names).Draw(draw, "way")
		history := rapid.Bool().Draw(draw, "history")
		loose := rapid.Bool().Draw(draw, "loose stamps")
		dates := time.Duration(rapid.SampledFrom([]int{0, -20, -86_400, 3}).Draw(draw, "dates")) * time.Second
		r, second := two(t, wish{section: `search_lag = "2s"`, shop: func(o *shopifysim.Options) {
			o.Scopes = shopifysim.EveryScope
			if !history {
				scopesWithoutHistory(o)
			}
			o.History, o.LooseStamps, o.ShipmentDates, o.SearchLag, o.BucketSize = ways()[name], loose, dates, time.Second, 50_000
		}})
		defer r.client.http.CloseIdleConnections()
		d := &day{rig: r, draw: draw, second: second, ours: make(map[agent.ItemID]int64)}
		for _, sku := range []string{"TEA", "MUG"} {
			item := r.item(sku, 100)
			check(t, r.shop.Stock(string(item), second, 500))
			d.items = append(d.items, item)
		}
		r.clock.pass(5 * time.Second)
		d.b.sweep(r)
		started := false
		for range rapid.IntRange(1, 40).Draw(draw, "steps") {
			was := d.Connector
			d.one()
			started = started || d.Connector != was
			r.clock.pass(time.Duration(rapid.IntRange(0, 40_000).Draw(draw, "ms")) * time.Millisecond)
			if rapid.Bool().Draw(draw, "look") {
				d.b.sweep(r)
			}
		}
		for range 20 {
			r.clock.pass(45 * time.Second)
			d.b.sweep(r)
		}
		// A number that changed in the very second of a sale of as many units can't be
		// told from it where rows name no order.
		way := ways()[name]
		d.exact = history && !way.BareOrders && !way.WithoutOrders && !started
		d.judge()
	})
}
