//go:build scmtest

package install

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc/mgr"
)

// It needs an administrator of a Windows on which no Stockhand is installed:
//
//	go test -c -tags=scmtest -o life.exe ./install
//	life.exe -test.v -test.run=TestUnderWindows
func TestUnderWindows(t *testing.T) {
	ctx := t.Context()
	mustBe(t, NotInstalled)
	if err := Start(ctx); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("start before installing: %v", err)
	}
	program := copyWithBlank(t)
	be(t, "obeys")
	must(t, "install", Install(ctx, Settings{Executable: program}))
	must(t, "install again", Install(ctx, Settings{Executable: program}))
	t.Cleanup(func() { _ = Uninstall(t.Context()) })
	mustBe(t, Stopped)

	t.Run("is registered as it should be", func(t *testing.T) { registration(t, program) })
	t.Run("starts and stays stopped", func(t *testing.T) {
		must(t, "start", Start(ctx))
		must(t, "start what runs", Start(ctx))
		mustBe(t, Running)
		must(t, "stop", Stop(ctx))
		must(t, "stop what is stopped", Stop(ctx))
		mustBe(t, Stopped)
	})
	t.Run("says why it does not start", func(t *testing.T) {
		be(t, "fails")
		if err := Start(ctx); err == nil || !strings.Contains(err.Error(), "event log") {
			t.Errorf("the error does not say where to look: %v", err)
		}
	})
	t.Run("is ended when it does not stop", func(t *testing.T) {
		be(t, "hangs")
		must(t, "start", Start(ctx))
		began := time.Now()
		must(t, "stop", Stop(ctx))
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("the stop took %v", took)
		}
	})
	t.Run("uninstall leaves the data", func(t *testing.T) {
		be(t, "obeys")
		must(t, "start", Start(ctx))
		must(t, "uninstall", Uninstall(ctx))
		mustBe(t, NotInstalled)
		dataIsKept(t)
	})
}

// copyWithBlank puts the program where its path needs quotes.
func copyWithBlank(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	must(t, "own path", err)
	text, err := os.ReadFile(self)
	must(t, "read the program", err)
	root, err := windows.KnownFolderPath(windows.FOLDERID_ProgramFiles, 0)
	must(t, "program files", err)
	path := filepath.Join(root, "Stockhand", "stockhand.exe")
	must(t, "make its folder", os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, "copy the program", os.WriteFile(path, text, 0o755))
	return path
}

func registration(t *testing.T, program string) {
	must(t, "read the registration", withService(fullRights, func(h *mgr.Service) error {
		c, err := h.Config()
		if errors.Is(err, windows.ERROR_INVALID_LEVEL) {
			t.Skip("this system does not give the registration back")
		}
		if err != nil {
			return err
		}
		if !strings.HasPrefix(c.BinaryPathName, `"`+program+`" run --config `) {
			t.Errorf("command line %s", c.BinaryPathName)
		}
		if c.StartType != mgr.StartAutomatic || c.DelayedAutoStart || c.ErrorControl != mgr.ErrorNormal {
			t.Errorf("start type %d, delayed %v, error control %d", c.StartType, c.DelayedAutoStart, c.ErrorControl)
		}
		actions, err := h.RecoveryActions()
		if len(actions) != len(recovery) || err != nil {
			t.Errorf("recovery %v, %v", actions, err)
		}
		onError, err := h.RecoveryActionsOnNonCrashFailures()
		if !onError || err != nil {
			t.Errorf("recovery after an error: %v, %v", onError, err)
		}
		return nil
	}))
}
