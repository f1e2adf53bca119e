package admin_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// A shop may serve any version that is still supported. What the API dropped or
// renamed between them would be an error in the middle of a count.
//
// The barcodes of a variant are not in the older versions: extension.graphql adds
// them to all, and the connector asks for them apart.
func TestEveryOperationFitsEveryVersionThatAShopMayServe(t *testing.T) {
	paths, err := filepath.Glob("../schema/older/*.graphql")
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"2026-04", "2026-07"} {
		if !slices.ContainsFunc(paths, func(path string) bool { return strings.Contains(path, version) }) {
			t.Errorf("there is no schema of version %s", version)
		}
	}
	files, err := filepath.Glob("../../ops/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no operations found: %v", err)
	}
	var all bytes.Buffer
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		older, err := gqlparser.LoadSchema(&ast.Source{Name: path, Input: string(text)})
		if err != nil {
			t.Fatal(err)
		}
		if _, errs := gqlparser.LoadQueryWithRules(older, all.String(), nil); errs != nil {
			t.Errorf("%s: %v", path, errs)
		}
	}
}
