package csvfile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/stockhand/stockhand/agent"
)

// temporary is the name under which a file is written. No importing program takes
// a name that begins with a dot.
func (f *folder) temporary(key string) string {
	return f.path(outFolder, "."+fileName(key)+".part")
}

// whereabouts is what can be found out about a request's file.
type whereabouts int

const (
	absent  whereabouts = iota // it never had its name, and nothing was begun
	begun                      // whole under its temporary name, never under its own
	arrived                    // it had its name
)

// whereIs finds out about a file. The answer is certain.
func (f *folder) whereIs(key string) (whereabouts, error) {
	for _, path := range []string{f.path(outFolder, fileName(key)), f.path(outFolder, doneFolder, fileName(key))} {
		if _, err := os.Stat(path); err == nil || !os.IsNotExist(err) {
			return arrived, err
		}
	}
	entered, err := f.ledger.has(key)
	if err != nil || !entered {
		return absent, err
	}
	_, err = os.Stat(f.temporary(key))
	if err == nil {
		return begun, nil
	}
	if os.IsNotExist(err) {
		return arrived, nil
	}
	return absent, err
}

// Send hands a request's file over: whole, or not at all, and once.
func (f *folder) Send(ctx context.Context, request agent.Request) agent.Outcome {
	key := request.Document.Key
	if !keyForm.MatchString(key) {
		return agent.Outcome{Class: agent.OutcomeRejected, Problem: badKey()}
	}
	if ctx.Err() != nil {
		return notSent(stopped(ctx))
	}
	where, err := f.place(key)
	if err != nil {
		return notKnown(err)
	}
	if where == arrived {
		return f.confirm(key, agent.OutcomeRepeated)
	}
	if err := f.own(); err != nil {
		return notSent(err)
	}
	if where == absent {
		if o, ok := f.prepare(ctx, request); !ok {
			return o
		}
	}
	return f.publish(key)
}

// place is whereIs for a folder that is there.
func (f *folder) place(key string) (whereabouts, error) {
	if !keyForm.MatchString(key) {
		return absent, badKey()
	}
	if err := f.present(); err != nil {
		return absent, err
	}
	where, err := f.whereIs(key)
	if err != nil {
		return absent, f.trouble(outFolder, err)
	}
	return where, nil
}

// prepare writes the file under its temporary name and enters it in the ledger.
func (f *folder) prepare(ctx context.Context, request agent.Request) (agent.Outcome, bool) {
	if o, ok := f.accepts(ctx, request); !ok {
		return o, false
	}
	temporary := f.temporary(request.Document.Key)
	err := f.makeOut()
	if err == nil {
		err = writeDurably(temporary, request.Document.Body, 0o644)
	}
	if err == nil {
		err = f.sync(filepath.Dir(temporary))
	}
	if err != nil {
		_ = os.Remove(temporary) // without an entry it means nothing
		return notSent(f.unwritten(err)), false
	}
	h := &handed{Key: request.Document.Key, Written: f.clock.Now().UTC()}
	for _, line := range request.Lines {
		h.Items = append(h.Items, line.Item)
	}
	if err := f.ledger.put(h, f.sync); err != nil {
		return notSent(f.unwritten(err)), false
	}
	return agent.Outcome{}, true
}

// accepts refuses lines whose articles the folder does not know.
func (f *folder) accepts(ctx context.Context, request agent.Request) (agent.Outcome, bool) {
	s, err := f.current(ctx)
	if err != nil {
		return notSent(err), false
	}
	var lines []agent.LineOutcome
	for i, line := range request.Lines {
		if _, known := s.find(line.Item); !known {
			lines = append(lines, agent.LineOutcome{Index: i, Problem: &agent.Error{
				Code: "csv.no-item", Class: agent.Refuse, What: fmt.Sprintf("The shop system's files do not know the SKU %q any more.", printable(string(line.Item))),
				Means: "Its adjustment was not written.", Do: "Look whether the article was renamed or removed, and count it again.",
			}})
		}
	}
	if len(lines) > 0 {
		return agent.Outcome{Class: agent.OutcomeRejected, Lines: lines, Problem: lines[0].Problem}, false
	}
	return agent.Outcome{}, true
}

// publish gives the file its name. From here on it is not known what happened
// until the disk has confirmed it. Whose the folder is is looked at once more: a person
// may have given it to another agent while this one slept.
func (f *folder) publish(key string) agent.Outcome {
	if err := f.own(); err != nil {
		return notSent(err)
	}
	if err := os.Rename(f.temporary(key), f.path(outFolder, fileName(key))); err != nil {
		return notSent(f.unwritten(err))
	}
	return f.confirm(key, agent.OutcomeApplied)
}

// confirm makes sure that the file's name is on the disk, too.
func (f *folder) confirm(key string, class agent.OutcomeClass) agent.Outcome {
	if err := f.sync(f.path(outFolder)); err != nil && !os.IsNotExist(err) {
		return agent.Outcome{Class: agent.OutcomeUnknown, Problem: f.unwritten(err)}
	}
	return agent.Outcome{Class: class, Ref: fileName(key)}
}

func (f *folder) unwritten(err error) *agent.Error {
	e := agent.AsError(f.trouble(outFolder, err))
	if e.Class == agent.Retry {
		e.Code, e.What = "csv.unwritten", fmt.Sprintf("An adjustment file cannot be written into %s.", f.path(outFolder))
		e.Do = "Look whether the disk is full and the folder can be reached. It is tried again."
	}
	e.Means = "The adjustment waits; nothing is lost."
	return e
}

// notSent is the outcome of an attempt of which the file certainly did not arrive.
func notSent(err error) agent.Outcome {
	e := agent.AsError(err)
	return agent.Outcome{Class: agent.OutcomeLater, After: e.After, Problem: e, Pause: e.Class != agent.Retry}
}

// notKnown is the outcome where the folder could not even be looked at.
func notKnown(err error) agent.Outcome {
	e := agent.AsError(err)
	return agent.Outcome{Class: agent.OutcomeUnknown, After: e.After, Problem: e, Pause: e.Class != agent.Retry}
}

// Find looks a request's file up by its name.
func (f *folder) Find(_ context.Context, request agent.Request) agent.Outcome {
	key := request.Document.Key
	where, err := f.place(key)
	if err != nil {
		return notKnown(err)
	}
	switch where {
	case arrived:
		return f.confirm(key, agent.OutcomeRepeated)
	case begun:
		// Its lines will be planned anew, so it must never get its name. The entry goes
		// first: without it the temporary file means nothing.
		if err := f.ledger.forget(key, f.sync); err != nil {
			return notKnown(f.unwritten(err))
		}
	case absent:
	}
	if err := os.Remove(f.temporary(key)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return notKnown(f.unwritten(err))
	}
	return agent.Outcome{Class: agent.OutcomeLater, Problem: &agent.Error{
		Code: "csv.not-there", Class: agent.Retry, What: fmt.Sprintf("The file %s was never written.", fileName(key)),
		Means: "Its adjustments are planned again.", Do: "There is nothing to do.",
	}}
}
