package shopify

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
	reading "github.com/stockhand/stockhand/agent/feed"
	"github.com/stockhand/stockhand/agent/upload"
	"github.com/stockhand/stockhand/queue"
)

// busyShop is a shop that goes on selling while a whole backlog is delivered. Time
// is virtual: an exchange takes as long as it is told to.
type busyShop struct {
	*testing.T
	shop     *shopifysim.Shop
	at       agent.LocationID
	upstream agent.Connector
	queue    *queue.Queue
	items    []agent.ItemID
	sold     map[agent.ItemID]int64
	random   *rand.Rand
}

type realClock struct{}

func (realClock) Now() time.Time { return time.Now() }

// nearby hands requests to the shop without a network, each taking a while.
type nearby struct {
	shop  http.Handler
	takes time.Duration
}

func (n nearby) RoundTrip(r *http.Request) (*http.Response, error) {
	if t := httptrace.ContextClientTrace(r.Context()); t != nil && t.GotConn != nil {
		t.GotConn(httptrace.GotConnInfo{})
	}
	time.Sleep(n.takes / 2)
	answer := httptest.NewRecorder()
	n.shop.ServeHTTP(answer, r)
	time.Sleep(n.takes / 2)
	return answer.Result(), nil
}

// openBusyShop stocks items, and approves that one unit of each is missing.
func openBusyShop(t *testing.T, items int, options shopifysim.Options) *busyShop {
	t.Helper()
	b := &busyShop{T: t, sold: make(map[agent.ItemID]int64), random: rand.New(rand.NewPCG(1, 2))}
	b.shop = shopifysim.New(options)
	b.at = agent.LocationID(b.shop.Main())
	for i := range items {
		sku := fmt.Sprintf("S%03d", i)
		b.items = append(b.items, agent.ItemID(b.shop.AddItem(shopifysim.Item{SKU: sku, Title: sku, Tracked: true, Stocked: true, OnHand: 1000}).Item))
	}
	b.begin()
	return b
}

