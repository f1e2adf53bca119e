package ui

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/stockhand/stockhand/agent"
)

func TestWhoSaysNothingIsNotWaitedFor(t *testing.T) { // S-18
	t.Parallel()
	s := open(t)
	c := s.dial()
	c.closes(4501, "silence")
}

func TestHelloComesFirst(t *testing.T) { // S-19
	s := open(t)
	before := s.head()
	for _, first := range []fields{
		{"t": "cmd", "id": "01J00000000000000000000001", "op": "count.open", "a": fields{}},
		{"t": "sub", "topics": []string{"counts"}},
		{"t": "seen", "seq": 1},
		{},
	} {
		c := s.dial()
		c.send(first)
		c.closes(4501, fmt.Sprint("a first frame ", first))
	}
	if s.head() != before {
		t.Error("a stranger's command was carried out")
	}
}

func TestAPageOfAnotherVersionIsToldSo(t *testing.T) {
	s := open(t)
	for _, v := range []int{0, 2} {
		c := s.dial()
		c.send(fields{"t": "hello", "v": v, "token": s.grant(agent.Manager)})
		c.closes(4503, "a hello of another version")
	}
}

func TestFramesAreBounded(t *testing.T) { // S-20
	s := open(t)
	c, _ := s.signIn(agent.Manager)
	long := `{"t":"seen","x":"` + strings.Repeat("x", 64<<10) + `"}`
	_ = c.socket.WriteMessage(websocket.TextMessage, []byte(long))
	c.closes(1009, "a frame over 64 KiB")

	c, _ = s.signIn(agent.Manager)
	w, err := c.socket.NextWriter(websocket.TextMessage)
	if err != nil {
		t.Fatal(err)
	}
	for range 10 { // several fragments
		if _, err := w.Write([]byte(strings.Repeat("x", 8<<10))); err != nil {
			break
		}
	}
	c.closes(1009, "fragments that add up")
}

func TestCompressionIsNeverTaken(t *testing.T) { // S-21
	s := open(t)
	d := websocket.Dialer{Subprotocols: []string{"stockhand.v1"}, EnableCompression: true}
	socket, answer, err := d.Dial(s.address(), s.header())
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if answer.Header.Get("Sec-Websocket-Extensions") != "" {
		t.Errorf("the agent takes %s", answer.Header.Get("Sec-Websocket-Extensions"))
	}
	// A frame that says it is compressed although nobody agreed to that.
	c, _ := s.signIn(agent.Manager)
	if _, err := c.socket.NetConn().Write([]byte{0xC1, 0x82, 0, 0, 0, 0, 'h', 'i'}); err != nil {
		t.Fatal(err)
	}
	c.closes(1002, "a compressed frame")
}

func TestHostileFramesEndTheirPageOnly(t *testing.T) { // S-22
	s := open(t)
	other, _ := s.page(agent.Manager, "counts")
	hostile := []struct {
		kind int
		data string
		code int
	}{
		{websocket.TextMessage, ``, 4505},
		{websocket.TextMessage, `nothing`, 4505},
		{websocket.TextMessage, `[]`, 4505},
		{websocket.TextMessage, `null`, 4505},
		{websocket.TextMessage, `{"t":"seen"} {"t":"seen"}`, 4505},
		{websocket.TextMessage, `{"t":"seen","t":"cmd"}`, 4505},
		{websocket.TextMessage, `{"T":"seen"}`, 4505},
		{websocket.TextMessage, `{"t":"seen","Topics":[]}`, 4505},
		{websocket.TextMessage, `{"t":"cmd","id":"01J00000000000000000000001","op":"count.list","a":{"x":1,"x":2}}`, 4505},
		{websocket.TextMessage, `{"t":1}`, 4505},
		{websocket.TextMessage, `{"t":"nothing"}`, 4505},
		{websocket.TextMessage, `{"t":"hello","v":1}`, 4505},
		{websocket.TextMessage, `{"t":"cmd","id":"short","op":"count.list"}`, 4505},
		{websocket.TextMessage, `{"t":"cmd","id":"01J00000000000000000000001","op":"` + strings.Repeat("x", 100) + `"}`, 4505},
		{websocket.TextMessage, strings.Repeat(`[`, 10_000), 4505},
		{websocket.TextMessage, `{"t":` + strings.Repeat(`{"t":`, 1_000), 4505},
		{websocket.TextMessage, `{"t":"sub","topics":["` + strings.Repeat("x", 200) + `"]}`, 4504},
		{websocket.TextMessage, `{"t":"sub","topics":["nothing"]}`, 4504},
		{websocket.TextMessage, `{"t":"sub","topics":["count/"]}`, 4504},
		{websocket.TextMessage, `{"t":"sub","topics":["count/1` + strings.Repeat(`","count/1`, 40) + `"]}`, 4505},
		{websocket.TextMessage, "{\"t\":\"\xff\"}", 1007},
		{websocket.BinaryMessage, `{"t":"seen"}`, 1003},
	}
	for _, h := range hostile {
		c, _ := s.signIn(agent.Manager)
		if err := c.socket.WriteMessage(h.kind, []byte(h.data)); err != nil {
			t.Fatal(err)
		}
		c.closes(h.code, h.data[:min(len(h.data), 60)])
	}
	count := s.openCount()
	event(other, "counts", "count", func(r countRow) bool { return r.ID == string(count.ID) })
}

