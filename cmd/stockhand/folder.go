package main

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"

	"github.com/stockhand/stockhand/agent"
)

// spooled is what the files of imports are called in the data folder.
const spooled = "import-*.csv"

// tidy removes what imports left behind that were ended from outside. It is for whoever
// has the database open: nobody else imports then.
func tidy(folder string, log *slog.Logger) {
	names, _ := filepath.Glob(filepath.Join(folder, spooled)) // the pattern is a good one
	for _, name := range names {
		if err := os.Remove(name); err != nil {
			log.Warn("a file that an import left behind cannot be removed", "error", err)
		}
	}
}

// exposed says that others can look into the data folder; nil if they cannot. On
// Windows its rights are set at every start.
func exposed(folder string) *agent.Error {
	info, err := os.Stat(folder)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&othersMay == 0 {
		return nil
	}
	return &agent.Error{
		Code: "data-folder-open", Class: agent.Refuse,
		What:  fmt.Sprintf("Every user of this computer can look into the data folder %s: its rights are %04o.", folder, info.Mode().Perm()),
		Means: "They may read there what was counted and sold, and what it costs.",
		Do:    "Keep it to the user under which the agent runs: chmod 700 " + folder,
	}
}

const othersMay fs.FileMode = 0o007

// warnOfFolder tells whoever starts the agent that others can look into its data.
func warnOfFolder(folder string, log *slog.Logger) {
	if e := exposed(folder); e != nil {
		log.Warn(e.What, "code", e.Code, "means", e.Means, "do", e.Do)
	}
}
