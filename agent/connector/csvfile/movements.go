package csvfile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// feeding is a folder that tells what moved.
type feeding struct{ *folder }

// cursor is how far the files of movements were read.
type cursor struct {
	Files    map[string]place `json:"files,omitempty"`
	Complete time.Time        `json:"complete,omitzero"`
}

// place is a place in a file, between two lines.
type place struct {
	Offset int64     `json:"offset"`
	Line   int       `json:"line"` // that begins there
	Mark   uint32    `json:"mark"` // of the bytes before it
	Size   int64     `json:"size"` // of the file when it was looked at
	At     time.Time `json:"at"`
}

// Movements returns what the files tell since the cursor. A line that cannot be
// read stops the reading until it is corrected: a sale that is passed over would
// make every later count of its item wrong.
func (f feeding) Movements(ctx context.Context, location agent.LocationID, from string) (agent.Page[agent.Movement], error) {
	var page agent.Page[agent.Movement]
	var c cursor
	if from != "" {
		if err := json.Unmarshal([]byte(from), &c); err != nil {
			return page, &agent.Error{Code: "csv.cursor", Class: agent.Fault, What: "The place up to which movements were read cannot be understood.", Do: "Report it with the log.", Err: err}
		}
	}
	// Movements are written before the levels that contain them. So the levels are
	// looked at first.
	s, err := f.current(ctx)
	if err != nil {
		return page, err
	}
	names, err := f.movementFiles()
	if err != nil {
		return page, err
	}
	next := cursor{Files: make(map[string]place, len(names)), Complete: c.Complete}
	var first error
	for _, name := range names {
		if next.Files[name], err = f.readMovements(ctx, name, c.Files[name], location, &page); err != nil && first == nil {
			first = err
		}
	}
	if first != nil && len(page.Rows) == 0 {
		return page, first
	}
	// What is wrong with a file is said when the rows before it are stored.
	page.More = first != nil || len(page.Rows) >= pageSize
	if !page.More {
		if s.newest.After(next.Complete) {
			next.Complete = s.newest.Truncate(tick)
		}
		page.Complete, page.CompleteLocal = next.Complete, next.Complete.Add(-f.unsure)
	}
	text, err := json.Marshal(next)
	page.Next = string(text)
	return page, err
}

// movementFiles returns the names of the files, oldest name first. A file without
// content says nothing yet.
func (f *folder) movementFiles() ([]string, error) {
	var names []string
	if info, err := os.Stat(f.path(movedFile)); err == nil && info.Size() > 0 {
		names = append(names, movedFile)
	}
	entries, err := os.ReadDir(f.path(movedFolder))
	if err != nil && !os.IsNotExist(err) {
		return nil, f.trouble(movedFolder, err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && info.Size() > 0 && filepath.Ext(e.Name()) == ".csv" {
			names = append(names, filepath.Join(movedFolder, e.Name()))
		}
	}
	if len(names) == 0 {
		return nil, f.trouble(movedFile+" or "+filepath.Join(movedFolder, "*.csv"), os.ErrNotExist)
	}
	return names, nil
}

// readMovements adds the movements of one file from a place on to the page, and
// returns the place after the last of them.
func (f *folder) readMovements(ctx context.Context, name string, from place, location agent.LocationID, page *agent.Page[agent.Movement]) (place, error) {
	info, err := os.Stat(f.path(name))
	if err != nil {
		return from, f.trouble(name, err)
	}
	if from.Size == info.Size() && from.Size == from.Offset && from.At.Equal(info.ModTime()) {
		return from, nil
	}
	file, err := os.Open(f.path(name))
	if err != nil {
		return from, f.trouble(name, err)
	}
	defer file.Close()
	m, err := f.openMovements(file, name, from)
	if err != nil {
		return from, err
	}
	for len(page.Rows) < pageSize {
		if ctx.Err() != nil {
			return from, stopped(ctx)
		}
		at := place{Offset: m.table.off, Line: m.table.after}
		movement, err := m.next()
		if errors.Is(err, io.EOF) {
			return m.done(info)
		}
		if err != nil {
			at.Mark, _ = mark(file, at.Offset)
			return at, err
		}
		movement.Location = location
		page.Rows = append(page.Rows, movement)
	}
	at := place{Offset: m.table.off, Line: m.table.after}
	at.Mark, err = mark(file, at.Offset)
	return at, err
}

// movementReader reads the whole lines of one file of movements.
type movementReader struct {
	*folder
	file    *os.File
	name    string
	written time.Time
	table   *table
	columns columns
	cut     bool // the last line has no end
}

// openMovements reads a file's header and goes to a place in it, or to its first
// line if the file is not the one that the place was in.
func (f *folder) openMovements(file *os.File, name string, from place) (*movementReader, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, f.trouble(name, err)
	}
	whole, err := wholeLines(file, info.Size())
	if err != nil {
		return nil, f.trouble(name, err)
	}
	if whole == 0 {
		return nil, cutLine(name)
	}
	m := &movementReader{folder: f, file: file, name: name, written: info.ModTime(), cut: whole < info.Size()}
	m.table = newTable(io.NewSectionReader(file, 0, whole))
	if m.columns, _, err = readHeader(m.table, name, movementLayout); err != nil {
		return nil, err
	}
	if from.Offset <= m.table.off || from.Offset > whole {
		return m, nil
	}
	if now, err := mark(file, from.Offset); err != nil || now != from.Mark {
		return m, err
	}
	m.table = resume(io.NewSectionReader(file, from.Offset, whole-from.Offset), m.table.comma, from.Offset, from.Line)
	return m, nil
}

