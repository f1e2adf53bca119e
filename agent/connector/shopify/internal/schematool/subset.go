package main

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// subset returns a schema of the used definitions, without descriptions.
func (u *usage) subset() *ast.Schema {
	small := &ast.Schema{
		Types:      map[string]*ast.Definition{},
		Directives: map[string]*ast.DirectiveDefinition{},
	}
	for name := range u.directives {
		small.Directives[name] = plainDirective(u.schema.Directives[name])
	}
	u.completeInterfaces()
	for name := range u.types {
		if definition := u.schema.Types[name]; !definition.BuiltIn {
			small.Types[name] = u.definition(definition)
		}
	}
	small.Query = u.root(small, u.schema.Query)
	small.Mutation = u.root(small, u.schema.Mutation)
	return small
}

func (u *usage) root(small *ast.Schema, full *ast.Definition) *ast.Definition {
	if full == nil {
		return nil
	}
	return small.Types[full.Name]
}

// completeInterfaces gives each used interface at least one field, and each
// type that implements it all of the interface's fields: a schema is invalid
// without them, also where no operation selects them.
func (u *usage) completeInterfaces() {
	for name, parents := range u.interfaces {
		for parent := range parents {
			for _, field := range u.schema.Types[parent].Fields {
				add(u.fields, parent, field.Name)
				add(u.fields, name, field.Name)
				u.types[field.Type.Name()] = true
			}
		}
	}
}

func (u *usage) definition(full *ast.Definition) *ast.Definition {
	small := *full
	small.Description = ""
	small.Interfaces = slices.DeleteFunc(slices.Clone(full.Interfaces), func(name string) bool { return !u.interfaces[full.Name][name] })
	small.Types = slices.DeleteFunc(slices.Clone(full.Types), func(name string) bool { return !u.types[name] })
	small.Fields = nil
	for _, field := range full.Fields {
		if full.Kind == ast.InputObject || u.fields[full.Name][field.Name] {
			small.Fields = append(small.Fields, u.plainField(full.Name, field))
		}
	}
	small.EnumValues = nil
	for _, value := range full.EnumValues {
		plain := *value
		plain.Description = ""
		small.EnumValues = append(small.EnumValues, &plain)
	}
	return &small
}

func (u *usage) plainField(owner string, full *ast.FieldDefinition) *ast.FieldDefinition {
	small := *full
	small.Description = ""
	small.Arguments = nil
	for _, argument := range full.Arguments {
		if u.arguments[owner+"."+full.Name][argument.Name] {
			small.Arguments = append(small.Arguments, plainArgument(argument))
		}
	}
	return &small
}

func plainDirective(full *ast.DirectiveDefinition) *ast.DirectiveDefinition {
	small := *full
	small.Description = ""
	small.Arguments = nil
	for _, argument := range full.Arguments {
		small.Arguments = append(small.Arguments, plainArgument(argument))
	}
	return &small
}

func plainArgument(full *ast.ArgumentDefinition) *ast.ArgumentDefinition {
	small := *full
	small.Description = ""
	return &small
}
