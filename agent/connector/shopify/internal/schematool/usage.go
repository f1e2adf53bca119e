package main

import (
	"github.com/vektah/gqlparser/v2/ast"
)

type set map[string]bool

// usage collects what operations use of a schema. Objects keep the fields that
// are selected and the interfaces that they are reached through, fields the
// arguments that are given or required; input objects and enums are kept whole,
// so that a server that stands on the small schema refuses exactly what the real
// one would.
type usage struct {
	schema     *ast.Schema
	types      set
	fields     map[string]set // by type
	arguments  map[string]set // by type and field
	interfaces map[string]set // by type
	directives set
	deprecated []string
}

func newUsage(schema *ast.Schema) *usage {
	return &usage{
		schema: schema, types: set{}, directives: set{},
		fields: map[string]set{}, arguments: map[string]set{}, interfaces: map[string]set{},
	}
}

func (u *usage) document(document *ast.QueryDocument) {
	for _, operation := range document.Operations {
		for _, variable := range operation.VariableDefinitions {
			u.input(variable.Type)
		}
		u.selection(operation.SelectionSet)
	}
}

func (u *usage) selection(selected ast.SelectionSet) {
	for _, one := range selected {
		switch one := one.(type) {
		case *ast.Field:
			u.field(one)
		case *ast.InlineFragment:
			u.narrowing(one.ObjectDefinition, one.TypeCondition)
			u.selection(one.SelectionSet)
		case *ast.FragmentSpread:
			u.narrowing(one.ObjectDefinition, one.Definition.TypeCondition)
			u.selection(one.Definition.SelectionSet)
		}
	}
}

func (u *usage) narrowing(from *ast.Definition, to string) {
	u.types[to] = true
	if from.Kind == ast.Interface && from.Name != to {
		add(u.interfaces, to, from.Name)
	}
}

func (u *usage) field(field *ast.Field) {
	for _, directive := range field.Directives {
		u.directive(directive.Definition)
	}
	if field.Name == "__typename" {
		return
	}
	owner := field.ObjectDefinition.Name
	if field.Definition.Directives.ForName("deprecated") != nil {
		u.deprecated = append(u.deprecated, owner+"."+field.Name)
	}
	u.types[owner] = true
	u.types[field.Definition.Type.Name()] = true
	add(u.fields, owner, field.Name)
	for _, argument := range field.Definition.Arguments {
		required := argument.Type.NonNull && argument.DefaultValue == nil
		if required || field.Arguments.ForName(argument.Name) != nil {
			add(u.arguments, owner+"."+field.Name, argument.Name)
			u.input(argument.Type)
		}
	}
	u.selection(field.SelectionSet)
}

func (u *usage) directive(definition *ast.DirectiveDefinition) {
	u.directives[definition.Name] = true
	for _, argument := range definition.Arguments {
		u.input(argument.Type)
	}
}

func (u *usage) input(t *ast.Type) {
	definition := u.schema.Types[t.Name()]
	if u.types[definition.Name] {
		return
	}
	u.types[definition.Name] = true
	if definition.Kind == ast.InputObject {
		for _, field := range definition.Fields {
			u.input(field.Type)
		}
	}
}

func add(sets map[string]set, key, value string) {
	if sets[key] == nil {
		sets[key] = set{}
	}
	sets[key][value] = true
}
