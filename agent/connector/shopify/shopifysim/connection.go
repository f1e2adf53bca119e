package shopifysim

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

// pageLimit is the size of the largest page and of the longest list argument.
const pageLimit = 250

// row is one candidate for a page: its position in the order of the listing, and
// how to make it.
type row struct {
	position string
	make     func() object
}

// position is the position of the i-th row; positions compare as text.
func position(i int) string { return fmt.Sprintf("%012d", i) }

// connection returns the page that "first" and "after" ask for. A cursor is a
// position, so a page that follows neither repeats nor skips rows that stayed
// where they were.
func (x *execution) connection(typeName string, rows []row, args arguments) any {
	first := size(args["first"])
	if first < 1 || first > pageLimit {
		x.tooMany("first")
		return nil
	}
	after, err := base64.RawURLEncoding.DecodeString(args.text("after"))
	if err != nil {
		x.fail(problem{message: "Invalid cursor for current pagination sort.", code: "INVALID_CURSOR"})
		return nil
	}
	rows = slices.DeleteFunc(rows, func(r row) bool { return r.position <= string(after) })
	page := rows[:min(first, len(rows))]
	nodes := []object{}
	var end any
	for _, r := range page {
		nodes = append(nodes, r.make())
		end = base64.RawURLEncoding.EncodeToString([]byte(r.position))
	}
	return object{
		"__typename": typeName, "nodes": nodes,
		"pageInfo": object{"__typename": "PageInfo", "hasNextPage": len(rows) > len(page), "endCursor": end},
	}
}

func (x *execution) tooMany(argument string) {
	x.fail(problem{
		message: fmt.Sprintf("%s must be between 1 and %d.", argument, pageLimit), code: "BAD_REQUEST",
	})
}

// term is one condition of a search, such as updated_at:>'2026-11-24T10:00:00Z'.
type term struct{ key, operator, value string }

// search reads the "query" argument: terms that must all hold, with the keys of
// the listing.
func (x *execution) search(args arguments, keys ...string) []term {
	var terms []term
	for _, word := range words(args.text("query")) {
		key, value, found := strings.Cut(word, ":")
		if !found || !slices.Contains(keys, key) {
			x.fail(problem{
				message: fmt.Sprintf("The simulated shop does not know the search term %q; it knows %v.", word, keys),
				code:    "INVALID_SEARCH",
			})
			continue
		}
		bare := strings.TrimLeft(value, "<>=")
		terms = append(terms, term{key, value[:len(value)-len(bare)], strings.Trim(bare, `'"`)})
	}
	return terms
}

// words splits a search at spaces outside quotes and leaves AND out.
func words(query string) []string {
	quote := rune(0)
	split := strings.FieldsFunc(query, func(r rune) bool {
		switch {
		case quote == 0 && (r == '\'' || r == '"'):
			quote = r
		case r == quote:
			quote = 0
		}
		return r == ' ' && quote == 0
	})
	return slices.DeleteFunc(split, func(word string) bool { return word == "AND" })
}

// matches says whether every term holds for a row's values.
func matches(terms []term, values map[string]string) bool {
	for _, t := range terms {
		if !t.holds(values[t.key]) {
			return false
		}
	}
	return true
}

// holds compares times as times and everything else as text.
func (t term) holds(value string) bool {
	order := strings.Compare(value, t.value)
	if at, err := time.Parse(time.RFC3339, t.value); err == nil {
		if have, err := time.Parse(time.RFC3339, value); err == nil {
			order = have.Compare(at)
		}
	}
	switch t.operator {
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	}
	return order == 0
}
