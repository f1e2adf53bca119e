package shopify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
	"pgregory.net/rapid"
)

// book is what a receiver of the feed knows: movements by their ids.
type book struct {
	known    map[string]agent.Movement
	order    []agent.Movement
	cursor   string
	complete time.Time
}

// receive takes one page in as the agent does: a repeated id is no news.
func (b *book) receive(page agent.Page[agent.Movement]) {
	if b.known == nil {
		b.known = make(map[string]agent.Movement)
	}
	for _, m := range page.Rows {
		if _, again := b.known[m.SourceID]; !again {
			b.known[m.SourceID] = m
			b.order = append(b.order, m)
		}
	}
	b.cursor = page.Next
	if !page.More {
		b.complete = page.Complete
	}
}

// sweep reads the feed to its end.
func (b *book) sweep(r *rig) {
	r.Helper()
	for range 1000 {
		page, err := r.Movements(r.Context(), r.at(), b.cursor)
		if err != nil {
			r.Fatal(err)
		}
		if page.More == !page.Complete.IsZero() {
			r.Fatalf("more %v, complete %v", page.More, page.Complete)
		}
		if b.receive(page); !page.More {
			return
		}
	}
	r.Fatal("the feed does not end")
}

func (b *book) sum(item agent.ItemID) (total int64) {
	for _, m := range b.known {
		if m.Item == item {
			total += m.Quantity
		}
	}
	return total
}

func TestASaleAtTheTillIsToldWithItsReceiptAndTimes(t *testing.T) {
	r := newRig(t, wish{})
	r.clock.skew(90 * time.Minute)
	tea := r.item("TEA", 40)
	r.clock.pass(30 * time.Second)
	paid := r.clock.Now()
	r.clock.pass(10 * time.Minute) // the till was offline
	if _, err := r.shop.SellPOS(shopifysim.Sale{Receipt: "till-1/4711", Occurred: paid.Add(90 * time.Minute), Lines: []shopifysim.Line{{Item: string(tea), Quantity: 3}}}); err != nil {
		t.Fatal(err)
	}
	posted := r.clock.shop().Truncate(time.Second)
	r.clock.pass(2 * time.Second)
	var b book
	b.sweep(r)
	if len(b.order) != 1 {
		t.Fatalf("told %v", b.order)
	}
	m := b.order[0]
	if m.Source != "shopify" || m.SourceID == "" || m.Receipt != "till-1/4711" || m.Kind != agent.Sale || m.Item != tea || m.Location != r.at() || m.Quantity != -3 {
		t.Errorf("told as %+v", m)
	}
	if !m.Posted.Equal(posted) {
		t.Errorf("posted at %v by the shop's clock, told as %v", posted, m.Posted)
	}
	if paid.Before(m.Occurred.Earliest()) || paid.After(m.Occurred.Latest()) || m.Occurred.Uncertainty > 3*time.Second {
		t.Errorf("paid at %v by our clock, told as %v +- %v", paid, m.Occurred.At, m.Occurred.Uncertainty)
	}
	if contains, known := r.level(tea).Contains(m); !contains || !known {
		t.Errorf("the statement contains it: %v, known: %v", contains, known)
	}
}

func TestPagesAreToldInTheOrderOfTheUpdatesAndOnce(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 400)
	var want []string
	for i := range 37 {
		r.clock.pass(time.Second)
		r.sell(tea, 1, fmt.Sprint("R", i))
		want = append(want, fmt.Sprint("R", i))
	}
	r.clock.pass(5 * time.Second)
	var b book
	b.sweep(r)
	var got []string
	for _, m := range b.order {
		got = append(got, m.Receipt)
	}
	if !slices.Equal(got, want) {
		t.Errorf("told %v", got)
	}
	if now := r.clock.shop(); b.complete.After(now) || b.complete.Before(now.Add(-3*time.Second)) {
		t.Errorf("complete up to %v at %v", b.complete, now)
	}
}

func TestAnOrderIsToldWhenItIsFulfilledPartByPart(t *testing.T) {
	r := newRig(t, wish{})
	tea, mug := r.item("TEA", 40), r.item("MUG", 12)
	order, err := r.shop.PlaceOrder("", shopifysim.Line{Item: string(tea), Quantity: 5}, shopifysim.Line{Item: string(mug), Quantity: 1})
	if err != nil {
		t.Fatal(err)
	}
	var b book
	step := func(wantTea, wantMug int64) {
		t.Helper()
		r.clock.pass(3 * time.Second)
		b.sweep(r)
		if b.sum(tea) != wantTea || b.sum(mug) != wantMug {
			t.Errorf("told %d and %d, want %d and %d", b.sum(tea), b.sum(mug), wantTea, wantMug)
		}
		r.onHand(tea, 40+wantTea)
	}
	step(0, 0)
	must(t)(r.shop.Fulfil(order, shopifysim.Line{Item: string(tea), Quantity: 2}))
	step(-2, 0)
	must(t)(r.shop.Fulfil(order))
	step(-5, -1)
	for _, m := range b.order {
		if m.Kind != agent.Shipment || !strings.HasPrefix(m.Receipt, "#") {
			t.Errorf("told as %+v", m)
		}
	}
}

