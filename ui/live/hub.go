package live

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"github.com/stockhand/stockhand/agent"
)

// Hub serves all pages. It is an http.Handler for the websocket; whoever mounts
// it checks Host and Origin before.
type Hub struct {
	options  Options
	log      *slog.Logger
	upgrader websocket.Upgrader

	ctx     context.Context // of Run
	serving sync.WaitGroup  // pages and what they wait for
	asks    chan func()     // for Run's goroutine
	woken   chan struct{}
	changed chan struct{}
	ready   chan struct{} // closed when Run serves
	newest  atomic.Int64

	mu        sync.Mutex // guards what follows
	open      map[*page]bool
	strangers int
	closed    bool

	// Run's goroutine alone uses what follows.
	epoch   string
	pos     agent.Seq // everything up to here has been told
	pages   map[*page]bool
	topics  map[string]map[*page]bool
	unknown map[agent.CountID]*unknownCodes
	strays  map[agent.CountID]*strays
	reviews map[agent.CountID]*review
	devices map[agent.DeviceID]string // what was told last
	listed  map[agent.DeviceID]bool   // that some page shows
	stated  string                    // of the upstream, told last
	paired  string                    // the pairing as it was told last
	damaged bool                      // told last
	world   world
	marked  time.Time
}

// New returns a hub that serves pages once Run runs.
func New(options Options) *Hub {
	h := &Hub{
		options: options, log: options.Log, asks: make(chan func(), 64),
		woken: make(chan struct{}, 1), changed: make(chan struct{}, 1), ready: make(chan struct{}),
		open: map[*page]bool{}, pages: map[*page]bool{}, topics: map[string]map[*page]bool{},
		unknown: map[agent.CountID]*unknownCodes{}, strays: map[agent.CountID]*strays{}, reviews: map[agent.CountID]*review{},
		devices: map[agent.DeviceID]string{}, listed: map[agent.DeviceID]bool{},
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	h.upgrader = websocket.Upgrader{
		HandshakeTimeout: helloWait, ReadBufferSize: 4 << 10, WriteBufferSize: 16 << 10,
		Subprotocols: []string{"stockhand.v1"},
		// A compressed message could grow past every limit, so none is ever taken.
		EnableCompression: false,
		CheckOrigin:       func(*http.Request) bool { return true }, // checked before
	}
	return h
}

// Committed tells that rows were stored. It never blocks.
func (h *Hub) Committed(head agent.Seq) {
	h.newest.Store(int64(head))
	signal(h.woken)
}

// Changed tells that Options.Upstream or Options.Devices say something new. It
// never blocks.
func (h *Hub) Changed() { signal(h.changed) }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Run serves until ctx ends, and returns when every page is closed.
func (h *Hub) Run(ctx context.Context) error {
	err := h.options.Store.Read(ctx, func(v agent.View) (err error) {
		h.epoch, h.pos, err = v.Head()
		return err
	})
	if err != nil {
		return err
	}
	h.damaged = h.damage() != nil
	ctx, cancel := context.WithCancel(ctx)
	h.mu.Lock()
	h.ctx = ctx
	h.mu.Unlock()
	close(h.ready)
	h.loop(ctx)
	h.mu.Lock()
	h.closed = true
	for p := range h.open {
		p.end(closeRestart, "the agent stops")
	}
	h.mu.Unlock()
	cancel()
	h.serving.Wait()
	return nil
}

// loop is the one goroutine that reads the log for pages.
func (h *Hub) loop(ctx context.Context) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	next := time.NewTimer(0)
	defer next.Stop()
	woken := h.woken
	for {
		select {
		case ask := <-h.asks:
			ask()
		case <-woken:
			h.advance(ctx)
			woken = nil // until the pace allows the next batch
			next.Reset(pace)
		case <-next.C:
			woken = h.woken
		case <-h.changed:
			h.refresh(ctx)
		case <-tick.C:
			h.tend(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// ask runs something on the hub's goroutine and waits for it; false if the hub
// has ended.
func (h *Hub) ask(do func()) bool {
	done := make(chan struct{})
	select {
	case h.asks <- func() { do(); close(done) }:
	case <-h.ctx.Done():
		return false
	}
	select {
	case <-done:
		return true
	case <-h.ctx.Done():
		return false
	}
}

// tell runs something on the hub's goroutine soon, for goroutines that the hub
// started.
func (h *Hub) tell(do func()) {
	select {
	case h.asks <- do:
	case <-h.ctx.Done():
	}
}

// ServeHTTP turns a request into a page.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case <-h.ready: // whoever comes while the agent starts waits for a moment
	case <-r.Context().Done():
		return
	}
	if !h.enter() {
		http.Error(w, `{"error":"too_many"}`, http.StatusServiceUnavailable)
		return
	}
	socket, err := h.upgrader.Upgrade(w, r, nil)
	if err != nil { // it has answered already
		h.mu.Lock()
		h.strangers--
		h.mu.Unlock()
		h.serving.Done()
		return
	}
	p := newPage(h, socket)
	h.mu.Lock()
	h.open[p] = true
	closed := h.closed
	h.mu.Unlock()
	go func() {
		defer h.serving.Done()
		if closed {
			p.end(closeRestart, "the agent stops")
		}
		p.serve()
	}()
}

// enter counts a connection that has not said hello, unless there are too many.
func (h *Hub) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx == nil || h.closed || h.strangers == maxStrangers || len(h.open) >= maxPages+maxStrangers {
		return false
	}
	h.strangers++
	h.serving.Add(1)
	return true
}

// leave forgets a page whose connection has ended.
func (h *Hub) leave(p *page) {
	h.mu.Lock()
	delete(h.open, p)
	if !p.known {
		h.strangers--
	}
	h.mu.Unlock()
	h.ask(func() { h.drop(p) })
}

func (h *Hub) drop(p *page) {
	delete(h.pages, p)
	for topic := range p.topics {
		h.forget(p, topic)
	}
}

// tend does what time asks for.
func (h *Hub) tend(ctx context.Context) {
	now := time.Now()
	for p := range h.pages {
		h.catchUp(ctx, p, now)
	}
	if now.Sub(h.marked) >= markEvery {
		h.marked = now
		for p := range h.pages {
			h.markAt(p, h.pos)
		}
	}
	if agent.Seq(h.newest.Load()) > h.pos {
		signal(h.woken) // what could not be read is tried again
	}
	h.tendReviews(now)
	h.tendWorld(now)
}

// catchUp gives a page that had fallen behind a new start once it has read what
// it got, and cuts it off if it never does.
func (h *Hub) catchUp(ctx context.Context, p *page, now time.Time) {
	switch {
	case p.behind.IsZero():
	case p.out.empty():
		p.behind = time.Time{}
		h.snapshots(ctx, p, p.names())
		h.markAt(p, h.pos)
	case now.Sub(p.behind) > lagWait:
		p.end(closeSlow, "the page does not read")
	}
}

// markAt tells a page how far it has been told everything.
func (h *Hub) markAt(p *page, seq agent.Seq) {
	if p.behind.IsZero() {
		p.send(mark{T: "mark", Seq: seq})
		p.at = seq
	}
}
