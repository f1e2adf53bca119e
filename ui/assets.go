package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// asset is one file of the page, ready to be sent.
type asset struct {
	kind    string
	tag     string
	content []byte
	packed  []byte // gzip; nil where that is not smaller
}

// kinds are the files that a browser asks for. No other file is served.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".svg":  "image/svg+xml",
	".png":  "image/png",
	".json": "application/json",
	".md":   "text/plain; charset=utf-8", // licences
}

// loadAssets reads the page's files by the address that they are served under.
func loadAssets(files fs.FS) (map[string]asset, error) {
	assets := map[string]asset{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || kinds[path.Ext(name)] == "" {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		a, err := newAsset(kinds[path.Ext(name)], content)
		assets["/"+name] = a
		return err
	})
	if err != nil {
		return nil, err
	}
	index, ok := assets["/index.html"]
	if !ok {
		return nil, fmt.Errorf("the page has no index.html")
	}
	assets["/"] = index
	return assets, nil
}

func newAsset(kind string, content []byte) (asset, error) {
	sum := sha256.Sum256(content)
	a := asset{kind: kind, tag: `"` + hex.EncodeToString(sum[:12]) + `"`, content: content}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return a, err
	}
	if _, err = w.Write(content); err != nil {
		return a, err
	}
	if err = w.Close(); err == nil && packed.Len() < len(content)*9/10 {
		a.packed = packed.Bytes()
	}
	return a, err
}

// ServeHTTP sends the file, or says that the browser has it already.
func (a asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("ETag", a.tag)
	h.Set("Cache-Control", "no-cache") // ask each time; a file that is the same is not sent again
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("If-None-Match"), a.tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	content := a.content
	if a.packed != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		content = a.packed
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", a.kind)
	h.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // whoever asked has gone
	}
}
