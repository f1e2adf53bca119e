package shopify

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/Khan/genqlient/graphql"
	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/schema"
)

const (
	// answerLimit is the size of the largest answer that is read, unpacked.
	answerLimit = 8 << 20
	// answerTime is how long one answer may take.
	answerTime = 45 * time.Second
)

// apiPath is where requests go.
const apiPath = "/admin/api/" + schema.Version + "/graphql.json"

// client talks to one shop, one request at a time.
type client struct {
	http  *http.Client
	base  string
	auth  *auth
	clock agent.Clock
	log   *slog.Logger
	// sleep waits; tests let time pass otherwise.
	sleep func(context.Context, time.Duration) error

	offset  connector.Offset
	served  string // the version of the newest answer, empty before the first
	budget  budget
	newest  reply // the newest answer to a query
	limit   int64
	patient time.Duration // how long a reading waits for its turn
}

func newClient(base string, token *auth, clock agent.Clock, log *slog.Logger) *client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = answerTime
	transport.MaxResponseHeaderBytes = 64 << 10
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	return &client{
		http: &http.Client{
			Transport: transport, Timeout: answerTime,
			// A redirect would carry the token to whoever answers.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		base: base, auth: token, clock: clock, log: log, sleep: sleep,
		budget: budget{costs: make(map[string]float64)}, limit: answerLimit, patient: 5 * time.Second,
	}
}

// reply is an answer as it came.
type reply struct {
	status         int
	html           bool
	elsewhere      string // the host that a redirect names, if it is another one
	body           []byte
	after          time.Duration // of the Retry-After header
	sent, received time.Time     // by our clock
}

// post makes one exchange. The fault says whether the request may have arrived.
func (c *client) post(ctx context.Context, path, contentType, token string, body []byte) (reply, *fault) {
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		return reply{}, &fault{kind: invalid, problem: broken("request", err.Error())}
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "Stockhand")
	if token != "" {
		request.Header.Set("X-Shopify-Access-Token", token)
	}
	r := reply{sent: c.clock.Now()}
	response, err := c.http.Do(request)
	r.received = c.clock.Now()
	if err != nil {
		return r, lost(err, connected.Load())
	}
	defer response.Body.Close()
	c.observe(r, response.Header)
	r.status, r.after, r.elsewhere = response.StatusCode, retryAfter(response.Header), elsewhereOf(response, request.URL.Host)
	r.body, err = io.ReadAll(io.LimitReader(response.Body, c.limit+1))
	r.html = looksLikePage(response.Header, r.body)
	switch {
	case err != nil:
		return r, &fault{kind: unanswered, problem: noAnswer(err)}
	case int64(len(r.body)) > c.limit:
		return r, &fault{kind: unanswered, problem: nonsense("it is larger than any real one", nil)}
	}
	return r, nil
}

// lost explains a request that no answer came to.
func lost(err error, connected bool) *fault {
	var unproven *tls.CertificateVerificationError
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &unproven) || errors.As(err, &plain):
		return &fault{kind: unsent, problem: unsafe(err)}
	case !connected:
		return &fault{kind: unsent, problem: unreachable(err)}
	}
	return &fault{kind: unanswered, problem: noAnswer(err)}
}

// observe learns from an answer's header: the shop's clock and version.
func (c *client) observe(r reply, header http.Header) {
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		if c.offset.Observe(r.sent, r.received, date) {
			lo, hi := c.offset.Interval()
			c.log.Warn("the shop's clock or ours was set", "ahead_from", lo, "ahead_to", hi)
		}
	}
	if version := header.Get("X-Shopify-API-Version"); version != "" {
		c.served = version
	}
}

// maxAfter bounds what an answer can make us wait for.
const maxAfter = time.Hour

func retryAfter(header http.Header) time.Duration {
	seconds, err := strconv.ParseFloat(header.Get("Retry-After"), 64)
	if err != nil || seconds != seconds || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, maxAfter.Seconds()) * float64(time.Second))
}

// elsewhereOf is the host that a redirect leads to where that is not the one which was
// asked. It is not followed.
func elsewhereOf(response *http.Response, asked string) string {
	to, err := response.Location()
	if err != nil || response.StatusCode < 300 || response.StatusCode >= 400 || to.Host == "" || to.Host == asked {
		return ""
	}
	return clip(to.Host, 100)
}

