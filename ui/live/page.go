package live

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"github.com/stockhand/stockhand/agent"
)

// page is one websocket.
type page struct {
	hub    *Hub
	socket *websocket.Conn
	out    *outbox
	ctx    context.Context // ends with the connection
	cancel context.CancelFunc
	mu     sync.Mutex
	ending bool
	told   chan struct{} // closed when the page was told why
	rate   *rate.Limiter
	excess int

	known bool // it has said hello; guarded by hub.mu

	// Set before the hub knows the page, never changed.
	access agent.Access
	who    *agent.Working // nil where nobody has signed in
	caller agent.Caller

	commands chan incoming // those that change something, in order
	reads    chan struct{} // room for those that do not

	// The hub's goroutine alone uses these.
	topics map[string]bool
	at     agent.Seq // everything up to here has been put into the outbox
	behind time.Time // since when the page does not take what it gets; zero if it does
}

func newPage(h *Hub, socket *websocket.Conn) *page {
	p := &page{
		hub: h, socket: socket, out: newOutbox(), topics: map[string]bool{},
		rate: rate.NewLimiter(50, 200), told: make(chan struct{}),
		commands: make(chan incoming, 256), reads: make(chan struct{}, 4),
	}
	p.ctx, p.cancel = context.WithCancel(h.ctx)
	return p
}

// serve speaks with the page until the connection ends.
func (p *page) serve() {
	var parts sync.WaitGroup
	parts.Go(p.write)
	parts.Go(p.carryOut)
	p.end(p.converse())
	p.hub.leave(p)
	p.linger()
	p.cancel()
	_ = p.socket.Close()
	parts.Wait()
}

// linger waits until the page was told why the connection ends and has answered,
// or the moment that end gives it has passed. A connection that is closed while
// something lies in it unread takes the reason with it.
func (p *page) linger() {
	<-p.told
	for {
		_, _, err := p.socket.NextReader()
		if _, answered := errors.AsType[*websocket.CloseError](err); answered {
			return
		}
		if err != nil {
			break // frames cannot be read any more; what is not a frame can
		}
	}
	p.mu.Lock()
	_ = p.socket.SetReadDeadline(time.Now().Add(time.Second))
	p.mu.Unlock()
	_, _ = io.Copy(io.Discard, p.socket.NetConn())
}

// converse reads frames until there is a reason to end.
func (p *page) converse() (code int, reason string) {
	p.socket.SetReadLimit(readLimit)
	p.listen(helloWait)
	p.send(challenge{T: "challenge", Nonce: nonce(), V: []int{1}})
	hello, code := p.read()
	if code != 0 {
		if code != closeBadMessage && code != websocket.CloseUnsupportedData && code != websocket.CloseInvalidFramePayloadData {
			code = closeStranger
		}
		return code, "no hello"
	}
	if code, reason = p.hub.admit(p, hello); code != 0 {
		return code, reason
	}
	p.socket.SetPongHandler(func(string) error {
		p.listen(pongWait)
		return nil
	})
	for {
		p.listen(pongWait)
		in, code := p.read()
		if code != 0 {
			return code, ""
		}
		if p.ends() {
			return 0, ""
		}
		if code, reason := p.obey(in); code != 0 {
			return code, reason
		}
	}
}

// read returns the next frame, or the code to close with.
func (p *page) read() (incoming, int) {
	kind, data, err := p.socket.ReadMessage()
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		return incoming{}, websocket.CloseMessageTooBig
	case err != nil:
		return incoming{}, websocket.CloseNormalClosure
	case kind != websocket.TextMessage:
		return incoming{}, websocket.CloseUnsupportedData
	case !utf8.Valid(data):
		return incoming{}, websocket.CloseInvalidFramePayloadData
	}
	in, err := decode(data)
	if err != nil {
		return in, closeBadMessage
	}
	return in, 0
}

// obey does what a frame asks for.
func (p *page) obey(in incoming) (code int, reason string) {
	if !p.rate.Allow() {
		return p.slowDown(in)
	}
	switch in.T {
	case "sub":
		return p.hub.subscribe(p, in.Topics)
	case "unsub":
		p.hub.unsubscribe(p, in.Topics)
	case "cmd":
		return p.command(in)
	case "seen":
	default:
		return closeBadMessage, "unknown frame"
	}
	return 0, ""
}

// slowDown refuses a frame that came too soon, and after many of them the page.
func (p *page) slowDown(in incoming) (code int, reason string) {
	if p.excess++; p.excess > 100 || in.T != "cmd" {
		return closeRate, `{"retry_after":5}`
	}
	p.refuse(in.ID, &agent.Error{
		Code: "rate", Class: agent.Retry, What: "Too much was asked for at once.",
		Means: "Nothing was changed.", Do: "Wait a few seconds.", After: 5 * time.Second,
	})
	return 0, ""
}

// send puts a frame that is not an event into the outbox.
func (p *page) send(frame any) {
	if !p.out.put(encode(frame), false) {
		p.end(closeSlow, "what was sent is not read")
	}
}

// write writes what waits, and pings. It is the only writer of data frames.
func (p *page) write() {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		for {
			next, more := p.out.take()
			if !more {
				break
			}
			_ = p.socket.SetWriteDeadline(time.Now().Add(writeWait))
			err := p.socket.WriteMessage(websocket.TextMessage, next.data)
			p.out.written(next)
			if err != nil {
				p.end(lost(err), "")
				return
			}
		}
		select {
		case <-p.out.wake:
		case <-ping.C:
			_ = p.socket.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
		case <-p.ctx.Done():
			return
		}
	}
}

// lost tells why a frame could not be written.
func lost(err error) int {
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		return closeSlow
	}
	return websocket.CloseGoingAway
}

// listen waits so long for the next frame, unless the connection is ending.
func (p *page) listen(wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ending {
		_ = p.socket.SetReadDeadline(time.Now().Add(wait))
	}
}

// end begins to close the connection, once, and does not wait: the page is told
// the code, and gets a second to answer.
func (p *page) end(code int, reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ending {
		return
	}
	p.ending = true
	if code == closeSlow {
		p.hub.log.Warn("a page was cut off: it does not read", "access", p.access.ID)
	}
	deadline := time.Now().Add(time.Second)
	_ = p.socket.SetReadDeadline(deadline)
	p.hub.serving.Go(func() {
		defer close(p.told)
		_ = p.socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), deadline)
	})
}

// ends reports whether the connection is ending: then nothing more is done for it.
func (p *page) ends() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ending
}

func nonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

func (p *page) String() string { return fmt.Sprintf("%s (%s)", p.access.ID, p.access.Role) }
