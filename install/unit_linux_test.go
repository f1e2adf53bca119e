package install

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestPackagedUnitIsTheDefault(t *testing.T) {
	s := Settings{Executable: "/usr/bin/stockhand", Config: "/etc/stockhand/stockhand.toml", Data: "/var/lib/stockhand"}
	if got := unit(s); got != packagedUnit {
		t.Errorf("with the packages' own paths the unit differs from systemd/stockhand.service:\n%s", got)
	}
}

func TestUnitOfATarball(t *testing.T) {
	s := Settings{
		Executable: "/opt/stock hand/100%/stockhand",
		Config:     "/etc/stockhand/till$2.toml",
		Data:       "/srv/stock hand",
	}
	golden(t, "tarball.service", unit(s))
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed; if that is meant, run the test with -update.\ngot:\n%s", path, got)
	}
}

// systemd's own reader judges the text, so that a misspelt key, which systemd
// would ignore at run time with a line in the journal, fails here.
func TestSystemdAcceptsTheUnit(t *testing.T) {
	s := Settings{Executable: "/bin/true", Config: "/etc/stockhand/a b.toml", Data: "/srv/stock hand"}
	if out, err := analyze(t, unit(s), "verify", "--man=no"); err != nil || out != "" {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
	broken := strings.Replace(unit(s), "NoNewPrivileges=yes", "NoNewPrivilege=yes", 1)
	if out, err := analyze(t, broken, "verify", "--man=no"); err == nil && out == "" {
		t.Error("a unit with a misspelt key passed as well: this check sees nothing")
	}
}

// The score runs from 0 (locked in) to 10 (as free as root); 9.6 is what an
// ordinary unit gets. Threshold is in tenths.
func TestUnitIsLockedDown(t *testing.T) {
	out, err := analyze(t, packagedUnit, "security", "--offline=yes", "--threshold=20", "--no-pager")
	if err != nil {
		t.Errorf("the unit is more exposed than 2.0 of 10:\n%s", out)
	}
}

func analyze(t *testing.T, text string, args ...string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze is not on this machine: the unit is compared with the golden file only")
	}
	path := filepath.Join(t.TempDir(), "stockhand.service")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("systemd-analyze", append(args, path)...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func TestFilesAreWrittenWholeAndAgain(t *testing.T) {
	m := systemd{root: t.TempDir()}
	s := Settings{Executable: "/usr/local/bin/stockhand", Config: "/etc/stockhand/stockhand.toml", Data: "/var/lib/stockhand"}
	// What an interrupted installation may have left.
	if err := writeFile(m.path(unitFile), ""); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := m.writeFiles(s); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{unitFile: unit(s), udevFile: udevRules, sysusersFile: sysusersConf} {
		got, err := os.ReadFile(m.path(path))
		if err != nil || string(got) != want {
			t.Errorf("%s: not what was to be written (%v)", path, err)
		}
		left, _ := filepath.Glob(filepath.Join(filepath.Dir(m.path(path)), ".stockhand-*"))
		if len(left) != 0 {
			t.Errorf("temporary files were left: %v", left)
		}
	}
}

func TestHiddenPlacesAreRefused(t *testing.T) {
	for path, ok := range map[string]bool{
		"/usr/local/bin/stockhand":    true,
		"/homestead/stockhand":        true,
		"/home/kim/stockhand":         false,
		"/root/stockhand":             false,
		"/tmp/stockhand":              false,
		"/etc/stockhand/missing.toml": true,
	} {
		if err := visible("the program", path); (err == nil) != ok {
			t.Errorf("%s: visible to the service = %v, want %v (%v)", path, err == nil, ok, err)
		}
	}
	link := filepath.Join("/usr/local/bin", "stockhand-link-test")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Skipf("no right to make a link in /usr/local/bin: %v", err)
	}
	defer os.Remove(link)
	if visible("the program", link) == nil {
		t.Error("a link into a hidden folder passed")
	}
}
