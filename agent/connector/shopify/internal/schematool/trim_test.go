package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const shop = `
"Everything" directive @idempotent(key: String!) on FIELD
interface Node { "the id" id: ID! }
type Query { node(id: ID!): Node  unused: Unused  old: Int @deprecated(reason: "gone") }
type Unused { n: Int }
type Item implements Node { id: ID!  sku: String  other(a: Int, b: Int = 1): Int }
type Mutation { set(input: SetInput!, hint: Int): Item }
input SetInput { quantity: Int!  state: State }
enum State { "counted" ON_HAND AVAILABLE }
`

func trimmed(t *testing.T, operations string) (string, error) {
	t.Helper()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: shop})
	document, errs := gqlparser.LoadQueryWithRules(schema, operations, nil)
	if errs != nil {
		t.Fatal(errs)
	}
	text, err := trim(schema, document)
	return string(text), err
}

func TestTrimKeepsWhatIsUsedAndNothingElse(t *testing.T) {
	text, err := trimmed(t, `
		query Q($id: ID!) { node(id: $id) { ... on Item { sku other(a: 1) } } }
		mutation M($input: SetInput!, $key: String!) { set(input: $input) @idempotent(key: $key) { id } }`)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"directive @idempotent", "other(a: Int)", "id: ID!", "state: State", "AVAILABLE", "set(input: SetInput!)"} {
		if !strings.Contains(text, want) {
			t.Errorf("the trimmed schema lacks %q:\n%s", want, text)
		}
	}
	for _, unwanted := range []string{"unused", "Unused", "old", "b: Int", "hint", "the id", "counted", "Everything"} {
		if strings.Contains(text, unwanted) {
			t.Errorf("the trimmed schema still holds %q:\n%s", unwanted, text)
		}
	}
}

func TestTrimRefusesDeprecatedFields(t *testing.T) {
	_, err := trimmed(t, `{ old }`)
	if err == nil || !strings.Contains(err.Error(), "Query.old") {
		t.Fatalf("got %v, want an error that names the deprecated field", err)
	}
}

func TestIntrospectionBecomesSDL(t *testing.T) {
	const answer = `{"data":{"__schema":{"queryType":{"name":"Query"},"mutationType":{"name":"Mutation"},
		"directives":[{"name":"idempotent","locations":["FIELD"],"args":[{"name":"key","type":{"kind":"NON_NULL","ofType":{"kind":"SCALAR","name":"String"}}}]},
			{"name":"skip","locations":["FIELD"]}],
		"types":[{"kind":"SCALAR","name":"String"},{"kind":"SCALAR","name":"DateTime"},{"kind":"OBJECT","name":"__Type"},
			{"kind":"OBJECT","name":"Query","fields":[{"name":"at","args":[{"name":"n","type":{"kind":"SCALAR","name":"Int"},"defaultValue":"1"}],
				"type":{"kind":"LIST","ofType":{"kind":"SCALAR","name":"DateTime"}},"isDeprecated":true,"deprecationReason":"say \"no\""}]},
			{"kind":"OBJECT","name":"Mutation","fields":[{"name":"go","type":{"kind":"SCALAR","name":"String"}}]}]}}}`
	const want = `schema { query: Query mutation: Mutation }
directive @idempotent(key: String!) on FIELD
scalar DateTime
type Query {
  at(n: Int = 1): [DateTime] @deprecated(reason: "say \"no\"")
}
type Mutation {
  go: String
}
`
	var got bytes.Buffer
	if err := writeSDL(&got, strings.NewReader(answer)); err != nil {
		t.Fatal(err)
	}
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

// What is written by hand beside the published schema must go once the schema has
// it.
func TestAFieldIsDefinedOnceOnly(t *testing.T) {
	extended := &ast.Source{Input: shop + "extend type Item { barcodes: Int }"}
	if _, err := gqlparser.LoadSchema(extended); err != nil {
		t.Fatalf("a new field is refused: %v", err)
	}
	doubled := &ast.Source{Input: shop + "extend type Item { sku: String }"}
	if _, err := gqlparser.LoadSchema(doubled); err == nil {
		t.Error("a field that is defined twice was accepted")
	}
}
