//go:build unix

package demo

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// A folder that a killed demo has left goes with the next one. Whatever is not
// certainly one stays: that of a demo that lives, one that is to be kept, and
// anything of that name that somebody else has made.
func TestWhatAKilledDemoLeftIsRemoved(t *testing.T) {
	temp := t.TempDir()
	folder := func(name string) string {
		dir := filepath.Join(temp, tempPrefix+name)
		if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	write := func(dir, text string, mode os.FileMode) {
		if err := os.WriteFile(filepath.Join(dir, claimName), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	killed, lives, begins, kept, text, shared := folder("killed"), folder("lives"), folder("begins"), folder("kept"), folder("text"), folder("shared")
	for _, dir := range []string{killed, lives} {
		file, err := claim(dir)
		if err != nil {
			t.Fatal(err)
		}
		if dir == killed {
			_ = file.Close() // as the system does
		} else {
			defer file.Close()
		}
	}
	write(begins, "", 0o600)
	write(text, "something else", 0o600)
	write(shared, claimText, 0o600)
	if err := os.Chmod(shared, 0o755); err != nil {
		t.Fatal(err)
	}
	elsewhere := t.TempDir()
	write(elsewhere, claimText, 0o600)
	link := filepath.Join(temp, tempPrefix+"link")
	if err := os.Symlink(elsewhere, link); err != nil {
		t.Fatal(err)
	}
	sweep(temp)
	if _, err := os.Stat(killed); !os.IsNotExist(err) {
		t.Errorf("the folder of a killed demo is still there (%v)", err)
	}
	for _, dir := range []string{lives, begins, kept, text, shared, link, filepath.Join(elsewhere, claimName)} {
		if _, err := os.Lstat(dir); err != nil {
			t.Errorf("%s was removed: %v", filepath.Base(dir), err)
		}
	}
}

// The agent of a killed demo may live a little longer: its folder stays as long.
func TestTheFolderStaysWhileAnAgentLives(t *testing.T) {
	temp := t.TempDir()
	dir := filepath.Join(temp, tempPrefix+"killed")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	file, err := claim(dir)
	if err != nil {
		t.Fatal(err)
	}
	agent := &Child{binary: "cat", log: io.Discard, claim: file} // which ends with its input, too
	cmd, err := agent.start()
	if err != nil {
		t.Fatal(err)
	}
	_ = file.Close() // as the system does with the demo
	sweep(temp)
	if _, err := os.Stat(dir); err != nil {
		t.Errorf("an agent lost its folder: %v", err)
	}
	_ = agent.leash.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	sweep(temp)
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder is still there (%v)", err)
	}
}
