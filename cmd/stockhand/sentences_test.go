package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What to do stands on a line of its own, or after any other sentence: it must not
// need the words "what to do" before it.
func TestWhatToDoStandsByItself(t *testing.T) {
	needy := regexp.MustCompile(`"Nothing( at first)?[:,]|\bDo:\s*"(Nothing|Then)\b`)
	for _, dir := range []string{"../../agent", "../../cmd", "../../queue", "../../scanner", "../../ui", "../../install"} {
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, found := range needy.FindAllString(string(text), -1) {
				t.Errorf("%s has %s", path, found)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
