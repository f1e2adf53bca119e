package queue

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// A file that proves damaged is not repaired by guessing: it is left as it is, and
// the agent goes on storing in a fresh file beside it. A note beside the damaged
// file (stockhand.db.damaged) names the fresh one, so that every later start finds
// it, until a person has put a sound file in its place and removed the note.

// Damage explains why a fresh file is in use instead of the one that Open was
// asked for; nil if it is not.
func (q *Queue) Damage() *agent.Error { return q.damage }

// Acknowledged reports whether somebody has said to know of the Damage.
func (q *Queue) Acknowledged() bool { return q.seen.Load() }

// acknowledged begins the line of a note that says who knows of it.
const acknowledged = "Acknowledged at "

// Acknowledge notes who knows of the Damage. Another file that proves damaged is
// told anew.
func (q *Queue) Acknowledge(who agent.Actor) error {
	if q.damage == nil || q.writer == nil || !q.seen.CompareAndSwap(false, true) {
		return nil
	}
	text, err := os.ReadFile(notePath(q.beside))
	if err == nil {
		line := fmt.Sprintf("%s%s by %s\n", acknowledged, q.clock.Now().UTC().Format("2006-01-02 15:04:05 MST"), joinActor(who))
		err = writeNote(q.beside, string(text)+line)
	}
	if err != nil {
		q.seen.Store(false)
	}
	return explain("note that the damage is known", err)
}

// InUse returns the file that Open would go on in, without opening it, and the
// Damage if it is another one and nobody acknowledged that.
func InUse(path string) (file string, damage *agent.Error, err error) {
	for file = path; ; {
		fresh, err := readNote(file)
		if err != nil || fresh == "" {
			return file, damage, err
		}
		if damage = nil; !isAcknowledged(file) {
			damage = besides(path, fresh)
		}
		file = fresh
	}
}

// isAcknowledged reports whether the note beside a file was acknowledged.
func isAcknowledged(path string) bool {
	text, err := os.ReadFile(notePath(path))
	return err == nil && strings.Contains(string(text), "\n"+acknowledged)
}

// openSound opens the file, or a fresh one beside it if it is damaged. ours tells
// that an agent has used the file before.
func (q *Queue) openSound(ctx context.Context, steps []migration, version string, ours bool) error {
	asked, damaged := q.path, ""
	for {
		fresh, err := readNote(q.path)
		if err == nil && fresh == "" {
			isNew := !exists(q.path)
			err = q.openWriter(ctx, steps, version)
			switch {
			case err == nil && damaged != "":
				q.replaces(ctx, asked, damaged, isNew)
				return nil
			case !isDamage(err):
				return err
			case isNoDatabase(err) && !ours:
				return foreign(q.path)
			}
			fresh, err = q.setAside(err)
		}
		if err != nil {
			return err
		}
		if err := q.pools.close(); err != nil {
			q.log.Warn("a damaged file could not be closed", "error", err)
		}
		damaged, ours = q.path, true
		q.pools, q.path = pools{}, fresh
	}
}

// replaces says that a fresh file is in use, and fills it if it is new.
func (q *Queue) replaces(ctx context.Context, asked, damaged string, isNew bool) {
	q.damage, q.beside = besides(asked, q.path), damaged
	q.seen.Store(isAcknowledged(damaged))
	if q.seen.Load() {
		q.log.Info("a damaged file is not used, as is known", "code", q.damage.Code, "file", asked)
	} else {
		q.log.Error("a damaged file is not used", "code", q.damage.Code, "error", q.damage)
	}
	if isNew {
		q.carryOver(ctx, damaged)
	}
}

// setAside writes the note beside a damaged file and returns the fresh file that
// it names.
func (q *Queue) setAside(cause error) (fresh string, err error) {
	stem := strings.TrimSuffix(q.path, filepath.Ext(q.path))
	for n := 1; ; n++ {
		fresh = fmt.Sprintf("%s-fresh-%d%s", stem, n, filepath.Ext(q.path))
		if !exists(fresh) && !exists(fresh+"-wal") {
			break
		}
	}
	text := fmt.Sprintf("%s\n\n%s\nFound damaged at %s: %v\n", filepath.Base(fresh), besides(q.path, fresh).Error(),
		q.clock.Now().UTC().Format("2006-01-02 15:04:05 MST"), cause)
	return fresh, explain("note that the file is damaged", writeNote(q.path, text))
}

func notePath(path string) string { return path + ".damaged" }

// readNote returns the fresh file that the note beside a file names, or "".
func readNote(path string) (fresh string, err error) {
	text, err := os.ReadFile(notePath(path))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	name, _, _ := strings.Cut(string(text), "\n")
	name = strings.TrimSpace(name)
	if err != nil || name == "" || name != filepath.Base(name) || name == filepath.Base(path) {
		return "", &agent.Error{
			Code: "database-note", Class: agent.Refuse, Err: err,
			What:  "The note " + notePath(path) + " cannot be understood.",
			Means: "It should name the file that is used instead of a damaged one, so nothing was opened.",
			Do:    "Write the name of that file into its first line. Remove the note only if the database was replaced by a sound one.",
		}
	}
	return filepath.Join(filepath.Dir(path), name), nil
}

// writeNote stores a note under its name only when it is on disk.
func writeNote(path, text string) error {
	unfinished := notePath(path) + ".unfinished"
	if err := os.WriteFile(unfinished, []byte(text), 0o600); err != nil {
		return err
	}
	if err := syncFile(unfinished); err != nil {
		return err
	}
	return errors.Join(os.Rename(unfinished, notePath(path)), syncFolder(filepath.Dir(path)))
}

func besides(damaged, fresh string) *agent.Error {
	return &agent.Error{
		Code: "database-fresh", Class: agent.Fault,
		What:  fmt.Sprintf("The database file %s is damaged, so everything new is stored in %s beside it.", damaged, fresh),
		Means: "Nothing that is scanned now is lost. Counts from before are not shown, and what waited there for the shop is not sent.",
		Do: fmt.Sprintf("Keep both files. To go on from a backup, stop the agent, move both files away, put the backup in the place of %s and remove the note %s.",
			filepath.Base(damaged), filepath.Base(notePath(damaged))),
	}
}

// spoil notes that the file proved damaged while it was in use. Run ends with the
// error then, so that the agent starts again and goes on in a fresh file.
func (q *Queue) spoil(cause error) {
	q.spoilt.Do(func() {
		if _, err := q.setAside(cause); err != nil {
			q.log.Error("it could not be noted that the database is damaged", "error", err)
		}
		q.log.Error("the database is damaged", "code", codeDamaged, "error", cause)
		q.ruin <- cause
	})
}
