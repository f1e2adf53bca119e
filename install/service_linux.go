package install

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// systemd is the service manager of Linux. It is spoken to through its own
// programs: kardianos would write a unit that restarts after two minutes, is
// not hardened, and is left empty when it cannot be rendered.
type systemd struct {
	root string // "" for the machine; a folder in tests that only look at files
}

func newManager() manager { return systemd{} }

func (m systemd) path(p string) string { return m.root + p }

// install writes the files and lets systemd read them. Each step may be
// repeated, so that a run that was interrupted is finished by the next.
func (m systemd) install(ctx context.Context, s Settings) error {
	if err := m.possible(s); err != nil {
		return err
	}
	if err := m.writeFiles(s); err != nil {
		return err
	}
	if err := run(ctx, "systemd-sysusers", m.path(sysusersFile)); err != nil {
		return fmt.Errorf("make the user stockhand: %w", err)
	}
	if err := m.giveConfig(s); err != nil {
		return err
	}
	m.reloadUdev(ctx, s)
	if err := run(ctx, "systemctl", "daemon-reload"); err != nil {
		return fmt.Errorf("let systemd read the new unit: %w", err)
	}
	if err := run(ctx, "systemctl", "enable", Name+".service"); err != nil {
		return fmt.Errorf("let the service start with the machine: %w", err)
	}
	return nil
}

// possible says what stands in the way before anything is changed.
func (m systemd) possible(s Settings) error {
	if err := hasSystemd(); err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		return errors.New("installing a service needs an administrator: run the same command with sudo")
	}
	for _, p := range packagedUnits {
		if _, err := os.Stat(p); err == nil {
			return fmt.Errorf("a package has installed the service already (%s): use `stockhand service start`, or remove the package first", p)
		}
	}
	return allVisible(s)
}

func hasSystemd() error {
	if _, err := os.Stat("/run/systemd/system"); err != nil {
		return errors.New("this machine does not run systemd, the only service manager on Linux that Stockhand registers with: let yours run `stockhand run --config FILE` and restart it when it ends")
	}
	return nil
}

func (m systemd) writeFiles(s Settings) error {
	return errors.Join(
		writeFile(m.path(sysusersFile), sysusersConf),
		writeFile(m.path(udevFile), udevRules),
		writeFile(m.path(unitFile), unit(s)),
	)
}

// giveConfig lets the service read its configuration, and only read it:
// systemd makes the folder, but leaves it to root alone.
func (m systemd) giveConfig(s Settings) error {
	if filepath.Dir(s.Config) != configFolder {
		return nil // somebody else's folder: its rights are theirs to set
	}
	group, err := user.LookupGroup(Name)
	if err != nil {
		return fmt.Errorf("look up the group of the service: %w", err)
	}
	gid, err := strconv.Atoi(group.Gid)
	if err != nil {
		return fmt.Errorf("read the number of the group %s: %w", Name, err)
	}
	if err := os.MkdirAll(configFolder, 0o750); err != nil {
		return fmt.Errorf("make the folder of the configuration: %w", err)
	}
	return errors.Join(share(configFolder, gid, 0o750), share(s.Config, gid, 0o640))
}

// share gives a file of root's to the service's group; a missing one is made
// later by whoever sets the agent up.
func share(path string, gid int, mode fs.FileMode) error {
	err := errors.Join(os.Chown(path, 0, gid), os.Chmod(path, mode))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("let the service read %s: %w", path, err)
	}
	return nil
}

// reloadUdev lets the rules reach scanners that are plugged in already. In a
// container there is no udev, and nothing to be done about it.
func (m systemd) reloadUdev(ctx context.Context, s Settings) {
	err := errors.Join(
		run(ctx, "udevadm", "control", "--reload"),
		run(ctx, "udevadm", "trigger", "--subsystem-match=tty", "--subsystem-match=hidraw", "--action=add"),
	)
	if err != nil {
		s.Log.Warn("udev did not take the scanner rules now; they hold after the next boot", "error", err)
	}
}

func (m systemd) uninstall(ctx context.Context) error {
	for _, p := range packagedUnits {
		if _, err := os.Stat(p); err == nil {
			return fmt.Errorf("a package has installed the service (%s): remove the package instead", p)
		}
	}
	if err := run(ctx, "systemctl", "disable", "--now", Name+".service"); err != nil {
		return fmt.Errorf("keep the service from starting with the machine: %w", err)
	}
	err := errors.Join(
		removeFile(m.path(unitFile)),
		removeFile(m.path(udevFile)),
		removeFile(m.path(sysusersFile)),
	)
	if err != nil {
		return fmt.Errorf("remove the files of the service: %w", err)
	}
	return run(ctx, "systemctl", "daemon-reload")
}

func (systemd) start(ctx context.Context) error {
	return run(ctx, "systemctl", "start", Name+".service")
}

func (systemd) stop(ctx context.Context) error {
	return run(ctx, "systemctl", "stop", Name+".service")
}

const shown = "LoadState,ActiveState,SubState,Result,ExecMainStatus,StatusText"

func (systemd) query(ctx context.Context) (Report, error) {
	if err := hasSystemd(); err != nil {
		return Report{}, err
	}
	out, err := output(ctx, "systemctl", "show", "--property="+shown, Name+".service")
	if err != nil {
		return Report{}, fmt.Errorf("ask systemd for the state of the service: %w", err)
	}
	return fromSystemd(properties(out)), nil
}

func properties(text string) map[string]string {
	p := make(map[string]string)
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			p[name] = value
		}
	}
	return p
}

// reason is the end of what the agent wrote. It is worth a try only: without
// the right to read the journal there is none.
func (systemd) reason(ctx context.Context) string {
	out, err := output(ctx, "journalctl", "--unit="+Name+".service", "--identifier="+Name, "--lines=5", "--output=cat", "--no-pager", "--quiet")
	if err != nil || strings.TrimSpace(out) == "" {
		return ""
	}
	return "The last it said (journalctl -u stockhand):\n" + strings.TrimRight(out, "\n")
}

func run(ctx context.Context, program string, args ...string) error {
	_, err := output(ctx, program, args...)
	return err
}

// output runs a program of the system in the plain locale, since its answer is
// read by us and quoted in errors.
func output(ctx context.Context, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	err := cmd.Run()
	if err == nil {
		return out.String(), nil
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if text := strings.TrimSpace(complaint.String()); text != "" {
		return "", fmt.Errorf("%s %s: %w: %s", program, strings.Join(args, " "), err, text)
	}
	return "", fmt.Errorf("%s %s: %w", program, strings.Join(args, " "), err)
}
