package ui

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// headers are sent with every answer, errors included. Nothing may be loaded that
// is not ours, nothing inline may run, and nobody may frame or probe us.
var headers = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
		"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; " +
		"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), hid=(), microphone=(), serial=(), usb=()",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Cache-Control":                "no-store",
}

// guard lets requests through that our own page, or a person who typed the
// address, can have made. Loopback is reached by every web page in a browser of
// this machine and by a name that points here for a moment, so the name that was
// asked for and the page that asked are both looked at, on every request.
type guard struct {
	hosts   []string // as in the Host header
	refused func(r *http.Request, code string)
	next    http.Handler
}

func (g guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range headers {
		w.Header().Set(name, value)
	}
	if status, code := g.judge(r); code != "" {
		g.refused(r, code)
		refuse(w, status, code)
		return
	}
	g.next.ServeHTTP(w, r)
}

func (g guard) judge(r *http.Request) (status int, code string) {
	switch {
	case !slices.Contains(g.hosts, strings.ToLower(r.Host)):
		return http.StatusForbidden, "bad_host"
	case !g.ours(r.Header["Origin"]):
		return http.StatusForbidden, "bad_origin"
	case !ownFetch(r.Header):
		return http.StatusForbidden, "bad_origin"
	case toldByProgram(r):
		return 0, "" // it is told to whoever has a token
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return http.StatusMethodNotAllowed, "bad_method"
	case r.ContentLength != 0:
		return http.StatusRequestEntityTooLarge, "no_body"
	}
	return 0, ""
}

// ours reports whether a request was made by one of our own pages, or says
// nothing about it, as loading a page does.
func (g guard) ours(origins []string) bool {
	if len(origins) == 0 {
		return true
	}
	if len(origins) > 1 {
		return false
	}
	u, err := url.Parse(origins[0])
	return err == nil && origins[0] == "http://"+u.Host && slices.Contains(g.hosts, u.Host)
}

// ownFetch reports whether the browser says that the request comes from our own
// page or from a person who follows a link. Not every browser says anything.
func ownFetch(h http.Header) bool {
	switch h.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	return h.Get("Sec-Fetch-Mode") == "navigate" && h.Get("Sec-Fetch-Dest") == "document"
}

// refuse answers with a code and nothing else.
func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{"error":"` + code + `"}`))
}

// withOrigin refuses requests that do not say which page they come from. Browsers
// always say it when they open a websocket.
func withOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") == "" {
			refuse(w, http.StatusForbidden, "bad_origin")
			return
		}
		next.ServeHTTP(w, r)
	})
}
