package install

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// life is a service manager whose service goes through given states, one a
// second. It stands for managers that misbehave in ways a real one does only
// rarely; the real ones are spoken to in the runs on systemd and Windows.
type life struct {
	states  []Report
	began   time.Time
	asked   error
	why     string
	removed bool
	stops   int
}

func (l *life) install(context.Context, Settings) error { return nil }
func (l *life) uninstall(context.Context) error         { l.removed = true; return nil }
func (l *life) start(context.Context) error             { return l.asked }
func (l *life) stop(context.Context) error              { l.stops++; return l.asked }
func (l *life) reason(context.Context) string           { return l.why }

func (l *life) query(context.Context) (Report, error) {
	if l.began.IsZero() {
		l.began = time.Now()
	}
	i := int(time.Since(l.began) / time.Second)
	return l.states[min(i, len(l.states)-1)], nil
}

func TestStartWaitsUntilReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		err := startAndWait(t.Context(), &life{states: []Report{{State: Starting}, {State: Starting}, {State: Running}}})
		if err != nil || time.Since(began) < 2*time.Second {
			t.Errorf("returned %v after %v, want nil once it runs, two seconds later", err, time.Since(began))
		}
	})
}

func TestStartSaysWhyNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := startAndWait(t.Context(), &life{
			states: []Report{{State: Starting}, {Failed, "it ended with exit status 3"}},
			why:    "the queue is held by process 812",
		})
		for _, part := range []string{"exit status 3", "process 812"} {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("the error %q does not say %q", err, part)
			}
		}
	})
}

func TestStartRefusedByTheManager(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		denied := errors.New("access is denied")
		err := startAndWait(t.Context(), &life{states: []Report{{State: Stopped}}, asked: denied})
		if !errors.Is(err, denied) {
			t.Errorf("got %v, want the manager's own answer", err)
		}
	})
}

func TestStartThatNeverEndsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		err := startAndWait(t.Context(), &life{states: []Report{{Starting, "changing the database"}}})
		if err == nil || !strings.Contains(err.Error(), "changing the database") {
			t.Errorf("got %v, want an error with the last that was known", err)
		}
		if took := time.Since(began); took != startLimit {
			t.Errorf("gave up after %v, want %v", took, startLimit)
		}
	})
}

func TestStopThatIsNotObeyedEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		began := time.Now()
		err := stopAndWait(ctx, &life{states: []Report{{State: Running}, {State: Stopping}}})
		if err == nil || time.Since(began) != 3*time.Second {
			t.Errorf("returned %v after %v, want an error after the caller's three seconds", err, time.Since(began))
		}
	})
}

func TestNothingCanBeDoneWithoutInstalling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, do := range map[string]func(context.Context, manager) error{
			"start": startAndWait, "stop": stopAndWait, "uninstall": remove,
		} {
			if err := do(t.Context(), &life{states: []Report{{State: NotInstalled}}}); !errors.Is(err, ErrNotInstalled) {
				t.Errorf("%s: got %v, want ErrNotInstalled", name, err)
			}
		}
	})
}

func TestUninstallStopsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &life{states: []Report{{State: Running}, {State: Stopping}, {State: Stopped}}}
		if err := remove(t.Context(), l); err != nil || !l.removed || l.stops != 1 {
			t.Errorf("got %v, removed %v after %d stops, want it removed after one", err, l.removed, l.stops)
		}
		hung := &life{states: []Report{{State: Running}, {State: Stopping}}}
		if err := remove(t.Context(), hung); err == nil || hung.removed {
			t.Errorf("got %v, removed %v: a service that is still running was removed", err, hung.removed)
		}
	})
}

func TestSettings(t *testing.T) {
	program := filepath.Join(t.TempDir(), "stockhand")
	if err := os.WriteFile(program, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	abs := filepath.Join(t.TempDir(), "x")
	for name, tt := range map[string]struct {
		s       Settings
		wantErr string
	}{
		"all given":           {Settings{Executable: program, Config: abs, Data: abs}, ""},
		"all defaults":        {Settings{}, ""},
		"relative config":     {Settings{Config: "stockhand.toml"}, "relative"},
		"relative data":       {Settings{Data: "data"}, "relative"},
		"line break in path":  {Settings{Config: abs + "\nExecStartPre=/bin/sh"}, "character"},
		"quote in path":       {Settings{Data: abs + `" & calc "`}, "character"},
		"program is missing":  {Settings{Executable: abs}, "cannot be found"},
		"program is a folder": {Settings{Executable: filepath.Dir(program)}, "not a program"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tt.s.complete()
			if tt.wantErr == "" {
				if err != nil || got.Executable == "" || got.Config == "" || got.Data == "" {
					t.Errorf("got %+v, %v; want everything filled", got, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
				t.Errorf("got %v, want an error about %q", err, tt.wantErr)
			}
		})
	}
}
