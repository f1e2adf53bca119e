package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/csvfile"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
)

// importCatalog is a catalogue to import: the file comes with the command, or as
// text.
type importCatalog struct {
	Source   string `json:"source"` // the file's name, for the log
	CSV      string `json:"csv,omitempty"`
	Currency string `json:"currency,omitempty"` // of amounts in lines that name none
	Check    bool   `json:"check,omitempty"`    // only say what would be left out
	Replace  bool   `json:"replace,omitempty"`  // though much of the catalogue goes
}

// imported tells what became of an import.
type imported struct {
	Fact     agent.CatalogFact `json:"fact"`
	Problems []csvfile.Problem `json:"problems"` // the first of them
	LeftOut  int64             `json:"left_out"` // lines
	Warnings int64             `json:"warnings"`
	Merged   bool              `json:"merged"` // into the upstream's own catalogue
	// Changes is nil where a check cannot know them.
	Changes *changes `json:"changes,omitempty"`
}

// shownProblems is how many bad lines are told one by one.
const shownProblems = 200

// take adds what a reader has to say about its lines.
func (r *imported) take(problems []csvfile.Problem, leftOut, warnings int64) {
	r.LeftOut += leftOut
	r.Warnings += warnings
	room := max(0, shownProblems-len(r.Problems))
	r.Problems = append(r.Problems, problems[:min(room, len(problems))]...)
}

