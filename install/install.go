package install

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
)

// The names under which the service is known to the system and to people.
const (
	Name        = "stockhand"
	DisplayName = "Stockhand"
	Description = "Counts stock with barcode scanners, keeps every scan on this machine and tells the shop system."
)

// ErrNotInstalled is returned by everything but Install when the service is
// not registered on this machine.
var ErrNotInstalled = errors.New("Stockhand is not installed as a service on this machine: run `stockhand service install` first")

// Settings say what the service runs. Empty fields take the defaults of the
// system it is installed on.
type Settings struct {
	Executable string // absolute path of the program; empty: the running one
	Config     string // absolute path of the configuration file
	Data       string // absolute path of the folder that holds the queue

	// Log hears of what could not be done but does not keep the service from
	// working, such as a recovery setting an old system does not know.
	Log *slog.Logger
}

// complete fills what is empty and refuses what a service cannot use. A
// service has another working directory than the person installing it, so a
// relative path would silently mean another file.
func (s Settings) complete() (Settings, error) {
	paths, err := DefaultPaths()
	if err != nil {
		return s, err
	}
	if s.Executable == "" {
		if s.Executable, err = os.Executable(); err != nil {
			return s, fmt.Errorf("find this program's own path: %w", err)
		}
	}
	if s.Config == "" {
		s.Config = paths.Config
	}
	if s.Data == "" {
		s.Data = paths.Data
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	return s, errors.Join(
		usable("the program", s.Executable),
		usable("the configuration file", s.Config),
		usable("the data folder", s.Data),
		runnable(s.Executable),
	)
}

// usable refuses a path that cannot be written into a service definition.
func usable(what, path string) error {
	if !filepath.IsAbs(path) {
		return fmt.Errorf("%s %q is a relative path, which a service would look up in another folder: give the whole path", what, path)
	}
	for _, r := range path {
		if r < ' ' || r == '"' {
			return fmt.Errorf("%s %q has a character in its path that a service definition cannot hold: move it to a plain path", what, path)
		}
	}
	return nil
}

func runnable(program string) error {
	info, err := os.Stat(program)
	if err != nil {
		return fmt.Errorf("the program to install cannot be found: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a program: give the path of the stockhand file itself", program)
	}
	return nil
}

// arguments are what the service manager passes to the program.
func (s Settings) arguments() []string {
	return []string{"run", "--config", s.Config}
}

// manager is what differs between the systems. start and stop ask and may
// return before the agent has obeyed; after a nil error query tells of the new
// attempt, never of the one before. The waiting is the same for all.
type manager interface {
	install(ctx context.Context, s Settings) error
	uninstall(ctx context.Context) error
	start(ctx context.Context) error
	stop(ctx context.Context) error
	query(ctx context.Context) (Report, error)

	// reason is the manager's best account of why the agent does not run,
	// for a person to read; empty if it knows no more than the report.
	reason(ctx context.Context) string
}

// Install registers the agent so that it starts with the machine and is
// started again whenever it ends by itself. It does not start it. It needs
// administrator rights.
func Install(ctx context.Context, s Settings) error {
	s, err := s.complete()
	if err != nil {
		return err
	}
	ctx, cancel := within(ctx, installLimit)
	defer cancel()
	return newManager().install(ctx, s)
}

// Uninstall stops the agent and takes its registration away. Configuration,
// scans and counts stay.
func Uninstall(ctx context.Context) error {
	return remove(ctx, newManager())
}

// Start asks for the agent to be started and returns when it runs. If it does
// not come up the error says why, as far as the service manager knows.
func Start(ctx context.Context) error {
	return startAndWait(ctx, newManager())
}

// Stop asks the agent to stop and returns when it has.
func Stop(ctx context.Context) error {
	return stopAndWait(ctx, newManager())
}

// Status tells what the service manager knows. That the service is not
// installed is a state, not an error.
func Status(ctx context.Context) (Report, error) {
	ctx, cancel := within(ctx, queryLimit)
	defer cancel()
	return newManager().query(ctx)
}
