package shopifysim

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
)

// validate checks a request against the schema and, for mutations, what the
// schema does not say.
func (s *Shop) validate(request request) (*ast.OperationDefinition, map[string]any, []problem) {
	document, errs := gqlparser.LoadQueryWithRules(s.schema, request.Query, nil)
	if len(errs) > 0 {
		return nil, nil, schemaProblems(errs)
	}
	operation := document.Operations.ForName(request.Operation)
	if operation == nil {
		return nil, nil, []problem{{message: fmt.Sprintf("No operation named %q", request.Operation), code: "BAD_REQUEST"}}
	}
	variables, err := validator.VariableValues(s.schema, operation, request.Variables)
	if err != nil {
		return nil, nil, []problem{{message: err.Error(), code: "INVALID_VARIABLE"}}
	}
	return operation, variables, guards(operation, variables)
}

// ruleCodes are the codes that Shopify gives to the commonest breaches of the
// schema.
var ruleCodes = map[string]string{
	"FieldsOnCorrectType":        "undefinedField",
	"KnownArgumentNames":         "argumentNotAccepted",
	"KnownDirectives":            "undefinedDirective",
	"KnownTypeNames":             "undefinedType",
	"NoUndefinedVariables":       "variableNotDefined",
	"NoUnusedVariables":          "variableNotUsed",
	"ProvidedRequiredArguments":  "missingRequiredArguments",
	"ScalarLeafs":                "selectionMismatch",
	"ValuesOfCorrectType":        "argumentLiteralsIncompatible",
	"VariablesInAllowedPosition": "variableMismatch",
}

func schemaProblems(errs gqlerror.List) []problem {
	var problems []problem
	for _, err := range errs {
		problems = append(problems, problem{message: err.Message, code: cmp.Or(ruleCodes[err.Rule], "parseError")})
	}
	return problems
}

// guards are the checks of mutations that the schema shows as optional and the
// API demands at run time since 2026-04.
func guards(operation *ast.OperationDefinition, variables map[string]any) []problem {
	if operation.Operation != ast.Mutation {
		return nil
	}
	var problems []problem
	for _, selected := range operation.SelectionSet {
		field, ok := selected.(*ast.Field)
		if !ok || field.Name == "__typename" || bulkMutations[field.Name] != nil {
			continue
		}
		if idempotencyKey(field, variables) == "" {
			problems = append(problems, problem{
				message: "The @idempotent directive is required for this mutation.", code: "BAD_REQUEST", path: []any{field.Alias},
			})
		}
		input, _ := field.ArgumentMap(variables)["input"].(map[string]any)
		problems = append(problems, missingCompare(field, input)...)
	}
	return problems
}

func idempotencyKey(field *ast.Field, variables map[string]any) string {
	directive := field.Directives.ForName("idempotent")
	if directive == nil {
		return ""
	}
	key, _ := directive.ArgumentMap(variables)["key"].(string)
	return strings.TrimSpace(key)
}

// missingCompare looks for the changeFromQuantity key: null is a value, absence
// is not.
func missingCompare(field *ast.Field, input map[string]any) []problem {
	for _, line := range lines(input) {
		if _, present := line["changeFromQuantity"]; !present {
			return []problem{{
				message: "Each line of " + field.Name + " must include the following argument: changeFromQuantity.",
				code:    "INVALID_FIELD_ARGUMENTS", path: []any{field.Alias},
			}}
		}
	}
	return nil
}

// lines are the lines of a mutation's input under either of their names. A single
// line may stand for a list of one.
func lines(input map[string]any) []map[string]any {
	given := input["quantities"]
	if given == nil {
		given = input["changes"]
	}
	list, isList := given.([]any)
	if !isList {
		list = []any{given}
	}
	var found []map[string]any
	for _, one := range list {
		line, _ := one.(map[string]any)
		found = append(found, line)
	}
	return found
}