// catalogImport replaces the catalogue by a CSV file. The file is read twice:
// first for the places and for what is wrong with it, then for the items.
func (w *works) catalogImport(ctx context.Context, caller agent.Caller, a importCatalog) (imported, error) {
	r := imported{Problems: []csvfile.Problem{}}
	x := local.From(ctx)
	if x.Body == nil {
		x.Body = strings.NewReader(a.CSV)
	}
	file, err := w.spool(x.Body)
	if err != nil {
		return r, err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	places, err := a.look(file, &r)
	if err != nil || a.Check && w.merges() {
		return r, err
	}
	items, err := a.reader(file)
	if err != nil {
		return r, err
	}
	if a.Check {
		return r, w.wouldChange(ctx, items.Next, &r)
	}
	next := items.Next
	if w.merges() {
		r.Merged = true
		if next, places, err = w.merging(ctx, items, places, &r); err != nil {
			return r, err
		}
	}
	c := &compared{Catalog: w.queue, store: w.queue, may: unasked}
	if a.Replace {
		c.may = anything
	}
	r.Fact, err = c.Replace(ctx, caller.Actor, w.clock.Now(), a.Source, next, places, told(x))
	r.Changes = &c.changes
	if err == nil && !r.Merged {
		// It is no shop's any more: no shop's changes are brought into it.
		_, err = w.queue.Update(ctx, caller.Actor, w.clock.Now(), a.Source, nil, agent.CatalogMark{Source: a.Source})
	}
	if err == nil {
		err = w.overruled(ctx, &r)
	}
	return r, err
}

// wouldChange compares a catalogue with the one in force and leaves it at that.
func (w *works) wouldChange(ctx context.Context, next func() (agent.Item, bool, error), r *imported) error {
	c := &compared{store: w.queue, may: anything}
	err := c.begin(ctx, next)
	for more := true; more && err == nil; {
		_, more, err = c.Next()
	}
	r.Changes = &c.changes
	return err
}

// reader begins to read a file from its beginning.
func (a importCatalog) reader(file *os.File) (*csvfile.CatalogReader, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	reader, err := csvfile.ReadCatalog(file, a.Source)
	if err == nil {
		reader.Currency = a.Currency
	}
	return reader, err
}

// look reads a file to its end and returns its places.
func (a importCatalog) look(file *os.File, r *imported) ([]agent.Place, error) {
	reader, err := a.reader(file)
	for more := true; more && err == nil; {
		_, more, err = reader.Next()
	}
	if err != nil {
		return nil, err
	}
	r.take(reader.Problems(), reader.Skipped(), reader.Warnings())
	return reader.Places(), nil
}

// told passes the progress of an import on.
func told(x local.Exchange) func(int64) {
	tell := toldOf(x)
	return func(items int64) { tell(agent.Progress{Stage: agent.Storing, Done: items}) }
}

func toldOf(x local.Exchange) func(agent.Progress) {
	return func(p agent.Progress) { _ = x.Tell(p) } // who hung up ends the context
}

// spool keeps a file that is sent along until it was read twice.
func (w *works) spool(body io.Reader) (*os.File, error) {
	file, err := os.CreateTemp(w.config.Agent.Data, spooled)
	if err != nil {
		return nil, err
	}
	if _, err = io.Copy(file, body); err != nil {
		_ = file.Close()
		_ = os.Remove(file.Name())
		return nil, &agent.Error{
			Code: "catalog-file", Class: agent.Refuse, Err: err, What: "The catalogue's file did not arrive whole.",
			Means: "The catalogue in force stays.", Do: "Try again. Look whether the disk is full.",
		}
	}
	return file, nil
}

func (w *works) catalogSync(ctx context.Context, caller agent.Caller, _ nothing) (imported, error) {
	r := imported{Problems: []csvfile.Problem{}}
	if err := w.needUpstream(); err != nil {
		return r, err
	}
	c := &compared{Catalog: w.queue, store: w.queue, may: emptied}
	fact, skipped, err := w.feed.Sync(ctx, c, caller.Actor, toldOf(local.From(ctx)))
	err = once(err, "The catalogue in force stays.")
	r.Fact, r.Changes = fact, &c.changes
	for _, f := range skipped {
		p := csvfile.Problem{What: f.What, Do: f.Do, Warning: f.Severity == agent.Fine}
		if p.Warning {
			r.take([]csvfile.Problem{p}, 0, 1)
		} else {
			r.take([]csvfile.Problem{p}, 1, 0)
		}
	}
	if err == nil {
		err = errors.Join(w.shared(ctx, &r), w.overruled(ctx, &r))
	}
	return r, err
}

// once tells a failure of the upstream to whoever asked for something that is not
// tried again by itself.
func once(err error, means string) error {
	e, ok := errors.AsType[*agent.Error](err)
	if !ok || e.Class != agent.Retry {
		return err
	}
	told := *e
	told.Means, told.Do = means, askedAgain(e.Do)
	return &told
}

// askedAgain turns what to do while the agent tries again into what to do about a
// command.
func askedAgain(do string) string {
	var rest []string
	for sentence := range strings.SplitSeq(do, ". ") {
		own := strings.Contains(sentence, "tried again") || strings.HasPrefix(sentence, "There is nothing to do")
		if sentence = strings.TrimSuffix(sentence, "."); sentence != "" && !own {
			rest = append(rest, sentence+".")
		}
	}
	switch left := strings.Join(rest, " "); {
	case left == "":
		return "Give the command again."
	case strings.HasPrefix(left, "If it lasts"):
		return "Give the command again. " + left
	default:
		return left + " Then give the command again."
	}
}

// exportedCatalog is the catalogue in force.
type exportedCatalog struct {
	Items  []agent.Item  `json:"items"`
	Places []agent.Place `json:"places"`
}

func (w *works) catalogExport(ctx context.Context, _ agent.Caller, _ nothing) (exportedCatalog, error) {
	var x exportedCatalog
	err := w.queue.Read(ctx, func(v agent.View) (err error) {
		if x.Items, err = v.Items(); err != nil {
			return err
		}
		x.Places, err = v.Places()
		return err
	})
	return x, err
}

// wantedItems names items.
type wantedItems struct {
	Items []agent.ItemID `json:"items"`
}

func (w *works) catalogItems(ctx context.Context, _ agent.Caller, a wantedItems) ([]agent.Item, error) {
	items := []agent.Item{}
	if len(a.Items) == 0 { // which would mean all of them
		return items, nil
	}
	err := w.queue.Read(ctx, func(v agent.View) error {
		found, err := v.Items(a.Items...)
		items = append(items, found...)
		return err
	})
	return items, err
}
