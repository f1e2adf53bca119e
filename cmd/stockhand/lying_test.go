package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// lies are what comes in the place of a shop's answer.
var lies = map[string]http.HandlerFunc{
	"noise":      answers200("application/json", "\x00\xff\x19{"),
	"a web page": answers200("text/html", "<html><script>alert(1)</script>Sign in to the hotel's network</html>"),
	"half an answer": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "500")
		fmt.Fprint(w, `{"data":{"shop":`)
	},
	"half JSON":       answers200("application/json", `{"data":{"shop":`),
	"nothing":         answers200("application/json", `{}`),
	"other data":      answers200("application/json", `{"data":{"shop":5,"location":[]}}`),
	"a failure":       func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
	"a refused token": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
	"silence": func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // until then a server does not notice that the caller has gone
		<-r.Context().Done()
	},
}

func answers200(kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, body)
	}
}

// Whatever comes instead of the shop's answer, it is not believed: the catalogue
// in force stays, and the person reads a sentence with what to do.
func TestALyingUpstreamIsNotBelieved(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for an upstream that does not answer")
	}
	var all sync.WaitGroup // each takes as long as the connector's patience
	for name, lie := range lies {
		all.Go(func() { notBelieved(t, name, lie) })
	}
	all.Go(func() { redirected(t) })
	all.Wait()
}

// redirected sends the caller elsewhere: whoever stands there must not be told the
// token.
func redirected(t *testing.T) {
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a redirect was followed to %s", r.URL)
	}))
	defer thief.Close()
	notBelieved(t, "a redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
	})
}

func notBelieved(t *testing.T, name string, lie http.HandlerFunc) {
	shop := httptest.NewServer(lie)
	defer shop.Close()
	dir := t.TempDir()
	config := filepath.Join(dir, "stockhand.toml")
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Error(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "secrets"), 0o700); err != nil {
		t.Error(err)
	}
	write("secrets/shopify.token", "shpat_hush")
	write("a.csv", "sku,name\nA1,Pen\n")
	plain := "[agent]\ndata = \"data\"\n"
	write("stockhand.toml", plain)
	if code, _, told := execution(t, "catalog", "import", filepath.Join(dir, "a.csv"), "--config", config); code != exitOK {
		t.Errorf("%s: %s", name, told)
	}
	write("stockhand.toml", plain+"[upstream]\nconnector = \"shopify\"\nlocation = \"1\"\n[upstream.shopify]\nshop = \"example\"\nendpoint = \""+shop.URL+"\"\n")
	code, out, told := execution(t, "catalog", "sync", "--config", config)
	lines := strings.Split(strings.TrimSpace(told), "\n")
	if code != exitFailed || out != "" || len(lines) < 3 || strings.Contains(told, "tried again") {
		t.Errorf("%s: status %d, %s%s", name, code, out, told)
	}
	for _, never := range []string{"shpat_hush", "<script>", "inside the agent", "\x00"} {
		if strings.Contains(told, never) {
			t.Errorf("%s: told %q in %s", name, never, told)
		}
	}
	if _, out, _ = execution(t, "catalog", "export", "--config", config); !strings.Contains(out, "A1,Pen") {
		t.Errorf("%s: in force is %s", name, out)
	}
}

// execution carries out one command line.
func execution(t *testing.T, args ...string) (code int, out, told string) {
	var o, e bytes.Buffer
	code = execute(context.WithoutCancel(t.Context()), &terminal{in: strings.NewReader(""), out: &o, err: &e}, args)
	return code, o.String(), e.String()
}
