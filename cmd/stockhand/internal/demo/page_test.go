package demo

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/stockhand/stockhand/agent"
)

// script plays the agent's end of one connection after the other; the last one is
// played again where a page comes back more often.
type script []func(t *testing.T, s *websocket.Conn)

// play serves a script and returns the page that talks to it.
func (sc script) play(t *testing.T) *page {
	t.Helper()
	var mu sync.Mutex
	visits := 0
	upgrader := websocket.Upgrader{Subprotocols: []string{"stockhand.v1"}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "http://"+r.Host || r.URL.Path != "/ws" {
			t.Errorf("the page asks for %s with the origin %q", r.URL.Path, r.Header.Get("Origin"))
		}
		mu.Lock()
		scene := sc[min(visits, len(sc)-1)]
		visits++
		mu.Unlock()
		s, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer s.Close()
		say(s, `{"t":"challenge","nonce":"n","v":[1]}`)
		scene(t, s)
	}))
	t.Cleanup(server.Close)
	ctx, cancel := context.WithCancel(t.Context())
	p := newPage(server.URL, func(context.Context) (string, error) { return server.URL + "/#sign-in=secret", nil })
	var done sync.WaitGroup
	done.Go(func() { p.run(ctx) })
	t.Cleanup(func() { cancel(); done.Wait() })
	return p
}

func say(s *websocket.Conn, text string) { _ = s.WriteMessage(websocket.TextMessage, []byte(text)) }

// heard returns the next frame of a kind from the page, or nil at the end.
func heard(s *websocket.Conn, kind string) map[string]any {
	for {
		var f map[string]any
		if s.ReadJSON(&f) != nil {
			return nil
		}
		if f["t"] == kind {
			return f
		}
	}
}

func hold(s *websocket.Conn) { heard(s, "the end") }

const device = agent.DeviceID("serial:a")

func row(stored string, since string) string {
	return `{"device":"serial:a","tally":{"stored":` + stored + `},"state":{"name":"reading","since":"` + since + `"}}`
}

const monday, tuesday = "2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z"

func TestACommandIsRepeatedUnderItsIDUntilItIsAnswered(t *testing.T) {
	first := make(chan any, 1)
	p := script{
		func(t *testing.T, s *websocket.Conn) { // ends between command and answer
			if hello := heard(s, "hello"); hello["secret"] != "secret" || hello["v"] != 1.0 {
				t.Errorf("the first hello is %v", hello)
			}
			say(s, `{"t":"welcome","token":"tok","epoch":"E","seq":3,"mode":"snap"}`)
			first <- heard(s, "cmd")["id"]
		},
		func(t *testing.T, s *websocket.Conn) {
			hello := heard(s, "hello")
			resume, _ := json.Marshal(hello["resume"])
			if hello["token"] != "tok" || hello["secret"] != nil || !strings.Contains(string(resume), `"epoch":"E"`) {
				t.Errorf("the second hello is %v", hello)
			}
			say(s, `{"t":"welcome","epoch":"E","seq":3,"mode":"delta"}`)
			again := heard(s, "cmd")
			if id := <-first; again["id"] != id || id == "" {
				t.Errorf("the command was %v and is repeated as %v", id, again["id"])
			}
			answer, _ := json.Marshal(map[string]any{"t": "ack", "id": again["id"], "ok": true, "r": map[string]any{"id": "count-1"}})
			say(s, string(answer))
			hold(s)
		},
	}.play(t)
	var count agent.Count
	if err := p.do(t.Context(), "count.open", map[string]any{"name": "x"}, &count); err != nil || count.ID != "count-1" {
		t.Fatalf("the answer is %v, %v", count.ID, err)
	}
}

func TestARefusalIsTheAgentsError(t *testing.T) {
	p := script{func(_ *testing.T, s *websocket.Conn) {
		heard(s, "hello")
		say(s, `{"t":"welcome","token":"tok","epoch":"E","mode":"snap"}`)
		id, _ := heard(s, "cmd")["id"].(string)
		say(s, `{"t":"ack","id":"`+id+`","ok":false,"e":{"code":"rate","class":"retry","what":"Slow down."}}`)
		id, _ = heard(s, "cmd")["id"].(string)
		say(s, `{"t":"ack","id":"`+id+`","ok":false,"e":{"code":"count_state","class":"clash","what":"Closed."}}`)
		hold(s)
	}}.play(t)
	if err := p.do(t.Context(), "count.close", nil, nil); !isClash(err) {
		t.Fatalf("the refusal is %v", err)
	}
}

