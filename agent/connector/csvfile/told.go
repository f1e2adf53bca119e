package csvfile

import (
	"io"
	"slices"
	"time"
)

// toldLayout is that of a file that any till can write. Which item it was is told by
// one of three columns.
var toldLayout = layout{
	required: []string{"id", "quantity", "occurred_at"},
	optional: []string{"sku", "barcode", "item", "receipt", "kind", "bin", "posted_at"},
}

// Told is one line of a file that tells what moved. What it means, and whether it can
// be, is for whoever takes it.
type Told struct {
	Line                                       int
	ID, SKU, Barcode, Item, Receipt, Kind, Bin string
	Quantity                                   int64
	Occurred                                   time.Time
	Posted                                     time.Time // zero where it does not say
}

// ToldReader reads such a file line by line.
type ToldReader struct {
	Columns  []string  // that are used, in our order
	Warnings []Problem // about columns that are not

	table   *table
	columns columns
	zone    *time.Location
}

// ReadTold reads the header of a file: id, quantity and occurred_at, one of sku,
// barcode and item, and possibly receipt, kind, bin and posted_at. zone is that of times without
// one. A header that cannot be used is an *agent.Error that says which column is wrong
// and which was probably meant.
func ReadTold(r io.Reader, name string, zone *time.Location) (*ToldReader, error) {
	t := &ToldReader{table: newTable(r), zone: zone}
	var err error
	if t.columns, t.Warnings, err = readHeader(t.table, name, toldLayout); err != nil {
		return nil, err
	}
	if !t.columns.has("sku") && !t.columns.has("barcode") && !t.columns.has("item") {
		return nil, headerError(name, "No column says which item moved.", "Add a column sku, barcode or item.")
	}
	for _, column := range slices.Concat(toldLayout.required, toldLayout.optional) {
		if t.columns.has(column) {
			t.Columns = append(t.Columns, column)
		}
	}
	return t, nil
}

// Next returns the next line, or what is wrong with it, or io.EOF at the end.
func (t *ToldReader) Next() (told Told, problem *Problem, err error) {
	fields, err := t.table.next()
	switch {
	case isForm(err):
		problem = misformed(err)
	case err != nil:
		return told, nil, err
	default:
		told, problem = t.parse(fields)
		told.Line = t.table.line
	}
	if problem != nil {
		problem.Line = t.table.line
	}
	return told, problem, nil
}

func (t *ToldReader) parse(fields []string) (told Told, problem *Problem) {
	keep := func(p *Problem) {
		if problem == nil {
			problem = p
		}
	}
	for _, text := range []struct {
		column string
		into   *string
	}{
		{"id", &told.ID}, {"sku", &told.SKU}, {"barcode", &told.Barcode}, {"item", &told.Item}, {"receipt", &told.Receipt}, {"bin", &told.Bin},
	} {
		var p *Problem
		*text.into, p = parseText(text.column, t.columns.of(fields, text.column))
		keep(p)
	}
	told.Kind = normal(t.columns.of(fields, "kind"))
	if shortened.MatchString(told.Barcode) {
		_, p := parseCode(told.Barcode, 1)
		keep(p)
	}
	var p *Problem
	told.Quantity, p = parseWhole("quantity", t.columns.of(fields, "quantity"))
	keep(p)
	told.Occurred, p = parseTime("occurred_at", t.columns.of(fields, "occurred_at"), t.zone)
	keep(p)
	if posted := t.columns.of(fields, "posted_at"); posted != "" {
		told.Posted, p = parseTime("posted_at", posted, t.zone)
		keep(p)
	}
	return told, problem
}
