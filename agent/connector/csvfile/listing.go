package csvfile

import (
	"context"
	"os"
	"strconv"

	"github.com/stockhand/stockhand/agent"
)

// pageSize is how many items a page of the catalogue has at most.
const pageSize = 500

// listing is a catalogue that is read page by page.
type listing struct {
	file   *os.File
	reader *CatalogReader
	stamp  stamp
	told   int    // problems that were returned
	next   string // the cursor that goes on with it
}

// Catalog returns one page of the catalogue. The file stays open between the pages,
// so that all of them are of one export.
func (f *folder) Catalog(ctx context.Context, _ agent.LocationID, cursor string) (agent.Page[agent.Item], error) {
	var page agent.Page[agent.Item]
	if ctx.Err() != nil {
		return page, stopped(ctx)
	}
	if err := f.turn(cursor); err != nil {
		return page, err
	}
	l := f.listing
	for len(page.Rows) < pageSize {
		item, ok, err := l.reader.Next()
		if err != nil {
			f.shut()
			return page, f.trouble(catalogFile, err)
		}
		if !ok {
			page.Skipped = l.problems()
			return page, f.finish()
		}
		page.Rows = append(page.Rows, item)
	}
	page.Skipped = l.problems()
	page.Next, page.More = strconv.Itoa(l.reader.Line()), true
	l.next = page.Next
	return page, nil
}

// Places returns the bins of the catalogue with their zones. It implements
// agent.Placer.
func (f *folder) Places(ctx context.Context, _ agent.LocationID) ([]agent.Place, error) {
	file, err := os.Open(f.path(catalogFile))
	if err != nil {
		return nil, f.trouble(catalogFile, err)
	}
	defer file.Close()
	reader, err := ReadCatalog(file, catalogFile)
	if err != nil {
		return nil, err
	}
	for more := true; more; {
		if _, more, err = reader.Next(); err != nil {
			return nil, f.trouble(catalogFile, err)
		}
		if reader.Line()%1024 == 0 && ctx.Err() != nil {
			return nil, stopped(ctx)
		}
	}
	return reader.Places(), nil
}

// turn opens the catalogue at its beginning, or goes on where the cursor says.
func (f *folder) turn(cursor string) error {
	if cursor != "" {
		if f.listing != nil && f.listing.next == cursor {
			return nil
		}
		return &agent.Error{
			Code: "csv.page", Class: agent.Retry, What: "The catalogue was not read in one go.",
			Means: "The catalogue in force stays.", Do: "Start again with its first page.",
		}
	}
	f.shut()
	file, err := os.Open(f.path(catalogFile))
	if err != nil {
		return f.trouble(catalogFile, err)
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return f.trouble(catalogFile, err)
	}
	reader, err := ReadCatalog(file, catalogFile)
	if err != nil {
		file.Close()
		return err
	}
	reader.Currency = f.Currency
	f.listing = &listing{file: file, reader: reader, stamp: stampOf(info)}
	return nil
}

// finish ends a listing. A file that was changed while it was read is none.
func (f *folder) finish() error {
	before := f.listing.stamp
	info, err := f.listing.file.Stat()
	f.shut()
	if err != nil {
		return f.trouble(catalogFile, err)
	}
	if stampOf(info) != before {
		return writing(quiet)
	}
	return nil
}

func (f *folder) shut() {
	if f.listing != nil {
		f.listing.file.Close()
		f.listing = nil
	}
}

// problems returns what was met since it was called last.
func (l *listing) problems() []agent.Finding {
	all := l.reader.Problems()
	var findings []agent.Finding
	for _, p := range all[l.told:] {
		findings = append(findings, p.finding(catalogFile))
	}
	l.told = len(all)
	return findings
}
