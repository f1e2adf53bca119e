package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/stockhand/stockhand/agent"
)

var update = flag.Bool("update", false, "write what the agent says into testdata")

// step is one line of a transcript: what the page or the agent said, what
// happened in the shop, or how the connection ended.
type step struct {
	Page    json.RawMessage `json:"page,omitempty"`
	Agent   json.RawMessage `json:"agent,omitempty"`
	Happens string          `json:"happens,omitempty"`
	Closed  int             `json:"closed,omitempty"`
}

// The transcripts in testdata are the protocol as it is spoken. A change of one
// is a change of the protocol, which pages of an older version speak too.
func TestTheProtocolIsSpokenAsItWasWrittenDown(t *testing.T) {
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".jsonl"), func(t *testing.T) {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			r := &replay{s: open(t), values: map[string]string{}}
			for line := range strings.Lines(string(content)) {
				var s step
				if err := json.Unmarshal([]byte(line), &s); err != nil {
					t.Fatalf("%v in %s", err, line)
				}
				r.do(t, s)
			}
			r.compare(t)
			if !*update {
				return
			}
			if err := os.WriteFile(name, r.told.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// replay speaks the page's part of a transcript.
type replay struct {
	s      *shop
	c      *client
	frames chan []byte       // closed with the connection
	values map[string]string // what "<name>" stands for
	told   bytes.Buffer
	wanted []string // what the agent must say next
}

func (r *replay) do(t *testing.T, s step) {
	t.Helper()
	if s.Agent != nil {
		r.wanted = append(r.wanted, string(s.Agent))
		return
	}
	if s.Closed != 0 {
		r.wanted = append(r.wanted, fmt.Sprint("closed with ", s.Closed))
	}
	r.compare(t)
	if *update {
		r.write(s)
	}
	switch {
	case s.Page != nil:
		text := string(s.Page)
		for name, value := range r.values {
			text = strings.ReplaceAll(text, `"<`+name+`>"`, value)
		}
		if err := r.c.socket.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			t.Fatal(err)
		}
	case s.Happens != "":
		r.happen(t, s.Happens)
	}
	if *update && s.Closed == 0 {
		r.listen()
	}
}

// compare hears what the agent says after a step. An answer may come before or
// after the events that it leads to; otherwise the order is fixed.
func (r *replay) compare(t *testing.T) {
	t.Helper()
	var got []string
	for range r.wanted {
		if *update {
			break // what it says is written anew
		}
		got = append(got, r.hear(t))
	}
	for i, want := range answersFirst(r.wanted) {
		if !*update && answersFirst(got)[i] != want {
			t.Errorf("the agent says\n%s\ninstead of\n%s", answersFirst(got)[i], want)
		}
	}
	r.wanted = nil
}

func answersFirst(frames []string) []string {
	return slices.SortedStableFunc(slices.Values(frames), func(a, b string) int {
		return strings.Count(b, `"t":"ack"`) - strings.Count(a, `"t":"ack"`)
	})
}

func (r *replay) write(s step) {
	encoder := json.NewEncoder(&r.told)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // into memory
}

// happen does what the transcript says happens.
func (r *replay) happen(t *testing.T, what string) {
	t.Helper()
	verb, rest, _ := strings.Cut(what, " ")
	switch verb {
	case "connect":
		role := agent.Role(rest)
		r.values["secret"] = fmt.Sprintf("%q", r.s.secret(role, ""))
		d := websocket.Dialer{Subprotocols: []string{"stockhand.v1"}}
		socket, _, err := d.Dial(r.s.address(), r.s.header())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { socket.Close() })
		r.c = &client{t: t, socket: socket}
		r.frames = make(chan []byte, 100)
		go r.receive(r.c, r.frames)
	case "disconnect":
		r.c.socket.Close()
	case "count":
		do[agent.Count](r.s, "count.open", fields{"name": rest})
	case "scan":
		r.s.scan("gun", rest)
	default:
		t.Fatalf("nobody knows how to %s", what)
	}
}

// receive reads until the connection ends. It leaves out marks, which come when
// it is time.
func (r *replay) receive(c *client, to chan<- []byte) {
	defer close(to)
	for {
		_, data, err := c.socket.ReadMessage()
		if e, ok := errors.AsType[*websocket.CloseError](err); ok {
			to <- fmt.Append(nil, "closed with ", e.Code)
		}
		if err != nil {
			return
		}
		if !bytes.HasPrefix(data, []byte(`{"t":"mark"`)) {
			to <- data
		}
	}
}

// hear returns the next frame, with everything that differs from run to run
// replaced by its name.
func (r *replay) hear(t *testing.T) string {
	t.Helper()
	select {
	case data := <-r.frames:
		return r.plain(data)
	case <-time.After(30 * time.Second):
		t.Fatal("the agent is silent")
		return ""
	}
}

// listen writes down what the agent says until it is quiet.
func (r *replay) listen() {
	for {
		select {
		case data, more := <-r.frames:
			if !more || bytes.HasPrefix(data, []byte("closed")) {
				return
			}
			r.write(step{Agent: json.RawMessage(r.plain(data))})
		case <-time.After(500 * time.Millisecond):
			return
		}
	}
}

// plain writes a frame with sorted keys and without what differs from run to run.
func (r *replay) plain(data []byte) string {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return string(data)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(r.named(v)) // into memory
	return strings.TrimSpace(text.String())
}

func (r *replay) named(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			switch text, isText := value.(string); {
			case isText && (key == "token" || key == "nonce" || key == "epoch" || key == "access"):
				r.values[key] = fmt.Sprintf("%q", text)
				v[key] = "<" + key + ">"
			case key == "mono":
				delete(v, key)
			default:
				v[key] = r.named(value)
			}
		}
	case []any:
		for i := range v {
			v[i] = r.named(v[i])
		}
	case string:
		if _, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return "<time>"
		}
	}
	return v
}
