package ui

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/stockhand/stockhand/agent"
)

// ask sends a request and returns the answer with its body read.
func (s *shop) ask(method, target string, header http.Header) (*http.Response, string) {
	s.t.Helper()
	r, err := http.NewRequest(method, strings.TrimSuffix(s.server.URL(), "/")+target, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	if host := header.Get("Host"); host != "" {
		r.Host = host
	}
	client := http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	answer, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer, string(body)
}

// raw sends bytes as they are and returns the status line and the rest.
func (s *shop) raw(request string) (status, rest string) {
	s.t.Helper()
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.server.port))
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(conn, request); err != nil {
		s.t.Fatal(err)
	}
	answer, _ := io.ReadAll(bufio.NewReader(conn))
	status, rest, _ = strings.Cut(string(answer), "\r\n")
	return status, rest
}

func (s *shop) head() agent.Seq {
	s.t.Helper()
	var head agent.Seq
	err := s.queue.Read(s.t.Context(), func(v agent.View) (err error) {
		_, head, err = v.Head()
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return head
}

func TestThePageListensOnLoopbackOnly(t *testing.T) { // S-01
	s := open(t)
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		ip := a.(*net.IPNet).IP
		if ip.IsLoopback() || ip.IsLinkLocalUnicast() {
			continue
		}
		conn, err := net.DialTimeout("tcp", net.JoinHostPort(ip.String(), fmt.Sprint(s.server.port)), 5*time.Second)
		if err == nil {
			conn.Close()
			t.Errorf("the page answers on %s", ip)
		}
	}
	for _, l := range s.server.listeners {
		if ip := l.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
			t.Errorf("the page listens on %s", ip)
		}
	}
}

