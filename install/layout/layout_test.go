package layout

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// listedPackage is what `go list` says of one package.
type listedPackage struct {
	ImportPath string
	Doc        string
	Imports    []string
	GoFiles    []string
	CgoFiles   []string
}

func (p listedPackage) ours() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

// root is the folder of the module.
func root(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatalf("go env GOMOD: %v", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out)))
}

// packages lists what is built for a system. Files of both systems count: a
// rule broken only on Windows is broken.
func packages(t *testing.T, goos string, flags ...string) []listedPackage {
	t.Helper()
	cmd := exec.Command("go", append(append([]string{"list", "-e", "-json=ImportPath,Doc,Imports,GoFiles,CgoFiles"}, flags...), "./...")...)
	cmd.Dir = root(t)
	cmd.Env = append(os.Environ(), "GOOS="+goos, "CGO_ENABLED=1")
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list for %s: %v\n%s", goos, err, complaint.String())
	}
	var all []listedPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func onEachSystem(t *testing.T, test func(*testing.T, []listedPackage)) {
	for _, goos := range []string{"linux", "windows"} {
		t.Run(goos, func(t *testing.T) { test(t, packages(t, goos)) })
	}
}

func TestDirectionOfImports(t *testing.T) {
	onEachSystem(t, func(t *testing.T, all []listedPackage) {
		for _, p := range all {
			r, family, ok := fit(p.ours())
			if !ok {
				t.Errorf("%s has no rule: say in install/layout/rules_test.go what it may import, and why", p.ours())
				continue
			}
			for _, target := range p.Imports {
				of, ours := strings.CutPrefix(target, module+"/")
				if ours && !r.allows(family, of) {
					t.Errorf("%s must not import %s: %s", p.ours(), of, r.why)
				}
			}
		}
	})
}

func TestReservedImports(t *testing.T) {
	onEachSystem(t, func(t *testing.T, all []listedPackage) {
		for _, p := range all {
			for _, r := range reserved {
				may := rule{may: r.only}.allows("", p.ours())
				for _, target := range p.Imports {
					if !may && listed(r.imports, target) {
						t.Errorf("%s must not import %s: %s", p.ours(), target, r.why)
					}
				}
			}
		}
	})
}

func TestPurePackagesArePure(t *testing.T) {
	onEachSystem(t, func(t *testing.T, all []listedPackage) {
		for _, p := range all {
			if !slices.Contains(pure, p.ours()) {
				continue
			}
			for _, target := range p.Imports {
				std := !strings.Contains(strings.Split(target, "/")[0], ".")
				if listed(impure, target) || !std && !strings.HasPrefix(target, module) {
					t.Errorf("%s must not import %s: its results follow from its arguments alone, and it needs the standard library only", p.ours(), target)
				}
			}
		}
	})
}

func TestOneSQLite(t *testing.T) {
	for _, p := range packages(t, "linux", "-deps") {
		for _, rival := range rivals {
			if strings.HasPrefix(p.ImportPath, rival) {
				t.Errorf("%s is in the program beside mattn/go-sqlite3: two SQLite libraries in one process release each other's locks, and acknowledged scans are lost", p.ImportPath)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	onEachSystem(t, func(t *testing.T, all []listedPackage) {
		for _, p := range all {
			if len(p.GoFiles)+len(p.CgoFiles) > 0 && p.Doc == "" {
				t.Errorf("%s has no package comment: write a doc.go whose first sentence says its one job", p.ours())
			}
		}
	})
}

// top is everything that may lie in the module's root, dot files aside.
var top = []string{
	"cmd", "agent", "scanner", "queue", "ui", "install",
	"go.mod", "go.sum", "README.md", "Makefile", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md",
}

// made by the Makefile and not part of the source (.gitignore).
var built = []string{"bin", "dist"}

func TestTopOfTheTree(t *testing.T) {
	dir := root(t)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || slices.Contains(built, name) {
			continue
		}
		if !slices.Contains(top, name) {
			t.Errorf("%s does not belong at the top: a newcomer reads the top first, so a new entry needs a reason (install/layout/layout_test.go lists the rest)", name)
		}
		if !e.IsDir() {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, name, "README.md")); err != nil {
			t.Errorf("%s/ has no README.md to say what lies in it", name)
		}
	}
}

const maxLines = 700

var (
	source    = []string{".go", ".js", ".mjs", ".css", ".html", ".sql", ".sh", ".py"}
	foreign   = []string{"node_modules", "testdata", "vendor", "bin", "dist"}
	generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)
)

func TestNoFileIsTooLong(t *testing.T) {
	dir := root(t)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := e.Name()
		if e.IsDir() {
			if path != dir && (strings.HasPrefix(name, ".") || slices.Contains(foreign, name)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !slices.Contains(source, filepath.Ext(name)) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if lines := bytes.Count(text, []byte("\n")); lines > maxLines && !generated.Match(text) {
			short, _ := filepath.Rel(dir, path)
			t.Errorf("%s has %d lines, more than %d: it does more than one thing, or says one thing too long", short, lines, maxLines)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The rules themselves must be able to fail.
func TestRulesRefuse(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		ok       bool
	}{
		{"agent", "agent/barcode", true},
		{"agent", "queue", false},
		{"agent/reconcile", "agent", true},
		{"agent/barcode", "agent", false},
		{"agent/station", "agent/plan", true},
		{"agent/station", "agent/upload", false},
		{"agent/upload", "agent", true},
		{"agent/upload", "agent/connector/shopify", false},
		{"agent/connector/shopify", "agent/connector/shopify/shopifysim", true},
		{"agent/connector/shopify/shopifysim", "agent/connector/shopify", true},
		{"agent/connector/shopify", "agent/connector/csvfile", false},
		{"agent/connector/shopify", "agent/connector", true},
		{"agent/connector", "agent/connector/shopify", false},
		{"queue", "ui", false},
		{"queue", "agent/reconcile", true},
		{"ui", "ui/live", true},
		{"ui", "queue", false},
		{"ui/live", "ui/pos", false},
		{"ui/pos", "agent", true},
		{"scanner/serialport", "scanner", true},
		{"scanner/serialport", "agent", false},
		{"install", "agent", false},
		{"cmd/stockhand", "scanner/serialport", true},
		{"cmd/stockhand/internal/demo", "agent/connector/shopify/shopifysim", true},
	} {
		r, family, ok := fit(tt.from)
		if !ok {
			t.Errorf("%s: no rule", tt.from)
			continue
		}
		if got := r.allows(family, tt.to); got != tt.ok {
			t.Errorf("%s -> %s: allowed %v, want %v", tt.from, tt.to, got, tt.ok)
		}
	}
	if _, _, ok := fit("helpers"); ok {
		t.Error("a package nobody has thought of has a rule")
	}
}
