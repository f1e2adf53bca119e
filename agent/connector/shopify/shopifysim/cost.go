package shopifysim

import (
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// queryLimit is the most that one query may cost on any plan, in points.
const queryLimit = 1000

// bucket holds the points that queries are paid with. It fills with time.
type bucket struct {
	size, rate float64
	points     float64
	at         time.Time
	empty      bool // held empty by Throttle
}

func (b *bucket) fill(now time.Time) { b.points, b.at = b.size, now }

// level restores what the time since the last look is worth.
func (b *bucket) level(now time.Time) float64 {
	if since := now.Sub(b.at).Seconds(); since > 0 {
		b.points = min(b.size, b.points+since*b.rate)
		b.at = now
	}
	if b.empty {
		b.points = 0
	}
	return b.points
}

// take pays for a request before it is executed and says whether it could.
func (b *bucket) take(now time.Time, points int) bool {
	if b.level(now) < float64(points) || b.empty {
		return false
	}
	b.points -= float64(points)
	return true
}

func (b *bucket) refund(points int) { b.points = min(b.size, b.points+float64(points)) }

// status is the cost block of an answer; actual is negative where nothing was
// executed.
func (b *bucket) status(now time.Time, requested, actual int) map[string]any {
	cost := map[string]any{
		"requestedQueryCost": requested,
		"actualQueryCost":    nil,
		"throttleStatus": map[string]any{
			"maximumAvailable":   b.size,
			"currentlyAvailable": int(b.level(now)),
			"restoreRate":        b.rate,
		},
	}
	if actual >= 0 {
		cost["actualQueryCost"] = actual
	}
	return cost
}

// cost is what a query is charged before it is carried out: see the package
// comment.
func cost(selected ast.SelectionSet, variables map[string]any) int {
	points := 0
	for _, one := range selected {
		switch one := one.(type) {
		case *ast.Field:
			points += fieldCost(one, variables)
		case *ast.InlineFragment:
			points += cost(one.SelectionSet, variables)
		case *ast.FragmentSpread:
			points += cost(one.Definition.SelectionSet, variables)
		}
	}
	return points
}

func fieldCost(field *ast.Field, variables map[string]any) int {
	of := field.Definition
	given := field.ArgumentMap(variables)
	switch {
	case field.ObjectDefinition.Name == "Mutation":
		return 10
	case len(field.SelectionSet) == 0:
		return 0
	case strings.HasSuffix(of.Type.Name(), "Connection"):
		return 2 + size(given["first"])*nodeCost(field.SelectionSet, variables)
	case of.Type.Elem != nil:
		return max(size(given["ids"]), size(given["names"]), 1) * (1 + cost(field.SelectionSet, variables))
	}
	return 1 + cost(field.SelectionSet, variables)
}

// nodeCost is the cost of one node of a connection; its page info is free.
func nodeCost(selected ast.SelectionSet, variables map[string]any) int {
	points := 0
	for _, one := range selected {
		switch one := one.(type) {
		case *ast.Field:
			if one.Name == "nodes" {
				points += 1 + cost(one.SelectionSet, variables)
			}
		case *ast.FragmentSpread:
			points += nodeCost(one.Definition.SelectionSet, variables)
		case *ast.InlineFragment:
			points += nodeCost(one.SelectionSet, variables)
		}
	}
	return points
}

// size is the value of a "first" argument or the length of a list argument.
func size(value any) int {
	switch value := value.(type) {
	case int64:
		return int(value)
	case float64:
		return int(value)
	case []any:
		return len(value)
	}
	return 0
}
