package local

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// serve runs a server on a folder of its own and returns the folder.
func serve(t *testing.T, data string, dispatch Dispatch) *Server {
	t.Helper()
	s, err := Listen(data, dispatch, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the server ended with %v", err)
		}
	})
	return s
}

// folder returns a data folder whose name is short enough for a socket.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "sh")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func TestACallIsAnsweredAndSaysWhoCalls(t *testing.T) {
	data := folder(t)
	serve(t, data, func(_ context.Context, caller agent.Caller, id, op string, args json.RawMessage) (any, error) {
		if caller.Role != agent.Admin || caller.Origin != "local" || caller.Actor.Kind != agent.PersonActor || !strings.HasPrefix(caller.Actor.ID, "local:") {
			t.Errorf("the caller is %+v", caller)
		}
		return map[string]any{"id": id, "op": op, "args": args}, nil
	})
	got, err := Do(t.Context(), data, Call{ID: "ulid", Op: "count.list", Args: map[string]int{"n": 1}})
	if want := `{"args":{"n":1},"id":"ulid","op":"count.list"}`; err != nil || string(got) != want {
		t.Fatalf("got %s, %v", got, err)
	}
}

func TestAnErrorArrivesWithItsSentencesAndItsCause(t *testing.T) {
	data := folder(t)
	serve(t, data, func(context.Context, agent.Caller, string, string, json.RawMessage) (any, error) {
		return nil, fmt.Errorf("do it: %w", &agent.Error{Code: "full", Class: agent.Retry, What: "Full.", Means: "Not stored.", Do: "Make room.", Err: errors.New("no space")})
	})
	_, err := Do(t.Context(), data, Call{Op: "x"})
	e := agent.AsError(err)
	if e.Code != "full" || e.Class != agent.Retry || e.Do != "Make room." || !strings.Contains(e.Means, "no space") {
		t.Fatalf("got %#v", err)
	}
}

func TestABodyArrivesWholeAndProgressComesBack(t *testing.T) {
	data := folder(t)
	body := strings.Repeat("sku,name\r\n", 1_000_000)
	serve(t, data, func(ctx context.Context, _ agent.Caller, _, _ string, _ json.RawMessage) (any, error) {
		x := From(ctx)
		var n int64
		buf := make([]byte, 1<<20)
		for {
			m, err := io.ReadFull(x.Body, buf)
			n += int64(m)
			if err != nil {
				return n, nil
			}
			if err := x.Tell(n); err != nil {
				return nil, err
			}
		}
	})
	var told int
	got, err := Do(t.Context(), data, Call{Op: "x", Body: strings.NewReader(body), Told: func(json.RawMessage) { told++ }})
	if err != nil || string(got) != fmt.Sprint(len(body)) || told != len(body)>>20 {
		t.Fatalf("got %s, %v, told %d times", got, err, told)
	}
}

func TestABodyThatIsCutOffIsNotTakenForAWholeOne(t *testing.T) {
	data := folder(t)
	seen := make(chan error, 1)
	serve(t, data, func(ctx context.Context, _ agent.Caller, _, _ string, _ json.RawMessage) (any, error) {
		_, err := io.Copy(io.Discard, From(ctx).Body)
		seen <- err
		return nil, err
	})
	broken := io.MultiReader(strings.NewReader("half"), errReader{})
	_, err := Do(t.Context(), data, Call{Op: "x", Body: broken})
	if err == nil || !strings.Contains(err.Error(), "the disk was pulled out") {
		t.Fatalf("the caller heard %v", err)
	}
	if err := <-seen; !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("the agent saw %v", err)
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("the disk was pulled out") }

func TestARefusalDoesNotWaitForTheRestOfTheBody(t *testing.T) {
	data := folder(t)
	serve(t, data, func(context.Context, agent.Caller, string, string, json.RawMessage) (any, error) {
		return nil, &agent.Error{Code: "forbidden", Class: agent.Refuse, What: "No."}
	})
	_, err := Do(t.Context(), data, Call{Op: "x", Body: strings.NewReader(strings.Repeat("x", 50<<20))})
	if agent.AsError(err).Code != "forbidden" {
		t.Fatalf("got %v", err)
	}
}

