package shopify

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
	"github.com/stockhand/stockhand/agent/connector/shopify/faultproxy"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
	reading "github.com/stockhand/stockhand/agent/feed"
	"github.com/stockhand/stockhand/agent/upload"
	"github.com/stockhand/stockhand/queue"
)

// backlog is how many lines a count of a stage has, perBatch how many a request: a
// first, a middle and a last one.
const (
	backlog  = 5
	perBatch = 2
)

// stage is a whole way from approvals to a shop, in virtual time, on which anything may
// go wrong: the shop, what lies between, the store, the process.
type stage struct {
	*testing.T
	shop  *shopifysim.Shop
	proxy *faultproxy.Proxy
	path  string
	queue *queue.Queue
	life  *process

	counts int
	items  []agent.ItemID // of the newest count
}

// process is what a run of the agent has in memory.
type process struct {
	connector *Connector
	reads     *reading.Feed
	sends     *upload.Uploader
	end       context.CancelFunc
	parts     sync.WaitGroup
}

func openStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{T: t, shop: shopifysim.New(shopifysim.Options{Token: testToken, BucketSize: 20_000, RestoreRate: 2000})}
	s.proxy = faultproxy.New(s.shop)
	folder, err := os.MkdirTemp("/dev/shm", "stockhand-stage-") // that the disk is synced is proved elsewhere
	if err != nil {
		folder = t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	s.path = filepath.Join(folder, "stockhand.db")
	s.openQueue()
	return s
}

func (s *stage) openQueue() {
	s.Helper()
	var err error
	if s.queue, err = queue.Open(context.Background(), s.path, queue.Options{Clock: realClock{}, AllowFUSE: true}); err != nil {
		s.Fatal(err)
	}
}

func (s *stage) close() {
	s.stop()
	if err := s.queue.Close(); err != nil {
		s.Fatal(err)
	}
}

// death ends the process at its nth step: before or after something is stored or sent.
type death struct {
	mu        sync.Mutex
	steps, at int
}

func (d *death) step() {
	d.mu.Lock()
	d.steps++
	now := d.steps == d.at
	d.mu.Unlock()
	if now {
		runtime.Goexit()
	}
}

// mortal is a store, and mortalShop a connector, around which the process may end.
type mortal struct {
	agent.Store
	*death
}

func (m mortal) Write(ctx context.Context, c agent.Command, decide func(agent.View) (agent.Facts, error)) (agent.Ack, error) {
	m.step()
	ack, err := m.Store.Write(ctx, c, decide)
	m.step()
	return ack, err
}

type mortalShop struct {
	agent.Connector
	agent.Finder
	*death
}

func (m mortalShop) Send(ctx context.Context, r agent.Request) agent.Outcome {
	m.step()
	o := m.Connector.Send(ctx, r)
	m.step()
	return o
}

// connect opens a connector whose requests pass the proxy, each taking a while.
func (s *stage) connect(wire http.RoundTripper) *Connector {
	s.Helper()
	c, err := open(connector.Settings{
		Decode: func(into any) error {
			return toml.NewDecoder(bytes.NewReader([]byte("endpoint = \"http://127.0.0.1:1\"\nsearch_lag = \"0s\""))).Decode(into)
		},
		Secret: func(string) (string, error) { return testToken, nil }, Dir: filepath.Dir(s.path), Clock: realClock{}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		s.Fatal(err)
	}
	c.client.http.Transport = wire
	return c
}

// taking lets an exchange take a while.
type taking struct {
	http.RoundTripper
	d time.Duration
}

func (t taking) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(t.d)
	return t.RoundTripper.RoundTrip(r)
}

// start starts the agent's reading and sending. d may be nil.
func (s *stage) start(d *death) {
	s.Helper()
	p := &process{connector: s.connect(taking{s.proxy, 50 * time.Millisecond})}
	alone := connector.OneAtATime(p.connector)
	p.reads = reading.New(s.queue, alone, realClock{}, reading.Options{Location: s.at(), Every: time.Minute})
	var store agent.Store = s.queue
	shop := alone
	if d != nil {
		store, shop = mortal{s.queue, d}, mortalShop{alone, alone.(agent.Finder), d}
	}
	p.sends = upload.New(store, shop, realClock{}, upload.Options{
		Catcher: p.reads, MaxLines: perBatch, Jitter: func() float64 { return 0.2 },
	})
	ctx, end := context.WithCancel(context.Background())
	p.end = end
	p.parts.Go(func() { _ = p.reads.Run(ctx) })
	p.parts.Go(func() { _ = p.sends.Run(ctx) })
	s.life = p
}

// stop ends the process; what it had in memory is gone.
func (s *stage) stop() {
	if s.life != nil {
		s.life.end()
		s.life.parts.Wait()
		s.life = nil
	}
}

func (s *stage) at() agent.LocationID { return agent.LocationID(s.shop.Main()) }

func (s *stage) put(events ...agent.Event) {
	s.Helper()
	_, err := s.queue.Write(context.Background(), agent.Command{}, func(agent.View) (agent.Facts, error) {
		return agent.Facts{Actor: agent.System("test"), At: time.Now(), Events: events}, nil
	})
	if err != nil {
		s.Fatal(err)
	}
}

