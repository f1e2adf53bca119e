package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/ui/symbol"
)

// staticFiles returns the embedded files by the path that they are served under.
func staticFiles(t testing.TB) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(static, "static", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, strings.TrimPrefix(name, "static/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// foreign finds what would make the page load or run something that is not in it.
var foreign = map[string]*regexp.Regexp{
	"an address elsewhere": regexp.MustCompile(`(?i)(src|href|url|import|from|fetch|WebSocket)\s*[(=:]?\s*["'(]+\s*(https?:)?//\w`),
	"eval":                 regexp.MustCompile(`\beval\s*\(|new Function\s*\(|setTimeout\(\s*["']`),
	"raw markup":           regexp.MustCompile(`dangerouslySetInnerHTML\s*=|\.innerHTML\s*=|\.outerHTML\s*=|insertAdjacentHTML|document\.write`),
	"an @import":           regexp.MustCompile(`@import`),
}

// inline finds what the policy forbids in markup.
var inline = regexp.MustCompile(`(?is)<script(?:\s[^>]*)?>\s*[^<\s]|<style|\son[a-z]+\s*=|\sstyle\s*=|javascript:`)

func TestThePageIsSelfContained(t *testing.T) { // S-67
	for _, name := range staticFiles(t) {
		content, err := static.ReadFile("static/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if path.Ext(name) == ".map" {
			t.Errorf("%s is a source map", name)
		}
		if path.Ext(name) == ".html" {
			if found := inline.Find(content); found != nil {
				t.Errorf("%s holds inline code: %s", name, found)
			}
		}
		if strings.HasPrefix(name, "vendor/") || path.Ext(name) == ".md" {
			continue // what a library could do is up to the policy; its bytes are pinned below
		}
		for what, pattern := range foreign {
			if found := pattern.Find(content); found != nil {
				t.Errorf("%s holds %s: %s", name, what, found)
			}
		}
	}
}

// Whoever tries a scanner has a real barcode in front of it.
func TestTheBarcodeToTryIsWhatItSays(t *testing.T) {
	screen, err := static.ReadFile("static/screens/devices.js")
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := symbol.Draw(symbol.EAN13, "2000000000008")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(screen), "'"+drawn.Rows[0]+"'") {
		t.Errorf("the page draws something else than %s", drawn.Rows[0])
	}
}

func TestTheLibraryIsTheOneThatWasPinned(t *testing.T) { // S-67
	sums, err := static.ReadFile("static/vendor/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	listed := 0
	for line := range strings.Lines(string(sums)) {
		want, name, found := strings.Cut(strings.TrimSpace(line), "  ")
		if !found {
			continue
		}
		listed++
		content, err := static.ReadFile("static/vendor/" + name)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(content)
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("%s has the sum %s", name, got)
		}
	}
	if listed == 0 {
		t.Error("no library is pinned")
	}
}
