package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/stockhand/stockhand/agent"
)

// ErrNoAgent is returned by Do when no agent runs on the data.
var ErrNoAgent = errors.New("no agent is running")

// Call is one thing to ask of the agent.
type Call struct {
	ID   string // makes a repeat harmless; may be empty
	Op   string
	Args any
	Body io.Reader             // sent along, if not nil
	Told func(json.RawMessage) // hears what is told on the way; may be nil
}

// Do asks the agent whose data lies in a folder and returns its answer. Errors of
// the agent are *agent.Error.
func Do(ctx context.Context, data string, c Call) (json.RawMessage, error) {
	conn, err := dial(ctx, data)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	result, err := c.over(conn)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return result, err
}

// over carries out the call over a connection.
func (c Call) over(conn net.Conn) (json.RawMessage, error) {
	args, err := json.Marshal(c.Args)
	if err != nil {
		return nil, fmt.Errorf("encode the request: %w", err)
	}
	if c.Args == nil {
		args = nil
	}
	if err := writeLine(conn, request{c.ID, c.Op, args, c.Body != nil}); err != nil {
		return nil, cut(err)
	}
	var unreadable error // why the body could not be read
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		if c.Body != nil {
			unreadable = send(conn, c.Body)
		}
	}()
	result, err := c.await(json.NewDecoder(conn))
	_ = conn.Close()
	<-sent
	if unreadable != nil {
		return nil, unreadable
	}
	return result, err
}

// send sends a body in pieces. It returns why the body could not be read; then
// the connection is closed without an end, so that the agent takes no half file
// for a whole one. That nobody listens any more shows in the answer.
func send(conn net.Conn, body io.Reader) error {
	buf := make([]byte, piece)
	for {
		n, err := body.Read(buf)
		if n > 0 && writeLine(conn, part{Data: buf[:n]}) != nil {
			return nil
		}
		switch {
		case errors.Is(err, io.EOF):
			_ = writeLine(conn, part{End: true})
			return nil
		case err != nil:
			_ = conn.Close()
			return fmt.Errorf("read what was to be sent: %w", err)
		}
	}
}

func (c Call) await(answers *json.Decoder) (json.RawMessage, error) {
	for {
		var a answer
		switch err := answers.Decode(&a); {
		case err != nil:
			return nil, cut(err)
		case a.OK == nil:
			if c.Told != nil {
				c.Told(a.Told)
			}
		case a.Error != nil:
			return nil, a.Error
		default:
			return a.Result, nil
		}
	}
}

func cut(err error) error {
	return &agent.Error{
		Code: "agent-gone", Class: agent.Retry, Err: err,
		What:  "The agent ended before it had answered.",
		Means: "It is not certain whether the command was carried out.",
		Do:    "Look at the result, and give the command again if needed.",
	}
}

func denied(where string, err error) error {
	return &agent.Error{
		Code: "agent-denied", Class: agent.Refuse, Err: err,
		What:  "The running agent cannot be reached: " + where + " may not be opened by this user.",
		Means: "Nothing was changed.",
		Do:    "Give the command as the user who runs the agent, or as an administrator (sudo).",
	}
}

// Ping returns nil if an agent listens for calls about the data in a folder.
func Ping(ctx context.Context, data string) error {
	conn, err := dial(ctx, data)
	if err != nil {
		return err
	}
	return conn.Close()
}
