//go:build systemdtest

package install

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func property(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("systemctl", "show", "--value", "--property="+name, Name+".service").Output()
	must(t, "systemctl show", err)
	return strings.TrimSpace(string(out))
}

// anew waits until systemd has started the service again after pid ended.
func anew(t *testing.T, pid string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		now := property(t, "MainPID") // 0 while systemd knows that it is gone and has not started it again
		if r, err := Status(t.Context()); err == nil && r.State == Running && now != pid && now != "0" {
			return
		}
	}
	t.Fatal("systemd did not start the agent again within a minute")
}

// It needs a machine, or a container, whose systemd may be played with:
// `make test-systemd`.
func TestUnderSystemd(t *testing.T) {
	ctx := t.Context()
	mustBe(t, NotInstalled)
	if err := Start(ctx); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("start before installing: %v", err)
	}
	if err := Install(ctx, Settings{Executable: hiddenCopy(t)}); err == nil || !strings.Contains(err.Error(), "hidden") {
		t.Errorf("a program that the service cannot see was installed: %v", err)
	}
	mustBe(t, NotInstalled)
	must(t, "install", Install(ctx, Settings{}))
	be(t, "obeys")
	must(t, "install again", Install(ctx, Settings{}))
	mustBe(t, Stopped)

	t.Run("runs as its own user", func(t *testing.T) {
		must(t, "start", Start(ctx))
		if r := mustBe(t, Running); !strings.Contains(r.Detail, "listening") {
			t.Errorf("status does not show what the agent says of itself: %q", r)
		}
		must(t, "start what runs", Start(ctx))
		info, err := os.Stat("/proc/" + property(t, "MainPID"))
		must(t, "look at the process", err)
		if info.Sys().(*syscall.Stat_t).Uid == 0 {
			t.Error("the agent runs as root")
		}
	})
	t.Run("comes back after a kill", func(t *testing.T) {
		pid := property(t, "MainPID")
		must(t, "kill", strike(pid, syscall.SIGKILL))
		anew(t, pid)
	})
	t.Run("comes back when it hangs", func(t *testing.T) {
		pid := property(t, "MainPID")
		must(t, "freeze", strike(pid, syscall.SIGSTOP))
		anew(t, pid)
	})
	t.Run("stays stopped", func(t *testing.T) {
		must(t, "stop", Stop(ctx))
		must(t, "stop what is stopped", Stop(ctx))
		mustBe(t, Stopped)
	})
	t.Run("says why it does not start", func(t *testing.T) {
		be(t, "fails")
		if err := Start(ctx); err == nil || !strings.Contains(err.Error(), "the queue is locked") {
			t.Errorf("the error does not hold the agent's own words: %v", err)
		}
		mustBe(t, Failed)
		must(t, "stop", Stop(ctx))
	})
	t.Run("is ended when it does not stop", func(t *testing.T) {
		be(t, "hangs")
		must(t, "start", Start(ctx))
		must(t, "stop", Stop(ctx))
		mustBe(t, Failed) // it did stop, and systemd remembers how
	})
	t.Run("uninstall leaves the data", func(t *testing.T) {
		be(t, "obeys")
		must(t, "start", Start(ctx))
		must(t, "uninstall", Uninstall(ctx))
		mustBe(t, NotInstalled)
		dataIsKept(t)
		for _, path := range []string{unitFile, udevFile, sysusersFile} {
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s was left behind", path)
			}
		}
	})
}

func strike(pid string, s syscall.Signal) error {
	n, err := strconv.Atoi(pid)
	if err != nil {
		return err
	}
	if n <= 1 { // a signal to 0 would strike the test itself
		return fmt.Errorf("%d is no agent", n)
	}
	return syscall.Kill(n, s)
}

func hiddenCopy(t *testing.T) string {
	t.Helper()
	path := filepath.Join("/root", "stockhand")
	must(t, "make a program in /root", os.WriteFile(path, nil, 0o755))
	return path
}
