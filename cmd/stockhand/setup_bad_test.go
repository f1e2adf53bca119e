package main

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// Whatever answers in the place of the shop, set-up says so in a sentence, changes
// nothing, and shows no secret.
func TestWhatIsNotTheShopIsSaid(t *testing.T) {
	var stolen atomic.Int32
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { stolen.Add(1) }))
	defer thief.Close()
	for says, shop := range map[string]http.HandlerFunc{
		"There is no such shop": http.NotFound,
		"A web page came": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<!doctype html><title>Sign in to the network</title>")
		},
		"leads to another one": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, thief.URL, http.StatusPermanentRedirect)
		},
		"larger than any real": func(w http.ResponseWriter, _ *http.Request) {
			for range 64 { // MiB
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
		},
		"can't be understood":  func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"data":`) },
		"No complete answer":   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"The shop is frozen":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusPaymentRequired) },
		"refuses our access t": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
	} {
		f := newFresh(t, shopifysim.Options{})
		f.serve(shop)
		f.fails(says, f.withToken()...)
	}
	if stolen.Load() > 0 {
		t.Error("a redirect was followed")
	}
}

// fails sets up in vain and expects nothing to be left behind.
func (f *fresh) fails(says string, args ...string) {
	f.Helper()
	before := f.text()
	code, told := f.setup("app\nwrong\n", args...)
	if code == exitOK || f.text() != before {
		f.Errorf("it was set up: %s", told)
	}
	f.shows(told, says, "Nothing was changed")
	entries, err := os.ReadDir(f.dir)
	if err != nil || len(entries) != 2 { // the configuration and the file with the token
		f.Errorf("left behind are %v, %v", entries, err)
	}
}

func TestWrongCredentialsAreNotKept(t *testing.T) {
	f := newFresh(t, shopifysim.Options{})
	f.fails("refuses the app's client id and secret", append(first, "--client-id-file", "-", "--client-secret-file", "-")...)
}

func TestAnUnsafeConnectionIsNotUsed(t *testing.T) {
	f := newFresh(t, shopifysim.Options{})
	var asked atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	write(t, f.file, strings.Replace(byHand, "ENDPOINT", server.URL, 1), 0o640)
	f.fails("The connection to the shop is not safe", f.withToken()...)
	if asked.Load() > 0 {
		t.Error("something was sent over an unsafe connection")
	}
}

func TestWhatCannotBeAShopsNameIsSaid(t *testing.T) {
	f := newFresh(t, shopifysim.Options{})
	write(t, f.file, "[agent]\ndata = \"data\"\n", 0o640)
	for _, name := range []string{"shop.example.com", "our shop", "-", "../x"} {
		code, told := f.setup("", "--shop", name, "--only-agent", "--token-file", filepath.Join(f.dir, "token"))
		if code == exitOK {
			t.Errorf("%q was taken", name)
		}
		f.shows(told, "is not the name of a Shopify shop")
	}
}

func TestASecretThatIsNoneIsRefused(t *testing.T) {
	f := newFresh(t, shopifysim.Options{})
	for input, says := range map[string]string{"\n": "is empty", "two words\n": "characters that no such secret has", "": "the input has ended"} {
		code, told := f.setup(input, append(first, "--token-file", "-")...)
		if code != exitUsage {
			t.Errorf("%q ended with %d", input, code)
		}
		f.shows(told, says)
	}
}
