// Command schematool makes the small schema that the Shopify connector is built
// on. It is for maintainers: update-schema.sh runs it, the product never does.
//
//	schematool sdl INTROSPECTION.json.gz          writes SDL without descriptions
//	schematool trim SCHEMA.graphql OPERATION...   keeps what the operations use
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

const help = `usage:
  schematool sdl INTROSPECTION.json.gz          write SDL without descriptions
  schematool trim SCHEMA.graphql OPERATION...   keep what the operations use
The result goes to standard output.`

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "schematool:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	switch {
	case len(args) == 2 && args[0] == "sdl":
		return runSDL(args[1], out)
	case len(args) > 2 && args[0] == "trim":
		return runTrim(args[1], args[2:], out)
	}
	return fmt.Errorf("not understood\n%s", help)
}

func runSDL(path string, out io.Writer) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the introspection: %w", err)
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", path, err)
	}
	return writeSDL(out, plain)
}

func runTrim(path string, operations []string, out io.Writer) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the schema: %w", err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: path, Input: string(text)})
	if err != nil {
		return fmt.Errorf("load the schema: %w", err)
	}
	document, err := readOperations(schema, operations)
	if err != nil {
		return err
	}
	small, err := trim(schema, document)
	if err != nil {
		return err
	}
	_, err = out.Write(small)
	return err
}

// readOperations reads all files as one document, because fragments are shared
// between them.
func readOperations(schema *ast.Schema, paths []string) (*ast.QueryDocument, error) {
	var all bytes.Buffer
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read the operations: %w", err)
		}
		all.Write(text)
	}
	document, errs := gqlparser.LoadQueryWithRules(schema, all.String(), nil)
	if len(errs) > 0 {
		return nil, fmt.Errorf("the operations do not fit the schema: %w", errs)
	}
	return document, nil
}

// trim returns the text of a schema that holds what the document uses.
func trim(schema *ast.Schema, document *ast.QueryDocument) ([]byte, error) {
	used := newUsage(schema)
	used.document(document)
	if len(used.deprecated) > 0 {
		return nil, fmt.Errorf("deprecated fields are in use: %v", used.deprecated)
	}
	var text bytes.Buffer
	formatter.NewFormatter(&text).FormatSchema(used.subset())
	if _, err := gqlparser.LoadSchema(&ast.Source{Name: "trimmed", Input: text.String()}); err != nil {
		return nil, fmt.Errorf("the trimmed schema does not stand on its own: %w", err)
	}
	return text.Bytes(), nil
}
