package install

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

//go:embed systemd/stockhand.service
var packagedUnit string

//go:embed sysusers/stockhand.conf
var sysusersConf string

//go:embed udev/60-stockhand.rules
var udevRules string

// Where `service install` puts things: the administrator's folders, which go
// before those of packages.
const (
	unitFile     = "/etc/systemd/system/stockhand.service"
	sysusersFile = "/etc/sysusers.d/stockhand.conf"
	udevFile     = "/etc/udev/rules.d/60-stockhand.rules"
	configFolder = "/etc/stockhand"
)

// packagedUnits are where a distribution package has put the unit already.
var packagedUnits = []string{
	"/usr/lib/systemd/system/stockhand.service",
	"/lib/systemd/system/stockhand.service",
}

const (
	packagedStart = "ExecStart=/usr/bin/stockhand run --config /etc/stockhand/stockhand.toml\n"
	packagedState = "StateDirectory=stockhand\n"
	packagedData  = "/var/lib/stockhand"
)

// unit is the packaged unit with this installation's paths.
func unit(s Settings) string {
	start := "ExecStart=" + quote(s.Executable)
	for _, a := range s.arguments() {
		start += " " + quote(a)
	}
	text := strings.Replace(packagedUnit, packagedStart, start+"\n", 1)
	if s.Data != packagedData {
		// Everything else is read-only to the service.
		text = strings.Replace(text, packagedState, packagedState+"ReadWritePaths="+quotePath(s.Data)+"\n", 1)
	}
	return text
}

// quote writes one word of a command line as systemd reads it: % begins a
// specifier, $ a variable, and a backslash an escape.
func quote(word string) string {
	word = strings.NewReplacer(`\`, `\\`, `%`, `%%`, `$`, `$$`).Replace(word)
	if strings.ContainsAny(word, " '\\;") {
		return `"` + word + `"`
	}
	return word
}

// quotePath writes a path in a list of paths, where $ has no meaning.
func quotePath(path string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `%`, `%%`).Replace(path) + `"`
}

// hidden are the folders that the unit's protection takes out of the service's
// sight, or empties.
var hidden = []string{"/home", "/root", "/run/user", "/tmp", "/var/tmp"}

// visible refuses what the service would not find. Without this systemd would
// answer with a bare "203/EXEC" at each start.
func visible(what, path string) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		real = path // may be made later; its name is all there is to judge
	}
	for _, folder := range hidden {
		if real == folder || strings.HasPrefix(real, folder+"/") {
			return fmt.Errorf("%s lies under %s, which is hidden from the service to protect the people's files: move it (the program to /usr/local/bin, the configuration to /etc/stockhand, data to /var/lib/stockhand) and install again", what, folder)
		}
	}
	return nil
}

func allVisible(s Settings) error {
	return errors.Join(
		visible("the program "+s.Executable, s.Executable),
		visible("the configuration "+s.Config, s.Config),
		visible("the data folder "+s.Data, s.Data),
	)
}

// writeFile replaces a file whole: a reader, or a power cut, finds the old
// text or the new one, never half of it.
func writeFile(path, text string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make the folder for %s: %w", path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".stockhand-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
