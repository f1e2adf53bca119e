package csvfile

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// quiet is how long a file must have been left alone before it is read: whoever
// writes it in pieces is finished by then.
const quiet = time.Second

// snapshot is what catalogue and levels said at one time.
type snapshot struct {
	catalog, levels stamp
	seed            maphash.Seed
	items           map[uint64]level
	oldest, newest  time.Time // of the times at which levels were stated
	problems        []agent.Finding
}

// level is one item's part of a snapshot.
type level struct {
	onHand  int64
	stated  int64 // Unix seconds; 0 where the item has no level
	tracked bool
	// blurred is true where a movement was posted in the second of the statement.
	blurred bool
}

func (s *snapshot) key(sku string) uint64 { return maphash.String(s.seed, sku) }

func (s *snapshot) find(item agent.ItemID) (level, bool) {
	l, ok := s.items[s.key(string(item))]
	return l, ok
}

// Levels returns what levels.csv says. An item whose adjustment was handed over and
// is not certainly in the statement is stated as not settled.
func (f *folder) Levels(ctx context.Context, location agent.LocationID, items []agent.ItemID) ([]agent.Book, error) {
	s, err := f.current(ctx)
	if err != nil {
		return nil, err
	}
	owner, err := f.regard()
	if err != nil {
		return nil, err
	}
	under, err := f.underWay(s, owner.takenOver())
	if err != nil {
		return nil, err
	}
	var books []agent.Book
	for _, id := range items {
		if l, known := s.find(id); known {
			books = append(books, f.book(id, location, l, under))
		}
	}
	return books, nil
}

func (f *folder) book(id agent.ItemID, location agent.LocationID, l level, under underWay) agent.Book {
	stated := time.Unix(l.stated, 0).UTC()
	b := agent.Book{
		Item: id, Location: location, OnHand: l.onHand, Available: l.onHand, Tracked: l.tracked, Stocked: l.stated != 0,
		Stated: stated, Tick: tick, At: agent.Stamp{At: stated, Uncertainty: f.unsure},
	}
	if l.stated == 0 {
		now := f.clock.Now().UTC()
		b.Stated, b.At = now, agent.Stamp{At: now}
		return b
	}
	switch {
	case l.blurred, !under.allow(f, id, stated):
		b.Changed = stated
	case f.Movements:
		// Everything posted in an earlier second is contained, nothing later is.
		b.Changed = stated.Add(-tick)
	}
	return b
}

// current returns the files' snapshot. While a file is being written, the one from
// before still holds: it says itself when it was stated.
func (f *folder) current(ctx context.Context) (*snapshot, error) {
	catalog, levels, err := f.stamps()
	if err != nil {
		return nil, err
	}
	if f.stock != nil && f.stock.catalog == catalog && f.stock.levels == levels {
		return f.stock, nil
	}
	now := f.clock.Now()
	if left := max(left(catalog, now), left(levels, now)); left > 0 {
		if f.stock != nil {
			return f.stock, nil
		}
		return nil, writing(left)
	}
	s, err := f.load(ctx, catalog, levels)
	if err != nil {
		return nil, err
	}
	if c, l, err := f.stamps(); err != nil || c != catalog || l != levels {
		return nil, errors.Join(writing(quiet), err)
	}
	f.stock = s
	return s, nil
}

// left returns for how long a file must still be left alone.
func left(s stamp, now time.Time) time.Duration {
	if age := now.Sub(s.at); age.Abs() < quiet {
		return quiet - age.Abs()
	}
	return 0
}

func writing(left time.Duration) error {
	return &agent.Error{
		Code: "csv.writing", Class: agent.Retry, After: left,
		What: "The files of the shop system are just being written.", Means: "They are read as soon as that is done.", Do: "There is nothing to do: it is tried again by itself.",
	}
}

// stamps looks at the two files. levels.csv may be missing: then the catalogue has
// the levels.
func (f *folder) stamps() (catalog, levels stamp, err error) {
	if err := f.present(); err != nil {
		return catalog, levels, err
	}
	for name, into := range map[string]*stamp{catalogFile: &catalog, levelsFile: &levels} {
		info, err := os.Stat(f.path(name))
		switch {
		case err == nil:
			*into = stampOf(info)
		case !os.IsNotExist(err):
			return catalog, levels, f.trouble(name, err)
		}
	}
	return catalog, levels, nil
}

// load reads the files.
func (f *folder) load(ctx context.Context, catalog, levels stamp) (*snapshot, error) {
	s := &snapshot{catalog: catalog, levels: levels, seed: maphash.MakeSeed(), items: make(map[uint64]level)}
	file, before := catalogFile, 0 // that has the levels, and the problems before it
	if catalog != (stamp{}) {
		if err := f.eachRow(ctx, s, catalogFile, func(row Row) error {
			s.items[s.key(row.Item.SKU)] = level{tracked: row.Item.Tracked}
			if levels != (stamp{}) {
				return nil
			}
			return f.state(s, row, catalogFile, catalog.at)
		}); err != nil {
			return nil, err
		}
	}
	if levels != (stamp{}) {
		file, before = levelsFile, len(s.problems)
		if err := f.eachRow(ctx, s, levelsFile, func(row Row) error { return f.state(s, row, levelsFile, levels.at) }); err != nil {
			return nil, err
		}
	}
	if s.newest.IsZero() {
		return nil, f.noLevels(file, s.problems[before:])
	}
	return s, f.blur(ctx, s)
}