func TestARepeatedCommandIsHarmless(t *testing.T) { // S-23
	s := open(t)
	token := s.grant(agent.Manager)
	page := func() *client {
		c := s.dial()
		c.send(fields{"t": "hello", "v": 1, "token": token})
		c.next()
		return c
	}
	c := page()
	first := string(c.command("01J00000000000000000000001", "count.open", fields{"name": "once"}).R)
	for range 100 {
		if again := c.command("01J00000000000000000000001", "count.open", fields{"name": "once"}); string(again.R) != first {
			t.Fatalf("the repeat is answered with %s instead of %s", again.R, first)
		}
	}
	s.stop()
	s.begin()
	if again := page().command("01J00000000000000000000001", "count.open", fields{"name": "once"}); string(again.R) != first {
		t.Errorf("after a restart the repeat is answered with %s", again.R)
	}
	if counts := do[[]agent.Count](s, "count.list", fields{}); len(counts) != 1 {
		t.Errorf("one command opened %d counts", len(counts))
	}
}

func TestIDsBelongToABrowser(t *testing.T) { // S-24
	s := open(t)
	a, _ := s.signIn(agent.Manager)
	b, _ := s.signIn(agent.Manager)
	const id = "01J00000000000000000000001"
	ofA := decode[agent.Count](t, a.command(id, "count.open", fields{"name": "of a"}).R)
	ofB := decode[agent.Count](t, b.command(id, "count.open", fields{"name": "of b"}).R)
	if ofA.ID == ofB.ID || ofB.Name != "of b" {
		t.Errorf("b was answered with %+v, a with %+v", ofB, ofA)
	}
}

func TestWhoAsksTooMuchIsCutOff(t *testing.T) { // S-25
	s := open(t)
	greedy, _ := s.signIn(agent.Manager)
	other, _ := s.page(agent.Manager, "counts")
	ask := func(from, to int) {
		for i := from; i < to; i++ {
			frame := fields{"t": "cmd", "id": fmt.Sprintf("01J%023d", i), "op": "count.list"}
			if greedy.socket.WriteJSON(frame) != nil {
				return // it was cut off
			}
		}
	}
	var asking sync.WaitGroup
	asking.Go(func() { ask(0, 290) })
	refused := 0
	for range 290 {
		if f := greedy.next(); f.E != nil && f.E.Code == "rate" && f.E.Class == agent.Retry {
			refused++
		}
	}
	if refused == 0 || refused > 90 {
		t.Errorf("of 290 commands at once %d were refused", refused)
	}
	asking.Wait()
	asking.Go(func() { ask(1_000, 10_000) })
	greedy.closes(4003, "thousands of commands")
	greedy.socket.Close()
	asking.Wait()
	count := s.openCount()
	event(other, "counts", "count", func(r countRow) bool { return r.ID == string(count.ID) })
}

func TestThereIsRoomForSoManyPages(t *testing.T) { // S-27
	s := open(t)
	token := s.grant(agent.Manager)
	hello := func() (*client, frame, error) {
		c := s.dial()
		c.send(fields{"t": "hello", "v": 1, "token": token})
		f, err := c.read()
		return c, f, err
	}
	for i := range 8 {
		if _, _, err := hello(); err != nil {
			t.Fatalf("page %d of one browser: %v", i+1, err)
		}
	}
	_, _, err := hello()
	if e := new(websocket.CloseError); err == nil || !websocket.IsCloseError(err, 4506) {
		t.Errorf("the ninth page of one browser gets %v, %v", err, e)
	}
	var strangers []*client
	for range 8 {
		strangers = append(strangers, s.dial())
	}
	if status, _ := s.handshake(s.header()); status != http.StatusServiceUnavailable {
		t.Errorf("the ninth stranger is answered with %d", status)
	}
	for _, c := range strangers {
		c.socket.Close()
	}
	// Their places are free again as soon as the agent has noticed.
	for status := 0; status != http.StatusSwitchingProtocols; {
		status, _ = s.handshake(s.header())
	}
}

