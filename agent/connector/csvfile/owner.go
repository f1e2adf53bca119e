package csvfile

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// ownerFile says in outFolder which agent writes adjustments there. Two agents would
// both find the same goods missing and both say so, and the shop would take them off
// twice.
const ownerFile = ".owner.json"

// idFile holds in the agent's own data what it is known by in an ownerFile.
const idFile = "owner-id"

// How an ownerFile was made. Both let one of several agents through.
const (
	byLink = "link"      // written whole under another name, then linked
	byExcl = "exclusive" // made where nothing was, then written: for shares without links
)

// claim is what an ownerFile says; the zero claim is nobody's.
type claim struct {
	ID    string    `json:"id"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
	How   string    `json:"how"`
	// From is the computer of the agent before, where a person let this one take over.
	From string `json:"taken_from,omitempty"`
}

// takenOver is when a person gave the folder to its owner; zero if it was nobody's
// before.
func (c claim) takenOver() time.Time {
	if c.From == "" {
		return time.Time{}
	}
	return c.Since
}

// own makes sure that this agent may write adjustments. It claims a folder that is
// nobody's.
func (f *folder) own() error {
	owner, err := f.owner()
	if err == nil && owner == (claim{}) {
		owner, err = f.found()
	}
	if err != nil {
		return err
	}
	return f.refuse(owner)
}

// regard looks whose the folder is, and refuses another agent's. It claims nothing.
func (f *folder) regard() (claim, error) {
	owner, err := f.owner()
	if err != nil {
		return owner, err
	}
	return owner, f.refuse(owner)
}

// owner reads whose the folder is.
func (f *folder) owner() (claim, error) {
	var c claim
	path := f.path(outFolder, ownerFile)
	data, err := os.ReadFile(path)
	switch {
	case os.IsNotExist(err):
		f.unclear = time.Time{}
		return c, nil
	case err != nil:
		return c, f.trouble(outFolder+"/"+ownerFile, err)
	}
	if json.Unmarshal(data, &c) == nil && c.ID != "" {
		f.unclear = time.Time{}
		return c, nil
	}
	return claim{}, f.unreadable(path)
}

// unreadable is a claim that is just being written, or that was never finished: which
// it is shows in a minute by our own clock, whatever the share's says.
func (f *folder) unreadable(path string) error {
	now := f.clock.Now()
	if f.unclear.IsZero() {
		f.unclear = now
	}
	if now.Sub(f.unclear) < time.Minute {
		return &agent.Error{
			Code: "csv.owner-unclear", Class: agent.Retry, After: quiet,
			What:  "An agent is just claiming " + f.path(outFolder) + " for itself.",
			Means: "It is not known yet which agent may write adjustments there.", Do: "There is nothing to do: it is tried again by itself.",
		}
	}
	return &agent.Error{
		Code: "csv.owner-damaged", Class: agent.Refuse,
		What:  path + " does not say which agent writes adjustments into the folder: it was not written to its end.",
		Means: "If two agents wrote there, the same goods would be taken off twice, so nothing is sent. What was counted waits; nothing is lost.",
		Do:    "Make sure that no other agent uses the folder, then run: stockhand upload take-over --from unknown",
	}
}

// found claims a folder that is nobody's, and returns whose it is then. Where two
// agents do it at once, one of them finds the other's claim.
func (f *folder) found() (claim, error) {
	mine, err := f.identity()
	if err != nil {
		return claim{}, f.unwritten(err)
	}
	if err := f.makeOut(); err != nil {
		return claim{}, f.unwritten(err)
	}
	mine.How = byLink
	err = f.link(mine)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		mine.How = byExcl
		err = f.exclusive(mine)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return claim{}, f.unwritten(err)
	}
	// Not what we wrote, but what is there: a share may say that a name exists because
	// our own call came through twice.
	return f.owner()
}

func (f *folder) makeOut() error {
	if err := os.MkdirAll(f.path(outFolder), 0o755); err != nil {
		return err
	}
	return f.sync(f.Folder)
}

// link puts a whole claim in its place where there is none.
func (f *folder) link(mine claim) error {
	begun, err := f.draft(mine)
	if err != nil {
		return err
	}
	defer os.Remove(begun)
	if err := f.linked(begun, f.path(outFolder, ownerFile)); err != nil {
		return err
	}
	return f.sync(f.path(outFolder))
}

// draft writes a claim under a name of its own.
func (f *folder) draft(c claim) (path string, err error) {
	path = f.path(outFolder, ".owner-"+c.ID+".part")
	data, err := json.MarshalIndent(c, "", "  ")
	if err == nil {
		err = writeDurably(path, append(data, '\n'), 0o644)
	}
	return path, err
}

// exclusive makes the file where there is none, and then writes it. Who reads it
// meanwhile is told to come again.
func (f *folder) exclusive(mine claim) error {
	data, err := json.MarshalIndent(mine, "", "  ")
	if err != nil {
		return err
	}
	path := f.path(outFolder, ownerFile)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(append(data, '\n'))
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		_ = os.Remove(path) // ours, and of no use
		return err
	}
	return f.sync(f.path(outFolder))
}

// identity returns the claim that this agent makes. Its id is made once.
func (f *folder) identity() (claim, error) {
	c := claim{Host: f.host, Since: f.clock.Now().UTC()}
	path := filepath.Join(f.ledger.dir, idFile)
	text, err := os.ReadFile(path)
	if err == nil && keyForm.Match(text) {
		c.ID = string(text)
		return c, nil
	}
	if err != nil && !os.IsNotExist(err) {
		return c, err
	}
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	c.ID = hex.EncodeToString(random[:])
	if err := os.MkdirAll(f.ledger.dir, 0o700); err != nil {
		return c, err
	}
	return c, replaceDurably(path, []byte(c.ID), f.sync)
}

// refuse returns an error where the owner is another agent. A copy of an agent's data
// on another computer has its id: it is another agent, too.
func (f *folder) refuse(owner claim) error {
	if owner == (claim{}) {
		return nil
	}
	mine, err := f.identity()
	switch {
	case err != nil:
		return f.unwritten(err)
	case owner.ID != mine.ID:
		return f.taken(owner, fmt.Sprintf("The agent on the computer %s writes adjustments into %s, since %s.", owner.name(), f.path(outFolder), f.day(owner.Since)))
	case owner.Host != mine.Host:
		return f.taken(owner, fmt.Sprintf("This agent's data says that it writes adjustments into %s from the computer %s, but this computer is called %s: it was renamed, or the data was copied.",
			f.path(outFolder), owner.name(), f.host))
	}
	return nil
}

func (f *folder) taken(owner claim, what string) error {
	return &agent.Error{
		Code: "csv.owner", Class: agent.Refuse, What: what,
		Means: "Two agents in one folder would take the same goods off twice, so this one sends nothing. What was counted waits; nothing is lost.",
		Do: fmt.Sprintf("If %[1]s still uses the folder, give this agent another one. If it never will again, stop the agent there for good, then run: stockhand upload take-over --from %[1]s",
			owner.name()),
	}
}

func (c claim) name() string {
	if name := strings.Join(strings.Fields(printable(c.Host)), "-"); name != "" {
		return name
	}
	return nameless
}

// nameless is how the owner is called whose claim does not say it.
const nameless = "unknown"

func (f *folder) day(at time.Time) string { return at.In(f.zone).Format("2 January 2006 15:04") }

// TakeOver makes the folder this agent's, from an agent that is named by its computer
// and never comes back. It implements agent.Successor.
//
// The agent before may have written what the levels do not contain yet, so they are
// believed again when they are newer than this.
func (f *folder) TakeOver(_ context.Context, from string) error {
	if err := f.present(); err != nil {
		return err
	}
	owner, err := f.owner()
	if e := (*agent.Error)(nil); errors.As(err, &e) && strings.HasPrefix(e.Code, "csv.owner-") {
		owner, err = claim{ID: nameless}, nil
	}
	mine, failed := f.identity()
	switch {
	case err != nil || failed != nil:
		return errors.Join(err, failed)
	case f.refuse(owner) == nil:
		return notTaken(fmt.Sprintf("No other agent has %s.", f.path(outFolder)), "There is nothing to do.")
	case owner.name() != from:
		return notTaken(fmt.Sprintf("It is the agent on the computer %s that has %s, not one on %s.", owner.name(), f.path(outFolder), printable(from)),
			"Look which agent it is that never comes back.")
	}
	mine.From, mine.How = owner.name(), byLink
	begun, err := f.draft(mine)
	if err == nil {
		err = os.Rename(begun, f.path(outFolder, ownerFile))
	}
	if err == nil {
		err = f.sync(f.path(outFolder))
	}
	if err != nil {
		return f.unwritten(err)
	}
	_, err = f.regard()
	return err
}

func notTaken(what, do string) error {
	return &agent.Error{Code: "csv.not-taken-over", Class: agent.Refuse, What: what, Means: "Nothing was changed.", Do: do}
}

// checkOwner tells whose the folder is.
func (f *folder) checkOwner() agent.Finding {
	owner, err := f.regard()
	switch {
	case err != nil:
		return broken(err)
	case owner == (claim{}):
		return agent.Finding{Severity: agent.Fine, Code: "csv.owner", What: "No agent has written adjustments into the folder yet."}
	}
	how := "by a hard link"
	if owner.How == byExcl {
		how = "by making the file where there was none, since the folder knows no hard links"
	}
	return agent.Finding{Severity: agent.Fine, Code: "csv.owner", What: fmt.Sprintf("This agent alone writes adjustments into the folder, since %s (%s).", f.day(owner.Since), how)}
}