func TestOnlyOurOwnNamesAreAnswered(t *testing.T) { // S-02, S-03, S-04, S-05
	s := open(t)
	port := fmt.Sprint(s.server.port)
	right := []string{"127.0.0.1:" + port, "localhost:" + port, "LOCALHOST:" + port, "[::1]:" + port}
	wrong := []string{
		"evil.example", "evil.example:" + port, "localhost", "localhost.:" + port, "127.1:" + port, "0x7f.1:" + port,
		"2130706433:" + port, "[::ffff:127.0.0.1]:" + port, "LOCALHOST.evil:" + port, "127.0.0.1.nip.io:" + port, "127.0.0.1:1",
		"user@localhost:" + port, "stockhand.local:" + port, "0.0.0.0:" + port, "[::]:" + port,
	}
	for _, target := range []string{"/", "/ws", "/health", "/nothing"} {
		for _, host := range right {
			if a, _ := s.ask("GET", target, http.Header{"Host": {host}}); a.StatusCode == http.StatusForbidden && target != "/ws" {
				t.Errorf("%s is refused for Host %s", target, host)
			}
		}
		for _, host := range wrong {
			status, rest := s.raw("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
			if !strings.Contains(status, " 403") && !strings.Contains(status, " 400") || strings.Contains(rest, "html") {
				t.Errorf("%s for Host %s: %s", target, host, status)
			}
		}
	}
	if status, _ := s.raw("GET / HTTP/1.0\r\n\r\n"); !strings.Contains(status, " 403") {
		t.Errorf("a request without Host is answered %s", status)
	}
	absolute := "GET http://evil/ HTTP/1.1\r\nHost: localhost:" + port + "\r\nConnection: close\r\n\r\n"
	if status, _ := s.raw(absolute); !strings.Contains(status, " 403") {
		t.Errorf("a request for another host's address is answered %s", status)
	}
}

func (s *shop) handshake(header http.Header) (int, error) {
	d := websocket.Dialer{Subprotocols: []string{"stockhand.v1"}}
	socket, answer, err := d.Dial(s.address(), header)
	if err == nil {
		socket.Close()
	}
	if answer == nil {
		return 0, err
	}
	return answer.StatusCode, err
}

func TestOtherPagesCannotOpenAWebsocket(t *testing.T) { // S-06, S-07, S-08, S-09
	s := open(t)
	port := fmt.Sprint(s.server.port)
	own := "http://127.0.0.1:" + port
	for _, h := range []http.Header{
		{"Origin": {own}}, {"Origin": {"http://localhost:" + port}}, {"Origin": {"http://[::1]:" + port}},
	} {
		if status, err := s.handshake(h); status != http.StatusSwitchingProtocols {
			t.Errorf("%v is refused: %d, %v", h, status, err)
		}
	}
	for _, h := range []http.Header{
		{},
		{"Origin": {""}},
		{"Origin": {"https://evil.example"}},
		{"Origin": {"null"}},
		{"Origin": {"http://127.0.0.1:9999"}},
		{"Origin": {"https://127.0.0.1:" + port}},
		{"Origin": {own, own}},
		{"Origin": {own + "@evil"}},
		{"Origin": {own + "/"}},
		{"Origin": {own + "#"}},
		{"Origin": {"http://x@127.0.0.1:" + port}},
		{"Origin": {"%%%"}},
		{"Origin": {own + " "}, "X": {""}},
		{"Host": {"evil.example:" + port}, "Origin": {"http://evil.example:" + port}},
		{"Origin": {own}, "Sec-Fetch-Site": {"cross-site"}},
		{"Origin": {own}, "Sec-Fetch-Site": {"same-site"}},
	} {
		if strings.HasSuffix(h.Get("Origin"), " ") {
			continue // net/http takes the blank away before anybody can look
		}
		if status, _ := s.handshake(h); status != http.StatusForbidden {
			t.Errorf("%v is answered with %d", h, status)
		}
	}
}

func TestNothingIsAmbient(t *testing.T) { // S-10, S-11, S-30
	s := open(t)
	cookie := http.Header{"Cookie": {"session=stolen; token=stolen"}}
	for _, target := range []string{"/", "/main.js", "/nothing", "/health"} {
		with, a := s.ask("GET", target, cookie)
		without, b := s.ask("GET", target, nil)
		if with.StatusCode != without.StatusCode || a != b {
			t.Errorf("%s is answered differently with a cookie", target)
		}
		if with.Header["Set-Cookie"] != nil {
			t.Errorf("%s sets a cookie", target)
		}
	}
	c := s.dial() // a websocket of this very machine, without a credential
	c.send(fields{"t": "hello", "v": 1, "topics": []string{"counts"}})
	c.closes(4501, "a hello without a credential")
	for _, seen := range c.seen[1:] {
		t.Errorf("a stranger was told %s", seen)
	}
}

func TestReadingChangesNothing(t *testing.T) { // S-12, S-13
	s := open(t)
	before := s.head()
	targets := []string{"/", "/ws", "/health", "/?op=count.open", "/api/counts", "/count/1/approve"}
	for _, name := range staticFiles(t) {
		targets = append(targets, "/"+name)
	}
	for _, target := range targets {
		for _, method := range []string{"GET", "HEAD"} {
			s.ask(method, target, nil)
		}
		for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
			for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "application/json"} {
				if a, _ := s.ask(method, target, http.Header{"Content-Type": {kind}}); a.StatusCode != http.StatusMethodNotAllowed {
					t.Errorf("%s %s of %s is answered with %d", method, target, kind, a.StatusCode)
				}
			}
		}
	}
	if after := s.head(); after != before {
		t.Errorf("requests without a command wrote %d rows", after-before)
	}
}

func TestNobodyElseGetsPermission(t *testing.T) { // S-14
	s := open(t)
	answer, _ := s.ask("OPTIONS", "/ws", http.Header{
		"Origin": {"https://evil.example"}, "Access-Control-Request-Method": {"POST"}, "Access-Control-Request-Private-Network": {"true"},
	})
	for name := range answer.Header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("the agent sends %s", name)
		}
	}
}