func TestRightsAreCheckedOnTheServer(t *testing.T) { // S-29, S-38
	s := open(t)
	count := s.openCount()
	for _, topic := range []string{"upload", "review/" + string(count.ID)} {
		c, _ := s.signIn(agent.Counter)
		c.send(fields{"t": "sub", "topics": []string{topic}})
		c.closes(4504, "a counter's wish for "+topic)

		hello := s.dial()
		hello.send(fields{"t": "hello", "v": 1, "token": s.grant(agent.Counter), "topics": []string{topic}})
		hello.closes(4504, "a counter's hello for "+topic)
	}
	c, _ := s.signIn(agent.Counter)
	for _, op := range []string{"count.open", "count.close", "count.approve", "count.review", "count.export", "delivery.decide", "access.link", "access.list", "access.revoke"} {
		args := fields{"count": count.ID}
		switch op {
		case "count.open", "access.link", "access.list":
			args = fields{}
		case "delivery.decide":
			args = fields{"adjustment": "adjustment-1", "decision": "use-mine"}
		case "access.revoke":
			args = fields{"access": "manager"}
		}
		if answer := c.command(c.id(), op, args); answer.OK || answer.E.Code != "forbidden" {
			t.Errorf("a counter's %s is answered with %+v", op, answer.E)
		}
	}
	pos := s.dial()
	pos.send(fields{"t": "hello", "v": 1, "token": s.grant(agent.POS)})
	if w := pos.next(); w.T != "welcome" {
		t.Fatalf("the till is not let in: %+v", w)
	}
	pos.send(fields{"t": "sub", "topics": []string{"counts"}})
	pos.closes(4504, "a till's wish for counts")
	if answer := c.command(c.id(), "nothing.at.all", fields{}); answer.OK || answer.E.Code != "unsupported" {
		t.Errorf("an unknown operation is answered with %+v", answer.E)
	}
}

func TestARestartIsAnnounced(t *testing.T) {
	s := open(t)
	c, _ := s.page(agent.Manager, "counts")
	silent := s.dial()
	ended := make(chan struct{})
	go func() { s.stop(); close(ended) }()
	c.closes(4001, "the agent's stop")
	silent.closes(4001, "the agent's stop before hello")
	<-ended
}

func TestASlowPageHoldsNobodyUp(t *testing.T) { // S-26
	t.Parallel()
	s := open(t)
	count := s.openCount()
	topic := "count/" + string(count.ID)
	d := websocket.Dialer{Subprotocols: []string{"stockhand.v1"}, NetDial: func(network, address string) (net.Conn, error) {
		conn, err := net.Dial(network, address)
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetReadBuffer(8 << 10)
		}
		return conn, err
	}}
	slow := func() *client {
		socket, _, err := d.Dial(s.address(), s.header())
		if err != nil {
			t.Fatal(err)
		}
		c := &client{t: t, socket: socket}
		t.Cleanup(func() { socket.Close() })
		c.next()
		c.send(fields{"t": "hello", "v": 1, "token": s.grant(agent.Manager)})
		c.next()
		c.follow(topic)
		return c
	}
	returns, dead := slow(), slow()
	good, _ := s.page(agent.Manager, topic)
	s.scan("gun", "BIN-A1")
	scans := int64(0)
	for ; !s.logged("a page does not keep up") || scans < 500; scans++ {
		s.scan("gun", code(1+int(scans)%10))
	}
	event(good, topic, "count", func(r countRow) bool { return r.Tally.Units == scans })

	// One comes back to life in time and is told the present in a new snapshot.
	snapped := false
	returns.until("the present", func(f frame) bool {
		snapped = snapped || f.T == "snap"
		if f.T == "snap" {
			data := decode[struct{ Count countRow }](t, f.Data)
			return data.Count.Tally.Units == scans
		}
		return f.T == "ev" && f.K == "count" && decode[countRow](t, f.D).Tally.Units == scans
	})
	if !snapped {
		t.Error("the page was told everything: nothing was slow here")
	}
	// The other is cut off.
	s.waitForLog("a page was cut off")
	for {
		if _, err := dead.read(); err != nil {
			break
		}
	}
}

// waitForLog waits until the agent has logged something.
func (s *shop) waitForLog(text string) {
	s.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !s.logged(text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("the log never said %q", text)
		}
	}
}

func (s *shop) logged(text string) bool {
	s.logMu.Lock()
	defer s.logMu.Unlock()
	return strings.Contains(s.log.String(), text)
}
