package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/oklog/ulid/v2"

	"github.com/stockhand/stockhand/agent"
)

// page is the page of one simulated person: it speaks the live protocol as the
// page in a browser does. It signs in by a one-time link, comes back after every
// interruption, goes on where it was, and repeats commands that were not answered
// under the same id.
type page struct {
	address string // http://127.0.0.1:PORT, without a slash at the end
	// link asks for a one-time sign-in link.
	link func(ctx context.Context) (string, error)

	mu      sync.Mutex
	socket  *websocket.Conn // nil while the agent is not connected
	session int             // how often the page was welcomed
	token   string
	epoch   string
	seq     agent.Seq
	counts  map[agent.CountID]bool // that the page looks at
	calls   []*call                // not answered yet, oldest first
	ended   error                  // why the page will not come back
	changed chan struct{}          // closed at the next change
	seen    seen
}

// call is a command that waits for its answer.
type call struct {
	frame  frame
	answer chan frame
}

// frame is any frame of the protocol; each kind uses some of the fields.
type frame struct {
	T      string          `json:"t"`
	V      any             `json:"v,omitempty"`
	ID     string          `json:"id,omitempty"`
	Op     string          `json:"op,omitempty"`
	Args   any             `json:"a,omitempty"`
	Secret string          `json:"secret,omitempty"`
	Token  string          `json:"token,omitempty"`
	Epoch  string          `json:"epoch,omitempty"`
	Mode   string          `json:"mode,omitempty"`
	Seq    agent.Seq       `json:"seq,omitempty"`
	Topic  string          `json:"topic,omitempty"`
	Topics []string        `json:"topics,omitempty"`
	Resume *resume         `json:"resume,omitempty"`
	Kind   string          `json:"k,omitempty"`
	Data   json.RawMessage `json:"data,omitempty"` // of a snapshot
	Event  json.RawMessage `json:"d,omitempty"`
	OK     bool            `json:"ok,omitempty"`
	Result json.RawMessage `json:"r,omitempty"`
	Error  *agent.Error    `json:"e,omitempty"`
}

// resume says where a page was when it was interrupted.
type resume struct {
	Epoch string    `json:"epoch"`
	Seq   agent.Seq `json:"seq"`
}

func newPage(address string, link func(context.Context) (string, error)) *page {
	return &page{
		address: strings.TrimSuffix(address, "/"), link: link,
		counts: map[agent.CountID]bool{}, changed: make(chan struct{}), seen: newSeen(),
	}
}

// run keeps the page open until ctx ends.
func (p *page) run(ctx context.Context) {
	for ctx.Err() == nil {
		err := p.visit(ctx)
		p.left(err)
		var closed *websocket.CloseError
		if errors.As(err, &closed) && closed.Code >= 4502 && closed.Code < 5000 {
			return // the agent says that coming back would not help
		}
		_ = sleep(ctx, 20*time.Millisecond+rand.N(60*time.Millisecond))
	}
}

// left notes that the connection is over, and why if that is for good.
func (p *page) left(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.socket != nil {
		_ = p.socket.Close()
		p.socket = nil
	}
	var closed *websocket.CloseError
	switch {
	case !errors.As(err, &closed):
	case closed.Code == 4501:
		p.token = ""
	case closed.Code > 4501 && closed.Code < 5000:
		p.ended = fmt.Errorf("the agent has closed the page for good: %w", err)
	}
	p.tell()
}

// visit connects, signs in, and reads until the connection ends.
func (p *page) visit(ctx context.Context) error {
	secret, err := p.secret(ctx)
	if err != nil {
		return err
	}
	dialer := websocket.Dialer{Subprotocols: []string{"stockhand.v1"}, HandshakeTimeout: 5 * time.Second}
	socket, answer, err := dialer.DialContext(ctx, "ws"+strings.TrimPrefix(p.address, "http")+"/ws", http.Header{"Origin": {p.address}})
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	defer socket.Close()
	stop := context.AfterFunc(ctx, func() { _ = socket.Close() })
	defer stop()
	for {
		// The agent says something every 20 seconds, if only that it is there.
		_ = socket.SetReadDeadline(time.Now().Add(45 * time.Second))
		var f frame
		if err := socket.ReadJSON(&f); err != nil {
			return err
		}
		if err := p.receive(socket, f, secret); err != nil {
			return err
		}
	}
}

// secret returns a new one-time secret, or none where the page has a token.
func (p *page) secret(ctx context.Context) (string, error) {
	p.mu.Lock()
	known := p.token != ""
	p.mu.Unlock()
	if known {
		return "", nil
	}
	link, err := p.link(ctx)
	if err != nil {
		return "", fmt.Errorf("ask for a sign-in link: %w", err)
	}
	_, secret, found := strings.Cut(link, "#sign-in=")
	if !found {
		return "", errors.New("the sign-in link holds no secret")
	}
	return secret, nil
}

