package csvfile

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// old is how old the levels may be before a person is told.
const old = 24 * time.Hour

// Check looks at the folder as a person would: can it be read, is it fresh, is what
// we wrote taken, can more be written.
func (f *folder) Check(ctx context.Context) []agent.Finding {
	s, err := f.current(ctx)
	if err != nil {
		return []agent.Finding{broken(err)}
	}
	findings := []agent.Finding{{
		Severity: agent.Fine, Code: "csv.folder",
		What: fmt.Sprintf("%s can be read: %s, on hand as of %s.", f.Folder, several(len(s.items), "article", "articles"), s.newest.In(f.zone).Format("2 January 15:04:05")),
	}}
	if age := f.clock.Now().Sub(s.newest); age > old {
		findings = append(findings, agent.Finding{
			Severity: agent.Warning, Code: "csv.old", What: fmt.Sprintf("The newest statement of on hand is %d hours old.", int(age.Hours())),
			Means: "Counts wait until the shop system has exported again.", Do: "Look whether the export still runs.",
		})
	}
	findings = append(findings, s.problems...)
	findings = append(findings, f.checkMovements(ctx)...)
	return append(append(findings, f.checkOut()...), f.checkOwner())
}

func broken(err error) agent.Finding {
	e := agent.AsError(err)
	f := agent.Finding{Severity: agent.Broken, Code: e.Code, What: e.What, Means: e.Means, Do: e.Do}
	if e.Code == "csv.writing" {
		f.Severity = agent.Warning
	}
	return f
}

func (f *folder) checkMovements(ctx context.Context) []agent.Finding {
	names, err := f.movementFiles()
	switch {
	case !f.Movements && err != nil:
		return []agent.Finding{{
			Severity: agent.Warning, Code: "csv.no-feed", What: "The folder does not tell what is sold.",
			Means: "A count is exact only while nothing is sold.", Do: "Count while the shop is closed, or export movements and set movements = true.",
		}}
	case !f.Movements:
		return []agent.Finding{{
			Severity: agent.Warning, Code: "csv.feed-off", What: fmt.Sprintf("There is %s, but movements are not read.", names[0]),
			Means: "A count is exact only while nothing is sold.", Do: "Set movements = true in the section [upstream." + Name + "].",
		}}
	case err != nil:
		return []agent.Finding{broken(err)}
	}
	var findings []agent.Finding
	for _, name := range names {
		if err := f.checkFile(ctx, name); err != nil {
			findings = append(findings, broken(err))
		}
	}
	if len(findings) == 0 {
		findings = append(findings, agent.Finding{Severity: agent.Fine, Code: "csv.feed", What: fmt.Sprintf("Movements can be read: %s.", several(len(names), "file", "files"))})
	}
	return findings
}

// checkFile returns the first thing that is wrong in a file of movements.
func (f *folder) checkFile(ctx context.Context, name string) error {
	var page agent.Page[agent.Movement]
	var at place
	for {
		var err error
		page.Rows = page.Rows[:0]
		if at, err = f.readMovements(ctx, name, at, "", &page); err != nil || len(page.Rows) == 0 {
			return err
		}
	}
}

// checkOut looks at the folder into which adjustments are written.
func (f *folder) checkOut() []agent.Finding {
	if err := f.look(); err != nil {
		return []agent.Finding{broken(f.trouble(outFolder, err))}
	}
	if err := f.canWrite(); err != nil {
		return []agent.Finding{broken(f.unwritten(err))}
	}
	var waiting int
	var oldest *handed
	for _, h := range f.ledger.pending {
		if h.Taken.IsZero() {
			waiting++
			if oldest == nil || h.Written.Before(oldest.Written) {
				oldest = h
			}
		}
	}
	if oldest != nil && f.clock.Now().Sub(oldest.Written) > old {
		return []agent.Finding{{
			Severity: agent.Warning, Code: "csv.not-taken",
			What:  fmt.Sprintf("%s not taken, the oldest is %s.", several(waiting, "adjustment file was", "adjustment files were"), fileName(oldest.Key)),
			Means: "The shop system does not know yet what was counted, and its articles cannot be adjusted again.",
			Do:    "Import the file, then move it to " + outFolder + "/" + doneFolder + ", and export the stock again.",
		}}
	}
	return []agent.Finding{{Severity: agent.Fine, Code: "csv.out", What: fmt.Sprintf("Adjustments can be written; %s to be taken.", several(waiting, "file waits", "files wait"))}}
}

func (f *folder) canWrite() error {
	if err := os.MkdirAll(f.path(outFolder), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(f.path(outFolder), ".check-*")
	if err != nil {
		return err
	}
	name := file.Name()
	if err := file.Close(); err != nil {
		return err
	}
	return os.Remove(name)
}

// several puts a number before what fits it.
func several(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}