func TestWhoHangsUpEndsTheCall(t *testing.T) {
	data := folder(t)
	began, ended := make(chan struct{}), make(chan struct{})
	serve(t, data, func(ctx context.Context, _ agent.Caller, _, _ string, _ json.RawMessage) (any, error) {
		close(began)
		<-ctx.Done()
		close(ended)
		return nil, ctx.Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-began; cancel() }()
	if _, err := Do(ctx, data, Call{Op: "x"}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	<-ended
}

func TestWithoutAnAgentThereIsNobodyToAsk(t *testing.T) {
	data := folder(t)
	if _, err := Do(t.Context(), data, Call{Op: "x"}); !errors.Is(err, ErrNoAgent) {
		t.Fatalf("got %v", err)
	}
	if err := Ping(t.Context(), filepath.Join(data, "none")); !errors.Is(err, ErrNoAgent) {
		t.Fatalf("got %v", err)
	}
}

// What a killed agent leaves behind is taken over; anything else is not touched.
func TestOnlyASocketIsTakenOver(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("pipes leave nothing behind")
	}
	data := folder(t)
	path := filepath.Join(data, "agent.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	_ = l.Close()
	if _, err := Do(t.Context(), data, Call{Op: "x"}); !errors.Is(err, ErrNoAgent) {
		t.Fatalf("a dead socket gave %v", err)
	}
	echo := func(context.Context, agent.Caller, string, string, json.RawMessage) (any, error) { return "ok", nil }
	serve(t, data, echo)
	if got, err := Do(t.Context(), data, Call{Op: "x"}); err != nil || string(got) != `"ok"` {
		t.Fatalf("got %s, %v", got, err)
	}

	other := folder(t)
	if err := os.WriteFile(filepath.Join(other, "agent.sock"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(other, echo, slog.New(slog.DiscardHandler)); agent.AsError(err).Code != "local-socket" {
		t.Fatalf("got %v", err)
	}
	if text, _ := os.ReadFile(filepath.Join(other, "agent.sock")); string(text) != "mine" {
		t.Fatal("a file that is not a socket was removed")
	}
}

func TestOnlyTheAgentsUserMayOpenTheSocket(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the pipe's rights are a list")
	}
	data := folder(t)
	s := serve(t, data, func(context.Context, agent.Caller, string, string, json.RawMessage) (any, error) { return nil, nil })
	info, err := os.Stat(s.Where())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the socket has the rights %v, %v", info.Mode(), err)
	}
}

func TestALongFolderHasItsSocketElsewhere(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("names of pipes have no such limit")
	}
	data := filepath.Join(folder(t), strings.Repeat("long", 40))
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	s := serve(t, data, func(context.Context, agent.Caller, string, string, json.RawMessage) (any, error) { return "here", nil })
	if len(s.Where()) > 107 || strings.HasPrefix(s.Where(), data) {
		t.Fatalf("the socket is at %s", s.Where())
	}
	if got, err := Do(t.Context(), data, Call{Op: "x"}); err != nil || string(got) != `"here"` {
		t.Fatalf("got %s, %v", got, err)
	}
}

// Whatever comes in, the answer is a refusal or nothing, and the next call works.
func TestHostileInputHarmsNobody(t *testing.T) {
	data := folder(t)
	serve(t, data, func(ctx context.Context, _ agent.Caller, _, _ string, _ json.RawMessage) (any, error) {
		if b := From(ctx).Body; b != nil {
			_, err := io.Copy(io.Discard, b)
			return nil, err
		}
		return "ok", nil
	})
	for name, input := range map[string]string{
		"nothing":          "",
		"half a line":      `{"op": "x"`,
		"garbage":          "\x00\xff\xfe GET / HTTP/1.1\r\n\r\n",
		"not an object":    "[1,2,3]\n",
		"wrong types":      `{"op": 7}` + "\n",
		"a line too long":  `{"op": "` + strings.Repeat("x", maxLine+10) + `"}` + "\n",
		"deep":             strings.Repeat("[", 100_000) + "\n",
		"body of garbage":  `{"op":"x","body":true}` + "\n" + "garbage\n",
		"body cut off":     `{"op":"x","body":true}` + "\n" + `{"data":"aGFsZg=="}` + "\n",
		"body not base64":  `{"op":"x","body":true}` + "\n" + `{"data":"%%%"}` + "\n",
		"a body too long":  `{"op":"x","body":true}` + "\n" + `{"data":"` + strings.Repeat("A", maxLine) + `"}` + "\n",
		"two calls in one": `{"op":"x"}` + "\n" + `{"op":"y"}` + "\n",
	} {
		conn, err := dial(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			_, _ = io.WriteString(conn, input)
			if c, ok := conn.(*net.UnixConn); ok {
				_ = c.CloseWrite()
			}
		}()
		var answers []answer
		for d := json.NewDecoder(bufio.NewReader(conn)); ; {
			var a answer
			if d.Decode(&a) != nil {
				break
			}
			answers = append(answers, a)
		}
		_ = conn.Close()
		if len(answers) > 1 || len(answers) == 1 && (answers[0].OK == nil || *answers[0].OK) && name != "two calls in one" {
			t.Errorf("%s: answered %+v", name, answers)
		}
	}
	if got, err := Do(t.Context(), data, Call{Op: "x"}); err != nil || string(got) != `"ok"` {
		t.Fatalf("after all that: %s, %v", got, err)
	}
}

func TestManyCallersAtOnceAreAnsweredOrTurnedAway(t *testing.T) {
	data := folder(t)
	serve(t, data, func(context.Context, agent.Caller, string, string, json.RawMessage) (any, error) { return "ok", nil })
	silent := make([]net.Conn, maxCallers/2)
	for i := range silent {
		c, err := dial(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		silent[i] = c
	}
	defer func() {
		for _, c := range silent {
			_ = c.Close()
		}
	}()
	var wait sync.WaitGroup
	for range 200 {
		wait.Go(func() {
			got, err := Do(t.Context(), data, Call{Op: "x"})
			if err == nil && string(got) != `"ok"` || err != nil && agent.AsError(err).Code != "agent-gone" {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
	wait.Wait()
}

func TestTheServerWaitsForTheCallsThatRun(t *testing.T) {
	data := folder(t)
	began, done := make(chan struct{}), make(chan struct{})
	s, err := Listen(data, func(ctx context.Context, _ agent.Caller, _, _ string, _ json.RawMessage) (any, error) {
		close(began)
		<-ctx.Done()
		close(done)
		return nil, ctx.Err()
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	go func() { _, _ = Do(t.Context(), data, Call{Op: "x"}) }()
	go func() { <-began; cancel() }()
	_ = s.Run(ctx)
	select {
	case <-done:
	default:
		t.Fatal("Run returned while a call was running")
	}
}
