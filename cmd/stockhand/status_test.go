package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A script sees by the exit status alone whether a catalogue was taken as a whole,
// but for some lines, or not at all.
func TestTheExitStatusSaysWhatBecameOfACatalogue(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "stockhand.toml")
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) (int, string) {
		var complaint strings.Builder
		code := execute(t.Context(), &terminal{in: strings.NewReader(""), out: io.Discard, err: &complaint}, append(args, "--config", config))
		return code, complaint.String()
	}
	if err := os.Mkdir(filepath.Join(dir, "shop"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("stockhand.toml", "[agent]\ndata = \"data\"\n[upstream]\nconnector = \"csv-folder\"\n[upstream.csv-folder]\nfolder = \"shop\"\n")
	for _, c := range []struct {
		lines string
		want  int
	}{
		{"A1,\nB2,\n", exitOK},
		{"A1,\nB2,many\n", exitPartly},
		{"A1,many\n", exitFailed},
	} {
		write("shop/catalog.csv", "sku,pack\n"+c.lines)
		if code, says := run("catalog", "sync"); code != c.want {
			t.Errorf("sync of %q: exit status %d: %s", c.lines, code, says)
		}
		if code, says := run("catalog", "import", filepath.Join(dir, "shop", "catalog.csv")); code != c.want {
			t.Errorf("import of %q: exit status %d: %s", c.lines, code, says)
		}
	}
	if code, says := run("catalog", "import", dir); code != exitFailed || !strings.Contains(says, "is a folder") {
		t.Errorf("import of a folder: exit status %d: %s", code, says)
	}
}