// wholeLines returns the length of a file up to its last line break.
func wholeLines(file io.ReaderAt, size int64) (int64, error) {
	buffer := make([]byte, maxRecord)
	for end := size; end > 0; {
		begin := max(0, end-int64(len(buffer)))
		part := buffer[:end-begin]
		if _, err := file.ReadAt(part, begin); err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		for i := len(part) - 1; i >= 0; i-- {
			if part[i] == '\n' || part[i] == '\r' {
				return begin + int64(i) + 1, nil
			}
		}
		end = begin
	}
	return 0, nil
}

// mark is a fingerprint of the bytes before an offset. A file that was written
// anew has others there.
func mark(file io.ReaderAt, offset int64) (uint32, error) {
	part := make([]byte, min(offset, 256))
	_, err := file.ReadAt(part, offset-int64(len(part)))
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return crc32.ChecksumIEEE(part), err
}

// done returns the place at the end of the file's whole lines.
func (m *movementReader) done(info fs.FileInfo) (place, error) {
	at := place{Offset: m.table.off, Line: m.table.after}
	var err error
	if at.Mark, err = mark(m.file, at.Offset); err != nil {
		return at, m.trouble(m.name, err)
	}
	if m.cut {
		return at, cutLine(m.name)
	}
	at.Size, at.At = info.Size(), info.ModTime()
	return at, nil
}

// next returns the next movement, io.EOF at the end, or an *agent.Error about a
// line that cannot be read.
func (m *movementReader) next() (agent.Movement, error) {
	fields, err := m.table.next()
	switch {
	case errors.Is(err, io.EOF):
		return agent.Movement{}, err
	case isForm(err):
		return agent.Movement{}, m.bad(misformed(err))
	case err != nil:
		return agent.Movement{}, m.trouble(m.name, err)
	}
	movement, problem := m.parse(fields)
	if problem != nil {
		return movement, m.bad(problem)
	}
	if ahead := movement.Posted.Sub(m.written); ahead > m.unsure+tick {
		return movement, m.clocksDiffer(m.name, m.table.line, ahead)
	}
	return movement, nil
}

func (m *movementReader) bad(p *Problem) error {
	p.Line = m.table.line
	return &agent.Error{
		Code: "csv.movement", Class: agent.Refuse, What: p.finding(m.name).What,
		Means: "Movements are read up to this line and no further, because a sale that is passed over would make counts wrong.",
		Do:    p.Do + " The reading then goes on by itself.",
	}
}

