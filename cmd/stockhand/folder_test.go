package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// An import that was ended with the whole agent leaves its file; the next start takes
// it away, and nothing else.
func TestTheNextStartRemovesWhatAnImportLeft(t *testing.T) {
	w := openTest(t, "")
	data := w.config.Agent.Data
	if err := w.queue.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"import-123.csv", "import-9.csv", "import-list.txt", "mine.csv"} {
		if err := os.WriteFile(filepath.Join(data, name), []byte("sku\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	again, err := openWorks(t.Context(), w.config, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer again.queue.Close()
	if left, _ := filepath.Glob(filepath.Join(data, spooled)); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	for _, name := range []string{"import-list.txt", "mine.csv"} {
		if _, err := os.Stat(filepath.Join(data, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestADataFolderThatOthersCanReadIsTold(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("its rights are set at every start there")
	}
	data := t.TempDir()
	for mode, told := range map[os.FileMode]bool{0o700: false, 0o750: false, 0o755: true, 0o711: true} {
		if err := os.Chmod(data, mode); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		warnOfFolder(data, slog.New(slog.NewTextHandler(&log, nil)))
		if said := strings.Contains(log.String(), "chmod 700 "+data); said != told {
			t.Errorf("%o: %s", mode, log.String())
		}
	}
}