func must(t testing.TB) func(string, error) string {
	return func(id string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
}

func TestRefundsAreToldIfTheGoodsCameBack(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	sale := r.sell(tea, 5, "R1")
	var b book
	r.clock.pass(2 * time.Second)
	b.sweep(r)
	r.clock.pass(time.Hour)
	must(t)(r.shop.Refund(sale, true, shopifysim.Line{Item: string(tea), Quantity: 2}))
	must(t)(r.shop.Refund(sale, false, shopifysim.Line{Item: string(tea), Quantity: 1}))
	r.clock.pass(2 * time.Second)
	b.sweep(r)
	if len(b.order) != 2 || b.sum(tea) != -3 {
		t.Fatalf("told %+v", b.order)
	}
	if back := b.order[1]; back.Kind != agent.Return || back.Quantity != 2 || back.Receipt != "R1" || !back.Posted.After(b.order[0].Posted.Add(time.Minute)) {
		t.Errorf("the refund is told as %+v", back)
	}
	r.onHand(tea, 37)
}

func TestACancelledFulfilmentIsToldThereAndBack(t *testing.T) {
	for _, between := range []bool{true, false} {
		r := newRig(t, wish{})
		tea := r.item("TEA", 40)
		order := must(t)(r.shop.PlaceOrder("", shopifysim.Line{Item: string(tea), Quantity: 3}))
		sent := must(t)(r.shop.Fulfil(order))
		r.clock.pass(5 * time.Second)
		var b book
		if between {
			b.sweep(r)
		}
		if err := r.shop.CancelFulfilment(sent); err != nil {
			t.Fatal(err)
		}
		r.clock.pass(2 * time.Second)
		b.sweep(r)
		if len(b.order) != 2 || b.sum(tea) != 0 || !b.order[1].Posted.After(b.order[0].Posted) {
			t.Errorf("told between: %v: %+v", between, b.order)
		}
		r.onHand(tea, 40)
	}
}

func TestACancelledOrderMovesNothing(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	order := must(t)(r.shop.PlaceOrder("", shopifysim.Line{Item: string(tea), Quantity: 3}))
	if err := r.shop.CancelOrder(order); err != nil {
		t.Fatal(err)
	}
	r.clock.pass(2 * time.Second)
	var b book
	b.sweep(r)
	if len(b.order) != 0 {
		t.Errorf("told %+v, yet on hand did not move", b.order)
	}
	r.onHand(tea, 40)
}

func TestOtherLocationsAndDeletedItemsAreLeftOut(t *testing.T) {
	r := newRig(t, wish{})
	tea, gone := r.item("TEA", 40), r.item("GONE", 5)
	attic := r.shop.AddLocation("Attic")
	if err := r.shop.Stock(string(tea), attic, 9); err != nil {
		t.Fatal(err)
	}
	sale := must(t)(r.shop.SellPOS(shopifysim.Sale{Location: attic, Lines: []shopifysim.Line{{Item: string(tea), Quantity: 2}}}))
	must(t)(r.shop.Refund(sale, true))
	r.sell(gone, 1, "")
	if err := r.shop.Remove(string(gone)); err != nil {
		t.Fatal(err)
	}
	r.clock.pass(2 * time.Second)
	var b book
	if b.sweep(r); len(b.order) != 0 {
		t.Errorf("told %+v", b.order)
	}
}

func TestLongReceiptsAreToldWhole(t *testing.T) {
	r := newRig(t, wish{})
	var lines []shopifysim.Line
	for i := range 95 {
		lines = append(lines, shopifysim.Line{Item: string(r.item(fmt.Sprint("S", i), 5)), Quantity: 1})
	}
	sale := must(t)(r.shop.SellPOS(shopifysim.Sale{Receipt: "long", Lines: lines}))
	must(t)(r.shop.Refund(sale, true))
	r.clock.pass(2 * time.Second)
	var b book
	if b.sweep(r); len(b.order) != 2*95 {
		t.Errorf("told %d movements of 95 sold and 95 brought back", len(b.order))
	}
	for _, line := range lines {
		if b.sum(agent.ItemID(line.Item)) != 0 {
			t.Errorf("%s is told with a sum of %d", line.Item, b.sum(agent.ItemID(line.Item)))
		}
	}
}

// A crash loses what a connector remembers; the cursor that was stored goes on.
func TestACursorGoesOnAfterACrash(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 400)
	for range 23 {
		r.clock.pass(time.Second)
		r.sell(tea, 1, "")
	}
	r.clock.pass(3 * time.Second)
	var b book
	for pages := 0; b.complete.IsZero(); pages++ {
		r.Connector = r.connect("")
		page, err := r.Movements(t.Context(), r.at(), b.cursor)
		if err != nil || pages > 50 {
			t.Fatal(pages, err)
		}
		// The page is stored, or the crash comes before and it is told again.
		if pages%3 != 1 {
			b.receive(page)
		}
		if pages == 2 {
			r.sell(tea, 7, "while the sweep is under way")
		}
		r.clock.pass(time.Second)
	}
	b.sweep(r)
	r.clock.pass(10 * time.Second)
	b.sweep(r)
	if b.sum(tea) != -30 || b.sum(tea) != r.shop.OnHand(string(tea))-400 {
		t.Errorf("told %d of 30 sold", -b.sum(tea))
	}
}