// approve stocks new items and approves a variance for each.
func (s *stage) approve(variances ...int64) {
	s.Helper()
	s.counts++
	count := agent.CountID(fmt.Sprintf("count-%d", s.counts))
	s.items = nil
	for i := range variances {
		sku := fmt.Sprintf("S%d-%d", s.counts, i)
		s.items = append(s.items, agent.ItemID(s.shop.AddItem(shopifysim.Item{SKU: sku, Title: sku, Tracked: true, Stocked: true, OnHand: 1000}).Item))
	}
	time.Sleep(5 * time.Second)
	s.put(agent.NewEvent(agent.CountOpened, agent.Count{
		ID: count, Location: s.at(), State: agent.CountDone, Policy: agent.Policy{}.WithDefaults(), Opened: agent.Stamp{At: time.Now()},
	}))
	books, err := s.connect(faultproxy.New(s.shop)).Levels(context.Background(), s.at(), s.items)
	if err != nil || len(books) != len(s.items) {
		s.Fatal(len(books), err)
	}
	s.put(agent.NewEvent(agent.BookStated, agent.BookFact{Books: books}))
	var head agent.Seq
	if err := s.queue.Read(context.Background(), func(v agent.View) (err error) { _, head, err = v.Head(); return err }); err != nil {
		s.Fatal(err)
	}
	var all []agent.Adjustment
	for i, book := range books {
		book.Seq = head
		all = append(all, agent.Adjustment{
			ID: agent.AdjustmentID(fmt.Sprintf("adjustment-%d-%d", s.counts, i)), Count: count, Item: book.Item, Location: s.at(),
			Counted: book.OnHand + variances[i], Expected: book.OnHand, Variance: variances[i], Book: book,
			CutOff: agent.Stamp{At: time.Now().Add(time.Duration(i) * time.Millisecond)},
		})
	}
	s.put(agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: all}))
}

func (s *stage) deliveries() []agent.Delivery {
	s.Helper()
	var all []agent.Delivery
	err := s.queue.Read(context.Background(), func(v agent.View) (err error) {
		all, err = v.DeliveriesOf(agent.CountID(fmt.Sprintf("count-%d", s.counts)))
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return all
}

// waits reports whether something of the newest count is not decided.
func (s *stage) waits() bool {
	for _, d := range s.deliveries() {
		if d.State == agent.Pending || d.State == agent.Sending || d.State == agent.Staged {
			return true
		}
	}
	return false
}

// finish lets time pass until everything is decided. A person looks once a minute and
// lets a paused upload go on.
func (s *stage) finish(patience time.Duration) {
	s.Helper()
	for end := time.Now().Add(patience); s.waits() && time.Now().Before(end); {
		time.Sleep(5 * time.Second)
		s.life.sends.Nudge()
		if s.life.sends.Status().State == upload.Paused && time.Now().Unix()%60 < 5 {
			s.life.reads.Now()
			s.life.sends.Now()
		}
	}
}

// check holds what the store says of the newest count against what the shop did, and
// returns how many lines ended in which state.
func (s *stage) check() map[agent.DeliveryState]int {
	s.Helper()
	ends := make(map[agent.DeliveryState]int)
	for _, d := range s.deliveries() {
		ends[d.State]++
		written, others := int64(0), int64(0)
		changes := s.shop.History(string(d.Adjustment.Item))
		for _, change := range changes {
			if change.Who == "app" {
				written++
			} else {
				others += change.Delta
			}
		}
		if written > 1 {
			s.Errorf("%s was written %d times", d.Adjustment.ID, written)
		}
		if onHand := s.shop.OnHand(string(d.Adjustment.Item)); onHand != others+written*d.Adjustment.Variance {
			s.Errorf("%s: on hand is %d, without us it were %d, and we wrote %d times %+d", d.Adjustment.ID, onHand, others, written, d.Adjustment.Variance)
		}
		switch d.State {
		case agent.Delivered:
			if written != 1 && !typed(changes, d.Adjustment.Variance) {
				s.Errorf("%s of %+d is called delivered and was written %d times: %v", d.Adjustment.ID, d.Adjustment.Variance, written, changes)
			}
		case agent.Conflict, agent.Rejected:
			if written != 0 {
				s.Errorf("%s is called %s and was written: %v", d.Adjustment.ID, d.State, d.Problem)
			}
		case agent.InDoubt:
		default:
			s.Errorf("%s is still %s: %v", d.Adjustment.ID, d.State, d.Problem)
		}
		if p := d.Problem; d.State != agent.Delivered && (p == nil || p.What == "" || p.Means == "" || p.Do == "") {
			s.Errorf("%s is %s and the card does not say why: %v", d.Adjustment.ID, d.State, p)
		}
	}
	return ends
}

// typed reports whether somebody typed the very number that we were about to write. The
// shop's number can't tell these apart, and it is the right one.
func typed(changes []shopifysim.Change, variance int64) bool {
	for _, change := range changes {
		if change.Who == "Anna" && change.Delta == variance {
			return true
		}
	}
	return false
}
