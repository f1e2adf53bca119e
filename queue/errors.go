package queue

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/stockhand/stockhand/agent"
)

// isStorage reports whether an error came from SQLite and concerns the file or
// the disk rather than what was asked for.
func isStorage(err error) bool {
	var failed sqlite3.Error
	if !errors.As(err, &failed) {
		return false
	}
	switch failed.Code {
	case sqlite3.ErrError, sqlite3.ErrConstraint, sqlite3.ErrMismatch, sqlite3.ErrTooBig, sqlite3.ErrRange, sqlite3.ErrMisuse:
		return false
	}
	return true
}

// isDamage reports whether an error means that the file cannot be trusted.
func isDamage(err error) bool {
	return errors.Is(explain("be read", err), &agent.Error{Code: codeDamaged})
}

// isFull reports whether there was no room on the disk.
func isFull(err error) bool {
	var failed sqlite3.Error
	return errors.As(err, &failed) && failed.Code == sqlite3.ErrFull
}

// isNoDatabase reports whether a file is none of SQLite's at all.
func isNoDatabase(err error) bool {
	var failed sqlite3.Error
	return errors.As(err, &failed) && failed.Code == sqlite3.ErrNotADB
}

func full(means string, cause error) *agent.Error {
	return &agent.Error{
		Code: "disk-full", Class: agent.Retry, Err: cause, After: 5 * time.Second,
		What:  "The disk is full.",
		Means: means + " Everything that was acknowledged before is safe.",
		Do:    "Make room on the disk, then scan or enter it again. No restart is needed.",
	}
}

const codeDamaged = "database-damaged"

// explain turns whatever went wrong with the database into an error that people
// can act on. Causes are told apart by SQLite's result codes, never by text
// (https://www.sqlite.org/rescode.html).
func explain(doing string, err error) error {
	var known *agent.Error
	var failed sqlite3.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case !errors.As(err, &failed):
		return fault("database", "The database could not "+doing+".", fmt.Errorf("%s: %w", doing, err))
	}
	cause := fmt.Errorf("%s: %w", doing, failed)
	switch failed.Code {
	case sqlite3.ErrFull:
		return full("This entry was not stored.", cause)
	case sqlite3.ErrIoErr:
		if failed.SystemErrno == syscall.ENOSPC { // where SQLite does not ask for the cause
			return full("It is not certain that this entry was stored.", cause)
		}
		return &agent.Error{
			Code: "disk-error", Class: agent.Retry, Err: cause, After: time.Second,
			What:  "The disk reported an error.",
			Means: "It is not certain that this entry was stored. Everything that was acknowledged before is safe.",
			Do:    "Try again. If it happens again, check the disk and its cable, and make a backup.",
		}
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return &agent.Error{
			Code: "database-busy", Class: agent.Retry, Err: cause, After: time.Second,
			What:  "Another program holds the database.",
			Means: "This entry was not stored. Nothing was lost.",
			Do:    "Close other programs that have the database open, then try again.",
		}
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return damaged("The database file is damaged.", cause)
	case sqlite3.ErrCantOpen, sqlite3.ErrPerm, sqlite3.ErrAuth, sqlite3.ErrReadonly:
		return &agent.Error{
			Code: "database-denied", Class: agent.Refuse, Err: cause,
			What:  "The database file cannot be opened for writing.",
			Means: "Nothing was changed.",
			Do:    "Check that the folder exists and that the user who runs the agent may write to it.",
		}
	}
	return fault("database", "The database could not "+doing+".", cause)
}

func damaged(what string, cause error) error {
	return &agent.Error{
		Code: codeDamaged, Class: agent.Fault, Err: cause,
		What:  what,
		Means: "Parts of what was stored may not be readable. The file was left as it is.",
		Do:    "Keep the file, restore the newest backup, and run the verify command on both.",
	}
}

func fault(code, what string, cause error) error {
	return &agent.Error{
		Code: code, Class: agent.Fault, Err: cause,
		What:  what,
		Means: "Nothing was stored.",
		Do:    "Try again. If it happens again, look at the log.",
	}
}

// refused says why an entry or event cannot follow what is in the log. The use
// cases check before they write, so people see it only when two of them meet.
func refused(code, what string) error {
	return &agent.Error{
		Code: code, Class: agent.Clash,
		What:  what,
		Means: "Nothing was stored.",
		Do:    "Look at what is there now, then try again.",
	}
}

var errClosed = &agent.Error{
	Code: "closed", Class: agent.Retry,
	What:  "The agent is stopping.",
	Means: "This entry was not stored.",
	Do:    "Try again when the agent runs.",
}

var errReadOnly = &agent.Error{
	Code: "read-only", Class: agent.Refuse,
	What:  "The database was opened for reading only.",
	Means: "Nothing was changed.",
	Do:    "Use the running agent, or start it.",
}