func TestAPageThatTheShopForgotBeginsTheSweepAgain(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 400)
	for range 12 {
		r.clock.pass(time.Second)
		r.sell(tea, 1, "")
	}
	r.clock.pass(3 * time.Second)
	page, err := r.Movements(t.Context(), r.at(), "")
	if err != nil || !page.More {
		t.Fatal(page, err)
	}
	b := book{cursor: page.Next}
	r.shop.Fail(shopifysim.Fault{Operation: "OrdersPage", Effect: shopifysim.TopLevel("INVALID_CURSOR")})
	if b.sweep(r); b.sum(tea) != -12 {
		t.Errorf("told %d of 12", -b.sum(tea))
	}
}

func TestADamagedCursorLosesNothing(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 400)
	r.sell(tea, 1, "long ago")
	r.clock.pass(30 * 24 * time.Hour)
	for _, cursor := range []string{"{", "null", `{"since":"9999-01-01T00:00:00Z"}`, `{"after":"x"}`, `{"lag":9e18}`} {
		b := book{cursor: cursor}
		if b.sweep(r); b.sum(tea) != -1 {
			t.Errorf("from %q nothing is told", cursor)
		}
		r.feed = feed{}
	}
}

func TestAFeedBeginsAnHourBack(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 400)
	r.sell(tea, 1, "old")
	r.clock.pass(2 * time.Hour)
	r.sell(tea, 1, "new")
	r.clock.pass(2 * time.Second)
	var b book
	if b.sweep(r); len(b.order) != 1 || b.order[0].Receipt != "new" {
		t.Errorf("told %+v", b.order)
	}
}

// Whatever happens in the shop, what was posted before a time up to which the feed
// calls itself complete has been told, as long as the search is not slower than
// it is taken to be.
func TestCompleteIsNeverClaimedTooEarly(t *testing.T) {
	rapid.Check(t, func(draw *rapid.T) {
		lag := time.Duration(rapid.IntRange(0, 12).Draw(draw, "lag")) * 500 * time.Millisecond
		r := newRig(t, wish{
			shop:    func(o *shopifysim.Options) { o.SearchLag = lag },
			section: fmt.Sprintf("search_lag = %q", lag),
		})
		defer r.client.http.CloseIdleConnections()
		r.clock.skew(time.Duration(rapid.IntRange(-7200, 7200).Draw(draw, "skew")) * time.Second)
		tea := r.item("TEA", 1000)
		type posted struct {
			at    time.Time
			units int64
		}
		var all []posted
		var orders []string
		var b book
		for range rapid.IntRange(1, 40).Draw(draw, "steps") {
			r.clock.pass(time.Duration(rapid.IntRange(0, 3000).Draw(draw, "ms")) * time.Millisecond)
			at := r.clock.shop().Truncate(time.Second)
			switch rapid.SampledFrom([]string{"sell", "sell", "order", "fulfil", "refund", "look", "look", "page"}).Draw(draw, "what") {
			case "sell":
				orders = append(orders, r.sell(tea, 1, ""))
				all = append(all, posted{at, -1})
			case "order":
				orders = append(orders, must(t)(r.shop.PlaceOrder("", shopifysim.Line{Item: string(tea), Quantity: 2})))
			case "fulfil":
				if len(orders) > 0 {
					if _, err := r.shop.Fulfil(rapid.SampledFrom(orders).Draw(draw, "order"), shopifysim.Line{Item: string(tea), Quantity: 1}); err == nil {
						all = append(all, posted{at, -1})
					}
				}
			case "refund":
				if len(orders) > 0 {
					if _, err := r.shop.Refund(rapid.SampledFrom(orders).Draw(draw, "order"), true, shopifysim.Line{Item: string(tea), Quantity: 1}); err == nil {
						all = append(all, posted{at, 1})
					}
				}
			case "page":
				page, err := r.Movements(t.Context(), r.at(), b.cursor)
				if err != nil {
					draw.Fatal(err)
				}
				b.receive(page)
			case "look":
				b.sweep(r)
			}
			count := func(of func(at time.Time) bool) (told, true_ int) {
				for _, m := range b.known {
					if of(m.Posted) {
						told++
					}
				}
				for _, p := range all {
					if of(p.at) {
						true_++
					}
				}
				return told, true_
			}
			told, posted := count(func(at time.Time) bool { return at.Before(b.complete) })
			if told != posted {
				draw.Fatalf("complete up to %v, yet %d of %d are told", b.complete, told, posted)
			}
		}
		r.clock.pass(time.Minute)
		b.sweep(r) // ends a sweep that may have begun long ago
		b.sweep(r)
		if want := r.shop.OnHand(string(tea)) - 1000; b.sum(tea) != want {
			draw.Fatalf("told %d, moved %d", b.sum(tea), want)
		}
	})
}