func looksLikePage(header http.Header, body []byte) bool {
	start := bytes.TrimLeft(body, " \t\r\n\ufeff")
	return bytes.HasPrefix(start, []byte("<")) || len(start) > 0 && bytes.HasPrefix([]byte(header.Get("Content-Type")), []byte("text/html"))
}

// fault judges an answer by its status alone; nil where it can be read.
func (r reply) fault() *fault {
	refusal, known := refusals[r.status]
	switch {
	case known:
		return &fault{kind: refused, problem: person(refusal.code, refusal.what, refusal.do, nil)}
	case r.status == http.StatusTooManyRequests || r.status == 430:
		return busyFault(max(r.after, time.Second))
	case r.elsewhere != "":
		return &fault{kind: unanswered, problem: misled(r.status, r.elsewhere)}
	case r.status >= 300 && r.status < 400 || r.status == http.StatusNetworkAuthenticationRequired:
		return &fault{kind: unanswered, problem: portal(r.status)}
	case r.status >= 500 || r.status == http.StatusRequestTimeout || r.status == http.StatusProxyAuthRequired:
		return &fault{kind: unanswered, problem: failing(r.status, r.after)}
	case r.html:
		return &fault{kind: unanswered, problem: portal(r.status)}
	case r.status >= 400:
		return &fault{kind: invalid, problem: broken("HTTP "+strconv.Itoa(r.status), clip(string(r.body), 200))}
	case r.status != http.StatusOK:
		return &fault{kind: unanswered, problem: nonsense("its status is "+strconv.Itoa(r.status), nil)}
	}
	return nil
}

// exchange sends the bytes of one GraphQL request and reads what came back. A
// token that is refused is renewed once.
func (c *client) exchange(ctx context.Context, operation string, body []byte) (answer, *fault) {
	for try := 0; ; try++ {
		token, f := c.current(ctx)
		if f != nil {
			return answer{}, f
		}
		r, f := c.post(ctx, apiPath, "application/json", token, body)
		if f != nil {
			return answer{}, f
		}
		if r.status == http.StatusUnauthorized && c.auth.forget() && try == 0 {
			c.log.Info("the shop refused the token; a new one is fetched")
			continue
		}
		if f := r.fault(); f != nil {
			return answer{}, f
		}
		c.newest = r
		return c.read(operation, r)
	}
}

// MakeRequest makes a query of the generated client. It waits its turn where the
// shop is busy, as long as it is patient.
func (c *client) MakeRequest(ctx context.Context, request *graphql.Request, response *graphql.Response) error {
	body, err := json.Marshal(request)
	if err != nil {
		return broken(request.OpName, err.Error())
	}
	waited := time.Duration(0)
	for {
		if pause := c.budget.pause(request.OpName, c.clock.Now()); pause > 0 && waited+pause <= c.patient {
			if err := c.wait(ctx, pause, &waited); err != nil {
				return err
			}
		}
		a, f := c.exchange(ctx, request.OpName, body)
		switch {
		case f == nil:
			return a.into(response.Data)
		case f.kind != busy || waited+f.problem.After > c.patient:
			return f
		}
		if err := c.wait(ctx, f.problem.After, &waited); err != nil {
			return err
		}
	}
}

func (c *client) wait(ctx context.Context, pause time.Duration, waited *time.Duration) error {
	*waited += pause
	if err := c.sleep(ctx, pause); err != nil {
		return &fault{kind: unsent, problem: busyFault(pause).problem}
	}
	return nil
}

// sleep waits, and returns the context's error if it ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// upstream is the earliest and the latest time that the shop's clock can have
// shown at a time of ours.
func (c *client) upstream(at time.Time) (earliest, latest time.Time) {
	lo, hi := c.offset.Interval()
	at = at.Round(0).UTC()
	return at.Add(lo), at.Add(hi)
}

// stamp is when something was by our clock that the shop dates.
func (c *client) stamp(upstream time.Time) agent.Stamp {
	s := c.offset.Local(upstream.UTC())
	return agent.Stamp{At: s.At.Add(tick / 2), Uncertainty: s.Uncertainty + tick/2}
}

func clip(s string, length int) string {
	if len(s) > length {
		s = strings.ToValidUTF8(s[:length], "") + "..."
	}
	return s
}
