package local

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	maxCallers = 64
	// patience is how long a caller may leave a line unfinished or unread.
	patience = 30 * time.Second
)

// Dispatch carries out an operation.
type Dispatch func(ctx context.Context, caller agent.Caller, commandID, op string, args json.RawMessage) (any, error)

// Server answers callers on this machine.
type Server struct {
	listener net.Listener
	where    string
	dispatch Dispatch
	log      *slog.Logger
	places   chan struct{}
}

// Listen opens the socket of the agent whose data lies in a folder. Only whoever
// holds the lock on the data may call it: what another agent left is taken over.
func Listen(data string, dispatch Dispatch, log *slog.Logger) (*Server, error) {
	listener, where, err := listen(data)
	if err != nil {
		return nil, &agent.Error{
			Code: "local-socket", Class: agent.Refuse, Err: err,
			What:  "The socket for the command line could not be opened.",
			Means: "Commands could not reach the agent, so it did not start.",
			Do:    "Check that the user who runs the agent may write to the folder " + data + ".",
		}
	}
	return &Server{listener, where, dispatch, log, make(chan struct{}, maxCallers)}, nil
}

// Where returns the socket's path.
func (s *Server) Where() string { return s.where }

// Close gives the socket back if Run was never called.
func (s *Server) Close() error { return s.listener.Close() }

// Run answers until ctx ends, and returns when the last call has ended.
func (s *Server) Run(ctx context.Context) error {
	var calls sync.WaitGroup
	defer calls.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = s.listener.Close() })()
	for {
		conn, err := s.listener.Accept()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && errors.Is(err, net.ErrClosed):
			return err
		case err != nil: // too many open files, or a caller that hung up at once
			s.log.Warn("a caller of the local socket was not heard", "code", "local-accept", "error", err)
			pause(ctx, 100*time.Millisecond)
			continue
		}
		select {
		case s.places <- struct{}{}:
			calls.Go(func() {
				defer func() { <-s.places }()
				s.serve(ctx, conn)
			})
		default:
			_ = conn.Close()
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// serve answers one call.
func (s *Server) serve(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	caller, err := callerOf(conn)
	if err != nil {
		s.log.Warn("a caller of the local socket was refused", "code", "local-caller", "error", err)
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Now()) })()

	c := &call{conn: conn, lines: bufio.NewReaderSize(conn, maxLine)}
	var r request
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	if err := readLine(c.lines, &r); err != nil {
		if !errors.Is(err, io.EOF) {
			_ = c.answer(nil, badRequest(err))
		}
		return
	}
	_ = conn.SetReadDeadline(time.Time{})
	x := Exchange{Tell: c.tell}
	heard := make(chan struct{})
	body, pipe := io.Pipe()
	if r.Body {
		x.Body = body
	}
	go func() { // notices that the caller hung up
		defer close(heard)
		defer cancel()
		_ = pipe.CloseWithError(c.receive(r.Body, pipe))
		_, _ = c.lines.ReadByte()
	}()
	result, err := s.dispatch(With(ctx, x), caller, r.ID, r.Op, r.Args)
	_ = body.Close() // what was not read is not wanted
	_ = c.answer(result, err)
	cancel()
	_ = conn.SetReadDeadline(time.Now())
	<-heard
}

func badRequest(err error) error {
	return &agent.Error{
		Code: "bad_request", Class: agent.Refuse, Err: err,
		What:  "The request on the local socket cannot be understood.",
		Means: "Nothing was changed.",
		Do:    "Use the stockhand command of the same version as the agent.",
	}
}

// call is the agent's end of one conversation.
type call struct {
	conn  net.Conn
	lines *bufio.Reader

	mu sync.Mutex // for writing
}

// receive hands the pieces of a body on until its end. It returns nil at the end
// and an error if the body is not whole.
func (c *call) receive(body bool, to io.Writer) error {
	var total int64
	for body {
		var p part
		if err := readLine(c.lines, &p); err != nil {
			return io.ErrUnexpectedEOF
		}
		if total += int64(len(p.Data)); total > maxBody {
			return badRequest(errors.New("the file is too large"))
		}
		if _, err := to.Write(p.Data); err != nil && len(p.Data) > 0 {
			// Nobody reads it any more: the answer is on its way.
			continue
		}
		if p.End {
			return nil
		}
	}
	return nil
}

func (c *call) tell(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return c.write(answer{Told: text})
}

func (c *call) answer(result any, err error) error {
	ok := err == nil
	a := answer{OK: &ok}
	if ok {
		if a.Result, err = json.Marshal(result); err != nil {
			ok = false
			a.Result = nil
		}
	}
	if err != nil {
		a.Error = shown(err)
	}
	return c.write(a)
}

// shown is an error as the caller gets it: the cause, which does not travel by
// itself, is put behind what happened.
func shown(err error) *agent.Error {
	e := *agent.AsError(err)
	if e.Err != nil {
		e.Means = join(e.Means, "The cause: "+e.Err.Error()+".")
	}
	return &e
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

func (c *call) write(a answer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.conn.SetWriteDeadline(time.Now().Add(patience))
	return writeLine(c.conn, a)
}