// A search that is slower than it is taken to be is noticed: what it found late is
// told, and it is given more time from then on, also after a restart.
func TestASlowSearchIsLearned(t *testing.T) {
	r := newRig(t, wish{
		shop:    func(o *shopifysim.Options) { o.SearchLag = 15 * time.Second },
		section: `search_lag = "1s"`,
	})
	tea := r.item("TEA", 400)
	r.clock.pass(time.Minute)
	var b book
	for range 90 {
		r.sell(tea, 1, "")
		r.clock.pass(2 * time.Second)
		b.sweep(r)
	}
	r.clock.pass(2 * time.Minute)
	b.sweep(r)
	if b.sum(tea) != -90 {
		t.Errorf("told %d of 90", -b.sum(tea))
	}
	if r.feed.lag < 15*time.Second || !r.feed.raised {
		t.Errorf("the search needs 15 s and is given %v", r.feed.lag)
	}
	if f := find(r.Check(t.Context()), "shopify.search-lag"); f.Severity != agent.Warning || !strings.Contains(f.What, r.feed.lag.String()) {
		t.Errorf("the check says %+v", f)
	}
	fresh := r.connect(`search_lag = "1s"`)
	if _, err := fresh.Movements(t.Context(), r.at(), b.cursor); err != nil || fresh.feed.lag != r.feed.lag {
		t.Errorf("after a restart it is given %v, %v", fresh.feed.lag, err)
	}
}

// A search that is as quick as it is taken to be gives no reason for more.
func TestAQuickSearchKeepsItsTime(t *testing.T) {
	r := newRig(t, wish{
		shop:    func(o *shopifysim.Options) { o.SearchLag = 2 * time.Second },
		section: `search_lag = "2s"`,
	})
	tea := r.item("TEA", 4000)
	var b book
	for i := range 300 {
		r.sell(tea, 1, "")
		r.clock.pass(700 * time.Millisecond)
		if i%3 == 0 {
			b.sweep(r)
		}
	}
	if r.feed.raised || r.feed.lag > 4*time.Second {
		t.Errorf("the search is given %v", r.feed.lag)
	}
}

func find(findings []agent.Finding, code string) agent.Finding {
	i := slices.IndexFunc(findings, func(f agent.Finding) bool { return f.Code == code })
	if i < 0 {
		return agent.Finding{What: cmp.Or("there is no finding "+code, code)}
	}
	return findings[i]
}

// A reading that fails leaves nothing in doubt, and does not say so.
func TestAFailedReadingPutsNothingInDoubt(t *testing.T) {
	for name, effect := range map[string]shopifysim.Effect{"cut": shopifysim.Cut(), "failing": shopifysim.Status(502, 0), "own error": shopifysim.TopLevel("INTERNAL_SERVER_ERROR")} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, wish{})
			r.item("TEA", 40)
			r.shop.Fail(shopifysim.Fault{Times: shopifysim.Always, Effect: effect})
			_, err := r.Movements(t.Context(), r.at(), "")
			if e := agent.AsError(err); err == nil || e.Class != agent.Retry || strings.Contains(e.Means+e.Do, "became of") || !strings.Contains(e.Means, "only read") {
				t.Errorf("%v means %q", err, agent.AsError(err).Means)
			}
		})
	}
}
