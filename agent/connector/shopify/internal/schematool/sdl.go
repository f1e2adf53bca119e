package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// introspection is the part of the answer to an introspection query that makes
// SDL. Descriptions are left out on purpose.
type introspection struct {
	Data struct {
		Schema struct {
			QueryType    typeRef
			MutationType typeRef
			Types        []typeInfo
			Directives   []directiveInfo
		} `json:"__schema"`
	}
}

type typeRef struct {
	Kind, Name string
	OfType     *typeRef
}

type typeInfo struct {
	Kind, Name                string
	Fields                    []fieldInfo
	InputFields               []inputInfo
	Interfaces, PossibleTypes []typeRef
	EnumValues                []enumInfo
	IsOneOf                   bool
}

type deprecation struct {
	IsDeprecated      bool
	DeprecationReason string
}

type fieldInfo struct {
	deprecation
	Name string
	Args []inputInfo
	Type typeRef
}

type inputInfo struct {
	deprecation
	Name         string
	Type         typeRef
	DefaultValue *string
}

type enumInfo struct {
	deprecation
	Name string
}

type directiveInfo struct {
	Name         string
	Locations    []string
	Args         []inputInfo
	IsRepeatable bool
}

// builtIn are the names that every GraphQL schema has without saying so.
var builtIn = map[string]bool{
	"String": true, "Int": true, "Float": true, "Boolean": true, "ID": true,
	"include": true, "skip": true, "deprecated": true, "specifiedBy": true, "oneOf": true,
}

// writeSDL turns an introspection answer into SDL.
func writeSDL(w io.Writer, r io.Reader) error {
	var answer introspection
	if err := json.NewDecoder(r).Decode(&answer); err != nil {
		return fmt.Errorf("read the introspection: %w", err)
	}
	out := bufio.NewWriter(w)
	schema := answer.Data.Schema
	fmt.Fprintf(out, "schema { query: %s mutation: %s }\n", schema.QueryType.Name, schema.MutationType.Name)
	for _, d := range schema.Directives {
		if !builtIn[d.Name] {
			fmt.Fprintln(out, d)
		}
	}
	for _, t := range schema.Types {
		if !builtIn[t.Name] && !strings.HasPrefix(t.Name, "__") {
			fmt.Fprintln(out, t)
		}
	}
	return out.Flush()
}

func (r typeRef) String() string {
	switch r.Kind {
	case "NON_NULL":
		return r.OfType.String() + "!"
	case "LIST":
		return "[" + r.OfType.String() + "]"
	}
	return r.Name
}

func (d deprecation) String() string {
	if !d.IsDeprecated {
		return ""
	}
	return " @deprecated(reason: " + strconv.Quote(d.DeprecationReason) + ")"
}

func (f fieldInfo) String() string {
	return f.Name + arguments(f.Args) + ": " + f.Type.String() + f.deprecation.String()
}

func (i inputInfo) String() string {
	text := i.Name + ": " + i.Type.String()
	if i.DefaultValue != nil {
		text += " = " + *i.DefaultValue
	}
	return text + i.deprecation.String()
}

func (e enumInfo) String() string { return e.Name + e.deprecation.String() }

func (d directiveInfo) String() string {
	repeatable := ""
	if d.IsRepeatable {
		repeatable = " repeatable"
	}
	return "directive @" + d.Name + arguments(d.Args) + repeatable + " on " + strings.Join(d.Locations, " | ")
}

func (t typeInfo) String() string {
	switch t.Kind {
	case "SCALAR":
		return "scalar " + t.Name
	case "UNION":
		return "union " + t.Name + " = " + join(t.PossibleTypes, " | ")
	case "ENUM":
		return "enum " + t.Name + block(t.EnumValues)
	case "INPUT_OBJECT":
		oneOf := ""
		if t.IsOneOf {
			oneOf = " @oneOf"
		}
		return "input " + t.Name + oneOf + block(t.InputFields)
	case "INTERFACE":
		return "interface " + t.Name + t.implements() + block(t.Fields)
	}
	return "type " + t.Name + t.implements() + block(t.Fields)
}

func (t typeInfo) implements() string {
	if len(t.Interfaces) == 0 {
		return ""
	}
	return " implements " + join(t.Interfaces, " & ")
}

func arguments(args []inputInfo) string {
	if len(args) == 0 {
		return ""
	}
	return "(" + join(args, ", ") + ")"
}

func block[T fmt.Stringer](rows []T) string {
	return " {\n  " + join(rows, "\n  ") + "\n}"
}

func join[T fmt.Stringer](rows []T, separator string) string {
	texts := make([]string, len(rows))
	for i, row := range rows {
		texts[i] = row.String()
	}
	return strings.Join(texts, separator)
}
