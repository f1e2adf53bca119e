package shopifysim

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	// tokenLife is how long a token of the client-credentials grant is valid.
	tokenLife = 24 * time.Hour
	// bodyLimit is the size of the largest request that is read, in bytes.
	bodyLimit = 8 << 20
)

// SimulationHeader is on every answer, so that nobody takes it for a real shop's.
const SimulationHeader = "X-Stockhand-Simulation"

var apiPath = regexp.MustCompile(`^/admin/api/(\d{4}-(?:01|04|07|10)|unstable)/graphql\.json$`)

// ServeHTTP answers the token endpoint and the GraphQL endpoint of any version.
func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.isOffline() {
		panic(http.ErrAbortHandler)
	}
	header := w.Header()
	header.Set(SimulationHeader, "this is a simulated shop; nothing here is real")
	header.Set("Date", s.options.Now().UTC().Format(http.TimeFormat))
	header.Set("X-Request-Id", rand.Text())
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	switch {
	case err != nil:
		writeJSON(w, http.StatusBadRequest, map[string]any{"errors": "the request could not be read"})
	case r.URL.Path == "/admin/oauth/access_token":
		s.exchange(w, "token", func(fault *Fault) (int, any) {
			wait(r.Context(), fault.Effect.delay)
			return s.grant(r, body)
		})
	case strings.HasPrefix(r.URL.Path, bulkPath):
		s.serveBulk(w, r)
	case apiPath.MatchString(r.URL.Path):
		s.serveGraphQL(w, r, body)
	default:
		writeJSON(w, http.StatusNotFound, map[string]any{"errors": "Not Found"})
	}
}

func (s *Shop) isOffline() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.offline
}

// exchange counts a request, lets a fault strike it, and answers.
func (s *Shop) exchange(w http.ResponseWriter, operation string, carryOut func(*Fault) (int, any)) {
	s.mu.Lock()
	s.counters.Requests[operation]++
	fault := s.faults.take(operation)
	if fault != nil {
		s.counters.Faulted++
	} else {
		fault = &Fault{}
	}
	s.mu.Unlock()

	spoil := fault.Effect.spoil
	if spoil != nil && !fault.Executed {
		spoil(w, []byte(`{"data":null}`))
		return
	}
	status, answer := carryOut(fault)
	if spoil != nil {
		spoil(w, encode(answer))
		return
	}
	writeJSON(w, status, answer)
}

func (s *Shop) serveGraphQL(w http.ResponseWriter, r *http.Request, body []byte) {
	w.Header().Set("X-Shopify-API-Version", s.options.Version)
	if r.Method != http.MethodPost {
		writeJSON(w, http.StatusMethodNotAllowed, map[string]any{"errors": "Method Not Allowed"})
		return
	}
	request, err := readRequest(body)
	s.mu.Lock()
	s.bulk.host = r.Host
	s.mu.Unlock()
	s.exchange(w, request.Operation, func(fault *Fault) (int, any) {
		switch {
		case !s.signedIn(r):
			s.reject()
			return http.StatusUnauthorized, map[string]any{"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}
		case err != nil:
			s.reject()
			return http.StatusBadRequest, map[string]any{"errors": err.Error()}
		}
		return http.StatusOK, s.answer(r.Context(), request, fault)
	})
}

// request is the body of a GraphQL request. Variables are kept as they were
// sent: whether a key is absent or null makes a difference.
type request struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables"`
	Operation string         `json:"operationName"`
}

func readRequest(body []byte) (request, error) {
	var read request
	decoder := json.NewDecoder(bytes.NewReader(body))
	if err := decoder.Decode(&read); err != nil {
		return request{}, errors.New("the body is not a JSON object with a query")
	}
	if strings.TrimSpace(read.Query) == "" {
		return read, errors.New("the body holds no query")
	}
	return read, nil
}

func (s *Shop) signedIn(r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	expiry, known := s.tokens[r.Header.Get("X-Shopify-Access-Token")]
	return known && (expiry.IsZero() || s.options.Now().Before(expiry))
}

func (s *Shop) reject() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counters.Rejected++
}

// grant exchanges client credentials for a token. The body is a form or JSON.
func (s *Shop) grant(r *http.Request, body []byte) (int, any) {
	r.Body = io.NopCloser(bytes.NewReader(body))
	field := r.PostFormValue
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var fields map[string]string
		_ = json.Unmarshal(body, &fields)
		field = func(name string) string { return fields[name] }
	}
	right := s.options.ClientID != "" && r.Method == http.MethodPost &&
		field("client_id") == s.options.ClientID &&
		subtle.ConstantTimeCompare([]byte(field("client_secret")), []byte(s.options.ClientSecret)) == 1
	switch {
	case !right:
		s.reject()
		return http.StatusBadRequest, map[string]any{"error": "invalid_client", "error_description": "the client id or secret is wrong"}
	case field("grant_type") != "client_credentials":
		s.reject()
		return http.StatusBadRequest, map[string]any{"error": "unsupported_grant_type"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	token := "shpat_simulated_" + rand.Text()
	s.tokens[token] = s.options.Now().Add(tokenLife)
	scopes := slices.Sorted(slices.Values(s.scopes))
	return http.StatusOK, map[string]any{
		"access_token": token, "scope": strings.Join(scopes, ","), "expires_in": int(tokenLife.Seconds()) - 1,
	}
}

func writeJSON(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(encode(answer))
}

// encode cannot fail: answers are made of maps, slices, strings and numbers.
func encode(answer any) []byte {
	text, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	return text
}
