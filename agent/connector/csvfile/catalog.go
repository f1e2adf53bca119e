package csvfile

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// Row is one line of a catalogue.
type Row struct {
	Line   int
	Item   agent.Item   // its ID is the SKU
	Zones  []agent.Zone // of its bins, in their order; empty where the line names none
	OnHand int64
	// Counted is true where the file says an on hand.
	Counted bool

	statedAt string
	warnings []Problem
}

// warn notes a problem in spite of which the line is used: an article without a
// cost can be counted, one that is not there cannot.
func (r *Row) warn(p *Problem) {
	if p != nil {
		p.Warning = true
		r.warnings = append(r.warnings, *p)
	}
}

// maxKept is how many problems are kept to be shown; all are counted.
const maxKept = 1_000

// maxAlike is how many warnings about one column are told: what is wrong with a
// hundred costs is wrong with all of them.
const maxAlike = 100

// CatalogReader reads a catalogue line by line. Its memory grows by some 40 bytes
// a SKU or barcode, by which doubles are recognised, and by the bins.
type CatalogReader struct {
	// Currency is that of amounts in lines without a currency of their own. Set it
	// before the first line is read.
	Currency string

	table    *table
	columns  columns
	skus     map[uint64]int
	codes    map[uint64]int
	seed     maphash.Seed
	places   []agent.Place
	zones    map[agent.Bin]int // where in places
	problems []Problem
	skipped  int64
	warnings int64
	told     map[string]int // warnings of a column
}

// ReadCatalog reads the header of a catalogue: sku, and optionally name, barcode,
// pack, bin, zone, cost, price, currency, tracked, on_hand and stated_at. name is
// what the file is called in sentences. A header that cannot be used is an
// *agent.Error that says which column is wrong and which was probably meant.
func ReadCatalog(r io.Reader, name string) (*CatalogReader, error) {
	c := &CatalogReader{
		table: newTable(r), seed: maphash.MakeSeed(),
		skus: make(map[uint64]int), codes: make(map[uint64]int), zones: make(map[agent.Bin]int),
		told: make(map[string]int),
	}
	columns, warnings, err := readHeader(c.table, name, stockLayout)
	if err != nil {
		return nil, err
	}
	c.columns = columns
	for _, w := range warnings {
		c.keep(w)
	}
	return c, nil
}

// Places returns the bins of the lines read so far with their zones, in the order
// of the file. They are complete after Next has returned false; a program that
// needs them first reads the file twice.
func (c *CatalogReader) Places() []agent.Place { return c.places }

// Problems returns what is to be said about the lines read so far, the first 1,000
// of it. Lines whose problems are not warnings were left out.
func (c *CatalogReader) Problems() []Problem { return c.problems }

// Skipped returns how many lines were left out so far.
func (c *CatalogReader) Skipped() int64 { return c.skipped }

// Warnings returns how many warnings there were so far.
func (c *CatalogReader) Warnings() int64 { return c.warnings }

// Line returns the number of the line that was read last.
func (c *CatalogReader) Line() int { return c.table.line }

func (c *CatalogReader) keep(p Problem) {
	if p.Warning {
		c.warnings++
	} else {
		c.skipped++
	}
	if len(c.problems) < maxKept {
		c.problems = append(c.problems, p)
	}
}

func readHeader(t *table, name string, l layout) (columns, []Problem, error) {
	err := t.start()
	if err == nil {
		var header []string
		if header, err = t.next(); err == nil {
			if strings.HasPrefix(header[0], "\xff\xfe") || strings.HasPrefix(header[0], "\xfe\xff") {
				return nil, nil, headerError(name, "It is in UTF-16.", "Save it as \"CSV UTF-8\".")
			}
			if strings.HasPrefix(header[0], "PK\x03\x04") {
				return nil, nil, headerError(name, "It is a spreadsheet program's own file, not CSV.", "Save it as \"CSV UTF-8\".")
			}
			return l.match(name, header)
		}
	}
	if errors.Is(err, io.EOF) {
		return nil, nil, headerError(name, "It is empty.", "Write a first line that names the columns: "+strings.Join(l.required, ", ")+".")
	}
	if isForm(err) {
		return nil, nil, headerError(name, "In the first line, "+err.Error()+".", "Write a first line that names the columns.")
	}
	return nil, nil, fmt.Errorf("read the first line of %s: %w", name, err)
}