// begin starts an agent, and approves that one unit of each item is missing.
func (b *busyShop) begin() {
	t := b.T
	t.Helper()
	c, err := open(connector.Settings{
		Decode: func(into any) error {
			return toml.NewDecoder(bytes.NewReader([]byte(`endpoint = "http://127.0.0.1:1"`))).Decode(into)
		},
		Secret: func(string) (string, error) { return testToken, nil }, Dir: t.TempDir(), Clock: realClock{}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	c.client.http.Transport = nearby{b.shop, 120 * time.Millisecond}
	b.upstream = connector.OneAtATime(c)
	if b.queue, err = queue.Open(t.Context(), filepath.Join(t.TempDir(), "stockhand.db"), queue.Options{Clock: realClock{}, AllowFUSE: true}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Minute)
	b.approve()
}

func (b *busyShop) put(events ...agent.Event) {
	b.Helper()
	_, err := b.queue.Write(context.Background(), agent.Command{}, func(agent.View) (agent.Facts, error) {
		return agent.Facts{Actor: agent.System("test"), At: time.Now(), Events: events}, nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func (b *busyShop) approve() {
	b.Helper()
	at := b.at
	b.put(agent.NewEvent(agent.CountOpened, agent.Count{
		ID: "count-1", Location: at, State: agent.CountClosed, Policy: agent.Policy{}.WithDefaults(), Opened: agent.Stamp{At: time.Now()},
	}))
	var books []agent.Book
	for part := range slices.Chunk(b.items, 50) {
		stated, err := b.upstream.Levels(b.Context(), at, part)
		for err != nil && agent.AsError(err).After > 0 {
			time.Sleep(agent.AsError(err).After)
			stated, err = b.upstream.Levels(b.Context(), at, part)
		}
		if err != nil || len(stated) != len(part) {
			b.Fatal(len(stated), err)
		}
		books = append(books, stated...)
	}
	b.put(agent.NewEvent(agent.BookStated, agent.BookFact{Books: books}))
	var head agent.Seq
	if err := b.queue.Read(b.Context(), func(v agent.View) (err error) { _, head, err = v.Head(); return err }); err != nil {
		b.Fatal(err)
	}
	var all []agent.Adjustment
	for i, book := range books {
		book.Seq = head
		all = append(all, agent.Adjustment{
			ID: agent.AdjustmentID(fmt.Sprintf("adjustment-%d", i+1)), Count: "count-1", Item: book.Item, Location: at,
			Counted: book.OnHand - 1, Expected: book.OnHand, Variance: -1, Book: book, CutOff: agent.Stamp{At: time.Now().Add(time.Duration(i) * time.Second)},
		})
	}
	b.put(agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: all}))
}

// sell sells single units at random moments until ctx ends. A tenth of the items
// makes half of the sales.
func (b *busyShop) sell(ctx context.Context, each time.Duration) {
	for ctx.Err() == nil {
		time.Sleep(time.Duration(b.random.ExpFloat64() * float64(each)))
		item := b.items[b.random.IntN(len(b.items))]
		if b.random.IntN(2) == 0 {
			item = b.items[b.random.IntN(len(b.items)/10)*10]
		}
		if _, err := b.shop.SellPOS(shopifysim.Sale{Lines: []shopifysim.Line{{Item: string(item), Quantity: 1}}}); err != nil {
			b.Error(err)
		}
		b.sold[item]++
	}
}

// left tells how many deliveries are in a state other than delivered.
func (b *busyShop) left() map[agent.DeliveryState]int {
	b.Helper()
	left := make(map[agent.DeliveryState]int)
	err := b.queue.Read(context.Background(), func(v agent.View) error {
		all, err := v.DeliveriesOf("count-1")
		for _, d := range all {
			if d.State != agent.Delivered {
				left[d.State]++
			}
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return left
}

// deliver uploads until nothing is left or patience ends, and returns how long it
// took.
func (b *busyShop) deliver(patience time.Duration) time.Duration {
	ctx, end := context.WithCancel(context.Background())
	reads := reading.New(b.queue, b.upstream, realClock{}, reading.Options{Location: b.at})
	sends := upload.New(b.queue, b.upstream, realClock{}, upload.Options{Catcher: reads})
	var run sync.WaitGroup
	run.Go(func() { _ = reads.Run(ctx) })
	run.Go(func() { _ = sends.Run(ctx) })
	began := time.Now()
	for len(b.left()) > 0 && time.Since(began) < patience {
		time.Sleep(time.Second)
		reads.Nudge()
		sends.Nudge()
	}
	took := time.Since(began)
	end()
	run.Wait()
	return took
}

// A backlog is delivered in bounded time however much is sold meanwhile, each line
// once, and nobody is asked about it.
func TestABusyShopGetsItsBacklog(t *testing.T) {
	for _, c := range []struct {
		perSecond float64
		points    float64 // that the shop's plan restores a second
		within    time.Duration
	}{{0.2, 100, time.Minute}, {1, 100, 3 * time.Minute}, {2, 100, 5 * time.Minute}, {5, 1000, 2 * time.Minute}} {
		t.Run(fmt.Sprint(c.perSecond, " sales a second"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := openBusyShop(t, 400, shopifysim.Options{Token: testToken, SearchLag: 3 * time.Second, RestoreRate: c.points, BucketSize: 20 * c.points})
				defer b.queue.Close()
				ctx, close := context.WithCancel(context.Background())
				var trade sync.WaitGroup
				trade.Go(func() { b.sell(ctx, time.Duration(float64(time.Second)/c.perSecond)) })
				took := b.deliver(c.within)
				close()
				trade.Wait()
				sent := b.shop.Counters()
				t.Logf("%v: %d requests, %d refused, %d readings, left %v", took.Round(time.Second),
					sent.Requests["SetQuantities"], sent.Rejected, sent.Requests["LevelsByItems"], b.left())
				if left := b.left(); len(left) > 0 {
					t.Errorf("after %v there are still %v", took, left)
				}
				for i, item := range b.items {
					if got, want := b.shop.OnHand(string(item)), 1000-1-b.sold[item]; got != want && len(b.left()) == 0 {
						t.Errorf("item %d: on hand is %d, must be %d", i, got, want)
					}
				}
			})
		})
	}
}

// A sweep ends even if more is sold during each page than a page holds.
func TestASweepEndsInABusyShop(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 10_000)
	for range 20 {
		r.sell(tea, 1, "")
	}
	r.before = func(*http.Request) {
		r.clock.pass(2 * time.Second)
		for range 60 {
			r.sell(tea, 1, "")
		}
	}
	all := book{}
	for pages := 1; ; pages++ {
		page, err := r.Movements(t.Context(), r.at(), all.cursor)
		if err != nil || pages > 30 {
			t.Fatalf("after %d pages there is still more: %v", pages, err)
		}
		if all.receive(page); !page.More {
			break
		}
	}
	r.before = nil
	r.clock.pass(10 * time.Second)
	all.sweep(r)
	if want := 10_000 - r.shop.OnHand(string(tea)); int64(len(all.order)) != want {
		t.Errorf("what came later is told by the next sweep: %d sales of %d", len(all.order), want)
	}
}
