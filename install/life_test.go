//go:build systemdtest || scmtest

package install

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// The tests with these tags register a real service with a real service
// manager. The test binary is the program as well: called as the service calls
// it, with "run --config FILE", it is the agent of the kind that the
// configuration names, and leaves a file where its data belong.
func init() {
	if len(os.Args) != 4 || os.Args[1] != "run" {
		return
	}
	if err := asService(os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func asService(config string) error {
	kind, err := os.ReadFile(config)
	if err != nil {
		return err
	}
	paths, err := DefaultPaths()
	if err != nil {
		return err
	}
	if err := PrepareFolder(paths.Data); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(paths.Data, "scans"), []byte("kept"), 0o600); err != nil {
		return err
	}
	return Run(context.Background(), testAgent(string(kind)))
}

func defaultPaths(t *testing.T) Paths {
	t.Helper()
	paths, err := DefaultPaths()
	must(t, "default paths", err)
	return paths
}

// be writes the configuration that makes the agent one of a kind.
func be(t *testing.T, kind string) {
	t.Helper()
	config := defaultPaths(t).Config
	must(t, "make the folder", os.MkdirAll(filepath.Dir(config), 0o750))
	must(t, "write the configuration", os.WriteFile(config, []byte(kind), 0o640))
}

func mustBe(t *testing.T, want State) Report {
	t.Helper()
	r, err := Status(t.Context())
	if err != nil || r.State != want {
		t.Fatalf("status %q, %v; want %v", r, err, want)
	}
	return r
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func dataIsKept(t *testing.T) {
	t.Helper()
	if scans, err := os.ReadFile(filepath.Join(defaultPaths(t).Data, "scans")); err != nil || string(scans) != "kept" {
		t.Errorf("the data is gone: %v", err)
	}
}
