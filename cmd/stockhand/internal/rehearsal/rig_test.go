package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
	"github.com/stockhand/stockhand/agent/connector/shopify"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
	"github.com/stockhand/stockhand/agent/feed"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/agent/upload"
	"github.com/stockhand/stockhand/queue"
)

// wall is the one clock of everything. Inside a synctest bubble it is virtual: it
// goes on when nobody has anything left to do.
type wall struct{}

func (wall) Now() time.Time { return time.Now() }

// endpoint is where the simulated shop is reached. Nothing listens there: see dial.
const endpoint = "127.0.0.1:1"

// wire leads from the connector to the shop. Virtual time stands still while
// anybody waits for a real network, so the bytes of HTTP go through memory.
type wire struct {
	calls chan net.Conn
	once  sync.Once
	ended chan struct{}
}

func newWire() *wire { return &wire{calls: make(chan net.Conn), ended: make(chan struct{})} }

var _ net.Listener = (*wire)(nil)

func (w *wire) dial(ctx context.Context, _, address string) (net.Conn, error) {
	if address != endpoint {
		return nil, fmt.Errorf("a rehearsal does not reach for %s", address)
	}
	ours, theirs := net.Pipe()
	select {
	case w.calls <- theirs:
		return ours, nil
	case <-w.ended:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.calls:
		return c, nil
	case <-w.ended:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error   { w.once.Do(func() { close(w.ended) }); return nil }
func (w *wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// slow lets the time of a way through the internet pass on both ways.
func slow(shop http.Handler, seed uint64) http.Handler {
	var mu sync.Mutex
	r := rand.New(rand.NewPCG(seed, 5))
	pause := func() time.Duration {
		mu.Lock()
		defer mu.Unlock()
		return 20*time.Millisecond + time.Duration(r.Int64N(int64(180*time.Millisecond)))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(pause())
		shop.ServeHTTP(w, r)
		time.Sleep(pause())
	})
}

// office is the agent as it runs in a shop, without the page and the drivers.
type office struct {
	t       *testing.T
	queue   *queue.Queue
	station *station.Station
	feed    *feed.Feed
	upload  *upload.Uploader
	end     context.CancelFunc
	parts   sync.WaitGroup
	serial  int
	mu      sync.Mutex
}

var patching sync.Mutex // of the default transport

const token = "shpat_simulated"

// connect opens the connector. Its transport is a copy of the default one, which
// leads through w meanwhile.
func connect(t *testing.T, w *wire) agent.Connector {
	t.Helper()
	patching.Lock()
	defer patching.Unlock()
	transport := http.DefaultTransport.(*http.Transport)
	before := transport.DialContext
	transport.DialContext = w.dial
	defer func() { transport.DialContext = before }()
	section, err := toml.Marshal(map[string]string{"shop": "simulated", "endpoint": "http://" + endpoint})
	if err != nil {
		t.Fatal(err)
	}
	c, err := shopify.Open(connector.Settings{
		Decode: func(into any) error { return toml.Unmarshal(section, into) },
		Secret: func(name string) (string, error) {
			if name == "shopify.token" {
				return token, nil
			}
			return "", errors.New("there is no such secret")
		},
		Dir: t.TempDir(), Clock: wall{}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return connector.OneAtATime(c)
}

// openOffice starts the agent. Its rows are on the disk, synced, before anybody goes
// on, as everywhere.
func openOffice(t *testing.T, shop *shopifysim.Shop, upstream agent.Connector, policy agent.Policy) *office {
	t.Helper()
	ctx := context.Background()
	q, err := queue.Open(ctx, filepath.Join(t.TempDir(), "queue.db"), queue.Options{Clock: wall{}})
	if err != nil {
		t.Fatal(err)
	}
	location := agent.LocationID(shop.Main())
	o := &office{t: t, queue: q}
	o.feed = feed.New(q, upstream, wall{}, feed.Options{Location: location, Busy: readEvery})
	o.upload = upload.New(q, upstream, wall{}, upload.Options{Catcher: o.feed})
	o.station, err = station.Start(ctx, q, wall{}, agent.RunFact{Version: "rehearsal"}, station.Options{
		Location: location, Policy: policy, Feed: true, Nudge: o.nudge,
	})
	if err != nil {
		t.Fatal(err)
	}
	q.SetPublisher(o)
	return o
}

// readEvery is how often the feed is read while a count is open. A shop's agent does
// it every second; here that would be most of the work.
const readEvery = time.Minute

// run starts what works by itself.
func (o *office) run() {
	ctx, end := context.WithCancel(context.Background())
	o.end = end
	for _, part := range []func(context.Context) error{o.feed.Run, o.upload.Run, o.queue.Run} {
		o.parts.Go(func() {
			if err := part(ctx); err != nil && !errors.Is(err, context.Canceled) {
				o.t.Error(err)
			}
		})
	}
}

func (o *office) close() {
	o.end()
	o.parts.Wait()
	if err := o.queue.Close(); err != nil {
		o.t.Error(err)
	}
}

// Committed implements agent.Publisher.
func (o *office) Committed(agent.Seq) { o.nudge() }

func (o *office) nudge() {
	o.feed.Nudge()
	o.upload.Nudge()
}

// call carries out a command, as the page and the command line do.
func (o *office) call(who agent.Caller, op string, args map[string]any, result any) error {
	o.mu.Lock()
	o.serial++
	id := fmt.Sprintf("command-%d", o.serial)
	o.mu.Unlock()
	text, err := json.Marshal(args)
	if err != nil {
		return err
	}
	answer, err := o.station.Dispatch(context.Background(), who, id, op, text)
	if err != nil || result == nil {
		return err
	}
	if text, err = json.Marshal(answer); err != nil {
		return err
	}
	return json.Unmarshal(text, result)
}

// must is call where nothing may go wrong.
func (o *office) must(who agent.Caller, op string, args map[string]any, result any) {
	o.t.Helper()
	if err := o.call(who, op, args, result); err != nil {
		o.t.Fatalf("%s %v: %v", op, args, err)
	}
}

func caller(name string, role agent.Role) agent.Caller {
	return agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: name}, Role: role, Origin: name}
}