func TestEveryAnswerCarriesTheSameGuard(t *testing.T) { // S-15, S-66
	s := open(t)
	want := map[string]string{
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Referrer-Policy":              "no-referrer",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
	}
	requests := []struct {
		method, target string
		header         http.Header
	}{
		{"GET", "/", nil},
		{"GET", "/main.js", nil},
		{"GET", "/nothing", nil},
		{"GET", "/ws", nil},
		{"POST", "/", nil},
		{"GET", "/", http.Header{"Host": {"evil"}}},
		{"GET", "/main.js", http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"no-cors"}, "Sec-Fetch-Dest": {"script"}}},
	}
	for _, r := range requests {
		answer, _ := s.ask(r.method, r.target, r.header)
		name := r.method + " " + r.target
		for header, value := range want {
			if got := answer.Header.Get(header); got != value {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
		policy := answer.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(policy+";", part) {
				t.Errorf("%s: the policy lacks %s", name, part)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy allows something unsafe: %s", name, policy)
		}
		for _, never := range []string{"Server", "Strict-Transport-Security", "X-Powered-By", "Set-Cookie"} {
			if answer.Header.Get(never) != "" {
				t.Errorf("%s: the agent sends %s", name, never)
			}
		}
	}
	blocked := requests[len(requests)-1]
	if answer, _ := s.ask(blocked.method, blocked.target, blocked.header); answer.StatusCode != http.StatusForbidden {
		t.Errorf("a script of ours can be loaded by another page: %d", answer.StatusCode)
	}
	link := http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"}}
	if answer, _ := s.ask("GET", "/", link); answer.StatusCode != http.StatusOK {
		t.Errorf("a person cannot follow a link to the page: %d", answer.StatusCode)
	}
}

func TestStrangersLearnNothing(t *testing.T) { // S-16
	s := open(t)
	s.openCount()
	c := s.dial()
	_, health := s.ask("GET", "/health", nil)
	if health != "ok" {
		t.Errorf("health says %q", health)
	}
	_, missing := s.ask("GET", "/nothing", nil)
	for _, told := range []string{health, missing, c.seen[0]} {
		for _, secret := range []string{"test-version", "shop", "Mugs", "boss"} {
			if strings.Contains(told, secret) {
				t.Errorf("a stranger is told %q: %s", secret, told)
			}
		}
	}
}

func TestLargeRequestsEnd(t *testing.T) { // S-17
	s := open(t)
	host := fmt.Sprintf("Host: 127.0.0.1:%d\r\n", s.server.port)
	if status, _ := s.raw("GET / HTTP/1.1\r\n" + host + "X: " + strings.Repeat("x", 17<<10) + "\r\n\r\n"); !strings.Contains(status, " 431") {
		t.Errorf("a header of 17 KiB is answered %q", status)
	}
	if status, _ := s.raw("GET / HTTP/1.1\r\n" + host + "Content-Length: 2097152\r\n\r\n"); !strings.Contains(status, " 413") {
		t.Errorf("a body is answered %q", status)
	}
}

func TestASlowRequestEnds(t *testing.T) { // S-17
	t.Parallel()
	s := open(t)
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.server.port))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: 127")
	_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	if _, err := io.ReadAll(conn); errors.Is(err, errTimeout(err)) {
		t.Error("a request that does not end was waited for")
	}
}

// errTimeout returns err if it says that we waited in vain.
func errTimeout(err error) error {
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		return err
	}
	return errors.New("no timeout")
}

func TestAFloodOfConnectionsKeepsNobodyOut(t *testing.T) { // S-17
	s := open(t)
	c, _ := s.page(agent.Manager, "counts")
	var flood []net.Conn
	defer func() {
		for _, conn := range flood {
			conn.Close()
		}
	}()
	for range 300 {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.server.port))
		if err != nil {
			t.Fatal(err)
		}
		flood = append(flood, conn)
	}
	last := flood[len(flood)-1]
	_ = last.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := last.Read(make([]byte, 1)); errors.Is(err, errTimeout(err)) {
		t.Error("the 300th connection was not refused")
	}
	s.openCount()
	event(c, "counts", "count", func(r countRow) bool { return r.State == "open" })
}