func (p *page) receive(socket *websocket.Conn, f frame, secret string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.tell()
	switch f.T {
	case "challenge":
		return p.hello(socket, secret)
	case "welcome":
		return p.welcome(socket, f)
	case "snap":
		p.seen.snap(f.Topic, f.Data)
		p.reached(f.Seq)
	case "ev":
		p.seen.event(f.Topic, f.Kind, f.Event)
		p.reached(f.Seq)
	case "mark":
		p.reached(f.Seq)
	case "ack":
		p.answered(f)
	}
	return nil
}

func (p *page) hello(socket *websocket.Conn, secret string) error {
	hello := frame{T: "hello", V: 1, Secret: secret, Token: p.token}
	if p.epoch != "" {
		hello.Topics = p.countTopics(true)
		hello.Resume = &resume{p.epoch, p.seq}
	}
	return socket.WriteJSON(hello)
}

func (p *page) welcome(socket *websocket.Conn, f frame) error {
	if f.Token != "" {
		p.token = f.Token
	}
	// What the scanners do now is not in the log, so it cannot be resumed.
	topics := append(p.countTopics(false), "devices")
	if f.Epoch != p.epoch || f.Mode == "snap" {
		p.epoch, p.seq = f.Epoch, 0
	}
	p.seen.devices = map[agent.DeviceID]deviceRow{}
	p.session++
	p.socket = socket
	if err := socket.WriteJSON(frame{T: "sub", Topics: topics}); err != nil {
		return err
	}
	for _, c := range p.calls {
		if err := socket.WriteJSON(c.frame); err != nil {
			return err
		}
	}
	return nil
}

// countTopics returns the topics of the counts that are, or are not, shown yet.
func (p *page) countTopics(shown bool) []string {
	topics := []string{}
	for id := range p.counts {
		if shown == (p.seen.count(id).state != "") {
			topics = append(topics, "count/"+string(id))
		}
	}
	return topics
}

func (p *page) reached(seq agent.Seq) { p.seq = max(p.seq, seq) }

func (p *page) answered(f frame) {
	for i, c := range p.calls {
		if c.frame.ID == f.ID {
			p.calls = append(p.calls[:i], p.calls[i+1:]...)
			c.answer <- f
			return
		}
	}
}

// tell wakes everybody who waits for a change.
func (p *page) tell() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// send writes a frame if the agent is connected; what is not written is sent with
// the next welcome.
func (p *page) send(f frame) {
	if p.socket != nil && p.socket.WriteJSON(f) != nil {
		_ = p.socket.Close()
	}
}

// do carries out a command, however often the agent is interrupted meanwhile. An
// error is the agent's answer, or the end of ctx.
func (p *page) do(ctx context.Context, op string, args, result any) error {
	for {
		f, err := p.ask(ctx, op, args)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", op, err)
		case f.Error != nil && f.Error.Class == agent.Retry:
			if err := sleep(ctx, max(f.Error.After, 100*time.Millisecond)); err != nil {
				return err
			}
			continue
		case f.Error != nil:
			return fmt.Errorf("%s: %w", op, f.Error)
		case !f.OK:
			return fmt.Errorf("%s: the agent refuses and does not say why", op)
		case result == nil || len(f.Result) == 0:
			return nil
		}
		return json.Unmarshal(f.Result, result)
	}
}

// ask sends one command and waits for its answer.
func (p *page) ask(ctx context.Context, op string, args any) (frame, error) {
	c := &call{frame{T: "cmd", ID: ulid.Make().String(), Op: op, Args: args}, make(chan frame, 1)}
	p.mu.Lock()
	p.calls = append(p.calls, c)
	p.send(c.frame)
	p.mu.Unlock()
	for {
		changed, ended := p.watch()
		select {
		case f := <-c.answer:
			return f, nil
		default:
		}
		if ended != nil {
			return frame{}, ended
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return frame{}, ctx.Err()
		}
	}
}

// watch returns a channel that is closed at the next change of the page, and why
// the page is over if it is.
func (p *page) watch() (<-chan struct{}, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changed, p.ended
}

// until waits until something is on the page.
func (p *page) until(ctx context.Context, is func() bool) error {
	for {
		p.mu.Lock()
		there, changed, ended := is(), p.changed, p.ended
		p.mu.Unlock()
		switch {
		case there:
			return nil
		case ended != nil:
			return ended
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
