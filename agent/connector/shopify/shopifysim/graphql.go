package shopifysim

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// problem is a top-level GraphQL error.
type problem struct {
	message, code string
	path          []any
	more          map[string]any // further extensions
}

// failure is the answer to a request that was not carried out.
func failure(problems ...problem) map[string]any {
	var listed []map[string]any
	for _, p := range problems {
		extensions := map[string]any{"code": p.code}
		for key, value := range p.more {
			extensions[key] = value
		}
		one := map[string]any{"message": p.message, "extensions": extensions}
		if len(p.path) > 0 {
			one["path"] = p.path
		}
		listed = append(listed, one)
	}
	return map[string]any{"errors": listed}
}

// execution carries out one operation.
type execution struct {
	shop      *Shop
	ctx       context.Context
	fault     *Fault
	variables map[string]any
	problems  []problem
	objects   int // made so far outside mutations: the actual cost
}

// answer validates a request and carries it out.
func (s *Shop) answer(ctx context.Context, request request, fault *Fault) map[string]any {
	operation, variables, problems := s.validate(request)
	if len(problems) > 0 {
		s.reject()
		return failure(problems...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	requested := cost(operation.SelectionSet, variables)
	if requested > queryLimit {
		s.counters.Rejected++
		return failure(problem{
			message: fmt.Sprintf("Query cost is %d, which exceeds the single query max cost limit (%d).", requested, queryLimit),
			code:    "MAX_COST_EXCEEDED", more: map[string]any{"cost": requested, "maxCost": queryLimit},
		})
	}
	if !s.bucket.take(s.options.Now(), requested) {
		s.counters.Throttled++
		answer := failure(problem{message: "Throttled", code: "THROTTLED"})
		answer["extensions"] = map[string]any{"cost": s.bucket.status(s.options.Now(), requested, -1)}
		return answer
	}
	x := &execution{shop: s, ctx: ctx, fault: fault, variables: variables}
	if operation.Operation == ast.Query {
		s.unlocked(func() { wait(ctx, fault.Effect.delay) })
	}
	data := x.root(operation)
	actual := min(requested, x.objects)
	s.bucket.refund(requested - actual)
	answer := map[string]any{"data": data}
	if len(x.problems) > 0 {
		s.counters.Rejected++
		answer = failure(x.problems...)
	}
	answer["extensions"] = map[string]any{"cost": s.bucket.status(s.options.Now(), requested, actual)}
	return answer
}

func (s *Shop) unlocked(do func()) {
	s.mu.Unlock()
	defer s.mu.Lock()
	do()
}

// object is a value that fields can be selected from. A field that takes
// arguments, or costs work, is a func(arguments) any.
type object map[string]any

type arguments map[string]any

func (a arguments) text(name string) string {
	text, _ := a[name].(string)
	return text
}

// project selects from a value what the query asks for.
func (x *execution) project(selected ast.SelectionSet, value any) any {
	switch value := value.(type) {
	case object:
		if value == nil {
			return nil
		}
		x.objects++
		return x.fields(selected, value, map[string]any{})
	case []object:
		rows := make([]any, len(value))
		for i, row := range value {
			rows[i] = x.project(selected, row)
		}
		return rows
	case time.Time:
		if value.IsZero() {
			return nil
		}
		return value.UTC().Format(time.RFC3339)
	}
	return value
}

func (x *execution) fields(selected ast.SelectionSet, from object, into map[string]any) map[string]any {
	for _, one := range selected {
		switch one := one.(type) {
		case *ast.Field:
			into[one.Alias] = x.field(one, from)
		case *ast.InlineFragment:
			if x.applies(one.TypeCondition, from) {
				x.fields(one.SelectionSet, from, into)
			}
		case *ast.FragmentSpread:
			if x.applies(one.Definition.TypeCondition, from) {
				x.fields(one.Definition.SelectionSet, from, into)
			}
		}
	}
	return into
}

func (x *execution) field(field *ast.Field, from object) any {
	value := from[field.Name]
	if resolve, ok := value.(func(arguments) any); ok {
		value = resolve(field.ArgumentMap(x.variables))
	}
	return x.project(field.SelectionSet, value)
}

// applies says whether a fragment on a type applies to an object.
func (x *execution) applies(condition string, to object) bool {
	name, _ := to["__typename"].(string)
	definition := x.shop.schema.Types[name]
	return condition == "" || condition == name || definition != nil && slices.Contains(definition.Interfaces, condition)
}
