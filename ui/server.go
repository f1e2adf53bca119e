package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/ui/live"
)

// Options are what a Server works with.
type Options struct {
	Store agent.Store
	Clock agent.Clock
	// Port is where the page is found on loopback; 0 takes any that is free.
	Port int
	Log  *slog.Logger
	// Dispatch carries out what pages ask for.
	Dispatch func(ctx context.Context, caller agent.Caller, commandID, op string, args json.RawMessage) (any, error)
	// Upstream says how upload and feed go; nil where there is no upstream.
	Upstream func() live.Upstream
	// Devices returns the scanners' states; may be nil.
	Devices func() []live.DeviceState
	// Damage says what is wrong with the database as long as nobody has
	// acknowledged it, and nil otherwise; may be nil.
	Damage func() *agent.Error
	// Pairing says how the pairing of a scanner goes; may be nil.
	Pairing func() live.Pairing
	// Simulation is nil unless the agent runs inside the demo.
	Simulation live.Simulation
	// Version is the program's. It is told to nobody who was not let in.
	Version string
}

// Server serves the page.
type Server struct {
	listeners []net.Listener
	port      int
	http      *http.Server
	hub       *live.Hub
	access    *accesses
	api       *api
}

// Limits of the HTTP server. A websocket has its own.
const (
	headerWait  = 5 * time.Second
	requestWait = 15 * time.Second
	idleWait    = 60 * time.Second
	headerBytes = 12 << 10 // and 4 KiB, which net/http adds
	maxSockets  = 256
)

// New listens on loopback. Requests are answered once Run runs.
func New(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	pages, err := fs.Sub(static, "static")
	if err != nil {
		return nil, err
	}
	assets, err := loadAssets(pages)
	if err != nil {
		return nil, err
	}
	s := &Server{access: newAccesses(o.Store, o.Clock)}
	s.api = newAPI(o, s.access)
	if s.listeners, s.port, err = listen(ctx, o.Port); err != nil {
		return nil, err
	}
	s.hub = live.New(live.Options{
		Store: o.Store, Clock: o.Clock, Log: o.Log, Dispatch: o.Dispatch, Admit: s.access.admit,
		Upstream: o.Upstream, Devices: o.Devices, Damage: o.Damage, Pairing: o.Pairing, Simulation: o.Simulation,
	})
	s.http = &http.Server{
		Handler:           guard{hosts: hosts(s.port), refused: refusals(o.Log), next: routes(assets, s.hub, s.api)},
		ReadHeaderTimeout: headerWait, ReadTimeout: requestWait, WriteTimeout: requestWait, IdleTimeout: idleWait,
		MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	return s, nil
}

// routes are all addresses there are.
func routes(assets map[string]asset, pages, api http.Handler) http.Handler {
	pages = withOrigin(pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, found := assets[r.URL.Path]
		switch {
		case found:
			a.ServeHTTP(w, r)
		case r.URL.Path == "/ws":
			pages.ServeHTTP(w, r)
		case r.URL.Path == movementsPath:
			api.ServeHTTP(w, r)
		case r.URL.Path == "/health":
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = w.Write([]byte("ok"))
		default:
			refuse(w, http.StatusNotFound, "not_found")
		}
	})
}

// hosts are the names under which the page is asked for.
func hosts(port int) []string {
	p := strconv.Itoa(port)
	return []string{"127.0.0.1:" + p, "localhost:" + p, "[::1]:" + p}
}

// refusals logs what is refused, now and then: whoever knocks all day must not
// fill the disk.
func refusals(log *slog.Logger) func(*http.Request, string) {
	limit := rate.Sometimes{First: 10, Interval: 10 * time.Second}
	return func(r *http.Request, code string) {
		limit.Do(func() {
			log.Warn("a request was refused", "code", code, "host", r.Host, "origin", r.Header.Get("Origin"))
		})
	}
}

// listen opens the port on both loopback addresses, so that nobody else can
// answer for "localhost".
func listen(ctx context.Context, port int) ([]net.Listener, int, error) {
	var config net.ListenConfig
	for range 10 {
		four, err := config.Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			return nil, 0, taken(port, err)
		}
		got := four.Addr().(*net.TCPAddr).Port
		six, err := config.Listen(ctx, "tcp6", net.JoinHostPort("::1", strconv.Itoa(got)))
		switch {
		case err == nil:
			return []net.Listener{four, six}, got, nil
		case !inUse(err): // no IPv6 here
			return []net.Listener{four}, got, nil
		}
		_ = four.Close()
		if port != 0 {
			return nil, 0, taken(port, err)
		}
	}
	return nil, 0, taken(port, errors.New("no port is free on both loopback addresses"))
}

func taken(port int, err error) error {
	return &agent.Error{
		Code: "port_taken", Class: agent.Refuse, Err: err,
		What:  fmt.Sprintf("Port %d of this computer can not be opened: most often another program has it.", port),
		Means: "The page can not be shown, so the agent did not start.",
		Do:    "Stop the other program, or choose another port in the configuration.",
	}
}

// Run serves until ctx ends. Pages are told that the agent stops, so that they
// come back by themselves.
func (s *Server) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, len(s.listeners)+1)
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := s.hub.Run(ctx); err != nil {
			failed <- err
		}
	})
	room := make(chan struct{}, maxSockets)
	for _, l := range s.listeners {
		serving.Go(func() {
			if err := s.http.Serve(&limited{Listener: l, room: room}); !errors.Is(err, http.ErrServerClosed) {
				failed <- err
			}
		})
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
		cancel()
	}
	_ = s.http.Close() // websockets are the hub's; nothing else lasts
	serving.Wait()
	return err
}

// URL is the page's address.
func (s *Server) URL() string { return fmt.Sprintf("http://127.0.0.1:%d/", s.port) }

// Committed implements agent.Publisher. It never blocks.
func (s *Server) Committed(head agent.Seq) { s.hub.Committed(head) }

// Changed tells that Options.Upstream or Options.Devices say something new. It
// never blocks.
func (s *Server) Changed() { s.hub.Changed() }

// Link makes a link that signs a browser in, once and within ten minutes. The
// secret stands behind the #, which browsers send to nobody.
func (s *Server) Link(role agent.Role, name string) (url string, expires time.Time, err error) {
	secret, expires, err := s.access.newLink(role, name)
	if err != nil {
		return "", time.Time{}, err
	}
	return s.URL() + "#sign-in=" + secret, expires, nil
}
