package queue

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/gofrs/flock"

	"github.com/stockhand/stockhand/agent"
)

// lock keeps a second agent off the file. It is a file of its own beside the
// database: this process must never open the database file by itself, since
// closing it would drop SQLite's locks (https://www.sqlite.org/howtocorrupt.html,
// section 2.2).
func lock(path string) (*flock.Flock, error) {
	f := flock.New(lockPath(path))
	held, err := f.TryLock()
	if err != nil {
		return nil, &agent.Error{
			Code: "database-lock", Class: agent.Refuse, Err: err,
			What:  "The lock file beside the database cannot be used.",
			Means: "It cannot be ruled out that another agent uses the database, so it was not opened.",
			Do:    "Check that the user who runs the agent may write to the folder.",
		}
	}
	if !held {
		return nil, inUse(path)
	}
	writePID(f.Path())
	return f, nil
}

func lockPath(path string) string { return path + ".lock" }

func inUse(path string) error {
	holder := "Another agent"
	if pid, ok := readPID(lockPath(path)); ok {
		holder = fmt.Sprintf("Another agent (process %d)", pid)
	}
	return &agent.Error{
		Code: "database-in-use", Class: agent.Refuse,
		What:  holder + " uses the database.",
		Means: "Two agents on one database would spoil each other's counts, so this one did not start.",
		Do:    "Use the agent that runs, or stop it first.",
	}
}

// The process id stands behind the file's first byte, which Windows makes
// unreadable to others while it is locked. It only serves the message.

func writePID(path string) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = f.WriteAt(fmt.Appendf(nil, "%-20d", os.Getpid()), 1)
}

func readPID(path string) (int, bool) {
	f, err := os.Open(path)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	text := make([]byte, 20)
	n, _ := f.ReadAt(text, 1)
	pid, err := strconv.Atoi(strings.Trim(string(text[:n]), " \x00"))
	return pid, err == nil
}
