package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/queue"
	"github.com/stockhand/stockhand/ui/live"
)

// clock is the system's, moved by what a test asks for.
type clock struct{ ahead atomic.Int64 }

func (c *clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// shop is an agent with a real database and a page, as cmd puts it together.
type shop struct {
	t       testing.TB
	clock   *clock
	queue   *queue.Queue
	station *station.Station
	server  *Server
	path    string
	log     strings.Builder
	logMu   sync.Mutex
	reads   atomic.Int64
	stop    func()

	upstream atomic.Pointer[live.Upstream]
	states   atomic.Pointer[[]live.DeviceState]
	damage   atomic.Pointer[agent.Error]
	pairing  atomic.Pointer[live.Pairing]
	world    live.Simulation
}

func (s *shop) Write(p []byte) (int, error) {
	s.logMu.Lock()
	defer s.logMu.Unlock()
	return s.log.Write(p)
}

// linker hands links on to a server that is made after the station.
type linker struct{ s *shop }

func (l linker) Link(role agent.Role, name string) (string, time.Time, error) {
	return l.s.server.Link(role, name)
}

// open starts an agent with a small catalogue.
func open(t testing.TB) *shop {
	s := &shop{t: t, clock: &clock{}, path: filepath.Join(t.TempDir(), "stockhand.db")}
	s.begin()
	s.fill(20)
	t.Cleanup(func() { s.stop() })
	return s
}

// begin opens the database and serves the page, as often as a test likes.
func (s *shop) begin() {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	if s.queue, err = queue.Open(ctx, s.path, queue.Options{Clock: s.clock}); err != nil {
		s.t.Fatal(err)
	}
	s.station, err = station.Start(ctx, s.queue, s.clock, agent.RunFact{Version: "test"}, station.Options{Location: "shop", Feed: true, Linker: linker{s}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.server, err = New(ctx, Options{
		Store: s.queue, Clock: s.clock, Log: slog.New(slog.NewTextHandler(s, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Dispatch: s.station.Dispatch, Version: "test-version-9.9", Simulation: s.world,
		Upstream: func() live.Upstream { return deref(s.upstream.Load()) },
		Devices:  func() []live.DeviceState { return deref(s.states.Load()) },
		Damage:   s.damage.Load,
		Pairing:  func() live.Pairing { return deref(s.pairing.Load()) },
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.queue.SetPublisher(s.server)
	ended := make(chan error, 1)
	go func() { ended <- s.server.Run(ctx) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			s.t.Errorf("serve the page: %v", err)
		}
		if err := s.queue.Close(); err != nil {
			s.t.Errorf("close the database: %v", err)
		}
	})
}

func deref[T any](p *T) (zero T) {
	if p == nil {
		return zero
	}
	return *p
}

// code returns the barcode of the nth item.
func code(n int) string { return fmt.Sprintf("ITEM-%03d", n) }

// fill makes a catalogue of n items in two zones of two bins.
func (s *shop) fill(n int) {
	s.t.Helper()
	i := 0
	next := func() (agent.Item, bool, error) {
		if i == n {
			return agent.Item{}, false, nil
		}
		i++
		bin := agent.Bin(fmt.Sprintf("A%d", 1+i%2))
		return agent.Item{
			ID: agent.ItemID(fmt.Sprintf("item-%d", i)), SKU: fmt.Sprintf("SKU-%03d", i), Name: fmt.Sprintf("Mug no. %d", i),
			Tracked: true, Cost: agent.Money{Minor: 777, Currency: "EUR"}, Bins: []agent.Bin{bin},
			Codes: []agent.Barcode{{Text: code(i), Pack: 1}},
		}, true, nil
	}
	places := []agent.Place{{Bin: "A1", Zone: "floor", Label: "BIN-A1"}, {Bin: "A2", Zone: "floor", Label: "BIN-A2"}}
	if _, err := s.queue.Replace(context.Background(), agent.System("test"), s.clock.Now(), "test", next, places, nil); err != nil {
		s.t.Fatal(err)
	}
}

// scan stores a read as a scanner's.
func (s *shop) scan(device agent.DeviceID, raw string) station.Ingested {
	s.t.Helper()
	in, err := s.station.Ingest(context.Background(), agent.Read{Device: device, Sequence: s.reads.Add(1), Raw: []byte(raw), At: s.clock.Now()})
	if err != nil {
		s.t.Fatal(err)
	}
	return in
}

var admin = agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: "boss"}, Role: agent.Admin, Origin: "local"}

// do carries out an operation as the command line does.
func do[T any](s *shop, op string, args any) T {
	s.t.Helper()
	raw, err := json.Marshal(args)
	if err != nil {
		s.t.Fatal(err)
	}
	result, err := s.station.Dispatch(context.Background(), admin, "", op, raw)
	if err != nil {
		s.t.Fatalf("%s: %v", op, err)
	}
	if typed, same := result.(T); same {
		return typed
	}
	text, err := json.Marshal(result) // a part of the answer, as a program would read it
	if err != nil {
		s.t.Fatal(err)
	}
	return decode[T](s.t, text)
}

type fields map[string]any

func (s *shop) openCount() agent.Count {
	s.t.Helper()
	return do[agent.Count](s, "count.open", fields{"name": "Mugs"})
}

// secret returns the secret of a new link.
func (s *shop) secret(role agent.Role, name string) string {
	s.t.Helper()
	url, _, err := s.server.Link(role, name)
	if err != nil {
		s.t.Fatal(err)
	}
	_, secret, found := strings.Cut(url, "#sign-in=")
	if !found {
		s.t.Fatalf("the link %s holds no secret behind the #", url)
	}
	return secret
}

// frame is any frame of the agent.
type frame struct {
	T     string          `json:"t"`
	Topic string          `json:"topic"`
	Seq   agent.Seq       `json:"seq"`
	Last  *bool           `json:"last"`
	Data  json.RawMessage `json:"data"`
	K     string          `json:"k"`
	D     json.RawMessage `json:"d"`
	ID    string          `json:"id"`
	OK    bool            `json:"ok"`
	R     json.RawMessage `json:"r"`
	E     *agent.Error    `json:"e"`
	Epoch string          `json:"epoch"`
	Role  string          `json:"role"`
	Token string          `json:"token"`
	Mode  string          `json:"mode"`
	Nonce string          `json:"nonce"`
}

// client is a page.
type client struct {
	t      testing.TB
	socket *websocket.Conn
	seen   []string // every frame, as it came
	ids    int
}

func (s *shop) header() http.Header {
	return http.Header{"Origin": {strings.TrimSuffix(s.server.URL(), "/")}}
}

func (s *shop) address() string { return "ws" + strings.TrimPrefix(s.server.URL(), "http") + "ws" }

// dial opens a websocket and reads the challenge.
func (s *shop) dial() *client {
	s.t.Helper()
	d := websocket.Dialer{Subprotocols: []string{"stockhand.v1"}, HandshakeTimeout: 10 * time.Second}
	socket, _, err := d.Dial(s.address(), s.header())
	if err != nil {
		s.t.Fatalf("open a websocket: %v", err)
	}
	if socket.Subprotocol() != "stockhand.v1" {
		s.t.Fatalf("the subprotocol is %q", socket.Subprotocol())
	}
	c := &client{t: s.t, socket: socket}
	s.t.Cleanup(func() { _ = socket.Close() })
	if f := c.next(); f.T != "challenge" || f.Nonce == "" {
		s.t.Fatalf("the agent opens with %+v", f)
	}
	return c
}

// signIn opens a page by a new link.
func (s *shop) signIn(role agent.Role) (*client, frame) {
	s.t.Helper()
	c := s.dial()
	c.send(fields{"t": "hello", "v": 1, "secret": s.secret(role, "")})
	w := c.next()
	if w.T != "welcome" || w.Token == "" || w.Role != string(role) {
		s.t.Fatalf("after the right secret came %+v", w)
	}
	return c, w
}

// page opens a page of a role that follows topics, and returns the snapshots.
func (s *shop) page(role agent.Role, topics ...string) (*client, map[string]frame) {
	s.t.Helper()
	c, _ := s.signIn(role)
	return c, c.follow(topics...)
}

func (c *client) send(frame any) {
	c.t.Helper()
	if err := c.socket.WriteJSON(frame); err != nil {
		c.t.Fatalf("send a frame: %v", err)
	}
}

// next returns the next frame. A page that gets nothing for long has found a bug.
func (c *client) next() frame {
	c.t.Helper()
	f, err := c.read()
	if err != nil {
		c.t.Fatalf("wait for a frame: %v", err)
	}
	return f
}

func (c *client) read() (frame, error) {
	var f frame
	_ = c.socket.SetReadDeadline(time.Now().Add(30 * time.Second))
	_, data, err := c.socket.ReadMessage()
	if err == nil {
		c.seen = append(c.seen, string(data))
		err = json.Unmarshal(data, &f)
	}
	return f, err
}

// until returns the first frame that is looked for.
func (c *client) until(what string, fits func(frame) bool) frame {
	c.t.Helper()
	for began := time.Now(); ; {
		f, err := c.read()
		if err == nil && time.Since(began) > time.Minute { // marks keep coming
			err = errors.New("it did not come within a minute")
		}
		if err != nil {
			c.t.Fatalf("wait for %s: %v\nbefore it came:\n%s", what, err, strings.Join(c.seen[max(0, len(c.seen)-20):], "\n"))
		}
		if fits(f) {
			return f
		}
	}
}

// follow subscribes and returns the first snapshots, the last chunk of each.
func (c *client) follow(topics ...string) map[string]frame {
	c.t.Helper()
	snaps := map[string]frame{}
	if len(topics) == 0 {
		return snaps
	}
	c.send(fields{"t": "sub", "topics": topics})
	for len(snaps) < len(topics) {
		f := c.until("snapshots", func(f frame) bool { return f.T == "snap" && *f.Last })
		snaps[f.Topic] = f
	}
	return snaps
}

// event waits for an event of a kind and decodes it.
func event[T any](c *client, topic, kind string, fits func(T) bool) T {
	c.t.Helper()
	var d T
	c.until(kind+" of "+topic, func(f frame) bool {
		if f.T != "ev" || f.Topic != topic || f.K != kind {
			return false
		}
		var now T
		if err := json.Unmarshal(f.D, &now); err != nil {
			c.t.Fatal(err)
		}
		d = now
		return fits(d)
	})
	return d
}

// command sends a command and returns its ack.
func (c *client) command(id, op string, args any) frame {
	c.t.Helper()
	c.send(fields{"t": "cmd", "id": id, "op": op, "a": args})
	return c.until("the answer to "+op, func(f frame) bool { return f.T == "ack" && f.ID == id })
}

// id returns a new ULID of the client's.
func (c *client) id() string {
	c.ids++
	return fmt.Sprintf("01J%023d", c.ids)
}

// closed waits for the end and returns the code.
func (c *client) closed() int {
	c.t.Helper()
	for {
		_, err := c.read()
		if e, ok := errors.AsType[*websocket.CloseError](err); ok {
			return e.Code
		}
		if err != nil {
			c.t.Fatalf("wait for the close code: %v", err)
		}
	}
}

// closes fails unless the agent closes with a code.
func (c *client) closes(code int, after string) {
	c.t.Helper()
	if got := c.closed(); got != code {
		c.t.Errorf("after %s the agent closed with %d instead of %d", after, got, code)
	}
}
