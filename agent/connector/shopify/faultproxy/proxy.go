package faultproxy

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Kind is what goes wrong.
type Kind string

// The kinds. Before and after is meant of the request's being carried out.
const (
	ResetBefore Kind = "reset before" // the connection is reset, nothing arrives
	ResetAfter  Kind = "reset after"  // carried out, then the connection is reset
	Lost        Kind = "reply lost"   // carried out, then the connection is closed without a word
	Slow        Kind = "slow"         // waits until the asker gives up, is carried out then
	Truncated   Kind = "truncated"    // carried out, half of the answer comes
	Page        Kind = "page"         // not carried out; a web page comes
	PageAfter   Kind = "page after"   // carried out; a web page comes
	Elsewhere   Kind = "elsewhere"    // not carried out; a redirect to Fault.Other
	Endless     Kind = "endless"      // carried out; 1 GiB comes
	Untrusted   Kind = "untrusted"    // nothing arrives: the certificate is nobody's
)

// Kinds are all of them.
var Kinds = []Kind{ResetBefore, ResetAfter, Lost, Slow, Truncated, Page, PageAfter, Elsewhere, Endless, Untrusted}

// endless is how long an endless answer is, in bytes.
const endless = 1 << 30

// Fault is something that befalls one request.
type Fault struct {
	Kind Kind
	// Of is a text that a request's body holds which it befalls; empty is any.
	Of string
	// Skip is how many such requests pass unharmed first.
	Skip int
	// Other is where Elsewhere leads to.
	Other string
	// For is how long Slow waits; until the asker gives up if it is zero.
	For time.Duration
}

// Proxy passes requests on. It may be used by many goroutines.
type Proxy struct {
	next http.Handler

	mu     sync.Mutex
	faults []*Fault
	struck int
	fake   *httptest.Server // shows a certificate that nobody signed
}

// New makes a proxy before a server.
func New(next http.Handler) *Proxy { return &Proxy{next: next} }

// Fail adds a fault. Those that befall the same request take turns.
func (p *Proxy) Fail(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, &f)
}

// Struck returns how many requests met a fault.
func (p *Proxy) Struck() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.struck
}

// Clear forgets the faults that have not struck.
func (p *Proxy) Clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
}

// take returns the fault that befalls a request; none has no kind.
func (p *Proxy) take(body []byte, of func(Kind) bool) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, f := range p.faults {
		switch {
		case !of(f.Kind) || !bytes.Contains(body, []byte(f.Of)):
			continue
		case f.Skip > 0:
			f.Skip--
			continue
		}
		p.faults = slices.Delete(p.faults, i, i+1)
		p.struck++
		return *f
	}
	return Fault{}
}

// ServeHTTP implements http.Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	p.serve(w, r, p.take(body, func(k Kind) bool { return k != Untrusted }))
}

func (p *Proxy) serve(w http.ResponseWriter, r *http.Request, f Fault) {
	switch f.Kind {
	case ResetBefore:
		reset(w)
	case Page, PageAfter:
		if f.Kind == PageAfter {
			p.next.ServeHTTP(httptest.NewRecorder(), r)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!DOCTYPE html><title>Sign in to the network</title>")
	case Elsewhere:
		http.Redirect(w, r, f.Other, http.StatusTemporaryRedirect)
	case Slow:
		linger(r, f.For)
		p.next.ServeHTTP(w, r)
	case "":
		p.next.ServeHTTP(w, r)
	default:
		answer := httptest.NewRecorder()
		p.next.ServeHTTP(answer, r)
		spoil(w, f.Kind, answer.Body.Bytes())
	}
}

// linger waits for a while, or until the asker gives up.
func linger(r *http.Request, d time.Duration) {
	if d == 0 {
		<-r.Context().Done()
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}

// spoil writes what becomes of the answer to a request that was carried out.
func spoil(w http.ResponseWriter, kind Kind, answer []byte) {
	switch kind {
	case ResetAfter:
		reset(w)
	case Truncated:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		_, _ = w.Write(answer[:len(answer)/2])
		_ = http.NewResponseController(w).Flush()
	case Endless:
		w.Header().Set("Content-Type", "application/json")
		if _, err := io.Copy(w, endlessly()); err == nil {
			return
		}
	}
	panic(http.ErrAbortHandler)
}

// endlessly begins like JSON.
func endlessly() io.Reader {
	return io.LimitReader(io.MultiReader(strings.NewReader(`{"data":null,"padding":"`), letters{}), endless)
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// reset ends the connection so that the other side is told of it by force.
func reset(w http.ResponseWriter) {
	if hijacker, ok := w.(http.Hijacker); ok {
		if conn, _, err := hijacker.Hijack(); err == nil {
			if plain, ok := conn.(*net.TCPConn); ok {
				_ = plain.SetLinger(0)
			}
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}

// RoundTrip implements http.RoundTripper: it serves a request without a network.
func (p *Proxy) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	f := p.take(body, func(Kind) bool { return true })
	if f.Kind == Untrusted {
		return nil, &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	}
	if t := httptrace.ContextClientTrace(r.Context()); t != nil && t.GotConn != nil {
		t.GotConn(httptrace.GotConnInfo{})
	}
	served := r.Clone(r.Context())
	served.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	whole := p.serveWhole(answer, served, f)
	if err := r.Context().Err(); err != nil {
		return nil, err // it was carried out, and nobody listened any more
	}
	response := answer.Result()
	response.Request = r
	switch {
	case f.Kind == Endless:
		response.Body = io.NopCloser(endlessly())
	case !whole && answer.Body.Len() == 0:
		return nil, syscall.ECONNRESET
	case !whole:
		response.Body = io.NopCloser(io.MultiReader(answer.Body, broken{}))
	}
	return response, nil
}

// serveWhole reports whether the answer is whole.
func (p *Proxy) serveWhole(w http.ResponseWriter, r *http.Request, f Fault) (whole bool) {
	defer func() {
		if e := recover(); e != nil {
			if err, ok := e.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				panic(e)
			}
			whole = false
		}
	}()
	if f.Kind == Endless {
		p.next.ServeHTTP(httptest.NewRecorder(), r)
		return true
	}
	p.serve(w, r, f)
	return true
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Detour is an http.RoundTripper for real connections: what meets an Untrusted fault
// is led to a server whose certificate nobody signed.
func (p *Proxy) Detour(real http.RoundTripper) http.RoundTripper { return detour{p, real} }

type detour struct {
	proxy *Proxy
	real  http.RoundTripper
}

func (d detour) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	if d.proxy.take(body, func(k Kind) bool { return k == Untrusted }).Kind == Untrusted {
		r.URL.Scheme, r.URL.Host = "https", d.proxy.impostor()
	}
	return d.real.RoundTrip(r)
}

// impostor is the address of a server with a certificate of its own making.
func (p *Proxy) impostor() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fake == nil {
		p.fake = httptest.NewUnstartedServer(p.next)
		p.fake.Config.ErrorLog = quiet
		p.fake.StartTLS()
	}
	return p.fake.Listener.Addr().String()
}

// Close stops what the proxy has started.
func (p *Proxy) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fake != nil {
		p.fake.Close()
	}
}

// quiet keeps the complaint about refused certificates out of tests.
var quiet = log.New(io.Discard, "", 0)
