package csvfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// Problem is something about one line or column that a person should put right.
// It implements error.
type Problem struct {
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"`
	What   string `json:"what"` // what is wrong
	Do     string `json:"do"`   // what to do
	// Warning is true where the line is used all the same.
	Warning bool `json:"warning,omitempty"`
}

// Error returns the problem in one line.
func (p Problem) Error() string {
	if p.Line == 0 { // what it is about says so itself
		return p.What + " " + p.Do
	}
	where := fmt.Sprintf("line %d", p.Line)
	if p.Column != "" {
		where += ", column " + p.Column
	}
	return where + ": " + p.What + " " + p.Do
}

// finding returns the problem as one of a file that was looked at; fine is what
// does not keep a line from being used.
func (p Problem) finding(file string) agent.Finding {
	f := agent.Finding{Severity: agent.Warning, Code: "csv.line", What: fmt.Sprintf("In %s, line %d: %s", file, p.Line, p.What), Means: "The line is left out.", Do: p.Do}
	if p.Column != "" {
		f.What = fmt.Sprintf("In %s, line %d, column %s: %s", file, p.Line, p.Column, p.What)
	}
	if p.Warning {
		f.Severity, f.Means = agent.Fine, "The line is used."
	}
	return f
}

// layout says which columns a kind of file has.
type layout struct {
	required, optional []string
}

var (
	stockLayout = layout{
		required: []string{"sku"},
		optional: []string{"name", "barcode", "pack", "bin", "zone", "cost", "price", "currency", "tracked", "on_hand", "stated_at"},
	}
	movementLayout = layout{
		required: []string{"id", "sku", "quantity", "occurred_at"},
		optional: []string{"posted_at", "receipt", "kind", "bin"},
	}
)

// synonyms are what other programs call our columns. They are suggested, never
// assumed: a column that is guessed wrong is worse than a question.
var synonyms = map[string]string{
	"ean": "barcode", "gtin": "barcode", "upc": "barcode", "barcodes": "barcode",
	"qty": "on_hand", "quantity": "on_hand", "stock": "on_hand", "onhand": "on_hand", "available": "on_hand",
	"title": "name", "description": "name", "product": "name", "item": "sku", "article": "sku",
	"shelf": "bin", "bins": "bin", "units": "quantity", "date": "occurred_at", "time": "occurred_at", "occurred": "occurred_at",
	"track": "tracked", "pack_size": "pack", "area": "zone",
}

// columns finds fields by their column's name.
type columns map[string]int

// of returns a line's field, without surrounding blanks; empty where the file
// does not have the column.
func (c columns) of(fields []string, name string) string {
	i, ok := c[name]
	if !ok || i >= len(fields) {
		return ""
	}
	return strings.TrimSpace(fields[i])
}

func (c columns) has(name string) bool { _, ok := c[name]; return ok }

// match reads a header line. What can't be used stops the file, because a column
// that is silently left out is not noticed before it is too late; columns that
// resemble nothing are left out and returned as warnings.
func (l layout) match(name string, header []string) (columns, []Problem, error) {
	known := slices.Concat(l.required, l.optional)
	found := make(columns)
	var strange []string
	for i, title := range header {
		column := normal(title)
		switch {
		case column == "":
		case !slices.Contains(known, column):
			strange = append(strange, title)
		case found.has(column):
			return nil, nil, headerError(name, fmt.Sprintf("The column %q is there twice.", column), "Remove or rename one of the two.")
		default:
			found[column] = i
		}
	}
	for _, title := range strange {
		if near := l.nearest(normal(title), found); near != "" {
			return nil, nil, headerError(name, fmt.Sprintf("The column %q is not known. It looks like %q.", printable(title), near),
				fmt.Sprintf("Rename the column to %q, or remove it if it means something else.", near))
		}
	}
	for _, column := range l.required {
		if !found.has(column) {
			return nil, nil, headerError(name, fmt.Sprintf("The column %q is missing.", column),
				"Add it. The first line must name the columns: "+strings.Join(l.required, ", ")+"; possible are also "+strings.Join(l.optional, ", ")+".")
		}
	}
	var warnings []Problem
	for _, title := range strange {
		warnings = append(warnings, Problem{
			Line: 1, Column: printable(title), Warning: true,
			What: "The column is not known and is left out.", Do: "If that is meant, there is nothing to do.",
		})
	}
	return found, warnings, nil
}

// nearest returns the column that a strange name probably means, among those that
// the file lacks.
func (l layout) nearest(name string, found columns) string {
	known := slices.Concat(l.required, l.optional)
	if s := synonyms[name]; s != "" && slices.Contains(known, s) && !found.has(s) {
		return s
	}
	for _, k := range known {
		if !found.has(k) && len(k) > 2 && distance(name, k) <= 1+len(k)/6 {
			return k
		}
	}
	return ""
}

func headerError(name, what, do string) error {
	return &agent.Error{Code: "csv.header", Class: agent.Refuse, What: name + " cannot be used. " + what, Means: "Nothing was read from the file.", Do: do}
}

// normal brings a column title into our form: "On Hand" is on_hand.
func normal(title string) string {
	title = strings.ToLower(strings.TrimSpace(title))
	return strings.NewReplacer(" ", "_", "-", "_").Replace(title)
}

// printable shortens a text from a file and leaves out what cannot be seen.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	if r := []rune(text); len(r) > 40 {
		return string(r[:40]) + "..."
	}
	return text
}

// distance is the number of letters to insert, remove, replace or swap with their
// neighbour (optimal string alignment).
func distance(a, b string) int {
	if len(a) > 40 {
		return len(a)
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			other := 1
			if a[i-1] == b[j-1] {
				other = 0
			}
			rows[i][j] = min(rows[i-1][j-1]+other, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