// parse reads the fields of a movement.
func (m *movementReader) parse(fields []string) (mv agent.Movement, problem *Problem) {
	text := func(column string, required bool) string {
		value, p := parseText(column, m.columns.of(fields, column))
		if p == nil && required && value == "" {
			p = oops(column, "The field is empty.", "Fill it in.")
		}
		if problem == nil {
			problem = p
		}
		return value
	}
	moment := func(column, value string) time.Time {
		at, p := parseTime(column, value, m.zone)
		if problem == nil {
			problem = p
		}
		return at
	}
	mv.Source, mv.SourceID = Name, text("id", true)
	mv.Item = agent.ItemID(text("sku", true))
	mv.Receipt, mv.Bin = text("receipt", false), agent.Bin(text("bin", false))
	quantity, p := parseWhole("quantity", m.columns.of(fields, "quantity"))
	if problem == nil {
		problem = p
	}
	mv.Quantity = quantity
	occurred := moment("occurred_at", m.columns.of(fields, "occurred_at"))
	posted := occurred
	if value := m.columns.of(fields, "posted_at"); value != "" {
		posted = moment("posted_at", value)
	}
	mv.Occurred = agent.Stamp{At: occurred.Truncate(tick).Add(tick / 2), Uncertainty: m.unsure + tick/2}
	mv.Posted = posted.Truncate(tick)
	if mv.Kind, p = parseKind(m.columns.of(fields, "kind"), quantity); problem == nil {
		problem = p
	}
	return mv, problem
}

var kinds = []agent.MovementKind{agent.Sale, agent.Return, agent.Shipment, agent.Receipt, agent.Transfer}

// parseKind reads what kind of movement it was. Without a word goods that left
// were sold, and goods that came were returned.
func parseKind(text string, quantity int64) (agent.MovementKind, *Problem) {
	kind := agent.MovementKind(normal(text))
	switch {
	case kind == "" && quantity > 0:
		return agent.Return, nil
	case kind == "":
		return agent.Sale, nil
	case !slices.Contains(kinds, kind):
		return "", oops("kind", fmt.Sprintf("%q is no kind of movement.", printable(text)), "Write sale, return, shipment, receipt or transfer, or leave the field empty.")
	case kind == agent.Sale && quantity > 0:
		return "", oops("quantity", fmt.Sprintf("A sale of %d would add to the stock.", quantity), "Write sales as negative quantities; a return has the kind return.")
	}
	return kind, nil
}

func cutLine(name string) error {
	return &agent.Error{
		Code: "csv.cut", Class: agent.Retry, What: fmt.Sprintf("The last line of %s has no line break: it is still being written, or was cut off.", name),
		Means: "It is not read before it is whole.", Do: "The exporting program must end every line with a line break. It is tried again.",
	}
}

// blur marks the levels that were stated in a second in which something was posted:
// nobody can say whether they contain it.
func (f *folder) blur(ctx context.Context, s *snapshot) error {
	if !f.Movements {
		return nil
	}
	names, err := f.movementFiles()
	if err != nil {
		return err
	}
	for _, name := range names {
		if info, err := os.Stat(f.path(name)); err != nil || info.ModTime().Before(s.oldest.Add(-time.Hour)) {
			continue // what it tells was posted long before
		}
		if err := f.blurBy(ctx, s, name); err != nil {
			return err
		}
	}
	return nil
}

// blurBy does it for one file. Lines that cannot be read are Movements' to tell of.
func (f *folder) blurBy(ctx context.Context, s *snapshot, name string) error {
	file, err := os.Open(f.path(name))
	if err != nil {
		return f.trouble(name, err)
	}
	defer file.Close()
	m, err := f.openMovements(file, name, place{})
	if err != nil {
		return err
	}
	for {
		mv, err := m.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case ctx.Err() != nil:
			return stopped(ctx)
		case err != nil:
			if e := agent.AsError(err); e.Class == agent.Retry {
				return err
			}
			continue
		}
		key := s.key(string(mv.Item))
		if l, known := s.items[key]; known && l.stated == mv.Posted.Unix() {
			l.blurred = true
			s.items[key] = l
		}
	}
}
