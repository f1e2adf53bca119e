package ui

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// post sends a body to the address for movements and returns the answer.
func (s *shop) post(body io.Reader, header http.Header) (status int, text string) {
	s.t.Helper()
	r, err := http.NewRequest("POST", strings.TrimSuffix(s.server.URL(), "/")+movementsPath, body)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for name, values := range header {
		r.Header[name] = values
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	answer, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(got)
}

// till lets a program in and returns its header.
func (s *shop) till(name string) http.Header {
	s.t.Helper()
	token := do[station.Token](s, "access.token", fields{"name": name})
	return http.Header{"Authorization": {"Bearer " + token.Token}}
}

func sale(id string, n int, at time.Time) string {
	return fmt.Sprintf(`{"id":%q,"occurred":%q,"sku":"SKU-001","quantity":%d}`, id, at.UTC().Format(time.RFC3339), n)
}

// A program with a token tells what was sold, is told what became of each row, and can
// ask later what is stored.
func TestAProgramTellsWhatWasSold(t *testing.T) {
	s := open(t)
	header := s.till("till-2")
	at := s.clock.Now().Add(-time.Minute)
	body := fmt.Sprintf(`{"movements":[%s,%s,%s],"complete_until":%q}`, sale("1", -2, at), sale("2", 1, at), sale("3", 0, at), at.UTC().Add(-time.Minute).Format(time.RFC3339))
	status, text := s.post(strings.NewReader(body), header)
	var taken station.Taken
	if err := json.Unmarshal([]byte(text), &taken); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	if taken.New != 2 || taken.Refused != 1 || taken.Source != "till-2" || taken.Rows[2].Code != "bad_quantity" || taken.CompleteUntil.IsZero() {
		t.Errorf("%+v", taken)
	}
	head := s.head()
	if status, text := s.post(strings.NewReader(body), header); status != http.StatusOK || !strings.Contains(text, `"known":2`) || s.head() != head {
		t.Errorf("told again: %d %s", status, text)
	}
	if status, text := s.post(strings.NewReader(fmt.Sprintf(`{"movements":[%s]}`, sale("1", -3, at))), header); status != http.StatusOK || !strings.Contains(text, "told_otherwise") {
		t.Errorf("an id with another content: %d %s", status, text)
	}
	answer, got := s.ask("GET", movementsPath+"?id=2&id=1&id=9", header)
	var stored station.Stored
	if err := json.Unmarshal([]byte(got), &stored); err != nil || answer.StatusCode != http.StatusOK || len(stored.Movements) != 2 || stored.Movements[1].Quantity != -2 {
		t.Errorf("%s %s", answer.Status, got)
	}
	if _, got := s.ask("GET", movementsPath+"?id=1", s.till("till-3")); strings.Contains(got, "SKU") || !strings.Contains(got, `"movements":[]`) {
		t.Errorf("another till sees %s", got)
	}
}

// Whoever has no token, or one of another role, or asks from a foreign page, is
// refused, and nothing of what was sent is kept.
func TestMovementsAreToldByTillsOnly(t *testing.T) {
	s := open(t)
	body := fmt.Sprintf(`{"movements":[%s]}`, sale("1", -2, s.clock.Now()))
	_, welcome := s.signIn(agent.Manager)
	till := s.till("till-2").Get("Authorization")
	port := fmt.Sprint(s.server.port)
	head := s.head()
	for name, c := range map[string]struct {
		header http.Header
		status int
		code   string
	}{
		"no token":                        {nil, 401, "no_token"},
		"an empty token":                  {http.Header{"Authorization": {"Bearer "}}, 401, "no_token"},
		"a wrong token":                   {http.Header{"Authorization": {"Bearer " + strings.Repeat("A", 43)}}, 401, "no_token"},
		"another scheme":                  {http.Header{"Authorization": {"Basic " + strings.TrimPrefix(till, "Bearer ")}}, 401, "no_token"},
		"a token in a cookie":             {http.Header{"Cookie": {"token=" + till}}, 401, "no_token"},
		"a manager's token":               {http.Header{"Authorization": {"Bearer " + welcome.Token}}, 403, "forbidden"},
		"a manager's from another origin": {http.Header{"Authorization": {"Bearer " + welcome.Token}, "Origin": {"https://evil.example"}}, 403, "bad_origin"},
		"a till's from another origin":    {http.Header{"Authorization": {till}, "Origin": {"http://localhost:1"}}, 403, "bad_origin"},
		"a till's from a null origin":     {http.Header{"Authorization": {till}, "Origin": {"null"}}, 403, "bad_origin"},
		"a till's from a foreign page":    {http.Header{"Authorization": {till}, "Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"}}, 403, "bad_origin"},
		"a form":                          {http.Header{"Authorization": {till}, "Content-Type": {"text/plain"}}, 400, "not_json"},
	} {
		t.Run(name, func(t *testing.T) {
			if status, text := s.post(strings.NewReader(body), c.header); status != c.status || !strings.Contains(text, `"error":"`+c.code+`"`) {
				t.Errorf("%d %s, want %d %s", status, text, c.status, c.code)
			}
		})
	}
	status, rest := s.raw("POST " + movementsPath + " HTTP/1.1\r\nHost: evil.example:" + port + "\r\nAuthorization: " + till + "\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
	if !strings.Contains(status, " 403") || strings.Contains(rest, "rows") {
		t.Errorf("for another host: %s %s", status, rest)
	}
	if s.head() != head {
		t.Error("what was refused changed the log")
	}
	do[station.Given](s, "access.revoke", fields{"access": "till-2"})
	if status, _ := s.post(strings.NewReader(body), http.Header{"Authorization": {till}}); status != 401 {
		t.Errorf("with a token that was taken away: %d", status)
	}
}

// What is no list of movements is refused with what to do about it, and the next
// request is answered as if nothing had been.
func TestBodiesThatAreNoMovements(t *testing.T) {
	s := open(t)
	header := s.till("till-2")
	many := make([]string, 10_000)
	for n := range many {
		many[n] = fmt.Sprintf(`{"id":"%d"}`, n)
	}
	for name, c := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"nothing":            {"", 400, "not_json"},
		"no JSON":            {"id;quantity\n1;-1\n", 400, "not_json"},
		"half of it":         {`{"movements":[{"id":"1"`, 400, "not_json"},
		"two of it":          {`{"movements":[]} {"movements":[]}`, 400, "not_json"},
		"a list":             {`[]`, 400, "bad_arguments"},
		"a misspelt field":   {`{"movement":[]}`, 400, "bad_arguments"},
		"10,000 rows":        {`{"movements":[` + strings.Join(many, ",") + `]}`, 400, "too_many_movements"},
		"more than 1 MB":     {`{"movements":[` + strings.Repeat(" ", apiBytes) + `]}`, 413, "too_large"},
		"a time of no shape": {`{"movements":[],"complete_until":"yesterday"}`, 400, "bad_arguments"},
		"deep":               {strings.Repeat("[", 20_000), 400, "not_json"},
	} {
		t.Run(name, func(t *testing.T) {
			head := s.head()
			status, text := s.post(strings.NewReader(c.body), header)
			if status != c.status || !strings.Contains(text, `"error":"`+c.code+`"`) || !strings.Contains(text, `"do":"`) {
				t.Errorf("%d %s, want %d %s", status, text, c.status, c.code)
			}
			if s.head() != head {
				t.Error("it changed the log")
			}
		})
	}
	if status, text := s.post(strings.NewReader(`{"movements":[]}`), header); status != 200 || !strings.Contains(text, `"rows":[]`) {
		t.Errorf("no rows at all: %d %s", status, text)
	}
	for _, method := range []string{"PUT", "DELETE", "PATCH", "OPTIONS"} {
		if answer, _ := s.ask(method, movementsPath, header); answer.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %s", method, answer.Status)
		}
	}
}

// Whoever sends slowly is cut off, and keeps nobody else waiting meanwhile.
func TestASlowBodyEnds(t *testing.T) {
	s := open(t)
	s.server.api.wait = 300 * time.Millisecond
	header := s.till("till-2")
	slow := func(authorization string) net.Conn {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.server.port))
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%sContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", movementsPath, s.server.port, authorization)
		return conn
	}
	stranger := slow("")
	defer stranger.Close()
	if answer, _ := io.ReadAll(stranger); !strings.Contains(string(answer), " 401 ") {
		t.Errorf("a stranger's body is waited for: %q", answer)
	}
	conn := slow("Authorization: " + header.Get("Authorization") + "\r\n")
	defer conn.Close()
	if status, text := s.post(strings.NewReader(`{"movements":[]}`), header); status != http.StatusOK {
		t.Errorf("beside a slow one: %d %s", status, text)
	}
	if answer, _ := io.ReadAll(conn); !strings.Contains(string(answer), "408") || !strings.Contains(string(answer), "cut_off") {
		t.Errorf("a slow body: %q", answer)
	}
}