func isForm(err error) bool {
	return errors.Is(err, errQuoteOpen) || errors.Is(err, errQuoteStray) || errors.Is(err, errTooLong) || errors.Is(err, errTooWide)
}

// misformed is the problem of a line of which the fields cannot be told apart.
func misformed(err error) *Problem {
	return oops("", "The line cannot be read: "+err.Error()+".", "Correct the quotes in this line.")
}

// Next returns the next item that can be used, and false at the end of the file.
// The error is that of the reader, never of a line.
func (c *CatalogReader) Next() (agent.Item, bool, error) {
	row, ok, err := c.NextRow()
	return row.Item, ok, err
}

// NextRow is Next with everything else that the line says.
func (c *CatalogReader) NextRow() (Row, bool, error) {
	for {
		fields, err := c.table.next()
		switch {
		case errors.Is(err, io.EOF):
			return Row{}, false, nil
		case isForm(err):
			c.tell(misformed(err))
			continue
		case err != nil:
			return Row{}, false, fmt.Errorf("read line %d: %w", c.table.line, err)
		}
		row, problem := parseRow(c.columns, fields, c.Currency)
		if problem == nil {
			problem = c.double(row)
		}
		if problem != nil {
			c.tell(problem)
			continue
		}
		row.Line = c.table.line
		if c.columns.has("stated_at") {
			row.statedAt = c.columns.of(fields, "stated_at")
		}
		c.place(row)
		c.caution(row.warnings)
		return row, true, nil
	}
}

func (c *CatalogReader) tell(p *Problem) {
	p.Line = c.table.line
	c.keep(*p)
}

// caution passes the warnings of a line on, as long as there are not too many.
func (c *CatalogReader) caution(warnings []Problem) {
	for _, w := range warnings {
		if c.told[w.Column] < maxAlike {
			c.told[w.Column]++
			c.tell(&w)
		}
	}
}

// double finds what another line has already: a SKU is used once only, a barcode
// may lead to several items and is only told.
func (c *CatalogReader) double(row Row) *Problem {
	sku := maphash.String(c.seed, row.Item.SKU)
	if first, ok := c.skus[sku]; ok {
		return oops("sku", fmt.Sprintf("The SKU %q is in line %d already.", printable(row.Item.SKU), first), "Keep one line for each SKU; several barcodes are separated by |.")
	}
	c.skus[sku] = c.table.line
	for _, code := range row.Item.Codes {
		key := maphash.String(c.seed, barcode.Key(code.Text))
		if first, ok := c.codes[key]; ok {
			if first == c.table.line {
				continue // the same number, written in two ways
			}
			p := oops("barcode", fmt.Sprintf("The barcode %s is in line %d already.", printable(code.Text), first), "If both articles carry it, there is nothing to do: whoever scans it is asked which one is meant.")
			p.Warning = true
			c.tell(p)
			continue
		}
		c.codes[key] = c.table.line
	}
	return nil
}

