package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// A demo that is killed leaves its folder. The next demo removes it.
func TestTheNextDemoRemovesWhatAKilledOneLeft(t *testing.T) {
	temp := t.TempDir()
	killed := startDemo(t, temp)
	left := onlyFolder(t, temp)
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = killed.Wait()
	until(t, "no process is left in the folder", func() bool { return free(t, filepath.Join(left, "demo.lock")) })
	next := startDemo(t, temp)
	if now := onlyFolder(t, temp); now == left {
		t.Error("the folder of a killed demo is still there")
	}
	stopDemo(t, next)
	if rest, err := filepath.Glob(filepath.Join(temp, "stockhand-demo-*")); err != nil || len(rest) > 0 {
		t.Errorf("left behind: %v, %v", rest, err)
	}
}

// startDemo starts a demo in a temporary folder of its own and waits for its link.
func startDemo(t *testing.T, temp string) *exec.Cmd {
	t.Helper()
	demo := exec.Command(self(t), "demo", "--no-browser", "--items", "40")
	demo.Env = append(os.Environ(), "TMPDIR="+temp)
	out, err := demo.StdoutPipe()
	if err == nil {
		err = demo.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if demo.ProcessState == nil {
			_, _ = demo.Process.Kill(), demo.Wait()
		}
	})
	linkOf(t, out)
	return demo
}

// stopDemo ends a demo as Ctrl-C does.
func stopDemo(t *testing.T, demo *exec.Cmd) {
	t.Helper()
	if err := demo.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = demo.Wait()
}

func onlyFolder(t *testing.T, temp string) string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(temp, "stockhand-demo-*"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%d folders, %v", len(folders), err)
	}
	return folders[0]
}

// free reports whether nobody keeps a file locked.
func free(t *testing.T, path string) bool {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	return unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil
}