func TestNoPathLeadsOutOfThePage(t *testing.T) { // S-57, S-68
	s := open(t)
	for _, target := range []string{
		"/../server.go", "/..%2fserver.go", "/%2e%2e/server.go", "/live/../../server.go", "/live/", "/live", "/static/main.js",
		"/main.js%00.svg", "/main.js/", "//main.js", "/MAIN.JS", "/vendor/SHA256SUMS", "/C:/windows/win.ini", "/CON", "/..\\server.go",
		"/debug/pprof", "/debug/pprof/", "/metrics", "/debug/vars", "/main.js.map", "/.git/config",
	} {
		status, rest := s.raw("GET " + target + fmt.Sprintf(" HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n", s.server.port))
		if !strings.Contains(status, " 404") && !strings.Contains(status, " 400") {
			t.Errorf("%s is answered %s", target, status)
		}
		if strings.Contains(rest, "package ui") || strings.Contains(rest, "<pre>") {
			t.Errorf("%s shows a file or a list of files", target)
		}
	}
}

func TestHeadersOfProxiesHaveNoEffect(t *testing.T) { // S-69
	s := open(t)
	for _, header := range []http.Header{
		{"Host": {"evil.example"}, "X-Forwarded-Host": {fmt.Sprintf("127.0.0.1:%d", s.server.port)}},
		{"Host": {"evil.example"}, "Forwarded": {fmt.Sprintf("host=127.0.0.1:%d", s.server.port)}},
	} {
		if answer, _ := s.ask("GET", "/", header); answer.StatusCode != http.StatusForbidden {
			t.Errorf("%v is answered with %d", header, answer.StatusCode)
		}
	}
	answer, _ := s.ask("GET", "/", http.Header{"X-Forwarded-Host": {"evil.example"}, "X-Forwarded-Proto": {"https"}})
	if answer.StatusCode != http.StatusOK {
		t.Errorf("a header of a proxy changed the answer to %d", answer.StatusCode)
	}
}

func TestATakenPortIsExplained(t *testing.T) {
	s := open(t)
	_, err := New(t.Context(), Options{Store: s.queue, Clock: s.clock, Port: s.server.port})
	e := agent.AsError(err)
	if e.Code != "port_taken" || !strings.Contains(e.What, fmt.Sprint(s.server.port)) || e.Do == "" {
		t.Errorf("a taken port is explained as %v", err)
	}
}

func TestFilesOfThePageAreSentOnceAndSmall(t *testing.T) {
	s := open(t)
	kinds := map[string]string{".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
	for _, name := range staticFiles(t) {
		want := kinds[path.Ext(name)]
		if want == "" {
			continue
		}
		plain, body := s.ask("GET", "/"+name, nil)
		if !strings.HasPrefix(plain.Header.Get("Content-Type"), want) || plain.StatusCode != http.StatusOK {
			t.Errorf("%s is answered with %d as %s", name, plain.StatusCode, plain.Header.Get("Content-Type"))
		}
		packed, small := s.ask("GET", "/"+name, http.Header{"Accept-Encoding": {"br, gzip"}})
		if packed.Header.Get("Content-Encoding") == "gzip" && len(small) >= len(body) {
			t.Errorf("%s is larger when it is compressed", name)
		}
		again, none := s.ask("GET", "/"+name, http.Header{"If-None-Match": {plain.Header.Get("ETag")}})
		if again.StatusCode != http.StatusNotModified || none != "" {
			t.Errorf("%s is sent again although the browser has it", name)
		}
	}
	if names := staticFiles(t); !slices.Contains(names, "index.html") {
		t.Errorf("the page lacks its index: %v", names)
	}
}