// parseRow reads the fields of a line.
func parseRow(c columns, fields []string, currency string) (row Row, problem *Problem) {
	check := func(p *Problem) {
		if problem == nil {
			problem = p
		}
	}
	sku, p := parseText("sku", c.of(fields, "sku"))
	check(p)
	if sku == "" {
		check(oops("sku", "The SKU is empty.", "Write the article's SKU; it is what the line is known by."))
	}
	row.Item = agent.Item{ID: agent.ItemID(sku), SKU: sku, Name: parseName(c.of(fields, "name"))}
	if !utf8.ValidString(c.of(fields, "name")) {
		row.warn(oops("name", "The name is not UTF-8; letters that cannot be read are replaced.", "Save the file as \"CSV UTF-8\"."))
	}
	row.Item.Tracked, p = parseYes("tracked", c.of(fields, "tracked"))
	check(p)
	if own := strings.ToUpper(c.of(fields, "currency")); own != "" {
		currency = own
	}
	row.Item.Cost, p = parseMoney("cost", c.of(fields, "cost"), currency)
	row.warn(p)
	row.Item.Price, p = parseMoney("price", c.of(fields, "price"), currency)
	row.warn(p)
	pack := int64(1)
	if text := c.of(fields, "pack"); text != "" {
		pack, p = parsePack("pack", text)
		check(p)
	}
	row.Item.Codes, p = parseCodes(c.of(fields, "barcode"), pack)
	check(p)
	for _, code := range row.Item.Codes {
		row.warn(mistyped(code.Text))
	}
	row.Item.Bins, p = parseBins(c.of(fields, "bin"))
	check(p)
	row.Zones, p = parseZones(c.of(fields, "zone"), len(row.Item.Bins))
	row.warn(p)
	if text := c.of(fields, "on_hand"); text != "" {
		row.Counted = true
		row.OnHand, p = parseWhole("on_hand", text)
		check(p)
	}
	return row, problem
}

// mistyped finds a number of a trade item's length whose check digit is another: a
// scanner never reads it from a printed EAN or UPC. A shop's own numbers may look
// the same, so it is used as the text that it is.
func mistyped(text string) *Problem {
	switch len(text) {
	case 8, 12, 13, 14:
	default:
		return nil
	}
	if !isDigits(text) || barcode.CheckDigitFits(text) {
		return nil
	}
	if _, ok := barcode.ExpandUPCE(text); ok {
		return nil
	}
	return oops("barcode", fmt.Sprintf("The barcode %s has a last digit that does not fit the others: %c would. It is taken as a text.", text, barcode.CheckDigit(text[:len(text)-1])),
		"Compare it with the article. If it is a number of your own, there is nothing to do.")
}

// parseName takes any text: a name is only shown.
func parseName(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(Plain(text), "\ufffd")), " ")
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	return text
}

func parseBins(text string) ([]agent.Bin, *Problem) {
	var bins []agent.Bin
	for part := range strings.SplitSeq(text, "|") {
		bin, problem := parseText("bin", strings.TrimSpace(part))
		if problem != nil {
			return nil, problem
		}
		if bin != "" {
			bins = append(bins, agent.Bin(bin))
		}
	}
	return bins, nil
}

// parseZones returns a zone for each of a line's bins: one zone is that of all of
// them, several go with the bins in their order.
func parseZones(text string, bins int) ([]agent.Zone, *Problem) {
	parts, zones := strings.Split(text, "|"), make([]agent.Zone, bins)
	if len(parts) > 1 && len(parts) != bins {
		return zones, oops("zone", fmt.Sprintf("There are %d zones for %d bins.", len(parts), bins), "Write one zone for all bins, or one for each bin in the same order.")
	}
	for i := range zones {
		zone, problem := parseText("zone", strings.TrimSpace(parts[min(i, len(parts)-1)]))
		if problem != nil {
			return zones, problem
		}
		zones[i] = agent.Zone(zone)
	}
	return zones, nil
}

// place notes the bins of a line. A bin that is given two zones keeps the first; a
// line that names none says nothing about it.
func (c *CatalogReader) place(row Row) {
	for i, bin := range row.Item.Bins {
		zone := row.Zones[i]
		at, known := c.zones[bin]
		switch {
		case !known:
			c.zones[bin] = len(c.places)
			c.places = append(c.places, agent.Place{Bin: bin, Zone: zone})
		case c.places[at].Zone == "":
			c.places[at].Zone = zone
		case zone != "" && zone != c.places[at].Zone:
			p := oops("zone", fmt.Sprintf("The bin %q was in the zone %q before.", printable(string(bin)), printable(string(c.places[at].Zone))), "Write the same zone in all lines of a bin.")
			p.Warning = true
			c.tell(p)
		}
	}
}