// noLevels is the error for files without any level, whose lines may be why.
func (f *folder) noLevels(file string, bad []agent.Finding) error {
	e := &agent.Error{
		Code: "csv.no-levels", Class: agent.Refuse, What: fmt.Sprintf("No file in %s says how much is on hand.", f.Folder),
		Means: "Counts have nothing to be compared with.", Do: "Export " + levelsFile + " with the columns sku and on_hand.",
	}
	if len(bad) > 0 {
		e.What, e.Do = bad[0].What, bad[0].Do
		e.Means = fmt.Sprintf("No line of %s can be used. %s", file, e.Means)
		if len(bad) > 1 {
			e.What += fmt.Sprintf(" Nor can %s be used.", several(len(bad)-1, "other line", "other lines"))
		}
	}
	return e
}

// eachRow reads one file of items to its end, and notes the lines that it left out.
func (f *folder) eachRow(ctx context.Context, s *snapshot, name string, use func(Row) error) error {
	file, err := os.Open(f.path(name))
	if err != nil {
		return f.trouble(name, err)
	}
	defer file.Close()
	if name == levelsFile || s.levels == (stamp{}) {
		if err := ended(file, name); err != nil {
			return err
		}
	}
	c, err := ReadCatalog(file, name)
	if err != nil {
		return err
	}
	if name == levelsFile && !c.columns.has("on_hand") {
		return headerError(name, "The column \"on_hand\" is missing.", "Add it, or rename the column that holds the quantity to \"on_hand\".")
	}
	c.Currency = f.Currency
	for {
		row, ok, err := c.NextRow()
		switch {
		case err != nil:
			return f.trouble(name, err)
		case !ok:
			s.note(name, c.Problems())
			return nil
		case c.Line()%1024 == 0 && ctx.Err() != nil:
			return stopped(ctx)
		}
		if err := use(row); err != nil {
			return err
		}
	}
}

// note keeps what keeps items from having a level. Warnings are for the import.
func (s *snapshot) note(name string, problems []Problem) {
	for _, p := range problems {
		if !p.Warning {
			s.problems = append(s.problems, p.finding(name))
		}
	}
}

func stopped(ctx context.Context) error {
	return &agent.Error{Code: "csv.stopped", Class: agent.Retry, What: "The reading was ended before it was done.", Do: "There is nothing to do: it is tried again by itself.", Err: ctx.Err()}
}

// ended refuses a file whose last line has no end: a 12 there may be the beginning
// of a 123.
func ended(file *os.File, name string) error {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := file.ReadAt(last, info.Size()-1); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if last[0] == '\n' || last[0] == '\r' {
		return nil
	}
	return &agent.Error{
		Code: "csv.cut", Class: agent.Retry, What: fmt.Sprintf("The last line of %s has no line break: the file is still being written, or was cut off.", name),
		Means: "It is not read: its last number may not be whole.",
		Do:    "Export it again. The exporting program must end every line with a line break; best it writes under another name and renames the file.",
	}
}

// state takes a row's level, stated at the row's own time or when the file was
// written.
func (f *folder) state(s *snapshot, row Row, name string, written time.Time) error {
	if !row.Counted {
		return nil
	}
	stated := written
	if row.statedAt != "" {
		at, problem := parseTime("stated_at", row.statedAt, f.zone)
		if problem != nil {
			return f.badTime(name, row.Line, problem)
		}
		if ahead := at.Sub(written); ahead > f.unsure+tick {
			return f.clocksDiffer(name, row.Line, ahead)
		}
		stated = at
	} else if f.Movements {
		return headerError(name, "The column \"stated_at\" is missing.", "Add it: with movements = true every level must say when it was read.")
	}
	key := s.key(row.Item.SKU)
	l, known := s.items[key]
	l.onHand, l.stated = row.OnHand, stated.Unix()
	l.tracked = row.Item.Tracked && (!known || l.tracked)
	s.items[key] = l
	if stated.After(s.newest) {
		s.newest = stated
	}
	if s.oldest.IsZero() || stated.Before(s.oldest) {
		s.oldest = stated
	}
	return nil
}

func (f *folder) badTime(name string, line int, p *Problem) error {
	p.Line = line
	return &agent.Error{
		Code: "csv.time", Class: agent.Refuse, What: fmt.Sprintf("In %s, line %d, column %s: %s", name, line, p.Column, p.What),
		Means: "Without its time a level cannot be compared with what was counted. The file is not used.", Do: p.Do,
	}
}

func (f *folder) clocksDiffer(name string, line int, ahead time.Duration) error {
	return &agent.Error{
		Code: "csv.clock", Class: agent.Refuse,
		What:  fmt.Sprintf("In %s, line %d says a time that is %s later than the file was written.", name, line, ahead.Round(time.Second)),
		Means: "The two clocks differ, or the time zone is wrong. Sales would fall on the wrong side of the count, so the file is not used.",
		Do:    "Set the clock of the exporting computer, write times with their zone, or set time_zone.",
	}
}