func TestScansAreShownByTheDeviceTheyCameFrom(t *testing.T) {
	step := make(chan string)
	play := func(_ *testing.T, s *websocket.Conn) {
		heard(s, "hello")
		say(s, `{"t":"welcome","token":"tok","epoch":"E","mode":"snap"}`)
		for line := range step {
			if line == "cut" {
				return
			}
			say(s, line)
		}
	}
	p := script{play}.play(t)
	ctx := t.Context()
	go func() {
		step <- `{"t":"snap","topic":"devices","seq":1,"last":true,"data":{"devices":[` + row("7", monday) + `]}}`
	}()
	before, err := p.reading(ctx, device)
	if err != nil || p.storedFrom(device) != 7 {
		t.Fatalf("%d stored, %v", p.storedFrom(device), err)
	}
	go func() { step <- `{"t":"ev","topic":"devices","seq":2,"k":"device","d":` + row("8", monday) + `}` }()
	if arrived, err := p.stored(ctx, device, 8, before); !arrived || err != nil {
		t.Fatalf("the scan is not shown: %v", err)
	}
	go func() {
		step <- "cut"
		step <- `{"t":"snap","topic":"devices","seq":2,"last":true,"data":{"devices":[` + row("8", tuesday) + `]}}`
	}()
	if arrived, err := p.stored(ctx, device, 9, before); arrived || err != nil {
		t.Fatalf("an interruption is taken for a scan: %v", err)
	}
	after, err := p.reading(ctx, device)
	if err != nil || after == before || p.still(device, before) || !p.still(device, after) {
		t.Fatalf("before %v, after %v, %v", before, after, err)
	}
}

func TestRecountsAndScansOfACountAreCollected(t *testing.T) {
	p := script{func(_ *testing.T, s *websocket.Conn) {
		heard(s, "hello")
		say(s, `{"t":"welcome","token":"tok","epoch":"E","mode":"snap"}`)
		for {
			sub := heard(s, "sub")
			if sub == nil {
				return
			}
			if text, _ := json.Marshal(sub); !strings.Contains(string(text), "count/count-1") {
				continue
			}
			say(s, `{"t":"snap","topic":"count/count-1","seq":5,"last":false,"data":{"count":{"id":"count-1","state":"closed"},"scans":[{"seq":4,"device":"serial:a","op":"add"}]}}`)
			say(s, `{"t":"snap","topic":"count/count-1","seq":5,"last":true,"data":{"recounts":[{"count":"count-1","round":1,"items":["i"]}]}}`)
			say(s, `{"t":"ev","topic":"count/count-1","seq":6,"k":"scan","d":{"seq":6,"device":"serial:a","op":"add"}}`)
			say(s, `{"t":"ev","topic":"count/count-1","seq":7,"k":"recount","d":{"count":"count-1","round":2,"items":["j"]}}`)
		}
	}}.play(t)
	if err := p.look(t.Context(), "count-1"); err != nil || p.state("count-1") != agent.CountClosed {
		t.Fatalf("the count is %q, %v", p.state("count-1"), err)
	}
	if err := p.until(t.Context(), func() bool { return len(p.seen.count("count-1").recounts) == 2 }); err != nil {
		t.Fatal(err)
	}
	if scans := p.scans(); len(scans) != 2 || p.recounts("count-1")[1].Items[0] != "j" {
		t.Errorf("scans %v, recounts %v", scans, p.recounts("count-1"))
	}
}

func TestAPageThatIsClosedForGoodSaysWhy(t *testing.T) {
	p := script{func(_ *testing.T, s *websocket.Conn) {
		heard(s, "hello")
		_ = s.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(4504, "forbidden"), time.Now().Add(time.Second))
	}}.play(t)
	err := p.do(t.Context(), "count.open", nil, nil)
	var closed *websocket.CloseError
	if !errors.As(err, &closed) || closed.Code != 4504 {
		t.Fatalf("the page says %v", err)
	}
}
